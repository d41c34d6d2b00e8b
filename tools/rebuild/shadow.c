/* SPDX-License-Identifier: MIT */
#include "tools/rebuild/shadow.h"

#include <string.h>

#define RANGE_SIZE 10000 /* bookings compared by one statement */

enum query {
	COPYING_LOCK,
	COPYING_SET,
	SHADOW_EMPTY,
	SHADOW_NAMES_EMPTY,
	LAST_BOOK,
	ROWS_COMPARE,
	ROWS_ADDED,
	ROWS_DIFFERENT,
	NAMES_COMPARE,
	NAMES_ADDED,
	SWAP_PERMIT,
	SWAP_FORBID,
	SWAP_FORGET,
	SWAP_DONE,
	TABLES_SWAP,
};

struct range {
	uint64_t after, until; /* book ids: after < id <= until */
};

struct flag {
	bool on;
};

struct counts {
	uint64_t rows, behind, ahead, different;
};

static const struct db_field flag_fields[] = {DB_FIELD(struct flag, on)};

static const struct db_field range_fields[] = {
	DB_FIELD(struct range, after),
	DB_FIELD(struct range, until),
};

static const struct db_field counts_fields[] = {
	DB_FIELD(struct counts, rows),
	DB_FIELD(struct counts, behind),
	DB_FIELD(struct counts, ahead),
	DB_FIELD(struct counts, different),
};

/* clang-format off */
#define BOTH     " FROM mypage m LEFT JOIN mypage_next n ON n.book_id = m.book_id"
#define RANGE    " WHERE m.book_id > ? AND m.book_id <= ?"
#define SUM(rule) "CAST(COALESCE(SUM(" rule "), 0) AS UNSIGNED)"

/* Compare two versions of a row; n may not exist. */
#define BEHIND                                                                        \
	"(n.book_id IS NULL OR n.book_sequence < m.book_sequence"                     \
	" OR n.pay_sequence < m.pay_sequence)"
#define AHEAD                                                                         \
	"(n.book_sequence > m.book_sequence OR n.pay_sequence > m.pay_sequence)"
#define SAME(column) "n." column " <=> m." column
#define DIFFERENT                                                                     \
	"(n.book_sequence = m.book_sequence AND NOT (" SAME("room_id") " AND "        \
	SAME("host_id") " AND " SAME("guest_id") " AND " SAME("guest_name") " AND "   \
	SAME("price") " AND " SAME("currency") " AND " SAME("start_date") " AND "     \
	SAME("end_date") " AND " SAME("status") " AND " SAME("key_version") ")"       \
	" OR n.pay_sequence = m.pay_sequence AND NOT (" SAME("pay_id") " AND "        \
	SAME("pay_status") ") OR n.book_sequence = m.book_sequence"                   \
	" AND n.pay_sequence = m.pay_sequence AND n.updated_at <> m.updated_at)"

static const struct db_statement queries[] = {
	[COPYING_LOCK] = {
		"SELECT copying FROM rebuild WHERE id = 1 FOR UPDATE",
		DB_GIVES(struct flag, flag_fields)},
	[COPYING_SET] = {"UPDATE rebuild SET copying = ? WHERE id = 1", DB_TAKES(flag_fields)},
	[SHADOW_EMPTY] = {.sql = "TRUNCATE TABLE mypage_next"},
	[SHADOW_NAMES_EMPTY] = {.sql = "TRUNCATE TABLE room_name_next"},
	[LAST_BOOK] = {
		"SELECT CAST(GREATEST(COALESCE((SELECT MAX(book_id) FROM mypage), 0),"
		" COALESCE((SELECT MAX(book_id) FROM mypage_next), 0)) AS UNSIGNED)",
		DB_GIVES(uint64_t, db_u64_field)},
	[ROWS_COMPARE] = {
		"SELECT COUNT(*), " SUM(BEHIND) ", " SUM(AHEAD) ", " SUM(DIFFERENT) BOTH RANGE,
		DB_TAKES(range_fields), DB_GIVES(struct counts, counts_fields)},
	[ROWS_ADDED] = {
		"SELECT COUNT(*) FROM mypage_next m LEFT JOIN mypage n ON n.book_id = m.book_id"
		RANGE " AND n.book_id IS NULL",
		DB_TAKES(range_fields), DB_GIVES(uint64_t, db_u64_field)},
	[ROWS_DIFFERENT] = {
		"SELECT m.book_id" BOTH RANGE " AND (" BEHIND " OR " DIFFERENT ")"
		" ORDER BY m.book_id LIMIT 10",
		DB_TAKES(range_fields), DB_GIVES(uint64_t, db_u64_field)},
	[NAMES_COMPARE] = {
		"SELECT CAST(0 AS UNSIGNED), " SUM("n.room_id IS NULL OR n.sequence < m.sequence") ", "
		SUM("n.sequence > m.sequence") ", "
		SUM("n.sequence = m.sequence AND BINARY n.name <> BINARY m.name")
		" FROM room_name m LEFT JOIN room_name_next n ON n.room_id = m.room_id",
		DB_GIVES(struct counts, counts_fields)},
	[NAMES_ADDED] = {
		"SELECT COUNT(*) FROM room_name_next m LEFT JOIN room_name n ON n.room_id = m.room_id"
		" WHERE n.room_id IS NULL",
		DB_GIVES(uint64_t, db_u64_field)},
	[SWAP_PERMIT] = {.sql = "CREATE TABLE IF NOT EXISTS rebuild_swap (id TINYINT UNSIGNED NOT NULL PRIMARY KEY)"},
	[SWAP_FORBID] = {.sql = "DROP TABLE IF EXISTS rebuild_swap"},
	[SWAP_FORGET] = {.sql = "DROP TABLE IF EXISTS rebuild_swap, rebuild_swapped"},
	[SWAP_DONE] = {
		"SELECT COUNT(*) FROM information_schema.tables"
		" WHERE table_schema = DATABASE() AND table_name = 'rebuild_swapped'",
		DB_GIVES(uint64_t, db_u64_field)},
	[TABLES_SWAP] = {
		.sql = "RENAME TABLE rebuild_swap TO rebuild_swapped,"
		" mypage TO mypage_swap, mypage_next TO mypage, mypage_swap TO mypage_next,"
		" room_name TO room_name_swap, room_name_next TO room_name,"
		" room_name_swap TO room_name_next"},
};
/* clang-format on */

static const struct db_table shadow_table = {"shadow", NULL, DB_STATEMENTS(queries)};

/* ---- double writes ---- */

static enum err
run(struct db_conn *conn, enum query query, const void *args)
{
	return db_run(conn, &shadow_table, query, args, NULL);
}

/* Whether merges go to the shadow as well. Waits for merges that run under the old flag. */
static enum err
copying_set(struct db *db, bool on)
{
	const struct flag flag = {.on = on};
	struct flag before;
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = db_find(try.conn, &shadow_table, COPYING_LOCK, NULL, &before);
		if (try.err == OK)
			try.err = run(try.conn, COPYING_SET, &flag);
	}
	return try.err;
}

static enum err
empty(struct db *db)
{
	struct db_try try = db_begin(db, DB_READ); /* TRUNCATE commits by itself */
	while (db_next(&try)) {
		try.err = run(try.conn, SHADOW_EMPTY, NULL);
		if (try.err == OK)
			try.err = run(try.conn, SHADOW_NAMES_EMPTY, NULL);
	}
	return try.err;
}

enum err
shadow_begin(struct db *db)
{
	enum err err = copying_set(db, false);
	if (err == OK)
		err = empty(db);
	return err == OK ? copying_set(db, true) : err;
}

enum err
shadow_abandon(struct db *db)
{
	return copying_set(db, false);
}

/* ---- comparison ---- */

static void
count(struct shadow_difference *difference, const struct counts *counts, uint64_t added)
{
	difference->rows += counts->rows;
	difference->behind += counts->behind;
	difference->ahead += counts->ahead + added;
	difference->different += counts->different;
}

/* In a transaction of its own: each row is compared at one moment. */
static enum err
range_compare(struct db *db, const struct range *range, struct shadow_difference *ret_difference)
{
	struct shadow_difference difference = {.rows = 0};
	struct counts counts = {0};
	uint64_t added = 0, found[SHADOW_EXAMPLES];
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try)) {
		difference = *ret_difference;
		try.err = db_find(try.conn, &shadow_table, ROWS_COMPARE, range, &counts);
		if (try.err == OK)
			try.err = db_find(try.conn, &shadow_table, ROWS_ADDED, range, &added);
		size_t n = 0;
		if (try.err == OK && (counts.behind || counts.different))
			try.err = db_list(try.conn, &shadow_table, ROWS_DIFFERENT, range, found,
			                  SHADOW_EXAMPLES, &n);
		for (size_t i = 0;
		     try.err == OK && i < n && difference.n_examples < SHADOW_EXAMPLES; i++)
			difference.examples[difference.n_examples++] = found[i];
	}
	if (try.err != OK)
		return try.err;
	count(&difference, &counts, added);
	*ret_difference = difference;
	return OK;
}

static enum err
names_compare(struct db *db, struct shadow_difference *difference)
{
	struct counts counts = {0};
	uint64_t added = 0;
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try)) {
		try.err = db_find(try.conn, &shadow_table, NAMES_COMPARE, NULL, &counts);
		if (try.err == OK)
			try.err = db_find(try.conn, &shadow_table, NAMES_ADDED, NULL, &added);
	}
	if (try.err == OK)
		count(difference, &counts, added);
	return try.err;
}

enum err
shadow_compare(struct db *db, struct shadow_difference *ret_difference)
{
	struct shadow_difference difference = {.rows = 0};
	uint64_t last = 0;
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try))
		try.err = db_find(try.conn, &shadow_table, LAST_BOOK, NULL, &last);
	enum err err = try.err;
	for (uint64_t after = 0; err == OK && after < last; after += RANGE_SIZE) {
		const struct range range = {.after = after, .until = after + RANGE_SIZE};
		err = range_compare(db, &range, &difference);
	}
	if (err == OK)
		err = names_compare(db, &difference);
	if (err == OK)
		*ret_difference = difference;
	return err;
}

/* ---- swap ---- */

/* Runs a statement that commits by itself and may be repeated. */
static enum err
schema_change(struct db *db, enum query query)
{
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try))
		try.err = run(try.conn, query, NULL);
	return try.err;
}

/* After a swap that failed: without rebuild_swap a swap that the server may still be executing
 * fails, so the answer stays true. ERR_UNKNOWN: the server does not say. */
static enum err
swap_failed(struct db *db, enum err why)
{
	uint64_t done = 0;
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try)) {
		try.err = run(try.conn, SWAP_FORBID, NULL);
		if (try.err == OK)
			try.err = db_find(try.conn, &shadow_table, SWAP_DONE, NULL, &done);
	}
	if (try.err != OK)
		return ERR_UNKNOWN;
	return done ? OK : why;
}

/* A second swap would undo the first one, so a lost connection must not repeat it: the statement
 * renames the table rebuild_swap as well, and succeeds only once. */
static enum err
tables_swap(struct db *db)
{
	enum err err = schema_change(db, SWAP_FORGET);
	if (err == OK)
		err = schema_change(db, SWAP_PERMIT);
	if (err != OK)
		return err;
	err = schema_change(db, TABLES_SWAP);
	return err == OK ? OK : swap_failed(db, err);
}

/* No merge runs meanwhile: the row is locked. RENAME TABLE commits by itself, so it has a
 * connection of its own, and is not repeated when the transaction around it is. Once the tables are
 * swapped, double writes that do not stop do no harm. */
enum err
shadow_swap(struct db *db)
{
	bool swapped = false;
	struct flag flag;
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = db_find(try.conn, &shadow_table, COPYING_LOCK, NULL, &flag);
		if (try.err == OK && !swapped) {
			try.err = tables_swap(db);
			swapped = try.err == OK;
		}
		flag.on = false;
		if (try.err == OK)
			try.err = run(try.conn, COPYING_SET, &flag);
	}
	return swapped ? OK : try.err;
}

enum err
shadow_clean(struct db *db)
{
	enum err err = schema_change(db, SWAP_FORGET);
	return err == OK ? empty(db) : err;
}
