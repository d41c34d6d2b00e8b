/* SPDX-License-Identifier: MIT */
/* What happens to a book after it was placed: paid, cancelled, settled; on fakes. */
#include "tests/unit/booking.h"

#include "base/clock.h"

#include <string.h>

/* A book of the guest that is still to be paid. */
static void
hold_unpaid(struct booking *b)
{
	struct book_place_request attempt = booking_attempt();
	b->clients.pay_says = ERR_UNKNOWN;
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->result.book.status, BOOK_PAYMENT_PENDING);
	b->clients.pay_says = OK;
	b->clients.breaker = (struct breaker){.state = BREAKER_CLOSED};
	b->clients.pay_calls = 0;
}

static void
book_it(struct booking *b)
{
	struct book_place_request attempt = booking_attempt();
	assert_ok(booking_place(b, &attempt));
}

static struct book_pay_request
payment_by(uint64_t guest)
{
	return (struct book_pay_request){.id = 1,
	                                 .origin = {.caller = {.id = guest, .roles = ROLE_GUEST}},
	                                 .deadline_ms = monotonic_ms() + 10000};
}

static enum err
pay(struct booking *b, const struct book_pay_request *request)
{
	return book_pay(&b->app, request, &b->faults, &b->result);
}

static enum err
cancel_by(struct booking *b, uint64_t id, enum role role)
{
	struct book_cancel_request request = {.id = 1,
	                                      .origin = {.caller = {.id = id, .roles = role}}};
	return book_cancel(&b->app, &request, &b->result);
}

static bool
settle(struct booking *b)
{
	bool more = true;
	assert_ok(book_settle_due(&b->app, &more));
	return more;
}

/* ---- pay ---- */

static void
a_held_booking_is_booked_when_its_guest_pays(void **state)
{
	struct booking *b = *state;
	struct book_pay_request request = payment_by(GUEST);
	hold_unpaid(b);
	assert_ok(pay(b, &request));
	assert_int_equal(b->result.book.status, BOOK_BOOKED);
}

static void
a_new_token_takes_the_place_of_the_old_one(void **state)
{
	struct booking *b = *state;
	struct book_pay_request request = payment_by(GUEST);
	hold_unpaid(b);
	strcpy(request.token, "tok_slow");
	assert_ok(pay(b, &request));
	assert_string_equal(b->clients.pay_asked.token, "tok_slow");
	assert_string_equal(b->store.books[0].token, "tok_slow");
}

static void
a_token_nobody_knows_is_refused_before_pay_is_asked(void **state)
{
	struct booking *b = *state;
	struct book_pay_request request = payment_by(GUEST);
	hold_unpaid(b);
	strcpy(request.token, "tok_free");
	assert_err(pay(b, &request), ERR_INVALID);
	assert_int_equal(b->clients.pay_calls, 0);
}

static void
another_guest_cannot_pay_nor_see_the_book(void **state)
{
	struct booking *b = *state;
	struct book_pay_request request = payment_by(GUEST + 1);
	hold_unpaid(b);
	assert_err(pay(b, &request), ERR_NOT_FOUND);
	request = payment_by(HOST);
	request.origin.caller.roles = ROLE_HOST;
	assert_err(pay(b, &request), ERR_NOT_FOUND);
}

static void
without_an_answer_the_held_booking_stays_as_it_is(void **state)
{
	struct booking *b = *state;
	struct book_pay_request request = payment_by(GUEST);
	hold_unpaid(b);
	b->clients.pay_says = ERR_UNKNOWN;
	strcpy(request.key.key, "p");
	assert_ok(pay(b, &request));
	assert_int_equal(b->result.book.status, BOOK_PAYMENT_PENDING);
	/* no effect, no key: the same request tries again */
	b->clients.pay_says = OK;
	assert_ok(pay(b, &request));
	assert_false(b->result.replayed);
	assert_int_equal(b->result.book.status, BOOK_BOOKED);
	assert_ok(pay(b, &request));
	assert_true(b->result.replayed);
}

static void
a_booking_that_is_paid_already_is_shown_as_booked(void **state)
{
	struct booking *b = *state;
	struct book_pay_request request = payment_by(GUEST);
	book_it(b);
	b->clients.pay_calls = 0;
	assert_ok(pay(b, &request));
	assert_int_equal(b->result.book.status, BOOK_BOOKED);
	assert_int_equal(b->clients.pay_calls, 0);
}

static void
a_cancelled_booking_cannot_be_paid(void **state)
{
	struct booking *b = *state;
	struct book_pay_request request = payment_by(GUEST);
	hold_unpaid(b);
	assert_ok(cancel_by(b, GUEST, ROLE_GUEST));
	assert_err(pay(b, &request), ERR_STATE_CONFLICT);
	assert_int_equal(b->clients.pay_calls, 0);
}

/* ---- cancel ---- */

static void
a_guest_cancels_and_the_nights_can_be_booked_again(void **state)
{
	struct booking *b = *state;
	book_it(b);
	assert_ok(cancel_by(b, GUEST, ROLE_GUEST));
	assert_int_equal(b->result.book.status, BOOK_CANCELED);
	assert_int_equal(b->store.events[1].type, EVENT_BOOK_CANCELED);
	book_it(b);
}

static void
a_booking_is_cancelled_once(void **state)
{
	struct booking *b = *state;
	book_it(b);
	assert_ok(cancel_by(b, GUEST, ROLE_GUEST));
	assert_err(cancel_by(b, GUEST, ROLE_GUEST), ERR_STATE_CONFLICT);
	assert_non_null(strstr(b->result.detail, "BookCanceled"));
	assert_int_equal(b->store.n_events, 2);
}

static void
strangers_cannot_cancel_nor_see_the_book(void **state)
{
	struct booking *b = *state;
	book_it(b);
	assert_err(cancel_by(b, GUEST + 1, ROLE_GUEST), ERR_NOT_FOUND);
	assert_err(cancel_by(b, GUEST, ROLE_HOST), ERR_NOT_FOUND);
	assert_int_equal(booking_book(b, 1)->status, BOOK_BOOKED);
}

static void
on_the_day_of_arrival_only_the_host_can_cancel(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	struct caller guest = {.id = GUEST, .roles = ROLE_GUEST};
	struct caller host = {.id = HOST, .roles = ROLE_HOST};
	attempt.stay = (struct stay){TODAY, TODAY + 1};
	assert_ok(booking_place(b, &attempt));
	assert_false(book_can_cancel(&b->app, booking_book(b, 1), &guest));
	assert_err(cancel_by(b, GUEST, ROLE_GUEST), ERR_STATE_CONFLICT);
	assert_true(book_can_cancel(&b->app, booking_book(b, 1), &host));
	assert_ok(cancel_by(b, HOST, ROLE_HOST));
}

static void
another_version_is_not_cancelled(void **state)
{
	struct booking *b = *state;
	struct book_cancel_request request = {
		.id = 1,
		.condition = IF_NONE_MATCH(2),
		.origin = {.caller = {.id = GUEST, .roles = ROLE_GUEST}}};
	book_it(b);
	assert_err(book_cancel(&b->app, &request, &b->result), ERR_VERSION_CONFLICT);
	request.condition = IF_MATCH(b->result.book.version);
	assert_ok(book_cancel(&b->app, &request, &b->result));
}

/* ---- settle ---- */

static void
the_settler_pays_what_is_held_once_pay_is_back(void **state)
{
	struct booking *b = *state;
	hold_unpaid(b);
	b->store.now += 6000;
	assert_true(settle(b));
	assert_int_equal(booking_book(b, 1)->status, BOOK_BOOKED);
	assert_int_equal(b->clients.pay_calls, 1);
	assert_false(settle(b));
	assert_int_equal(b->clients.pay_calls, 1);
}

static void
the_settler_expires_what_was_not_paid_in_time(void **state)
{
	struct booking *b = *state;
	hold_unpaid(b);
	b->store.now += 901 * 1000;
	assert_false(settle(b));
	assert_int_equal(booking_book(b, 1)->status, BOOK_EXPIRED);
	assert_int_equal(b->clients.pay_calls, 0);
	book_it(b);
}

static void
the_settler_leaves_pay_alone_while_the_breaker_is_open_but_still_expires(void **state)
{
	struct booking *b = *state;
	hold_unpaid(b);
	b->clients.breaker =
		(struct breaker){.state = BREAKER_OPEN, .open_until_ms = monotonic_ms() + 60000};
	b->store.now += 6000;
	settle(b);
	assert_int_equal(booking_book(b, 1)->status, BOOK_PAYMENT_PENDING);
	assert_int_equal(b->clients.pay_calls, 0);
	b->store.now += 900 * 1000;
	settle(b);
	assert_int_equal(booking_book(b, 1)->status, BOOK_EXPIRED);
}

static void
one_slow_try_to_pay_does_not_keep_other_holds_from_ending(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	hold_unpaid(b);
	b->clients.pay_says = ERR_UNKNOWN;
	attempt.stay = (struct stay){TODAY + 10, TODAY + 11};
	assert_ok(booking_place(b, &attempt));
	b->store.now += 6000;
	unsigned before = b->clients.pay_calls;
	assert_true(settle(b));
	assert_int_equal(b->clients.pay_calls, before + 1);
	b->store.now += 901 * 1000;
	assert_false(settle(b));
	assert_int_equal(b->clients.pay_calls, before + 1);
	assert_int_equal(booking_book(b, 1)->status, BOOK_EXPIRED);
	assert_int_equal(booking_book(b, 2)->status, BOOK_EXPIRED);
}

/* A book whose process died between the hold and its result. */
static void
hold_and_die(struct booking *b)
{
	struct book_hold hold = {.book = {.room_id = ROOM,
	                                  .host_id = HOST,
	                                  .guest_id = GUEST,
	                                  .stay = {TODAY + 1, TODAY + 4},
	                                  .guests = 1,
	                                  .price = 4500,
	                                  .currency = "KRW",
	                                  .reference = "ABCDEFGH"},
	                         .night_price = 1500,
	                         .hold_s = 900,
	                         .guest_limit = 20};
	struct hold_result result;
	assert_ok(b->books.hold(b->books.self, &hold, &result));
}

static void
a_booking_whose_process_died_is_held_and_then_paid(void **state)
{
	struct booking *b = *state;
	hold_and_die(b);
	b->store.now += 5000;
	settle(b);
	assert_int_equal(booking_book(b, 1)->status, BOOK_REQUESTED);
	b->store.now += 8000;
	settle(b);
	assert_int_equal(booking_book(b, 1)->status, BOOK_PAYMENT_PENDING);
	b->store.now += 6000;
	settle(b);
	assert_int_equal(booking_book(b, 1)->status, BOOK_BOOKED);
}

static void
in_refuse_mode_a_booking_whose_process_died_expires(void **state)
{
	struct booking *b = *state;
	b->settings.pay_fallback = FALLBACK_REFUSE;
	hold_and_die(b);
	b->store.now += 13000;
	settle(b);
	assert_int_equal(booking_book(b, 1)->status, BOOK_EXPIRED);
	book_it(b);
}

static void
a_declined_payment_rejects_the_held_book(void **state)
{
	struct booking *b = *state;
	hold_unpaid(b);
	b->clients.pay_status = PAY_DECLINED;
	b->store.now += 6000;
	settle(b);
	assert_int_equal(booking_book(b, 1)->status, BOOK_REJECTED);
}

static enum err
apply_but_not_to_book_1(void *self, const struct book_change *change, struct book *ret_book)
{
	struct book_fake *fake = self;
	struct book_store store = book_fake_port(fake);
	return change->id == 1 ? ERR_BUG : store.apply(self, change, ret_book);
}

static void
a_booking_that_cannot_be_settled_holds_up_no_other(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	bool more;
	hold_unpaid(b);
	b->clients.pay_says = ERR_UNKNOWN;
	attempt.stay = (struct stay){TODAY + 10, TODAY + 11};
	assert_ok(booking_place(b, &attempt));
	b->store.now += 901 * 1000;
	b->books.apply = apply_but_not_to_book_1;
	assert_err(book_settle_due(&b->app, &more), ERR_BUG);
	assert_int_equal(booking_book(b, 2)->status, BOOK_EXPIRED);
}

static void
a_round_that_the_store_interrupts_says_so(void **state)
{
	struct booking *b = *state;
	bool more = false;
	b->store.fails = ERR_UNAVAILABLE;
	assert_err(book_settle_due(&b->app, &more), ERR_UNAVAILABLE);
}

#define T(test) cmocka_unit_test_setup_teardown(test, booking_open, booking_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_held_booking_is_booked_when_its_guest_pays),
		T(a_new_token_takes_the_place_of_the_old_one),
		T(a_token_nobody_knows_is_refused_before_pay_is_asked),
		T(another_guest_cannot_pay_nor_see_the_book),
		T(without_an_answer_the_held_booking_stays_as_it_is),
		T(a_booking_that_is_paid_already_is_shown_as_booked),
		T(a_cancelled_booking_cannot_be_paid),
		T(a_guest_cancels_and_the_nights_can_be_booked_again),
		T(a_booking_is_cancelled_once),
		T(strangers_cannot_cancel_nor_see_the_book),
		T(on_the_day_of_arrival_only_the_host_can_cancel),
		T(another_version_is_not_cancelled),
		T(the_settler_pays_what_is_held_once_pay_is_back),
		T(the_settler_expires_what_was_not_paid_in_time),
		T(one_slow_try_to_pay_does_not_keep_other_holds_from_ending),
		T(the_settler_leaves_pay_alone_while_the_breaker_is_open_but_still_expires),
		T(a_booking_whose_process_died_is_held_and_then_paid),
		T(in_refuse_mode_a_booking_whose_process_died_expires),
		T(a_declined_payment_rejects_the_held_book),
		T(a_booking_that_cannot_be_settled_holds_up_no_other),
		T(a_round_that_the_store_interrupts_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
