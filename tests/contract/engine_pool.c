/* SPDX-License-Identifier: MIT */
/* engine_pool - the pool of connections that the stores share, and its failures. */
#include "adapters/mariadb/db.h"
#include "base/mem.h"
#include "tests/contract/crowd.h"
#include "tests/contract/database.h"
#include "tests/unit/test.h"

#include <stdatomic.h>

static atomic_int failed_pings;

static void
a_wait_for_a_connection_times_out(void **state)
{
	(void)state;
	struct db_stats stats;
	struct db *small = database_pool(database_socket(), "book", 1, 30);
	struct db_try try = db_begin(small, DB_READ);
	while (db_next(&try))
		try.err = db_ping(small); /* needs a second connection */
	assert_err(try.err, ERR_TIMEOUT);
	assert_ok(db_ping(small));
	db_stats(small, &stats);
	assert_int_equal(stats.timeouts, 1);
	assert_int_equal(stats.open, 1);
	assert_int_equal(stats.busy, 0);
	db_close(small);
}

static void
ping_often(unsigned number, void *arg)
{
	(void)number;
	for (int i = 0; i < 50; i++)
		failed_pings += db_ping(arg) != OK;
}

static void
a_pool_never_opens_more_than_its_size(void **state)
{
	(void)state;
	struct db_stats stats;
	struct db *small = database_pool(database_socket(), "book", 3, 5000);
	failed_pings = 0;
	crowd_run(20, ping_often, small);
	db_stats(small, &stats);
	assert_int_equal(failed_pings, 0);
	assert_in_range(stats.open, 1, 3);
	db_close(small);
}

static void
a_pool_opens_without_its_database_and_its_ping_fails(void **state)
{
	(void)state;
	struct db *nowhere = database_pool("/nonexistent/mariadb.sock", "book", 2, 30);
	assert_err(db_ping(nowhere), ERR_UNAVAILABLE);
	db_close(nowhere);
}

static void
killed_connections_are_replaced_and_no_caller_sees_it(void **state)
{
	(void)state;
	struct db_stats stats;
	struct db *pool = database_pool(database_socket(), "book", 4, 5000);
	failed_pings = 0;
	crowd_run(4, ping_often, pool);
	database_run("book", "KILL CONNECTION USER hotel_book");
	crowd_run(4, ping_often, pool);
	assert_int_equal(failed_pings, 0);
	db_stats(pool, &stats);
	assert_true(stats.lost > 0);
	db_close(pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wait_for_a_connection_times_out),
		cmocka_unit_test(a_pool_never_opens_more_than_its_size),
		cmocka_unit_test(a_pool_opens_without_its_database_and_its_ping_fails),
		cmocka_unit_test(killed_connections_are_replaced_and_no_caller_sees_it),
	};
	database_start();
	int failed = cmocka_run_group_tests_name("the pool of connections", tests, NULL, NULL);
	database_stop();
	return failed;
}
