/* room_closing - the part of the rooms' store that deletes: intents, and how they end. */
#include "adapters/mariadb/room/room_closing.h"

#include "adapters/mariadb/room/room_row.h"
#include "base/mem.h"

enum { CLOSING_PUT, CLOSING_STEP_BACK, CLOSING_DROP_EMPTY, CLOSING_DROP, CLOSINGS_OF_AGE };

/* ---- statements ---- */

struct closing {
	uint64_t room_id;
	bool cancel_bookings;
	struct origin origin;
};

static const struct db_field closing_fields[] = {
	DB_FIELD(struct closing, room_id),
	DB_FIELD(struct closing, cancel_bookings),
	DB_FIELD(struct closing, origin.caller.id),
	DB_FIELD(struct closing, origin.caller.roles),
	DB_FIELD(struct closing, origin.request_id),
	DB_FIELD(struct closing, origin.traceparent),
	DB_FIELD(struct closing, origin.causation_id),
};

struct age_args {
	uint64_t age_us;
	uint32_t max;
};

static const struct db_field age_fields[] = {
	DB_FIELD(struct age_args, age_us),
	DB_FIELD(struct age_args, max),
};

/* What stands yields to whoever asks for at least as much. */
/* clang-format off */
#define STRONGER(column)                                                              \
	column " = IF(VALUES(cancel_bookings) >= cancel_bookings,"                    \
	" VALUES(" column "), " column "), "

static const struct db_statement statements[] = {
	[CLOSING_PUT] = {
		"INSERT INTO room_closing (room_id, cancel_bookings, asked_at, caller_id,"
		" caller_roles, request_id, traceparent, causation_id)"
		" VALUES (?, ?, UTC_TIMESTAMP(3), ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
		STRONGER("caller_id") STRONGER("caller_roles") STRONGER("request_id")
		STRONGER("traceparent") STRONGER("causation_id")
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
	[CLOSINGS_OF_AGE] = {
		"SELECT room_id, cancel_bookings, caller_id, caller_roles, request_id,"
		" traceparent, causation_id FROM room_closing"
		" WHERE asked_at <= UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND"
		" ORDER BY asked_at, room_id LIMIT ?",
		DB_TAKES(age_fields), DB_GIVES(struct closing, closing_fields)},
};
/* clang-format on */

const struct db_table room_closing_table = {"room_closing", DB_CONTEXTS("room"),
                                            DB_STATEMENTS(statements)};

/* ---- the ways of an intent ---- */

struct begin {
	struct closing closing;
	uint64_t host_id, if_version;
};

static enum err
begin_work(struct db_conn *conn, void *arg)
{
	const struct begin *begin = arg;
	struct room room;
	enum err err = room_row_lock_own(conn, begin->closing.room_id, begin->host_id,
	                                 begin->if_version, &room);
	if (err != OK)
		return err;
	return db_run(conn, &room_closing_table, CLOSING_PUT, &begin->closing, NULL);
}

enum err
room_closing_store_begin(void *self, uint64_t id, uint64_t host_id, uint64_t if_version,
                         bool cancel_bookings, const struct origin *origin)
{
	struct begin begin = {
		.closing = {.room_id = id, .cancel_bookings = cancel_bookings, .origin = *origin},
		.host_id = host_id,
		.if_version = if_version};
	return db_transact(self, begin_work, &begin);
}

struct finish {
	uint64_t id;
	const struct origin *origin;
	struct room room;
};

static enum err
finish_work(struct db_conn *conn, void *arg)
{
	struct finish *finish = arg;
	enum err err = room_row_lock(conn, finish->id, &finish->room);
	if (err == OK)
		err = db_run(conn, &room_closing_table, CLOSING_DROP, &finish->id, NULL);
	if (err != OK || finish->room.status == ROOM_DELETED)
		return err;
	finish->room.status = ROOM_DELETED;
	return room_row_change(conn, EVENT_ROOM_DELETED, finish->origin, &finish->room);
}

enum err
room_closing_store_finish(void *self, uint64_t id, const struct origin *origin,
                          struct room *ret_room)
{
	struct finish finish = {.id = id, .origin = origin};
	enum err err = db_transact_again(self, finish_work, &finish);
	if (err == OK)
		*ret_room = finish.room;
	return err;
}

/* Another request may stand behind the same intent, and may have closed the room at book by now:
 * the intent goes with the last of them. One that cancels bookings is never refused because of
 * them, so whoever withdraws is not the one it stands for. */
static enum err
withdraw_work(struct db_conn *conn, void *arg)
{
	enum err err = db_run(conn, &room_closing_table, CLOSING_STEP_BACK, arg, NULL);
	return err == OK ? db_run(conn, &room_closing_table, CLOSING_DROP_EMPTY, arg, NULL) : err;
}

enum err
room_closing_store_withdraw(void *self, uint64_t id)
{
	return db_transact(self, withdraw_work, &id);
}

struct closings {
	struct age_args args;
	struct closing *list;
	size_t n;
};

static enum err
closings_work(struct db_conn *conn, void *arg)
{
	struct closings *closings = arg;
	return db_list(conn, &room_closing_table, CLOSINGS_OF_AGE, &closings->args, closings->list,
	               closings->args.max, &closings->n);
}

enum err
room_closing_store_list(void *self, uint32_t age_ms, size_t max,
                        void (*visit)(void *arg, uint64_t room_id, bool cancel_bookings,
                                      const struct origin *origin),
                        void *arg)
{
	CLEANUP(free_p) struct closing *list = calloc(max + 1, sizeof(*list));
	struct closings closings = {
		.args = {.age_us = UINT64_C(1000) * age_ms, .max = (uint32_t)max}, .list = list};
	if (!list)
		return ERR_MEMORY;
	enum err err = db_look(self, closings_work, &closings);
	for (size_t i = 0; err == OK && i < closings.n; i++)
		visit(arg, list[i].room_id, list[i].cancel_bookings, &list[i].origin);
	return err;
}
