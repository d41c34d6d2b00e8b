/* SPDX-License-Identifier: MIT */
/*
 * session - one sign-in that lasts: what a browser's cookie and a program's refresh token stand for.
 *
 * A session ends by itself when it was not used for a while, and when it is old. The times of hosts
 * and operators are short, as their sessions open more than their own things (NIST SP 800-63B, 2.2.3).
 */
#ifndef DOMAIN_ACCOUNT_SESSION_H
#define DOMAIN_ACCOUNT_SESSION_H

#include "base/address.h"
#include "domain/account/account.h"

#define SESSION_GUEST_IDLE_S (30 * 86400) /* without use */
#define SESSION_STAFF_IDLE_S (30 * 60)
#define SESSION_GUEST_LIFE_S (180 * 86400) /* from its beginning, used or not */
#define SESSION_STAFF_LIFE_S 86400
#define SESSION_TOUCH_S      60 /* its use is noted once in this time */
#define SESSIONS_MAX         50 /* of an account; the one unused for longest gives way */
#define SESSION_AGENT_CHARS  200
#define SECRET_HASH_TEXT     65 /* SHA-256 in hexadecimal digits */

struct session {
	uint64_t id, account_id;
	bool second_factor; /* it began with a one-time code */
	instant_t created_at, seen_at;
	char address[ADDRESS_SIZE];                 /* where it began */
	char agent[TEXT_SIZE(SESSION_AGENT_CHARS)]; /* the User-Agent it began with; "": none */
};

/* When the session of such an account ends unless it is used before. */
instant_t session_ends_at(const struct session *session, const struct account *account);

/* The sessions of such accounts have ended that were not used since, or that began before. */
struct session_cutoff {
	instant_t unseen_since, older_than;
};
struct session_cutoff session_cutoff(bool is_staff, instant_t now);

/* Whether it has not ended. */
bool session_is_alive(const struct session *session, const struct account *account, instant_t now);

/* Whether a use now has to be noted. */
bool session_is_to_touch(const struct session *session, instant_t now);

#endif
