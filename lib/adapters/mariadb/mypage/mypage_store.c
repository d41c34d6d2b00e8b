/* SPDX-License-Identifier: MIT */
#include "adapters/mariadb/mypage/mypage_store.h"

#include "adapters/mariadb/listing.h"
#include "adapters/mariadb/projection.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Beside those of enum ownership: everything of a guest or a host, which most requests want. Without the filters
 * the optimiser takes half as long. */
enum list_kind { ALL_OF_GUEST = OWNERSHIP_MAX, ALL_OF_HOST, LIST_KINDS };

enum {
	ROW_ENSURE,
	BOOK_PART_MERGE,
	PAY_PART_MERGE,
	ROOM_NAME_MERGE,
	ROW_ENSURE_COPY,
	BOOK_PART_MERGE_COPY,
	PAY_PART_MERGE_COPY,
	ROOM_NAME_MERGE_COPY,
	COPYING_FIND,
	MYPAGE_FIND,
	PROGRESS_FIND,
	PROGRESS_PUT,
	LIST_COUNT, /* the first of enum list_kind */
	LIST = LIST_COUNT +
	       LIST_KINDS, /* the first of enum list_kind, each of the sorts, each ascending
	                                 * and descending */
};

/* ---- statements ---- */

/* The column is NULL for "none". */
static const char *
pay_word(unsigned status)
{
	return status < PAYMENT_STATUS_MAX ? payment_status_name((enum payment_status)status)
	                                   : "none";
}

static const struct db_field book_part_fields[] = {
	DB_FIELD(struct book, id),
	DB_FIELD(struct book, version),
	DB_FIELD(struct book, room_id),
	DB_FIELD(struct book, host_id),
	DB_FIELD(struct book, guest_id),
	DB_FIELD(struct book, contact.name),
	DB_FIELD(struct book, price),
	DB_FIELD(struct book, currency),
	DB_FIELD(struct book, stay.start),
	DB_FIELD(struct book, stay.end),
	DB_ENUM(struct book, status, book_status_name, BOOK_STATUS_MAX),
	DB_FIELD(struct book, key_version),
	DB_FIELD(struct book, updated_at),
};

static const struct db_field pay_part_fields[] = {
	DB_FIELD(struct payment, book_id),
	DB_FIELD(struct payment, version),
	DB_NULLABLE(struct payment, id),
	DB_ENUM(struct payment, status, pay_word, PAY_NONE + 1),
	DB_FIELD(struct payment, updated_at),
};

static const struct db_field room_name_fields[] = {
	DB_FIELD(struct room, id),
	DB_FIELD(struct room, version),
	DB_FIELD(struct room, name),
};

/* A row as it is shown, with how old it can be: both are of one moment. */
struct shown_row {
	struct mypage mypage;
	instant_t caught_up_at; /* 0: the view has never caught up */
};

static const struct db_field row_fields[] = {
	DB_FIELD(struct shown_row, mypage.book_id),
	DB_FIELD(struct shown_row, mypage.version),
	DB_FIELD(struct shown_row, mypage.room_id),
	DB_NULLABLE(struct shown_row, mypage.room_name),
	DB_FIELD(struct shown_row, mypage.host_id),
	DB_FIELD(struct shown_row, mypage.guest_id),
	DB_FIELD(struct shown_row, mypage.guest_name),
	DB_NULLABLE(struct shown_row, mypage.pay_id),
	DB_FIELD(struct shown_row, mypage.price),
	DB_FIELD(struct shown_row, mypage.currency),
	DB_FIELD(struct shown_row, mypage.stay.start),
	DB_FIELD(struct shown_row, mypage.stay.end),
	DB_ENUM(struct shown_row, mypage.status, book_status_name, BOOK_STATUS_MAX),
	DB_ENUM(struct shown_row, mypage.pay_status, pay_word, PAY_NONE + 1),
	DB_FIELD(struct shown_row, mypage.key_version),
	DB_FIELD(struct shown_row, mypage.updated_at),
	DB_NULLABLE(struct shown_row, caught_up_at),
};

struct list_args {
	uint64_t owner_id;
	uint64_t key_book_id; /* OWNED_BY_GUEST_OR_KEY_HOLDER */
	uint32_t key_version; /* the same, and OWNED_BY_KEY_HOLDER */
	struct stay_filter filter;
	bool of_any_status, of_any_pay_status;
	enum book_status status;
	enum payment_status pay_status;
	struct window window;
};

#define LIST_FIELDS                                                                          \
	DB_STAY_FILTER(struct list_args, filter), DB_FIELD(struct list_args, of_any_status), \
		DB_ENUM(struct list_args, status, book_status_name, BOOK_STATUS_MAX),        \
		DB_FIELD(struct list_args, of_any_pay_status),                               \
		DB_ENUM(struct list_args, pay_status, pay_word, PAY_NONE + 1),               \
		DB_WINDOW(struct list_args, window)

static const struct db_field all_fields[] = {DB_FIELD(struct list_args, owner_id),
                                             DB_WINDOW(struct list_args, window)};
static const struct db_field list_fields[] = {DB_FIELD(struct list_args, owner_id), LIST_FIELDS};
static const struct db_field key_list_fields[] = {
	DB_FIELD(struct list_args, owner_id), DB_FIELD(struct list_args, key_version), LIST_FIELDS};
static const struct db_field both_list_fields[] = {
	DB_FIELD(struct list_args, owner_id), DB_FIELD(struct list_args, key_book_id),
	DB_FIELD(struct list_args, key_version), LIST_FIELDS};

struct progress {
	instant_t caught_up_at;
};

static const struct db_field progress_fields[] = {DB_FIELD(struct progress, caught_up_at)};

struct copying {
	bool on;
};

static const struct db_field copying_fields[] = {DB_FIELD(struct copying, on)};

#define COLUMNS                                                                             \
	"SELECT m.book_id, m.book_sequence, m.room_id, r.name, m.host_id, m.guest_id,"      \
	" m.guest_name, m.pay_id, m.price, m.currency, m.start_date, m.end_date, m.status," \
	" COALESCE(m.pay_status, 'none'), m.key_version, m.updated_at,"                     \
	" (SELECT caught_up_at FROM progress WHERE id = 1)"
#define NAMED        " LEFT JOIN room_name r ON r.room_id = m.room_id"
#define ROWS         " FROM mypage m" NAMED " WHERE "
#define ROWS_OF(key) " FROM mypage m" DB_ALONG_OWNER NAMED " WHERE m." key " = ?"

/* A row without its book part belongs to no caller: NULL equals no number. */
#define NARROWED                    \
	DB_STAYS("m.", "m.book_id") \
	" AND (? OR m.status = ?)"  \
	" AND (? OR COALESCE(m.pay_status, 'none') = ?)"
#define OF_GUEST      ROWS_OF("guest_id") NARROWED
#define OF_HOST       ROWS_OF("host_id") NARROWED
#define OF_KEY_HOLDER ROWS "m.book_id = ? AND m.book_sequence > 0 AND m.key_version = ?" NARROWED
#define OF_BOTH                                                                              \
	ROWS "m.book_sequence > 0 AND (m.guest_id = ? OR m.book_id = ? AND m.key_version = " \
	     "?)" NARROWED
#define OF_ANYBODY ROWS "? IS NOT NULL AND m.book_sequence > 0" NARROWED

/* clang-format off */
#define PAGE_TAKING(fields, owned, order)                                             \
	{                                                                             \
		COLUMNS owned " ORDER BY " order " LIMIT ? OFFSET ?",                    \
		DB_TAKES(fields),                                                     \
		DB_GIVES(struct shown_row, row_fields)                                   \
	}
#define ALL_PAGE(owned, order) PAGE_TAKING(all_fields, owned, order)
#define PAGE(owned, order)     PAGE_TAKING(list_fields, owned, order)
#define KEY_PAGE(owned, order) PAGE_TAKING(key_list_fields, owned, order)
#define BOTH_PAGE(owned, order) PAGE_TAKING(both_list_fields, owned, order)
#define FIRST(kind)            (LIST + 2 * MYPAGE_SORT_MAX * (kind))
#define SORTED(kind, page, owned, sort, column)                                       \
	DB_SORTED(FIRST(kind), sort, page, owned, column, "m.book_id")
#define LISTS(kind, page, fields, owned)                                         \
	[LIST_COUNT + (kind)] = {"SELECT COUNT(*)" owned, DB_TAKES_ALL_BUT_WINDOW(fields),   \
	                              DB_GIVES(uint64_t, db_u64_field)},              \
	SORTED(kind, page, owned, MYPAGE_SORT_BOOK_ID, "m.book_id"),             \
	SORTED(kind, page, owned, MYPAGE_SORT_START_DATE, "m.start_date"),       \
	SORTED(kind, page, owned, MYPAGE_SORT_PRICE, "m.price"),                 \
	SORTED(kind, page, owned, MYPAGE_SORT_UPDATED_AT, "m.updated_at")

#define BOOK_NEWER(column) DB_NEWER("book_sequence", column) ", "
#define PAY_NEWER(column)  DB_NEWER("pay_sequence", column) ", "
#define CHANGED(sequence)                                                             \
	"updated_at = IF(VALUES(" sequence ") > " sequence                            \
	", GREATEST(updated_at, VALUES(updated_at)), updated_at), " DB_NEWEST(sequence)

/* The time is that of no event, so the first event that is merged replaces it. */
#define ROW_INTO(table)                                                               \
	{                                                                             \
		"INSERT INTO " table " (book_id, updated_at) VALUES (?, '1970-01-01')" \
		" ON DUPLICATE KEY UPDATE book_id = VALUES(book_id)",                 \
		DB_TAKES(db_u64_field)                                                \
	}
#define BOOK_PART_INTO(table)                                                         \
	{                                                                             \
		"INSERT INTO " table " (book_id, book_sequence, room_id, host_id,"    \
		" guest_id, guest_name, price, currency, start_date, end_date,"       \
		" status, key_version, updated_at, book_applied_at)"                  \
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3))"   \
		" ON DUPLICATE KEY UPDATE "                                           \
		BOOK_NEWER("room_id") BOOK_NEWER("host_id") BOOK_NEWER("guest_id")    \
		BOOK_NEWER("guest_name") BOOK_NEWER("price") BOOK_NEWER("currency")   \
		BOOK_NEWER("start_date") BOOK_NEWER("end_date") BOOK_NEWER("status")  \
		BOOK_NEWER("key_version")                                             \
		BOOK_NEWER("book_applied_at") CHANGED("book_sequence"),               \
		DB_TAKES(book_part_fields)                                            \
	}
#define PAY_PART_INTO(table)                                                          \
	{                                                                             \
		"INSERT INTO " table " (book_id, pay_sequence, pay_id, pay_status,"   \
		" updated_at, pay_applied_at)"                                        \
		" VALUES (?, ?, ?, NULLIF(?, 'none'), ?, UTC_TIMESTAMP(3))"           \
		" ON DUPLICATE KEY UPDATE "                                           \
		PAY_NEWER("pay_id") PAY_NEWER("pay_status")                           \
		PAY_NEWER("pay_applied_at") CHANGED("pay_sequence"),                  \
		DB_TAKES(pay_part_fields)                                             \
	}
#define ROOM_NAME_INTO(table)                                                         \
	{                                                                             \
		"INSERT INTO " table " (room_id, sequence, name) VALUES (?, ?, ?)"    \
		" ON DUPLICATE KEY UPDATE "                                           \
		DB_NEWER("sequence", "name") ", " DB_NEWEST("sequence"),              \
		DB_TAKES(room_name_fields)                                            \
	}

static const struct db_statement statements[] = {
	[ROW_ENSURE] = ROW_INTO("mypage"),
	[BOOK_PART_MERGE] = BOOK_PART_INTO("mypage"),
	[PAY_PART_MERGE] = PAY_PART_INTO("mypage"),
	[ROOM_NAME_MERGE] = ROOM_NAME_INTO("room_name"),
	[ROW_ENSURE_COPY] = ROW_INTO("mypage_next"),
	[BOOK_PART_MERGE_COPY] = BOOK_PART_INTO("mypage_next"),
	[PAY_PART_MERGE_COPY] = PAY_PART_INTO("mypage_next"),
	[ROOM_NAME_MERGE_COPY] = ROOM_NAME_INTO("room_name_next"),
	[COPYING_FIND] = {
		"SELECT copying FROM rebuild WHERE id = 1 LOCK IN SHARE MODE",
		DB_GIVES(struct copying, copying_fields)},
	[MYPAGE_FIND] = {
		COLUMNS ROWS "m.book_id = ? AND m.book_sequence > 0",
		DB_TAKES(db_u64_field), DB_GIVES(struct shown_row, row_fields)},
	[PROGRESS_FIND] = {
		"SELECT caught_up_at FROM progress WHERE id = 1",
		DB_GIVES(struct progress, progress_fields)},
	[PROGRESS_PUT] = {
		"INSERT INTO progress (id, caught_up_at) VALUES (1, ?)"
		" ON DUPLICATE KEY UPDATE " DB_NEWEST("caught_up_at"),
		DB_TAKES(progress_fields)},
	LISTS(ALL_OF_GUEST, ALL_PAGE, all_fields, ROWS_OF("guest_id")),
	LISTS(ALL_OF_HOST, ALL_PAGE, all_fields, ROWS_OF("host_id")),
	LISTS(OWNED_BY_GUEST, PAGE, list_fields, OF_GUEST),
	LISTS(OWNED_BY_HOST, PAGE, list_fields, OF_HOST),
	LISTS(OWNED_BY_KEY_HOLDER, KEY_PAGE, key_list_fields, OF_KEY_HOLDER),
	LISTS(OWNED_BY_GUEST_OR_KEY_HOLDER, BOTH_PAGE, both_list_fields, OF_BOTH),
	LISTS(OWNED_BY_ANYBODY, PAGE, list_fields, OF_ANYBODY),
};
/* clang-format on */

const struct db_table mypage_table = {"mypage", DB_CONTEXTS("mypage"), DB_STATEMENTS(statements)};

/* ---- merging ---- */

enum target { VIEW, COPY, TARGET_MAX };

static const struct merges {
	unsigned ensure, book, pay, room;
} merges[TARGET_MAX] = {
	[VIEW] = {ROW_ENSURE, BOOK_PART_MERGE, PAY_PART_MERGE, ROOM_NAME_MERGE},
	[COPY] = {ROW_ENSURE_COPY, BOOK_PART_MERGE_COPY, PAY_PART_MERGE_COPY, ROOM_NAME_MERGE_COPY},
};

/* What events bring, in the order of projection_order(). */
struct news {
	struct room *rooms;
	struct book *books;
	struct payment *payments;
	uint64_t *ids; /* of bookings, each once */
	size_t n_rooms, n_books, n_payments, n_ids;
};

static void
news_done(struct news *news)
{
	free(news->rooms);
	free(news->books);
	free(news->payments);
	free(news->ids);
}

static void
news_add(struct news *news, const struct event *event)
{
	uint64_t id = event->data.book.id; /* a snapshot of an owner has no correlation_id */
	switch (event_kinds[event->type].aggregate) {
	case AGGREGATE_ROOM: news->rooms[news->n_rooms++] = event->data.room; return;
	case AGGREGATE_BOOK: news->books[news->n_books++] = event->data.book; break;
	case AGGREGATE_PAYMENT: {
		struct payment *payment = &news->payments[news->n_payments++];
		*payment = event->data.payment;
		id = payment->book_id;
		if (payment->status == PAY_VOIDED) { /* shows nothing, but its sequence counts */
			payment->id = 0;
			payment->status = PAY_NONE;
		}
	}
	}
	if (!news->n_ids || news->ids[news->n_ids - 1] != id)
		news->ids[news->n_ids++] = id;
}

static enum err
news_read(const struct event events[], size_t n, struct news *ret_news)
{
	CLEANUP(free_p) const struct event **ordered = NULL;
	enum err err = projection_order(events, n, &ordered);
	if (err != OK)
		return err;
	*ret_news = (struct news){.rooms = calloc(n, sizeof(*ret_news->rooms)),
	                          .books = calloc(n, sizeof(*ret_news->books)),
	                          .payments = calloc(n, sizeof(*ret_news->payments)),
	                          .ids = calloc(n, sizeof(*ret_news->ids))};
	if (!ret_news->rooms || !ret_news->books || !ret_news->payments || !ret_news->ids)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++)
		news_add(ret_news, ordered[i]);
	return OK;
}

/* First the rows of all bookings are there, and locked in their order; so two consumers cannot wait for each
 * other, whose bookings come in one order and payments in another. */
static enum err
news_merge(struct db_conn *conn, const struct news *news, enum target target)
{
	const struct merges *to = &merges[target];
	enum err err = db_run_many(conn, &mypage_table, to->room, news->rooms, sizeof(*news->rooms),
	                           news->n_rooms, NULL);
	if (err == OK)
		err = db_run_many(conn, &mypage_table, to->ensure, news->ids, sizeof(*news->ids),
		                  news->n_ids, NULL);
	if (err == OK)
		err = db_run_many(conn, &mypage_table, to->book, news->books, sizeof(*news->books),
		                  news->n_books, NULL);
	if (err == OK)
		err = db_run_many(conn, &mypage_table, to->pay, news->payments,
		                  sizeof(*news->payments), news->n_payments, NULL);
	return err;
}

/* While a copy is being filled it gets what the view gets, in the same transaction. The row that
 * says so stays locked until the commit: a rebuild that changes the row knows that no transaction
 * acts on its old value. */
static enum err
mypage_store_merge(void *self, const struct event events[], size_t n)
{
	CLEANUP(news_done) struct news news = {.n_ids = 0};
	enum err err = n ? news_read(events, n, &news) : OK;
	if (err != OK || n == 0)
		return err;
	struct copying copying;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = db_find(try.conn, &mypage_table, COPYING_FIND, NULL, &copying);
		if (try.err == OK)
			try.err = news_merge(try.conn, &news, VIEW);
		if (try.err == OK && copying.on)
			try.err = news_merge(try.conn, &news, COPY);
	}
	return try.err;
}

enum err
mypage_copy_merge(struct db *db, const struct event events[], size_t n)
{
	CLEANUP(news_done) struct news news = {.n_ids = 0};
	enum err err = n ? news_read(events, n, &news) : OK;
	if (err != OK || n == 0)
		return err;
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = news_merge(try.conn, &news, COPY);
	return try.err;
}

static enum err
mypage_store_caught_up(void *self, instant_t at)
{
	const struct progress progress = {.caught_up_at = at};
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = db_run(try.conn, &mypage_table, PROGRESS_PUT, &progress, NULL);
	return try.err;
}

/* ---- reading ---- */

static enum err
mypage_store_find(void *self, uint64_t book_id, const struct caller *caller,
                  struct mypage *ret_mypage, instant_t *ret_as_of)
{
	struct shown_row found = {.caught_up_at = 0};
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = db_find(try.conn, &mypage_table, MYPAGE_FIND, &book_id, &found);
	if (try.err != OK)
		return try.err;
	const struct parties parties = mypage_parties(&found.mypage);
	if (caller && !caller_owns(caller, &parties))
		return ERR_NOT_FOUND;
	*ret_mypage = found.mypage;
	*ret_as_of = found.caught_up_at;
	return OK;
}

/* A page without rows says nothing of its age. Then that is read, and the page once more, so that it is no older. */
static enum err
page_find(struct db_conn *conn, const struct listing_query *query, struct rows *rows)
{
	struct progress progress = {.caught_up_at = 0};
	enum err err = listing_fetch_page(conn, query, rows);
	if (err != OK)
		return err;
	if (rows->n) {
		*query->as_of = ((const struct shown_row *)rows->items)->caught_up_at;
		return OK;
	}
	err = db_find(conn, &mypage_table, PROGRESS_FIND, NULL, &progress);
	*query->as_of = err == OK ? progress.caught_up_at : 0;
	return err == OK || err == ERR_NOT_FOUND ? listing_fetch_page(conn, query, rows) : err;
}

static unsigned
kind_of(enum ownership ownership, bool whole)
{
	if (whole && ownership == OWNED_BY_GUEST)
		return ALL_OF_GUEST;
	return whole && ownership == OWNED_BY_HOST ? (unsigned)ALL_OF_HOST : (unsigned)ownership;
}

static struct list_args
args_of(enum ownership ownership, const struct mypage_list *list)
{
	const bool any_status = list->status == BOOK_STATUS_MAX;
	const bool any_pay_status = list->pay_status == PAYMENT_STATUS_MAX;
	return (struct list_args){.owner_id = caller_owner_id(&list->caller, ownership),
	                          .key_book_id = list->caller.key_book_id,
	                          .key_version = list->caller.key_version,
	                          .filter = list->filter,
	                          .of_any_status = any_status,
	                          .of_any_pay_status = any_pay_status,
	                          .status = any_status ? BOOK_BOOKED : list->status,
	                          .pay_status = any_pay_status ? PAY_NONE : list->pay_status,
	                          .window = window_of(&list->paging)};
}

static enum err
mypage_store_list(void *self, const struct mypage_list *list,
                  void (*visit)(void *arg, const struct mypage *mypage), void *arg,
                  uint64_t *ret_total, instant_t *ret_as_of)
{
	const enum ownership ownership = caller_ownership(&list->caller, list->filter.book_id);
	const struct list_args args = args_of(ownership, list);
	const bool whole = args.of_any_status && args.of_any_pay_status &&
	                   list_is_whole(ownership, args.owner_id, &list->filter);
	const unsigned kind = kind_of(ownership, whole);
	instant_t as_of = 0;
	const struct listing_query query = {.table = &mypage_table,
	                                    .count = LIST_COUNT + kind,
	                                    .first = LIST + 2 * MYPAGE_SORT_MAX * kind,
	                                    .args = &args,
	                                    .paging = &list->paging,
	                                    .all_of = whole ? &args.owner_id : NULL,
	                                    .as_of = &as_of};
	CLEANUP(rows_done) struct rows rows = {.n = 0};
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try)) {
		try.err = page_find(try.conn, &query, &rows);
		if (try.err == OK)
			try.err = listing_fetch_total(try.conn, &query, &rows, ret_total);
	}
	if (try.err != OK)
		return try.err;
	*ret_as_of = as_of;
	for (size_t i = 0; i < rows.n; i++)
		visit(arg, &((const struct shown_row *)rows.items)[i].mypage);
	return OK;
}

struct mypage_store
mypage_store_mariadb(struct db *db)
{
	return (struct mypage_store){
		.self = db,
		.merge = mypage_store_merge,
		.find = mypage_store_find,
		.list = mypage_store_list,
		.caught_up = mypage_store_caught_up,
	};
}
