/* SPDX-License-Identifier: MIT */
/*
 * account_fake - the stores of account in memory, and its other ports as a test wants them.
 */
#ifndef TESTS_FAKES_ACCOUNT_FAKE_H
#define TESTS_FAKES_ACCOUNT_FAKE_H

#include "app/ports.h"
#include "tests/fakes/audit_fake.h"
#include "tests/fakes/erased_fake.h"

#define ACCOUNT_FAKE_MAX 128 /* of anything; more than a test needs */

struct account_row_fake {
	struct account account; /* id 0: unused */
	struct account_secrets secrets;
	uint64_t otp_step;                               /* of the last code that was used */
	char next_email[EMAIL_SIZE];                     /* "": none was asked for */
	char next_hash[SECRET_HASH_TEXT];                /* of its token; "": not sent yet */
	instant_t next_at;                               /* when it was asked for, then sent */
	char recovery[RECOVERY_CODES][SECRET_HASH_TEXT]; /* "": used */
};

struct session_row_fake {
	struct session session; /* id 0: it has ended */
	char refresh[SECRET_HASH_TEXT], cookie[SECRET_HASH_TEXT];
};

struct account_fake {
	enum err fails; /* the outcome of every call; OK: they work */
	struct account_row_fake accounts[ACCOUNT_FAKE_MAX];
	struct session_row_fake sessions[ACCOUNT_FAKE_MAX];
	struct {
		char hash[SECRET_HASH_TEXT];
		uint64_t session_id;
	} exchanged[ACCOUNT_FAKE_MAX]; /* refresh tokens */
	struct {
		char hash[SECRET_HASH_TEXT]; /* "": used */
		uint64_t account_id;
		enum account_mail_kind kind;
		instant_t created_at;
	} tokens[ACCOUNT_FAKE_MAX];
	struct {
		char email[SECRET_HASH_TEXT], address[ADDRESS_SIZE];
		struct sign_in_record record;
	} tries[ACCOUNT_FAKE_MAX]; /* email "": of an address alone */
	struct {
		struct account_mail_job job;
		instant_t due_at; /* 0: it has ended */
	} mails[ACCOUNT_FAKE_MAX];
	struct {
		struct idempotency key;
		uint64_t account_id;
		instant_t at;
	} keys[16]; /* oldest first */
	struct {
		struct account_erasure erasure; /* account_id 0: finished */
		instant_t due_at;
	} erasures[16];
	size_t n_erasures;
	struct identity identities[ACCOUNT_FAKE_MAX]; /* account_id 0: removed */
	size_t n_identities;
	size_t n_accounts, n_sessions, n_exchanged, n_tokens, n_tries, n_mails, n_keys;
	uint64_t last_id; /* of an account */
	struct audit_fake audit;
	struct erased_notes_fake erased;
};

/* The ports on a fake, which starts empty (all zero) and has to outlive them. Not for threads. */
struct account_store account_fake_port(struct account_fake *fake);
struct session_store session_fake_port(struct account_fake *fake);
struct account_mail_queue account_mail_fake_port(struct account_fake *fake);
struct identity_store identity_fake_port(struct account_fake *fake);

/* What the fake's parts share. NULL: there is none. */
struct account_row_fake *account_fake_find(struct account_fake *fake, uint64_t id);
struct account_row_fake *account_fake_row_add(struct account_fake *fake,
                                              const struct account *account);
void account_fake_sessions_end(struct account_fake *fake, uint64_t account_id, uint64_t keep);
void account_fake_mail_ask(struct account_fake *fake, uint64_t account_id,
                           enum account_mail_kind kind, instant_t now);
uint32_t account_fake_mail_wait_ms(const struct account_fake *fake, uint64_t account_id,
                                   enum account_mail_kind kind, instant_t now);
/* due_at 0: it is never sent. */
void account_fake_mail_put(struct account_fake *fake, uint64_t account_id,
                           enum account_mail_kind kind, const char *email, instant_t now,
                           instant_t due_at);
struct account_row_fake *account_fake_by_email(struct account_fake *fake, const char *email);

/* account_email_fake.c */
enum err account_fake_email_ask(void *self, const struct email_change *change,
                                uint32_t *ret_wait_ms);
enum err account_fake_email_token_put(void *self, uint64_t account_id, const char email[EMAIL_SIZE],
                                      const char hash[SECRET_HASH_TEXT], instant_t now);
enum err account_fake_email_set(void *self, const struct email_proof *proof,
                                struct account *ret_account);

/* The other ports. A password is hashed as "hash of ..." and takes `hashes` up by one; a password of
 * "common..." is guessed at once; the only right code is "123456", of step `step`; tokens are "token-1"
 * and so on, and their hash is "#token-1". */
struct account_parts_fake {
	enum err fails;   /* of hashing and of sending */
	unsigned hashes;  /* how many passwords were hashed or verified */
	unsigned unknown; /* how many were verified for nobody */
	uint64_t step;
	const char *seal;      /* of keys of one-time codes; NULL: "sealed-now" */
	const char *lost_seal; /* which opens nothing; NULL: each opens its keys */
	unsigned n_tokens;
	unsigned n_mails;
	struct account_mail_job last_job;
	enum language last_language;
	char last_link[512];
	/* the other contexts */
	enum err contexts_say; /* of each call */
	struct account_ties ties;
	enum account_section long_section; /* has more than fits */
	unsigned
		rounds; /* of erasing bookings that there are, each with an answer of `more` but the last */
	uint64_t standing;
	uint64_t erased_books, erased_recipient; /* of which account the last call was */
};

struct account_contexts account_contexts_fake(struct account_parts_fake *fake);

struct password_hasher password_hasher_fake(struct account_parts_fake *fake);
struct password_guesser password_guesser_fake(void);
struct one_time_codes one_time_codes_fake(struct account_parts_fake *fake);
struct otp_sealer otp_sealer_fake(struct account_parts_fake *fake);
struct opaque_tokens opaque_tokens_fake(struct account_parts_fake *fake);
struct account_mailer account_mailer_fake(struct account_parts_fake *fake);

#endif
