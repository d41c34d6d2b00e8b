/* SPDX-License-Identifier: MIT */
/*
 * ports - what account needs from outside: its stores, what hashes and guesses passwords, what makes
 * secrets, and what sends mails. What holds for all ports is in app/ports.h.
 *
 * No store is given a password or a token: only hashes. Times come from the caller, so that the rules of
 * domain/account decide on one clock.
 *
 * What changes something for the audit takes its entry, `audit`, which commits with the change and only
 * with it; NULL: none is written. Where the entry does not say whose account it is, the store does.
 */
#ifndef APP_ACCOUNT_PORTS_H
#define APP_ACCOUNT_PORTS_H

#include "app/paging.h"
#include "base/buf.h"
#include "domain/account/account.h"
#include "domain/account/one_time_token.h"
#include "domain/account/second_factor.h"
#include "domain/account/session.h"
#include "domain/account/sign_in.h"
#include "domain/audit.h"
#include "domain/room/room.h"

/* ---- accounts ---- */

struct new_account {
	struct account account; /* of account_begin(); an id other than 0 is taken as it is */
	char password[PASSWORD_HASH_SIZE]; /* hashed */
	struct idempotency key;
	const struct audit_entry *audit;
};

struct account_change {
	uint64_t id;
	struct precondition condition;
	unsigned members; /* bits of enum account_member */
	struct account to;
	struct idempotency key;
	instant_t now;
};

/* What proves who somebody is; nobody outside the use cases gets it. */
struct account_secrets {
	char password[PASSWORD_HASH_SIZE]; /* hashed */
	struct otp_stored otp;
};

struct password_change {
	uint64_t account_id;
	char password[PASSWORD_HASH_SIZE]; /* the new one, hashed */
	uint64_t keep_session;             /* every other session ends; 0: all do */
	instant_t now;
	const struct audit_entry *audit;
};

/* A second factor that is set up: it counts after second_factor_confirm. */
struct second_factor_offer {
	uint64_t account_id;
	struct otp_stored otp;
	char recovery[RECOVERY_CODES][SECRET_HASH_TEXT]; /* hashed */
	instant_t now;
};

/* An e-mail that an account is to have, when somebody has proved to read what is sent to it. */
struct email_change {
	uint64_t account_id;
	char email[EMAIL_SIZE];
	instant_t now;
	const struct audit_entry *audit;
};

struct email_proof {
	char hash[SECRET_HASH_TEXT]; /* of the token that was sent to it */
	uint64_t keep_session;       /* every other session of the account ends; 0: all do */
	instant_t now;
	const struct audit_entry *audit;
};

/* An account that is gone, and whose traces in other contexts are still to be erased. */
struct account_erasure {
	uint64_t account_id;
	instant_t begun_at;
};

enum account_sort {
	ACCOUNT_SORT_ID,
	ACCOUNT_SORT_EMAIL,
	ACCOUNT_SORT_CREATED_AT,
	ACCOUNT_SORT_MAX
};

struct account_list {
	unsigned role; /* ROLE_HOST, ROLE_OPERATOR; 0: any */
	struct paging paging;
};

struct account_store {
	void *self;

	/*
	 * Stores a new account, and asks for the mail that verifies its e-mail. If the key was used
	 * before: ret_replayed, and the account as it is now. ERR_STATE_CONFLICT: the e-mail is another
	 * account's; ERR_TAKEN: the id is; ERR_KEY_REUSED.
	 */
	enum err (*add)(void *self, const struct new_account *new_account,
	                struct account *ret_account, bool *ret_replayed);

	/* ERR_NOT_FOUND. */
	enum err (*find)(void *self, uint64_t id, struct account *ret_account);

	/* With what proves who it is. ERR_NOT_FOUND. */
	enum err (*find_with_secrets)(void *self, uint64_t id, struct account *ret_account,
	                              struct account_secrets *ret_secrets);

	/* The account of an e-mail, byte by byte. ERR_NOT_FOUND. */
	enum err (*find_by_email)(void *self, const char *email, struct account *ret_account,
	                          struct account_secrets *ret_secrets);

	/* Changes members. If no value differs, there is no new version. ERR_NOT_FOUND,
	 * ERR_VERSION_CONFLICT, ERR_KEY_REUSED. If the key was used before: ret_replayed. */
	enum err (*change)(void *self, const struct account_change *change,
	                   struct account *ret_account, bool *ret_replayed);

	/* Gives or takes a role; taking one ends all sessions. If nothing changes, there is no entry.
	 * ERR_NOT_FOUND, ERR_INVALID. */
	enum err (*role_set)(void *self, uint64_t id, enum role role, bool has, instant_t now,
	                     const struct audit_entry *audit, struct account *ret_account);

	enum err (*list)(void *self, const struct account_list *list,
	                 void (*visit)(void *arg, const struct account *account), void *arg,
	                 uint64_t *ret_total);

	/* ---- passwords ---- */

	/* Sets the password, ends the other sessions, and withdraws another e-mail. ERR_NOT_FOUND. */
	enum err (*password_set)(void *self, const struct password_change *change);

	/* ---- tokens of mails ---- */

	/* Stores the hash of a token in place of the earlier ones of its kind. ERR_NOT_FOUND: the account
	 * is gone, or has another e-mail than this one by now. */
	enum err (*token_put)(void *self, const struct account *account,
	                      enum account_mail_kind kind, const char hash[SECRET_HASH_TEXT],
	                      instant_t now);

	/* Uses a token that verifies an e-mail. ERR_NOT_FOUND: it is unknown, used or too old. */
	enum err (*verify)(void *self, const char hash[SECRET_HASH_TEXT], instant_t now,
	                   struct account *ret_account);

	/* The account of a token that resets a password, which stays unused. ERR_NOT_FOUND. */
	enum err (*reset_find)(void *self, const char hash[SECRET_HASH_TEXT], instant_t now,
	                       struct account *ret_account);

	/*
	 * Uses a token that resets a password: sets it, ends all sessions, withdraws another e-mail, and
	 * verifies the present one. If that was not verified before, a second factor is removed as well: whoever signed up with an
	 * address of somebody else must not keep a part of it. ERR_NOT_FOUND, as verify.
	 */
	enum err (*reset)(void *self, const char hash[SECRET_HASH_TEXT],
	                  const char password[PASSWORD_HASH_SIZE], instant_t now,
	                  const struct audit_entry *audit, struct account *ret_account);

	/* ---- another e-mail ---- */

	/*
	 * Keeps the e-mail that the account is to have in place of an earlier one, and asks for the mails: with
	 * the link to it, and a notice to the present one. If it is another account's, nothing is kept, and
	 * that account's owner gets a mail instead of the one with the link: only the owners can tell.
	 * ERR_TOO_MANY, with ret_wait_ms: of ACCOUNT_MAIL_EMAIL (account_mail_wait_ms()). ERR_NOT_FOUND.
	 */
	enum err (*email_ask)(void *self, const struct email_change *change, uint32_t *ret_wait_ms);

	/* Stores the hash of the token that is sent to the e-mail. ERR_NOT_FOUND: the account is not to have
	 * it any more. */
	enum err (*email_token_put)(void *self, uint64_t account_id, const char email[EMAIL_SIZE],
	                            const char hash[SECRET_HASH_TEXT], instant_t now);

	/* Uses such a token: the account has the e-mail, verified; other sessions end, and no token of an
	 * earlier mail counts. ERR_NOT_FOUND: it is unknown, used, withdrawn or too old. ERR_STATE_CONFLICT: another
	 * account has the e-mail meanwhile. */
	enum err (*email_set)(void *self, const struct email_proof *proof,
	                      struct account *ret_account);

	/* ---- the second factor ---- */

	/* Stores a key and recovery codes in place of others that do not count yet. ERR_NOT_FOUND;
	 * ERR_STATE_CONFLICT: the account has a second factor. */
	enum err (*second_factor_offer)(void *self, const struct second_factor_offer *offer);

	/* The code of this step was right: the second factor counts from now on, and the other sessions
	 * end. ERR_STATE_CONFLICT: none was offered, or it counts already. */
	enum err (*second_factor_confirm)(void *self, uint64_t account_id, uint64_t step,
	                                  uint64_t keep_session, instant_t now,
	                                  const struct audit_entry *audit);

	/* Removes the second factor and its recovery codes, and ends the other sessions.
	 * ERR_STATE_CONFLICT: there is none. */
	enum err (*second_factor_remove)(void *self, uint64_t account_id, uint64_t keep_session,
	                                 instant_t now, const struct audit_entry *audit);

	/* A right code is used: none of its step or an earlier one counts again. ERR_NOT_FOUND: such a
	 * one was used before. */
	enum err (*otp_use)(void *self, uint64_t account_id, uint64_t step);

	/* Uses a recovery code. ERR_NOT_FOUND: there is no such code, or it was used. */
	enum err (*recovery_use)(void *self, uint64_t account_id,
	                         const char hash[SECRET_HASH_TEXT]);

	/* The keys of one-time codes that have another seal than this one, of accounts after `after`, in the
	 * order of their numbers; at most max. visit may not call the store. */
	enum err (*otp_list)(void *self, const char *seal, uint64_t after, size_t max,
	                     void (*visit)(void *arg, uint64_t account_id,
	                                   const struct otp_stored *otp),
	                     void *arg);

	/* Stores the key anew as it is sealed now, which is no new version. ERR_NOT_FOUND: the account has
	 * another one meanwhile, or none. */
	enum err (*otp_reseal)(void *self, uint64_t account_id, const struct otp_stored *from,
	                       const struct otp_stored *to);

	/* ---- erasing ---- */

	/* Deletes the account with its sessions, tokens, codes, mails and keys of requests, so that its e-mail
	 * is free, and notes its number as an erasure that is due. audit: as with role_set. ERR_NOT_FOUND. */
	enum err (*erase)(void *self, uint64_t id, instant_t now, const struct audit_entry *audit);

	/* The erasure that is due for longest; it is due again at `until`. ERR_NOT_FOUND: none is due. */
	enum err (*erasure_claim)(void *self, instant_t now, instant_t until,
	                          struct account_erasure *ret_erasure);

	/* Nothing of the account is left: forgets its number. One that is forgotten is fine. */
	enum err (*erasure_finish)(void *self, uint64_t account_id);

	/* Whether the key was used. ERR_NOT_FOUND: it is new, or ""; ERR_KEY_REUSED. */
	enum err (*key_find)(void *self, const struct idempotency *key);

	/* Deletes up to max keys that are older, oldest first. ret_n: how many. */
	enum err (*keys_purge)(void *self, instant_t before, size_t max, size_t *ret_n);
};

/* ---- sessions ---- */

struct new_session {
	struct session session;                                   /* without id */
	char refresh[SECRET_HASH_TEXT], cookie[SECRET_HASH_TEXT]; /* of its tokens, hashed */
	const struct audit_entry *audit;
};

struct session_store {
	void *self;

	/* Begins a session. Of more than SESSIONS_MAX of the account, the one unused for longest ends. */
	enum err (*begin)(void *self, const struct new_session *new_session,
	                  struct session *ret_session);

	/* The session of a cookie, whose use is noted, and its account as it is now. ERR_NOT_FOUND: there
	 * is none, or it has ended. */
	enum err (*of_cookie)(void *self, const char cookie[SECRET_HASH_TEXT], instant_t now,
	                      struct session *ret_session, struct account *ret_account);

	/*
	 * Exchanges a refresh token for another. ERR_NOT_FOUND: there is none, or its session has ended.
	 * ERR_FORBIDDEN: it was exchanged before, so one of two who have it is a thief: the session ends
	 * (RFC 9700, 4.14.2), which is what the entry is for.
	 */
	enum err (*refresh)(void *self, const char from[SECRET_HASH_TEXT],
	                    const char to[SECRET_HASH_TEXT], instant_t now,
	                    const struct audit_entry *audit, struct session *ret_session,
	                    struct account *ret_account);

	/* The account's sessions that have not ended, the last used first; at most SESSIONS_MAX. */
	enum err (*list)(void *self, const struct account *account, instant_t now,
	                 void (*visit)(void *arg, const struct session *session), void *arg);

	/* Ends a session of the account. ERR_NOT_FOUND. */
	enum err (*end)(void *self, uint64_t id, uint64_t account_id,
	                const struct audit_entry *audit);

	/* Ends the session of a refresh token, or of a cookie, if there is one. */
	enum err (*end_by_refresh)(void *self, const char refresh[SECRET_HASH_TEXT],
	                           const struct audit_entry *audit);
	enum err (*end_by_cookie)(void *self, const char cookie[SECRET_HASH_TEXT],
	                          const struct audit_entry *audit);

	/* Ends all sessions of the account but one; 0: all. */
	enum err (*end_others)(void *self, uint64_t account_id, uint64_t keep_session,
	                       const struct audit_entry *audit);

	/* ---- trying to sign in ---- */

	/*
	 * Counts a try for this hash of an e-mail from this address as a failure, before it is known
	 * (sign_in_count()). ERR_TOO_MANY: it has to wait for ret_wait_ms, and is not counted. An address
	 * of "" has no count of its own.
	 */
	enum err (*try_begin)(void *self, const char email[SECRET_HASH_TEXT], const char *address,
	                      instant_t now, uint32_t *ret_wait_ms);

	/* The try went well: the pair is forgotten, and the address has one failure less. */
	enum err (*try_succeed)(void *self, const char email[SECRET_HASH_TEXT],
	                        const char *address);

	/* Deletes what is of no use any more, at most max of a kind: sessions that have ended, exchanged
	 * refresh tokens of theirs, and records of tries. ret_n: how many. */
	enum err (*purge)(void *self, instant_t now, size_t max, size_t *ret_n);
};

/* ---- mails ---- */

/* A mail that was claimed. */
struct account_mail_job {
	uint64_t id;
	uint32_t
		attempts; /* including this one; it also distinguishes this claim from older ones */
	enum account_mail_kind kind;
	char email[EMAIL_SIZE]; /* where it goes; "": to the e-mail of the account */
	instant_t created_at;
	struct account account;
};

struct account_mail_queue {
	void *self;

	/* Asks for a mail to an account, unless account_mail_is_allowed() says no: then nothing happens,
	 * which the caller cannot tell. */
	enum err (*ask)(void *self, uint64_t account_id, enum account_mail_kind kind,
	                instant_t now);

	/* Claims the mail that is due for longest, for lease_s seconds. ERR_NOT_FOUND: none is due. */
	enum err (*claim)(void *self, instant_t now, uint32_t lease_s,
	                  struct account_mail_job *ret_job);

	/* The mail was sent, or will never be. Ignored if it was claimed again meanwhile. */
	enum err (*finish)(void *self, const struct account_mail_job *job);

	/* It could not be sent now: it is due again at this time. Ignored as above. */
	enum err (*postpone)(void *self, const struct account_mail_job *job, instant_t until);

	/* For metrics: how many wait, and since when the oldest does (0: none waits). */
	enum err (*backlog)(void *self, uint64_t *ret_n, instant_t *ret_oldest);

	/* Deletes mails that were asked for a day ago, sent or not, and tokens that are too old, at most
	 * max of each. ret_n: how many. */
	enum err (*purge)(void *self, instant_t now, size_t max, size_t *ret_n);
};

/* What a mail to the owner of an account says. */
struct account_mail {
	const struct account_mail_job *job;
	enum language language;
	const char *link; /* with the token, or without one where the kind has none */
};

/* Sends a mail. Safe to call from several threads. ERR_UNAVAILABLE: it may be tried again;
 * ERR_INVALID: it never will be sent. */
struct account_mailer {
	void *self;
	enum err (*send)(void *self, const struct account_mail *mail);
};

/* ---- what other contexts have of an account ---- */

#define ACCOUNT_TIES_MAX 20 /* of a kind; the totals say how many there are */

/* What keeps an account: its own bookings whose guest may still come or has to pay, and its open rooms. */
struct account_ties {
	struct book books[ACCOUNT_TIES_MAX];
	struct {
		uint64_t id;
		char name[TEXT_SIZE(ROOM_NAME_CHARS)];
	} rooms[ACCOUNT_TIES_MAX];
	size_t n_books, n_rooms; /* in the arrays */
	uint64_t books_total, rooms_total;
};

/* What other contexts show to an account. */
enum account_section {
	SECTION_BOOKS,
	SECTION_PAYMENTS,
	SECTION_ROOMS, /* that it offers, and those that it does not offer any more */
	SECTION_NOTIFICATIONS,
	SECTION_SETTINGS, /* of notifications */
	SECTION_MAX
};

#define SECTION_ITEMS_MAX 10000 /* of a section, in an export; of rooms, of each status */
#define SECTION_BYTES_MAX (3 * 1024 * 1024) /* of its JSON text */

/* room, book and alarm, as far as they know of accounts. ERR_UNAVAILABLE. */
struct account_contexts {
	void *self;
	enum err (*ties)(void *self, uint64_t account_id, const struct origin *origin,
	                 struct account_ties *ret_ties);

	/* Appends the JSON text of a section, an array or, of settings, an object, as the account itself sees
	 * it with this access token. ret_more: there are more than SECTION_ITEMS_MAX. ERR_TOO_LARGE: they
	 * do not fit. */
	enum err (*section)(void *self, enum account_section section, uint64_t account_id,
	                    const char *access_token, const struct origin *origin, struct buf *to,
	                    bool *ret_more);

	/* Erases the contact of some bookings of the account. ret_more: call again; ret_standing: how many
	 * are left because their guest may still come. */
	enum err (*books_erase)(void *self, uint64_t account_id, const struct origin *origin,
	                        bool *ret_more, uint64_t *ret_standing);

	/* Erases how the account wants to be told, and where it was told. */
	enum err (*recipient_erase)(void *self, uint64_t account_id, const struct origin *origin);
};

/* ---- secrets ---- */

struct password_hasher {
	void *self;

	/* Hashes a password with a salt of its own. ERR_UNAVAILABLE: as many hashes as may be are at
	 * work, and none ended in time. */
	enum err (*hash)(void *self, const char *password, char ret_hash[PASSWORD_HASH_SIZE]);

	/* Whether it is the password of the hash; NULL or "": of an account that does not exist, or has
	 * none, which takes as long and is never right. ERR_UNAUTHORIZED: it is not. ERR_UNAVAILABLE, as above. */
	enum err (*verify)(void *self, const char *password, const char *hash);
};

/* How soon a password is guessed. */
struct password_guesser {
	void *self;

	/* In how many tries, as a power of two. about: words that whoever guesses would try first, such
	 * as the e-mail; a NULL ends them. */
	double (*bits)(void *self, const char *password, const char *const about[]);
};

/* Seals keys of one-time codes with a secret, so that who reads the database makes no codes. */
struct otp_sealer {
	void *self;
	const char *seal; /* of what it seals now; "": there is no secret */

	/* Seals the key for its account alone; without a secret it is stored as it is. */
	void (*seal_key)(void *self, uint64_t account_id, const unsigned char key[OTP_KEY_BYTES],
	                 struct otp_stored *ret_otp);

	/* ERR_NOT_FOUND: there is no key, or none that a known secret opens for this account. */
	enum err (*open_key)(void *self, uint64_t account_id, const struct otp_stored *otp,
	                     unsigned char ret_key[OTP_KEY_BYTES]);
};

struct one_time_codes {
	void *self;

	/* Whether a code is that of the key now, or OTP_WINDOW steps before or after; ret_step is of the
	 * code. ERR_UNAUTHORIZED: it is not. */
	enum err (*check)(void *self, const unsigned char key[OTP_KEY_BYTES], const char *code,
	                  instant_t now, uint64_t *ret_step);
};

/* Random tokens that only their holders know. */
struct opaque_tokens {
	void *self;

	/* A new token and its hash. */
	void (*make)(void *self, char ret_token[OPAQUE_TOKEN_TEXT],
	             char ret_hash[SECRET_HASH_TEXT]);

	/* The hash of a text. */
	void (*hash)(void *self, const char *text, char ret_hash[SECRET_HASH_TEXT]);

	/* Random bytes. */
	void (*random)(void *self, void *to, size_t n);
};

#endif
