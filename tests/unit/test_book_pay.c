/* SPDX-License-Identifier: MIT */
/* Placing a book while pay is in trouble, and what happens while pay is being asked; on fakes. */
#include "tests/unit/booking.h"

#include "base/clock.h"

#include <string.h>

static void
without_an_answer_of_pay_the_booking_is_held_to_be_paid_later(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->clients.pay_says = ERR_UNKNOWN;
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->result.book.status, BOOK_PAYMENT_PENDING);
	assert_true(b->result.book.pay_until > b->store.now);
	assert_int_equal(b->store.events[0].type, EVENT_BOOK_PENDING);
}

static void
an_open_breaker_keeps_every_call_from_pay(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->clients.pay_says = ERR_UNKNOWN;
	for (int i = 0; i < 8; i++) {
		attempt.stay = (struct stay){TODAY + 10 * i, TODAY + 10 * i + 1};
		assert_ok(booking_place(b, &attempt));
		assert_int_equal(b->result.book.status, BOOK_PAYMENT_PENDING);
	}
	assert_int_equal(b->clients.pay_calls, 5);
	assert_int_equal(b->clients.breaker.state, BREAKER_OPEN);
}

static void
declines_do_not_open_the_breaker(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->clients.pay_status = PAY_DECLINED;
	for (int i = 0; i < 10; i++)
		assert_err(booking_place(b, &attempt), ERR_DECLINED);
	assert_int_equal(b->clients.breaker.state, BREAKER_CLOSED);
}

static void
a_full_bulkhead_defers_and_teaches_the_breaker_nothing(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->clients.is_full = true;
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->result.book.status, BOOK_PAYMENT_PENDING);
	assert_int_equal(b->clients.pay_calls, 0);
	assert_int_equal(b->clients.breaker.failures, 0);
}

static void
near_the_deadline_pay_is_not_called_any_more(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	attempt.deadline_ms = monotonic_ms() + 10;
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->result.book.status, BOOK_PAYMENT_PENDING);
	assert_int_equal(b->clients.pay_calls, 0);
}

static void
in_refuse_mode_nothing_is_held_without_an_answer(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->settings.pay_fallback = FALLBACK_REFUSE;
	b->clients.pay_says = ERR_NOT_SENT;
	strcpy(attempt.key.key, "again");
	assert_err(booking_place(b, &attempt), ERR_PAY_UNAVAILABLE);
	assert_int_equal(booking_book(b, 1)->status, BOOK_EXPIRED);
	/* ... and the same key may be sent again */
	b->clients.pay_says = OK;
	assert_ok(booking_place(b, &attempt));
	assert_false(b->result.replayed);
	assert_int_equal(b->result.book.id, 2);
}

static void
in_refuse_mode_an_open_breaker_makes_no_booking_at_all(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->settings.pay_fallback = FALLBACK_REFUSE;
	b->clients.breaker =
		(struct breaker){.state = BREAKER_OPEN, .open_until_ms = monotonic_ms() + 60000};
	assert_err(booking_place(b, &attempt), ERR_PAY_UNAVAILABLE);
	assert_int_equal(b->store.n_books, 0);
}

static void
over_the_limit_of_unpaid_holds_the_booking_expires_at_once(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->settings.pending_limit = 1;
	b->clients.pay_says = ERR_UNKNOWN;
	assert_ok(booking_place(b, &attempt));
	attempt.stay = (struct stay){TODAY + 10, TODAY + 11};
	assert_err(booking_place(b, &attempt), ERR_PAY_UNAVAILABLE);
	assert_int_equal(booking_book(b, 2)->status, BOOK_EXPIRED);
}

static void
with_the_breaker_open_the_limit_is_looked_at_before_there_is_a_book(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->settings.pending_limit = 1;
	b->clients.breaker =
		(struct breaker){.state = BREAKER_OPEN, .open_until_ms = monotonic_ms() + 60000};
	assert_ok(booking_place(b, &attempt));
	attempt.stay = (struct stay){TODAY + 10, TODAY + 11};
	assert_err(booking_place(b, &attempt), ERR_PAY_UNAVAILABLE);
	assert_int_equal(b->store.n_books, 1);
}

static void
a_guest_has_a_limit_of_unpaid_holds_and_guest_0_has_none(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->settings.guest_pending_limit = 1;
	b->clients.pay_says = ERR_UNKNOWN;
	assert_ok(booking_place(b, &attempt));
	attempt.stay = (struct stay){TODAY + 10, TODAY + 11};
	assert_err(booking_place(b, &attempt), ERR_TOO_MANY);
	attempt.origin.caller.id = 0;
	assert_ok(booking_place(b, &attempt));
	attempt.stay = (struct stay){TODAY + 20, TODAY + 21};
	assert_ok(booking_place(b, &attempt));
}

static void
nobody_in_particular_has_the_same_limit_where_callers_are_proven(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->settings.guest_pending_limit = 1;
	b->clients.pay_says = ERR_UNKNOWN;
	attempt.origin.caller.id = 0;
	attempt.nobody_counts = true;
	strcpy(attempt.client, "network-a");
	assert_ok(booking_place(b, &attempt));
	attempt.stay = (struct stay){TODAY + 10, TODAY + 11};
	strcpy(attempt.contact.email, "other@example.com");
	assert_err(booking_place(b, &attempt), ERR_TOO_MANY);
	strcpy(attempt.client, "network-b");
	assert_ok(booking_place(b, &attempt));
	attempt.stay = (struct stay){TODAY + 20, TODAY + 21};
	strcpy(attempt.client, "network-c");
	assert_err(booking_place(b, &attempt), ERR_TOO_MANY);
}

/* ---- what happens while pay is being asked ---- */

static void
a_booking_cancelled_while_pay_approves_stays_cancelled(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->clients.pay_during = booking_cancel;
	b->clients.pay_arg = b;
	assert_err(booking_place(b, &attempt), ERR_STATE_CONFLICT);
	assert_int_equal(b->result.book.status, BOOK_CANCELED);
	assert_int_equal(b->store.n_events, 1);
	assert_int_equal(b->store.events[0].type, EVENT_BOOK_CANCELED);
}

static void
approve_during_the_call(void *arg)
{
	struct booking *b = arg;
	struct book now;
	struct book_change change = {.id = 1, .action = BOOK_APPROVE, .pay_id = 1001};
	assert_ok(b->books.apply(b->books.self, &change, &now));
}

static void
whoever_settles_first_is_believed(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->clients.pay_during = approve_during_the_call;
	b->clients.pay_arg = b;
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->result.book.status, BOOK_BOOKED);
	assert_int_equal(b->store.n_events, 1);
}

#define T(test) cmocka_unit_test_setup_teardown(test, booking_open, booking_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(without_an_answer_of_pay_the_booking_is_held_to_be_paid_later),
		T(an_open_breaker_keeps_every_call_from_pay),
		T(declines_do_not_open_the_breaker),
		T(a_full_bulkhead_defers_and_teaches_the_breaker_nothing),
		T(near_the_deadline_pay_is_not_called_any_more),
		T(in_refuse_mode_nothing_is_held_without_an_answer),
		T(in_refuse_mode_an_open_breaker_makes_no_booking_at_all),
		T(over_the_limit_of_unpaid_holds_the_booking_expires_at_once),
		T(with_the_breaker_open_the_limit_is_looked_at_before_there_is_a_book),
		T(a_guest_has_a_limit_of_unpaid_holds_and_guest_0_has_none),
		T(nobody_in_particular_has_the_same_limit_where_callers_are_proven),
		T(a_booking_cancelled_while_pay_approves_stays_cancelled),
		T(whoever_settles_first_is_believed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
