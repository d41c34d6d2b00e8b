/* copy - the copy of mypage's view. */
#include "tools/rebuild/copy.h"

#include <string.h>

#define CHUNK 10000 /* bookings compared by one statement */

enum query {
	COPYING_LOCK,
	COPYING_SET,
	COPY_EMPTY,
	COPY_NAMES_EMPTY,
	LAST_BOOK,
	ROWS_COMPARE,
	ROWS_ADDED,
	ROWS_DIFFERENT,
	NAMES_COMPARE,
	NAMES_ADDED,
	TABLES_EXCHANGE,
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

/* Of two versions of a row, where n may not be there. */
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
	SAME("end_date") " AND " SAME("status") ")"                                   \
	" OR n.pay_sequence = m.pay_sequence AND NOT (" SAME("pay_id") " AND "        \
	SAME("pay_status") ") OR n.book_sequence = m.book_sequence"                   \
	" AND n.pay_sequence = m.pay_sequence AND n.updated_at <> m.updated_at)"

static const struct db_statement queries[] = {
	[COPYING_LOCK] = {
		"SELECT copying FROM rebuild WHERE id = 1 FOR UPDATE",
		DB_GIVES(struct flag, flag_fields)},
	[COPYING_SET] = {"UPDATE rebuild SET copying = ? WHERE id = 1", DB_TAKES(flag_fields)},
	[COPY_EMPTY] = {.sql = "TRUNCATE TABLE mypage_next"},
	[COPY_NAMES_EMPTY] = {.sql = "TRUNCATE TABLE room_name_next"},
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
		"SELECT m.book_id" BOTH RANGE " AND " DIFFERENT " ORDER BY m.book_id LIMIT 10",
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
	[TABLES_EXCHANGE] = {
		.sql = "RENAME TABLE mypage TO mypage_swap, mypage_next TO mypage,"
		" mypage_swap TO mypage_next, room_name TO room_name_swap,"
		" room_name_next TO room_name, room_name_swap TO room_name_next"},
};
/* clang-format on */

static const struct db_table copy_table = {"copy", NULL, DB_STATEMENTS(queries)};

/* ---- feeding ---- */

static enum err
run(struct db_conn *conn, enum query query, const void *args)
{
	return db_run(conn, &copy_table, query, args, NULL);
}

/* Waits for those who are merging under the old flag. */
static enum err
copying_set_work(struct db_conn *conn, void *arg)
{
	struct flag before;
	enum err err = db_find(conn, &copy_table, COPYING_LOCK, NULL, &before);
	return err == OK ? run(conn, COPYING_SET, arg) : err;
}

static enum err
copying_set(struct db *db, bool on)
{
	struct flag flag = {.on = on};
	return db_transact_again(db, copying_set_work, &flag);
}

static enum err
empty_work(struct db_conn *conn, void *arg)
{
	(void)arg;
	enum err err = run(conn, COPY_EMPTY, NULL);
	return err == OK ? run(conn, COPY_NAMES_EMPTY, NULL) : err;
}

enum err
copy_begin(struct db *db)
{
	enum err err = copying_set(db, false);
	if (err == OK)
		err = db_look(db, empty_work, NULL);
	return err == OK ? copying_set(db, true) : err;
}

enum err
copy_give_up(struct db *db)
{
	return copying_set(db, false);
}

/* ---- range by range ---- */

typedef enum err range_work(struct db_conn *conn, const struct range *range, void *arg);

struct walk {
	range_work *work;
	void *arg;
	struct range range;
	uint64_t last;
};

static enum err
last_work(struct db_conn *conn, void *arg)
{
	struct walk *walk = arg;
	return db_find(conn, &copy_table, LAST_BOOK, NULL, &walk->last);
}

static enum err
step_work(struct db_conn *conn, void *arg)
{
	struct walk *walk = arg;
	return walk->work(conn, &walk->range, walk->arg);
}

/* Each range is a transaction of its own. */
static enum err
ranges_walk(struct db *db, range_work *work, void *arg)
{
	struct walk walk = {.work = work, .arg = arg};
	enum err err = db_look(db, last_work, &walk);
	for (uint64_t after = 0; err == OK && after < walk.last; after += CHUNK) {
		walk.range = (struct range){.after = after, .until = after + CHUNK};
		err = db_transact_again(db, step_work, &walk);
	}
	return err;
}

/* ---- comparing ---- */

static void
count(struct copy_difference *difference, const struct counts *counts, uint64_t added)
{
	difference->rows += counts->rows;
	difference->behind += counts->behind;
	difference->ahead += counts->ahead + added;
	difference->different += counts->different;
}

static enum err
examples_add(struct db_conn *conn, const struct range *range, struct copy_difference *difference)
{
	uint64_t found[COPY_EXAMPLES];
	size_t n;
	enum err err = db_list(conn, &copy_table, ROWS_DIFFERENT, range, found, COPY_EXAMPLES, &n);
	for (size_t i = 0; err == OK && i < n && difference->n_examples < COPY_EXAMPLES; i++)
		difference->examples[difference->n_examples++] = found[i];
	return err;
}

static enum err
compare_range(struct db_conn *conn, const struct range *range, void *arg)
{
	struct copy_difference difference = *(struct copy_difference *)arg;
	struct counts counts;
	uint64_t added;
	enum err err = db_find(conn, &copy_table, ROWS_COMPARE, range, &counts);
	if (err == OK)
		err = db_find(conn, &copy_table, ROWS_ADDED, range, &added);
	if (err == OK && counts.different)
		err = examples_add(conn, range, &difference);
	if (err != OK)
		return err;
	count(&difference, &counts, added);
	*(struct copy_difference *)arg = difference;
	return OK;
}

static enum err
names_compare_work(struct db_conn *conn, void *arg)
{
	struct counts counts;
	uint64_t added;
	enum err err = db_find(conn, &copy_table, NAMES_COMPARE, NULL, &counts);
	if (err == OK)
		err = db_find(conn, &copy_table, NAMES_ADDED, NULL, &added);
	if (err == OK)
		count(arg, &counts, added);
	return err;
}

enum err
copy_compare(struct db *db, struct copy_difference *ret_difference)
{
	struct copy_difference difference = {.rows = 0};
	enum err err = ranges_walk(db, compare_range, &difference);
	if (err == OK)
		err = db_look(db, names_compare_work, &difference);
	if (err == OK)
		*ret_difference = difference;
	return err;
}

/* ---- exchanging ---- */

struct swap {
	struct db *db;
	bool exchanged;
};

static enum err
exchange_work(struct db_conn *conn, void *arg)
{
	(void)arg;
	return run(conn, TABLES_EXCHANGE, NULL);
}

/* Nobody merges meanwhile: the row is locked. The exchange commits by itself, so it has a
 * connection of its own, and is not done again when the rest is tried again. */
static enum err
swap_work(struct db_conn *conn, void *arg)
{
	struct swap *swap = arg;
	struct flag flag;
	enum err err = db_find(conn, &copy_table, COPYING_LOCK, NULL, &flag);
	if (err == OK && !swap->exchanged) {
		err = db_look(swap->db, exchange_work, NULL);
		swap->exchanged = err == OK;
	}
	flag.on = false;
	return err == OK ? run(conn, COPYING_SET, &flag) : err;
}

enum err
copy_swap(struct db *db)
{
	struct swap swap = {.db = db};
	enum err err = db_transact_again(db, swap_work, &swap);
	return err == OK ? db_look(db, empty_work, NULL) : err;
}
