/* SPDX-License-Identifier: MIT */
/* notification_purge - retention: what alarm deletes, and the watermark before which it creates no
 * notification. */
#include "adapters/mariadb/alarm/notification_row.h"

#define MAX 256 /* notifications per call */

enum {
	WATERMARK_LOCK,
	WATERMARK_MOVE,
	NOTIFICATIONS_OLD,
	DELIVERIES_DELETE,
	NOTIFICATION_DELETE,
	DELIVERIES_PURGE,
	EVENTS_PURGE,
};

struct purge_args {
	instant_t before;
	uint32_t max;
};

static const struct db_field instant_field[] = {{.type = DB_INSTANT, .size = sizeof(instant_t)}};

static const struct db_field purge_fields[] = {
	DB_FIELD(struct purge_args, before),
	DB_FIELD(struct purge_args, max),
};

/* clang-format off */
static const struct db_statement statements[] = {
	[WATERMARK_LOCK] = {
		"SELECT told_since FROM horizon WHERE id = 1 LOCK IN SHARE MODE",
		DB_GIVES(instant_t, instant_field)},
	[WATERMARK_MOVE] = {
		"UPDATE horizon SET told_since = GREATEST(told_since, ?) WHERE id = 1",
		DB_TAKES(instant_field)},
	[NOTIFICATIONS_OLD] = {
		"SELECT n.id FROM notification n WHERE n.created_at < ? AND NOT EXISTS"
		" (SELECT 1 FROM delivery d WHERE d.notification_id = n.id AND d.state = 'waiting')"
		" ORDER BY n.created_at LIMIT ? FOR UPDATE SKIP LOCKED",
		DB_TAKES(purge_fields), DB_GIVES(uint64_t, db_u64_field)},
	[DELIVERIES_DELETE] = {
		"DELETE FROM delivery WHERE notification_id = ?", DB_TAKES(db_u64_field)},
	[NOTIFICATION_DELETE] = {
		"DELETE FROM notification WHERE id = ?", DB_TAKES(db_u64_field)},
	[DELIVERIES_PURGE] = {
		"DELETE FROM delivery WHERE state IN ('delivered', 'failed')"
		" AND channel IN ('email', 'webhook', 'contact') AND since < ? LIMIT ?",
		DB_TAKES(purge_fields)},
	[EVENTS_PURGE] = {
		"DELETE FROM announcement WHERE created_at < ? AND NOT EXISTS"
		" (SELECT 1 FROM notification n JOIN delivery d FORCE INDEX (PRIMARY)"
		" ON d.notification_id = n.id"
		" WHERE n.event_id = announcement.event_id AND d.state = 'waiting')"
		" ORDER BY created_at LIMIT ?",
		DB_TAKES(purge_fields)},
};
/* clang-format on */

const struct db_table notification_purge_table = {"notification_purge", DB_CONTEXTS("alarm"),
                                                  DB_STATEMENTS(statements)};

enum err
notification_watermark_lock(struct db_conn *conn, instant_t *ret_watermark)
{
	return db_find(conn, &notification_purge_table, WATERMARK_LOCK, NULL, ret_watermark);
}

/* ---- notifications ---- */

/* The watermark waits for every transaction that creates notifications and is committed before any
 * is deleted: later ones see it. */
static enum err
watermark_move(struct db *db, instant_t before)
{
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = db_change_locked(try.conn, &notification_purge_table, WATERMARK_MOVE,
		                           &before);
	return try.err;
}

enum err
notification_store_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	const struct purge_args args = {.before = before, .max = max < MAX ? (uint32_t)max : MAX};
	uint64_t ids[MAX];
	size_t n = 0;
	enum err err = watermark_move(self, before);
	if (err != OK)
		return err;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		try.err = db_list(try.conn, &notification_purge_table, NOTIFICATIONS_OLD, &args,
		                  ids, MAX, &n);
		for (size_t i = 0; try.err == OK && i < n; i++) {
			try.err = db_run(try.conn, &notification_purge_table, DELIVERIES_DELETE,
			                 &ids[i], NULL);
			if (try.err == OK)
				try.err = db_change_locked(try.conn, &notification_purge_table,
				                           NOTIFICATION_DELETE, &ids[i]);
		}
	}
	if (try.err == OK)
		*ret_n = n;
	return try.err;
}

/* ---- deliveries and events ---- */

enum err
notification_store_deliveries_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	const struct purge_args args = {.before = before, .max = (uint32_t)max};
	uint64_t deliveries = 0, events = 0;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		try.err = db_run(try.conn, &notification_purge_table, DELIVERIES_PURGE, &args,
		                 &deliveries);
		if (try.err == OK)
			try.err = db_run(try.conn, &notification_purge_table, EVENTS_PURGE, &args,
			                 &events);
	}
	if (try.err == OK)
		*ret_n = (size_t)(deliveries + events);
	return try.err;
}
