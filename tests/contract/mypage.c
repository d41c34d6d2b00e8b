/* SPDX-License-Identifier: MIT */
/* mypage - the suite of mypage_store in memory and on MariaDB, and concurrent consumers
 * on MariaDB. */
#include "adapters/mariadb/mypage/mypage_store.h"
#include "base/mem.h"
#include "tests/contract/consumers.h"
#include "tests/contract/database.h"
#include "tests/contract/life.h"
#include "tests/contract/mypage_suite.h"
#include "tests/fakes/mypage_fake.h"
#include "tests/unit/test.h"

#include <stdlib.h>

#define BOOKS 60

static struct mypage_fake fake;
static struct mypage_store on_mariadb;

static void
empty_fake(void)
{
	fake = (struct mypage_fake){.fails = OK};
}

static void
empty_mariadb(void)
{
	database_run("mypage", "DELETE FROM mypage");
	database_run("mypage", "DELETE FROM room_name");
	database_run("mypage", "DELETE FROM progress");
}

static enum err
merge(const struct event events[], size_t n)
{
	return on_mariadb.merge(on_mariadb.self, events, n);
}

/* All events of all bookings, each once, and those of their rooms. */
static struct event events[4 * BOOKS];

static int
make_events(void **state)
{
	(void)state;
	size_t n = 0;
	empty_mariadb();
	for (uint64_t id = 1; id <= BOOKS; id++) {
		events[n++] = life_book(id, 3, BOOK_BOOKED);
		events[n++] = life_payment(id, 2, PAY_CANCELED);
		events[n++] = life_book(id, 4, BOOK_CANCELED);
		events[n++] = life_room(id % 5, id, "Room");
	}
	return 0;
}

static void
assert_all_ended(void)
{
	assert_int_equal(database_number("mypage", "SELECT COUNT(*) FROM mypage"), BOOKS);
	assert_int_equal(database_number("mypage", "SELECT COUNT(*) FROM mypage"
	                                           " WHERE status = 'BookCanceled'"
	                                           " AND pay_status = 'PayCanceled'"),
	                 BOOKS);
	assert_int_equal(database_number("mypage", "SELECT SUM(sequence) FROM room_name"),
	                 56 + 57 + 58 + 59 + 60);
}

static void
concurrent_consumers_of_the_same_events_produce_the_same_rows(void **state)
{
	(void)state;
	consumers_run(merge, events, ARRAY_SIZE(events));
	assert_all_ended();
}

static void
consumers_whose_sessions_are_killed_produce_the_same_rows(void **state)
{
	(void)state;
	consumers_run_killed(merge, events, ARRAY_SIZE(events), "mypage");
	assert_all_ended();
}

/* Whether the view and its copy have the same rows. */
static bool
copy_is_the_view(void)
{
	return database_number(
		       "mypage",
		       "SELECT COUNT(*) FROM mypage m JOIN mypage_next n USING (book_id)"
		       " WHERE m.book_sequence = n.book_sequence AND m.status = n.status"
		       " AND m.pay_sequence = n.pay_sequence AND m.pay_status = n.pay_status"
		       " AND m.updated_at = n.updated_at") == BOOKS &&
	       database_number("mypage", "SELECT COUNT(*) FROM mypage_next") == BOOKS &&
	       database_number("mypage", "SELECT COUNT(*) FROM room_name r JOIN room_name_next n"
	                                 " USING (room_id, sequence, name)") == 5;
}

static int
begin_copying(void **state)
{
	int failed = make_events(state);
	database_run("mypage", "DELETE FROM mypage_next");
	database_run("mypage", "DELETE FROM room_name_next");
	database_run("mypage", "UPDATE rebuild SET copying = TRUE");
	return failed;
}

static int
end_copying(void **state)
{
	(void)state;
	database_run("mypage", "UPDATE rebuild SET copying = FALSE");
	return 0;
}

static void
consumers_write_to_the_copy_and_the_view_while_a_copy_is_made(void **state)
{
	(void)state;
	consumers_run(merge, events, ARRAY_SIZE(events));
	assert_all_ended();
	assert_true(copy_is_the_view());
}

/* As a rebuild reads them from their owners. */
static enum err
copy_merge(const struct event from[], size_t n)
{
	CLEANUP(free_p) struct event *snapshot = calloc(n, sizeof(*snapshot));
	assert_non_null(snapshot);
	for (size_t i = 0; i < n; i++) {
		snapshot[i] = from[i];
		snapshot[i].correlation_id = 0;
	}
	return mypage_copy_merge(on_mariadb.self, snapshot, n);
}

static void
events_merged_into_the_copy_give_the_same_rows_and_do_not_touch_the_view(void **state)
{
	(void)state;
	consumers_run(copy_merge, events, ARRAY_SIZE(events));
	assert_int_equal(database_number("mypage", "SELECT COUNT(*) FROM mypage"), 0);
	end_copying(state);
	assert_ok(merge(events, ARRAY_SIZE(events)));
	assert_true(copy_is_the_view());
}

int
main(void)
{
	const struct CMUnitTest together[] = {
		cmocka_unit_test_setup(
			concurrent_consumers_of_the_same_events_produce_the_same_rows, make_events),
		cmocka_unit_test_setup(consumers_whose_sessions_are_killed_produce_the_same_rows,
	                               make_events),
		cmocka_unit_test_setup_teardown(
			consumers_write_to_the_copy_and_the_view_while_a_copy_is_made,
			begin_copying, end_copying),
		cmocka_unit_test_setup_teardown(
			events_merged_into_the_copy_give_the_same_rows_and_do_not_touch_the_view,
			begin_copying, end_copying),
	};
	int failed =
		mypage_suite_run("mypage_store in memory", mypage_fake_port(&fake), empty_fake);
	database_start();
	on_mariadb = mypage_store_mariadb(database_open("mypage"));
	failed += mypage_suite_run("mypage_store on MariaDB", on_mariadb, empty_mariadb);
	failed += cmocka_run_group_tests_name("concurrent consumers", together, NULL, NULL);
	database_stop();
	return failed;
}
