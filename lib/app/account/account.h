/* SPDX-License-Identifier: MIT */
/*
 * account - the use cases of signing up and in, and of what belongs to an account. What only reads, or
 * changes one thing, is called in its store directly.
 *
 * None of them tells whoever is not signed in whether an e-mail has an account, in words or by the time
 * it takes; signing up does, as nobody could have two accounts of an e-mail.
 */
#ifndef APP_ACCOUNT_ACCOUNT_H
#define APP_ACCOUNT_ACCOUNT_H

#include "app/app.h"

/* Where a request comes from. */
struct account_client {
	char address
		[ADDRESS_SIZE]; /* that tries are counted by; "": of this machine, not counted */
	char agent[TEXT_SIZE(SESSION_AGENT_CHARS)];
	/* For the audit: the address, whosever it is, and the X-Request-Id. */
	char from[ADDRESS_SIZE], request_id[65];
};

/* ---- signing up ---- */

struct account_sign_up {
	struct account account; /* its e-mail, name and language */
	enum role role;         /* ROLE_GUEST or ROLE_HOST */
	char password[PASSWORD_SIZE];
	struct account_client client;
	struct idempotency key;
};

/*
 * Makes an account and asks for the mail that verifies its e-mail. ERR_INVALID with faults: the
 * password may not be used. ERR_FORBIDDEN: hosts are made by an operator (HOTEL_HOSTS).
 * ERR_STATE_CONFLICT: the e-mail has an account. ERR_KEY_REUSED. ERR_TOO_MANY, with ret_wait_ms: of
 * account_mail_try().
 */
MUST_CHECK enum err account_sign_up(const struct app *app, const struct account_sign_up *request,
                                    struct faults *faults, struct account *ret_account,
                                    bool *ret_replayed, uint32_t *ret_wait_ms);

/*
 * Counts that somebody has a mail sent to an e-mail of his choice: after SIGN_IN_PAIR_FREE to the same
 * e-mail, or SIGN_IN_ADDRESS_FREE to any, from the same network address each further one has to wait, so
 * that nobody can use us to send mails. Failed sign-ins are another count; what comes from this
 * machine is not counted. ERR_TOO_MANY.
 */
MUST_CHECK enum err account_mail_try(const struct app *app, const char *email,
                                     const struct account_client *client, uint32_t *ret_wait_ms);

/* Adds the faults of a password that may not be used, at this pointer. Whether there is one. about: as
 * password_guesser.bits. */
bool account_password_is_refused(const struct app *app, const char *password,
                                 const struct account *about, const char *pointer,
                                 struct faults *faults);

/* ---- signing in ---- */

struct account_sign_in {
	char email[EMAIL_SIZE];
	char password[PASSWORD_SIZE];
	char otp[SECOND_FACTOR_CODE_TEXT]; /* a one-time code or a recovery code; "": none */
	struct account_client client;
};

/* What whoever has signed in gets: nobody else ever sees the tokens. */
struct signed_in {
	struct account account;
	struct session session;
	char refresh_token[OPAQUE_TOKEN_TEXT];
	char cookie[OPAQUE_TOKEN_TEXT]; /* "" after account_refresh() */
	char access_token[TOKEN_TEXT];
	uint32_t expires_in_s; /* of the access token */
};

/* Why a sign-in was refused, beside its outcome. */
struct sign_in_refusal {
	bool otp_needed;  /* ERR_UNAUTHORIZED: the password is right, and a code is needed */
	uint32_t wait_ms; /* ERR_TOO_MANY: until the next try */
};

/* Begins the session of in->account, and fills in its tokens but the access token. how: for the audit, by
 * what, unless by a password. */
MUST_CHECK enum err account_session_begin(const struct app *app,
                                          const struct account_client *client, const char *how,
                                          struct signed_in *in);

/* Signs in with a password. ERR_UNAUTHORIZED, ERR_TOO_MANY. */
MUST_CHECK enum err account_sign_in(const struct app *app, const struct account_sign_in *request,
                                    struct sign_in_refusal *ret_refusal, struct signed_in *ret_in);

/* Exchanges a refresh token. ERR_UNAUTHORIZED: it does not count; if it was exchanged before, its session
 * has ended now. */
MUST_CHECK enum err account_refresh(const struct app *app, const char *refresh_token,
                                    const struct account_client *client, struct signed_in *ret_in);

/* The session of a browser's cookie and its account. ERR_UNAUTHORIZED. */
MUST_CHECK enum err account_of_cookie(const struct app *app, const char *cookie,
                                      struct session *ret_session, struct account *ret_account);

struct access_token {
	char text[TOKEN_TEXT];
	uint32_t expires_in_s;
};

/* Issues an access token of an account in these roles, which ends at `until` if not earlier. */
MUST_CHECK enum err account_roles_token_issue(const struct app *app, const struct account *account,
                                              unsigned roles, instant_t until,
                                              struct access_token *ret_token);

/* Issues an access token for a session. */
MUST_CHECK enum err account_token_issue(const struct app *app, const struct session *session,
                                        const struct account *account, char ret_token[TOKEN_TEXT]);

/* Ends the sessions of a cookie and of a refresh token; NULL or "": none. */
MUST_CHECK enum err account_sign_out(const struct app *app, const char *cookie,
                                     const char *refresh_token,
                                     const struct account_client *client);

/* ---- passwords ---- */

struct account_password_change {
	uint64_t account_id;
	uint64_t session_id; /* which goes on; 0: none */
	char old[PASSWORD_SIZE], new[PASSWORD_SIZE];
	struct account_client client;
};

/* ERR_INVALID with faults: the old password is wrong, or the new one may not be used. ERR_TOO_MANY: as
 * for signing in. ERR_NOT_FOUND. */
MUST_CHECK enum err account_password_change(const struct app *app,
                                            const struct account_password_change *request,
                                            struct faults *faults, uint32_t *ret_wait_ms);

/* Asks for the mail that resets a password, or that verifies an e-mail. OK whether or not there is such an
 * account. ERR_TOO_MANY: of account_mail_try(). */
MUST_CHECK enum err account_reset_ask(const struct app *app, const char *email,
                                      const struct account_client *client, uint32_t *ret_wait_ms);
MUST_CHECK enum err account_verification_ask(const struct app *app, uint64_t account_id);

/* Use the token of a mail. ERR_INVALID with faults: it does not count, or the password may not be used. */
MUST_CHECK enum err account_reset(const struct app *app, const char *token, const char *password,
                                  const struct account_client *client, struct faults *faults);
MUST_CHECK enum err account_verify(const struct app *app, const char *token, struct faults *faults,
                                   struct account *ret_account);

/* ---- the second factor ---- */

/* What is shown once, when a second factor is set up. */
struct second_factor_setup {
	char key[OTP_KEY_TEXT];
	char recovery[RECOVERY_CODES][RECOVERY_TEXT];
};

/* Proves, for what matters most, that whoever has a session knows the password too. */
struct account_proof {
	uint64_t account_id;
	uint64_t session_id; /* which goes on; 0: none */
	char password[PASSWORD_SIZE];
	char otp[SECOND_FACTOR_CODE_TEXT];
	struct account_client client;
};

/* Offers a second factor, which counts after second_factor_confirm(). ERR_INVALID with faults: the
 * password is wrong. ERR_STATE_CONFLICT: there is one already. ERR_TOO_MANY. */
MUST_CHECK enum err second_factor_set_up(const struct app *app, const struct account_proof *proof,
                                         struct faults *faults, uint32_t *ret_wait_ms,
                                         struct second_factor_setup *ret_setup);

/* ERR_INVALID with faults: the code is wrong. ERR_STATE_CONFLICT: nothing was set up. ERR_TOO_MANY. */
MUST_CHECK enum err second_factor_confirm(const struct app *app, const struct account_proof *proof,
                                          struct faults *faults, uint32_t *ret_wait_ms);

/* ERR_INVALID with faults: password or code are wrong. ERR_FORBIDDEN: operators need it.
 * ERR_STATE_CONFLICT: there is none. ERR_TOO_MANY. */
MUST_CHECK enum err second_factor_remove(const struct app *app, const struct account_proof *proof,
                                         struct faults *faults, uint32_t *ret_wait_ms);

/* Uses a one-time code, or a recovery code, of an account that has a second factor. ERR_UNAUTHORIZED: it
 * is wrong, or was used. */
MUST_CHECK enum err second_factor_check(const struct app *app, const struct account *account,
                                        const struct account_secrets *secrets, const char *code);

/* Keys of one-time codes that were sealed with the present secret, and those that no known secret opens:
 * their owners have recovery codes. */
struct otp_keys_sealed {
	size_t n, lost;
};

/* Seals every key that is not sealed with the present secret, if there is one. ret_sealed is right in any case. */
MUST_CHECK enum err otp_keys_seal(const struct app *app, struct otp_keys_sealed *ret_sealed);

/* Proves by the password, and by a code if the account has a second factor, who asks; what: what for, if the
 * audit has to tell of a refusal. ERR_INVALID with faults: password or code are wrong. ERR_TOO_MANY,
 * ERR_NOT_FOUND. */
MUST_CHECK enum err account_prove(const struct app *app, enum audit_what what,
                                  const struct account_proof *proof, struct faults *faults,
                                  uint32_t *ret_wait_ms);

/* ---- another e-mail ---- */

/*
 * Asks for the mail whose link gives the account another e-mail. OK whether or not another account has it.
 * ERR_INVALID with faults: password or code are wrong, or it is the present e-mail. ERR_TOO_MANY: as for
 * account_prove() and account_mail_try(), and of ACCOUNT_MAIL_EMAIL to this account. ERR_NOT_FOUND.
 */
MUST_CHECK enum err account_email_ask(const struct app *app, const struct account_proof *proof,
                                      const char email[EMAIL_SIZE], struct faults *faults,
                                      uint32_t *ret_wait_ms);

/* Uses the token of that mail. keep_session: which goes on; 0: none. ERR_INVALID with faults: it does not
 * count. ERR_STATE_CONFLICT: another account has the e-mail meanwhile. */
MUST_CHECK enum err account_email_change(const struct app *app, const char *token,
                                         uint64_t keep_session, const struct account_client *client,
                                         struct faults *faults);

/* ---- taking along ---- */

/* What other contexts have of an account, for its owner; account_export_done() frees it. */
struct account_export {
	struct buf sections[SECTION_MAX]; /* JSON texts */
	bool more;                        /* there is more than fits */
};

/* ERR_UNAVAILABLE: another context does not answer; ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err account_export(const struct app *app, const struct account *account,
                                   const struct origin *origin, struct account_export *ret_export);
void account_export_done(struct account_export *export);

/* ---- leaving ---- */

/*
 * Deletes the account that the entry of the audit is about: its e-mail is free at once, and worker-account has the other contexts erase what they
 * have of it. ERR_STATE_CONFLICT, with ret_ties: it has stays to come, unpaid bookings or open rooms.
 * ERR_UNAVAILABLE: room or book did not say so; nothing was done. ERR_NOT_FOUND.
 */
MUST_CHECK enum err account_erase(const struct app *app, const struct audit_entry *audit,
                                  const struct origin *origin, struct account_ties *ret_ties);

/* For a restore: deletes the account of a line of the list, if the restored backup has it. Its ties do not
 * count: it had none when it was deleted. ERR_NOT_FOUND: it is not there, or another account has its number. */
MUST_CHECK enum err account_erase_again(const struct app *app, const struct erased *erased,
                                        const struct audit_actor *by);

/* ---- tries ---- */

/* Counts a try to prove who somebody is, before it is known how it ends (session_store.try_begin). */
struct account_try {
	char email[SECRET_HASH_TEXT];
	char address[ADDRESS_SIZE];
};

/* ERR_TOO_MANY, with ret_wait_ms. */
MUST_CHECK enum err account_try_begin(const struct app *app, const char *email,
                                      const struct account_client *client,
                                      struct account_try *ret_try, uint32_t *ret_wait_ms);

/* It went well. An error is only that it goes on counting. */
void account_try_succeed(const struct app *app, const struct account_try *try);

/* ---- operators, at a terminal ---- */

struct account_add {
	struct account account; /* e-mail and name; an id other than 0 is taken as it is */
	bool is_host, is_operator;
	struct audit_actor by;
};

/* What an operator passes on to the owner of an account, once. */
struct account_added {
	struct account account;
	char password[OPAQUE_TOKEN_TEXT];
	bool has_second_factor; /* of an operator, who cannot act without one */
	struct second_factor_setup second_factor;
};

/* Makes an account with a random password and, for an operator, a second factor. ERR_STATE_CONFLICT: the
 * e-mail has an account; ERR_TAKEN: the id has one. */
MUST_CHECK enum err account_add(const struct app *app, const struct account_add *request,
                                struct account_added *ret_added);

/* Gives an account a random password; all its sessions end. ERR_NOT_FOUND. */
MUST_CHECK enum err account_password_replace(const struct app *app, uint64_t account_id,
                                             const struct audit_actor *by,
                                             char ret_password[OPAQUE_TOKEN_TEXT]);

/* Sets up a second factor without asking for a password or a first code. */
MUST_CHECK enum err second_factor_give(const struct app *app, uint64_t account_id,
                                       const struct audit_actor *by,
                                       struct second_factor_setup *ret_setup);

/* ---- worker-account ---- */

#define ACCOUNT_ERASURE_PAUSE_MS 60000 /* until an erasure that is not finished is tried again */

/* Goes on with one erasure that is due, and forgets it when nothing of the account is left and none of its
 * access tokens counts any more. ret_more: there may be another. */
MUST_CHECK enum err account_erase_due(const struct app *app, bool *ret_more);

/* Sends one mail that is due. ret_more: there may be another. */
MUST_CHECK enum err account_mail_send(const struct app *app, bool *ret_more);

#endif
