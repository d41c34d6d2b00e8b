/* engine - the pool, the statements and the transactions under the stores, and what breaks them. */
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

static struct db *db, *cut_book, *cut_pay; /* whole; and over a wire that breaks */

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

enum { ADD, FIND, RENAME, LOCK, LIST, SLOW, MISMATCHED };

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
};

static const struct db_table things = {"thing", DB_CONTEXTS("book"), DB_STATEMENTS(statements)};

static struct thing
thing_of(uint64_t id)
{
	struct thing thing = {.id = id,
	                      .count = UINT32_MAX,
	                      .day = WISH_DAY,
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
add_work(struct db_conn *conn, void *arg)
{
	return db_run(conn, &things, ADD, arg, NULL);
}

static void
add(uint64_t id)
{
	struct thing thing = thing_of(id);
	assert_ok(db_transact(db, add_work, &thing));
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
find_work(struct db_conn *conn, void *arg)
{
	struct thing *thing = arg;
	const uint64_t id = thing->id;
	return db_find(conn, &things, FIND, &id, thing);
}

static void
every_type_comes_back_as_it_went(void **state)
{
	(void)state;
	struct thing thing = thing_of(3), found = {.id = 3, .none = 9, .body = BUF_INIT(100000)};
	for (int i = 0; i < 9000; i++)
		assert_ok(buf_add(&thing.body, "\"바다\"", 8));
	assert_ok(db_transact(db, add_work, &thing));
	assert_ok(db_look(db, find_work, &found));
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
a_text_that_does_not_fit_is_an_error_and_never_cut(void **state)
{
	(void)state;
	struct thing found = {.id = 1, .body = BUF_INIT(100)};
	database_run("book", "UPDATE thing SET name = 'seventeen letters' WHERE id = 1");
	assert_err(db_look(db, find_work, &found), ERR_BUG);
	database_run("book", "UPDATE thing SET name = 'sixteen letters!', body = REPEAT('x', 101)");
	assert_err(db_look(db, find_work, &found), ERR_TOO_LARGE);
	buf_done(&found.body);
}

static enum err
count_work(struct db_conn *conn, void *arg)
{
	struct thing thing = thing_of(1), nobody = thing_of(99);
	uint64_t rows = 9, ids[2], one;
	size_t n = 9;
	(void)arg;
	assert_err(db_run(conn, &things, ADD, &thing, NULL), ERR_DUPLICATE);
	assert_ok(db_run(conn, &things, RENAME, &thing, &rows)); /* found, though not changed */
	assert_int_equal(rows, 1);
	assert_ok(db_change(conn, &things, RENAME, &thing));
	assert_err(db_change(conn, &things, RENAME, &nobody), ERR_UNCHANGED);
	assert_err(db_find(conn, &things, LOCK, &nobody.id, &one), ERR_NOT_FOUND);
	assert_ok(db_list(conn, &things, LIST, NULL, ids, 2, &n));
	assert_int_equal(n, 2);
	assert_int_equal(ids[1], 2);
	return OK;
}

static void
rows_are_counted_as_the_guard_found_them(void **state)
{
	(void)state;
	assert_ok(db_transact(db, count_work, NULL));
}

static enum err
too_many_work(struct db_conn *conn, void *arg)
{
	uint64_t id;
	size_t n;
	return arg ? db_find(conn, &things, LIST, NULL, &id)
	           : db_list(conn, &things, LIST, NULL, &id, 1, &n);
}

static enum err
mismatched_work(struct db_conn *conn, void *arg)
{
	uint64_t id;
	(void)arg;
	return db_find(conn, &things, MISMATCHED, NULL, &id);
}

static void
more_rows_than_there_can_be_and_members_that_do_not_fit_are_errors(void **state)
{
	(void)state;
	assert_err(db_look(db, too_many_work, NULL), ERR_TOO_LARGE);
	assert_err(db_look(db, too_many_work, db), ERR_BUG);
	assert_err(db_look(db, mismatched_work, NULL), ERR_BUG);
}

/* ---- transactions ---- */

static enum err
add_and_refuse(struct db_conn *conn, void *arg)
{
	enum err err = add_work(conn, arg);
	return err == OK ? ERR_DECLINED : err;
}

static enum err
add_and_forget_an_error(struct db_conn *conn, void *arg)
{
	enum err err = add_work(conn, arg);
	assert_err(db_run(conn, &things, SLOW, NULL, NULL), ERR_TIMEOUT);
	return err;
}

static void
work_that_does_not_succeed_leaves_nothing(void **state)
{
	(void)state;
	struct thing thing = thing_of(3);
	assert_err(db_transact(db, add_and_refuse, &thing), ERR_DECLINED);
	assert_err(db_transact(db, add_and_forget_an_error, &thing), ERR_TIMEOUT);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM thing"), 2);
	assert_ok(db_transact(db, add_work, &thing));
}

struct crossing {
	uint64_t first, second;
	bool met; /* the other one has its first lock, too */
};

static pthread_barrier_t crossroads;

static enum err
lock_both(struct db_conn *conn, void *arg)
{
	struct crossing *crossing = arg;
	uint64_t id;
	enum err err = db_find(conn, &things, LOCK, &crossing->first, &id);
	if (err == OK && !crossing->met) {
		crossing->met = true;
		pthread_barrier_wait(&crossroads);
	}
	return err == OK ? db_find(conn, &things, LOCK, &crossing->second, &id) : err;
}

static atomic_int crossed;

static void
cross(unsigned number, void *arg)
{
	struct crossing crossing = {.first = 1 + number, .second = 2 - number};
	(void)arg;
	crossed += db_transact(db, lock_both, &crossing) == OK;
}

static void
a_deadlock_is_tried_again_and_seen_by_nobody(void **state)
{
	(void)state;
	struct db_stats before, after;
	db_stats(db, &before);
	assert_int_equal(pthread_barrier_init(&crossroads, NULL, 2), 0);
	crowd_run(2, cross, NULL);
	pthread_barrier_destroy(&crossroads);
	db_stats(db, &after);
	assert_int_equal(crossed, 2);
	assert_true(after.retried > before.retried);
}

/* How many things there are, before and after another connection commits one. */
static enum err
look_twice(struct db_conn *conn, void *arg)
{
	uint64_t ids[4];
	size_t *seen = arg;
	enum err err = db_list(conn, &things, LIST, NULL, ids, ARRAY_SIZE(ids), &seen[0]);
	if (err != OK)
		return err;
	add(3);
	return db_list(conn, &things, LIST, NULL, ids, ARRAY_SIZE(ids), &seen[1]);
}

static void
a_transaction_sees_what_others_commit_meanwhile(void **state)
{
	(void)state;
	size_t seen[2] = {0};
	assert_ok(db_transact(db, look_twice, seen));
	assert_int_equal(seen[0], 2);
	assert_int_equal(seen[1], 3);
}

static enum err
lock_one(struct db_conn *conn, void *arg)
{
	uint64_t id;
	return db_find(conn, &things, LOCK, arg, &id);
}

/* Locks, and then does nothing any more, as who is frozen. A tenth of the limit is long enough
 * here. */
static enum err
lock_and_freeze(struct db_conn *conn, void *arg)
{
	enum err err = lock_one(conn, arg);
	if (err == OK)
		err = database_say(conn, "SET SESSION idle_transaction_timeout ="
		                         " @@idle_transaction_timeout DIV 10");
	if (err != OK)
		return err;
	assert_ok(db_transact(db, lock_one, arg)); /* waits until the lock is free */
	return lock_one(conn, arg);
}

static void
who_is_frozen_within_a_transaction_holds_nobody_up_for_long(void **state)
{
	(void)state;
	uint64_t id = 1;
	assert_err(db_transact(db, lock_and_freeze, &id), ERR_UNAVAILABLE);
	assert_ok(db_transact(db, lock_one, &id));
}

/* ---- the pool ---- */

static struct db *
pool_open(const char *socket, const char *context, uint32_t size, uint32_t wait_ms)
{
	struct db_options options = {.pool = size, .wait_ms = wait_ms};
	struct db *made;
	snprintf(options.socket, sizeof(options.socket), "%s", socket);
	snprintf(options.name, sizeof(options.name), "hotel_%s", context);
	snprintf(options.user, sizeof(options.user), "hotel_%s", context);
	snprintf(options.password, sizeof(options.password), "%s", database_password());
	assert_ok(db_open(&options, NULL, &made));
	return made;
}

/* Asks for a second connection while it has the only one. */
static enum err
ask_within(struct db_conn *conn, void *arg)
{
	(void)conn;
	return db_ping(arg);
}

static void
who_waits_too_long_for_a_connection_is_told_so(void **state)
{
	(void)state;
	struct db_stats stats;
	struct db *small = pool_open(database_socket(), "book", 1, 30);
	assert_err(db_look(small, ask_within, small), ERR_TIMEOUT);
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
		crossed += db_ping(arg) != OK;
}

static void
a_pool_never_opens_more_than_its_size(void **state)
{
	(void)state;
	struct db_stats stats;
	struct db *small = pool_open(database_socket(), "book", 3, 5000);
	crossed = 0;
	crowd_run(20, ping_often, small);
	db_stats(small, &stats);
	assert_int_equal(crossed, 0);
	assert_in_range(stats.open, 1, 3);
	db_close(small);
}

static void
a_program_starts_without_its_database_and_finds_it_missing(void **state)
{
	(void)state;
	struct db *nowhere = pool_open("/nonexistent/mariadb.sock", "book", 2, 30);
	assert_err(db_ping(nowhere), ERR_UNAVAILABLE);
	db_close(nowhere);
}

static void
connections_that_were_killed_are_replaced_and_nobody_sees_it(void **state)
{
	(void)state;
	struct db_stats stats;
	struct db *pool = pool_open(database_socket(), "book", 4, 5000);
	crossed = 0;
	crowd_run(4, ping_often, pool);
	database_run("book", "KILL CONNECTION USER hotel_book");
	crowd_run(4, ping_often, pool);
	assert_int_equal(crossed, 0);
	db_stats(pool, &stats);
	assert_true(stats.lost > 0);
	db_close(pool);
}

/* ---- a COMMIT that gets lost ---- */

static const enum wire_cut cuts[] = {WIRE_BEFORE_COMMIT, WIRE_AFTER_COMMIT};

static void
a_lost_commit_of_work_that_cannot_tell_is_reported_as_unknown(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cuts); i++) {
		struct thing thing = thing_of(10 + i);
		wire_cut_next(cuts[i]);
		assert_err(db_transact(cut_book, add_work, &thing), ERR_UNKNOWN);
		assert_int_equal(database_number("book", "SELECT COUNT(*) FROM thing"), 2 + i);
	}
}

static void
a_hold_whose_commit_got_lost_is_made_exactly_once(void **state)
{
	(void)state;
	const struct book_store store = book_store_mariadb(cut_book);
	const struct offer offer = wish_room(1);
	assert_ok(store.offer_put(store.self, &offer));
	for (int i = 0; i < 2; i++) {
		const struct book_hold hold = wish_hold(1, 0, 4 * i, 3);
		struct hold_result result;
		wire_cut_next(cuts[i]);
		assert_ok(store.hold(store.self, &hold, &result));
		assert_int_equal(result.kind, HOLD_MADE);
		assert_int_equal(database_number("book", "SELECT COUNT(*) FROM book"), i + 1);
		assert_int_equal(database_number("book", "SELECT COUNT(*) FROM night"),
		                 3 * (i + 1));
	}
}

static void
a_change_whose_commit_got_lost_happens_exactly_once(void **state)
{
	(void)state;
	const struct book_store store = book_store_mariadb(cut_book);
	for (int i = 0; i < 2; i++) {
		const struct book_hold hold = wish_hold(1, 0, 10 + i, 1);
		struct hold_result result;
		struct book book;
		assert_ok(store.hold(store.self, &hold, &result));
		const struct book_change change = wish_change(result.book.id, BOOK_CANCEL);
		wire_cut_next(cuts[i]);
		assert_ok(store.apply(store.self, &change, &book));
		assert_int_equal(book.status, BOOK_CANCELED);
		assert_int_equal(book.version, 2);
		assert_int_equal(database_number("book", "SELECT COUNT(*) FROM outbox"), i + 1);
	}
}

static void
a_payment_whose_commit_got_lost_is_decided_exactly_once(void **state)
{
	(void)state;
	const struct payment_store store = payment_store_mariadb(cut_pay);
	const struct origin origin = {.request_id = "r"};
	for (uint64_t i = 0; i < 2; i++) {
		const struct payment_order order = payment_suite_order(17 + i);
		struct payment payment;
		bool first = false;
		wire_cut_next(cuts[i]);
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
		TEST(every_type_comes_back_as_it_went),
		TEST(a_text_that_does_not_fit_is_an_error_and_never_cut),
		TEST(rows_are_counted_as_the_guard_found_them),
		TEST(more_rows_than_there_can_be_and_members_that_do_not_fit_are_errors),
		TEST(work_that_does_not_succeed_leaves_nothing),
		TEST(a_deadlock_is_tried_again_and_seen_by_nobody),
		TEST(a_transaction_sees_what_others_commit_meanwhile),
		TEST(who_is_frozen_within_a_transaction_holds_nobody_up_for_long),
		TEST(who_waits_too_long_for_a_connection_is_told_so),
		TEST(a_pool_never_opens_more_than_its_size),
		TEST(a_program_starts_without_its_database_and_finds_it_missing),
		TEST(connections_that_were_killed_are_replaced_and_nobody_sees_it),
		TEST(a_lost_commit_of_work_that_cannot_tell_is_reported_as_unknown),
		TEST(a_hold_whose_commit_got_lost_is_made_exactly_once),
		TEST(a_change_whose_commit_got_lost_happens_exactly_once),
		TEST(a_payment_whose_commit_got_lost_is_decided_exactly_once),
	};
	char wire[128];
	database_start();
	snprintf(wire, sizeof(wire), "%s.wire", database_socket());
	wire_start(wire, database_socket());
	db = database_open("book");
	cut_book = pool_open(wire, "book", 4, 5000);
	cut_pay = pool_open(wire, "pay", 4, 5000);
	make_things();
	int failed = cmocka_run_group_tests_name("the engine of the stores", tests, NULL, NULL);
	db_close(cut_book);
	db_close(cut_pay);
	database_stop();
	return failed;
}
