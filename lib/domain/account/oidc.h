/* SPDX-License-Identifier: MIT */
/*
 * oidc - the rules of signing in at an OpenID provider: authorization code with PKCE (RFC 6749, RFC
 * 7636, OpenID Connect Core 3.1, RFC 9700).
 *
 * A browser that begins gets a random text, the attempt, in a cookie. State, nonce and PKCE verifier
 * are hashes of it, each with a word of its own, so whoever comes back without the cookie has
 * nothing that fits, and nothing has to be stored. An attempt to link hashes the session's cookie as
 * well: it ends with the session that began it.
 */
#ifndef DOMAIN_ACCOUNT_OIDC_H
#define DOMAIN_ACCOUNT_OIDC_H

#include "domain/account/identity.h"
#include "domain/account/one_time_token.h"

#define OIDC_ATTEMPT_LIFE_S 600 /* time to sign in there */
#define OIDC_ATTEMPT_TEXT   (OPAQUE_TOKEN_TEXT + 16)
#define OIDC_SEED_TEXT      (OIDC_ATTEMPT_TEXT + OPAQUE_TOKEN_TEXT + 16)
#define OIDC_CLIENT_SIZE    256
#define OIDC_CODE_SIZE \
	1024 /* of an authorization code; RFC 6749 says none, and 4.1.2 wants one known */
#define OIDC_LEEWAY_S      60 /* how far the clocks of two companies may differ */
#define OIDC_AUDIENCES_MAX 8
#define OIDC_NONCE_TEXT    65
#define OIDC_TYP_SIZE      32

/* What a browser came for. */
struct oidc_attempt {
	bool links;         /* an identity to the account that is signed in */
	instant_t begun_at; /* whole seconds */
	char random[OPAQUE_TOKEN_TEXT];
};

/* "s1800000000-random"; "l..." to link. */
void oidc_attempt_write(const struct oidc_attempt *attempt, char ret_text[OIDC_ATTEMPT_TEXT]);

/* ERR_MALFORMED. */
MUST_CHECK enum err oidc_attempt_read(const char *text, struct oidc_attempt *ret_attempt);

/* Whether it began within OIDC_ATTEMPT_LIFE_S. */
bool oidc_attempt_is_alive(const struct oidc_attempt *attempt, instant_t now);

/* What is hashed for state, nonce and verifier. session: the session's cookie of an attempt to link. */
enum oidc_seed { OIDC_STATE, OIDC_NONCE, OIDC_VERIFIER, OIDC_SEED_MAX };
void oidc_seed_write(enum oidc_seed seed, const struct oidc_attempt *attempt, const char *session,
                     char ret_text[OIDC_SEED_TEXT]);

/* Writes the 64 hexadecimal digits of a SHA-256 in base64url: a PKCE challenge (RFC 7636, 4.2) of the
 * verifier that was hashed. Returns text. */
#define OIDC_CHALLENGE_TEXT 44
char *oidc_challenge_write(const char *hash, char text[OIDC_CHALLENGE_TEXT]);

/* What is looked at in a token of the provider: an ID token (OpenID Connect Core 2), or an access token
 * that is a JWT (RFC 9068). */
struct id_token_claims {
	char typ[OIDC_TYP_SIZE]; /* of the header; "": none */
	struct identity_claims who;
	char audiences[OIDC_AUDIENCES_MAX][OIDC_CLIENT_SIZE];
	size_t n_audiences;
	char azp[OIDC_CLIENT_SIZE];  /* "": none */
	char nonce[OIDC_NONCE_TEXT]; /* "": none */
	unsigned roles; /* that the claim of roles names: enum role, or-ed, of an account's */
	bool has_key;   /* cnf: it counts only with a key of its holder (RFC 7800) */
	instant_t iat, exp, nbf; /* nbf 0: none */
};

/* For whom a token has to be. */
struct id_token_wanted {
	const char *issuer, *client, *nonce;
};

/* Whether an ID token with a valid signature counts here and now (Core 3.1.3.7): issuer, audience, azp,
 * times and nonce. ret_why: what is wrong, a constant text. ERR_UNAUTHORIZED. */
MUST_CHECK enum err id_token_accept(const struct id_token_claims *claims,
                                    const struct id_token_wanted *wanted, instant_t now,
                                    const char **ret_why);

/*
 * Whether a token with a valid signature, which a program shows to get one of ours, counts here and now
 * (RFC 8693, RFC 9068 4): a JWT of this issuer for this audience, that nobody has to prove a key for, and
 * whose time is not over: no leeway gives it more. ret_why: what is wrong, a constant text.
 * ERR_UNAUTHORIZED.
 */
MUST_CHECK enum err external_token_accept(const struct id_token_claims *claims, const char *issuer,
                                          const char *audience, instant_t now,
                                          const char **ret_why);

/* The roles that such a token gets of an account: a guest's, and of the account's others those that the
 * token names, where it has to name them; never an operator's. */
unsigned external_token_roles(const struct account *account, const struct id_token_claims *claims,
                              bool has_to_name);

/* Whether a URL of the provider may be asked: https, or http to a name of loopback; with a host, and
 * without user and fragment. */
bool oidc_url_is_allowed(const char *url);

#endif
