/* SPDX-License-Identifier: MIT */
#include "adapters/http/oidc_provider.h"

#include "adapters/http/client.h"
#include "adapters/http/oidc_metadata.h"
#include "adapters/json/identity_claims.h"
#include "adapters/json/members.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define SECRET_SIZE 256
#define FORM_MAX    (4 * (OIDC_CODE_SIZE + OIDC_CLIENT_SIZE + SECRET_SIZE) * 3)
#define BASIC_SIZE  (BASE64_SIZE(3 * (OIDC_CLIENT_SIZE + SECRET_SIZE)) + 16)

struct provider {
	char issuer[IDENTITY_ISSUER_SIZE], client[OIDC_CLIENT_SIZE], secret[SECRET_SIZE];
	struct http_client *http;
	pthread_mutex_t mutex; /* of what follows; no call is made under it */
	unsigned calls;        /* that are being made */
	struct oidc_metadata metadata;
	int64_t read_ms, failed_ms; /* of the metadata, by monotonic_ms(); 0: never */
	struct buf keys;
	int64_t looked_ms; /* at the keys */
};

static enum err
refuse(enum err err, const char *why, const char **ret_why)
{
	*ret_why = why;
	return err;
}

/* ---- calls ---- */

static bool
call_begin(struct provider *provider)
{
	pthread_mutex_lock(&provider->mutex);
	const bool begins = provider->calls < OIDC_CALLS_MAX;
	provider->calls += begins;
	pthread_mutex_unlock(&provider->mutex);
	return begins;
}

static void
call_end(struct provider *provider)
{
	pthread_mutex_lock(&provider->mutex);
	provider->calls--;
	pthread_mutex_unlock(&provider->mutex);
}

/* The ids of our requests are no business of the provider. ERR_UNAVAILABLE: no answer that is JSON. */
static enum err
ask(struct provider *provider, struct http_call *call, long *ret_status,
    struct json_object **ret_json, const char **ret_why)
{
	static const struct origin nobody = {.request_id = ""};
	call->origin = &nobody;
	call->timeout_ms = OIDC_TIMEOUT_MS;
	if (!call_begin(provider))
		return refuse(ERR_UNAVAILABLE, "too many calls of the provider are being made",
		              ret_why);
	enum err err = http_call(provider->http, call, ret_status, ret_json);
	call_end(provider);
	if (err == ERR_MEMORY)
		return err;
	if (err != OK)
		return refuse(ERR_UNAVAILABLE, "the provider does not answer", ret_why);
	if (!*ret_json)
		return refuse(ERR_UNAVAILABLE, "the provider's answer is not JSON", ret_why);
	return OK;
}

static enum err
get(struct provider *provider, const char *url, const char *authorization, size_t max,
    struct json_object **ret_json, const char **ret_why)
{
	struct http_call request = {
		.method = "GET", .path = url, .authorization = authorization, .response_max = max};
	long status = 0;
	enum err err = ask(provider, &request, &status, ret_json, ret_why);
	if (err == OK && status != 200)
		err = refuse(ERR_UNAVAILABLE, "the provider answers with an error", ret_why);
	return err;
}

/* ---- discovery ---- */

/* Whether what is known counts; else whether it may be asked for now. */
static bool
metadata_known(struct provider *provider, struct oidc_metadata *ret_metadata, bool *ret_may_ask)
{
	const int64_t now = monotonic_ms();
	pthread_mutex_lock(&provider->mutex);
	const bool fresh = provider->read_ms && now - provider->read_ms < OIDC_METADATA_MS;
	*ret_may_ask = !provider->failed_ms || now - provider->failed_ms >= OIDC_RETRY_MS;
	const bool known = fresh || (provider->read_ms && !*ret_may_ask);
	*ret_metadata = provider->metadata;
	pthread_mutex_unlock(&provider->mutex);
	return known;
}

/* Keeps what discovery said; after a failure what it said before, if it did. */
static enum err
metadata_keep(struct provider *provider, enum err err, struct oidc_metadata *metadata)
{
	pthread_mutex_lock(&provider->mutex);
	provider->failed_ms = err == OK ? 0 : monotonic_ms();
	if (err == OK) {
		provider->metadata = *metadata;
		provider->read_ms = monotonic_ms();
	} else if (provider->read_ms) {
		*metadata = provider->metadata;
		err = OK;
	}
	pthread_mutex_unlock(&provider->mutex);
	return err;
}

static enum err
metadata_get(struct provider *provider, struct oidc_metadata *ret_metadata, const char **ret_why)
{
	CLEANUP(json_p) struct json_object *json = NULL;
	char url[OIDC_ENDPOINT_SIZE];
	bool may_ask;
	if (metadata_known(provider, ret_metadata, &may_ask))
		return OK;
	if (!may_ask)
		return refuse(ERR_UNAVAILABLE, "the provider did not answer a moment ago", ret_why);
	const size_t len = strlen(provider->issuer);
	const bool has_slash = len && provider->issuer[len - 1] == '/';
	snprintf(url, sizeof(url), "%s%s.well-known/openid-configuration", provider->issuer,
	         has_slash ? "" : "/");
	enum err err = get(provider, url, NULL, OIDC_ANSWER_BYTES, &json, ret_why);
	if (err == OK && oidc_metadata_read(json, provider->issuer, ret_metadata, ret_why) != OK)
		err = ERR_UNAVAILABLE;
	return metadata_keep(provider, err, ret_metadata);
}

/* ---- the port ---- */

static enum err
provider_authorize(void *self, const struct oidc_authorization *authorization,
                   char ret_url[OIDC_URL_SIZE], const char **ret_why)
{
	struct provider *provider = self;
	CLEANUP(buf_done) struct buf query = BUF_INIT(OIDC_URL_SIZE);
	struct oidc_metadata metadata;
	enum err err = metadata_get(provider, &metadata, ret_why);
	const struct {
		const char *name, *value;
	} parameters[] = {{"response_type", "code"},
	                  {"scope", "openid email profile"},
	                  {"client_id", provider->client},
	                  {"redirect_uri", authorization->redirect_uri},
	                  {"state", authorization->state},
	                  {"nonce", authorization->nonce},
	                  {"code_challenge", authorization->challenge},
	                  {"code_challenge_method", "S256"},
	                  {"ui_locales", authorization->language}};
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(parameters); i++)
		if (*parameters[i].value)
			err = oidc_parameter_add(&query, parameters[i].name, parameters[i].value);
	if (err != OK)
		return err;
	const int n = snprintf(ret_url, OIDC_URL_SIZE, "%s%s%s", metadata.authorization,
	                       strchr(metadata.authorization, '?') ? "&" : "?", query.data);
	return n >= 0 && n < OIDC_URL_SIZE ? OK : ERR_TOO_LARGE;
}

/* client_secret_basic (RFC 6749, 2.3.1: both parts as forms have them). */
static enum err
basic_write(const struct provider *provider, char basic[BASIC_SIZE])
{
	CLEANUP(buf_done) struct buf pair = BUF_INIT(3 * (OIDC_CLIENT_SIZE + SECRET_SIZE));
	char text[BASE64_SIZE(3 * (OIDC_CLIENT_SIZE + SECRET_SIZE))];
	enum err err = oidc_encode(&pair, provider->client);
	if (err == OK)
		err = buf_add(&pair, ":", 1);
	if (err == OK)
		err = oidc_encode(&pair, provider->secret);
	if (err == OK)
		snprintf(basic, BASIC_SIZE, "Basic %s", base64_write(pair.data, pair.len, text));
	return err;
}

static enum err
form_write(const struct provider *provider, const struct oidc_redemption *redemption,
           bool with_client, struct buf *form)
{
	const struct {
		const char *name, *value;
	} parameters[] = {{"grant_type", "authorization_code"},
	                  {"code", redemption->code},
	                  {"redirect_uri", redemption->redirect_uri},
	                  {"code_verifier", redemption->verifier},
	                  {"client_id", with_client ? provider->client : ""},
	                  {"client_secret", with_client ? provider->secret : ""}};
	enum err err = OK;
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(parameters); i++)
		if (*parameters[i].value)
			err = oidc_parameter_add(form, parameters[i].name, parameters[i].value);
	return err;
}

struct token_answer {
	char id_token[ID_TOKEN_SIZE];
};
struct access_answer {
	char access_token[FOREIGN_TOKEN_SIZE];
};

/* Whether a text can be in a header (RFC 6750, 2.1). */
static bool
is_visible(const char *text)
{
	while (*text > ' ' && *text < 0x7F)
		text++;
	return !*text;
}

static enum err
tokens_read(long status, const struct json_object *json, struct oidc_tokens *ret_tokens,
            const char **ret_why)
{
	static const struct member id_table[] = {MEMBER(token_answer, id_token, TEXT, "id_token"),
	                                         MEMBER_END};
	static const struct member access_table[] = {
		MEMBER(access_answer, access_token, TEXT, "access_token"), MEMBER_END};
	struct token_answer id;
	struct access_answer access;
	if (status >= 400 && status < 500 && status != 429)
		return refuse(ERR_UNAUTHORIZED, "the provider refuses the code, or our secret",
		              ret_why);
	if (status != 200)
		return refuse(ERR_UNAVAILABLE, "the provider answers with an error", ret_why);
	if (!json_object_is_type(json, json_type_object) || members_read(id_table, json, &id) != OK)
		return refuse(ERR_UNAUTHORIZED, "the provider gave no ID token, or a too long one",
		              ret_why);
	memcpy(ret_tokens->id_token, id.id_token, sizeof(id.id_token));
	ret_tokens->access_token[0] = '\0';
	if (members_read(access_table, json, &access) == OK && is_visible(access.access_token))
		memcpy(ret_tokens->access_token, access.access_token, sizeof(access.access_token));
	return OK;
}

static enum err
provider_redeem(void *self, const struct oidc_redemption *redemption,
                struct oidc_tokens *ret_tokens, const char **ret_why)
{
	struct provider *provider = self;
	CLEANUP(json_p) struct json_object *json = NULL;
	CLEANUP(buf_done) struct buf form = BUF_INIT(FORM_MAX);
	struct oidc_metadata metadata;
	char basic[BASIC_SIZE] = "";
	long status = 0;
	enum err err = metadata_get(provider, &metadata, ret_why);
	const bool in_body = err != OK || metadata.secret_in_body || !*provider->secret;
	if (err == OK && !in_body)
		err = basic_write(provider, basic);
	if (err == OK)
		err = form_write(provider, redemption, in_body, &form);
	struct http_call request = {.method = "POST",
	                            .path = metadata.token,
	                            .form = form.data,
	                            .authorization = *basic ? basic : NULL,
	                            .response_max = OIDC_ANSWER_BYTES};
	if (err == OK)
		err = ask(provider, &request, &status, &json, ret_why);
	return err == OK ? tokens_read(status, json, ret_tokens, ret_why) : err;
}

/* Whether the keys that are known are all there can be now; they are in ret_keys then. */
static bool
keys_known(struct provider *provider, bool fresh, struct buf *ret_keys, enum err *ret_err)
{
	const int64_t now = monotonic_ms();
	pthread_mutex_lock(&provider->mutex);
	const bool lately = provider->looked_ms && now - provider->looked_ms < OIDC_KEYS_LOOK_MS;
	const bool old = !provider->looked_ms || now - provider->looked_ms >= OIDC_METADATA_MS;
	const bool known = provider->keys.len && (lately || (!fresh && !old));
	if (known)
		*ret_err = buf_add(ret_keys, provider->keys.data, provider->keys.len);
	pthread_mutex_unlock(&provider->mutex);
	return known;
}

static enum err
provider_keys(void *self, bool fresh, struct buf *ret_keys, const char **ret_why)
{
	struct provider *provider = self;
	CLEANUP(json_p) struct json_object *json = NULL;
	struct oidc_metadata metadata;
	enum err err = OK;
	if (keys_known(provider, fresh, ret_keys, &err))
		return err;
	err = metadata_get(provider, &metadata, ret_why);
	if (err == OK)
		err = get(provider, metadata.keys, NULL, OIDC_KEYS_BYTES, &json, ret_why);
	if (err == OK)
		err = json_write(json, ret_keys);
	if (err != OK)
		return err;
	pthread_mutex_lock(&provider->mutex);
	buf_reset(&provider->keys);
	err = buf_add(&provider->keys, ret_keys->data, ret_keys->len);
	provider->looked_ms = monotonic_ms();
	pthread_mutex_unlock(&provider->mutex);
	return err;
}

static enum err
provider_user(void *self, const char *access_token, struct identity_claims *ret_claims,
              const char **ret_why)
{
	struct provider *provider = self;
	CLEANUP(json_p) struct json_object *json = NULL;
	struct oidc_metadata metadata;
	char bearer[FOREIGN_TOKEN_SIZE + 8];
	enum err err = metadata_get(provider, &metadata, ret_why);
	if (err != OK || !*metadata.user)
		return err == OK ? ERR_NOT_FOUND : err;
	snprintf(bearer, sizeof(bearer), "Bearer %s", access_token);
	err = get(provider, metadata.user, bearer, OIDC_ANSWER_BYTES, &json, ret_why);
	if (err == OK && identity_claims_read(json, ret_claims) != OK)
		err = refuse(ERR_UNAUTHORIZED, "the provider's userinfo has no subject", ret_why);
	return err;
}

/* ---- opening ---- */

enum err
oidc_provider_open(const struct oidc_options *options, struct oidc_provider *ret_provider)
{
	const struct http_options http = {.url = "", .socket = "", .token = ""};
	struct provider *provider = calloc(1, sizeof(*provider));
	if (!provider)
		return ERR_MEMORY;
	provider->keys.max = OIDC_KEYS_BYTES;
	pthread_mutex_init(&provider->mutex, NULL); /* cannot fail on Linux */
	*ret_provider = (struct oidc_provider){.self = provider,
	                                       .authorize = provider_authorize,
	                                       .redeem = provider_redeem,
	                                       .keys = provider_keys,
	                                       .user = provider_user};
	enum err err = text_copy(provider->issuer, sizeof(provider->issuer), options->issuer);
	if (err == OK)
		err = text_copy(provider->client, sizeof(provider->client), options->client);
	if (err == OK)
		err = text_copy(provider->secret, sizeof(provider->secret), options->secret);
	return err == OK ? http_client_open(&http, &provider->http) : err;
}

void
oidc_provider_close(struct oidc_provider *provider)
{
	struct provider *self = provider->self;
	if (!self)
		return;
	http_client_close(self->http);
	buf_done(&self->keys);
	pthread_mutex_destroy(&self->mutex);
	free(self);
}
