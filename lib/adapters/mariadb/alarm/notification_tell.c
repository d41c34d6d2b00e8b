/* notification_tell - makes notifications and sends them on their ways: what each recipient has
 * chosen decides when it is told. */
#include "adapters/mariadb/alarm/notification_row.h"

#include "adapters/json/event.h"
#include "adapters/mariadb/projection.h"
#include "base/mem.h"

#include <string.h>

enum {
	CONTACT_PUT,
	NOTIFICATION_ADD,
	INBOX_ADD,
	ANNOUNCEMENT_ADD,
	WISHES_FIND,
	DESTINATION_ADD,
	DELIVERY_ADD,
	AGAIN_FIND,
	DELIVERY_FIND,
	DELIVERY_AGAIN,
	DELIVERY_NOW,
};

/* ---- statements ---- */

struct contact_row {
	uint64_t book_id, sequence;
	char email[EMAIL_SIZE];
};

static const struct db_field contact_fields[] = {
	DB_FIELD(struct contact_row, book_id),
	DB_FIELD(struct contact_row, sequence),
	DB_FIELD(struct contact_row, email),
};

struct tell_args {
	struct notification told;
	const char *messages[LANGUAGE_MAX];
	enum language fallback;
};

static const char *
event_word(unsigned type)
{
	return type < EVENT_TYPE_MAX ? event_kinds[type].name : "?";
}

static const struct db_field tell_fields[] = {
	DB_FIELD(struct tell_args, told.event_id),
	DB_ENUM(struct tell_args, told.role, notification_role_word, ROLE_HOST + 1),
	DB_FIELD(struct tell_args, told.recipient_id),
	DB_NULLABLE(struct tell_args, told.book_id),
	DB_ENUM(struct tell_args, told.event, event_word, EVENT_TYPE_MAX),
	DB_FIELD(struct tell_args, told.recipient_id),
	DB_ENUM(struct tell_args, fallback, notification_language_word, LANGUAGE_MAX),
	DB_FIELD(struct tell_args, messages[LANGUAGE_KO]),
	DB_FIELD(struct tell_args, messages[LANGUAGE_EN]),
	DB_FIELD(struct tell_args, told.created_at),
};

struct announcement {
	const char *event_id;
	struct buf body;
	instant_t at;
};

static const struct db_field announcement_fields[] = {
	DB_FIELD(struct announcement, event_id),
	DB_FIELD(struct announcement, body),
	DB_FIELD(struct announcement, at),
};

/* What decides where a notification goes. */
struct wishes {
	uint64_t recipient_id, book_id; /* asked for */
	enum language language;         /* asked for as the fallback */
	char email[EMAIL_SIZE], webhook_url[URL_SIZE];
	bool contact_known;
	char contact_email[EMAIL_SIZE];
};

static const struct db_field wished_fields[] = {
	DB_ENUM(struct wishes, language, notification_language_word, LANGUAGE_MAX),
	DB_FIELD(struct wishes, recipient_id),
	DB_FIELD(struct wishes, book_id),
};

static const struct db_field wishes_fields[] = {
	DB_FIELD(struct wishes, email),
	DB_FIELD(struct wishes, webhook_url),
	DB_ENUM(struct wishes, language, notification_language_word, LANGUAGE_MAX),
	DB_FIELD(struct wishes, contact_known),
	DB_FIELD(struct wishes, contact_email),
};

/* A delivery by a channel other than the inbox. */
struct outgoing {
	uint64_t notification_id;
	enum channel channel;
	char target[URL_SIZE], destination[DESTINATION_SIZE];
	enum language language;
};

static const struct db_field destination_fields[] = {
	DB_FIELD(struct outgoing, destination),
	DB_ENUM(struct outgoing, channel, channel_name, CHANNEL_MAX),
	DB_FIELD(struct outgoing, destination),
};

static const struct db_field outgoing_fields[] = {
	DB_FIELD(struct outgoing, target),
	DB_FIELD(struct outgoing, destination),
	DB_ENUM(struct outgoing, language, notification_language_word, LANGUAGE_MAX),
	DB_FIELD(struct outgoing, notification_id),
	DB_ENUM(struct outgoing, channel, channel_name, CHANNEL_MAX),
};

static const struct db_field outgoing_key_fields[] = {
	DB_FIELD(struct outgoing, notification_id),
	DB_ENUM(struct outgoing, channel, channel_name, CHANNEL_MAX),
};

static const struct db_field again_fields[] = {
	DB_FIELD(struct delivery_again, notification_id),
	DB_FIELD(struct delivery_again, recipient_id),
};

/* The notification that is to be delivered again. */
struct again_row {
	uint64_t book_id;
	enum role role;
	bool announced;
};

static const struct db_field again_row_fields[] = {
	DB_NULLABLE(struct again_row, book_id),
	DB_ENUM(struct again_row, role, notification_role_word, ROLE_HOST + 1),
	DB_FIELD(struct again_row, announced),
};

/* How a delivery stands that is asked for again. */
struct delivery_state_row {
	uint64_t notification_id;
	enum channel channel;
	uint32_t pause_s;
	enum delivery_state state;
	bool leased, asked;
};

static const struct db_field delivery_state_key_fields[] = {
	DB_FIELD(struct delivery_state_row, pause_s),
	DB_FIELD(struct delivery_state_row, notification_id),
	DB_ENUM(struct delivery_state_row, channel, channel_name, CHANNEL_MAX),
};

static const struct db_field delivery_state_fields[] = {
	DB_ENUM(struct delivery_state_row, state, delivery_state_name, DELIVERY_STATE_MAX),
	DB_FIELD(struct delivery_state_row, leased),
	DB_FIELD(struct delivery_state_row, asked),
};

/* clang-format off */
static const struct db_statement statements[] = {
	[CONTACT_PUT] = {
		"INSERT INTO contact (book_id, sequence, email) VALUES (?, ?, ?)"
		" ON DUPLICATE KEY UPDATE " DB_NEWER("sequence", "email") "," DB_NEWEST("sequence"),
		DB_TAKES(contact_fields)},
	[NOTIFICATION_ADD] = {
		"INSERT INTO notification"
		" (event_id, role, recipient_id, book_id, event, message, created_at)"
		" VALUES (?, ?, ?, ?, ?, ELT(FIELD(COALESCE("
		"(SELECT language FROM recipient WHERE recipient_id = ?), ?), 'ko', 'en'), ?, ?), ?)",
		DB_TAKES(tell_fields)},
	[INBOX_ADD] = {
		"INSERT INTO delivery (notification_id, channel, state, attempts, delivered_at)"
		" VALUES (?, 'inbox', 'delivered', 1, UTC_TIMESTAMP(3))",
		DB_TAKES(db_u64_field)},
	[ANNOUNCEMENT_ADD] = {
		"INSERT INTO announcement (event_id, body, created_at) VALUES (?, ?, ?)",
		DB_TAKES(announcement_fields)},
	[WISHES_FIND] = {
		"SELECT COALESCE(r.email, ''), COALESCE(r.webhook_url, ''), COALESCE(r.language, ?),"
		" c.book_id IS NOT NULL, COALESCE(c.email, '') FROM (SELECT 1) one"
		" LEFT JOIN recipient r ON r.recipient_id = ? LEFT JOIN contact c ON c.book_id = ?",
		DB_TAKES(wished_fields), DB_GIVES(struct wishes, wishes_fields)},
	[DESTINATION_ADD] = {
		"INSERT INTO destination (name, channel, busy_until) SELECT ?, ?, UTC_TIMESTAMP(3)"
		" FROM (SELECT 1) one"
		" WHERE NOT EXISTS (SELECT 1 FROM destination known WHERE known.name = ?)",
		DB_TAKES(destination_fields)},
	[DELIVERY_ADD] = {
		"INSERT INTO delivery (target, destination, language, notification_id, channel,"
		" state, since, next_at) VALUES (?, ?, ?, ?, ?,"
		" 'waiting', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
		DB_TAKES(outgoing_fields)},
	[AGAIN_FIND] = {
		"SELECT n.book_id, n.role,"
		" EXISTS (SELECT 1 FROM announcement a WHERE a.event_id = n.event_id)"
		" FROM notification n WHERE n.id = ? AND n.recipient_id = ? FOR UPDATE",
		DB_TAKES(again_fields), DB_GIVES(struct again_row, again_row_fields)},
	[DELIVERY_FIND] = {
		"SELECT state, COALESCE(leased_until > UTC_TIMESTAMP(3), FALSE),"
		" COALESCE(asked_at > UTC_TIMESTAMP(3) - INTERVAL ? SECOND, FALSE)"
		" FROM delivery WHERE notification_id = ? AND channel = ? FOR UPDATE",
		DB_TAKES(delivery_state_key_fields), DB_GIVES(struct delivery_state_row, delivery_state_fields)},
	[DELIVERY_AGAIN] = {
		"UPDATE delivery SET target = ?, destination = ?, language = ?, state = 'waiting',"
		" attempts = 0, reason = '', delivered_at = NULL, since = UTC_TIMESTAMP(3),"
		" asked_at = UTC_TIMESTAMP(3), next_at = UTC_TIMESTAMP(3)"
		" WHERE notification_id = ? AND channel = ?",
		DB_TAKES(outgoing_fields)},
	[DELIVERY_NOW] = {
		"UPDATE delivery SET next_at = UTC_TIMESTAMP(3), asked_at = UTC_TIMESTAMP(3)"
		" WHERE notification_id = ? AND channel = ?",
		DB_TAKES(outgoing_key_fields)},
};
/* clang-format on */

const struct db_table telling_table = {"telling", DB_CONTEXTS("alarm"), DB_STATEMENTS(statements)};

static enum err
run(struct db_conn *conn, unsigned statement, const void *args)
{
	return db_run(conn, &telling_table, statement, args, NULL);
}

/* As run(); that the row is there already is fine. */
static enum err
run_once(struct db_conn *conn, unsigned statement, const void *args)
{
	enum err err = run(conn, statement, args);
	return err == ERR_DUPLICATE ? OK : err;
}

/* ---- where it goes ---- */

static enum err
wishes_find(struct db_conn *conn, uint64_t recipient_id, uint64_t book_id, enum language fallback,
            struct wishes *ret_wishes)
{
	const struct wishes asked = {
		.recipient_id = recipient_id, .book_id = book_id, .language = fallback};
	return db_find(conn, &telling_table, WISHES_FIND, &asked, ret_wishes);
}

/* Fills the target; it stays empty where the booking's contact is not known yet. Whether it goes
 * by this channel at all. */
static bool
target_choose(enum channel channel, const struct wishes *wishes, enum role role, uint64_t book_id,
              char ret_target[URL_SIZE])
{
	const char *email = *wishes->email       ? wishes->email
	                    : role == ROLE_GUEST ? wishes->contact_email
	                                         : "";
	const char *target = channel == CHANNEL_EMAIL ? email : wishes->webhook_url;
	memcpy(ret_target, target, strlen(target) + 1);
	return *target || (channel == CHANNEL_EMAIL && role == ROLE_GUEST && book_id &&
	                   !wishes->contact_known);
}

static enum err
outgoing_put(struct db_conn *conn, unsigned statement, struct outgoing *outgoing)
{
	delivery_destination(outgoing->channel, outgoing->target, outgoing->notification_id,
	                     outgoing->destination);
	enum err err = run_once(conn, DESTINATION_ADD, outgoing);
	return err == OK ? run(conn, statement, outgoing) : err;
}

static enum err
outgoing_add(struct db_conn *conn, const struct notification *told, uint64_t id,
             const struct tell_rules *rules)
{
	struct wishes wishes;
	enum err err =
		wishes_find(conn, told->recipient_id, told->book_id, rules->fallback, &wishes);
	for (int channel = CHANNEL_EMAIL; err == OK && channel < CHANNEL_MAX; channel++) {
		struct outgoing outgoing = {.notification_id = id,
		                            .channel = (enum channel)channel,
		                            .language = wishes.language};
		if (channel == CHANNEL_EMAIL && !rules->by_email)
			continue;
		if (target_choose(outgoing.channel, &wishes, told->role, told->book_id,
		                  outgoing.target))
			err = outgoing_put(conn, DELIVERY_ADD, &outgoing);
	}
	return err;
}

/* ---- telling ---- */

struct tell {
	const struct telling **by_book; /* two orders of the same */
	const struct telling **by_key;
	size_t n;
	const struct tell_rules *rules;
};

/* Two consumers with the same events wait for each other, but never in a circle. */
static int
in_order_of_keys(const void *left, const void *right)
{
	const struct notification *a = &(*(const struct telling *const *)left)->notification;
	const struct notification *b = &(*(const struct telling *const *)right)->notification;
	int order = strcmp(a->event_id, b->event_id);
	return order ? order : (a->role > b->role) - (a->role < b->role);
}

static int
in_order_of_books(const void *left, const void *right)
{
	const struct notification *a = &(*(const struct telling *const *)left)->notification;
	const struct notification *b = &(*(const struct telling *const *)right)->notification;
	return (a->book_id > b->book_id) - (a->book_id < b->book_id);
}

static enum err
contacts_put(struct db_conn *conn, const struct tell *tell)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < tell->n; i++) {
		const struct event *event = tell->by_book[i]->event;
		struct contact_row row;
		if (event_kinds[event->type].aggregate != AGGREGATE_BOOK)
			continue;
		row.book_id = event->data.book.id;
		row.sequence = event->sequence;
		memcpy(row.email, event->data.book.contact.email, sizeof(row.email));
		err = run(conn, CONTACT_PUT, &row);
	}
	return err;
}

static enum err
announcement_put(struct db_conn *conn, const struct event *event)
{
	struct announcement announcement = {
		.event_id = event->id, .at = event->time, .body = BUF_INIT(EVENT_BODY_MAX)};
	enum err err = event_write(event, &announcement.body);
	if (err == OK)
		err = run_once(conn, ANNOUNCEMENT_ADD, &announcement);
	buf_done(&announcement.body);
	return err;
}

/* What was told before stays as it is. */
static enum err
tell_one(struct db_conn *conn, const struct telling *telling, const struct tell_rules *rules)
{
	struct tell_args args = {.told = telling->notification, .fallback = rules->fallback};
	uint64_t id = 0;
	for (int language = 0; language < LANGUAGE_MAX; language++)
		args.messages[language] = telling->messages[language];
	enum err err = db_insert(conn, &telling_table, NOTIFICATION_ADD, &args, &id);
	if (err != OK)
		return err == ERR_DUPLICATE ? OK : err;
	err = run(conn, INBOX_ADD, &id);
	if (err == OK)
		err = announcement_put(conn, telling->event);
	return err == OK ? outgoing_add(conn, &telling->notification, id, rules) : err;
}

static enum err
tell_work(struct db_conn *conn, void *arg)
{
	const struct tell *tell = arg;
	instant_t since;
	enum err err = notification_watermark_lock(conn, &since);
	if (err == OK)
		err = contacts_put(conn, tell);
	for (size_t i = 0; err == OK && i < tell->n; i++)
		if (tell->by_key[i]->notification.created_at >= since)
			err = tell_one(conn, tell->by_key[i], tell->rules);
	return err;
}

static const struct telling **
ordered(const struct telling tellings[], size_t n, int (*order)(const void *, const void *))
{
	const struct telling **list = calloc(n, sizeof(*list));
	for (size_t i = 0; list && i < n; i++)
		list[i] = &tellings[i];
	if (list)
		qsort(list, n, sizeof(*list), order);
	return list;
}

enum err
notification_store_tell(void *self, const struct telling tellings[], size_t n,
                        const struct tell_rules *rules)
{
	if (!n)
		return OK;
	CLEANUP(free_p) const struct telling **by_book = ordered(tellings, n, in_order_of_books);
	CLEANUP(free_p) const struct telling **by_key = ordered(tellings, n, in_order_of_keys);
	struct tell tell = {.by_book = by_book, .by_key = by_key, .n = n, .rules = rules};
	if (!by_book || !by_key)
		return ERR_MEMORY;
	return db_transact_again(self, tell_work, &tell);
}

/* ---- once more ---- */

struct again_work {
	const struct delivery_again *asked;
	struct notification notification;
};

/* The delivery that is asked for, where the settings lead now. ERR_INVALID: nowhere.
 * ERR_STATE_CONFLICT: there is nothing left to deliver. */
static enum err
outgoing_choose(struct db_conn *conn, const struct delivery_again *asked,
                struct outgoing *ret_outgoing)
{
	struct again_row row;
	struct wishes wishes;
	enum err err = db_find(conn, &telling_table, AGAIN_FIND, asked, &row);
	if (err == OK)
		err = wishes_find(conn, asked->recipient_id, row.book_id, asked->rules.fallback,
		                  &wishes);
	if (err != OK)
		return err;
	*ret_outgoing = (struct outgoing){.notification_id = asked->notification_id,
	                                  .channel = asked->channel,
	                                  .language = wishes.language};
	if (!target_choose(asked->channel, &wishes, row.role, row.book_id, ret_outgoing->target) ||
	    !*ret_outgoing->target || (asked->channel == CHANNEL_EMAIL && !asked->rules.by_email))
		return ERR_INVALID;
	return row.announced ? OK : ERR_STATE_CONFLICT;
}

/* As the delivery stands: it is new, it waits, it is under way, or it has come to an end. */
static enum err
delivery_again(struct db_conn *conn, const struct delivery_again *asked, struct outgoing *outgoing)
{
	struct delivery_state_row key = {.notification_id = asked->notification_id,
	                                 .channel = asked->channel,
	                                 .pause_s = asked->pause_s},
				  found;
	enum err err = db_find(conn, &telling_table, DELIVERY_FIND, &key, &found);
	if (err == ERR_NOT_FOUND)
		return outgoing_put(conn, DELIVERY_ADD, outgoing);
	if (err != OK)
		return err;
	if (found.state == DELIVERY_WAITING)
		return found.leased ? OK : run(conn, DELIVERY_NOW, outgoing);
	if (found.asked)
		return ERR_TOO_MANY;
	return outgoing_put(conn, DELIVERY_AGAIN, outgoing);
}

static enum err
again_work(struct db_conn *conn, void *arg)
{
	struct again_work *work = arg;
	struct outgoing outgoing;
	enum err err = outgoing_choose(conn, work->asked, &outgoing);
	if (err == OK)
		err = delivery_again(conn, work->asked, &outgoing);
	if (err != OK)
		return err;
	work->notification = (struct notification){.id = work->asked->notification_id,
	                                           .recipient_id = work->asked->recipient_id};
	return notification_row_find(conn, &work->notification);
}

enum err
notification_store_again(void *self, const struct delivery_again *again,
                         struct notification *ret_notification)
{
	struct again_work work = {.asked = again};
	enum err err = db_transact(self, again_work, &work);
	if (err == OK)
		*ret_notification = work.notification;
	return err;
}
