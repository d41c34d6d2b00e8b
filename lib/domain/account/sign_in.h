/* SPDX-License-Identifier: MIT */
/*
 * sign_in - how guessing is slowed down without shutting anybody out.
 *
 * Failures are counted for a pair of account and address, and for an address alone. After a few,
 * each further try has to wait, twice as long each time. As no count is of the account alone, whoever
 * guesses from elsewhere does not keep its owner out; and no wait is longer than SIGN_IN_PAUSE_MAX_MS.
 */
#ifndef DOMAIN_ACCOUNT_SIGN_IN_H
#define DOMAIN_ACCOUNT_SIGN_IN_H

#include "base/day.h"

#include <stdbool.h>
#include <stdint.h>

/* Failures without a wait: of an account from an address, and of an address with any accounts, because
 * people share addresses. */
#define SIGN_IN_PAIR_FREE    5
#define SIGN_IN_ADDRESS_FREE 50

#define SIGN_IN_PAUSE_MS     1000
#define SIGN_IN_PAUSE_MAX_MS 900000
#define SIGN_IN_FORGET_MS    86400000 /* after the last failure */

enum sign_in_scope { SIGN_IN_PAIR, SIGN_IN_ADDRESS, SIGN_IN_SCOPE_MAX };

/* What is known of a pair or an address; zeroed: nothing. */
struct sign_in_record {
	uint32_t failures;
	instant_t last_at; /* of the last failure */
};

/* How long the next try has to wait from the last failure on. */
uint32_t sign_in_pause_ms(enum sign_in_scope scope, uint32_t failures);

/* How long a try now has to wait; 0: it may be made. */
uint32_t sign_in_wait_ms(enum sign_in_scope scope, const struct sign_in_record *record,
                         instant_t now);

/* Counts a try that begins now as a failure; one that succeeds is taken back. So tries at the same
 * time count one by one. */
void sign_in_count(struct sign_in_record *record, instant_t now);

#endif
