/* SPDX-License-Identifier: MIT */
/* outbox_suite - what every outbox must do. */
#include "tests/contract/outbox_suite.h"

#include "base/mem.h"
#include "tests/contract/life.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#define LEASE_S 15

static struct outbox_world world;

static int
empty(void **state)
{
	(void)state;
	world.empty();
	return 0;
}

static void
put(uint64_t book_id)
{
	const struct event event = life_book(book_id, 2, BOOK_BOOKED);
	assert_ok(world.put(&event));
}

struct haul {
	uint64_t ids[8], books[8];
	size_t n;
};

/* Claims rows for an owner and frees their bodies. */
static struct haul
claim(const char *owner, size_t max)
{
	struct outbox_row rows[8];
	struct haul haul = {.n = 99};
	assert_ok(world.outbox.claim(world.outbox.self, owner, LEASE_S, max, rows, &haul.n));
	assert_true(haul.n <= max);
	for (size_t i = 0; i < haul.n; i++) {
		haul.ids[i] = rows[i].id;
		haul.books[i] = rows[i].correlation_id;
		free(rows[i].body);
	}
	return haul;
}

static void
a_claimed_row_is_the_event_as_it_will_be_published(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 2, BOOK_BOOKED), room = life_room(3, 1, "바다");
	struct outbox_row rows[2];
	size_t n = 0;
	assert_ok(world.put(&booked));
	assert_ok(world.put(&room));
	assert_ok(world.outbox.claim(world.outbox.self, "a", LEASE_S, 2, rows, &n));
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].type, EVENT_BOOKED);
	assert_string_equal(rows[0].message_id, booked.id);
	assert_int_equal(rows[0].correlation_id, 17);
	assert_int_equal(rows[0].time, booked.time);
	assert_int_equal(rows[0].body_len, strlen(rows[0].body));
	assert_non_null(strstr(rows[0].body, booked.id));
	assert_int_equal(rows[1].correlation_id, 0);
	assert_int_equal(rows[1].type, room.type);
	for (size_t i = 0; i < n; i++)
		free(rows[i].body);
}

static void
rows_are_claimed_oldest_first_and_by_one_relay_only(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= 5; id++)
		put(id);
	const struct haul a = claim("a", 2), b = claim("b", 8);
	assert_int_equal(a.n, 2);
	assert_int_equal(a.books[0], 1);
	assert_int_equal(a.books[1], 2);
	assert_int_equal(b.n, 3);
	assert_int_equal(b.books[0], 3);
	assert_int_equal(b.books[2], 5);
	assert_int_equal(claim("a", 8).n, 0);
}

static void
an_expired_lease_frees_its_rows(void **state)
{
	(void)state;
	put(1);
	assert_int_equal(claim("frozen", 8).n, 1);
	world.pass(LEASE_S * 1000 - 3000);
	assert_int_equal(claim("b", 8).n, 0);
	world.pass(3001);
	assert_int_equal(claim("b", 8).n, 1);
	assert_int_equal(claim("frozen", 8).n, 0);
}

static void
a_confirmed_row_is_removed_even_if_another_relay_owns_it(void **state)
{
	(void)state;
	put(1);
	put(2);
	const struct haul frozen = claim("frozen", 8);
	world.pass(LEASE_S * 1000 + 1);
	assert_int_equal(claim("b", 8).n, 2);
	assert_ok(world.outbox.confirm(world.outbox.self, frozen.ids, 1));
	assert_ok(world.outbox.confirm(world.outbox.self, frozen.ids, 1));
	world.pass(LEASE_S * 1000 + 1);
	const struct haul left = claim("c", 8);
	assert_int_equal(left.n, 1);
	assert_int_equal(left.books[0], 2);
	assert_ok(world.outbox.confirm(world.outbox.self, NULL, 0));
}

static void
only_its_owner_can_release_a_row(void **state)
{
	(void)state;
	put(1);
	put(2);
	const struct haul a = claim("a", 8);
	assert_ok(world.outbox.release(world.outbox.self, "b", a.ids, a.n));
	assert_int_equal(claim("b", 8).n, 0);
	assert_ok(world.outbox.release(world.outbox.self, "a", a.ids, 1));
	const struct haul b = claim("b", 8);
	assert_int_equal(b.n, 1);
	assert_int_equal(b.books[0], 1);
	assert_ok(world.outbox.release(world.outbox.self, "a", NULL, 0));
}

static void
the_backlog_is_a_count_and_the_time_of_the_oldest_row(void **state)
{
	(void)state;
	uint64_t rows = 99;
	instant_t oldest = 99;
	assert_ok(world.outbox.backlog(world.outbox.self, &rows, &oldest));
	assert_int_equal(rows, 0);
	assert_int_equal(oldest, 0);
	put(1);
	put(2);
	const struct event first = life_book(1, 2, BOOK_BOOKED);
	const struct haul a = claim("a", 1);
	assert_ok(world.outbox.backlog(world.outbox.self, &rows, &oldest));
	assert_int_equal(rows, 2);
	assert_int_equal(oldest, first.time);
	assert_ok(world.outbox.confirm(world.outbox.self, a.ids, 1));
	assert_ok(world.outbox.backlog(world.outbox.self, &rows, &oldest));
	assert_int_equal(rows, 1);
}

#define TEST(name) cmocka_unit_test_setup(name, empty)

int
outbox_suite_run(const char *where, const struct outbox_world *tested)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_claimed_row_is_the_event_as_it_will_be_published),
		TEST(rows_are_claimed_oldest_first_and_by_one_relay_only),
		TEST(an_expired_lease_frees_its_rows),
		TEST(a_confirmed_row_is_removed_even_if_another_relay_owns_it),
		TEST(only_its_owner_can_release_a_row),
		TEST(the_backlog_is_a_count_and_the_time_of_the_oldest_row),
	};
	world = *tested;
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
