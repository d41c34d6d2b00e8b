/* SPDX-License-Identifier: MIT */
#include "app/book/book_settle.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#define LEAST_TIME_MS 50 /* a call with less than that left is not worth beginning */

/* ---- the call ---- */

static enum err
call_through_breaker(const struct app *app, const struct payment_order *order,
                     const struct origin *origin, int64_t deadline_ms, struct payment *ret_payment)
{
	uint32_t timeout_ms = ms_until(deadline_ms, app->settings->pay_timeout_ms);
	if (timeout_ms < LEAST_TIME_MS)
		return ERR_NOT_SENT;
	enum breaker_permit permit = app->pay_breaker->permit(app->pay_breaker->self);
	if (permit == BREAKER_REFUSED)
		return ERR_NOT_SENT;
	const int64_t end_ms = monotonic_ms() + timeout_ms;
	enum err err = app->pay_client->decide(app->pay_client->self, order, origin, timeout_ms,
	                                       ret_payment);
	const bool answered = err == OK || err == ERR_UNDECIDED;
	/* That a call ran out of less than its full time says nothing about pay. */
	const bool cut_short =
		!answered && timeout_ms < app->settings->pay_timeout_ms && monotonic_ms() >= end_ms;
	if (!cut_short || permit == BREAKER_PROBE)
		app->pay_breaker->report(app->pay_breaker->self, permit, answered);
	if (answered && app->other_breaker)
		app->other_breaker->recover(app->other_breaker->self);
	return err == OK || err == ERR_NOT_SENT ? err : ERR_UNKNOWN;
}

/* The one way to call pay: bulkhead, breaker, deadline. OK: only PAY_APPROVED is an approval.
 * ERR_NOT_SENT: the bulkhead is full, the breaker is open, the deadline is near, or pay does not
 * listen. ERR_UNKNOWN: no usable answer, such as a timeout or a 500; it may have been decided,
 * and the same call repeated finds out. */
static enum err
pay_call(const struct app *app, const struct book *book, const char *token,
         const struct origin *origin, int64_t deadline_ms, struct payment *ret_payment)
{
	struct payment_order order = {
		.book_id = book->id,
		.room_id = book->room_id,
		.host_id = book->host_id,
		.guest_id = book->guest_id,
		.price = book->price,
		.stay = book->stay,
	};
	memcpy(order.currency, book->currency, sizeof(order.currency));
	memcpy(order.language, book->language, sizeof(order.language));
	memcpy(order.token, token, strnlen(token, sizeof(order.token) - 1));
	if (!app->bulkhead->enter(app->bulkhead->self, app->settings->pay_wait_ms,
	                          ms_until(deadline_ms, UINT32_MAX)))
		return ERR_NOT_SENT;
	enum err err = call_through_breaker(app, &order, origin, deadline_ms, ret_payment);
	app->bulkhead->leave(app->bulkhead->self, err == OK);
	return err;
}

/* ---- what follows from it ---- */

enum err
book_err_of_status(const struct book *book)
{
	switch (book->status) {
	case BOOK_BOOKED:
	case BOOK_PAYMENT_PENDING: return OK;
	case BOOK_REJECTED: return ERR_DECLINED;
	case BOOK_REQUESTED: return ERR_KEY_IN_PROGRESS;
	case BOOK_EXPIRED:
	case BOOK_CANCELED: return ERR_STATE_CONFLICT;
	case BOOK_STATUS_MAX: break;
	}
	return ERR_BUG_HERE();
}

enum err
book_err_of_replay(const struct caller *caller, enum err err, struct book_result *result)
{
	if (book_belongs_to(&result->book, caller))
		return err;
	*result = (struct book_result){.replayed = false};
	return ERR_NOT_FOUND;
}

static struct book_change
change_of(const struct book *book, enum book_action action, const char *why,
          const struct origin *origin)
{
	struct book_change change = {.id = book->id, .action = action, .origin = *origin};
	snprintf(change.why, sizeof(change.why), "%s", why);
	return change;
}

enum err
book_settle_without_answer(const struct app *app, const struct book *book,
                           const struct origin *origin, struct book *ret_book)
{
	if (app->settings->pay_fallback == FALLBACK_REFUSE) {
		struct book_change change =
			change_of(book, BOOK_EXPIRE, BOOK_WHY_UNCONFIRMED, origin);
		change.drop_key = true;
		enum err err = app->books->apply(app->books->self, &change, ret_book);
		return err == OK ? ERR_PAY_UNAVAILABLE : err;
	}
	struct book_change change = change_of(book, BOOK_DEFER, BOOK_WHY_UNCONFIRMED, origin);
	change.pending_limit = app->settings->pending_limit;
	enum err err = app->books->apply(app->books->self, &change, ret_book);
	if (err == OK && ret_book->status == BOOK_EXPIRED)
		return ERR_PAY_UNAVAILABLE; /* the limit is reached */
	return err;
}

/* Only an approved payment pays the booking. */
static const char *
why_of_payment(enum payment_status status)
{
	static const char *const why[PAYMENT_STATUS_MAX] = {
		[PAY_APPROVED] = BOOK_WHY_APPROVED,
		[PAY_DECLINED] = BOOK_WHY_DECLINED,
		[PAY_CANCELED] = BOOK_WHY_REVOKED,
		[PAY_VOIDED] = BOOK_WHY_VOIDED,
	};
	return why[status];
}

static enum err
settle_by_answer(const struct app *app, const struct book *book, const struct payment *payment,
                 const struct idempotency *key, const struct origin *origin, struct book *ret_book)
{
	bool approved = payment->status == PAY_APPROVED;
	struct book_change change = change_of(book, approved ? BOOK_APPROVE : BOOK_DECLINE,
	                                      why_of_payment(payment->status), origin);
	change.pay_id = payment->id;
	if (key)
		change.key = *key;
	return app->books->apply(app->books->self, &change, ret_book);
}

enum err
book_settle_by_paying(const struct app *app, const struct book *book, const char *token,
                      const struct idempotency *key, const struct origin *origin,
                      int64_t deadline_ms, struct book *ret_book)
{
	struct payment payment;
	enum err err = pay_call(app, book, token, origin, deadline_ms, &payment);
	if (err == OK)
		return settle_by_answer(app, book, &payment, key, origin, ret_book);
	if (book->status == BOOK_REQUESTED)
		return book_settle_without_answer(app, book, origin, ret_book);
	*ret_book = *book;
	return OK;
}

/* ---- the breaker and the bulkhead ---- */

bool
pay_is_refused(const struct app *app)
{
	struct breaker breaker;
	app->pay_breaker->read(app->pay_breaker->self, &breaker);
	return breaker_refuses(&breaker, monotonic_ms());
}

void
pay_metrics(const struct app *app, struct metrics *to)
{
	struct bulkhead_state bulkhead;
	app->bulkhead->read(app->bulkhead->self, &bulkhead);
	struct breaker breaker;
	app->pay_breaker->read(app->pay_breaker->self, &breaker);
	const enum breaker_state now = breaker_state_now(&breaker, monotonic_ms());
	for (int state = 0; state < BREAKER_STATE_MAX; state++)
		METRIC(to, METRIC_BREAKER_STATE, now == (enum breaker_state)state, "pay",
		       breaker_state_name((enum breaker_state)state));
	METRIC(to, METRIC_BREAKER_OPENED, breaker.opened, "pay");
	METRIC(to, METRIC_BREAKER_REFUSED, breaker.refused, "pay");
	METRIC(to, METRIC_BULKHEAD_PLACES, bulkhead.places, "pay");
	METRIC(to, METRIC_BULKHEAD_BUSY, bulkhead.busy, "pay");
	METRIC(to, METRIC_BULKHEAD_REFUSED, bulkhead.refused, "pay");
}
