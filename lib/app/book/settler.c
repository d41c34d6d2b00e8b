/* SPDX-License-Identifier: MIT */
/* settler - one round of the settler: what a crash, a silent pay or time left open. */
#include "app/book/book_settle.h"
#include "base/clock.h"

#include <stdio.h>

#define ROUND_MAX 50 /* bookings in one round */
#define ATTEMPTS_MAX \
	1 /* to pay in one round: an attempt may take long, and meanwhile holds expire */
#define LOST_AFTER_MS 2000 /* beyond the request's own deadline */

static enum err
apply(const struct app *app, const struct due_book *due, enum book_action action, const char *why,
      const struct origin *origin)
{
	struct book now;
	struct book_change change = {.id = due->book.id, .action = action, .origin = *origin};
	snprintf(change.why, sizeof(change.why), "%s", why);
	return app->books->apply(app->books->self, &change, &now);
}

static enum err
settle_one(const struct app *app, const struct due_book *due)
{
	struct book now;
	struct origin settler = {.caller = {0}};
	switch (due->kind) {
	case DUE_STALE: return book_settle_without_answer(app, &due->book, &settler, &now);
	case DUE_RETRY:
		return book_settle_by_paying(app, &due->book, due->token, NULL, &settler,
		                             monotonic_ms() + app->settings->pay_timeout_ms, &now);
	case DUE_EXPIRED: return apply(app, due, BOOK_EXPIRE, BOOK_WHY_UNPAID, &settler);
	case DUE_CLOSED: return apply(app, due, BOOK_CANCEL, BOOK_WHY_ROOM_CLOSED, &settler);
	}
	return ERR_BUG_HERE();
}

/* Goes through all of them: one that cannot be settled must not hold up those behind it. Only when
 * the database is away there is no use in going on. */
static enum err
settle_each(const struct app *app, const struct due_book due[], size_t n)
{
	enum err first = OK;
	for (size_t i = 0; i < n; i++) {
		enum err err = settle_one(app, &due[i]);
		if (err == ERR_UNAVAILABLE || err == ERR_TIMEOUT)
			return err;
		/* Another settler, the guest or a deadline was faster: its state stands. */
		if (err == ERR_STATE_CONFLICT || err == ERR_PAY_UNAVAILABLE)
			err = OK;
		if (first == OK)
			first = err;
	}
	return first;
}

/* Whether there may be more to do at once: the round was full, or there may be another booking to attempt. */
static bool
has_more(const struct due_book due[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (due[i].kind == DUE_RETRY)
			return true;
	return n == ROUND_MAX;
}

enum err
book_settle_due(const struct app *app, bool *ret_more)
{
	struct due_book due[ROUND_MAX];
	size_t n = 0;
	struct due_query query = {
		.stale_ms = app->settings->request_timeout_ms + LOST_AFTER_MS,
		.retry_ms = BOOK_RETRY_MS,
		.max_retries = pay_is_refused(app) ? 0 : ATTEMPTS_MAX,
		.today = app_today(app),
		.max = ROUND_MAX,
	};
	enum err err = app->books->due(app->books->self, &query, due, &n);
	if (err == OK)
		err = settle_each(app, due, n);
	if (err == OK)
		*ret_more = has_more(due, n);
	return err;
}
