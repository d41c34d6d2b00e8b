/* SPDX-License-Identifier: MIT */
#include "adapters/mariadb/alarm/notification_store.h"

#include "adapters/mariadb/alarm/notification_row.h"
#include "adapters/mariadb/idempotency.h"
#include "adapters/mariadb/listing.h"
#include "base/mem.h"
#include "base/text.h"

enum {
	NOTIFICATION_FIND,
	NOTIFICATION_LOCK,
	NOTIFICATION_MARK,
	SETTINGS_FIND,
	SETTINGS_ENSURE,
	SETTINGS_PUT,
	SETTINGS_CONFIRM,
	CONTACT_LOCK,
	CONTACT_CONFIRM,
	NOTIFICATION_COUNT,
	NOTIFICATION_LIST, /* the first of the sorts */
};

/* ---- words ---- */

/* The column is NULL for "none". */
const char *
notification_language_word(unsigned language)
{
	return language < LANGUAGE_MAX ? language_name((enum language)language) : "none";
}

/* "none": the channel has no delivery. */
static const char *
state_word(unsigned state)
{
	return state < DELIVERY_STATE_MAX ? delivery_state_name((enum delivery_state)state)
	                                  : "none";
}

/* ---- statements ---- */

/* One notification: its key, and its row. */
static const struct db_field own_fields[] = {
	DB_FIELD(struct notification, id),
	DB_FIELD(struct notification, recipient_id),
};

static const struct db_field mark_fields[] = {
	DB_FIELD(struct notification, read),
	DB_FIELD(struct notification, id),
	DB_FIELD(struct notification, recipient_id),
};

#define DELIVERY(channel)                                                           \
	DB_ENUM(struct notification, deliveries[channel].state, state_word,         \
	        DELIVERY_STATE_MAX + 1),                                            \
		DB_NULLABLE(struct notification, deliveries[channel].attempts),     \
		DB_NULLABLE(struct notification, deliveries[channel].delivered_at), \
		DB_NULLABLE(struct notification, deliveries[channel].next_at),      \
		DB_NULLABLE(struct notification, deliveries[channel].reason)

static const struct db_field row_fields[] = {
	DB_FIELD(struct notification, id),
	DB_NULLABLE(struct notification, book_id),
	DB_FIELD(struct notification, recipient_id),
	DB_ENUM(struct notification, role, role_name, ROLE_HOST + 1),
	DB_FIELD(struct notification, event_id),
	DB_ENUM(struct notification, event, event_type_name, EVENT_TYPE_MAX),
	DB_FIELD(struct notification, message),
	DB_FIELD(struct notification, created_at),
	DB_FIELD(struct notification, read),
	DB_NULLABLE(struct notification, key_version),
	DELIVERY(CHANNEL_INBOX),
	DELIVERY(CHANNEL_EMAIL),
	DELIVERY(CHANNEL_WEBHOOK),
	DELIVERY(CHANNEL_CONTACT),
};

static const struct db_field settings_fields[] = {
	DB_FIELD(struct notification_settings, recipient_id),
	DB_FIELD(struct notification_settings, email),
	DB_FIELD(struct notification_settings, unconfirmed),
	DB_FIELD(struct notification_settings, webhook_url),
	DB_FIELD(struct notification_settings, webhook_secret),
	DB_ENUM(struct notification_settings, language, notification_language_word,
                LANGUAGE_MAX + 1),
};

static const struct db_field confirm_fields[] = {
	DB_FIELD(struct notification_settings, recipient_id),
	DB_FIELD(struct notification_settings, email),
};

#define LAST_INSTANT INT64_C(253402300799999) /* 9999-12-31, the last that a column can have */

struct list_args {
	uint64_t recipient_id, book_id;
	uint32_t key_version;
	bool unread_only, of_any_read, read, of_any_event, of_any_role;
	enum event_type event;
	enum role role;
	instant_t from, until;
	struct window window;
};

static const struct db_field list_fields[] = {
	DB_FIELD(struct list_args, recipient_id),
	DB_FIELD(struct list_args, book_id),
	DB_FIELD(struct list_args, book_id),
	DB_FIELD(struct list_args, key_version),
	DB_FIELD(struct list_args, key_version),
	DB_FIELD(struct list_args, unread_only),
	DB_FIELD(struct list_args, of_any_read),
	DB_FIELD(struct list_args, read),
	DB_FIELD(struct list_args, of_any_event),
	DB_ENUM(struct list_args, event, event_type_name, EVENT_TYPE_MAX),
	DB_FIELD(struct list_args, of_any_role),
	DB_ENUM(struct list_args, role, role_name, ROLE_HOST + 1),
	DB_FIELD(struct list_args, from),
	DB_FIELD(struct list_args, until),
	DB_WINDOW(struct list_args, window),
};

#define DELIVERED(d)                                                                            \
	" COALESCE(" d ".state, 'none'), " d ".attempts, " d ".delivered_at, " d ".next_at, " d \
	".reason"
#define BY(d, channel)                                                                            \
	" LEFT JOIN delivery " d " ON " d ".notification_id = n.id AND " d ".channel = '" channel \
	"'"
/* NULL: no event of the booking has come. */
#define KEY_VERSION "(SELECT k.key_version FROM contact k WHERE k.book_id = n.book_id)"
#define ROWS                                                                                       \
	"SELECT n.id, n.book_id, n.recipient_id, n.role, n.event_id, n.event, n.message,"          \
	" n.created_at, n.is_read, " KEY_VERSION "," DELIVERED("i") "," DELIVERED(                 \
		"e") "," DELIVERED("w") "," DELIVERED("c") " FROM notification n" BY("i", "inbox") \
		BY("e", "email") BY("w", "webhook") BY("c", "contact")
#define LISTED                                                           \
	" WHERE n.recipient_id = ? AND (? = 0 OR n.book_id = ?)"         \
	" AND (? = 0 OR COALESCE(" KEY_VERSION ", 1) = ?)"               \
	" AND (? = FALSE OR n.is_read = FALSE) AND (? OR n.is_read = ?)" \
	" AND (? OR n.event = ?) AND (? OR n.role = ?)"                  \
	" AND n.created_at >= ? AND n.created_at < ?"
/* clang-format off */
#define PAGE(condition, order)                                                        \
	{                                                                             \
		ROWS condition " ORDER BY " order " LIMIT ? OFFSET ?",                \
		DB_TAKES(list_fields),                                                \
		DB_GIVES(struct notification, row_fields)                             \
	}
#define SORTED(sort, column) DB_SORTED(NOTIFICATION_LIST, sort, PAGE, LISTED, column, "n.id")

static const struct db_statement statements[] = {
	[NOTIFICATION_FIND] = {
		ROWS " WHERE n.id = ? AND n.recipient_id = ?",
		DB_TAKES(own_fields), DB_GIVES(struct notification, row_fields)},
	[NOTIFICATION_LOCK] = {
		"SELECT id FROM notification WHERE id = ? AND recipient_id = ? FOR UPDATE",
		DB_TAKES(own_fields), DB_GIVES(uint64_t, db_u64_field)},
	[NOTIFICATION_MARK] = {
		"UPDATE notification SET is_read = ? WHERE id = ? AND recipient_id = ?",
		DB_TAKES(mark_fields)},
	[SETTINGS_FIND] = {
		"SELECT recipient_id, email, unconfirmed, webhook_url, webhook_secret, COALESCE(language, 'none')"
		" FROM recipient WHERE recipient_id = ?",
		DB_TAKES(db_u64_field), DB_GIVES(struct notification_settings, settings_fields)},
	[SETTINGS_ENSURE] = {
		"INSERT INTO recipient (recipient_id, updated_at) VALUES (?, UTC_TIMESTAMP(3))"
		" ON DUPLICATE KEY UPDATE recipient_id = VALUES(recipient_id)",
		DB_TAKES(db_u64_field)},
	[SETTINGS_PUT] = {
		"INSERT INTO recipient"
		" (recipient_id, email, unconfirmed, webhook_url, webhook_secret, language, updated_at)"
		" VALUES (?, ?, ?, ?, ?, NULLIF(?, 'none'), UTC_TIMESTAMP(3))"
		" ON DUPLICATE KEY UPDATE email = VALUES(email), unconfirmed = VALUES(unconfirmed),"
		" webhook_secret = IF(webhook_secret = '', VALUES(webhook_secret), webhook_secret),"
		" webhook_url = VALUES(webhook_url), language = VALUES(language),"
		" updated_at = VALUES(updated_at)",
		DB_TAKES(settings_fields)},
	[SETTINGS_CONFIRM] = {
		"UPDATE recipient SET unconfirmed = FALSE WHERE recipient_id = ? AND email = ?",
		DB_TAKES(confirm_fields)},
	[CONTACT_LOCK] = {
		"SELECT key_version FROM contact WHERE book_id = ? FOR UPDATE",
		DB_TAKES(db_u64_field), DB_GIVES(uint32_t, db_u32_field)},
	[CONTACT_CONFIRM] = {
		"UPDATE contact SET confirmed = TRUE WHERE book_id = ?", DB_TAKES(db_u64_field)},
	[NOTIFICATION_COUNT] = {
		"SELECT COUNT(*) FROM notification n" LISTED,
		DB_TAKES_ALL_BUT_WINDOW(list_fields), DB_GIVES(uint64_t, db_u64_field)},
	SORTED(NOTIFICATION_SORT_ID, "n.id"),
	SORTED(NOTIFICATION_SORT_CREATED_AT, "n.created_at"),
};
/* clang-format on */

const struct db_table notification_table = {"notification", DB_CONTEXTS("alarm"),
                                            DB_STATEMENTS(statements)};

/* ---- reading ---- */

/* The statements read one delivery per channel; the gaps of channels without one are closed. What no event
 * has said of the key is as with the first one. */
static void
row_complete(struct notification *notification)
{
	notification->n_deliveries = 0;
	if (!notification->key_version)
		notification->key_version = BOOK_KEY_FIRST;
	for (int channel = 0; channel < CHANNEL_MAX; channel++) {
		struct delivery delivery = notification->deliveries[channel];
		if (delivery.state == DELIVERY_STATE_MAX)
			continue;
		delivery.channel = (enum channel)channel;
		notification->deliveries[notification->n_deliveries++] = delivery;
	}
}

static enum err
notification_store_list(void *self, const struct notification_list *list,
                        void (*visit)(void *arg, const struct notification *notification),
                        void *arg, uint64_t *ret_total)
{
	const struct list_args args = {.recipient_id = list->recipient_id,
	                               .book_id = list->book_id,
	                               .key_version = list->key_version,
	                               .unread_only = list->unread_only,
	                               .of_any_read = !list->of_read,
	                               .read = list->read,
	                               .of_any_event = list->event == EVENT_TYPE_MAX,
	                               .event = list->event == EVENT_TYPE_MAX ? EVENT_BOOKED
	                                                                      : list->event,
	                               .of_any_role = !list->role,
	                               .role = list->role ? (enum role)list->role : ROLE_GUEST,
	                               .from = list->from,
	                               .until = list->until ? list->until : LAST_INSTANT,
	                               .window = window_of(&list->paging)};
	const bool all = !list->book_id && !list->key_version && !list->unread_only &&
	                 args.of_any_read && args.of_any_event && args.of_any_role && !list->from &&
	                 !list->until;
	const struct listing_query query = {.table = &notification_table,
	                                    .count = NOTIFICATION_COUNT,
	                                    .first = NOTIFICATION_LIST,
	                                    .args = &args,
	                                    .paging = &list->paging,
	                                    .all_of = all ? &args.recipient_id : NULL};
	CLEANUP(rows_done) struct rows rows = {.n = 0};
	enum err err = listing_fetch(self, &query, &rows, ret_total);
	struct notification *notifications = rows.items;
	for (size_t i = 0; i < rows.n; i++)
		row_complete(&notifications[i]);
	ROWS_SHOW(&rows, struct notification, visit, arg);
	return err;
}

enum err
notification_row_find(struct db_conn *conn, struct notification *asked)
{
	struct notification found;
	enum err err = db_find(conn, &notification_table, NOTIFICATION_FIND, asked, &found);
	if (err != OK)
		return err;
	row_complete(&found);
	*asked = found;
	return OK;
}

static enum err
notification_store_find(void *self, uint64_t id, uint64_t recipient_id,
                        struct notification *ret_notification)
{
	struct notification found = {.id = id, .recipient_id = recipient_id};
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = notification_row_find(try.conn, &found);
	if (try.err == OK)
		*ret_notification = found;
	return try.err;
}

/* ---- keys ---- */

static enum err
notification_store_key_find(void *self, const struct idempotency *key)
{
	uint64_t id;
	if (!idempotency_given(key))
		return ERR_NOT_FOUND;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = idempotency_find(try.conn, key, &id);
	return try.err;
}

/* ---- marking ---- */

enum err
notification_row_lock(struct db_conn *conn, struct notification *asked)
{
	uint64_t id;
	enum err err = db_find(conn, &notification_table, NOTIFICATION_LOCK, asked, &id);
	return err == OK ? notification_row_find(conn, asked) : err;
}

/* All requests with one key name the same notification, so the lock of its row serializes them. */
static enum err
mark_apply(struct db_conn *conn, const struct notification_mark *mark,
           struct notification *notification, bool *ret_replayed)
{
	uint64_t id;
	enum err err = notification_row_lock(conn, notification);
	if (err != OK)
		return err;
	err = idempotency_find(conn, &mark->key, &id);
	*ret_replayed = err == OK;
	if (err != ERR_NOT_FOUND)
		return err;
	err = precondition_check(&mark->condition, notification_tag(notification));
	notification->read = mark->read;
	if (err == OK)
		err = db_change_locked(conn, &notification_table, NOTIFICATION_MARK, notification);
	return err == OK ? idempotency_add(conn, &mark->key, mark->id) : err;
}

/* Done twice, it has the same result, unless there is a condition. */
static enum err
notification_store_mark(void *self, const struct notification_mark *mark,
                        struct notification *ret_notification, bool *ret_replayed)
{
	const bool repeatable =
		idempotency_given(&mark->key) || !precondition_given(&mark->condition);
	struct notification found;
	bool replayed = false;
	struct db_try try = db_begin(self, repeatable ? DB_IDEMPOTENT : DB_WRITE);
	while (db_next(&try)) {
		found = (struct notification){.id = mark->id, .recipient_id = mark->recipient_id};
		try.err = mark_apply(try.conn, mark, &found, &replayed);
	}
	if (try.err != OK)
		return try.err;
	*ret_notification = found;
	*ret_replayed = replayed;
	return OK;
}

/* ---- settings ---- */

static enum err
settings_read(struct db_conn *conn, uint64_t recipient_id,
              struct notification_settings *ret_settings)
{
	enum err err =
		db_find(conn, &notification_table, SETTINGS_FIND, &recipient_id, ret_settings);
	if (err != ERR_NOT_FOUND)
		return err;
	*ret_settings = (struct notification_settings){.recipient_id = recipient_id,
	                                               .language = LANGUAGE_MAX};
	return OK;
}

static enum err
notification_store_settings_find(void *self, uint64_t recipient_id,
                                 struct notification_settings *ret_settings)
{
	struct notification_settings found;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = settings_read(try.conn, recipient_id, &found);
	if (try.err == OK)
		*ret_settings = found;
	return try.err;
}

/* The row is made first, so that there is one to lock. `to` has the secret for settings without one;
 * on OK it has the settings as they are stored. */
static enum err
settings_apply(struct db_conn *conn, const struct notification_settings_change *change,
               struct notification_settings *to, bool *ret_replayed)
{
	struct notification_settings before;
	const uint64_t recipient_id = to->recipient_id;
	uint64_t id;
	enum err err = db_run(conn, &notification_table, SETTINGS_ENSURE, &recipient_id, NULL);
	if (err == OK)
		err = settings_read(conn, recipient_id, &before);
	if (err != OK)
		return err;
	err = idempotency_find(conn, &change->key, &id);
	*ret_replayed = err == OK;
	if (err == ERR_NOT_FOUND)
		err = precondition_check(&change->condition, notification_settings_tag(&before));
	if (err == OK && !*ret_replayed)
		err = db_run(conn, &notification_table, SETTINGS_PUT, to, NULL);
	if (err == OK && !*ret_replayed)
		err = idempotency_add(conn, &change->key, recipient_id);
	return err == OK ? settings_read(conn, recipient_id, to) : err;
}

/* The secret that is made here is stored only if there is none yet. */
static enum err
notification_store_settings_put(void *self, const struct notification_settings_change *change,
                                struct notification_settings *ret_settings, bool *ret_replayed)
{
	const bool repeatable =
		idempotency_given(&change->key) || !precondition_given(&change->condition);
	struct notification_settings to = change->to, stored;
	unsigned char random[WEBHOOK_SECRET_BYTES];
	bool replayed = false;
	to.webhook_secret[0] = '\0';
	if (*to.webhook_url) {
		enum err err = random_bytes(random, sizeof(random));
		if (err != OK)
			return err;
		webhook_secret(random, to.webhook_secret);
	}
	struct db_try try = db_begin(self, repeatable ? DB_IDEMPOTENT : DB_WRITE);
	while (db_next(&try)) {
		stored = to;
		try.err = settings_apply(try.conn, change, &stored, &replayed);
	}
	if (try.err != OK)
		return try.err;
	*ret_settings = stored;
	*ret_replayed = replayed;
	return OK;
}

static enum err
notification_store_settings_confirm(void *self, uint64_t recipient_id, const char *email)
{
	struct notification_settings own = {.recipient_id = recipient_id};
	enum err err = text_copy(own.email, sizeof(own.email), email);
	if (err != OK)
		return err;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = db_run(try.conn, &notification_table, SETTINGS_CONFIRM, &own, NULL);
	return try.err;
}

static enum err
notification_store_contact_confirm(void *self, uint64_t book_id, uint32_t key_version)
{
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		uint32_t counts = 0;
		try.err = db_find(try.conn, &notification_table, CONTACT_LOCK, &book_id, &counts);
		if (try.err == OK && counts != key_version)
			try.err = ERR_NOT_FOUND;
		if (try.err == OK)
			try.err = db_run(try.conn, &notification_table, CONTACT_CONFIRM, &book_id,
			                 NULL);
	}
	return try.err;
}

struct notification_store
notification_store_mariadb(struct db *db)
{
	return (struct notification_store){
		.self = db,
		.create = notification_store_create,
		.erase = notification_store_erase,
		.recipient_erase = notification_store_recipient_erase,
		.rooms_learn = notification_store_rooms_learn,
		.list = notification_store_list,
		.find = notification_store_find,
		.mark = notification_store_mark,
		.settings_find = notification_store_settings_find,
		.settings_put = notification_store_settings_put,
		.settings_confirm = notification_store_settings_confirm,
		.contact_confirm = notification_store_contact_confirm,
		.again = notification_store_again,
		.key_find = notification_store_key_find,
		.keys_purge = idempotency_purge,
		.notifications_purge = notification_store_purge,
		.deliveries_purge = notification_store_deliveries_purge,
	};
}
