/* SPDX-License-Identifier: MIT */
/* book_suite_purge - the book suite: purging. */
#include "tests/contract/book_suite_parts.h"
#include "tests/contract/booking_attempt.h"
#include "tests/unit/test.h"

#define LONG_AGO 1
#define FAR_OFF  INT64_C(4000000000000)

static size_t
nights_purged(day_t before, size_t max)
{
	size_t n = 99;
	assert_ok(book_world.store.nights_purge(book_world.store.self, before, max, &n));
	return n;
}

static size_t
keys_purged(instant_t before, size_t max)
{
	size_t n = 99;
	assert_ok(book_world.store.keys_purge(book_world.store.self, before, max, &n));
	return n;
}

static void
only_nights_of_past_stays_are_purged(void **state)
{
	(void)state;
	suite_room(1);
	const struct book first = suite_held(1, 42, -2000, 3);
	const struct book second = suite_held(1, 42, -1997, 2);
	const struct book future = suite_held(1, 42, 0, 2);
	assert_int_equal(nights_purged(first.stay.end - 1, 10), 0);
	assert_int_equal(nights_purged(first.stay.end, 10), 1);
	assert_int_equal(nights_purged(first.stay.end, 10), 0);
	assert_false(suite_is_free(1, -1996, 1));
	assert_true(suite_is_free(1, -2000, 1));
	assert_int_equal(nights_purged(future.stay.end - 1, 10), 2);
	assert_false(suite_is_free(1, 1, 1));
	const struct book kept = suite_found(second.id);
	suite_same(&kept, &second);
}

static void
nights_are_purged_a_few_stays_at_a_time(void **state)
{
	(void)state;
	suite_room(1);
	for (int i = 0; i < 3; i++)
		suite_held(1, 42, 10 * i - 2000, 30 / 3);
	assert_int_equal(nights_purged(ATTEMPT_DAY, 2), 2);
	assert_false(suite_is_free(1, -1980, 1));
	assert_int_equal(nights_purged(ATTEMPT_DAY, 2), 1);
}

static void
a_booking_whose_nights_were_purged_can_be_cancelled(void **state)
{
	(void)state;
	suite_room(1);
	const struct book book = suite_held(1, 42, -2000, 3);
	suite_applied(book.id, BOOK_APPROVE);
	assert_int_equal(nights_purged(ATTEMPT_DAY, 10), 1);
	assert_int_equal(suite_applied(book.id, BOOK_CANCEL).status, BOOK_CANCELED);
}

static void
old_keys_are_purged_a_few_at_a_time(void **state)
{
	(void)state;
	const char *const names[] = {"a", "b", "c"};
	struct hold_result result;
	suite_room(1);
	for (int i = 0; i < 3; i++) {
		struct book_hold hold = attempt_hold(1, 42, i, 1);
		hold.key = attempt_key(names[i], 1);
		assert_ok(suite_hold(&hold, &result));
	}
	assert_int_equal(keys_purged(LONG_AGO, 10), 0);
	assert_int_equal(keys_purged(FAR_OFF, 2), 2);
	assert_int_equal(keys_purged(FAR_OFF, 2), 1);
	struct book_hold hold = attempt_hold(1, 42, 7, 1);
	hold.key = attempt_key("a", 2);
	assert_ok(suite_hold(&hold, &result));
	assert_int_equal(result.kind, HOLD_MADE);
}

static const struct CMUnitTest tests[] = {
	BOOK_TEST(only_nights_of_past_stays_are_purged),
	BOOK_TEST(nights_are_purged_a_few_stays_at_a_time),
	BOOK_TEST(a_booking_whose_nights_were_purged_can_be_cancelled),
	BOOK_TEST(old_keys_are_purged_a_few_at_a_time),
};

int
book_suite_purge(const char *where)
{
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
