/* notification_store - the notifications of alarm, on MariaDB. */
#include "adapters/mariadb/notification_store.h"

#include "adapters/mariadb/listing.h"
#include "base/mem.h"

#include <string.h>

enum {
	NOTIFICATION_ADD,
	DELIVERY_ADD,
	NOTIFICATION_FIND,
	NOTIFICATION_MARK,
	SETTINGS_FIND,
	SETTINGS_PUT,
	NOTIFICATION_COUNT,
	NOTIFICATION_LIST, /* the first of the sorts */
};

/* ---- words ---- */

static const char *
role_word(unsigned role)
{
	return role == ROLE_GUEST ? "guest" : role == ROLE_HOST ? "host" : "?";
}

static const char *
event_word(unsigned type)
{
	return type < EVENT_TYPE_MAX ? event_kinds[type].name : "?";
}

/* The column is NULL for "none". */
static const char *
language_word(unsigned language)
{
	return language < LANGUAGE_MAX ? language_name((enum language)language) : "none";
}

/* ---- statements ---- */

struct tell_args {
	struct notification told;
	const char *messages[LANGUAGE_MAX];
	enum language fallback;
};

static const struct db_field tell_fields[] = {
	DB_FIELD(struct tell_args, told.event_id),
	DB_ENUM(struct tell_args, told.role, role_word, ROLE_HOST + 1),
	DB_FIELD(struct tell_args, told.recipient_id),
	DB_NULLABLE(struct tell_args, told.book_id),
	DB_ENUM(struct tell_args, told.event, event_word, EVENT_TYPE_MAX),
	DB_FIELD(struct tell_args, told.recipient_id),
	DB_ENUM(struct tell_args, fallback, language_word, LANGUAGE_MAX),
	DB_FIELD(struct tell_args, messages[LANGUAGE_KO]),
	DB_FIELD(struct tell_args, messages[LANGUAGE_EN]),
	DB_FIELD(struct tell_args, told.created_at),
};

/* One notification: as its key, and as its row. */
static const struct db_field own_fields[] = {
	DB_FIELD(struct notification, id),
	DB_FIELD(struct notification, recipient_id),
};

static const struct db_field mark_fields[] = {
	DB_FIELD(struct notification, read),
	DB_FIELD(struct notification, id),
	DB_FIELD(struct notification, recipient_id),
};

static const struct db_field row_fields[] = {
	DB_FIELD(struct notification, id),
	DB_NULLABLE(struct notification, book_id),
	DB_FIELD(struct notification, recipient_id),
	DB_ENUM(struct notification, role, role_word, ROLE_HOST + 1),
	DB_FIELD(struct notification, event_id),
	DB_ENUM(struct notification, event, event_word, EVENT_TYPE_MAX),
	DB_FIELD(struct notification, message),
	DB_FIELD(struct notification, created_at),
	DB_FIELD(struct notification, read),
	DB_ENUM(struct notification, deliveries[CHANNEL_INBOX].state, delivery_state_name,
                DELIVERY_STATE_MAX),
	DB_FIELD(struct notification, deliveries[CHANNEL_INBOX].attempts),
	DB_NULLABLE(struct notification, deliveries[CHANNEL_INBOX].delivered_at),
};

static const struct db_field settings_fields[] = {
	DB_FIELD(struct notification_settings, recipient_id),
	DB_FIELD(struct notification_settings, email),
	DB_FIELD(struct notification_settings, webhook_url),
	DB_ENUM(struct notification_settings, language, language_word, LANGUAGE_MAX + 1),
};

struct list_args {
	uint64_t recipient_id, book_id;
	bool unread_only;
	struct window window;
};

static const struct db_field list_fields[] = {
	DB_FIELD(struct list_args, recipient_id), DB_FIELD(struct list_args, book_id),
	DB_FIELD(struct list_args, book_id),      DB_FIELD(struct list_args, unread_only),
	DB_WINDOW(struct list_args, window),
};

#define ROWS                                                                                \
	"SELECT n.id, n.book_id, n.recipient_id, n.role, n.event_id, n.event, n.message,"   \
	" n.created_at, n.is_read, d.state, d.attempts, d.delivered_at FROM notification n" \
	" JOIN delivery d ON d.notification_id = n.id AND d.channel = 'inbox'"
#define LISTED                                                   \
	" WHERE n.recipient_id = ? AND (? = 0 OR n.book_id = ?)" \
	" AND (? = FALSE OR n.is_read = FALSE)"
/* clang-format off */
#define PAGE(order)                                                                   \
	{                                                                             \
		ROWS LISTED " ORDER BY " order " LIMIT ? OFFSET ?",                   \
		DB_TAKES(list_fields),                                                \
		DB_GIVES(struct notification, row_fields)                             \
	}

static const struct db_statement statements[] = {
	[NOTIFICATION_ADD] = {
		"INSERT INTO notification"
		" (event_id, role, recipient_id, book_id, event, message, created_at)"
		" VALUES (?, ?, ?, ?, ?, ELT(FIELD(COALESCE("
		"(SELECT language FROM recipient WHERE recipient_id = ?), ?), 'ko', 'en'), ?, ?), ?)",
		DB_TAKES(tell_fields)},
	[DELIVERY_ADD] = {
		"INSERT INTO delivery (notification_id, channel, state, attempts, delivered_at)"
		" VALUES (?, 'inbox', 'delivered', 1, UTC_TIMESTAMP(3))",
		DB_TAKES(db_u64_field)},
	[NOTIFICATION_FIND] = {
		ROWS " WHERE n.id = ? AND n.recipient_id = ?",
		DB_TAKES(own_fields), DB_GIVES(struct notification, row_fields)},
	[NOTIFICATION_MARK] = {
		"UPDATE notification SET is_read = ? WHERE id = ? AND recipient_id = ?",
		DB_TAKES(mark_fields)},
	[SETTINGS_FIND] = {
		"SELECT recipient_id, email, webhook_url, COALESCE(language, 'none')"
		" FROM recipient WHERE recipient_id = ?",
		DB_TAKES(db_u64_field), DB_GIVES(struct notification_settings, settings_fields)},
	[SETTINGS_PUT] = {
		"INSERT INTO recipient (recipient_id, email, webhook_url, language, updated_at)"
		" VALUES (?, ?, ?, NULLIF(?, 'none'), UTC_TIMESTAMP(3))"
		" ON DUPLICATE KEY UPDATE email = VALUES(email),"
		" webhook_url = VALUES(webhook_url), language = VALUES(language),"
		" updated_at = VALUES(updated_at)",
		DB_TAKES(settings_fields)},
	[NOTIFICATION_COUNT] = {
		"SELECT COUNT(*) FROM notification n" LISTED,
		DB_TAKES_ALL_BUT_WINDOW(list_fields), DB_GIVES(uint64_t, db_u64_field)},
	[NOTIFICATION_LIST + 2 * NOTIFICATION_SORT_ID] = PAGE("n.id"),
	[NOTIFICATION_LIST + 2 * NOTIFICATION_SORT_ID + 1] = PAGE("n.id DESC"),
	[NOTIFICATION_LIST + 2 * NOTIFICATION_SORT_CREATED_AT] = PAGE("n.created_at, n.id"),
	[NOTIFICATION_LIST + 2 * NOTIFICATION_SORT_CREATED_AT + 1] =
		PAGE("n.created_at DESC, n.id DESC"),
};
/* clang-format on */

const struct db_table notification_table = {"notification", DB_CONTEXTS("alarm"),
                                            DB_STATEMENTS(statements)};

/* ---- telling ---- */

struct tell {
	const struct telling **tellings; /* in the order of their keys */
	size_t n;
	enum language fallback;
};

/* Two consumers with the same events wait for each other, but never in a circle. */
static int
by_key(const void *left, const void *right)
{
	const struct notification *a = &(*(const struct telling *const *)left)->notification;
	const struct notification *b = &(*(const struct telling *const *)right)->notification;
	int order = strcmp(a->event_id, b->event_id);
	return order ? order : (a->role > b->role) - (a->role < b->role);
}

/* What was told before stays as it is. */
static enum err
tell_one(struct db_conn *conn, const struct telling *telling, enum language fallback)
{
	struct tell_args args = {.told = telling->notification, .fallback = fallback};
	uint64_t id = 0;
	for (int language = 0; language < LANGUAGE_MAX; language++)
		args.messages[language] = telling->messages[language];
	enum err err = db_insert(conn, &notification_table, NOTIFICATION_ADD, &args, &id);
	if (err == ERR_TAKEN)
		return OK;
	if (err != OK)
		return err;
	return db_run(conn, &notification_table, DELIVERY_ADD, &id, NULL);
}

static enum err
tell_work(struct db_conn *conn, void *arg)
{
	const struct tell *tell = arg;
	enum err err = OK;
	for (size_t i = 0; err == OK && i < tell->n; i++)
		err = tell_one(conn, tell->tellings[i], tell->fallback);
	return err;
}

static enum err
notification_store_tell(void *self, const struct telling tellings[], size_t n,
                        enum language fallback)
{
	CLEANUP(free_p) const struct telling **ordered = calloc(n + 1, sizeof(*ordered));
	if (!ordered)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++)
		ordered[i] = &tellings[i];
	qsort(ordered, n, sizeof(*ordered), by_key);
	struct tell tell = {.tellings = ordered, .n = n, .fallback = fallback};
	return n ? db_transact_again(self, tell_work, &tell) : OK;
}

/* ---- reading ---- */

/* The inbox is the only channel yet: what the statements read is its delivery. */
static void
inbox_complete(struct notification *notification)
{
	notification->deliveries[CHANNEL_INBOX].channel = CHANNEL_INBOX;
	notification->n_deliveries = 1;
}

static enum err
list_work(struct db_conn *conn, void *arg)
{
	return listing_read(conn, arg);
}

static enum err
notification_store_list(void *self, const struct notification_list *list,
                        void (*visit)(void *arg, const struct notification *notification),
                        void *arg, uint64_t *ret_total)
{
	const struct list_args args = {.recipient_id = list->recipient_id,
	                               .book_id = list->book_id,
	                               .unread_only = list->unread_only,
	                               .window = window_of(&list->paging)};
	struct listing listing = {.table = &notification_table,
	                          .count = NOTIFICATION_COUNT,
	                          .rows = listing_sorted(NOTIFICATION_LIST, &list->paging),
	                          .args = &args,
	                          .window = args.window};
	enum err err = db_look(self, list_work, &listing);
	CLEANUP(free_p) struct notification *page = listing.page;
	if (err != OK)
		return err;
	for (size_t i = 0; i < listing.n; i++) {
		inbox_complete(&page[i]);
		visit(arg, &page[i]);
	}
	*ret_total = listing.total;
	return OK;
}

/* One notification, asked for by its id and recipient. */
static enum err
find_work(struct db_conn *conn, void *arg)
{
	struct notification found, *asked = arg;
	enum err err = db_find(conn, &notification_table, NOTIFICATION_FIND, asked, &found);
	if (err != OK)
		return err;
	inbox_complete(&found);
	*asked = found;
	return OK;
}

static enum err
notification_store_find(void *self, uint64_t id, uint64_t recipient_id,
                        struct notification *ret_notification)
{
	struct notification found = {.id = id, .recipient_id = recipient_id};
	enum err err = db_look(self, find_work, &found);
	if (err == OK)
		*ret_notification = found;
	return err;
}

/* ---- marking ---- */

static enum err
mark_work(struct db_conn *conn, void *arg)
{
	enum err err = db_change(conn, &notification_table, NOTIFICATION_MARK, arg);
	if (err == ERR_STATE_CONFLICT)
		return ERR_NOT_FOUND;
	return err == OK ? find_work(conn, arg) : err;
}

static enum err
notification_store_mark(void *self, uint64_t id, uint64_t recipient_id, bool read,
                        struct notification *ret_notification)
{
	struct notification marked = {.id = id, .recipient_id = recipient_id, .read = read};
	enum err err = db_transact_again(self, mark_work, &marked);
	if (err == OK)
		*ret_notification = marked;
	return err;
}

/* ---- settings ---- */

static enum err
settings_find_work(struct db_conn *conn, void *arg)
{
	struct notification_settings found, *asked = arg;
	enum err err =
		db_find(conn, &notification_table, SETTINGS_FIND, &asked->recipient_id, &found);
	if (err == OK)
		*asked = found;
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err
notification_store_settings_find(void *self, uint64_t recipient_id,
                                 struct notification_settings *ret_settings)
{
	struct notification_settings settings = {.recipient_id = recipient_id,
	                                         .language = LANGUAGE_MAX};
	enum err err = db_look(self, settings_find_work, &settings);
	if (err == OK)
		*ret_settings = settings;
	return err;
}

static enum err
settings_put_work(struct db_conn *conn, void *arg)
{
	return db_run(conn, &notification_table, SETTINGS_PUT, arg, NULL);
}

static enum err
notification_store_settings_put(void *self, const struct notification_settings *settings)
{
	struct notification_settings to = *settings;
	return db_transact_again(self, settings_put_work, &to);
}

struct notification_store
notification_store_mariadb(struct db *db)
{
	return (struct notification_store){
		.self = db,
		.tell = notification_store_tell,
		.list = notification_store_list,
		.find = notification_store_find,
		.mark = notification_store_mark,
		.settings_find = notification_store_settings_find,
		.settings_put = notification_store_settings_put,
	};
}
