/* SPDX-License-Identifier: MIT */
/* room_label - what texts say of rooms: the newest that their events had. */
#include "adapters/mariadb/alarm/notification_row.h"

#include "adapters/mariadb/projection.h"
#include "base/mem.h"

#include <string.h>

enum { LABEL_PUT, LABEL_FIND };

struct label_row {
	uint64_t room_id, sequence;
	struct room_label label;
};

static const struct db_field put_fields[] = {
	DB_FIELD(struct label_row, room_id),
	DB_FIELD(struct label_row, sequence),
	DB_FIELD(struct label_row, label.name),
	DB_FIELD(struct label_row, label.language),
};

static const struct db_field label_fields[] = {
	DB_FIELD(struct room_label, name),
	DB_FIELD(struct room_label, language),
};

/* clang-format off */
static const struct db_statement statements[] = {
	[LABEL_PUT] = {
		"INSERT INTO room_label (room_id, sequence, name, language) VALUES (?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE " DB_NEWER("sequence", "name") ","
		DB_NEWER("sequence", "language") "," DB_NEWEST("sequence"),
		DB_TAKES(put_fields)},
	[LABEL_FIND] = {
		"SELECT name, language FROM room_label WHERE room_id = ?",
		DB_TAKES(db_u64_field), DB_GIVES(struct room_label, label_fields)},
};
/* clang-format on */

const struct db_table room_label_table = {"room_label", DB_CONTEXTS("alarm"),
                                          DB_STATEMENTS(statements)};

static enum err
labels_put(struct db_conn *conn, const struct event *const ordered[], size_t n)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < n; i++) {
		const struct event *event = ordered[i];
		struct label_row row = {.room_id = event_room_id(event),
		                        .sequence = event->sequence};
		if (event_kinds[event->type].aggregate != AGGREGATE_ROOM)
			continue;
		memcpy(row.label.name, event->data.room.name, sizeof(row.label.name));
		memcpy(row.label.language, event->data.room.language, sizeof(row.label.language));
		err = db_run(conn, &room_label_table, LABEL_PUT, &row, NULL);
	}
	return err;
}

static enum err
labels_find(struct db_conn *conn, const struct event events[], size_t n,
            struct room_label ret_labels[])
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < n; i++) {
		const uint64_t room_id = event_room_id(&events[i]);
		err = db_find(conn, &room_label_table, LABEL_FIND, &room_id, &ret_labels[i]);
		if (err == ERR_NOT_FOUND) {
			ret_labels[i] = (struct room_label){.name = ""};
			err = OK;
		}
	}
	return err;
}

enum err
notification_store_rooms_learn(void *self, const struct event events[], size_t n,
                               struct room_label ret_labels[])
{
	CLEANUP(free_p) const struct event **ordered = NULL;
	enum err err = projection_order(events, n, &ordered);
	if (err != OK)
		return err;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = labels_put(try.conn, ordered, n);
		if (try.err == OK)
			try.err = labels_find(try.conn, events, n, ret_labels);
	}
	return try.err;
}
