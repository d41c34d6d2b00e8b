/* SPDX-License-Identifier: MIT */
/*
 * token - what a signed token claims, and the rules by which it counts (RFC 7519, RFC 9068).
 *
 * An access token stands for an account. A service token stands for a context that calls another
 * one; each signs its own. Signatures and keys are the business of the ports in app/token.h.
 */
#ifndef DOMAIN_TOKEN_H
#define DOMAIN_TOKEN_H

#include "base/day.h"
#include "base/uuid.h"
#include "domain/caller.h"

#define TOKEN_TEXT           2048 /* the size of a token's text, its NUL included; RFC 7515, compact */
#define TOKEN_ACCESS_LIFE_S  900 /* from iat to exp */
#define TOKEN_SERVICE_LIFE_S 60
#define TOKEN_LEEWAY_S       5         /* how far the clocks of two machines may differ */
#define TOKEN_AUDIENCE       "myhotel" /* of access tokens: every service of this system */
#define TOKEN_ISSUER_SIZE    256
#define TOKEN_AUDIENCE_SIZE  64
#define TOKEN_SERVICE_SIZE   32
#define TOKEN_EMAIL_SIZE     255 /* RFC 5321: 254 bytes and the NUL */

enum token_kind { TOKEN_ACCESS, TOKEN_SERVICE, TOKEN_KIND_MAX };

/* Members of the claims; all of them but email are required. */
struct token_claims {
	enum token_kind kind;             /* the header's typ: at+jwt, service+jwt */
	char iss[TOKEN_ISSUER_SIZE];      /* who signed it: the issuer sets it */
	uint64_t account_id;              /* sub of an access token; at least 1 */
	char service[TOKEN_SERVICE_SIZE]; /* sub of a service token: the context that calls */
	unsigned roles;                   /* of an access token: enum role, or-ed */
	/* Of an access token: the account's e-mail if it is verified (email_verified of OpenID
	 * Connect), else "". For comparing, never for logs. */
	char email[TOKEN_EMAIL_SIZE];
	char aud[TOKEN_AUDIENCE_SIZE];
	char jti[UUID_TEXT];
	instant_t iat, nbf, exp; /* whole seconds */
};

/* "at+jwt", "service+jwt"; NULL for others. */
const char *token_kind_name(enum token_kind kind);

/* The claims of an account's token that is issued now: one kind, audience and life for all of them.
 * jti is a new uuid_v7(). */
void token_access_claims(uint64_t account_id, unsigned roles, const char jti[UUID_TEXT],
                         instant_t now, struct token_claims *ret_claims);

/* The claims of a token with which one context calls another. ERR_TOO_LARGE: a name is too long. */
MUST_CHECK enum err token_service_claims(const char *service, const char *called,
                                         const char jti[UUID_TEXT], instant_t now,
                                         struct token_claims *ret_claims);

/* Whether claims can be issued and accepted at all: a subject of its kind, roles that the kind may
 * have, an audience, a jti, and a life within the kind's. ret_why: what is wrong, a constant text.
 * ERR_UNAUTHORIZED. */
MUST_CHECK enum err token_claims_check(const struct token_claims *claims, const char **ret_why);

/*
 * Whether the claims of a token with a valid signature count here and now: as above, and of this
 * kind, issuer and audience, not before nbf, and before exp. The two times have a leeway of
 * TOKEN_LEEWAY_S. ERR_UNAUTHORIZED, with ret_why.
 */
MUST_CHECK enum err token_claims_accept(const struct token_claims *claims, enum token_kind kind,
                                        const char *issuer, const char *audience, instant_t now,
                                        const char **ret_why);

/* The identity that a valid token stands for. A service acts as number 0. */
struct caller token_caller(const struct token_claims *claims);

#endif
