/* SPDX-License-Identifier: MIT */
/*
 * account_caller - who is signed in: by the session's cookie, or by an access token.
 */
#ifndef FCGI_ACCOUNT_ACCOUNT_CALLER_H
#define FCGI_ACCOUNT_ACCOUNT_CALLER_H

#include "app/account/account.h"

struct request;
struct response;

struct account_caller {
	uint64_t account_id;
	uint64_t session_id; /* of the cookie; 0: an access token does not say of which it is */
};

/* The cookie of a session: over TLS only this very host can have set one of such a name. */
#define SESSION_COOKIE     "session"
#define SESSION_COOKIE_TLS "__Host-session"

/* Copies the session's cookie. Whether there is one. */
bool session_cookie_find(const struct request *req, char ret_cookie[OPAQUE_TOKEN_TEXT]);

/* Sets the cookie of a session, or with "" removes it. */
void session_cookie_set(const struct request *req, struct response *res, const char *cookie);

/* The cookie of an attempt to sign in elsewhere (account_external.h). */
#define ATTEMPT_COOKIE     "oidc"
#define ATTEMPT_COOKIE_TLS "__Host-oidc"
bool attempt_cookie_find(const struct request *req, char ret_attempt[OIDC_ATTEMPT_TEXT]);
void attempt_cookie_set(const struct request *req, struct response *res, const char *attempt);

/* ERR_UNAUTHORIZED: nobody, with a detail in res; and the outcomes of account_of_cookie(). */
MUST_CHECK enum err account_caller_read(const struct app *app, const struct request *req,
                                        struct response *res, struct account_caller *ret_caller);

/* Where the request comes from. An address of this machine is none: tests and proxies share it. */
void account_client_read(const struct request *req, struct account_client *ret_client);

/* The entry of the audit for a session that the caller ends, or for all others (0). Returns ret_entry. */
const struct audit_entry *account_session_audit(const struct request *req,
                                                const struct account_caller *caller,
                                                uint64_t session_id, struct audit_entry *ret_entry);

/* Binds a key to the account: another's key of the same name is another one. */
void account_key_scope(const struct request *req, uint64_t account_id, struct idempotency *key);

/* Has a refusal say when to try again. Returns err. */
MUST_CHECK enum err account_wait_tell(struct response *res, enum err err, uint32_t wait_ms);

#endif
