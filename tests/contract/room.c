/* room - the suites of room_store in memory and on MariaDB, and there many at once. */
#include "adapters/mariadb/room_store.h"
#include "base/mem.h"
#include "tests/contract/consumers.h"
#include "tests/contract/database.h"
#include "tests/contract/room_suite.h"
#include "tests/fakes/room_fake.h"

#include <pthread.h>
#include <string.h>

#define BOOKS   80
#define THREADS 20

/* ---- the two benches ---- */

static struct room_fake fake;

static void
empty_fake(void)
{
	fake = (struct room_fake){.fails = OK};
}

static size_t
announced_by_fake(struct event ret_events[], size_t max)
{
	for (size_t i = 0; i < fake.n_announced && i < max; i++)
		ret_events[i] = fake.announced[i];
	return fake.n_announced < max ? fake.n_announced : max;
}

static void
empty_mariadb(void)
{
	static const char *const tables[] = {
		"DELETE FROM room",        "DELETE FROM taken_stay", "DELETE FROM room_closing",
		"DELETE FROM idempotency", "DELETE FROM outbox",
	};
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		database_run("room", tables[i]);
}

static size_t
announced_on_mariadb(struct event ret_events[], size_t max)
{
	return database_events("room", ret_events, max);
}

/* ---- many at once ---- */

static int
empty(void **state)
{
	(void)state;
	empty_mariadb();
	return 0;
}

static enum err
take(const struct event events[], size_t n)
{
	return store->take(store->self, events, n);
}

static void
many_consumers_with_the_same_events_in_other_orders_take_the_same_nights(void **state)
{
	(void)state;
	static struct event events[3 * BOOKS];
	size_t n = 0;
	for (uint64_t id = 1; id <= BOOKS; id++) {
		events[n++] = life_book(id, 2, BOOK_PAYMENT_PENDING);
		events[n++] = life_book(id, 3, BOOK_BOOKED);
		events[n++] = life_book(id, 4, id % 2 ? BOOK_CANCELED : BOOK_BOOKED);
	}
	consumers_run(take, events, n);
	assert_int_equal(database_number("room", "SELECT COUNT(*) FROM taken_stay"), BOOKS);
	assert_int_equal(database_number("room", "SELECT COUNT(*) FROM taken_stay WHERE"
	                                         " sequence = 4 AND taken = (book_id % 2 = 0)"),
	                 BOOKS);
}

struct attempt {
	struct room_change change;
	struct room room;
	bool replayed;
	enum err err;
};

static void
run_all(void *(*work)(void *), struct attempt attempts[THREADS])
{
	pthread_t threads[THREADS];
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, &attempts[i]), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static const struct idempotency key = {.key = "once", .scope = "7 POST /rooms", .fingerprint = {8}};

static void *
enter_with_key(void *arg)
{
	struct attempt *attempt = arg;
	attempt->err = store->enter(store->self, &sea_view, &key, &origin, &attempt->room,
	                            &attempt->replayed);
	return NULL;
}

static void
one_key_sent_many_times_at_once_enters_one_room(void **state)
{
	(void)state;
	static struct attempt attempts[THREADS];
	int first = 0;
	run_all(enter_with_key, attempts);
	for (int i = 0; i < THREADS; i++) {
		assert_ok(attempts[i].err);
		assert_same_room(&attempts[i].room, &attempts[0].room);
		first += !attempts[i].replayed;
	}
	assert_int_equal(first, 1);
	assert_int_equal(database_number("room", "SELECT COUNT(*) FROM room"), 1);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED);
}

static void *
change_one(void *arg)
{
	struct attempt *attempt = arg;
	attempt->err =
		store->change(store->self, &attempt->change, &attempt->room, &attempt->replayed);
	return NULL;
}

static void
of_changes_to_one_version_at_once_one_is_made(void **state)
{
	(void)state;
	static struct attempt attempts[THREADS];
	const struct room room = entered();
	int made = 0;
	for (int i = 0; i < THREADS; i++) {
		attempts[i].change = change_of(&room, ROOM_PRICE);
		attempts[i].change.to.price = (money_t)(2000 + i);
		attempts[i].change.if_version = 1;
	}
	run_all(change_one, attempts);
	for (int i = 0; i < THREADS; i++) {
		assert_true(attempts[i].err == OK || attempts[i].err == ERR_VERSION_CONFLICT);
		made += attempts[i].err == OK;
	}
	assert_int_equal(made, 1);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED, EVENT_ROOM_CHANGED);
}

static void
changes_at_once_each_make_a_version_and_an_event_of_their_own(void **state)
{
	(void)state;
	static struct attempt attempts[THREADS];
	const struct room room = entered();
	for (int i = 0; i < THREADS; i++) {
		attempts[i].change = change_of(&room, ROOM_PRICE);
		attempts[i].change.to.price = (money_t)(2000 + i);
	}
	run_all(change_one, attempts);
	for (int i = 0; i < THREADS; i++)
		assert_ok(attempts[i].err);
	assert_int_equal(found(room.id).version, 1 + THREADS);
	assert_int_equal(database_number("room", "SELECT COUNT(DISTINCT JSON_VALUE(body,"
	                                         " '$.sequence')) FROM outbox"),
	                 1 + THREADS);
}

/* ---- keys that grow old ---- */

static void
a_key_is_forgotten_after_a_day(void **state)
{
	(void)state;
	struct idempotency other = key;
	other.fingerprint[0] = 1;
	entered_with(&sea_view, &key, false);
	database_run("room", "UPDATE idempotency SET created_at = UTC_TIMESTAMP(3)"
	                     " - INTERVAL 23 HOUR");
	entered_with(&sea_view, &key, true);
	database_run("room", "UPDATE idempotency SET created_at = UTC_TIMESTAMP(3)"
	                     " - INTERVAL 25 HOUR");
	entered_with(&sea_view, &other, false);
	entered_with(&sea_view, &other, true);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED, EVENT_ROOM_REGISTERED);
}

static void
old_keys_go_with_new_ones(void **state)
{
	(void)state;
	database_run("room", "INSERT INTO idempotency SELECT '7 POST /rooms', CONCAT('old-', seq),"
	                     " REPEAT('0', 64), 1, UTC_TIMESTAMP(3) - INTERVAL 25 HOUR"
	                     " FROM seq_1_to_10");
	database_run("room", "INSERT INTO idempotency SELECT '7 POST /rooms', CONCAT('new-', seq),"
	                     " REPEAT('0', 64), 1, UTC_TIMESTAMP(3) - INTERVAL 23 HOUR"
	                     " FROM seq_1_to_10");
	entered_with(&sea_view, &key, false);
	assert_int_equal(database_number("room", "SELECT COUNT(*) FROM idempotency"), 11);
	assert_int_equal(database_number("room", "SELECT COUNT(*) FROM idempotency"
	                                         " WHERE idempotency_key LIKE 'old-%'"),
	                 0);
}

int
main(void)
{
	const struct CMUnitTest together[] = {
		cmocka_unit_test_setup(
			many_consumers_with_the_same_events_in_other_orders_take_the_same_nights,
			empty),
		cmocka_unit_test_setup(one_key_sent_many_times_at_once_enters_one_room, empty),
		cmocka_unit_test_setup(of_changes_to_one_version_at_once_one_is_made, empty),
		cmocka_unit_test_setup(
			changes_at_once_each_make_a_version_and_an_event_of_their_own, empty),
		cmocka_unit_test_setup(a_key_is_forgotten_after_a_day, empty),
		cmocka_unit_test_setup(old_keys_go_with_new_ones, empty),
	};
	const struct room_bench in_memory = {room_fake_port(&fake), empty_fake, announced_by_fake};
	int failed = room_suite_run("rooms in memory", &in_memory);
	failed += room_closing_suite_run("deleting rooms in memory", &in_memory);
	failed += room_search_suite_run("searching rooms in memory", &in_memory);

	database_start();
	const struct room_bench on_mariadb = {room_store_mariadb(database_open("room")),
	                                      empty_mariadb, announced_on_mariadb};
	failed += room_suite_run("rooms on MariaDB", &on_mariadb);
	failed += room_closing_suite_run("deleting rooms on MariaDB", &on_mariadb);
	failed += room_search_suite_run("searching rooms on MariaDB", &on_mariadb);
	failed += cmocka_run_group_tests_name("many at once", together, NULL, NULL);
	database_stop();
	return failed;
}
