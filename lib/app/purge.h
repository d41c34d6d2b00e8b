/* SPDX-License-Identifier: MIT */
/*
 * purge - forgets what was kept for long enough, as the settings say.
 *
 * Bookings, their timelines, payments and tombstones are never forgotten; nor is what waits. A
 * round is one small transaction for each kind, so that it is in nobody's way; several programs may
 * do it at once.
 */
#ifndef APP_PURGE_H
#define APP_PURGE_H

#include "app/app.h"
#include "app/metrics.h"

#define PURGE_MAX      200u             /* of a kind, in one round */
#define PURGE_EVERY_MS (10 * 60 * 1000) /* between rounds, once there is nothing more */

enum purge_kind {
	PURGE_KEYS,
	PURGE_NIGHTS,
	PURGE_CONTACTS,
	PURGE_NOTIFICATIONS,
	PURGE_DELIVERIES,
	PURGE_SESSIONS,
	PURGE_MAILS,
	PURGE_AUDIT,
	PURGE_CHANGES,
	PURGE_KIND_MAX
};

/* What a program has forgotten since it started; zeroed memory is nothing. */
struct purged {
	atomic_uint_fast64_t n[PURGE_KIND_MAX];
};

/* Tells how much that was, of the kinds the program has. */
void purge_metrics(const struct app *app, struct metrics *to);

/* One round of a context. ret_more: there may be more right now. As the port's functions. */
MUST_CHECK enum err purge_room(const struct app *app, bool *ret_more);
MUST_CHECK enum err purge_book(const struct app *app, bool *ret_more);
MUST_CHECK enum err purge_alarm(const struct app *app, bool *ret_more);
MUST_CHECK enum err purge_account(const struct app *app, bool *ret_more);

/* The same of a context that purges nothing but its audit. */
MUST_CHECK enum err purge_audit(const struct app *app, bool *ret_more);

#endif
