/* SPDX-License-Identifier: MIT */
#include "tools/load/load.h"

#include "base/mem.h"

enum { ROOM_ADD };

static const struct db_field room_fields[] = {
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

static const struct db_statement statements[] = {
	[ROOM_ADD] = {"INSERT INTO room (id, host_id, name, description, city, capacity, price,"
                      " currency, language, status, version, created_at, updated_at)"
                      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      DB_TAKES(room_fields)},
};

static const struct db_table table = {"load_rooms", NULL, DB_STATEMENTS(statements)};

static enum err
rooms_add(const struct loader *loader, const struct room rooms[], size_t n)
{
	struct db_try try = db_begin(loader->room, DB_WRITE);
	while (db_next(&try))
		try.err = db_run_many(try.conn, &table, ROOM_ADD, rooms, sizeof(*rooms), n, NULL);
	return try.err;
}

/* The rooms, and the events that their registration would have published. */
static enum err
rooms_make(const struct loader *loader, uint64_t i, size_t n, struct room rooms[],
           struct event events[])
{
	enum err err = OK;
	for (size_t k = 0; err == OK && k < n; k++) {
		err = demo_room(&loader->demo, i + k, &rooms[k]);
		if (err != OK)
			break;
		const struct origin origin = {
			.caller = {.id = rooms[k].host_id, .roles = ROLE_HOST}};
		err = event_about_room(EVENT_ROOM_REGISTERED, &rooms[k], &origin, &events[k]);
	}
	return err;
}

enum err
load_rooms(const struct loader *loader, uint64_t i, size_t n)
{
	CLEANUP(free_p) struct room *rooms = calloc(n, sizeof(*rooms));
	CLEANUP(free_p) struct event *events = calloc(n, sizeof(*events));
	if (!rooms || !events)
		return ERR_MEMORY;
	enum err err = rooms_make(loader, i, n, rooms, events);
	if (err == OK)
		err = rooms_add(loader, rooms, n);
	if (err == OK)
		err = loader->mypages.merge(loader->mypages.self, events, n);
	if (err == OK)
		err = load_labels(loader, events, n);
	/* Last: from here on the rooms can be booked. */
	return err == OK ? loader->books.offers_apply(loader->books.self, events, n) : err;
}
