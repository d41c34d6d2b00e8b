/* mypage - the suite of mypage_store in memory and on MariaDB, and there many consumers at once. */
#include "adapters/mariadb/mypage_store.h"
#include "base/mem.h"
#include "tests/contract/consumers.h"
#include "tests/contract/database.h"
#include "tests/contract/life.h"
#include "tests/contract/mypage_suite.h"
#include "tests/fakes/mypage_fake.h"
#include "tests/unit/test.h"

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

/* The lives of all books, each once, and their rooms. */
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
many_consumers_with_the_same_events_in_other_orders_make_the_same_rows(void **state)
{
	(void)state;
	consumers_run(merge, events, ARRAY_SIZE(events));
	assert_all_ended();
}

static void
consumers_whose_sessions_are_killed_make_the_same_rows(void **state)
{
	(void)state;
	consumers_run_killed(merge, events, ARRAY_SIZE(events), "mypage");
	assert_all_ended();
}

int
main(void)
{
	const struct CMUnitTest together[] = {
		cmocka_unit_test_setup(
			many_consumers_with_the_same_events_in_other_orders_make_the_same_rows,
			make_events),
		cmocka_unit_test_setup(consumers_whose_sessions_are_killed_make_the_same_rows,
	                               make_events),
	};
	int failed =
		mypage_suite_run("mypage_store in memory", mypage_fake_port(&fake), empty_fake);
	database_start();
	on_mariadb = mypage_store_mariadb(database_open("mypage"));
	failed += mypage_suite_run("mypage_store on MariaDB", on_mariadb, empty_mariadb);
	failed += cmocka_run_group_tests_name("consumers at once", together, NULL, NULL);
	database_stop();
	return failed;
}
