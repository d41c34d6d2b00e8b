/* SPDX-License-Identifier: MIT */
/*
 * account_external - signing in at the OpenID provider of the settings (domain/account/oidc.h), and
 * linking who somebody is there to the account that is signed in.
 */
#ifndef APP_ACCOUNT_ACCOUNT_EXTERNAL_H
#define APP_ACCOUNT_ACCOUNT_EXTERNAL_H

#include "app/account/account.h"

#define EXTERNAL_ERROR_SIZE 64 /* of an error code, RFC 6749 4.1.2.1 */

/* What the browser comes back with; its parts are "" where it has none. */
struct external_answer {
	char attempt[OIDC_ATTEMPT_TEXT]; /* the cookie */
	char session[OPAQUE_TOKEN_TEXT]; /* the session's cookie */
	char state[OIDC_NONCE_TEXT];
	char code[OIDC_CODE_SIZE];
	char error[EXTERNAL_ERROR_SIZE];
	char issuer[IDENTITY_ISSUER_SIZE]; /* iss, RFC 9207 */
	struct account_client client;
};

struct external_outcome {
	enum external_result result;
	bool links;                     /* it was an attempt to link, as far as the cookie says */
	const char *why;                /* for the log: a constant text; NULL: nothing to say */
	char cookie[OPAQUE_TOKEN_TEXT]; /* of the session; "": none began */
};

/* A new attempt, for the cookie. */
void external_attempt_make(const struct app *app, bool links, char ret_attempt[OIDC_ATTEMPT_TEXT]);

/* Writes the URL at the provider for an attempt. ERR_MALFORMED: it is none that counts now;
 * ERR_UNAVAILABLE, with ret_why: the provider is away. session: the session's cookie or "". */
MUST_CHECK enum err external_url(const struct app *app, const char *attempt, const char *session,
                                 enum language language, char ret_url[OIDC_URL_SIZE],
                                 const char **ret_why);

/* Reads a token of the provider: with its keys that are known, and once more with fresh ones, should they
 * not have the token's. ERR_UNAUTHORIZED, ERR_UNAVAILABLE, with ret_why; ERR_MEMORY. */
MUST_CHECK enum err external_token_read(const struct app *app, const char *token,
                                        struct id_token_claims *ret_claims, const char **ret_why);

/* Links who somebody is at the provider to an account; what identity_store.link returns. */
MUST_CHECK enum err external_link(const struct app *app, const struct identity_claims *who,
                                  uint64_t account_id, const struct account_client *client);

/* Signs in, or links, whoever came back. OK: ret_outcome says how it ended, also if nobody is signed
 * in. */
MUST_CHECK enum err external_finish(const struct app *app, const struct external_answer *answer,
                                    struct external_outcome *ret_outcome);

#endif
