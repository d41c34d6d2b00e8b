/* SPDX-License-Identifier: MIT */
/* book_suite_rooms - the book suite: offers, closed rooms, and alternatives. */
#include "base/mem.h"
#include "tests/contract/book_suite_parts.h"
#include "tests/contract/booking_attempt.h"
#include "tests/contract/life.h"
#include "tests/unit/test.h"

static const struct origin by_host = {.caller = {.id = ATTEMPT_HOST, .roles = ROLE_HOST},
                                      .request_id = "r-3"};

static struct offer
offer_found(uint64_t room_id)
{
	struct offer offer;
	assert_ok(book_world.store.offer_find(book_world.store.self, room_id, &offer));
	return offer;
}

static enum err
room_close(uint64_t room_id, bool cancel_bookings)
{
	return book_world.store.room_close(book_world.store.self, room_id, cancel_bookings,
	                                   ATTEMPT_DAY, &by_host);
}

/* ---- offers ---- */

static void
a_newer_offer_replaces_an_older_one_and_never_the_reverse(void **state)
{
	(void)state;
	struct offer offer = attempt_offer(1);
	offer.sequence = 2;
	offer.price = 2000;
	assert_ok(book_world.store.offer_put(book_world.store.self, &offer));
	suite_room(1);
	assert_int_equal(offer_found(1).price, 2000);
	offer.sequence = 3;
	offer.price = 2500;
	offer.open = false;
	assert_ok(book_world.store.offer_put(book_world.store.self, &offer));
	const struct offer now = offer_found(1);
	assert_int_equal(now.price, 2500);
	assert_int_equal(now.sequence, 3);
	assert_int_equal(now.host_id, ATTEMPT_HOST);
	assert_int_equal(now.capacity, 2);
	assert_string_equal(now.currency, "KRW");
	assert_false(now.open);
	assert_err(book_world.store.offer_find(book_world.store.self, 2, &offer), ERR_NOT_FOUND);
}

static void
offers_follow_room_events_in_any_order(void **state)
{
	(void)state;
	const struct event events[] = {life_room(1, 2, "second"), life_book(9, 1, BOOK_BOOKED),
	                               life_room(2, 1, "other"), life_room(1, 1, "first")};
	assert_ok(book_world.store.offers_apply(book_world.store.self, events, ARRAY_SIZE(events)));
	assert_ok(book_world.store.offers_apply(book_world.store.self, events, ARRAY_SIZE(events)));
	assert_int_equal(offer_found(1).sequence, 2);
	assert_int_equal(offer_found(1).price, events[0].data.room.price);
	assert_int_equal(offer_found(2).sequence, 1);
}

/* ---- closing ---- */

static void
a_room_with_future_bookings_is_closed_only_if_they_may_be_cancelled(void **state)
{
	(void)state;
	suite_room(1);
	const struct book past = suite_held(1, 42, -5, 3);
	const struct book paid = suite_held(1, 42, 0, 3);
	const struct book pending = suite_held(1, 43, 5, 3);
	suite_applied(paid.id, BOOK_APPROVE);
	suite_applied(pending.id, BOOK_DEFER);
	const size_t events = suite_events();
	assert_err(room_close(1, false), ERR_HAS_BOOKINGS);
	assert_false(offer_found(1).closed);
	assert_int_equal(suite_found(paid.id).status, BOOK_BOOKED);
	assert_int_equal(suite_events(), events);
	assert_ok(room_close(1, true));
	assert_true(offer_found(1).closed);
	assert_int_equal(suite_found(paid.id).status, BOOK_CANCELED);
	assert_int_equal(suite_found(pending.id).status, BOOK_CANCELED);
	assert_int_equal(suite_found(past.id).status, BOOK_REQUESTED);
	assert_int_equal(suite_events(), events + 2);
	assert_ok(room_close(1, true));
	assert_ok(room_close(1, false));
	assert_int_equal(suite_events(), events + 2);
}

static void
no_event_reopens_a_closed_room(void **state)
{
	(void)state;
	struct offer offer = attempt_offer(1);
	suite_room(1);
	assert_ok(room_close(1, false));
	offer.sequence = 9;
	assert_ok(book_world.store.offer_put(book_world.store.self, &offer));
	assert_true(offer_found(1).closed);
	assert_int_equal(offer_found(1).sequence, 9);
}

static void
an_unknown_room_can_be_closed(void **state)
{
	(void)state;
	assert_ok(room_close(5, false));
	suite_room(5);
	assert_true(offer_found(5).closed);
	assert_int_equal(offer_found(5).price, ATTEMPT_PRICE);
}

/* ---- alternatives ---- */

static struct alternatives
instead(uint64_t room_id, int from, int nights, day_t earliest)
{
	struct alternatives found;
	const struct stay stay = {ATTEMPT_DAY + from, ATTEMPT_DAY + from + nights};
	assert_ok(book_world.store.alternatives(book_world.store.self, room_id, stay, 2, earliest,
	                                        &found));
	return found;
}

static void
the_nearest_free_stays_of_the_same_length_are_offered(void **state)
{
	(void)state;
	suite_room(1);
	suite_held(1, 42, 10, 2);
	suite_held(1, 42, 14, 1);
	struct alternatives found = instead(1, 10, 2, ATTEMPT_DAY);
	assert_int_equal(found.n_stays, 3);
	assert_int_equal(found.stays[0].start, ATTEMPT_DAY + 12);
	assert_int_equal(found.stays[0].end, ATTEMPT_DAY + 14);
	assert_int_equal(found.stays[1].start, ATTEMPT_DAY + 8);
	assert_int_equal(found.stays[2].start, ATTEMPT_DAY + 7);
	found = instead(1, 10, 2, ATTEMPT_DAY + 10);
	assert_int_equal(found.stays[0].start, ATTEMPT_DAY + 12);
	assert_int_equal(found.stays[1].start, ATTEMPT_DAY + 15);
	assert_int_equal(found.stays[2].start, ATTEMPT_DAY + 16);
}

static void
other_rooms_that_are_free_are_offered_nearest_in_price_first(void **state)
{
	(void)state;
	static const money_t prices[] = {0, ATTEMPT_PRICE, 1400, 1650, 1900, 900, 1501, 1502};
	for (uint64_t id = 1; id < ARRAY_SIZE(prices); id++) {
		struct offer offer = attempt_offer(id);
		offer.price = prices[id];
		offer.capacity = id == 6 ? 1 : 2;
		offer.open = id != 7;
		assert_ok(book_world.store.offer_put(book_world.store.self, &offer));
	}
	struct alternatives found = instead(1, 0, 2, ATTEMPT_DAY);
	assert_int_equal(found.n_rooms, 3);
	assert_int_equal(found.rooms[0], 2);
	assert_int_equal(found.rooms[1], 3);
	assert_int_equal(found.rooms[2], 4);
	struct book_hold hold = attempt_hold(2, 42, 1, 1);
	struct hold_result result;
	hold.night_price = 1400;
	assert_ok(suite_hold(&hold, &result));
	assert_ok(room_close(3, false));
	found = instead(1, 0, 2, ATTEMPT_DAY);
	assert_int_equal(found.n_rooms, 2);
	assert_int_equal(found.rooms[0], 4);
	assert_int_equal(found.rooms[1], 5);
}

static void
a_closed_room_has_no_alternative_stays(void **state)
{
	(void)state;
	suite_room(1);
	suite_room(2);
	assert_ok(room_close(1, false));
	const struct alternatives found = instead(1, 0, 2, ATTEMPT_DAY);
	assert_int_equal(found.n_stays, 0);
	assert_int_equal(found.n_rooms, 1);
	assert_int_equal(instead(77, 0, 2, ATTEMPT_DAY).n_rooms, 0);
}

int
book_suite_rooms(const char *where)
{
	static const struct CMUnitTest tests[] = {
		BOOK_TEST(a_newer_offer_replaces_an_older_one_and_never_the_reverse),
		BOOK_TEST(offers_follow_room_events_in_any_order),
		BOOK_TEST(a_room_with_future_bookings_is_closed_only_if_they_may_be_cancelled),
		BOOK_TEST(no_event_reopens_a_closed_room),
		BOOK_TEST(an_unknown_room_can_be_closed),
		BOOK_TEST(the_nearest_free_stays_of_the_same_length_are_offered),
		BOOK_TEST(other_rooms_that_are_free_are_offered_nearest_in_price_first),
		BOOK_TEST(a_closed_room_has_no_alternative_stays),
	};
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
