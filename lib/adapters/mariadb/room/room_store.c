/* SPDX-License-Identifier: MIT */
/* room_store - registers, finds and changes rooms; the port. */
#include "adapters/mariadb/room/room_store.h"

#include "adapters/mariadb/idempotency.h"
#include "adapters/mariadb/listing.h"
#include "adapters/mariadb/room/room_change.h"
#include "adapters/mariadb/room/room_closing.h"
#include "adapters/mariadb/room/room_row.h"
#include "adapters/mariadb/room/room_search.h"
#include "base/mem.h"

#include <string.h>

/* A key finds what an earlier try has stored; without one, it may have been stored or not. */
static enum db_mode
mode_of(const struct idempotency *key)
{
	return idempotency_given(key) ? DB_IDEMPOTENT : DB_WRITE;
}

/* ---- keys ---- */

/* Rooms are never removed, so a key leads to one. */
static enum err
replayed_find(struct db_conn *conn, uint64_t id, struct room *ret_room)
{
	enum err err = room_row_find(conn, id, ret_room);
	return err == ERR_NOT_FOUND ? ERR_BUG_HERE() : err;
}

static enum err
room_store_replay(void *self, const struct idempotency *key, struct room *ret_room)
{
	struct room room = {0};
	uint64_t id;
	if (!idempotency_given(key))
		return ERR_NOT_FOUND;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try)) {
		try.err = idempotency_find(try.conn, key, &id);
		if (try.err == OK)
			try.err = replayed_find(try.conn, id, &room);
	}
	if (try.err == OK)
		*ret_room = room;
	return try.err;
}

/* ---- registering ---- */

static enum err
enter_one(struct db_conn *conn, const struct room *asked, const struct idempotency *key,
          const struct origin *origin, struct room *ret_room, bool *ret_replayed)
{
	uint64_t id;
	enum err err = idempotency_find(conn, key, &id);
	*ret_replayed = err == OK;
	if (err == OK)
		return replayed_find(conn, id, ret_room);
	if (err != ERR_NOT_FOUND)
		return err;
	*ret_room = *asked;
	err = room_row_add(conn, origin, ret_room);
	return err == OK ? idempotency_add(conn, key, ret_room->id) : err;
}

static enum err
room_store_enter(void *self, const struct room *room, const struct idempotency *key,
                 const struct origin *origin, struct room *ret_room, bool *ret_replayed)
{
	struct room entered = {0};
	bool replayed = false;
	struct db_try try = db_begin(self, mode_of(key));
	while (db_next(&try))
		try.err = enter_one(try.conn, room, key, origin, &entered, &replayed);
	if (try.err != OK)
		return try.err;
	*ret_room = entered;
	*ret_replayed = replayed;
	return OK;
}

/* The key leads to the first of the rooms. */
static enum err
enter_many(struct db_conn *conn, const struct room rooms[], size_t n, const struct idempotency *key,
           const struct origin *origin, bool *ret_replayed)
{
	uint64_t first = 0;
	enum err err = idempotency_find(conn, key, &first);
	*ret_replayed = err == OK;
	if (err != ERR_NOT_FOUND)
		return err;
	err = OK;
	for (size_t i = 0; err == OK && i < n; i++) {
		struct room room = rooms[i];
		err = room_row_add(conn, origin, &room);
		first = i ? first : room.id;
	}
	return err == OK ? idempotency_add(conn, key, first) : err;
}

static enum err
room_store_enter_all(void *self, const struct room rooms[], size_t n, const struct idempotency *key,
                     const struct origin *origin, bool *ret_replayed)
{
	bool replayed = false;
	struct db_try try = db_begin(self, mode_of(key));
	while (db_next(&try))
		try.err = enter_many(try.conn, rooms, n, key, origin, &replayed);
	if (try.err == OK)
		*ret_replayed = replayed;
	return try.err;
}

/* ---- reading ---- */

static enum err
room_store_find(void *self, uint64_t id, struct room *ret_room)
{
	struct room found = {0};
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = room_row_find(try.conn, id, &found);
	if (try.err == OK)
		*ret_room = found;
	return try.err;
}

static enum err
room_store_snapshot(void *self, const struct keyset_page *page,
                    void (*visit)(void *arg, const struct room *room), void *arg)
{
	CLEANUP(rows_done) struct rows rows = {0};
	enum err err = room_row_snapshot(self, page, &rows);
	ROWS_SHOW(&rows, struct room, visit, arg);
	return err;
}

/* ---- changing ---- */

/* All requests with one key name the same room, so the lock of its row serializes them. */
static enum err
room_change(struct db_conn *conn, const struct room_change *change, struct room *ret_room,
            bool *ret_replayed)
{
	uint64_t id;
	enum err own =
		room_row_lock_own(conn, change->id, change->host_id, &change->condition, ret_room);
	if (own != OK && own != ERR_NOT_FOUND && own != ERR_VERSION_CONFLICT)
		return own;
	enum err err = idempotency_find(conn, &change->key, &id);
	*ret_replayed = err == OK;
	if (err == OK)
		return id == change->id ? OK : ERR_BUG_HERE();
	if (err != ERR_NOT_FOUND || own != OK)
		return err != ERR_NOT_FOUND ? err : own;
	err = OK;
	if (room_set_members(ret_room, change->members, &change->to))
		err = room_row_change(conn, EVENT_ROOM_CHANGED, &change->origin, ret_room);
	return err == OK ? idempotency_add(conn, &change->key, change->id) : err;
}

/* A change without a condition may be made twice: the second time it changes nothing. */
static enum err
room_store_change(void *self, const struct room_change *change, struct room *ret_room,
                  bool *ret_replayed)
{
	struct room room = {0};
	bool replayed = false;
	struct db_try try =
		db_begin(self, precondition_given(&change->condition) ? mode_of(&change->key)
	                                                              : DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = room_change(try.conn, change, &room, &replayed);
	if (try.err != OK)
		return try.err;
	*ret_room = room;
	*ret_replayed = replayed;
	return OK;
}

/* ---- the port ---- */

struct room_store
room_store_mariadb(struct db *db)
{
	return (struct room_store){
		.self = db,
		.replay = room_store_replay,
		.enter = room_store_enter,
		.enter_all = room_store_enter_all,
		.find = room_store_find,
		.change = room_store_change,
		.search = room_search_store_search,
		.snapshot = room_store_snapshot,
		.calendar = room_search_store_calendar,
		.closing_begin = room_closing_store_begin,
		.closing_finish = room_closing_store_finish,
		.closing_withdraw = room_closing_store_withdraw,
		.closings = room_closing_store_list,
		.stays_apply = room_search_store_stays_apply,
		.keys_purge = idempotency_purge,
		.changes_purge = room_change_purge,
	};
}
