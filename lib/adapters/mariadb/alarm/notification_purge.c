/* notification_purge - what alarm forgets, and how far back it tells. */
#include "adapters/mariadb/alarm/notification_row.h"

#define MAX 256 /* notifications in one go */

enum {
	WATERMARK_LOCK,
	WATERMARK_MOVE,
	NOTIFICATIONS_OLD,
	DELIVERIES_FORGET,
	NOTIFICATION_FORGET,
	DELIVERIES_PURGE,
	ANNOUNCEMENTS_PURGE,
};

struct purge {
	instant_t before;
	uint32_t max;
	uint64_t notifications[MAX];
	size_t n;
};

static const struct db_field instant_field[] = {{.type = DB_INSTANT, .size = sizeof(instant_t)}};

static const struct db_field purge_fields[] = {
	DB_FIELD(struct purge, before),
	DB_FIELD(struct purge, max),
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
	[DELIVERIES_FORGET] = {
		"DELETE FROM delivery WHERE notification_id = ?", DB_TAKES(db_u64_field)},
	[NOTIFICATION_FORGET] = {
		"DELETE FROM notification WHERE id = ?", DB_TAKES(db_u64_field)},
	[DELIVERIES_PURGE] = {
		"DELETE FROM delivery WHERE state IN ('delivered', 'failed')"
		" AND channel IN ('email', 'webhook') AND since < ? LIMIT ?",
		DB_TAKES(purge_fields)},
	[ANNOUNCEMENTS_PURGE] = {
		"DELETE FROM announcement WHERE created_at < ? AND NOT EXISTS"
		" (SELECT 1 FROM notification n JOIN delivery d FORCE INDEX (PRIMARY)"
		" ON d.notification_id = n.id"
		" WHERE n.event_id = announcement.event_id AND d.state = 'waiting')"
		" ORDER BY created_at LIMIT ?",
		DB_TAKES(purge_fields)},
};
/* clang-format on */

const struct db_table purge_table = {"purge", DB_CONTEXTS("alarm"), DB_STATEMENTS(statements)};

enum err
notification_watermark_lock(struct db_conn *conn, instant_t *ret_told_since)
{
	return db_find(conn, &purge_table, WATERMARK_LOCK, NULL, ret_told_since);
}

static enum err
run(void *self, db_work *work, struct purge *purge, size_t *ret_n)
{
	enum err err = db_transact(self, work, purge);
	if (err == OK)
		*ret_n = purge->n;
	return err;
}

/* ---- notifications ---- */

/* Waits for everybody who is telling, and is committed before anything goes: whoever tells later
 * sees it. */
static enum err
watermark_work(struct db_conn *conn, void *arg)
{
	const struct purge *purge = arg;
	return db_change(conn, &purge_table, WATERMARK_MOVE, &purge->before);
}

static enum err
notifications_work(struct db_conn *conn, void *arg)
{
	struct purge *purge = arg;
	enum err err = db_list(conn, &purge_table, NOTIFICATIONS_OLD, purge, purge->notifications,
	                       MAX, &purge->n);
	for (size_t i = 0; err == OK && i < purge->n; i++) {
		err = db_run(conn, &purge_table, DELIVERIES_FORGET, &purge->notifications[i], NULL);
		if (err == OK)
			err = db_change(conn, &purge_table, NOTIFICATION_FORGET,
			                &purge->notifications[i]);
	}
	return err;
}

enum err
notification_store_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	struct purge purge = {.before = before, .max = max < MAX ? (uint32_t)max : MAX};
	enum err err = db_transact_again(self, watermark_work, &purge);
	return err == OK ? run(self, notifications_work, &purge, ret_n) : err;
}

/* ---- deliveries and events ---- */

static enum err
deliveries_work(struct db_conn *conn, void *arg)
{
	struct purge *purge = arg;
	uint64_t deliveries = 0, events = 0;
	enum err err = db_run(conn, &purge_table, DELIVERIES_PURGE, purge, &deliveries);
	if (err == OK)
		err = db_run(conn, &purge_table, ANNOUNCEMENTS_PURGE, purge, &events);
	purge->n = (size_t)(deliveries + events);
	return err;
}

enum err
notification_store_deliveries_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	struct purge purge = {.before = before, .max = (uint32_t)max};
	return run(self, deliveries_work, &purge, ret_n);
}
