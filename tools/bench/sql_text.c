/* SPDX-License-Identifier: MIT */
#include "tools/bench/sql_text.h"

#include <inttypes.h>
#include <stdbool.h>

#define NIGHTS 3
#define GUESTS 997

/* As long as an event. */
#define EVENT_100                                                    \
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdef" \
	"ghijklmnopqrstuvwxyzabcdefghijklmnopqrstuv"
#define EVENT EVENT_100 EVENT_100 EVENT_100 EVENT_100 EVENT_100 EVENT_100 EVENT_100

const char sql_text_make_tables[] =
	"DROP DATABASE IF EXISTS " SQL_DATABASE ";CREATE DATABASE " SQL_DATABASE
	";USE " SQL_DATABASE ";CREATE TABLE book (id BIGINT PRIMARY KEY, room_id BIGINT,"
	" guest_id BIGINT, start_date DATE, end_date DATE, price BIGINT, status INT,"
	" version INT DEFAULT 1, name VARCHAR(100), KEY (guest_id, status), KEY (room_id, "
	"start_date));"
	"CREATE TABLE night (room_id BIGINT, night DATE, book_id BIGINT,"
	" PRIMARY KEY (room_id, night));"
	"CREATE TABLE payment (id BIGINT AUTO_INCREMENT PRIMARY KEY, book_id BIGINT UNIQUE,"
	" price BIGINT, status INT);"
	"CREATE TABLE outbox (id BIGINT AUTO_INCREMENT PRIMARY KEY, type VARCHAR(32), body TEXT)";

const char sql_text_drop_tables[] = "DROP DATABASE " SQL_DATABASE;

static const char *
comma(bool first)
{
	return first ? "" : ",";
}

static enum err
hold_add(struct buf *text, uint64_t first, uint64_t n)
{
	enum err err =
		buf_addf(text, "INSERT INTO book (id, room_id, guest_id, start_date, end_date,"
	                       " price, status, name) VALUES ");
	for (uint64_t id = first; err == OK && id < first + n; id++)
		err = buf_addf(text,
		               "%s(%" PRIu64 ",%" PRIu64 ",%" PRIu64
		               ",'2027-01-01','2027-01-04',4500,1,'Kim Hana')",
		               comma(id == first), id, id, id % GUESTS);
	if (err == OK)
		err = buf_addf(text, ";INSERT INTO night (room_id, night, book_id) VALUES ");
	for (uint64_t i = 0; err == OK && i < n * NIGHTS; i++)
		err = buf_addf(text, "%s(%" PRIu64 ",'2027-01-0%" PRIu64 "',%" PRIu64 ")",
		               comma(i == 0), first + i / NIGHTS, 1 + i % NIGHTS,
		               first + i / NIGHTS);
	return err;
}

static enum err
event_add(struct buf *text, const char *type, uint64_t n)
{
	enum err err = buf_addf(text, ";INSERT INTO outbox (type, body) VALUES ");
	for (uint64_t i = 0; err == OK && i < n; i++)
		err = buf_addf(text, "%s('%s','" EVENT "')", comma(i == 0), type);
	return err;
}

static enum err
approve_add(struct buf *text, uint64_t first, uint64_t n)
{
	enum err err = buf_addf(text, "INSERT INTO payment (book_id, price, status) VALUES ");
	for (uint64_t id = first; err == OK && id < first + n; id++)
		err = buf_addf(text, "%s(%" PRIu64 ",4500,1)", comma(id == first), id);
	return err == OK ? event_add(text, "PaymentApproved", n) : err;
}

static enum err
settle_add(struct buf *text, uint64_t first, uint64_t n)
{
	enum err err = buf_addf(text, "UPDATE book SET status = 2, version = 2"
	                              " WHERE status = 1 AND id IN (");
	for (uint64_t id = first; err == OK && id < first + n; id++)
		err = buf_addf(text, "%s%" PRIu64, comma(id == first), id);
	if (err == OK)
		err = buf_addf(text, ")");
	return err == OK ? event_add(text, "Booked", n) : err;
}

enum err
sql_text_stage(struct buf *text, enum sql_stage stage, uint64_t first, uint64_t n)
{
	static enum err (*const adds[SQL_STAGES])(struct buf *, uint64_t, uint64_t) = {
		[SQL_HOLD] = hold_add,
		[SQL_APPROVE] = approve_add,
		[SQL_SETTLE] = settle_add,
	};
	buf_reset(text);
	enum err err = buf_addf(text, "BEGIN;");
	if (err == OK)
		err = adds[stage](text, first, n);
	return err == OK ? buf_addf(text, ";COMMIT") : err;
}
