/* SPDX-License-Identifier: MIT */
/* room - the suites of room_store in memory and on MariaDB, and there concurrent calls. */
#include "adapters/mariadb/room/room_store.h"
#include "base/mem.h"
#include "tests/contract/consumers.h"
#include "tests/contract/database.h"
#include "tests/contract/room_suite.h"
#include "tests/fakes/room_fake.h"

#include <pthread.h>
#include <stdlib.h>
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
events_of_fake(struct event ret_events[], size_t max)
{
	for (size_t i = 0; i < fake.n_published && i < max; i++)
		ret_events[i] = fake.published[i];
	return fake.n_published < max ? fake.n_published : max;
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
events_on_mariadb(struct event ret_events[], size_t max)
{
	return database_events("room", ret_events, max);
}

/* ---- concurrent calls ---- */

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
	return store->stays_apply(store->self, events, n);
}

static struct event events[3 * BOOKS];

static int
make_events(void **state)
{
	size_t n = 0;
	for (uint64_t id = 1; id <= BOOKS; id++) {
		events[n++] = life_book(id, 2, BOOK_PAYMENT_PENDING);
		events[n++] = life_book(id, 3, BOOK_BOOKED);
		events[n++] = life_book(id, 4, id % 2 ? BOOK_CANCELED : BOOK_BOOKED);
	}
	return empty(state);
}

static void
assert_half_taken(void)
{
	assert_int_equal(database_number("room", "SELECT COUNT(*) FROM taken_stay"), BOOKS);
	assert_int_equal(database_number("room", "SELECT COUNT(*) FROM taken_stay WHERE"
	                                         " sequence = 4 AND taken = (book_id % 2 = 0)"),
	                 BOOKS);
}

static void
consumers_that_get_the_same_events_in_other_orders_take_the_same_nights(void **state)
{
	(void)state;
	consumers_run(take, events, ARRAY_SIZE(events));
	assert_half_taken();
}

static void
consumers_whose_sessions_are_killed_take_the_same_nights(void **state)
{
	(void)state;
	consumers_run_killed(take, events, ARRAY_SIZE(events), "room");
	assert_half_taken();
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
one_key_sent_many_times_at_once_registers_one_room(void **state)
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

static void
of_many_rooms_none_is_registered_if_one_fails(void **state)
{
	(void)state;
	struct room rooms[3] = {sea_view, sea_view, sea_view};
	bool replayed;
	memcpy(rooms[2].name, "\xff",
	       2); /* not UTF-8: no adapter lets it through, and MariaDB refuses it */
	assert_err(store->enter_all(store->self, rooms, 3, &key, &origin, &replayed), ERR_BUG);
	assert_int_equal(database_number("room", "SELECT COUNT(*) FROM room"), 0);
	assert_int_equal(database_number("room", "SELECT COUNT(*) FROM outbox"), 0);
	assert_int_equal(database_number("room", "SELECT COUNT(*) FROM idempotency"), 0);
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
of_concurrent_changes_to_one_version_one_is_made(void **state)
{
	(void)state;
	static struct attempt attempts[THREADS];
	const struct room room = entered();
	int made = 0;
	for (int i = 0; i < THREADS; i++) {
		attempts[i].change = change_of(&room, ROOM_PRICE);
		attempts[i].change.to.price = (money_t)(2000 + i);
		attempts[i].change.condition = IF_MATCH(1);
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
concurrent_changes_make_a_version_and_an_event_each(void **state)
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

/* ---- random searches in both stores ---- */

/* The rooms of a page by their prices, since their ids differ from store to store. */
struct page {
	money_t prices[100];
	struct stay stays[100];
	size_t n;
	uint64_t total;
};

static void
note_price(void *arg, const struct room *room, struct stay stay)
{
	struct page *page = arg;
	page->stays[page->n] = stay;
	page->prices[page->n++] = room->price;
}

static struct page
search_in(const struct room_store *in, const struct room_search *search)
{
	struct page page = {.n = 0};
	assert_ok(in->search(in->self, search, note_price, &page, &page.total));
	return page;
}

/* Forty rooms, each with its own price, and a hundred stays, the same in both stores. */
static void
fill_both(const struct room_store *memory, unsigned *seed)
{
	static const char *const words[] = {"Sea", "seaside", "Garden 50%", "정원", "a_b"};
	uint64_t ids[2][40];
	for (size_t i = 0; i < 40; i++) {
		struct room room = sea_view;
		bool replayed;
		const char *name = words[(size_t)rand_r(seed) % ARRAY_SIZE(words)];
		const char *city = words[(size_t)rand_r(seed) % ARRAY_SIZE(words)];
		assert_ok(text_copy(room.name, sizeof(room.name), name));
		assert_ok(text_copy(room.city, sizeof(room.city), city));
		room.capacity = 1 + (uint32_t)rand_r(seed) % 4;
		room.price = 1000 + i;
		room.host_id = (uint64_t)rand_r(seed) % 3;
		ids[0][i] = entered_with(&room, &no_key, false).id;
		assert_ok(memory->enter(memory->self, &room, &no_key, &origin, &room, &replayed));
		ids[1][i] = room.id;
	}
	for (uint64_t book_id = 1; book_id <= 100; book_id++) {
		const bool taken = rand_r(seed) % 4;
		struct event event = life_book(book_id, 3, taken ? BOOK_BOOKED : BOOK_EXPIRED);
		const size_t room = (size_t)rand_r(seed) % 40;
		event.data.book.stay.start += rand_r(seed) % 40;
		event.data.book.stay.end =
			event.data.book.stay.start + 1 + rand_r(seed) % STAY_NIGHTS_MAX;
		event.data.book.room_id = ids[0][room];
		assert_ok(store->stays_apply(store->self, &event, 1));
		event.data.book.room_id = ids[1][room];
		assert_ok(memory->stays_apply(memory->self, &event, 1));
	}
}

static struct room_search
random_search(unsigned *seed)
{
	static const char *const texts[] = {"", "", "sea", "50%", "_", "정", "river"};
	static const char *const cities[] = {"", "", "", "SEA", "정원"};
	const day_t start = life_book(1, 3, BOOK_BOOKED).data.book.stay.start;
	struct room_search search = {.guests = (uint32_t)rand_r(seed) % 4,
	                             .max_price = rand_r(seed) % 2 ? 1020 : 0,
	                             .of_host = rand_r(seed) % 4 == 0,
	                             .host_id = (uint64_t)rand_r(seed) % 3,
	                             .paging = {.page = (uint32_t)rand_r(seed) % 3,
	                                        .size = 1 + (uint32_t)rand_r(seed) % 10,
	                                        .sort = ROOM_SORT_PRICE,
	                                        .descending = rand_r(seed) % 2}};
	if (rand_r(seed) % 3) {
		search.stay.start = start - 5 + rand_r(seed) % 60;
		search.stay.end = search.stay.start + 1 + rand_r(seed) % 4;
	}
	if (search.stay.start && rand_r(seed) % 3 == 0)
		stay_choose_near(search.stay, 1 + (unsigned)rand_r(seed) % STAY_FLEXIBLE_MAX,
		                 start - 10, start + 60, &search.choice);
	assert_ok(text_copy(search.text, sizeof(search.text),
	                    texts[(size_t)rand_r(seed) % ARRAY_SIZE(texts)]));
	assert_ok(text_copy(search.city, sizeof(search.city),
	                    cities[(size_t)rand_r(seed) % ARRAY_SIZE(cities)]));
	return search;
}

static void
random_searches_find_the_same_in_memory_and_on_mariadb(void **state)
{
	(void)state;
	const struct room_store memory = room_fake_port(&fake);
	unsigned seed = 20270505;
	size_t found_some = 0;
	empty_fake();
	fill_both(&memory, &seed);
	for (int i = 0; i < 500; i++) {
		const struct room_search search = random_search(&seed);
		const struct page here = search_in(store, &search);
		const struct page there = search_in(&memory, &search);
		assert_int_equal(here.total, there.total);
		assert_int_equal(here.n, there.n);
		assert_memory_equal(here.prices, there.prices, here.n * sizeof(*here.prices));
		assert_memory_equal(here.stays, there.stays, here.n * sizeof(*here.stays));
		found_some += here.n > 0;
	}
	assert_true(found_some > 50);
}

int
main(void)
{
	const struct CMUnitTest together[] = {
		cmocka_unit_test_setup(
			consumers_that_get_the_same_events_in_other_orders_take_the_same_nights,
			make_events),
		cmocka_unit_test_setup(consumers_whose_sessions_are_killed_take_the_same_nights,
	                               make_events),
		cmocka_unit_test_setup(one_key_sent_many_times_at_once_registers_one_room, empty),
		cmocka_unit_test_setup(of_many_rooms_none_is_registered_if_one_fails, empty),
		cmocka_unit_test_setup(of_concurrent_changes_to_one_version_one_is_made, empty),
		cmocka_unit_test_setup(concurrent_changes_make_a_version_and_an_event_each, empty),
		cmocka_unit_test_setup(random_searches_find_the_same_in_memory_and_on_mariadb,
	                               empty),
	};
	const struct room_bench in_memory = {room_fake_port(&fake), empty_fake, events_of_fake};
	int failed = room_suite_run("rooms in memory", &in_memory);
	failed += room_closing_suite_run("deleting rooms in memory", &in_memory);
	failed += room_search_suite_run("searching rooms in memory", &in_memory);

	database_start();
	const struct room_bench on_mariadb = {room_store_mariadb(database_open("room")),
	                                      empty_mariadb, events_on_mariadb};
	failed += room_suite_run("rooms on MariaDB", &on_mariadb);
	failed += room_closing_suite_run("deleting rooms on MariaDB", &on_mariadb);
	failed += room_search_suite_run("searching rooms on MariaDB", &on_mariadb);
	failed += cmocka_run_group_tests_name("many at once", together, NULL, NULL);
	database_stop();
	return failed;
}
