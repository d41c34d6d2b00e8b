/* SPDX-License-Identifier: MIT */
/*
 * account - who somebody is: the identity behind guest ids and host ids, its roles, and the rules
 * of its password.
 *
 * An account's id is the guestId of its bookings and the hostId of its rooms. Two e-mail addresses
 * are the same if their bytes are, after NFC; nothing is folded.
 */
#ifndef DOMAIN_ACCOUNT_ACCOUNT_H
#define DOMAIN_ACCOUNT_ACCOUNT_H

#include "domain/book/book.h"

#define ACCOUNT_NAME_CHARS  100
#define PASSWORD_CHARS_MIN  8   /* NIST SP 800-63B, 3.1.1.2 */
#define PASSWORD_CHARS_MAX  128 /* hashing a longer one would only cost time */
#define PASSWORD_SIZE       TEXT_SIZE(PASSWORD_CHARS_MAX)
#define PASSWORD_GUESS_BITS 17  /* a password that is guessed in 2^17 tries is a common one */
#define PASSWORD_HASH_SIZE  129 /* as libsodium writes it: crypto_pwhash_STRBYTES and the NUL */

/* New accounts have numbers from here on. Lower ones are left to guests and hosts from before accounts, who
 * chose theirs, or were given some of nine digits by the pages; the pages take up to fifteen. */
#define ACCOUNT_ID_FIRST     UINT64_C(1000000000)
#define ACCOUNT_ID_ADOPT_MAX UINT64_C(999999999999999)

struct account {
	uint64_t id;
	uint64_t version;                         /* incremented by every change: ETag */
	char email[EMAIL_SIZE];                   /* of one account only */
	char name[TEXT_SIZE(ACCOUNT_NAME_CHARS)]; /* what others see */
	char language[LANGUAGE_TEXT];             /* of mails; "": unknown */
	bool is_host, is_operator;                /* the roles beside guest, which everybody has */
	bool verified;      /* somebody opened a link that was sent to the e-mail */
	bool second_factor; /* signing in takes a one-time code */
	instant_t created_at, updated_at;
};

/* The members of an account that its owner can change. */
enum account_member { ACCOUNT_NAME = 1, ACCOUNT_LANGUAGE = 2 };

/* Makes an account of what somebody says who signs up: a guest or a host, not verified, version 1.
 * A name is given where there is none: the part of the e-mail before the @. */
void account_begin(struct account *account, enum role role, instant_t now);

/* Gives the account its next version, at this time. */
void account_next_version(struct account *account, instant_t now);

/* Sets the members (enum account_member, or-ed) to the values in `to`. Whether any value differs. */
bool account_set_members(struct account *account, unsigned members, const struct account *to);

/* Gives or takes a role. Whether anything changes. ERR_INVALID: everybody is a guest, and a service
 * has no account. */
MUST_CHECK enum err account_set_role(struct account *account, enum role role, bool has,
                                     bool *ret_changed);

/* The roles that a session of the account acts in: an operator is one only after a one-time code. */
unsigned account_roles(const struct account *account, bool with_second_factor);

/* Gives the account another e-mail, which somebody has just proved to read. */
void account_set_email(struct account *account, const char email[EMAIL_SIZE]);

/* What a reset by mail does beside the password: it verifies the e-mail. Whether it removes the second
 * factor as well, which whoever signed up with an address of somebody else must not keep. */
bool account_verify_by_reset(struct account *account);

/* ---- passwords ---- */

enum password_fault { PASSWORD_FINE, PASSWORD_SHORT, PASSWORD_LONG, PASSWORD_COMMON };

/* Whether a password may be used. There are no rules of composition: only its length counts, and
 * how soon it is guessed, in bits. */
enum password_fault password_judge(const char *password, double guess_bits);

#endif
