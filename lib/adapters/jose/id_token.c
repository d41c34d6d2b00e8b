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
	char alg[16], kid[TOKEN_KID_SIZE], typ[OIDC_TYP_SIZE];
};

static enum err
header_read(const struct token_parts *parts, struct header_members *ret_members,
            const char **ret_why)
{
	static const struct member table[] = {
		MEMBER(header_members, alg, TEXT, "alg"), MEMBER(header_members, kid, TEXT, "kid"),
		MEMBER(header_members, typ, TEXT_NEW, "typ"), MEMBER_END};
	CLEANUP(json_p) struct json_object *header = NULL;
	struct json_object *crit;
	enum err err = object_read(parts->header, parts->header_len, &header);
	if (err != OK)
		return err == ERR_MEMORY ? err
		                         : refuse("the token's header cannot be read", ret_why);
	if (members_read(table, header, ret_members) != OK)
		return refuse("the token's header has no alg or no kid", ret_why);
	if (json_object_object_get_ex(header, "crit", &crit))
		return refuse("the token's header has crit", ret_why);
	return OK;
}

/* The key of a token: that of its kid, for its alg. */
static enum err
key_choose(const struct header_members *header, const struct key_set *keys, struct json_t **ret_key,
           const char **ret_why)
{
	enum key_alg alg = KEY_ES256;
	if (strcmp(header->alg, "RS256") == 0)
		alg = KEY_RS256;
	else if (strcmp(header->alg, TOKEN_ALG) != 0)
		return refuse("the token is not signed by RS256 or ES256", ret_why);
	for (size_t i = 0; i < keys->n; i++) {
		if (strcmp(keys->keys[i].kid, header->kid) == 0 && keys->keys[i].alg == alg) {
			*ret_key = keys->keys[i].json;
			return OK;
		}
	}
	*ret_why = "the provider has no such key as signed the token";
	return ERR_NOT_FOUND;
}

/* ---- the claims ---- */

struct claim_members {
	char iss[IDENTITY_ISSUER_SIZE], nonce[OIDC_NONCE_TEXT], azp[OIDC_CLIENT_SIZE];
	uint64_t iat, exp; /* seconds */
};

static const struct member claim_table[] = {MEMBER(claim_members, iss, TEXT, "iss"),
                                            MEMBER(claim_members, nonce, TEXT_NEW, "nonce"),
                                            MEMBER(claim_members, iat, NUMBER, "iat"),
                                            MEMBER(claim_members, exp, NUMBER, "exp"),
                                            MEMBER(claim_members, azp, TEXT_NEW, "azp"),
                                            MEMBER_END};

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

/* What names no role of ours is no role. */
static unsigned
role_of(struct json_object *value)
{
	static const enum role roles[] = {ROLE_GUEST, ROLE_HOST};
	for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
		if (json_object_is_type(value, json_type_string) &&
		    strcmp(json_object_get_string(value), role_name(roles[i])) == 0)
			return roles[i];
	return 0;
}

/* One, or an array of some. */
static unsigned
roles_read(struct json_object *object, const char *claim)
{
	struct json_object *value = NULL;
	unsigned roles = 0;
	if (!*claim || !json_object_object_get_ex(object, claim, &value))
		return 0;
	if (!json_object_is_type(value, json_type_array))
		return role_of(value);
	for (size_t i = 0; i < json_object_array_length(value); i++)
		roles |= role_of(json_object_array_get_idx(value, i));
	return roles;
}

static enum err
claims_read(const struct token_parts *parts, const char *roles_claim,
            struct id_token_claims *ret_claims, const char **ret_why)
{
	CLEANUP(json_p) struct json_object *object = NULL;
	struct claim_members members;
	struct id_token_claims claims = {.n_audiences = 0};
	struct json_object *confirmation;
	enum err err = object_read(parts->payload, parts->payload_len, &object);
	if (err == ERR_MEMORY)
		return err;
	if (err != OK || members_read(claim_table, object, &members) != OK ||
	    identity_claims_read(object, &claims.who) != OK)
		return refuse("a claim of the token is missing or of a wrong type: iss, sub, iat, "
		              "exp, nonce",
		              ret_why);
	if (!audiences_read(object, &claims) || !not_before_read(object, &claims.nbf) ||
	    members.iat > INT64_MAX / SECOND_MS || members.exp > INT64_MAX / SECOND_MS)
		return refuse("a claim of the token has a value that none can have", ret_why);
	memcpy(claims.who.issuer, members.iss, sizeof(members.iss));
	memcpy(claims.nonce, members.nonce, sizeof(members.nonce));
	memcpy(claims.azp, members.azp, sizeof(members.azp));
	claims.iat = (instant_t)members.iat * SECOND_MS;
	claims.exp = (instant_t)members.exp * SECOND_MS;
	claims.roles = roles_read(object, roles_claim);
	claims.has_key = json_object_object_get_ex(object, "cnf", &confirmation);
	*ret_claims = claims;
	return OK;
}

/* ---- the port ---- */

static enum err
reader_read(void *self, const char *token, const struct buf *keys_text,
            struct id_token_claims *ret_claims, const char **ret_why)
{
	const char *roles_claim = self;
	struct token_parts parts;
	struct header_members header;
	struct key_set keys;
	struct json_t *key = NULL;
	if (token_parts_split(token, ID_TOKEN_SIZE, &parts) != OK)
		return refuse("the token is no signed JWT, or too long", ret_why);
	enum err err = key_set_parse(keys_text->data, keys_text->len, &keys);
	if (err != OK) {
		*ret_why = "the provider's keys are none for RS256 or ES256";
		return err;
	}
	err = header_read(&parts, &header, ret_why);
	if (err == OK)
		err = key_choose(&header, &keys, &key, ret_why);
	if (err == OK)
		err = signature_check(key, &parts);
	if (err == ERR_UNAUTHORIZED && key)
		err = refuse("the token's signature is wrong", ret_why);
	if (err == OK)
		err = claims_read(&parts, roles_claim, ret_claims, ret_why);
	if (err == OK)
		memcpy(ret_claims->typ, header.typ, sizeof(header.typ));
	key_set_done(&keys);
	return err;
}

struct id_token_reader
id_token_reader_jose(const char *roles_claim)
{
	return (struct id_token_reader){.self = (char *)roles_claim, .read = reader_read};
}
