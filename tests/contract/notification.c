/* SPDX-License-Identifier: MIT */
/* notification - the suites of notification_store and delivery_store in memory and on MariaDB, and
 * concurrent consumers on MariaDB. */
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
#define WAIT_MS 20000 /* until the other thread waits; then the test fails */

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
	database_run("alarm", "DELETE FROM idempotency");
	database_run("alarm", "DELETE FROM room_label");
	database_run("alarm", "UPDATE horizon SET told_since = '1970-01-01'");
}

static void
pass_in_fake(uint32_t seconds)
{
	fake.ahead_ms += seconds * INT64_C(1000);
}

/* The server's clock is not changed; all stored times move back. */
static void
pass_in_mariadb(uint32_t seconds)
{
	char sql[400];
	snprintf(sql, sizeof(sql),
	         "UPDATE delivery SET since = since - INTERVAL %u SECOND,"
	         " next_at = next_at - INTERVAL %u SECOND,"
	         " asked_at = asked_at - INTERVAL %u SECOND,"
	         " leased_until = leased_until - INTERVAL %u SECOND,"
	         " delivered_at = delivered_at - INTERVAL %u SECOND",
	         seconds, seconds, seconds, seconds, seconds);
	database_run("alarm", sql);
	snprintf(sql, sizeof(sql),
	         "UPDATE destination SET busy_until = busy_until - INTERVAL %u SECOND", seconds);
	database_run("alarm", sql);
}

/* Creates the notifications of guest and host for each event. */
static enum err
create(const struct event events[], size_t n)
{
	struct new_notification *list = calloc(2 * n, sizeof(*list));
	if (!list)
		return ERR_MEMORY;
	for (size_t i = 0; i < 2 * n; i++) {
		const bool host = i % 2;
		list[i] = (struct new_notification){
			.event = &events[i / 2],
			.asked = LANGUAGE_MAX,
			.room_name = "",
			.notification = {.book_id = events[i / 2].data.book.id,
		                         .recipient_id = host ? LIFE_HOST : LIFE_GUEST,
		                         .role = host ? ROLE_HOST : ROLE_GUEST,
		                         .event = events[i / 2].type,
		                         .created_at = events[i / 2].time}};
		memcpy(list[i].notification.event_id, events[i / 2].id, UUID_TEXT);
	}
	const struct notification_rules rules = {.fallback = LANGUAGE_EN};
	enum err err = on_mariadb.create(on_mariadb.self, list, 2 * n, &rules);
	free(list);
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
assert_each_created_once(void)
{
	assert_int_equal(database_number("alarm", "SELECT COUNT(*) FROM notification"), 2 * EVENTS);
	assert_int_equal(database_number("alarm", "SELECT COUNT(DISTINCT event_id)"
	                                          " FROM notification WHERE role = 'host'"),
	                 EVENTS);
	assert_int_equal(database_number("alarm", "SELECT COUNT(*) FROM delivery"), 2 * EVENTS);
}

static void
concurrent_consumers_of_the_same_events_create_each_notification_once(void **state)
{
	(void)state;
	consumers_run(create, events, EVENTS);
	assert_each_created_once();
}

static void
consumers_whose_sessions_are_killed_create_each_notification_once(void **state)
{
	(void)state;
	consumers_run_killed(create, events, EVENTS, "alarm");
	assert_each_created_once();
}

/* ---- creating and purging at the same time ---- */

/* A transaction, and another thread that starts in the middle of it and has to wait. */
struct meeting {
	const char *before, *after; /* statements before the other starts, and after */
	enum err (*other)(void);
	enum err err; /* the outcome of the other */
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
	fail_msg("the other thread does not wait");
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
create_first(void)
{
	return create(events, 1);
}

static enum err
purge_all(void)
{
	size_t n;
	return on_mariadb.notifications_purge(on_mariadb.self, life_time(1000), 100, &n);
}

static void
creating_waits_for_a_moving_watermark_and_then_obeys_it(void **state)
{
	(void)state;
	meet("SELECT told_since FROM horizon FOR UPDATE",
	     "UPDATE horizon SET told_since = '2100-01-01'", create_first);
	assert_int_equal(database_number("alarm", "SELECT COUNT(*) FROM notification"), 0);
}

static void
purging_waits_for_a_transaction_that_creates_and_deletes_its_notifications_too(void **state)
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
			concurrent_consumers_of_the_same_events_create_each_notification_once,
			make_events),
		cmocka_unit_test_setup(
			consumers_whose_sessions_are_killed_create_each_notification_once,
			make_events),
		cmocka_unit_test_setup(creating_waits_for_a_moving_watermark_and_then_obeys_it,
	                               make_events),
		cmocka_unit_test_setup(
			purging_waits_for_a_transaction_that_creates_and_deletes_its_notifications_too,
			make_events),
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
	failed += cmocka_run_group_tests_name("concurrent consumers", together, NULL, NULL);
	database_stop();
	return failed;
}
