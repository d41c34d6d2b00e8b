/* SPDX-License-Identifier: MIT */
/* outbox - events to be published, stored with the change, claimed by a relay. */
#include "adapters/mariadb/outbox.h"

#include "adapters/json/event.h"
#include "adapters/mariadb/id_list.h"
#include "adapters/mariadb/projection.h"
#include "base/mem.h"

#include <string.h>

enum {
	OUTBOX_ADD,
	OUTBOX_CLAIMABLE,
	OUTBOX_LEASE,
	OUTBOX_REMOVE,
	OUTBOX_RELEASE,
	OUTBOX_BACKLOG,
	OUTBOX_ERASE,
};

/* An event as it is stored. */
struct new_row {
	enum event_type type;
	const char *message_id;
	uint64_t correlation_id;
	instant_t time;
	struct buf body;
};

/* An event as it is claimed: the column is body, not row.body. */
struct claimed {
	struct outbox_row row;
	struct buf body;
};

struct lease {
	struct buf ids; /* a list */
	const char *owner;
	uint32_t lease_s;
};

struct backlog {
	uint64_t rows;
	instant_t oldest;
};

static const char *
type_name(unsigned type)
{
	return type < EVENT_TYPE_MAX ? event_kinds[type].name : "?";
}

static const struct db_field add_fields[] = {
	DB_ENUM(struct new_row, type, type_name, EVENT_TYPE_MAX),
	DB_FIELD(struct new_row, message_id),
	DB_NULLABLE(struct new_row, correlation_id),
	DB_FIELD(struct new_row, time),
	DB_FIELD(struct new_row, body),
};

static const struct db_field claimed_fields[] = {
	DB_FIELD(struct claimed, row.id),
	DB_ENUM(struct claimed, row.type, type_name, EVENT_TYPE_MAX),
	DB_FIELD(struct claimed, row.message_id),
	DB_NULLABLE(struct claimed, row.correlation_id),
	DB_FIELD(struct claimed, row.time),
	DB_FIELD(struct claimed, body),
};

static const struct db_field lease_fields[] = {
	DB_FIELD(struct lease, ids),
	DB_FIELD(struct lease, owner),
	DB_FIELD(struct lease, lease_s),
};

static const struct db_field release_fields[] = {
	DB_FIELD(struct lease, ids),
	DB_FIELD(struct lease, owner),
};

static const struct db_field backlog_fields[] = {
	DB_FIELD(struct backlog, rows),
	DB_NULLABLE(struct backlog, oldest),
};

/* clang-format off */
static const struct db_statement statements[] = {
	[OUTBOX_ADD] = {
		"INSERT INTO outbox (type, message_id, correlation_id, time, body) VALUES (?, ?, ?, ?, ?)",
		DB_TAKES(add_fields)},
	[OUTBOX_CLAIMABLE] = {
		"SELECT id, type, message_id, correlation_id, time, body FROM outbox"
		" WHERE leased_until IS NULL OR leased_until <= NOW(3)"
		" ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED",
		DB_TAKES(db_u32_field), DB_GIVES(struct claimed, claimed_fields)},
	[OUTBOX_LEASE] = {
		"UPDATE " DB_ID_LIST " STRAIGHT_JOIN outbox ON id = wanted"
		" SET owner = ?, leased_until = NOW(3) + INTERVAL ? SECOND",
		DB_TAKES(lease_fields)},
	[OUTBOX_REMOVE] = {"DELETE FROM outbox WHERE id = ?", DB_TAKES(db_u64_field)},
	[OUTBOX_RELEASE] = {
		"UPDATE " DB_ID_LIST " STRAIGHT_JOIN outbox ON id = wanted AND owner = ?"
		" SET owner = NULL, leased_until = NULL",
		DB_TAKES(release_fields)},
	[OUTBOX_BACKLOG] = {
		"SELECT COUNT(*), MIN(time) FROM outbox", DB_GIVES(struct backlog, backlog_fields)},
	[OUTBOX_ERASE] = {
		"UPDATE outbox SET body = " DB_EVENT_ERASED("body") " WHERE correlation_id = ?",
		DB_TAKES(db_u64_field)},
};
/* clang-format on */

const struct db_table outbox_table = {"outbox", DB_CONTEXTS("book", "pay", "room"),
                                      DB_STATEMENTS(statements)};

static enum err
row_of_event(const struct event *event, struct new_row *ret_row)
{
	*ret_row = (struct new_row){.type = event->type,
	                            .message_id = event->id,
	                            .correlation_id = event->correlation_id,
	                            .time = event->time,
	                            .body = BUF_INIT(EVENT_BODY_MAX)};
	return event_write(event, &ret_row->body);
}

enum err
outbox_add(struct db_conn *conn, const struct event *event)
{
	struct new_row row;
	enum err err = row_of_event(event, &row);
	if (err == OK)
		err = db_run(conn, &outbox_table, OUTBOX_ADD, &row, NULL);
	buf_done(&row.body);
	return err;
}

enum err
outbox_add_many(struct db_conn *conn, const struct event events[], size_t n)
{
	CLEANUP(free_p) struct new_row *rows = calloc(n ? n : 1, sizeof(*rows));
	size_t written = 0;
	enum err err = rows ? OK : ERR_MEMORY;
	for (; err == OK && written < n; written++)
		err = row_of_event(&events[written], &rows[written]);
	if (err == OK)
		err = db_run_many(conn, &outbox_table, OUTBOX_ADD, rows, sizeof(*rows), n, NULL);
	for (size_t i = 0; i < written; i++)
		buf_done(&rows[i].body);
	return err;
}

static enum err
event_add_if_any(struct db_conn *conn, enum err made, const struct event *event)
{
	if (made == ERR_NOT_FOUND)
		return OK;
	return made == OK ? outbox_add(conn, event) : made;
}

enum err
outbox_add_room(struct db_conn *conn, enum event_type type, const struct room *room,
                const struct origin *origin)
{
	struct event event;
	const enum err made = event_about_room(type, room, origin, &event);
	return event_add_if_any(conn, made, &event);
}

enum err
outbox_add_book(struct db_conn *conn, const struct book *book, const struct origin *origin)
{
	struct event event;
	const enum err made = event_about_book(book, origin, &event);
	return event_add_if_any(conn, made, &event);
}

enum err
outbox_add_payment(struct db_conn *conn, const struct payment *payment, const struct origin *origin)
{
	struct event event;
	const enum err made = event_about_payment(payment, origin, &event);
	return event_add_if_any(conn, made, &event);
}

enum err
outbox_add_claim(struct db_conn *conn, const struct book *book, const struct origin *origin)
{
	struct event event;
	const enum err made = event_about_claim(book, origin, &event);
	return event_add_if_any(conn, made, &event);
}

enum err
outbox_add_claimed_payment(struct db_conn *conn, const struct payment *payment,
                           const struct origin *origin)
{
	struct event event;
	const enum err made = event_about_claimed_payment(payment, origin, &event);
	return event_add_if_any(conn, made, &event);
}

enum err
outbox_add_erasure(struct db_conn *conn, const struct book *book, const struct origin *origin)
{
	struct event event;
	enum err err = db_run(conn, &outbox_table, OUTBOX_ERASE, &book->id, NULL);
	if (err == OK)
		err = event_about_erasure(book, origin, &event);
	return err == OK ? outbox_add(conn, &event) : err;
}

/* ---- the relay's side ---- */

/* The rows that are being claimed. */
struct claim {
	uint64_t *ids; /* of the rows */
	struct outbox_row *rows;
	size_t n;
};

static void
claim_empty(struct claim *claim)
{
	for (size_t i = 0; i < claim->n; i++)
		free(claim->rows[i].body);
	claim->n = 0;
}

static enum err
row_claim(void *row, void *arg)
{
	const struct claimed *claimed = row;
	struct claim *claim = arg;
	struct outbox_row *to = &claim->rows[claim->n];
	*to = claimed->row;
	to->body_len = claimed->body.len;
	to->body = malloc(claimed->body.len + 1);
	if (!to->body)
		return ERR_MEMORY;
	memcpy(to->body, claimed->body.len ? claimed->body.data : "", claimed->body.len);
	to->body[to->body_len] = '\0';
	claim->ids[claim->n++] = to->id;
	return OK;
}

/* If the outcome is unknown, rows may stay claimed until the lease expires. */
static enum err
outbox_claim(void *self, const char *owner, uint32_t lease_s, size_t max,
             struct outbox_row ret_rows[], size_t *ret_n)
{
	const uint32_t limit = max < UINT32_MAX ? (uint32_t)max : UINT32_MAX;
	struct claimed row = {.body = BUF_INIT(EVENT_BODY_MAX)};
	CLEANUP(free_p) uint64_t *ids = calloc(limit ? limit : 1, sizeof(*ids));
	struct lease lease = {
		.ids = BUF_INIT(ID_LIST_BYTES(limit)), .owner = owner, .lease_s = lease_s};
	struct claim claim = {.ids = ids, .rows = ret_rows};
	if (!ids)
		return ERR_MEMORY;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		claim_empty(&claim);
		try.err = db_each(try.conn, &outbox_table, OUTBOX_CLAIMABLE, &limit, &row,
		                  row_claim, &claim);
		if (try.err == OK)
			try.err = id_list_write(ids, claim.n, &lease.ids);
		if (try.err == OK && claim.n)
			try.err = db_run(try.conn, &outbox_table, OUTBOX_LEASE, &lease, NULL);
	}
	buf_done(&row.body);
	buf_done(&lease.ids);
	if (try.err == OK)
		*ret_n = claim.n;
	else
		claim_empty(&claim);
	return try.err;
}

/* Removes by id, also under the lease of another relay: the broker has the event. A row that is
 * gone is skipped.
 */
static enum err
outbox_confirm(void *self, const uint64_t ids[], size_t n)
{
	if (!n)
		return OK;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = db_run_many(try.conn, &outbox_table, OUTBOX_REMOVE, ids, sizeof(*ids), n,
		                      NULL);
	return try.err;
}

static enum err
outbox_release(void *self, const char *owner, const uint64_t ids[], size_t n)
{
	struct lease lease = {.ids = BUF_INIT(ID_LIST_BYTES(n)), .owner = owner};
	if (!n)
		return OK;
	enum err err = id_list_write(ids, n, &lease.ids);
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = err == OK ? db_run(try.conn, &outbox_table, OUTBOX_RELEASE, &lease, NULL)
		                    : err;
	buf_done(&lease.ids);
	return try.err;
}

static enum err
outbox_backlog(void *self, uint64_t *ret_rows, instant_t *ret_oldest)
{
	struct backlog backlog = {0};
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = db_find(try.conn, &outbox_table, OUTBOX_BACKLOG, NULL, &backlog);
	if (try.err != OK)
		return try.err;
	*ret_rows = backlog.rows;
	*ret_oldest = backlog.oldest;
	return OK;
}

struct outbox
outbox_mariadb(struct db *db)
{
	return (struct outbox){
		.self = db,
		.claim = outbox_claim,
		.confirm = outbox_confirm,
		.release = outbox_release,
		.backlog = outbox_backlog,
	};
}
