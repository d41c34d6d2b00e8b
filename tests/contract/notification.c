/* notification - the suites of notification_store and delivery_store in memory and on MariaDB, and
 * there many consumers at once. */
#include "adapters/mariadb/delivery_store.h"
#include "adapters/mariadb/notification_store.h"
#include "tests/contract/consumers.h"
#include "tests/contract/database.h"
#include "tests/contract/delivery_suite.h"
#include "tests/contract/life.h"
#include "tests/contract/notification_suite.h"
#include "tests/fakes/notification_fake.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS 120

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
	struct telling *tellings = calloc(2 * n, sizeof(*tellings));
	if (!tellings)
		return ERR_MEMORY;
	for (size_t i = 0; i < 2 * n; i++) {
		const bool host = i % 2;
		tellings[i] = (struct telling){
			.event = &events[i / 2],
			.notification = {.book_id = events[i / 2].data.book.id,
		                         .recipient_id = host ? LIFE_HOST : LIFE_GUEST,
		                         .role = host ? ROLE_HOST : ROLE_GUEST,
		                         .event = events[i / 2].type,
		                         .created_at = events[i / 2].time}};
		memcpy(tellings[i].notification.event_id, events[i / 2].id, UUID_TEXT);
	}
	const struct tell_rules rules = {.fallback = LANGUAGE_EN};
	enum err err = on_mariadb.tell(on_mariadb.self, tellings, 2 * n, &rules);
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

int
main(void)
{
	const struct CMUnitTest together[] = {
		cmocka_unit_test_setup(
			many_consumers_with_the_same_events_in_other_orders_tell_each_once,
			make_events),
		cmocka_unit_test_setup(consumers_whose_sessions_are_killed_tell_each_once,
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
	failed += cmocka_run_group_tests_name("consumers at once", together, NULL, NULL);
	database_stop();
	return failed;
}
