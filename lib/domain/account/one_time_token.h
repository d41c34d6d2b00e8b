/* SPDX-License-Identifier: MIT */
/*
 * one_time_token - what a mail's link has: it proves who reads the mail, once, for half an hour.
 *
 * It is made when its mail is sent, and stored as a hash; a newer one of the same purpose replaces it.
 */
#ifndef DOMAIN_ACCOUNT_ONE_TIME_TOKEN_H
#define DOMAIN_ACCOUNT_ONE_TIME_TOKEN_H

#include "base/day.h"

#include <stdbool.h>
#include <stdint.h>

#define ONE_TIME_TOKEN_LIFE_S (30 * 60)
#define OPAQUE_TOKEN_BYTES    32
#define OPAQUE_TOKEN_TEXT     44 /* in base64url without padding, with the NUL */

#define ACCOUNT_MAIL_PAUSE_S 60 /* between two mails of a kind to an account */
#define ACCOUNT_MAIL_DAY_MAX 5  /* of a kind to an account in 24 hours */
#define ACCOUNT_MAIL_DAY_MS  (24 * 60 * 60 * 1000)

enum account_mail_kind {
	ACCOUNT_MAIL_VERIFY,
	ACCOUNT_MAIL_RESET,
	ACCOUNT_MAIL_EMAIL,  /* to an address that is to become the account's e-mail */
	ACCOUNT_MAIL_NOTICE, /* to the e-mail of before: another one was asked for */
	ACCOUNT_MAIL_TAKEN,  /* to its account: somebody wanted the e-mail for another account */
	ACCOUNT_MAIL_KIND_MAX
};

/* "verify", "reset", "email", "email-notice", "email-taken". */
const char *account_mail_kind_name(enum account_mail_kind kind);

/* Whether a token that was made at this time counts now. */
bool one_time_token_is_alive(instant_t created_at, instant_t now);

/* What was asked for before: how many mails of the kind in the last ACCOUNT_MAIL_DAY_MS, and when the
 * last of them. Whether one more may be sent; and for how long at most it has to wait, 0 if it may. */
bool account_mail_is_allowed(uint64_t sent, instant_t last_at, instant_t now);
uint32_t account_mail_wait_ms(uint64_t sent, instant_t last_at, instant_t now);

#endif
