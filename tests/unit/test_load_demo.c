/* SPDX-License-Identifier: MIT */
/* Invented rooms and bookings: the same for the same seed, and as guests and hosts could have made them. */
#include "base/mem.h"
#include "test.h"
#include "tools/load/demo_data.h"

#include <stdlib.h>
#include <string.h>

#define ROOMS    20
#define BOOKINGS (ROOMS * DEMO_STAYS_A_ROOM)
#define DAYS     400

static struct demo
demo_of(uint64_t seed)
{
	struct demo demo = {.seed = seed,
	                    .first_room = 101,
	                    .rooms = ROOMS,
	                    .first_book = 501,
	                    .bookings = BOOKINGS,
	                    .first_payment = 901,
	                    .currency = "KRW"};
	assert_ok(instant_parse("2027-05-05T00:00:00.000Z", &demo.before));
	assert_ok(day_parse("2027-05-05", &demo.today));
	return demo;
}

static void
no_night_is_sold_twice(void **state)
{
	(void)state;
	static bool taken[ROOMS][DAYS];
	const struct demo demo = demo_of(7);
	for (uint64_t i = 0; i < BOOKINGS; i++) {
		struct demo_booking booking;
		assert_ok(demo_booking(&demo, i, 0, &booking));
		const struct book *book = &booking.book;
		assert_in_range(stay_nights(book->stay), 1, 3);
		assert_in_range(book->stay.start, demo.today + 1, demo.today + 365);
		for (day_t night = book->stay.start; night < book->stay.end; night++) {
			bool *of = &taken[book->room_id - demo.first_room][night - demo.today];
			assert_false(*of);
			*of = true;
		}
	}
}

static void
a_booking_has_the_price_host_and_places_of_its_room(void **state)
{
	(void)state;
	const struct demo demo = demo_of(7);
	for (uint64_t i = 0; i < BOOKINGS; i++) {
		struct demo_booking booking;
		struct room room;
		assert_ok(demo_booking(&demo, i, 0, &booking));
		assert_ok(demo_room(&demo, booking.book.room_id - demo.first_room, &room));
		assert_int_equal(booking.book.price,
		                 room.price * (money_t)stay_nights(booking.book.stay));
		assert_int_equal(booking.book.host_id, room.host_id);
		assert_in_range(booking.book.guests, 1, room.capacity);
		assert_string_equal(booking.book.currency, "KRW");
		assert_true(book_reference_is_valid(booking.book.reference));
	}
}

static void
a_booking_is_paid_and_its_timeline_says_so(void **state)
{
	(void)state;
	const struct demo demo = demo_of(7);
	struct demo_booking booking;
	assert_ok(demo_booking(&demo, BOOKINGS - 1, 0, &booking));
	assert_int_equal(booking.book.id, demo.first_book + BOOKINGS - 1);
	assert_int_equal(booking.book.status, BOOK_BOOKED);
	assert_int_equal(booking.book.version, 2);
	assert_int_equal(booking.book.pay_id, booking.payment.id);
	assert_int_equal(booking.payment.status, PAY_APPROVED);
	assert_int_equal(booking.payment.price, booking.book.price);
	assert_int_equal(booking.payment.book_id, booking.book.id);
	assert_int_equal(booking.steps[0].to, BOOK_REQUESTED);
	assert_int_equal(booking.steps[0].at, booking.book.created_at);
	assert_int_equal(booking.steps[1].from, BOOK_REQUESTED);
	assert_int_equal(booking.steps[1].to, BOOK_BOOKED);
	assert_int_equal(booking.steps[1].at, booking.book.updated_at);
	assert_int_equal(booking.steps[1].by.id, booking.book.guest_id);
}

static void
everything_happened_before_the_given_instant(void **state)
{
	(void)state;
	const struct demo demo = demo_of(7);
	instant_t last = 0;
	for (uint64_t i = 0; i < BOOKINGS; i++) {
		struct demo_booking booking;
		struct room room;
		assert_ok(demo_booking(&demo, i, 0, &booking));
		assert_ok(demo_room(&demo, i % ROOMS, &room));
		assert_true(room.created_at < booking.book.created_at);
		assert_true(booking.book.created_at >= last);
		assert_true(booking.book.updated_at < demo.before);
		last = booking.book.created_at;
	}
}

static void
the_same_seed_makes_the_same_data_and_another_seed_other_data(void **state)
{
	(void)state;
	const struct demo demo = demo_of(7), again = demo_of(7), other = demo_of(8);
	struct demo_booking a, b, c;
	struct room room, same, different;
	size_t n_different = 0;
	for (uint64_t i = 0; i < ROOMS; i++) {
		assert_ok(demo_booking(&demo, i, 0, &a));
		assert_ok(demo_booking(&again, i, 0, &b));
		assert_ok(demo_booking(&other, i, 0, &c));
		assert_memory_equal(&a.book, &b.book, sizeof(a.book));
		assert_ok(demo_room(&demo, i, &room));
		assert_ok(demo_room(&again, i, &same));
		assert_ok(demo_room(&other, i, &different));
		assert_memory_equal(&room, &same, sizeof(room));
		n_different +=
			room.price != different.price || a.book.stay.start != c.book.stay.start;
	}
	assert_true(n_different > ROOMS / 2);
}

static void
another_salt_changes_the_reference_and_nothing_else(void **state)
{
	(void)state;
	const struct demo demo = demo_of(7);
	struct demo_booking a, b;
	assert_ok(demo_booking(&demo, 3, 0, &a));
	assert_ok(demo_booking(&demo, 3, 1, &b));
	assert_string_not_equal(a.book.reference, b.book.reference);
	memcpy(b.book.reference, a.book.reference, sizeof(b.book.reference));
	assert_memory_equal(&a.book, &b.book, sizeof(a.book));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_night_is_sold_twice),
		cmocka_unit_test(a_booking_has_the_price_host_and_places_of_its_room),
		cmocka_unit_test(a_booking_is_paid_and_its_timeline_says_so),
		cmocka_unit_test(everything_happened_before_the_given_instant),
		cmocka_unit_test(the_same_seed_makes_the_same_data_and_another_seed_other_data),
		cmocka_unit_test(another_salt_changes_the_reference_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
