/* SPDX-License-Identifier: MIT */
/* notification_create - creates notifications with their deliveries, as each recipient has chosen.
 */
#include "adapters/mariadb/alarm/delivery_row.h"
#include "adapters/mariadb/alarm/notification_row.h"

#include "adapters/json/event.h"
#include "adapters/mariadb/projection.h"
#include "base/mem.h"

#include <string.h>

enum {
	CONTACT_PUT,
	HOLDER_FIND,
	HAND_OVER,
	NOTIFICATION_ADD,
	INBOX_ADD,
	EVENT_ADD,
};

/* ---- statements ---- */

struct contact_row {
	uint64_t book_id, sequence;
	char email[EMAIL_SIZE];
	enum contact_mailing mailing;
	struct holder holder;
};

static const struct db_field contact_fields[] = {
	DB_FIELD(struct contact_row, book_id),
	DB_FIELD(struct contact_row, sequence),
	DB_FIELD(struct contact_row, email),
	DB_ENUM(struct contact_row, mailing, contact_mailing_name, MAILING_MAX),
	DB_FIELD(struct contact_row, holder.guest_id),
	DB_FIELD(struct contact_row, holder.key_version),
};

static const struct db_field holder_fields[] = {
	DB_FIELD(struct holder, book_id),
	DB_FIELD(struct holder, guest_id),
	DB_FIELD(struct holder, key_version),
};

static const struct db_field hand_over_fields[] = {
	DB_FIELD(struct holder, guest_id),
	DB_FIELD(struct holder, book_id),
};

struct create_args {
	struct notification created;
	const char *message, *room_name;
	enum language language;
};

static const struct db_field create_fields[] = {
	DB_FIELD(struct create_args, created.event_id),
	DB_ENUM(struct create_args, created.role, role_name, ROLE_HOST + 1),
	DB_FIELD(struct create_args, created.recipient_id),
	DB_NULLABLE(struct create_args, created.book_id),
	DB_ENUM(struct create_args, created.event, event_type_name, EVENT_TYPE_MAX),
	DB_FIELD(struct create_args, message),
	DB_FIELD(struct create_args, message),
	DB_FIELD(struct create_args, created.created_at),
	DB_FIELD(struct create_args, room_name),
	DB_ENUM(struct create_args, language, notification_language_word, LANGUAGE_MAX),
};

struct stored_event {
	const char *event_id;
	struct buf body;
	instant_t at;
};

static const struct db_field stored_event_fields[] = {
	DB_FIELD(struct stored_event, event_id),
	DB_FIELD(struct stored_event, body),
	DB_FIELD(struct stored_event, at),
};

/* clang-format off */
static const struct db_statement statements[] = {
	[CONTACT_PUT] = {
		"INSERT INTO contact (book_id, sequence, email, mailing, guest_id, key_version)"
		" VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
		DB_NEWER("sequence", "email") ", " DB_NEWER("sequence", "mailing") ", "
		DB_NEWER("sequence", "guest_id") ", "
		DB_NEWER("sequence", "key_version") ", " DB_NEWEST("sequence"),
		DB_TAKES(contact_fields)},
	[HOLDER_FIND] = {
		"SELECT book_id, guest_id, key_version FROM contact WHERE book_id = ?"
		" LOCK IN SHARE MODE",
		DB_TAKES(db_u64_field), DB_GIVES(struct holder, holder_fields)},
	[HAND_OVER] = {
		"UPDATE notification SET recipient_id = ?"
		" WHERE book_id = ? AND recipient_id = 0 AND role = 'guest'",
		DB_TAKES(hand_over_fields)},
	[NOTIFICATION_ADD] = {
		"INSERT INTO notification"
		" (event_id, role, recipient_id, book_id, event, message, message_digest, created_at,"
		" room_name, language)"
		" VALUES (?, ?, ?, ?, ?, ?, SHA2(?, 256), ?, ?, ?)",
		DB_TAKES(create_fields)},
	[INBOX_ADD] = {
		"INSERT INTO delivery (notification_id, channel, state, attempts, delivered_at)"
		" VALUES (?, 'inbox', 'delivered', 1, UTC_TIMESTAMP(3))",
		DB_TAKES(db_u64_field)},
	[EVENT_ADD] = {
		"INSERT INTO announcement (event_id, body, created_at) VALUES (?, ?, ?)",
		DB_TAKES(stored_event_fields)},
};
/* clang-format on */

const struct db_table notification_create_table = {"notification_create", DB_CONTEXTS("alarm"),
                                                   DB_STATEMENTS(statements)};

static enum err
run(struct db_conn *conn, unsigned statement, const void *args)
{
	return db_run(conn, &notification_create_table, statement, args, NULL);
}

/* ---- one notification ---- */

/* Another notification of the same event may have stored the event already. Of an erased booking nothing of
 * the guest is stored. */
static enum err
event_put(struct db_conn *conn, const struct event *event, bool erased)
{
	struct event kept = *event;
	struct stored_event stored = {
		.event_id = event->id, .at = event->time, .body = BUF_INIT(EVENT_BODY_MAX)};
	if (erased)
		event_erase(&kept);
	enum err err = event_write(&kept, &stored.body);
	if (err == OK)
		err = run(conn, EVENT_ADD, &stored);
	buf_done(&stored.body);
	return err == ERR_DUPLICATE ? OK : err;
}

static enum err
deliveries_add(struct db_conn *conn, const struct notification *created, uint64_t id,
               const struct recipient_row *recipient)
{
	enum err err = OK;
	for (int channel = CHANNEL_EMAIL; err == OK && channel < CHANNEL_MAX; channel++) {
		struct delivery_row row;
		if (delivery_row_choose(recipient, created->role, id, (enum channel)channel,
		                        &row) != TARGET_NONE)
			err = delivery_row_add(conn, &row);
	}
	return err;
}

/* An event from before a claim may come after it, or after an erasure. The lock lets those that are being
 * stored finish, or makes them wait for this notification, so that they change it as well; an event of a
 * booking holds that lock already. */
static enum err
owner_find(struct db_conn *conn, struct notification *created)
{
	struct holder holder;
	const bool is_locked = event_kinds[created->event].aggregate == AGGREGATE_BOOK;
	if (created->role != ROLE_GUEST || !created->book_id ||
	    (created->recipient_id && is_locked))
		return OK;
	enum err err =
		db_find(conn, &notification_create_table, HOLDER_FIND, &created->book_id, &holder);
	if (err == OK)
		created->recipient_id = notification_owner(created, &holder);
	return err == ERR_NOT_FOUND ? OK : err;
}

/* A duplicate key means that the notification was created before: it stays as it is. */
static enum err
create_one(struct db_conn *conn, const struct new_notification *new,
           const struct notification_rules *rules)
{
	struct create_args args = {.created = new->notification};
	struct recipient_row recipient;
	uint64_t id = 0;
	enum err err = owner_find(conn, &args.created);
	if (err == OK)
		err = recipient_row_find(conn, &args.created, new->asked, rules, &recipient);
	if (err != OK)
		return err;
	const bool is_erased = recipient.erased && notification_names_guest(args.created.role);
	args.message = is_erased ? new->erased_messages[recipient.language]
	                         : new->messages[recipient.language];
	args.language = recipient.language;
	args.room_name = new->room_name;
	err = db_insert(conn, &notification_create_table, NOTIFICATION_ADD, &args, &id);
	if (err != OK)
		return err == ERR_DUPLICATE ? OK : err;
	err = run(conn, INBOX_ADD, &id);
	if (err == OK)
		err = event_put(conn, new->event, recipient.erased);
	return err == OK ? deliveries_add(conn, &args.created, id, &recipient) : err;
}

/* ---- all of them ---- */

/* Every consumer writes contacts in the order of bookings and notifications in the order of their
 * keys: two with the same events wait for each other, but never in a cycle. */
static int
by_book_order(const void *left, const void *right)
{
	const struct notification *a =
		&(*(const struct new_notification *const *)left)->notification;
	const struct notification *b =
		&(*(const struct new_notification *const *)right)->notification;
	return (a->book_id > b->book_id) - (a->book_id < b->book_id);
}

static int
by_key_order(const void *left, const void *right)
{
	const struct notification *a =
		&(*(const struct new_notification *const *)left)->notification;
	const struct notification *b =
		&(*(const struct new_notification *const *)right)->notification;
	int order = strcmp(a->event_id, b->event_id);
	return order ? order : (a->role > b->role) - (a->role < b->role);
}

static const struct new_notification **
ordered(const struct new_notification list[], size_t n, int (*order)(const void *, const void *))
{
	const struct new_notification **sorted = calloc(n, sizeof(*sorted));
	for (size_t i = 0; sorted && i < n; i++)
		sorted[i] = &list[i];
	if (sorted)
		qsort(sorted, n, sizeof(*sorted), order);
	return sorted;
}

static enum err
contacts_put(struct db_conn *conn, const struct new_notification *const sorted[], size_t n)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < n; i++) {
		const struct event *event = sorted[i]->event;
		struct contact_row row;
		if (event_kinds[event->type].aggregate != AGGREGATE_BOOK)
			continue;
		row.book_id = event->data.book.id;
		row.sequence = event->sequence;
		row.holder = holder_of_book(&event->data.book);
		row.mailing = event->data.book.contact.mailing;
		memcpy(row.email, event->data.book.contact.email, sizeof(row.email));
		err = run(conn, CONTACT_PUT, &row);
		if (err == OK && row.holder.key_version > BOOK_KEY_FIRST)
			err = run(conn, HAND_OVER, &row.holder);
	}
	return err;
}

enum err
notification_store_create(void *self, const struct new_notification list[], size_t n,
                          const struct notification_rules *rules)
{
	if (!n)
		return OK;
	CLEANUP(free_p) const struct new_notification **books = ordered(list, n, by_book_order);
	CLEANUP(free_p) const struct new_notification **keys = ordered(list, n, by_key_order);
	if (!books || !keys)
		return ERR_MEMORY;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		instant_t watermark;
		try.err = notification_watermark_lock(try.conn, &watermark);
		if (try.err == OK)
			try.err = contacts_put(try.conn, books, n);
		for (size_t i = 0; try.err == OK && i < n; i++)
			if (keys[i]->notification.created_at >= watermark)
				try.err = create_one(try.conn, keys[i], rules);
	}
	return try.err;
}
