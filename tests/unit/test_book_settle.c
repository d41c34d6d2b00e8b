/* SPDX-License-Identifier: MIT */
/* Payments that fail: what they say about pay, and that they hold up nobody; on fakes. */
#include "tests/unit/booking.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#define FAILING 20

/* Pay as it is in life: one card fails, one hangs, all others are approved. */
static void
pay_by_token(void *arg)
{
	struct booking *b = arg;
	const char *token = b->clients.pay_asked.token;
	b->clients.pay_says = OK;
	if (strcmp(token, "tok_error") == 0)
		b->clients.pay_says = ERR_UNDECIDED;
	if (strcmp(token, "tok_hang") == 0) {
		sleep_ms(b->clients.pay_timeout_ms);
		b->clients.pay_says = ERR_UNKNOWN;
	}
}

static void
pay_is_back(struct booking *b)
{
	b->clients.pay_during = pay_by_token;
	b->clients.pay_arg = b;
	b->clients.ping_says = OK;
	b->clients.pay_calls = 0;
}

static void
pay_is_away(struct booking *b)
{
	b->clients.pay_during = NULL;
	b->clients.pay_says = ERR_NOT_SENT;
	b->clients.ping_says = ERR_UNAVAILABLE;
}

/* The booking number n, with this card. */
static enum err
place(struct booking *b, int n, const char *token)
{
	struct book_place_request attempt = booking_attempt();
	attempt.origin.caller.id = GUEST + (uint64_t)n;
	attempt.stay = (struct stay){TODAY + 1 + n, TODAY + 2 + n};
	snprintf(attempt.token, sizeof(attempt.token), "%s", token);
	return booking_place(b, &attempt);
}

static bool
settle(struct booking *b)
{
	bool more = true;
	assert_ok(book_settle_due(&b->app, &more));
	return more;
}

static void
tripped_for(struct breaker *breaker, int64_t ms)
{
	*breaker = (struct breaker){.state = BREAKER_OPEN, .open_until_ms = monotonic_ms() + ms};
}

/* ---- what a failure says ---- */

static void
payments_that_pay_cannot_do_do_not_open_the_breaker(void **state)
{
	struct booking *b = *state;
	pay_is_back(b);
	for (int i = 0; i < FAILING; i++) {
		assert_ok(place(b, i, "tok_error"));
		assert_int_equal(b->result.book.status, BOOK_PAYMENT_PENDING);
	}
	assert_int_equal(b->clients.pay_calls, FAILING);
	assert_int_equal(b->clients.breaker.state, BREAKER_CLOSED);
	assert_ok(place(b, FAILING, "tok_ok"));
	assert_int_equal(b->result.book.status, BOOK_BOOKED);
}

static void
a_payment_that_pay_cannot_do_ends_a_row_of_failures(void **state)
{
	struct booking *b = *state;
	b->clients.breaker.failures = b->clients.limits.failures - 1;
	pay_is_back(b);
	assert_ok(place(b, 0, "tok_error"));
	assert_int_equal(b->clients.breaker.failures, 0);
}

static void
a_call_gets_no_more_time_than_its_request_has_left(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	attempt.deadline_ms = monotonic_ms() + 150;
	assert_ok(booking_place(b, &attempt));
	assert_in_range(b->clients.pay_timeout_ms, 50, 150);
	attempt.stay = (struct stay){TODAY + 10, TODAY + 11};
	attempt.deadline_ms = monotonic_ms() + 10000;
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->clients.pay_timeout_ms, b->settings.pay_timeout_ms);
}

static void
a_call_that_had_less_than_its_full_time_says_nothing_about_pay(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	pay_is_back(b);
	strcpy(attempt.token, "tok_hang");
	attempt.deadline_ms = monotonic_ms() + 100;
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->result.book.status, BOOK_PAYMENT_PENDING);
	assert_int_equal(b->clients.breaker.failures, 0);

	b->settings.pay_timeout_ms = 60;
	attempt.stay = (struct stay){TODAY + 10, TODAY + 11};
	attempt.deadline_ms = monotonic_ms() + 10000;
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->clients.breaker.failures, 1);
}

static void
a_probe_without_an_answer_opens_the_breaker_again_however_little_time_it_had(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	pay_is_back(b);
	tripped_for(&b->clients.breaker, 0);
	strcpy(attempt.token, "tok_hang");
	attempt.deadline_ms = monotonic_ms() + 100;
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->clients.breaker.state, BREAKER_OPEN);
}

/* ---- the two breakers ---- */

static void
an_answer_of_pay_closes_the_breaker_of_the_other_program_too(void **state)
{
	static const char *const tokens[] = {"tok_ok", "tok_error"};
	struct booking *b = *state;
	pay_is_back(b);
	for (int i = 0; i < 2; i++) {
		tripped_for(&b->clients.other_breaker, 60000);
		assert_ok(place(b, i, tokens[i]));
		assert_int_equal(b->clients.other_breaker.state, BREAKER_CLOSED);
	}
	tripped_for(&b->clients.other_breaker, 60000);
	pay_is_away(b);
	assert_ok(place(b, 2, "tok_ok"));
	assert_int_equal(b->clients.other_breaker.state, BREAKER_OPEN);
}

static void
a_breaker_that_the_operator_forced_open_is_closed_by_no_answer(void **state)
{
	struct booking *b = *state;
	pay_is_back(b);
	breaker_force(&b->clients.other_breaker, monotonic_ms());
	assert_ok(place(b, 0, "tok_ok"));
	assert_int_equal(b->clients.other_breaker.state, BREAKER_FORCED);
}

static void
when_pay_is_back_and_has_settled_what_waited_the_next_guest_is_not_deferred(void **state)
{
	struct booking *b = *state;
	pay_is_away(b);
	assert_ok(place(b, 0, "tok_ok"));
	tripped_for(&b->clients.other_breaker, 60000); /* the one of the guests */
	pay_is_back(b);
	settle(b);
	assert_int_equal(booking_book(b, 1)->status, BOOK_BOOKED);
	b->clients.breaker = b->clients.other_breaker; /* as a guest's request sees it */
	assert_ok(place(b, 1, "tok_ok"));
	assert_int_equal(b->result.book.status, BOOK_BOOKED);
}

/* ---- the settler ---- */

static void
while_the_breaker_is_open_the_settler_asks_whether_pay_is_back_and_tries_no_card(void **state)
{
	struct booking *b = *state;
	pay_is_away(b);
	assert_ok(place(b, 0, "tok_ok"));
	b->clients.pay_calls = 0;
	tripped_for(&b->clients.breaker, 60000);
	settle(b);
	assert_int_equal(b->clients.pings, 0);
	tripped_for(&b->clients.breaker, 0);
	settle(b);
	assert_int_equal(b->clients.pings, 1);
	assert_int_equal(b->clients.pay_calls, 0);
	assert_int_equal(b->clients.breaker.state, BREAKER_OPEN);
}

static void
the_settlers_breaker_closes_when_pay_is_back_though_nothing_waits(void **state)
{
	struct booking *b = *state;
	tripped_for(&b->clients.breaker, 0);
	settle(b);
	assert_int_equal(b->clients.pings, 1);
	assert_int_equal(b->clients.breaker.state, BREAKER_CLOSED);
	settle(b);
	assert_int_equal(b->clients.pings, 1);
}

static void
a_forced_breaker_keeps_the_question_whether_pay_is_back_from_pay_too(void **state)
{
	struct booking *b = *state;
	breaker_force(&b->clients.breaker, monotonic_ms());
	settle(b);
	assert_int_equal(b->clients.pings, 0);
}

/* One card that fails is no reason to wait: a booking behind twenty of them has its turn in the
 * first rounds after pay's return, and none of them has a second one before. */
static void
a_good_hold_behind_twenty_failing_ones_is_booked_after_one_attempt_at_each(void **state)
{
	struct booking *b = *state;
	pay_is_away(b);
	for (int i = 0; i < FAILING; i++)
		assert_ok(place(b, i, "tok_error"));
	assert_ok(place(b, FAILING, "tok_ok"));
	tripped_for(&b->clients.breaker, 0);
	pay_is_back(b);
	for (int round = 0; round <= FAILING; round++)
		settle(b);
	assert_int_equal(booking_book(b, FAILING + 1)->status, BOOK_BOOKED);
	assert_int_equal(b->clients.pay_calls, FAILING + 1);
	assert_int_equal(b->clients.breaker.state, BREAKER_CLOSED);
	for (uint64_t id = 1; id <= FAILING; id++)
		assert_int_equal(booking_book(b, id)->status, BOOK_PAYMENT_PENDING);
}

static void
a_hold_that_nobody_has_tried_comes_before_those_that_failed(void **state)
{
	struct booking *b = *state;
	pay_is_back(b);
	for (int i = 0; i < FAILING; i++)
		assert_ok(place(b, i, "tok_error"));
	while (settle(b))
		;
	b->store.now += BOOK_RETRY_MS + 1;
	pay_is_away(b);
	assert_ok(place(b, FAILING, "tok_ok"));
	b->clients.breaker = (struct breaker){.state = BREAKER_CLOSED};
	pay_is_back(b);
	settle(b);
	assert_int_equal(booking_book(b, FAILING + 1)->status, BOOK_BOOKED);
	assert_int_equal(b->clients.pay_calls, 1);
}

static void
only_the_first_attempt_of_the_settler_is_short(void **state)
{
	struct booking *b = *state;
	pay_is_away(b);
	assert_ok(place(b, 0, "tok_error"));
	pay_is_back(b);
	settle(b);
	assert_in_range(b->clients.pay_timeout_ms, 1, BOOK_FIRST_ATTEMPT_MS);
	b->store.now += BOOK_RETRY_MS + 1;
	settle(b);
	assert_int_equal(b->clients.pay_timeout_ms, b->settings.pay_timeout_ms);
	assert_int_equal(b->clients.pay_calls, 2);
}

static void
cards_that_hang_are_given_up_soon_and_do_not_open_the_breaker(void **state)
{
	struct booking *b = *state;
	const int hanging = 6; /* one more than the failures that open the breaker */
	pay_is_away(b);
	for (int i = 0; i < hanging; i++) {
		assert_ok(place(b, i, "tok_hang"));
		b->clients.breaker = (struct breaker){.state = BREAKER_CLOSED};
	}
	assert_ok(place(b, hanging, "tok_ok"));
	b->clients.breaker = (struct breaker){.state = BREAKER_CLOSED};
	pay_is_back(b);
	const int64_t begin = monotonic_ms();
	for (int round = 0; round <= hanging; round++)
		settle(b);
	assert_int_equal(booking_book(b, (uint64_t)hanging + 1)->status, BOOK_BOOKED);
	assert_int_equal(b->clients.breaker.state, BREAKER_CLOSED);
	/* less than the full time of two of them */
	assert_true(monotonic_ms() - begin < 2 * (int64_t)b->settings.pay_timeout_ms);
}

static void
helpers_pay_what_waits_and_look_for_nothing_while_nothing_waits(void **state)
{
	struct booking *b = *state;
	bool more = true;
	b->store.fails = ERR_UNAVAILABLE; /* whoever looks, sees it */
	assert_ok(book_settle_help(&b->app, &more));
	assert_false(more);
	b->store.fails = OK;

	pay_is_away(b);
	for (int i = 0; i < 3; i++)
		assert_ok(place(b, i, "tok_ok"));
	pay_is_back(b);
	settle(b);
	assert_ok(book_settle_help(&b->app, &more));
	assert_true(more);
	assert_ok(book_settle_help(&b->app, &more));
	assert_int_equal(b->clients.pay_calls, 3);
	assert_ok(book_settle_help(&b->app, &more));
	assert_false(more);
	b->store.fails = ERR_UNAVAILABLE;
	assert_ok(book_settle_help(&b->app, &more));
}

#define T(test) cmocka_unit_test_setup_teardown(test, booking_open, booking_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(payments_that_pay_cannot_do_do_not_open_the_breaker),
		T(a_payment_that_pay_cannot_do_ends_a_row_of_failures),
		T(a_call_gets_no_more_time_than_its_request_has_left),
		T(a_call_that_had_less_than_its_full_time_says_nothing_about_pay),
		T(a_probe_without_an_answer_opens_the_breaker_again_however_little_time_it_had),
		T(an_answer_of_pay_closes_the_breaker_of_the_other_program_too),
		T(a_breaker_that_the_operator_forced_open_is_closed_by_no_answer),
		T(when_pay_is_back_and_has_settled_what_waited_the_next_guest_is_not_deferred),
		T(while_the_breaker_is_open_the_settler_asks_whether_pay_is_back_and_tries_no_card),
		T(the_settlers_breaker_closes_when_pay_is_back_though_nothing_waits),
		T(a_forced_breaker_keeps_the_question_whether_pay_is_back_from_pay_too),
		T(a_good_hold_behind_twenty_failing_ones_is_booked_after_one_attempt_at_each),
		T(a_hold_that_nobody_has_tried_comes_before_those_that_failed),
		T(only_the_first_attempt_of_the_settler_is_short),
		T(cards_that_hang_are_given_up_soon_and_do_not_open_the_breaker),
		T(helpers_pay_what_waits_and_look_for_nothing_while_nothing_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
