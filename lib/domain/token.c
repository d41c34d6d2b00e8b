/* SPDX-License-Identifier: MIT */
#include "domain/token.h"

#include "base/text.h"

#include <string.h>

#define SECOND_MS     1000
#define ACCOUNT_ROLES ((unsigned)(ROLE_GUEST | ROLE_HOST | ROLE_OPERATOR))

static const struct {
	const char *name;
	instant_t life_s;
} kinds[TOKEN_KIND_MAX] = {
	[TOKEN_ACCESS] = {"at+jwt", TOKEN_ACCESS_LIFE_S},
	[TOKEN_SERVICE] = {"service+jwt", TOKEN_SERVICE_LIFE_S},
};

const char *
token_kind_name(enum token_kind kind)
{
	return kind < TOKEN_KIND_MAX ? kinds[kind].name : NULL;
}

/* Tokens count in whole seconds. */
static void
times_set(instant_t now, struct token_claims *claims)
{
	claims->iat = claims->nbf = now - now % SECOND_MS;
	claims->exp = claims->iat + kinds[claims->kind].life_s * SECOND_MS;
}

void
token_access_claims(uint64_t account_id, unsigned roles, const char jti[UUID_TEXT], instant_t now,
                    struct token_claims *ret_claims)
{
	*ret_claims = (struct token_claims){.kind = TOKEN_ACCESS,
	                                    .account_id = account_id,
	                                    .roles = roles,
	                                    .aud = TOKEN_AUDIENCE};
	memcpy(ret_claims->jti, jti, UUID_TEXT);
	times_set(now, ret_claims);
}

enum err
token_service_claims(const char *service, const char *called, const char jti[UUID_TEXT],
                     instant_t now, struct token_claims *ret_claims)
{
	struct token_claims claims = {.kind = TOKEN_SERVICE};
	enum err err = text_copy(claims.service, sizeof(claims.service), service);
	if (err == OK)
		err = text_copy(claims.aud, sizeof(claims.aud), called);
	if (err != OK)
		return err;
	memcpy(claims.jti, jti, UUID_TEXT);
	times_set(now, &claims);
	*ret_claims = claims;
	return OK;
}

static enum err
refuse(const char *why, const char **ret_why)
{
	*ret_why = why;
	return ERR_UNAUTHORIZED;
}

static bool
subject_fits(const struct token_claims *claims)
{
	if (claims->kind == TOKEN_ACCESS)
		return claims->account_id > 0 && claims->account_id <= INT64_MAX &&
		       !*claims->service;
	return claims->account_id == 0 && *claims->service;
}

static bool
roles_fit(const struct token_claims *claims)
{
	if (claims->kind == TOKEN_ACCESS)
		return claims->roles && !(claims->roles & ~ACCOUNT_ROLES);
	return claims->roles == 0;
}

/* It is valid for some time, and no longer than its kind may be, whoever issued it. */
static bool
times_fit(const struct token_claims *claims)
{
	return claims->iat > 0 && claims->nbf > 0 && claims->exp > claims->iat &&
	       claims->exp > claims->nbf &&
	       claims->exp - claims->iat <= kinds[claims->kind].life_s * SECOND_MS;
}

enum err
token_claims_check(const struct token_claims *claims, const char **ret_why)
{
	if (claims->kind >= TOKEN_KIND_MAX)
		return refuse("the token is of an unknown kind", ret_why);
	if (!subject_fits(claims))
		return refuse("the token's subject is not one of its kind", ret_why);
	if (!roles_fit(claims))
		return refuse("the token's roles are not those of its kind", ret_why);
	if (!*claims->aud)
		return refuse("the token names no audience", ret_why);
	if (!*claims->jti)
		return refuse("the token has no jti", ret_why);
	if (!times_fit(claims))
		return refuse("the token's times contradict each other, or it lives too long",
		              ret_why);
	return OK;
}

enum err
token_claims_accept(const struct token_claims *claims, enum token_kind kind, const char *issuer,
                    const char *audience, instant_t now, const char **ret_why)
{
	const instant_t leeway = (instant_t)TOKEN_LEEWAY_S * SECOND_MS;
	enum err err = token_claims_check(claims, ret_why);
	if (err != OK)
		return err;
	if (claims->kind != kind)
		return refuse("the token is of another kind", ret_why);
	if (strcmp(claims->iss, issuer) != 0)
		return refuse("the token is of another issuer", ret_why);
	if (strcmp(claims->aud, audience) != 0)
		return refuse("the token is for another audience", ret_why);
	if (claims->nbf > now + leeway || claims->iat > now + leeway)
		return refuse("the token is not valid yet", ret_why);
	if (claims->exp <= now - leeway)
		return refuse("the token has expired", ret_why);
	return OK;
}

struct caller
token_caller(const struct token_claims *claims)
{
	if (claims->kind == TOKEN_SERVICE)
		return (struct caller){.roles = ROLE_SERVICE};
	return (struct caller){.id = claims->account_id, .roles = claims->roles};
}
