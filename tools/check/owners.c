/* SPDX-License-Identifier: MIT */
#include "tools/check/owners.h"

#include "adapters/mariadb/book/book_store.h"
#include "adapters/mariadb/pay/payment_store.h"
#include "adapters/mariadb/room/room_store.h"
#include "base/mem.h"

#include <stdlib.h>

#define PAGE_SIZE 100

static enum err
open_one(const struct db_options *options, const char *context, struct db **ret_db)
{
	struct db_options of_context = *options;
	CLEANUP(buf_done) struct buf name = BUF_INIT(sizeof(of_context.name));
	enum err err = buf_addf(&name, "hotel_%s", context);
	if (err == OK)
		err = text_copy(of_context.name, sizeof(of_context.name), name.data);
	return err == OK ? db_open(&of_context, NULL, ret_db) : err;
}

enum err
owners_open(const struct db_options *options, struct owners *ret_owners)
{
	*ret_owners = (struct owners){0};
	enum err err = open_one(options, "room", &ret_owners->room);
	if (err == OK)
		err = open_one(options, "book", &ret_owners->book);
	return err == OK ? open_one(options, "pay", &ret_owners->pay) : err;
}

void
owners_close(struct owners *owners)
{
	db_close(owners->room);
	db_close(owners->book);
	db_close(owners->pay);
}

/* ---- versions ---- */

enum { CHANGES };

static const struct db_field change_fields[] = {
	DB_FIELD(struct fact, aggregate),
	DB_FIELD(struct fact, id),
	DB_FIELD(struct fact, version),
	DB_FIELD(struct fact, at),
};

/* The numbers are those of enum aggregate. */
static const struct db_statement queries[] = {
	[CHANGES] = {"SELECT CAST(0 AS UNSIGNED), id, version, updated_at FROM hotel_room.room"
                     " UNION ALL SELECT 1, book_id, version, at FROM hotel_book.book_step"
                     "  WHERE to_status <> 'Requested' OR version > 1"
                     " UNION ALL SELECT 2, id, version, updated_at FROM hotel_pay.payment"
                     "  WHERE status <> 'PayVoided'",
                     DB_GIVES(struct fact, change_fields)},
};

static const struct db_table owners_table = {"owners", NULL, DB_STATEMENTS(queries)};

static enum err
change_add(void *row, void *arg)
{
	return facts_add(arg, row);
}

enum err
owners_changes(struct db *db, struct facts *changes)
{
	struct fact row = {0};
	const size_t before = changes->n;
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try)) {
		changes->n = before;
		try.err =
			db_each(try.conn, &owners_table, CHANGES, NULL, &row, change_add, changes);
	}
	return try.err;
}

/* ---- contents ---- */

/* The aggregates of one owner, page by page. */
struct reading {
	struct facts *contents;
	struct event *event; /* for the digest */
	uint64_t last;       /* the highest id so far */
	size_t n;            /* aggregates on the page */
	enum err err;
};

static void
content_add(struct reading *reading, enum aggregate aggregate, uint64_t id, uint64_t version,
            instant_t at)
{
	struct fact fact = {.aggregate = aggregate, .id = id, .version = version, .at = at};
	reading->last = id;
	reading->n++;
	if (reading->err == OK)
		reading->err = fact_digest(reading->event, fact.digest);
	if (reading->err == OK)
		reading->err = facts_add(reading->contents, &fact);
}

static void
room_add(void *arg, const struct room *room)
{
	struct reading *reading = arg;
	reading->event->type = EVENT_ROOM_CHANGED;
	reading->event->data.room = *room;
	content_add(reading, AGGREGATE_ROOM, room->id, room->version, room->updated_at);
}

static void
book_add(void *arg, const struct book *book)
{
	struct reading *reading = arg;
	reading->event->type = EVENT_BOOKED;
	reading->event->data.book = *book;
	content_add(reading, AGGREGATE_BOOK, book->id, book->version, book->updated_at);
}

static void
payment_add(void *arg, const struct payment *payment)
{
	struct reading *reading = arg;
	reading->event->type = EVENT_PAYMENT_APPROVED;
	reading->event->data.payment = *payment;
	content_add(reading, AGGREGATE_PAYMENT, payment->id, payment->version, payment->updated_at);
}

#define READ_ALL(store, visit, reading)                                                         \
	do {                                                                                    \
		const struct keyset_page page_ = {.after = (reading)->last, .size = PAGE_SIZE}; \
		(reading)->n = 0;                                                               \
		enum err err_ = (store).snapshot((store).self, &page_, visit, reading);         \
		(reading)->err = err_ == OK ? (reading)->err : err_;                            \
	} while ((reading)->err == OK && (reading)->n > 0)

enum err
owners_contents(const struct owners *owners, struct facts *contents)
{
	const struct room_store rooms = room_store_mariadb(owners->room);
	CLEANUP(book_store_mariadb_close) struct book_store books = {.self = NULL};
	CLEANUP(payment_store_mariadb_close) struct payment_store payments = {.self = NULL};
	CLEANUP(free_p) struct event *event = calloc(1, sizeof(*event));
	enum err err = event ? book_store_mariadb(owners->book, &books) : ERR_MEMORY;
	if (err == OK)
		err = payment_store_mariadb(owners->pay, &payments);
	if (err != OK)
		return err;
	struct reading reading = {.contents = contents, .event = event};
	READ_ALL(rooms, room_add, &reading);
	reading.last = 0;
	if (reading.err == OK)
		READ_ALL(books, book_add, &reading);
	reading.last = 0;
	if (reading.err == OK)
		READ_ALL(payments, payment_add, &reading);
	return reading.err;
}
