/* pay_call - the one way to call pay: bulkhead, breaker, deadline. */
#include "app/book/pay_call.h"

#include "base/clock.h"

#include <string.h>

#define LEAST_TIME_MS 50 /* a call with less than that left is not worth beginning */

static struct payment_order
order_of(const struct book *book, const char *token)
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
	memcpy(order.token, token, strnlen(token, sizeof(order.token) - 1));
	return order;
}

static enum err
call_through_breaker(const struct app *app, const struct payment_order *order,
                     const struct origin *origin, int64_t deadline_ms, struct payment *ret_payment)
{
	int64_t left = deadline_ms - monotonic_ms();
	if (left < LEAST_TIME_MS)
		return ERR_NOT_SENT;
	enum breaker_pass pass = app->pay_breaker->ask(app->pay_breaker->self);
	if (pass == BREAKER_REFUSED)
		return ERR_NOT_SENT;
	uint32_t timeout_ms = app->settings->pay_timeout_ms;
	if (left < timeout_ms)
		timeout_ms = (uint32_t)left;
	enum err err = app->pay->pay(app->pay->self, order, origin, timeout_ms, ret_payment);
	app->pay_breaker->report(app->pay_breaker->self, pass, err == OK);
	return err == OK || err == ERR_NOT_SENT ? err : ERR_UNKNOWN;
}

enum err
pay_call(const struct app *app, const struct book *book, const char *token,
         const struct origin *origin, int64_t deadline_ms, struct payment *ret_payment)
{
	struct payment_order order = order_of(book, token);
	if (!app->bulkhead->enter(app->bulkhead->self, app->settings->pay_wait_ms))
		return ERR_NOT_SENT;
	enum err err = call_through_breaker(app, &order, origin, deadline_ms, ret_payment);
	app->bulkhead->leave(app->bulkhead->self);
	return err;
}

bool
pay_is_shut(const struct app *app)
{
	struct breaker breaker;
	app->pay_breaker->look(app->pay_breaker->self, &breaker);
	return breaker_is_shut(&breaker, monotonic_ms());
}

static void
breaker_metrics(const struct app *app, struct metrics *to)
{
	struct breaker breaker;
	app->pay_breaker->look(app->pay_breaker->self, &breaker);
	for (int state = 0; state < BREAKER_STATE_MAX; state++)
		METRIC(to, METRIC_BREAKER_STATE, breaker.state == (enum breaker_state)state, "pay",
		       breaker_state_name((enum breaker_state)state));
	METRIC(to, METRIC_BREAKER_OPENED, breaker.opened, "pay");
	METRIC(to, METRIC_BREAKER_REFUSED, breaker.refused, "pay");
}

void
pay_metrics(const struct app *app, struct metrics *to)
{
	struct bulkhead_look look;
	app->bulkhead->look(app->bulkhead->self, &look);
	breaker_metrics(app, to);
	METRIC(to, METRIC_BULKHEAD_PLACES, look.places, "pay");
	METRIC(to, METRIC_BULKHEAD_BUSY, look.busy, "pay");
	METRIC(to, METRIC_BULKHEAD_REFUSED, look.refused, "pay");
}
