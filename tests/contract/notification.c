/* notification - the suites of notification_store and delivery_store in memory and on MariaDB, and
 * there many consumers at once. */
#include "adapters/mariadb/alarm/delivery_store.h"
#include "adapters/mariadb/alarm/notification_store.h"
#include "base/clock.h"
#include "tests/contract/consumers.h"
#include "tests/contract/database.h"
#include "tests/contract/delivery_suite.h"
#include "tests/contract/life.h"
#include "tests/contract/notification_suite.h"
#include "tests/fakes/notification_fake.h"
#include "tests/unit/test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EVENTS  120
#define WAIT_MS 20000 /* for another to wait: the end of a test, not a measure */

static struct notification_fake fake;
static struct notification_store on_mariadb;

static void
empty_fake(void)
{
	fake = (struct notification_fake){.fails = OK};
}

static void
empty_mariadb(void)
{
	database_run("alarm", "DELETE FROM delivery");
	database_run("alarm", "DELETE FROM notification");
	database_run("alarm", "DELETE FROM recipient");
	database_run("alarm", "DELETE FROM destination");
	database_run("alarm", "DELETE FROM announcement");
	database_run("alarm", "DELETE FROM contact");
	database_run("alarm", "UPDATE horizon SET told_since = '1970-01-01'");
}

static void
pass_in_fake(uint32_t seconds)
{
	fake.ahead_ms += seconds * INT64_C(1000);
}

/* The server's clock goes on as it does; everything else moves back. */
static void
pass_in_mariadb(uint32_t seconds)
{
	char sql[300];
	snprintf(sql, sizeof(sql),
	         "UPDATE delivery SET since = since - INTERVAL %u SECOND,"
	         " next_at = next_at - INTERVAL %u SECOND,"
	         " asked_at = asked_at - INTERVAL %u SECOND,"
	         " leased_until = leased_until - INTERVAL %u SECOND",
	         seconds, seconds, seconds, seconds);
	database_run("alarm", sql);
	snprintf(sql, sizeof(sql),
	         "UPDATE destination SET busy_until = busy_until - INTERVAL %u SECOND", seconds);
	database_run("alarm", sql);
}

/* Tells guest and host of each event. */
static enum err
tell(const struct event events[], size_t n)
{
	struct new_notification *tellings = calloc(2 * n, sizeof(*tellings));
	if (!tellings)
		return ERR_MEMORY;
	for (size_t i = 0; i < 2 * n; i++) {
		const bool host = i % 2;
		tellings[i] = (struct new_notification){
			.event = &events[i / 2],
			.notification = {.book_id = events[i / 2].data.book.id,
		                         .recipient_id = host ? LIFE_HOST : LIFE_GUEST,
		                         .role = host ? ROLE_HOST : ROLE_GUEST,
		                         .event = events[i / 2].type,
		                         .created_at = events[i / 2].time}};
		memcpy(tellings[i].notification.event_id, events[i / 2].id, UUID_TEXT);
	}
	const struct notification_rules rules = {.fallback = LANGUAGE_EN};
	enum err err = on_mariadb.create(on_mariadb.self, tellings, 2 * n, &rules);
	free(tellings);
	return err;
}

static struct event events[EVENTS];

static int
make_events(void **state)
{
	(void)state;
	empty_mariadb();
	for (uint64_t i = 0; i < EVENTS; i++)
		events[i] = life_book(i + 1, 3, BOOK_BOOKED);
	return 0;
}

static void
assert_each_told_once(void)
{
	assert_int_equal(database_number("alarm", "SELECT COUNT(*) FROM notification"), 2 * EVENTS);
	assert_int_equal(database_number("alarm", "SELECT COUNT(DISTINCT event_id)"
	                                          " FROM notification WHERE role = 'host'"),
	                 EVENTS);
	assert_int_equal(database_number("alarm", "SELECT COUNT(*) FROM delivery"), 2 * EVENTS);
}

static void
many_consumers_with_the_same_events_in_other_orders_tell_each_once(void **state)
{
	(void)state;
	consumers_run(tell, events, EVENTS);
	assert_each_told_once();
}

static void
consumers_whose_sessions_are_killed_tell_each_once(void **state)
{
	(void)state;
	consumers_run_killed(tell, events, EVENTS, "alarm");
	assert_each_told_once();
}

/* ---- telling and forgetting at once ---- */

/* Somebody in the middle of a transaction, and another who comes meanwhile and has to wait. */
struct meeting {
	const char *before, *after; /* what the first says before the other comes, and after */
	enum err (*other)(void);
	enum err err; /* of the other */
};

static void *
other_run(void *arg)
{
	struct meeting *meeting = arg;
	meeting->err = meeting->other();
	return NULL;
}

static void
await_lock_wait(void)
{
	const struct timespec moment = {.tv_nsec = 10000000};
	const int64_t end = monotonic_ms() + WAIT_MS;
	while (monotonic_ms() < end) {
		if (database_number("alarm",
		                    "SELECT variable_value FROM information_schema.global_status"
		                    " WHERE variable_name = 'innodb_row_lock_current_waits'"))
			return;
		nanosleep(&moment, NULL);
	}
	fail_msg("nobody waits");
}

static pthread_t other;

static void
meet(const char *before, const char *after, enum err (*comes)(void))
{
	struct meeting meeting = {.before = before, .after = after, .other = comes};
	struct db_try try = db_begin(on_mariadb.self, DB_WRITE);
	while (db_next(&try)) {
		try.err = database_say(try.conn, meeting.before);
		if (try.err != OK)
			continue;
		assert_int_equal(pthread_create(&other, NULL, other_run, &meeting), 0);
		await_lock_wait();
		if (meeting.after)
			try.err = database_say(try.conn, meeting.after);
	}
	assert_ok(try.err);
	assert_int_equal(pthread_join(other, NULL), 0);
	assert_ok(meeting.err);
}

static enum err
tell_one(void)
{
	return tell(events, 1);
}

static enum err
purge_all(void)
{
	size_t n;
	return on_mariadb.notifications_purge(on_mariadb.self, life_time(1000), 100, &n);
}

static void
who_tells_while_the_horizon_moves_waits_and_leaves_alone_what_is_behind_it(void **state)
{
	(void)state;
	meet("SELECT told_since FROM horizon FOR UPDATE",
	     "UPDATE horizon SET told_since = '2100-01-01'", tell_one);
	assert_int_equal(database_number("alarm", "SELECT COUNT(*) FROM notification"), 0);
}

static void
who_forgets_waits_for_whoever_is_telling_and_takes_that_along(void **state)
{
	(void)state;
	meet("SELECT told_since FROM horizon LOCK IN SHARE MODE",
	     "INSERT INTO notification (event_id, role, recipient_id, event, message, created_at)"
	     " VALUES ('of long ago', 'guest', 1, 'Booked', '', '2001-01-01')",
	     purge_all);
	assert_int_equal(database_number("alarm", "SELECT COUNT(*) FROM notification"), 0);
}

int
main(void)
{
	const struct CMUnitTest together[] = {
		cmocka_unit_test_setup(
			many_consumers_with_the_same_events_in_other_orders_tell_each_once,
			make_events),
		cmocka_unit_test_setup(consumers_whose_sessions_are_killed_tell_each_once,
	                               make_events),
		cmocka_unit_test_setup(
			who_tells_while_the_horizon_moves_waits_and_leaves_alone_what_is_behind_it,
			make_events),
		cmocka_unit_test_setup(
			who_forgets_waits_for_whoever_is_telling_and_takes_that_along, make_events),
	};
	int failed = notification_suite_run("notification_store in memory",
	                                    notification_fake_port(&fake), empty_fake);
	failed += delivery_suite_run("delivery_store in memory",
	                             (struct delivery_world){notification_fake_port(&fake),
	                                                     delivery_fake_port(&fake), empty_fake,
	                                                     pass_in_fake});
	database_start();
	struct db *db = database_open("alarm");
	on_mariadb = notification_store_mariadb(db);
	failed +=
		notification_suite_run("notification_store on MariaDB", on_mariadb, empty_mariadb);
	failed += delivery_suite_run("delivery_store on MariaDB",
	                             (struct delivery_world){on_mariadb, delivery_store_mariadb(db),
	                                                     empty_mariadb, pass_in_mariadb});
	failed += cmocka_run_group_tests_name("consumers at once", together, NULL, NULL);
	database_stop();
	return failed;
}
