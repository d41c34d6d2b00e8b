/* SPDX-License-Identifier: MIT */
#include "adapters/jose/id_token.h"

#include "adapters/jose/base64url.h"
#include "adapters/jose/key_set.h"
#include "adapters/jose/signature.h"
#include "adapters/json/identity_claims.h"
#include "adapters/json/members.h"
#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#define SECOND_MS 1000

static enum err
refuse(const char *why, const char **ret_why)
{
	*ret_why = why;
	return ERR_UNAUTHORIZED;
}

/* The JSON object that a part stands for. */
static enum err
object_read(const char *part, size_t len, struct json_object **ret_object)
{
	CLEANUP(free_p) char *text = malloc(ID_TOKEN_SIZE);
	const char *why;
	size_t n;
	if (!text)
		return ERR_MEMORY;
	enum err err = base64url_read(part, len, text, ID_TOKEN_SIZE, &n);
	if (err == OK)
		err = json_read(text, n, ret_object, &why);
	if (err == OK && !json_object_is_type(*ret_object, json_type_object))
		err = ERR_MALFORMED;
	return err;
}

/* ---- the header ---- */

struct header_members {
	char alg[16], kid[TOKEN_KID_SIZE];
};

/* The key of a token: that of its kid, for its alg. */
static enum err
key_choose(const struct token_parts *parts, const struct key_set *keys, struct json_t **ret_key,
           const char **ret_why)
{
	static const struct member table[] = {MEMBER(header_members, alg, TEXT, "alg"),
	                                      MEMBER(header_members, kid, TEXT, "kid"), MEMBER_END};
	CLEANUP(json_p) struct json_object *header = NULL;
	struct header_members members;
	struct json_object *crit;
	enum key_alg alg = KEY_ES256;
	enum err err = object_read(parts->header, parts->header_len, &header);
	if (err != OK)
		return err == ERR_MEMORY ? err
		                         : refuse("the ID token's header cannot be read", ret_why);
	if (members_read(table, header, &members) != OK)
		return refuse("the ID token's header has no alg or no kid", ret_why);
	if (json_object_object_get_ex(header, "crit", &crit))
		return refuse("the ID token's header has crit", ret_why);
	if (strcmp(members.alg, "RS256") == 0)
		alg = KEY_RS256;
	else if (strcmp(members.alg, TOKEN_ALG) != 0)
		return refuse("the ID token is not signed by RS256 or ES256", ret_why);
	for (size_t i = 0; i < keys->n; i++) {
		if (strcmp(keys->keys[i].kid, members.kid) == 0 && keys->keys[i].alg == alg) {
			*ret_key = keys->keys[i].json;
			return OK;
		}
	}
	*ret_why = "the provider has no such key as signed the ID token";
	return ERR_NOT_FOUND;
}

/* ---- the claims ---- */

struct claim_members {
	char iss[IDENTITY_ISSUER_SIZE], nonce[OIDC_NONCE_TEXT], azp[OIDC_CLIENT_SIZE];
	uint64_t iat, exp; /* seconds */
};

static const struct member claim_table[] = {
	MEMBER(claim_members, iss, TEXT, "iss"),     MEMBER(claim_members, nonce, TEXT, "nonce"),
	MEMBER(claim_members, iat, NUMBER, "iat"),   MEMBER(claim_members, exp, NUMBER, "exp"),
	MEMBER(claim_members, azp, TEXT_NEW, "azp"), MEMBER_END};

struct not_before {
	uint64_t nbf;
};

static bool
audience_add(struct json_object *value, struct id_token_claims *claims)
{
	if (!json_object_is_type(value, json_type_string) ||
	    claims->n_audiences == OIDC_AUDIENCES_MAX)
		return false;
	const char *text = json_object_get_string(value);
	return (size_t)json_object_get_string_len(value) == strlen(text) &&
	       text_copy(claims->audiences[claims->n_audiences++], OIDC_CLIENT_SIZE, text) == OK;
}

/* One, or an array of some. */
static bool
audiences_read(struct json_object *object, struct id_token_claims *claims)
{
	struct json_object *value = NULL;
	if (!json_object_object_get_ex(object, "aud", &value))
		return false;
	if (!json_object_is_type(value, json_type_array))
		return audience_add(value, claims);
	for (size_t i = 0; i < json_object_array_length(value); i++)
		if (!audience_add(json_object_array_get_idx(value, i), claims))
			return false;
	return claims->n_audiences > 0;
}

/* ret_ms: 0, if it is not there. */
static bool
not_before_read(struct json_object *object, instant_t *ret_ms)
{
	static const struct member table[] = {MEMBER(not_before, nbf, NUMBER, "nbf"), MEMBER_END};
	struct not_before members;
	struct json_object *value;
	*ret_ms = 0;
	if (!json_object_object_get_ex(object, "nbf", &value))
		return true;
	if (members_read(table, object, &members) != OK || members.nbf > INT64_MAX / SECOND_MS)
		return false;
	*ret_ms = (instant_t)members.nbf * SECOND_MS;
	return true;
}

static enum err
claims_read(const struct token_parts *parts, struct id_token_claims *ret_claims,
            const char **ret_why)
{
	CLEANUP(json_p) struct json_object *object = NULL;
	struct claim_members members;
	struct id_token_claims claims = {.n_audiences = 0};
	enum err err = object_read(parts->payload, parts->payload_len, &object);
	if (err == ERR_MEMORY)
		return err;
	if (err != OK || members_read(claim_table, object, &members) != OK ||
	    identity_claims_read(object, &claims.who) != OK)
		return refuse("a claim of the ID token is missing or of a wrong type: iss, sub, "
		              "iat, exp, nonce",
		              ret_why);
	if (!audiences_read(object, &claims) || !not_before_read(object, &claims.nbf) ||
	    members.iat > INT64_MAX / SECOND_MS || members.exp > INT64_MAX / SECOND_MS)
		return refuse("a claim of the ID token has a value that none can have", ret_why);
	memcpy(claims.who.issuer, members.iss, sizeof(members.iss));
	memcpy(claims.nonce, members.nonce, sizeof(members.nonce));
	memcpy(claims.azp, members.azp, sizeof(members.azp));
	claims.iat = (instant_t)members.iat * SECOND_MS;
	claims.exp = (instant_t)members.exp * SECOND_MS;
	*ret_claims = claims;
	return OK;
}

/* ---- the port ---- */

static enum err
reader_read(void *self, const char *token, const struct buf *keys_text,
            struct id_token_claims *ret_claims, const char **ret_why)
{
	struct token_parts parts;
	struct key_set keys;
	struct json_t *key = NULL;
	(void)self;
	if (token_parts_split(token, ID_TOKEN_SIZE, &parts) != OK)
		return refuse("the ID token is no signed JWT, or too long", ret_why);
	enum err err = key_set_parse(keys_text->data, keys_text->len, &keys);
	if (err != OK) {
		*ret_why = "the provider's keys are none for RS256 or ES256";
		return err;
	}
	err = key_choose(&parts, &keys, &key, ret_why);
	if (err == OK)
		err = signature_check(key, &parts);
	if (err == ERR_UNAUTHORIZED && key)
		err = refuse("the ID token's signature is wrong", ret_why);
	if (err == OK)
		err = claims_read(&parts, ret_claims, ret_why);
	key_set_done(&keys);
	return err;
}

struct id_token_reader
id_token_reader_jose(void)
{
	return (struct id_token_reader){.read = reader_read};
}
