/* SPDX-License-Identifier: MIT */
/* room_closing - the intents to close a room. */
#include "adapters/mariadb/room/room_closing.h"

#include "adapters/mariadb/idempotency.h"
#include "adapters/mariadb/room/room_row.h"
#include "base/mem.h"

enum {
	CLOSING_PUT,
	CLOSING_FIND,
	CLOSING_STEP_BACK,
	CLOSING_DROP_EMPTY,
	CLOSING_DROP,
	CLOSINGS_OF_AGE
};

/* ---- statements ---- */

struct closing {
	uint64_t room_id;
	bool cancel_bookings;
	struct origin origin;
	struct key_columns key;
};

static const struct db_field closing_fields[] = {
	DB_FIELD(struct closing, room_id),
	DB_FIELD(struct closing, cancel_bookings),
	DB_FIELD(struct closing, origin.caller.id),
	DB_FIELD(struct closing, origin.caller.roles),
	DB_FIELD(struct closing, origin.request_id),
	DB_FIELD(struct closing, origin.traceparent),
	DB_FIELD(struct closing, origin.causation_id),
	DB_FIELD(struct closing, key.scope),
	DB_FIELD(struct closing, key.key),
	DB_FIELD(struct closing, key.fingerprint),
};

struct age_args {
	uint64_t age_us;
	uint32_t max;
};

static const struct db_field age_fields[] = {
	DB_FIELD(struct age_args, age_us),
	DB_FIELD(struct age_args, max),
};

/* A stored intent is replaced by one that asks for at least as much. */
/* clang-format off */
#define COLUMNS                                                                       \
	"room_id, cancel_bookings, caller_id, caller_roles, request_id, traceparent,"  \
	" causation_id, key_scope, idempotency_key, fingerprint"
#define STRONGER(column)                                                              \
	column " = IF(VALUES(cancel_bookings) >= cancel_bookings,"                    \
	" VALUES(" column "), " column "), "

static const struct db_statement statements[] = {
	[CLOSING_PUT] = {
		"INSERT INTO room_closing (room_id, cancel_bookings, asked_at, caller_id,"
		" caller_roles, request_id, traceparent, causation_id, key_scope,"
		" idempotency_key, fingerprint)"
		" VALUES (?, ?, UTC_TIMESTAMP(3), ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE "
		STRONGER("caller_id") STRONGER("caller_roles") STRONGER("request_id")
		STRONGER("traceparent") STRONGER("causation_id") STRONGER("key_scope")
		STRONGER("idempotency_key") STRONGER("fingerprint")
		"cancel_bookings = GREATEST(cancel_bookings, VALUES(cancel_bookings)),"
		" asked_at = VALUES(asked_at), requests = requests + 1",
		DB_TAKES(closing_fields)},
	[CLOSING_STEP_BACK] = {
		"UPDATE room_closing SET requests = requests - 1"
		" WHERE room_id = ? AND cancel_bookings = FALSE",
		DB_TAKES(db_u64_field)},
	[CLOSING_DROP_EMPTY] = {
		"DELETE FROM room_closing WHERE room_id = ? AND requests = 0",
		DB_TAKES(db_u64_field)},
	[CLOSING_DROP] = {
		"DELETE FROM room_closing WHERE room_id = ?",
		DB_TAKES(db_u64_field)},
	[CLOSING_FIND] = {
		"SELECT " COLUMNS " FROM room_closing WHERE room_id = ?",
		DB_TAKES(db_u64_field), DB_GIVES(struct closing, closing_fields)},
	[CLOSINGS_OF_AGE] = {
		"SELECT " COLUMNS " FROM room_closing WHERE asked_at <= UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND"
		" ORDER BY asked_at, room_id LIMIT ?",
		DB_TAKES(age_fields), DB_GIVES(struct closing, closing_fields)},
};
/* clang-format on */

const struct db_table room_closing_table = {"room_closing", DB_CONTEXTS("room"),
                                            DB_STATEMENTS(statements)};

/* ---- operations ---- */

enum err
room_closing_store_begin(void *self, const struct room_closing *begun)
{
	const struct closing closing = {.room_id = begun->room_id,
	                                .cancel_bookings = begun->cancel_bookings,
	                                .origin = begun->origin,
	                                .key = key_columns_of(&begun->key)};
	struct room room;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		try.err = room_row_lock_own(try.conn, begun->room_id, begun->host_id,
		                            &begun->condition, &room);
		if (try.err == OK)
			try.err =
				db_run(try.conn, &room_closing_table, CLOSING_PUT, &closing, NULL);
	}
	return try.err;
}

/* The keys of the request and of the intent, which may be another's. */
static enum err
keys_store(struct db_conn *conn, const struct room_closing *finished)
{
	struct closing closing;
	struct idempotency key;
	enum err err = idempotency_ensure(conn, &finished->key, finished->room_id);
	if (err == OK)
		err = db_find(conn, &room_closing_table, CLOSING_FIND, &finished->room_id,
		              &closing);
	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	err = key_columns_read(&closing.key, &key);
	return err == OK ? idempotency_ensure(conn, &key, finished->room_id) : err;
}

enum err
room_closing_store_finish(void *self, const struct room_closing *closing, struct room *ret_room)
{
	struct room room = {0};
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = room_row_lock(try.conn, closing->room_id, &room);
		if (try.err == OK)
			try.err = keys_store(try.conn, closing);
		if (try.err == OK)
			try.err = db_run(try.conn, &room_closing_table, CLOSING_DROP,
			                 &closing->room_id, NULL);
		if (try.err != OK || room.status == ROOM_DELETED)
			continue;
		room.status = ROOM_DELETED;
		try.err = room_row_change(try.conn, EVENT_ROOM_DELETED, &closing->origin, &room);
	}
	if (try.err == OK)
		*ret_room = room;
	return try.err;
}

/* Another request may have joined the same intent and may have closed the room at book by now: only
 * the last one to withdraw removes the intent. A request that cancels bookings is never refused
 * because of them, so a withdrawal is never its own. */
enum err
room_closing_store_withdraw(void *self, uint64_t id)
{
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		try.err = db_run(try.conn, &room_closing_table, CLOSING_STEP_BACK, &id, NULL);
		if (try.err == OK)
			try.err = db_run(try.conn, &room_closing_table, CLOSING_DROP_EMPTY, &id,
			                 NULL);
	}
	return try.err;
}

enum err
room_closing_store_list(void *self, uint32_t age_ms, size_t max,
                        void (*visit)(void *arg, const struct room_closing *closing), void *arg)
{
	const struct age_args args = {.age_us = UINT64_C(1000) * age_ms, .max = (uint32_t)max};
	CLEANUP(free_p) struct closing *list = calloc(max + 1, sizeof(*list));
	size_t n = 0;
	if (!list)
		return ERR_MEMORY;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = db_list(try.conn, &room_closing_table, CLOSINGS_OF_AGE, &args, list, max,
		                  &n);
	enum err err = try.err;
	for (size_t i = 0; err == OK && i < n; i++) {
		struct room_closing closing = {.room_id = list[i].room_id,
		                               .cancel_bookings = list[i].cancel_bookings,
		                               .origin = list[i].origin};
		err = key_columns_read(&list[i].key, &closing.key);
		if (err == OK)
			visit(arg, &closing);
	}
	return err;
}
