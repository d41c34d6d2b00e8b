/* SPDX-License-Identifier: MIT */
/*
 * room_row - reads, locks and changes the row of a room, with its event. Inside this folder only.
 */
#ifndef ADAPTERS_MARIADB_ROOM_ROOM_ROW_H
#define ADAPTERS_MARIADB_ROOM_ROOM_ROW_H

#include "adapters/mariadb/listing.h"
#include "domain/event.h"

extern const struct db_table room_table;

/* The members of struct room in the order of the columns. */
#define ROOM_FIELDS 13
extern const struct db_field room_fields[ROOM_FIELDS];
#define ROOM_COLUMNS                                                                        \
	"r.id, r.host_id, r.name, r.description, r.city, r.capacity, r.price, r.currency, " \
	"r.language, r.status, r.version, r.created_at, r.updated_at"

/* Stores an Open room as its version 1, with RoomRegistered; fills the rest of *room. */
MUST_CHECK enum err room_row_add(struct db_conn *conn, const struct origin *origin,
                                 struct room *room);

/* ERR_NOT_FOUND. */
MUST_CHECK enum err room_row_find(struct db_conn *conn, uint64_t id, struct room *ret_room);

/* The same, and locks it until the transaction ends. ERR_NOT_FOUND. */
MUST_CHECK enum err room_row_lock(struct db_conn *conn, uint64_t id, struct room *ret_room);

/* The next rooms, Deleted ones too; see keyset_fetch(). */
MUST_CHECK enum err room_row_snapshot(struct db *db, const struct keyset_page *page,
                                      struct rows *ret_rows);

/* Locks an Open room of a host that is as the condition demands. ERR_NOT_FOUND; ERR_VERSION_CONFLICT,
 * with which *ret_room is filled too. */
MUST_CHECK enum err room_row_lock_own(struct db_conn *conn, uint64_t id, uint64_t host_id,
                                      const struct precondition *condition, struct room *ret_room);

/* Stores a locked room as its next version, with the event. */
MUST_CHECK enum err room_row_change(struct db_conn *conn, enum event_type type,
                                    const struct origin *origin, struct room *room);

#endif
