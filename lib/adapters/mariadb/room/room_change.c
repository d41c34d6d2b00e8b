/* SPDX-License-Identifier: MIT */
/* room_change - writes, purges and reads the log of changed rooms. */
#include "adapters/mariadb/room/room_change.h"

#include "adapters/mariadb/id_list.h"
#include "base/clock.h"
#include "base/mem.h"

#define GAP_FIRST_MS  20
#define GAPS_AT_FIRST 256 /* below the first entry of a log without older ones */

enum { CHANGE_ADD, CHANGE_PURGE, CHANGE_BEGIN, CHANGE_HIGHEST, CHANGES_AFTER, CHANGES_IN };

/* ---- statements ---- */

struct change {
	uint64_t id, room_id;
};

static const struct db_field change_fields[] = {
	DB_FIELD(struct change, id),
	DB_FIELD(struct change, room_id),
};

struct page_args {
	uint64_t after;
	uint32_t max;
};

static const struct db_field page_args_fields[] = {
	DB_FIELD(struct page_args, after),
	DB_FIELD(struct page_args, max),
};

struct in_args {
	struct buf ids; /* a list */
	uint32_t max;
};

static const struct db_field in_args_fields[] = {
	DB_FIELD(struct in_args, ids),
	DB_FIELD(struct in_args, max),
};

struct purge_args {
	uint64_t age_us;
	uint32_t max;
};

static const struct db_field purge_fields[] = {
	DB_FIELD(struct purge_args, age_us),
	DB_FIELD(struct purge_args, max),
};

/* clang-format off */
static const struct db_statement statements[] = {
	[CHANGE_ADD] = {
		"INSERT INTO room_change (room_id, at) VALUES (?, UTC_TIMESTAMP(3))",
		DB_TAKES(db_u64_field)},
	[CHANGE_PURGE] = {
		"DELETE FROM room_change WHERE at < UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND"
		" ORDER BY at LIMIT ?",
		DB_TAKES(purge_fields)},
	[CHANGE_BEGIN] = {
		"SELECT CAST(COALESCE((SELECT id FROM room_change FORCE INDEX (by_age)"
		" WHERE at <= UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND"
		" ORDER BY at DESC, id DESC LIMIT 1), 0) AS UNSIGNED)",
		DB_TAKES(db_u64_field), DB_GIVES(uint64_t, db_u64_field)},
	[CHANGE_HIGHEST] = {
		"SELECT CAST(COALESCE(MAX(id), 0) AS UNSIGNED) FROM room_change",
		DB_GIVES(uint64_t, db_u64_field)},
	[CHANGES_AFTER] = {
		"SELECT id, room_id FROM room_change WHERE id > ? ORDER BY id LIMIT ?",
		DB_TAKES(page_args_fields), DB_GIVES(struct change, change_fields)},
	[CHANGES_IN] = {
		"SELECT STRAIGHT_JOIN id, room_id FROM " DB_ID_LIST
		" JOIN room_change ON id = wanted LIMIT ?",
		DB_TAKES(in_args_fields), DB_GIVES(struct change, change_fields)},
};
/* clang-format on */

const struct db_table room_change_table = {"room_change", DB_CONTEXTS("room"),
                                           DB_STATEMENTS(statements)};

/* ---- writing ---- */

enum err
room_change_add(struct db_conn *conn, const uint64_t room_ids[], size_t n)
{
	return db_run_many(conn, &room_change_table, CHANGE_ADD, room_ids, sizeof(*room_ids), n,
	                   NULL);
}

enum err
room_change_purge(void *self, size_t max, size_t *ret_n)
{
	const struct purge_args args = {.age_us = UINT64_C(1000) * ROOM_CHANGE_KEEP_MS,
	                                .max = (uint32_t)max};
	uint64_t rows = 0;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try))
		try.err = db_run(try.conn, &room_change_table, CHANGE_PURGE, &args, &rows);
	if (try.err == OK)
		*ret_n = (size_t)rows;
	return try.err;
}

/* ---- reading ---- */

static enum err
number_read(struct db *db, unsigned statement, const void *args, uint64_t *ret_number)
{
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try))
		try.err = db_find(try.conn, &room_change_table, statement, args, ret_number);
	return try.err;
}

/* Numbers up to that of an entry so old are committed or never will be; what is missing above it is looked for. */
enum err
room_change_begin(struct db *db, struct room_change_reader *reader)
{
	const uint64_t late_us = UINT64_C(1000) * ROOM_CHANGE_LATE_MS;
	uint64_t seen = 0;
	enum err err = number_read(db, CHANGE_BEGIN, &late_us, &seen);
	if (err != OK)
		return err;
	reader->seen = reader->ahead = seen;
	reader->n_gaps = reader->n_ahead = 0;
	return OK;
}

enum err
room_change_is_other(struct db *db, const struct room_change_reader *reader, bool *ret_other)
{
	uint64_t highest = 0;
	enum err err = number_read(db, CHANGE_HIGHEST, NULL, &highest);
	if (err == OK)
		*ret_other = highest > 0 && highest < reader->seen;
	return err;
}

/* The numbers between the last entry and this one may be those of transactions that have not committed yet. */
static enum err
gaps_note(struct room_change_reader *reader, uint64_t id)
{
	const int64_t now = monotonic_ms();
	uint64_t missing = reader->ahead + 1;
	if (reader->ahead == 0 && id > GAPS_AT_FIRST)
		missing = id - GAPS_AT_FIRST;
	for (; missing < id; missing++) {
		if (reader->n_ahead == ROOM_CHANGE_GAPS_MAX)
			return ERR_TOO_LARGE;
		reader->gaps[reader->n_ahead++] =
			(struct room_change_gap){.id = missing,
		                                 .until_ms = now + ROOM_CHANGE_LATE_MS,
		                                 .next_ms = now + GAP_FIRST_MS,
		                                 .pause_ms = GAP_FIRST_MS};
	}
	return OK;
}

struct reading {
	struct room_change_reader *reader;
	uint64_t *room_ids;
	size_t n;
	uint32_t page; /* at most, of missing numbers and of entries */
};

static int
gap_compare(const void *id, const void *gap)
{
	const uint64_t x = *(const uint64_t *)id, y = ((const struct room_change_gap *)gap)->id;
	return (x > y) - (x < y);
}

static enum err
missing_take(void *row, void *arg)
{
	const struct change *change = row;
	struct reading *reading = arg;
	struct room_change_gap *gap = /* they ascend */
		bsearch(&change->id, reading->reader->gaps, reading->reader->n_gaps, sizeof(*gap),
	                gap_compare);
	if (!gap)
		return ERR_BUG_HERE();
	gap->found = true;
	reading->room_ids[reading->n++] = change->room_id;
	return OK;
}

/* One that is due is looked for again after a longer pause. */
static void
gaps_postpone(struct room_change_reader *reader, int64_t now)
{
	for (size_t i = 0; i < reader->n_gaps; i++) {
		struct room_change_gap *gap = &reader->gaps[i];
		if (gap->found || gap->next_ms > now)
			continue;
		gap->pause_ms *= 2;
		gap->next_ms = now + gap->pause_ms;
	}
}

/* Lists the missing numbers that are due, or all. How many. */
static size_t
gaps_want(struct room_change_reader *reader, bool all, int64_t now)
{
	size_t n = 0;
	for (size_t i = 0; i < reader->n_gaps; i++) {
		reader->gaps[i].found = false;
		if (all || reader->gaps[i].next_ms <= now)
			reader->wanted[n++] = reader->gaps[i].id;
	}
	return n;
}

static enum err
gaps_look(struct db_conn *conn, struct reading *reading, bool all)
{
	CLEANUP(buf_done) struct buf list = BUF_INIT(ID_LIST_BYTES(ROOM_CHANGE_GAPS_MAX));
	struct room_change_reader *reader = reading->reader;
	const int64_t now = monotonic_ms();
	const size_t n = gaps_want(reader, all, now);
	struct change change;
	if (!n)
		return OK;
	enum err err = id_list_write(reader->wanted, n, &list);
	if (err == OK)
		err = db_each(conn, &room_change_table, CHANGES_IN,
		              &(struct in_args){list, reading->page}, &change, missing_take,
		              reading);
	if (err == OK && reading->n < reading->page) /* otherwise some were not looked for */
		gaps_postpone(reader, now);
	return err;
}

static enum err
entry_take(void *row, void *arg)
{
	const struct change *change = row;
	struct reading *reading = arg;
	enum err err = gaps_note(reading->reader, change->id);
	reading->room_ids[reading->n++] = change->room_id;
	reading->reader->ahead = change->id;
	return err;
}

static enum err
read_all(struct db_conn *conn, struct reading *reading, bool all_gaps)
{
	struct room_change_reader *reader = reading->reader;
	const struct page_args args = {.after = reader->seen, .max = reading->page};
	struct change change;
	reading->n = 0;
	reader->ahead = reader->seen;
	reader->n_ahead = reader->n_gaps;
	enum err err = gaps_look(conn, reading, all_gaps);
	return err == OK ? db_each(conn, &room_change_table, CHANGES_AFTER, &args, &change,
	                           entry_take, reading)
	                 : err;
}

static int
ids_compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static size_t
ids_unite(uint64_t ids[], size_t n)
{
	size_t kept = 0;
	qsort(ids, n, sizeof(*ids), ids_compare);
	for (size_t i = 0; i < n; i++)
		if (!kept || ids[kept - 1] != ids[i])
			ids[kept++] = ids[i];
	return kept;
}

enum err
room_change_read(struct db *db, struct room_change_reader *reader, bool all_gaps,
                 uint64_t room_ids[], size_t max, size_t *ret_n, bool *ret_more)
{
	struct reading reading = {
		.reader = reader, .room_ids = room_ids, .page = (uint32_t)(max / 2)};
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try))
		try.err = read_all(try.conn, &reading, all_gaps);
	if (try.err != OK)
		return try.err;
	*ret_more = reading.n >= reading.page;
	*ret_n = ids_unite(room_ids, reading.n);
	return OK;
}

void
room_change_accept(struct room_change_reader *reader)
{
	const int64_t now = monotonic_ms();
	size_t kept = 0;
	for (size_t i = 0; i < reader->n_ahead; i++)
		if (!reader->gaps[i].found && reader->gaps[i].until_ms > now)
			reader->gaps[kept++] = reader->gaps[i];
	reader->n_gaps = reader->n_ahead = kept;
	reader->seen = reader->ahead;
}
