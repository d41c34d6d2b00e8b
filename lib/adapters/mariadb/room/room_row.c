/* SPDX-License-Identifier: MIT */
/* room_row - the row of a room. */
#include "adapters/mariadb/room/room_row.h"

#include "adapters/mariadb/listing.h"
#include "adapters/mariadb/outbox.h"
#include "adapters/mariadb/room/room_change.h"

enum { ROOM_ADD, ROOM_FIND, ROOM_LOCK, ROOM_SNAPSHOT, ROOM_UPDATE };

const struct db_field room_fields[ROOM_FIELDS] = {
	DB_FIELD(struct room, id),
	DB_FIELD(struct room, host_id),
	DB_FIELD(struct room, name),
	DB_FIELD(struct room, description),
	DB_FIELD(struct room, city),
	DB_FIELD(struct room, capacity),
	DB_FIELD(struct room, price),
	DB_FIELD(struct room, currency),
	DB_FIELD(struct room, language),
	DB_ENUM(struct room, status, room_status_name, ROOM_STATUS_MAX),
	DB_FIELD(struct room, version),
	DB_FIELD(struct room, created_at),
	DB_FIELD(struct room, updated_at),
};

/* A new room has no id yet. */
#define ADD_FIELDS &room_fields[1], .n_params = ROOM_FIELDS - 1

static const struct db_field update_fields[] = {
	DB_FIELD(struct room, name),
	DB_FIELD(struct room, description),
	DB_FIELD(struct room, city),
	DB_FIELD(struct room, capacity),
	DB_FIELD(struct room, price),
	DB_ENUM(struct room, status, room_status_name, ROOM_STATUS_MAX),
	DB_FIELD(struct room, version),
	DB_FIELD(struct room, updated_at),
	DB_FIELD(struct room, id),
	DB_FIELD(struct room, version),
};

static const struct db_statement statements[] = {
	[ROOM_ADD] = {"INSERT INTO room (host_id, name, description, city, capacity, price,"
                      " currency, language, status, version, created_at, updated_at)"
                      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      .params = ADD_FIELDS},
	[ROOM_FIND] = {"SELECT " ROOM_COLUMNS " FROM room r WHERE r.id = ?", DB_TAKES(db_u64_field),
                       DB_GIVES(struct room, room_fields)},
	[ROOM_LOCK] = {"SELECT " ROOM_COLUMNS " FROM room r WHERE r.id = ? FOR UPDATE",
                       DB_TAKES(db_u64_field), DB_GIVES(struct room, room_fields)},
	[ROOM_SNAPSHOT] = {"SELECT " ROOM_COLUMNS
                           " FROM room r WHERE r.id > ? ORDER BY r.id LIMIT ?",
                           DB_TAKES(page_fields), DB_GIVES(struct room, room_fields)},
	[ROOM_UPDATE] = {"UPDATE room SET name = ?, description = ?, city = ?, capacity = ?,"
                         " price = ?, status = ?, version = ?, updated_at = ?"
                         " WHERE id = ? AND version = ? - 1",
                         DB_TAKES(update_fields)},
};

const struct db_table room_table = {"room", DB_CONTEXTS("room"), DB_STATEMENTS(statements)};

enum err
room_row_add(struct db_conn *conn, const struct origin *origin, struct room *room)
{
	room->status = ROOM_OPEN;
	room->version = 0;
	room_next_version(room, instant_now());
	enum err err = db_insert(conn, &room_table, ROOM_ADD, room, &room->id);
	if (err == OK)
		err = room_change_add(conn, &room->id, 1);
	return err == OK ? outbox_add_room(conn, EVENT_ROOM_REGISTERED, room, origin) : err;
}

enum err
room_row_find(struct db_conn *conn, uint64_t id, struct room *ret_room)
{
	return db_find(conn, &room_table, ROOM_FIND, &id, ret_room);
}

enum err
room_row_snapshot(struct db *db, const struct keyset_page *page, struct rows *ret_rows)
{
	return keyset_fetch(db, &room_table, ROOM_SNAPSHOT, page, ret_rows);
}

enum err
room_row_lock(struct db_conn *conn, uint64_t id, struct room *ret_room)
{
	return db_find(conn, &room_table, ROOM_LOCK, &id, ret_room);
}

enum err
room_row_lock_own(struct db_conn *conn, uint64_t id, uint64_t host_id,
                  const struct precondition *condition, struct room *ret_room)
{
	enum err err = room_row_lock(conn, id, ret_room);
	return err == OK ? room_check_change(ret_room, host_id, condition) : err;
}

enum err
room_row_change(struct db_conn *conn, enum event_type type, const struct origin *origin,
                struct room *room)
{
	room_next_version(room, instant_now());
	enum err err = db_change_locked(conn, &room_table, ROOM_UPDATE, room);
	if (err == OK)
		err = room_change_add(conn, &room->id, 1);
	return err == OK ? outbox_add_room(conn, type, room, origin) : err;
}
