/* SPDX-License-Identifier: MIT */
/* settler - one round of the settler: what a crash, a silent pay or time left open. */
#include "app/book/book_settle.h"
#include "base/clock.h"

#include <stdio.h>

#define ROUND_MAX     50   /* bookings in one round */
#define PING_MS       500  /* an answer that takes longer is none */
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

/* The first attempt is short: one that hangs soon makes way for those that nobody has tried. */
static int64_t
attempt_end_ms(const struct app *app, const struct due_book *due)
{
	uint32_t time_ms = app->settings->pay_timeout_ms;
	if (due->attempts == 0 && time_ms > BOOK_FIRST_ATTEMPT_MS)
		time_ms = BOOK_FIRST_ATTEMPT_MS;
	return monotonic_ms() + time_ms;
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
		                             attempt_end_ms(app, due), &now);
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

/* Whether holds may be paid now. While the breaker is open, pay is asked whether it is back: the
 * attempt at a hold would say as little as its card. */
static bool
pay_answers(const struct app *app)
{
	const struct shared_breaker *breaker = app->pay_breaker;
	if (pay_is_refused(app))
		return false;
	const enum breaker_permit permit = breaker->permit(breaker->self);
	if (permit != BREAKER_PROBE)
		return permit == BREAKER_PERMITTED;
	const bool answers = app->pay_client->ping(app->pay_client->self, PING_MS) == OK;
	breaker->report(breaker->self, permit, answers);
	return answers;
}

static bool
has_retry(const struct due_book due[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (due[i].kind == DUE_RETRY)
			return true;
	return false;
}

/* One at a time: an attempt may take long, and meanwhile others may have their turn. */
static enum err
settle_next(const struct app *app, const struct due_query *query, size_t *ret_n, bool *ret_retry)
{
	struct due_book due[ROUND_MAX];
	enum err err = app->books->due(app->books->self, query, due, ret_n);
	if (err != OK)
		return err;
	*ret_retry = has_retry(due, *ret_n);
	atomic_store(&app->settler->paying, *ret_retry);
	return settle_each(app, due, *ret_n);
}

static enum err
settle_held(const struct app *app, bool *ret_more)
{
	const struct due_query query = {
		.retry_ms = BOOK_RETRY_MS, .max_retries = 1, .only_retries = true, .max = 1};
	size_t n = 0;
	return settle_next(app, &query, &n, ret_more);
}

enum err
book_settle_help(const struct app *app, bool *ret_more)
{
	*ret_more = false;
	if (!atomic_load(&app->settler->paying) || pay_is_refused(app))
		return OK;
	return settle_held(app, ret_more);
}

enum err
book_settle_due(const struct app *app, bool *ret_more)
{
	const int64_t end_ms = monotonic_ms() + app->settings->settle_interval_ms;
	const struct due_query query = {
		.stale_ms = app->settings->request_timeout_ms + LOST_AFTER_MS,
		.retry_ms = BOOK_RETRY_MS,
		.max_retries = pay_answers(app) ? 1 : 0,
		.today = app_today(app),
		.max = ROUND_MAX,
	};
	size_t n = 0;
	bool retry = false;
	enum err err = settle_next(app, &query, &n, &retry);
	/* The other kinds are looked for once in an interval, however many holds wait. */
	while (err == OK && retry && !pay_is_refused(app) && monotonic_ms() < end_ms)
		err = settle_held(app, &retry);
	if (err == OK)
		*ret_more = retry || n == ROUND_MAX;
	return err;
}
