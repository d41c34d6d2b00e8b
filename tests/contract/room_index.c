/* SPDX-License-Identifier: MIT */
/*
 * room_index - the room store with its index in memory: it does what every room_store does, and a search finds the same
 * in the index as on MariaDB, whatever has happened to rooms and stays.
 */
#include "adapters/mariadb/room/room_change.h"
#include "adapters/mariadb/room/room_indexed.h"
#include "adapters/mariadb/room/room_row.h"
#include "adapters/mariadb/room/room_store.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/contract/database.h"
#include "tests/contract/room_suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOMS     60
#define BOOKS     150
#define SEARCHES  400
#define THREADS   4
#define WAIT_MS   30000
#define MISSED_MS 160 /* pauses of 20, 40 and 80 ms are over, and one of 160 ms has begun */

static struct db *db, *follow_db;
static struct room_indexed *indexed;
static struct room_store tables; /* MariaDB's */
static day_t today;

static void
empty_tables(void)
{
	static const char *const statements[] = {
		"DELETE FROM room",        "DELETE FROM taken_stay", "DELETE FROM room_closing",
		"DELETE FROM idempotency", "DELETE FROM outbox",     "DELETE FROM room_change",
	};
	for (size_t i = 0; i < ARRAY_SIZE(statements); i++)
		database_run("room", statements[i]);
}

static size_t
events_read(struct event ret_events[], size_t max)
{
	return database_events("room", ret_events, max);
}

static struct room_indexed_stats
stats(void)
{
	struct room_indexed_stats all;
	room_indexed_stats(indexed, &all);
	return all;
}

/* However slow the machine is, the index does not count as stale. */
static void
indexed_begin(size_t bytes_max)
{
	const struct room_indexed_options options = {
		.db = db, .follow_db = follow_db, .bytes_max = bytes_max, .stale_ms = INT32_MAX};
	assert_ok(room_indexed_open(&options, &indexed));
}

/* Empty tables, and an index that is complete. */
static int
begin(void **state)
{
	(void)state;
	empty_tables();
	indexed_begin(ROOM_INDEXED_BYTES_MAX);
	assert_ok(room_indexed_round(indexed));
	assert_true(stats().complete);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	room_indexed_close(indexed);
	indexed = NULL;
	return 0;
}

static struct room_bench bench;

static int
begin_test(void **state)
{
	begin(state);
	bench.store = room_indexed_store(indexed);
	room_bench_use(&bench);
	return 0;
}

/* The suites empty the tables behind the index's back, which only a comparison finds. */
static void
empty_bench(void)
{
	empty_tables();
	assert_ok(room_indexed_round(indexed));
	assert_ok(room_indexed_compare(indexed));
}

/* ---- rooms and stays at random ---- */

static unsigned seed = 20261129;

static unsigned
any(size_t n)
{
	return (unsigned)rand_r(&seed) % (unsigned)n;
}

/* Letters of several cases and widths, one letter that is two, what collations ignore, wildcards, syllables that are
 * composed and decomposed, characters without a place in the tables, and spaces at the end. */
static const char *const words[] = {
	"Sea",       "seaside",
	"SEA ",      "Garden 50%",
	"정원",      "a_b",
	"Straße",    "strasse",
	"STRASSE",   "é",
	"e\xcc\x81", "\xe1\x84\x8c\xe1\x85\xa5\xe1\x86\xbc",
	"정",        "ｓｅａ",
	"漢字",      "😀",
	"😃",         "a\342\200\213b",
	"ab",        "Æ",
	"ae",        "\\",
	"|",         "",
	"  x",       "\xef\xb7\xba",
	"l·l",       "1",
	"①",         "ﬁ",
};

static const char *
word(void)
{
	return words[any(ARRAY_SIZE(words))];
}

static void
text_at_random(char *to, size_t size)
{
	char text[256];
	const int n = snprintf(text, sizeof(text), any(3) ? "%s" : "%s %s", word(), word());
	assert_true(n >= 0);
	assert_ok(text_copy(to, size, text));
}

static struct room
room_at_random(void)
{
	struct room room = sea_view;
	text_at_random(room.name, sizeof(room.name));
	text_at_random(room.city, sizeof(room.city));
	text_at_random(room.description, sizeof(room.description));
	room.capacity = 1 + any(4);
	room.price = 1000 + any(10);
	room.host_id = any(3);
	return room;
}

static uint64_t ids[4 * ROOMS];
static size_t n_ids;

static void
room_add(void)
{
	const struct room room = room_at_random();
	if (n_ids < ARRAY_SIZE(ids))
		ids[n_ids++] = entered_with(&room, &no_key, false).id;
}

static void
book_tell(uint64_t book_id, uint64_t version, enum book_status status)
{
	struct event event = life_book(book_id, version, status);
	event.data.book.room_id = ids[book_id % ROOMS]; /* a booking keeps its room */
	event.data.book.stay.start = today - 40 + (day_t)any(120);
	event.data.book.stay.end = event.data.book.stay.start + 1 + (day_t)any(STAY_NIGHTS_MAX);
	assert_ok(store->stays_apply(store->self, &event, 1));
}

static void
fill(void)
{
	n_ids = 0;
	for (size_t i = 0; i < ROOMS; i++)
		room_add();
	for (uint64_t id = 1; id <= BOOKS; id++)
		book_tell(id, 1, any(4) ? BOOK_BOOKED : BOOK_EXPIRED);
}

/* ---- the same search in both ---- */

struct found {
	struct room rooms[100];
	struct stay stays[100];
	size_t n;
	uint64_t total;
};

static void
note_room(void *arg, const struct room *room, struct stay stay)
{
	struct found *found = arg;
	found->stays[found->n] = stay;
	found->rooms[found->n++] = *room;
}

static void
search_in(const struct room_store *in, const struct room_search *search, struct found *found)
{
	found->n = 0;
	found->total = UINT64_MAX;
	assert_ok(in->search(in->self, search, note_room, found, &found->total));
}

static struct room_search
search_at_random(void)
{
	struct room_search search = {.guests = any(5),
	                             .max_price = any(2) ? 1000 + any(10) : 0,
	                             .of_host = any(4) == 0,
	                             .host_id = any(3),
	                             .room_id = any(10) == 0 ? ids[any(n_ids)] : 0,
	                             .paging = {.page = any(3),
	                                        .size = 1 + any(20),
	                                        .sort = any(ROOM_SORT_MAX),
	                                        .descending = any(2)}};
	if (any(3)) {
		search.stay.start = today + (day_t)any(60);
		search.stay.end = search.stay.start + 1 + (day_t)any(6);
	}
	if (search.stay.start && any(3) == 0)
		stay_choose_near(search.stay, 1 + any(STAY_FLEXIBLE_MAX), today, today + 60,
		                 &search.choice);
	else if (search.stay.start && any(3) == 0)
		stay_choose_within((struct stay){search.stay.start, search.stay.start + 40},
		                   1 + any(30), today + 60, &search.choice);
	if (any(3) == 0)
		text_at_random(search.text, sizeof(search.text));
	if (any(4) == 0)
		text_at_random(search.city, sizeof(search.city));
	return search;
}

static void
assert_same(const struct room_search *search)
{
	static struct found here, there;
	search_in(store, search, &here);
	search_in(&tables, search, &there);
	if (here.total != there.total)
		print_message("q \"%s\" city \"%s\" sort %u\n", search->text, search->city,
		              search->paging.sort);
	assert_int_equal(here.total, there.total);
	assert_int_equal(here.n, there.n);
	for (size_t i = 0; i < here.n; i++) {
		assert_same_room(&here.rooms[i], &there.rooms[i]);
		assert_int_equal(here.stays[i].start, there.stays[i].start);
		assert_int_equal(here.stays[i].end, there.stays[i].end);
		assert_string_equal(here.rooms[i].language, there.rooms[i].language);
	}
}

/* All of these are answered by the index. */
static void
assert_all_same(size_t n)
{
	const struct room_indexed_stats before = stats();
	for (size_t i = 0; i < n; i++) {
		const struct room_search search = search_at_random();
		assert_same(&search);
	}
	assert_int_equal(stats().by_index, before.by_index + n);
	assert_int_equal(stats().by_database, before.by_database);
}

static void
random_searches_find_the_same_in_the_index_and_on_mariadb(void **state)
{
	(void)state;
	fill();
	assert_all_same(SEARCHES);
	assert_int_equal(stats().rooms, ROOMS);
}

static void
every_word_finds_the_same_in_the_index_and_on_mariadb(void **state)
{
	(void)state;
	fill();
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct room_search search = {.paging = {.size = 100, .sort = ROOM_SORT_NAME}};
		assert_ok(text_copy(search.text, sizeof(search.text), words[i]));
		assert_same(&search);
		search.text[0] = '\0';
		assert_ok(text_copy(search.city, sizeof(search.city), words[i]));
		assert_same(&search);
	}
}

static void
change_at_random(void)
{
	const uint64_t id = ids[any(n_ids)];
	struct room room = found(id), to = room_at_random();
	struct room_change change = change_of(&room, 1 + any(31));
	bool replayed;
	change.to = to;
	const enum err err = store->change(store->self, &change, &room, &replayed);
	assert_true(err == OK || err == ERR_NOT_FOUND); /* it may be Deleted */
}

static void
happen_at_random(void)
{
	const struct room_closing closing = {.room_id = ids[any(n_ids)], .origin = origin};
	struct room deleted;
	switch (any(6)) {
	case 0: room_add(); break;
	case 1: change_at_random(); break;
	case 2:
		if (any(3) == 0)
			assert_ok(store->closing_finish(store->self, &closing, &deleted));
		break;
	case 3: book_tell(1 + any(BOOKS), 2 + any(50), BOOK_CANCELED); break;
	default: book_tell(BOOKS + 1 + any(1000), 1, BOOK_BOOKED); break;
	}
}

static void
whatever_happens_the_next_search_finds_the_same(void **state)
{
	(void)state;
	fill();
	for (int i = 0; i < SEARCHES; i++) {
		happen_at_random();
		assert_all_same(2);
	}
	assert_ok(room_indexed_compare(indexed));
	assert_int_equal(stats().differences, 0);
}

/* ---- behind its back, and what it cannot answer ---- */

static void
a_change_behind_its_back_is_repaired_and_counted(void **state)
{
	(void)state;
	fill();
	assert_ok(room_indexed_round(indexed));
	char sql[200];
	snprintf(sql, sizeof(sql), "UPDATE room SET price = 9, name = 'Moved' WHERE id = %u",
	         (unsigned)ids[3]);
	database_run("room", sql);
	snprintf(sql, sizeof(sql), "DELETE FROM room WHERE id = %u", (unsigned)ids[7]);
	database_run("room", sql);
	database_run("room", "DELETE FROM taken_stay WHERE book_id % 3 = 0");
	assert_ok(room_indexed_compare(indexed));
	assert_true(stats().differences >= 2);
	assert_int_equal(stats().rooms, ROOMS - 1);
	assert_all_same(SEARCHES);
}

static void
a_stay_behind_its_back_is_repaired_and_counted(void **state)
{
	(void)state;
	fill();
	assert_ok(room_indexed_round(indexed));
	database_run("room", "UPDATE taken_stay SET taken = FALSE WHERE taken");
	assert_ok(room_indexed_compare(indexed));
	assert_true(stats().differences > 0);
	assert_all_same(100);
}

static void
what_another_process_changed_is_found_by_the_next_round(void **state)
{
	(void)state;
	fill();
	assert_all_same(1);
	const struct room_store *mine = store;
	store = &tables;
	for (int i = 0; i < 50; i++)
		happen_at_random();
	store = mine;
	assert_ok(room_indexed_round(indexed));
	assert_all_same(100);
	assert_int_equal(stats().differences, 0);
}

static void
what_nobody_has_followed_a_search_follows(void **state)
{
	(void)state;
	const struct room_search all = {.paging = {.size = 1}};
	static struct found found;
	fill();
	search_in(store, &all, &found); /* looks for all that was done here */
	const struct room_store *mine = store;
	store = &tables;
	room_add();
	store = mine;
	const int64_t until = monotonic_ms() + WAIT_MS;
	do
		search_in(store, &all, &found);
	while (found.total == ROOMS && monotonic_ms() < until);
	assert_int_equal(found.total, ROOMS + 1);
	assert_int_equal(stats().by_database, 0);
}

static void
while_nobody_searches_it_follows_rarely(void **state)
{
	(void)state;
	const struct room_search all = {.paging = {.size = 1}};
	static struct found found;
	assert_int_equal(room_indexed_pause_ms(indexed, OK), ROOM_INDEXED_IDLE_MS);
	const int64_t until = monotonic_ms() + WAIT_MS;
	do /* a machine may need a second for this */
		search_in(store, &all, &found);
	while (room_indexed_pause_ms(indexed, OK) != ROOM_INDEXED_POLL_MS &&
	       monotonic_ms() < until);
	assert_true(monotonic_ms() < until);
	assert_true(room_indexed_pause_ms(indexed, ERR_UNAVAILABLE) < ROOM_INDEXED_STALE_MS);
}

/* Until the search finds room 0 for a price of 5. */
static void
assert_change_follows(void)
{
	const struct room_search cheap = {.max_price = 5, .paging = {.size = 1}};
	static struct found few;
	const int64_t until = monotonic_ms() + WAIT_MS;
	do { /* the number is looked for again after a pause */
		assert_ok(room_indexed_round(indexed));
		search_in(store, &cheap, &few);
	} while (few.total == 0 && monotonic_ms() < until);
	assert_int_equal(few.total, 1);
	assert_int_equal(few.rooms[0].id, ids[0]);
}

/* The change of room 0 gets its number in the log first and commits last. */
static void
a_change_that_commits_late_is_not_lost(void **state)
{
	(void)state;
	n_ids = 0;
	room_add();
	struct room room = found(ids[0]);
	room.price = 5;
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try)) {
		try.err = room_row_change(try.conn, EVENT_ROOM_CHANGED, &origin, &room);
		room_add(); /* on another connection, with a higher number */
		assert_ok(room_indexed_round(indexed));
		assert_int_equal(stats().rooms, 2);
	}
	assert_ok(try.err);
	assert_change_follows();
}

/* The log is as this statement leaves it, but for the later of the two. */
static void
fill_while_a_change_is_late(const char *log)
{
	n_ids = 0;
	room_add();
	database_run("room", log);
	struct room room = found(ids[0]);
	room.price = 5;
	end(NULL);
	indexed_begin(ROOM_INDEXED_BYTES_MAX);
	const struct room_store mine = room_indexed_store(indexed);
	store = &mine;
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try)) {
		try.err = room_row_change(try.conn, EVENT_ROOM_CHANGED, &origin, &room);
		room_add();
		assert_ok(room_indexed_round(indexed));
	}
	assert_ok(try.err);
	assert_change_follows();
	room_bench_use(room_bench);
}

static void
a_change_that_commits_after_the_index_was_filled_is_not_lost(void **state)
{
	(void)state;
	fill_while_a_change_is_late("UPDATE room_change SET at = at - INTERVAL 2 MINUTE");
}

static void
so_is_it_not_if_the_log_was_empty(void **state)
{
	(void)state;
	fill_while_a_change_is_late("DELETE FROM room_change");
}

/* Its number has been missed so often that the next look for it is far away. */
static void
a_change_made_here_that_commits_late_is_in_the_next_search(void **state)
{
	(void)state;
	n_ids = 0;
	room_add();
	const struct room_search cheap = {.max_price = 5, .paging = {.size = 1}};
	static struct found few;
	struct room room = found(ids[0]);
	room.price = 5;
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try)) {
		try.err = room_row_change(try.conn, EVENT_ROOM_CHANGED, &origin, &room);
		room_add(); /* with a higher number */
		const int64_t until = monotonic_ms() + MISSED_MS;
		while (monotonic_ms() < until) /* each miss makes the pause longer */
			assert_ok(room_indexed_round(indexed));
	}
	assert_ok(try.err);
	room_add(); /* counts a change, as that of the other would have done */
	search_in(store, &cheap, &few);
	assert_int_equal(few.total, 1);
	assert_int_equal(few.rooms[0].id, ids[0]);
}

static void
nights_outside_the_window_are_searched_on_mariadb(void **state)
{
	(void)state;
	fill();
	const struct room_search past = {.stay = {today - 10, today - 5}, .paging = {.size = 100}};
	const struct room_search deleted = {.status = ROOM_DELETED, .paging = {.size = 100}};
	assert_same(&past);
	assert_same(&deleted);
	assert_int_equal(stats().by_index, 0);
	assert_int_equal(stats().by_database, 2);
}

static void
until_the_index_is_complete_mariadb_answers(void **state)
{
	(void)state;
	fill();
	end(NULL);
	indexed_begin(ROOM_INDEXED_BYTES_MAX);
	const struct room_store mine = room_indexed_store(indexed);
	store = &mine;
	const struct room_search search = search_at_random();
	assert_same(&search);
	assert_int_equal(stats().by_database, 1);
	assert_ok(room_indexed_round(indexed));
	assert_all_same(100);
	room_bench_use(room_bench);
}

static void
more_rooms_than_its_memory_are_searched_on_mariadb(void **state)
{
	(void)state;
	fill();
	end(NULL);
	indexed_begin(70000);
	const struct room_store mine = room_indexed_store(indexed);
	store = &mine;
	assert_err(room_indexed_round(indexed), ERR_TOO_LARGE);
	assert_err(room_indexed_round(indexed), ERR_UNAVAILABLE); /* not at once again */
	assert_false(stats().complete);
	const struct room_search search = search_at_random();
	assert_same(&search);
	assert_int_equal(stats().by_database, 1);
	room_bench_use(room_bench);
}

static void
an_index_that_has_not_followed_for_too_long_answers_nothing(void **state)
{
	(void)state;
	fill();
	end(NULL);
	const struct room_indexed_options options = {.db = db,
	                                             .follow_db = follow_db,
	                                             .bytes_max = ROOM_INDEXED_BYTES_MAX,
	                                             .stale_ms = 0};
	assert_ok(room_indexed_open(&options, &indexed));
	assert_ok(room_indexed_round(indexed));
	const struct room_store mine = room_indexed_store(indexed);
	store = &mine;
	const struct room_search search = search_at_random();
	assert_same(&search);
	assert_int_equal(stats().by_database, 1);
	room_bench_use(room_bench);
}

/* ---- many at once ---- */

static void
it_follows_while_searches_have_all_connections(void **state)
{
	(void)state;
	fill();
	end(NULL);
	struct db *busy = database_pool(database_socket(), "room", 1, 1);
	const struct room_indexed_options options = {.db = busy,
	                                             .follow_db = follow_db,
	                                             .bytes_max = ROOM_INDEXED_BYTES_MAX,
	                                             .stale_ms = INT32_MAX};
	assert_ok(room_indexed_open(&options, &indexed));
	store = &tables;
	struct db_try try = db_begin(busy, DB_READ);
	while (db_next(&try)) { /* has the only one */
		assert_ok(room_indexed_round(indexed));
		room_add();
		assert_ok(room_indexed_round(indexed));
		assert_ok(room_indexed_compare(indexed));
	}
	assert_ok(try.err);
	assert_int_equal(stats().rooms, ROOMS + 1);
	end(NULL);
	db_close(busy);
	room_bench_use(room_bench);
}

static void *
search_on(void *arg)
{
	static __thread struct found found;
	(void)arg;
	for (int i = 0; i < SEARCHES; i++) {
		const struct room_search search = {
			.stay = {today + i % 30, today + i % 30 + 2},
			.paging = {.size = 20, .sort = (unsigned)i % ROOM_SORT_MAX}};
		search_in(store, &search, &found);
		if (found.n > found.total || found.n > 20)
			return arg;
	}
	return NULL;
}

static void
searches_go_on_while_the_index_follows(void **state)
{
	(void)state;
	pthread_t threads[THREADS];
	fill();
	assert_ok(room_indexed_start(indexed));
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, search_on, threads), 0);
	for (int i = 0; i < 200; i++)
		happen_at_random();
	for (size_t i = 0; i < THREADS; i++) {
		void *failed = threads;
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	assert_all_same(20);
	assert_int_equal(stats().differences, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define INDEX_TEST(name) cmocka_unit_test_setup_teardown(name, begin_test, end)
		INDEX_TEST(random_searches_find_the_same_in_the_index_and_on_mariadb),
		INDEX_TEST(every_word_finds_the_same_in_the_index_and_on_mariadb),
		INDEX_TEST(whatever_happens_the_next_search_finds_the_same),
		INDEX_TEST(a_change_behind_its_back_is_repaired_and_counted),
		INDEX_TEST(a_stay_behind_its_back_is_repaired_and_counted),
		INDEX_TEST(what_another_process_changed_is_found_by_the_next_round),
		INDEX_TEST(what_nobody_has_followed_a_search_follows),
		INDEX_TEST(while_nobody_searches_it_follows_rarely),
		INDEX_TEST(a_change_that_commits_late_is_not_lost),
		INDEX_TEST(a_change_that_commits_after_the_index_was_filled_is_not_lost),
		INDEX_TEST(so_is_it_not_if_the_log_was_empty),
		INDEX_TEST(a_change_made_here_that_commits_late_is_in_the_next_search),
		INDEX_TEST(nights_outside_the_window_are_searched_on_mariadb),
		INDEX_TEST(until_the_index_is_complete_mariadb_answers),
		INDEX_TEST(more_rooms_than_its_memory_are_searched_on_mariadb),
		INDEX_TEST(an_index_that_has_not_followed_for_too_long_answers_nothing),
		INDEX_TEST(it_follows_while_searches_have_all_connections),
		INDEX_TEST(searches_go_on_while_the_index_follows),
	};
	database_start();
	db = database_open("room");
	follow_db = database_pool(database_socket(), "room", 1, 5000);
	tables = room_store_mariadb(db);
	today = day_at(instant_now());
	begin(NULL);
	bench = (struct room_bench){room_indexed_store(indexed), empty_bench, events_read};
	int failed = room_suite_run("rooms with an index", &bench);
	failed += room_closing_suite_run("deleting rooms with an index", &bench);
	failed += room_search_suite_run("searching rooms with an index", &bench);
	end(NULL);
	failed += cmocka_run_group_tests_name("the index", tests, NULL, NULL);
	db_close(follow_db);
	database_stop();
	return failed;
}
