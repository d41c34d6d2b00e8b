/* SPDX-License-Identifier: MIT */
/* Placing a book: every result of POST /books, on fakes. */
#include "tests/unit/booking.h"

#include "base/clock.h"

#include <string.h>

static void
a_paid_booking_is_booked_at_the_price_the_server_computes(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->result.book.status, BOOK_BOOKED);
	assert_int_equal(b->result.book.price, 4500);
	assert_int_equal(b->result.book.host_id, HOST);
	assert_int_equal(b->result.book.pay_id, 1001);
	assert_int_equal(b->clients.pay_asked.price, 4500);
	assert_int_equal(b->store.n_events, 1);
	assert_int_equal(b->store.events[0].type, EVENT_BOOKED);
}

static void
a_declined_payment_rejects_the_booking_and_frees_the_nights(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->clients.pay_status = PAY_DECLINED;
	assert_err(booking_place(b, &attempt), ERR_DECLINED);
	assert_int_equal(b->result.book.status, BOOK_REJECTED);
	b->clients.pay_status = PAY_APPROVED;
	assert_ok(booking_place(b, &attempt));
}

static void
a_tombstone_at_pay_is_no_approval(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->clients.pay_status = PAY_VOIDED;
	assert_err(booking_place(b, &attempt), ERR_DECLINED);
	assert_string_equal(b->store.books[0].steps[1].why, BOOK_WHY_VOIDED);
	b->clients.pay_status = PAY_CANCELED;
	assert_err(booking_place(b, &attempt), ERR_DECLINED);
	assert_string_equal(b->store.books[1].steps[1].why, BOOK_WHY_REVOKED);
}

static void
a_taken_night_is_refused_and_no_event_is_sent(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	assert_ok(booking_place(b, &attempt));
	attempt.origin.caller.id = GUEST + 1;
	attempt.stay = (struct stay){TODAY + 3, TODAY + 5};
	assert_err(booking_place(b, &attempt), ERR_TAKEN);
	assert_int_equal(b->result.n_taken, 1);
	assert_int_equal(b->result.taken[0], TODAY + 3);
	assert_int_equal(b->result.book.id, 0);
	assert_int_equal(b->store.n_books, 1);
	assert_int_equal(b->store.n_events, 1);
	assert_int_equal(b->clients.pay_calls, 1);
}

static void
a_stay_may_start_on_the_day_another_ends(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	assert_ok(booking_place(b, &attempt));
	attempt.stay = (struct stay){TODAY + 4, TODAY + 6};
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->result.book.id, 2);
}

static void
a_price_that_was_not_shown_so_is_refused_with_the_sum(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	attempt.is_quoted = true;
	attempt.quoted_price = 1000;
	assert_err(booking_place(b, &attempt), ERR_PRICE_CHANGED);
	assert_string_equal(b->result.detail,
	                    "3 nights x 1500 = 4500; you sent 1000; leave price out to accept");
	assert_int_equal(b->store.n_books, 0);
	attempt.quoted_price = 4500;
	assert_ok(booking_place(b, &attempt));
}

/* A program has to send the smallest unit, a person reads the decimals: the sentence has both. */
static void
the_sum_of_a_currency_with_decimals_is_told_in_both_forms(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	attempt.is_quoted = true;
	attempt.quoted_price = 1000;
	memcpy(b->store.offers[0].currency, "EUR", sizeof("EUR"));
	assert_err(booking_place(b, &attempt), ERR_PRICE_CHANGED);
	assert_string_equal(b->result.detail,
	                    "3 nights x 1500 (15.00 EUR) = 4500 (45.00 EUR); you sent 1000 (10.00 "
	                    "EUR); leave price out to accept");
}

static void
a_price_that_is_not_looked_at_changes_nothing(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->settings.client_price = CLIENT_PRICE_IGNORE;
	attempt.is_quoted = true;
	attempt.quoted_price = 1000;
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->result.book.price, 4500);
	assert_int_equal(b->clients.pay_asked.price, 4500);
	assert_int_equal(b->clients.room_calls, 0);
}

static void
room_is_asked_once_before_a_price_is_refused(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->clients.room_says = OK;
	b->clients.room_offer = (struct offer){.room_id = ROOM,
	                                       .host_id = HOST,
	                                       .sequence = 2,
	                                       .price = 2000,
	                                       .currency = "KRW",
	                                       .capacity = 2,
	                                       .open = true};
	attempt.is_quoted = true;
	attempt.quoted_price = 6000;
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->result.book.price, 6000);
	assert_int_equal(b->clients.room_calls, 1);
}

static void
a_room_nobody_told_of_yet_is_asked_for(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	attempt.room_id = 2;
	assert_err(booking_place(b, &attempt), ERR_UNAVAILABLE);
	b->clients.room_says = OK;
	assert_err(booking_place(b, &attempt), ERR_NOT_FOUND);
	b->clients.room_offer = (struct offer){.room_id = 2,
	                                       .host_id = HOST,
	                                       .sequence = 1,
	                                       .price = 10,
	                                       .currency = "KRW",
	                                       .capacity = 2,
	                                       .open = true};
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->result.book.price, 30);
}

static void
no_wait_goes_beyond_the_deadline(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->settings.pay_wait_ms = 10000;
	b->clients.room_says = OK;
	b->clients.room_offer = (struct offer){.room_id = 2,
	                                       .host_id = HOST,
	                                       .sequence = 1,
	                                       .price = 10,
	                                       .currency = "KRW",
	                                       .capacity = 2,
	                                       .open = true};
	attempt.room_id = 2;
	attempt.deadline_ms = monotonic_ms() + 900;
	assert_ok(booking_place(b, &attempt));
	assert_in_range(b->clients.room_timeout_ms, 1, 900);
	assert_in_range(b->clients.bulkhead_wait_ms, 0, 900);
	attempt.room_id = 3;
	attempt.deadline_ms = monotonic_ms();
	assert_err(booking_place(b, &attempt), ERR_UNAVAILABLE);
	assert_int_equal(b->clients.room_calls, 1);
}

static enum err
offer_put_times_out(void *self, const struct offer *offer)
{
	(void)self;
	(void)offer;
	return ERR_TIMEOUT;
}

static void
a_fresh_offer_that_cannot_be_stored_is_an_error(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->clients.room_says = OK;
	b->clients.room_offer = (struct offer){.room_id = ROOM,
	                                       .host_id = HOST,
	                                       .sequence = 2,
	                                       .price = 2000,
	                                       .currency = "KRW",
	                                       .capacity = 2,
	                                       .open = true};
	b->books.offer_put = offer_put_times_out;
	attempt.is_quoted = true;
	attempt.quoted_price = 6000;
	assert_err(booking_place(b, &attempt), ERR_TIMEOUT);
	assert_int_equal(b->store.n_books, 0);
}

static void
a_deleted_or_closed_room_is_not_found(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	assert_ok(b->books.room_close(b->books.self, ROOM, false, TODAY, &attempt.origin));
	assert_err(booking_place(b, &attempt), ERR_NOT_FOUND);
	assert_int_equal(b->store.n_books, 0);
}

static void
more_guests_than_the_room_takes_are_a_fault(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	attempt.guests = 3;
	assert_err(booking_place(b, &attempt), ERR_INVALID);
	assert_string_equal(b->faults.list[0].code, "guests.capacity");
	assert_int_equal(b->store.n_books, 0);
}

static void
all_faults_of_a_request_are_told_and_nothing_is_held(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	attempt.stay = (struct stay){TODAY - 1, TODAY + 40};
	strcpy(attempt.token, "tok_free");
	assert_err(booking_place(b, &attempt), ERR_INVALID);
	assert_int_equal(b->faults.n, 3);
	assert_int_equal(b->store.n_books, 0);
	assert_int_equal(b->clients.pay_calls, 0);
}

static void
past_dates_are_taken_where_they_are_allowed(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->settings.past_dates = PAST_ALLOW;
	attempt.stay = (struct stay){TODAY - 400, TODAY - 398};
	assert_ok(booking_place(b, &attempt));
}

/* ---- keys and repetitions ---- */

static void
the_same_key_gives_the_same_booking_as_it_stands_now(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	strcpy(attempt.key.key, "k");
	assert_ok(booking_place(b, &attempt));
	assert_ok(booking_place(b, &attempt));
	assert_true(b->result.replayed);
	assert_int_equal(b->result.book.id, 1);
	assert_int_equal(b->store.n_books, 1);
	assert_int_equal(b->clients.pay_calls, 1);
	booking_cancel(b);
	assert_err(booking_place(b, &attempt), ERR_STATE_CONFLICT);
	assert_int_equal(b->result.book.status, BOOK_CANCELED);
}

static void
the_key_is_looked_at_before_anything_else(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	strcpy(attempt.key.key, "k");
	assert_ok(booking_place(b, &attempt));
	attempt.key.fingerprint[0] = 1;
	attempt.stay = (struct stay){TODAY - 9, TODAY - 10};
	assert_err(booking_place(b, &attempt), ERR_KEY_REUSED);
}

static void
a_refused_request_leaves_no_key(void **state)
{
	struct booking *b = *state;
	struct book_place_request first = booking_attempt(), second = booking_attempt();
	assert_ok(booking_place(b, &first));
	second.origin.caller.id = GUEST + 1;
	strcpy(second.key.key, "k");
	assert_err(booking_place(b, &second), ERR_TAKEN);
	booking_cancel(b);
	assert_ok(booking_place(b, &second));
	assert_false(b->result.replayed);
}

static void
the_same_stay_again_pays_the_own_booking_that_is_pending(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->clients.pay_says = ERR_UNKNOWN;
	assert_ok(booking_place(b, &attempt));
	b->clients.pay_says = OK;
	assert_ok(booking_place(b, &attempt));
	assert_int_equal(b->result.book.id, 1);
	assert_int_equal(b->result.book.status, BOOK_BOOKED);
	assert_int_equal(b->store.n_books, 1);
}

static void
the_same_stay_again_shows_the_own_booking_that_is_booked(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	assert_ok(booking_place(b, &attempt));
	assert_err(booking_place(b, &attempt), ERR_TAKEN);
	assert_int_equal(b->result.book.id, 1);
	assert_int_equal(b->result.n_taken, 0);
}

static void
a_store_that_is_away_makes_the_request_fail_whole(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = booking_attempt();
	b->store.fails = ERR_UNAVAILABLE;
	assert_err(booking_place(b, &attempt), ERR_UNAVAILABLE);
	assert_int_equal(b->clients.pay_calls, 0);
}

#define T(test) cmocka_unit_test_setup_teardown(test, booking_open, booking_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_paid_booking_is_booked_at_the_price_the_server_computes),
		T(a_declined_payment_rejects_the_booking_and_frees_the_nights),
		T(a_tombstone_at_pay_is_no_approval),
		T(a_taken_night_is_refused_and_no_event_is_sent),
		T(a_stay_may_start_on_the_day_another_ends),
		T(a_price_that_was_not_shown_so_is_refused_with_the_sum),
		T(the_sum_of_a_currency_with_decimals_is_told_in_both_forms),
		T(a_price_that_is_not_looked_at_changes_nothing),
		T(room_is_asked_once_before_a_price_is_refused),
		T(a_room_nobody_told_of_yet_is_asked_for),
		T(no_wait_goes_beyond_the_deadline),
		T(a_fresh_offer_that_cannot_be_stored_is_an_error),
		T(a_deleted_or_closed_room_is_not_found),
		T(more_guests_than_the_room_takes_are_a_fault),
		T(all_faults_of_a_request_are_told_and_nothing_is_held),
		T(past_dates_are_taken_where_they_are_allowed),
		T(the_same_key_gives_the_same_booking_as_it_stands_now),
		T(the_key_is_looked_at_before_anything_else),
		T(a_refused_request_leaves_no_key),
		T(the_same_stay_again_pays_the_own_booking_that_is_pending),
		T(the_same_stay_again_shows_the_own_booking_that_is_booked),
		T(a_store_that_is_away_makes_the_request_fail_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
