/* SPDX-License-Identifier: MIT */
#include "adapters/jose/token_text.h"

#include "adapters/jose/base64url.h"
#include "adapters/json/json.h"
#include "adapters/json/members.h"
#include "base/mem.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECOND_MS 1000

static const enum role role_bits[] = {ROLE_GUEST, ROLE_HOST, ROLE_OPERATOR};

static enum err
refuse(enum err err, const char *why, const char **ret_why)
{
	*ret_why = why;
	return err == ERR_MEMORY ? err : ERR_UNAUTHORIZED;
}

/* One part, up to its dot or the end; false: it is empty. Other characters than those of base64url end it
 * as well, and then the token is none. */
static bool
part_take(const char **at, const char **ret_part, size_t *ret_len)
{
	*ret_part = *at;
	*ret_len = strspn(*at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
	*at += *ret_len;
	return *ret_len > 0;
}

enum err
token_parts_split(const char *token, size_t size, struct token_parts *ret_parts)
{
	const char *at = token;
	struct token_parts parts;
	if (strnlen(token, size) == size || !part_take(&at, &parts.header, &parts.header_len) ||
	    *at++ != '.' || !part_take(&at, &parts.payload, &parts.payload_len) || *at++ != '.' ||
	    !part_take(&at, &parts.signature, &parts.signature_len) || *at)
		return ERR_UNAUTHORIZED;
	*ret_parts = parts;
	return OK;
}

enum err
token_parts_find(const char *token, struct token_parts *ret_parts, const char **ret_why)
{
	if (strnlen(token, TOKEN_TEXT) == TOKEN_TEXT)
		return refuse(ERR_UNAUTHORIZED, "the token is too long", ret_why);
	if (token_parts_split(token, TOKEN_TEXT, ret_parts) != OK)
		return refuse(ERR_UNAUTHORIZED, "the token is no signed JWT", ret_why);
	return OK;
}

/* The JSON object that a part stands for. */
static enum err
object_read(const char *part, size_t len, struct json_object **ret_object)
{
	char text[TOKEN_TEXT];
	const char *why;
	size_t n;
	enum err err = base64url_read(part, len, text, sizeof(text), &n);
	if (err == OK)
		err = json_read(text, n, ret_object, &why);
	if (err == OK && !json_object_is_type(*ret_object, json_type_object))
		err = ERR_MALFORMED;
	return err;
}

struct header_members {
	char alg[16], kid[TOKEN_KID_SIZE], typ[16];
};

static const struct member header_table[] = {MEMBER(header_members, alg, TEXT, "alg"),
                                             MEMBER(header_members, kid, TEXT, "kid"),
                                             MEMBER(header_members, typ, TEXT, "typ"), MEMBER_END};

enum err
token_header_read(const struct token_parts *parts, struct token_header *ret_header,
                  const char **ret_why)
{
	CLEANUP(json_p) struct json_object *object = NULL;
	struct header_members members;
	enum err err = object_read(parts->header, parts->header_len, &object);
	if (err != OK)
		return refuse(err, "the token's header cannot be read", ret_why);
	if (members_read(header_table, object, &members) != OK ||
	    json_object_object_length(object) != (int)ARRAY_SIZE(header_table) - 1)
		return refuse(ERR_UNAUTHORIZED,
		              "the token's header has other members than alg, kid and typ",
		              ret_why);
	if (strcmp(members.alg, TOKEN_ALG) != 0)
		return refuse(ERR_UNAUTHORIZED, "the token is not signed by " TOKEN_ALG, ret_why);
	enum token_kind kind = 0;
	while (kind < TOKEN_KIND_MAX && strcmp(token_kind_name(kind), members.typ) != 0)
		kind++;
	if (kind == TOKEN_KIND_MAX)
		return refuse(ERR_UNAUTHORIZED, "the token is of an unknown kind", ret_why);
	ret_header->kind = kind;
	memcpy(ret_header->kid, members.kid, sizeof(members.kid));
	return OK;
}

/* The claims as they are on the wire. */
struct claim_members {
	char iss[TOKEN_ISSUER_SIZE], sub[TOKEN_SERVICE_SIZE], aud[TOKEN_AUDIENCE_SIZE];
	char jti[UUID_TEXT];
	uint64_t iat, nbf, exp; /* seconds */
};

static const struct member claim_table[] = {
	MEMBER(claim_members, iss, TEXT, "iss"),   MEMBER(claim_members, sub, TEXT, "sub"),
	MEMBER(claim_members, aud, TEXT, "aud"),   MEMBER(claim_members, jti, TEXT, "jti"),
	MEMBER(claim_members, iat, NUMBER, "iat"), MEMBER(claim_members, nbf, NUMBER, "nbf"),
	MEMBER(claim_members, exp, NUMBER, "exp"), MEMBER_END};

static bool
role_read(const struct json_object *name, unsigned *roles)
{
	if (!json_object_is_type(name, json_type_string))
		return false;
	const char *text = json_object_get_string((struct json_object *)name);
	for (size_t i = 0; i < ARRAY_SIZE(role_bits); i++) {
		if (strcmp(role_name(role_bits[i]), text) == 0) {
			*roles |= role_bits[i];
			return true;
		}
	}
	return false;
}

/* An array of names; absent: none. */
static bool
roles_read(const struct json_object *object, unsigned *ret_roles)
{
	struct json_object *names = NULL;
	*ret_roles = 0;
	if (!json_object_object_get_ex(object, "roles", &names))
		return true;
	if (!json_object_is_type(names, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(names); i++)
		if (!role_read(json_object_array_get_idx(names, i), ret_roles))
			return false;
	return true;
}

/* An e-mail counts only with email_verified (OpenID Connect Core 5.1); absent: none. */
static bool
email_read(const struct json_object *object, char ret_email[TOKEN_EMAIL_SIZE])
{
	struct json_object *email = NULL, *verified = NULL;
	*ret_email = '\0';
	if (!json_object_object_get_ex(object, "email", &email))
		return true;
	if (!json_object_is_type(email, json_type_string))
		return false;
	if (!json_object_object_get_ex(object, "email_verified", &verified))
		return true;
	if (!json_object_is_type(verified, json_type_boolean))
		return false;
	const char *text = json_object_get_string(email);
	return !json_object_get_boolean(verified) ||
	       ((size_t)json_object_get_string_len(email) == strlen(text) &&
	        text_copy(ret_email, TOKEN_EMAIL_SIZE, text) == OK);
}

static void
email_put(const struct token_claims *claims, struct json_object **object)
{
	if (!*claims->email)
		return;
	json_put_text(object, "email", claims->email);
	json_put_value(object, "email_verified", json_object_new_boolean(true));
}

static bool
time_read(uint64_t seconds, instant_t *ret_instant)
{
	*ret_instant = (instant_t)(seconds * SECOND_MS);
	return seconds <= INT64_MAX / SECOND_MS;
}

static bool
subject_read(const char *sub, struct token_claims *claims)
{
	if (claims->kind == TOKEN_ACCESS)
		return (sub[0] != '0') && text_to_u64(sub, INT64_MAX, &claims->account_id) == OK;
	return text_copy(claims->service, sizeof(claims->service), sub) == OK;
}

enum err
token_claims_read(const struct token_parts *parts, enum token_kind kind,
                  struct token_claims *ret_claims, const char **ret_why)
{
	CLEANUP(json_p) struct json_object *object = NULL;
	struct claim_members members;
	struct token_claims claims = {.kind = kind};
	enum err err = object_read(parts->payload, parts->payload_len, &object);
	if (err != OK)
		return refuse(err, "the token's claims cannot be read", ret_why);
	if (members_read(claim_table, object, &members) != OK)
		return refuse(ERR_UNAUTHORIZED,
		              "a claim is missing or of a wrong type: iss, sub, aud, jti, iat, "
		              "nbf, exp",
		              ret_why);
	if (!roles_read(object, &claims.roles) || !email_read(object, claims.email) ||
	    !subject_read(members.sub, &claims) || !time_read(members.iat, &claims.iat) ||
	    !time_read(members.nbf, &claims.nbf) || !time_read(members.exp, &claims.exp))
		return refuse(ERR_UNAUTHORIZED, "a claim has a value that none can have", ret_why);
	memcpy(claims.iss, members.iss, sizeof(claims.iss));
	memcpy(claims.aud, members.aud, sizeof(claims.aud));
	memcpy(claims.jti, members.jti, sizeof(claims.jti));
	*ret_claims = claims;
	return OK;
}

static void
roles_put(const struct token_claims *claims, struct json_object **object)
{
	struct json_object *names = json_new_array();
	for (size_t i = 0; i < ARRAY_SIZE(role_bits); i++)
		if (claims->roles & role_bits[i])
			json_append(&names, json_object_new_string(role_name(role_bits[i])));
	json_put_value(object, "roles", names);
}

enum err
token_claims_write(const struct token_claims *claims, char payload[TOKEN_TEXT])
{
	CLEANUP(json_p) struct json_object *object = json_new_object();
	CLEANUP(buf_done) struct buf text = BUF_INIT((TOKEN_TEXT - 1) / 4 * 3);
	struct claim_members members = {.iat = (uint64_t)claims->iat / SECOND_MS,
	                                .nbf = (uint64_t)claims->nbf / SECOND_MS,
	                                .exp = (uint64_t)claims->exp / SECOND_MS};
	memcpy(members.iss, claims->iss, sizeof(members.iss));
	memcpy(members.aud, claims->aud, sizeof(members.aud));
	memcpy(members.jti, claims->jti, sizeof(members.jti));
	if (claims->kind == TOKEN_ACCESS)
		snprintf(members.sub, sizeof(members.sub), "%" PRIu64, claims->account_id);
	else
		memcpy(members.sub, claims->service, sizeof(members.sub));
	members_write(claim_table, &members, &object);
	if (claims->kind == TOKEN_ACCESS) {
		roles_put(claims, &object);
		email_put(claims, &object);
	}
	if (!object)
		return ERR_MEMORY;
	enum err err = json_write(object, &text);
	if (err == OK)
		base64url_write(text.data, text.len, payload);
	return err;
}
