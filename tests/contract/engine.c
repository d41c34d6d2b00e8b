/* SPDX-License-Identifier: MIT */
/* engine - the statements and the transactions of the stores, and their failures. */
#include "adapters/mariadb/book/book_store.h"
#include "adapters/mariadb/pay/payment_store.h"
#include "base/mem.h"
#include "config/settings.h"
#include "tests/contract/booking_attempt.h"
#include "tests/contract/crowd.h"
#include "tests/contract/cut_connection.h"
#include "tests/contract/database.h"
#include "tests/contract/payment_suite.h"
#include "tests/unit/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static struct db *db, *cut_book, *cut_pay; /* the last two over cut_connection */

/* ---- members ---- */

enum colour { RED, GREEN, COLOUR_MAX };

static const char *
colour_name(unsigned colour)
{
	return colour == GREEN ? "Green" : "Red";
}

struct thing {
	uint64_t id;
	uint32_t count;
	day_t day;
	instant_t at;
	bool yes;
	char name[TEXT_SIZE(4)];
	enum colour colour;
	struct buf body;
	uint64_t none;
	uint64_t told; /* its id, as the database told it */
};

static const struct db_field thing_fields[] = {
	DB_FIELD(struct thing, id),
	DB_FIELD(struct thing, count),
	DB_FIELD(struct thing, day),
	DB_FIELD(struct thing, at),
	DB_FIELD(struct thing, yes),
	DB_FIELD(struct thing, name),
	DB_ENUM(struct thing, colour, colour_name, COLOUR_MAX),
	DB_FIELD(struct thing, body),
	DB_NULLABLE(struct thing, none),
};

static const struct db_field id_and_name[] = {
	DB_FIELD(struct thing, name),
	DB_FIELD(struct thing, id),
};

enum { ADD, FIND, RENAME, LOCK, LIST, SLOW, MISMATCHED, ADD_AND_TELL };

static const struct db_statement statements[] = {
	[ADD] = {"INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", DB_TAKES(thing_fields)},
	[FIND] = {"SELECT * FROM thing WHERE id = ?", DB_TAKES(db_u64_field),
                  DB_GIVES(struct thing, thing_fields)},
	[RENAME] = {"UPDATE thing SET name = ? WHERE id = ?", DB_TAKES(id_and_name)},
	[LOCK] = {"SELECT id FROM thing WHERE id = ? FOR UPDATE", DB_TAKES(db_u64_field),
                  DB_GIVES(uint64_t, db_u64_field)},
	[LIST] = {"SELECT id FROM thing ORDER BY id", DB_GIVES(uint64_t, db_u64_field)},
	[SLOW] = {"SET STATEMENT max_statement_time = 0.05 FOR SELECT SLEEP(30)",
                  DB_GIVES(uint64_t, db_u64_field)},
	[MISMATCHED] = {"SELECT id FROM thing WHERE id = ?", DB_GIVES(uint64_t, db_u64_field)},
	[ADD_AND_TELL] = {"INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                          DB_TAKES(thing_fields), DB_GIVES(uint64_t, db_u64_field)},
};

static const struct db_table things = {"thing", DB_CONTEXTS("book"), DB_STATEMENTS(statements)};

static struct thing
thing_of(uint64_t id)
{
	struct thing thing = {.id = id,
	                      .count = UINT32_MAX,
	                      .day = ATTEMPT_DAY,
	                      .at = INT64_C(1800000000123),
	                      .yes = true,
	                      .name = "한글😀!",
	                      .colour = GREEN,
	                      .body = BUF_INIT(100000)};
	return thing;
}

static void
make_things(void)
{
	database_run("book", "DROP TABLE IF EXISTS thing");
	database_run("book", "CREATE TABLE thing (id BIGINT UNSIGNED PRIMARY KEY,"
	                     " count INT UNSIGNED NOT NULL, day DATE NOT NULL,"
	                     " at DATETIME(3) NOT NULL, yes BOOLEAN NOT NULL,"
	                     " name VARCHAR(40) NOT NULL, colour ENUM('Red', 'Green') NOT NULL,"
	                     " body MEDIUMTEXT NOT NULL,"
	                     " none BIGINT UNSIGNED NULL)");
}

static enum err
thing_add(struct db *in, const struct thing *thing)
{
	struct db_try try = db_begin(in, DB_WRITE);
	while (db_next(&try))
		try.err = db_run(try.conn, &things, ADD, thing, NULL);
	return try.err;
}

static void
add(uint64_t id)
{
	const struct thing thing = thing_of(id);
	assert_ok(thing_add(db, &thing));
}

static int
empty(void **state)
{
	(void)state;
	database_run("book", "DELETE FROM thing");
	add(1);
	add(2);
	return 0;
}

static enum err
thing_find(uint64_t id, struct thing *ret_thing)
{
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try))
		try.err = db_find(try.conn, &things, FIND, &id, ret_thing);
	return try.err;
}

static void
every_type_is_read_back_as_written(void **state)
{
	(void)state;
	struct thing thing = thing_of(3), found = {.none = 9, .body = BUF_INIT(100000)};
	for (int i = 0; i < 9000; i++)
		assert_ok(buf_add(&thing.body, "\"바다\"", 8));
	assert_ok(thing_add(db, &thing));
	assert_ok(thing_find(3, &found));
	assert_int_equal(found.count, thing.count);
	assert_int_equal(found.day, thing.day);
	assert_int_equal(found.at, thing.at);
	assert_true(found.yes);
	assert_string_equal(found.name, thing.name);
	assert_int_equal(found.colour, GREEN);
	assert_int_equal(found.body.len, thing.body.len);
	assert_memory_equal(found.body.data, thing.body.data, found.body.len);
	assert_int_equal(found.none, 0);
	buf_done(&thing.body);
	buf_done(&found.body);
}

static void
a_text_that_does_not_fit_is_an_error_and_never_truncated(void **state)
{
	(void)state;
	struct thing found = {.body = BUF_INIT(100)};
	database_run("book", "UPDATE thing SET name = 'seventeen letters' WHERE id = 1");
	assert_err(thing_find(1, &found), ERR_BUG);
	database_run("book", "UPDATE thing SET name = 'sixteen letters!', body = REPEAT('x', 101)");
	assert_err(thing_find(1, &found), ERR_TOO_LARGE);
	buf_done(&found.body);
}

static void
rows_are_counted_as_the_guard_found_them(void **state)
{
	(void)state;
	const struct thing thing = thing_of(1), missing = thing_of(99);
	uint64_t rows = 9, ids[2], one;
	size_t n = 9;
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try)) {
		struct db_conn *conn = try.conn;
		assert_err(db_run(conn, &things, ADD, &thing, NULL), ERR_DUPLICATE);
		assert_ok(db_run(conn, &things, RENAME, &thing, &rows)); /* found, not changed */
		assert_int_equal(rows, 1);
		assert_ok(db_change(conn, &things, RENAME, &thing));
		assert_err(db_change(conn, &things, RENAME, &missing), ERR_UNCHANGED);
		assert_err(db_find(conn, &things, LOCK, &missing.id, &one), ERR_NOT_FOUND);
		assert_ok(db_list(conn, &things, LIST, NULL, ids, 2, &n));
		assert_int_equal(n, 2);
		assert_int_equal(ids[1], 2);
	}
	assert_ok(try.err);
}

static void
too_many_rows_and_columns_that_do_not_fit_are_errors(void **state)
{
	(void)state;
	uint64_t id;
	size_t n;
	struct db_try list = db_begin(db, DB_READ);
	while (db_next(&list))
		list.err = db_list(list.conn, &things, LIST, NULL, &id, 1, &n);
	assert_err(list.err, ERR_TOO_LARGE);
	struct db_try find = db_begin(db, DB_READ);
	while (db_next(&find))
		find.err = db_find(find.conn, &things, LIST, NULL, &id);
	assert_err(find.err, ERR_BUG);
	struct db_try mismatched = db_begin(db, DB_READ);
	while (db_next(&mismatched))
		mismatched.err = db_find(mismatched.conn, &things, MISMATCHED, NULL, &id);
	assert_err(mismatched.err, ERR_BUG);
}

/* ---- many rows ---- */

#define MANY (2 * DB_MANY_MAX + 3)

static void
things_fill(struct thing list[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		list[i] = thing_of(100 + i);
		list[i].colour = i % 2 ? GREEN : RED;
		list[i].yes = i % 3;
		list[i].none = i % 2;
		list[i].day += (day_t)i;
		assert_ok(buf_add(&list[i].body, "0123456789", i % 10));
	}
}

static void
things_done(struct thing list[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_done(&list[i].body);
}

static void
many_rows_are_read_back_as_written(void **state)
{
	(void)state;
	struct thing list[MANY], found = {.body = BUF_INIT(100)};
	uint64_t rows = 0;
	things_fill(list, MANY);
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try))
		try.err = db_run_many(try.conn, &things, ADD, list, sizeof(*list), MANY, &rows);
	assert_ok(try.err);
	assert_int_equal(rows, MANY);
	for (size_t i = 0; i < MANY; i++) {
		assert_ok(thing_find(list[i].id, &found));
		assert_int_equal(found.count, list[i].count);
		assert_int_equal(found.day, list[i].day);
		assert_int_equal(found.at, list[i].at);
		assert_int_equal(found.yes, list[i].yes);
		assert_int_equal(found.colour, list[i].colour);
		assert_string_equal(found.name, list[i].name);
		assert_int_equal(found.body.len, i % 10);
		assert_int_equal(found.none, list[i].none);
	}
	buf_done(&found.body);
	things_done(list, MANY);
}

static void
many_rows_are_counted_as_the_guard_found_them(void **state)
{
	(void)state;
	struct thing list[] = {thing_of(1), thing_of(99), thing_of(2)};
	uint64_t rows = 9;
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try)) {
		assert_ok(db_run_many(try.conn, &things, RENAME, list, sizeof(*list), 0, &rows));
		assert_int_equal(rows, 0);
		assert_ok(db_run_many(try.conn, &things, RENAME, list, sizeof(*list),
		                      ARRAY_SIZE(list), &rows));
		assert_int_equal(rows, 2);
		/* Afterwards the same statement takes one struct again. */
		assert_ok(db_change(try.conn, &things, RENAME, &list[0]));
	}
	assert_ok(try.err);
}

static void
one_of_many_rows_that_fails_ends_the_transaction(void **state)
{
	(void)state;
	struct thing list[] = {thing_of(3), thing_of(1), thing_of(4)}, found = {.none = 0};
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try))
		try.err = db_run_many(try.conn, &things, ADD, list, sizeof(*list), ARRAY_SIZE(list),
		                      NULL);
	assert_err(try.err, ERR_DUPLICATE);
	assert_err(thing_find(3, &found), ERR_NOT_FOUND);
	assert_err(thing_find(4, &found), ERR_NOT_FOUND);
}

static void
many_new_rows_tell_their_ids_in_their_order(void **state)
{
	(void)state;
	struct thing list[MANY];
	things_fill(list, MANY);
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try))
		try.err = db_insert_many(try.conn, &things, ADD_AND_TELL, list, sizeof(*list), MANY,
		                         &list->told);
	assert_ok(try.err);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(list[i].told, list[i].id);
	things_done(list, MANY);
}

/* ---- transactions ---- */

static void
a_transaction_that_fails_changes_nothing(void **state)
{
	(void)state;
	const struct thing thing = thing_of(3);
	struct db_try refused = db_begin(db, DB_WRITE);
	while (db_next(&refused)) {
		assert_ok(db_run(refused.conn, &things, ADD, &thing, NULL));
		refused.err = ERR_DECLINED;
	}
	assert_err(refused.err, ERR_DECLINED);
	struct db_try forgotten = db_begin(db, DB_WRITE);
	while (db_next(&forgotten)) {
		forgotten.err = db_run(forgotten.conn, &things, ADD, &thing, NULL);
		assert_err(db_run(forgotten.conn, &things, SLOW, NULL, NULL), ERR_TIMEOUT);
	}
	assert_err(forgotten.err, ERR_TIMEOUT);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM thing"), 2);
	assert_ok(thing_add(db, &thing));
}

static void
a_loop_gives_its_connection_back(void **state)
{
	(void)state;
	struct db_stats stats;
	struct db_try empty_body = db_begin(db, DB_WRITE);
	while (db_next(&empty_body))
		continue;
	assert_ok(empty_body.err);
	assert_null(empty_body.conn);
	db_stats(db, &stats);
	assert_int_equal(stats.busy, 0);
}

static pthread_barrier_t crossroads;

static atomic_int crossed;

static void
lock_both(unsigned number, void *arg)
{
	const uint64_t first = 1 + number, second = 2 - number;
	bool met = false; /* both threads have their first lock */
	uint64_t id;
	struct db_try try = db_begin(db, DB_WRITE);
	(void)arg;
	while (db_next(&try)) {
		try.err = db_find(try.conn, &things, LOCK, &first, &id);
		if (try.err == OK && !met) {
			met = true;
			pthread_barrier_wait(&crossroads);
		}
		if (try.err == OK)
			try.err = db_find(try.conn, &things, LOCK, &second, &id);
	}
	crossed += try.err == OK;
}

static void
a_deadlock_is_retried_and_no_caller_sees_it(void **state)
{
	(void)state;
	struct db_stats before, after;
	db_stats(db, &before);
	assert_int_equal(pthread_barrier_init(&crossroads, NULL, 2), 0);
	crowd_run(2, lock_both, NULL);
	pthread_barrier_destroy(&crossroads);
	db_stats(db, &after);
	assert_int_equal(crossed, 2);
	assert_true(after.retried > before.retried);
}

static void
a_transaction_sees_what_others_commit_meanwhile(void **state)
{
	(void)state;
	uint64_t ids[4];
	size_t before = 0, after = 0;
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try)) {
		try.err = db_list(try.conn, &things, LIST, NULL, ids, ARRAY_SIZE(ids), &before);
		if (try.err != OK)
			continue;
		add(3);
		try.err = db_list(try.conn, &things, LIST, NULL, ids, ARRAY_SIZE(ids), &after);
	}
	assert_ok(try.err);
	assert_int_equal(before, 2);
	assert_int_equal(after, 3);
}

/* Waits until the lock is free. */
static enum err
lock_one(uint64_t id)
{
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try))
		try.err = db_find(try.conn, &things, LOCK, &id, &id);
	return try.err;
}

/* A transaction locks a row and then stays idle. A tenth of the limit is long enough here. */
static void
the_lock_of_an_idle_transaction_is_released_in_time(void **state)
{
	(void)state;
	uint64_t id = 1;
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try)) {
		try.err = db_find(try.conn, &things, LOCK, &id, &id);
		if (try.err == OK)
			try.err = database_say(try.conn, "SET SESSION idle_transaction_timeout ="
			                                 " @@idle_transaction_timeout DIV 10");
		if (try.err != OK)
			continue;
		assert_ok(lock_one(1));
		try.err = db_find(try.conn, &things, LOCK, &id, &id);
	}
	assert_err(try.err, ERR_UNAVAILABLE);
	assert_ok(lock_one(1));
}

/* ---- a lost COMMIT ---- */

static const enum commit_cut cuts[] = {CUT_BEFORE_COMMIT, CUT_AFTER_COMMIT};

static void
a_lost_commit_is_unknown_unless_the_transaction_is_idempotent(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cuts); i++) {
		struct thing thing = thing_of(10 + i);
		cut_next_commit(cuts[i]);
		assert_err(thing_add(cut_book, &thing), ERR_UNKNOWN);
		assert_int_equal(database_number("book", "SELECT COUNT(*) FROM thing"), 2 + i);
	}
}

static void
a_hold_whose_commit_is_lost_is_made_exactly_once(void **state)
{
	(void)state;
	CLEANUP(book_store_mariadb_close) struct book_store store = {.self = NULL};
	assert_ok(book_store_mariadb(cut_book, &store));
	const struct offer offer = attempt_offer(1);
	assert_ok(store.offer_put(store.self, &offer));
	for (int i = 0; i < 2; i++) {
		const struct book_hold hold = attempt_hold(1, 0, 4 * i, 3);
		struct hold_result result;
		cut_next_commit(cuts[i]);
		assert_ok(store.hold(store.self, &hold, &result));
		assert_int_equal(result.kind, HOLD_MADE);
		assert_int_equal(database_number("book", "SELECT COUNT(*) FROM book"), i + 1);
		assert_int_equal(database_number("book", "SELECT COUNT(*) FROM night"),
		                 3 * (i + 1));
	}
}

static void
a_change_whose_commit_is_lost_is_made_exactly_once(void **state)
{
	(void)state;
	CLEANUP(book_store_mariadb_close) struct book_store store = {.self = NULL};
	assert_ok(book_store_mariadb(cut_book, &store));
	for (int i = 0; i < 2; i++) {
		const struct book_hold hold = attempt_hold(1, 0, 10 + i, 1);
		struct hold_result result;
		struct book book;
		assert_ok(store.hold(store.self, &hold, &result));
		const struct book_change change = attempt_change(result.book.id, BOOK_CANCEL);
		cut_next_commit(cuts[i]);
		assert_ok(store.apply(store.self, &change, &book));
		assert_int_equal(book.status, BOOK_CANCELED);
		assert_int_equal(book.version, 2);
		assert_int_equal(database_number("book", "SELECT COUNT(*) FROM outbox"), i + 1);
	}
}

static void
a_payment_whose_commit_is_lost_is_decided_exactly_once(void **state)
{
	(void)state;
	CLEANUP(payment_store_mariadb_close) struct payment_store store = {.self = NULL};
	assert_ok(payment_store_mariadb(cut_pay, &store));
	const struct origin origin = {.request_id = "r"};
	for (uint64_t i = 0; i < 2; i++) {
		const struct payment_order order = payment_suite_order(17 + i);
		struct payment payment;
		bool first = false;
		cut_next_commit(cuts[i]);
		assert_ok(store.decide(store.self, &order, PAYMENT_APPROVE, &origin, &payment,
		                       &first));
		assert_true(first);
		assert_int_equal(database_number("pay", "SELECT COUNT(*) FROM payment"), i + 1);
		assert_int_equal(database_number("pay", "SELECT COUNT(*) FROM outbox"), i + 1);
	}
}

#define TEST(name) cmocka_unit_test_setup(name, empty)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_type_is_read_back_as_written),
		TEST(a_text_that_does_not_fit_is_an_error_and_never_truncated),
		TEST(rows_are_counted_as_the_guard_found_them),
		TEST(too_many_rows_and_columns_that_do_not_fit_are_errors),
		TEST(many_rows_are_read_back_as_written),
		TEST(many_rows_are_counted_as_the_guard_found_them),
		TEST(one_of_many_rows_that_fails_ends_the_transaction),
		TEST(many_new_rows_tell_their_ids_in_their_order),
		TEST(a_transaction_that_fails_changes_nothing),
		TEST(a_loop_gives_its_connection_back),
		TEST(a_deadlock_is_retried_and_no_caller_sees_it),
		TEST(a_transaction_sees_what_others_commit_meanwhile),
		TEST(the_lock_of_an_idle_transaction_is_released_in_time),
		TEST(a_lost_commit_is_unknown_unless_the_transaction_is_idempotent),
		TEST(a_hold_whose_commit_is_lost_is_made_exactly_once),
		TEST(a_change_whose_commit_is_lost_is_made_exactly_once),
		TEST(a_payment_whose_commit_is_lost_is_decided_exactly_once),
	};
	char cut_socket[128];
	database_start();
	snprintf(cut_socket, sizeof(cut_socket), "%s.cut", database_socket());
	cut_connection_start(cut_socket, database_socket());
	db = database_open("book");
	cut_book = database_pool(cut_socket, "book", 4, 5000);
	cut_pay = database_pool(cut_socket, "pay", 4, 5000);
	make_things();
	int failed = cmocka_run_group_tests_name("statements and transactions", tests, NULL, NULL);
	db_close(cut_book);
	db_close(cut_pay);
	database_stop();
	return failed;
}
