/* SPDX-License-Identifier: MIT */
/*
 * notification_create - creates notifications with their deliveries, as each recipient has chosen.
 *
 * All notifications of a batch of events are created together: each step is one statement for all of them.
 */
#include "adapters/mariadb/alarm/delivery_row.h"
#include "adapters/mariadb/alarm/notification_row.h"

#include "adapters/json/event.h"
#include "adapters/json/json.h"
#include "adapters/mariadb/projection.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum {
	CONTACT_PUT,
	HAND_OVER,
	HOLDERS_FIND,
	KNOWN_FIND,
	NOTIFICATION_ADD,
	INBOX_ADD,
	EVENT_ADD,
};

#define BATCH_BYTES_MAX (1024 * 1024) /* of the JSON text of a batch */

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

/* Who the booking of a notification belongs to; i: the notification's place in the batch. */
struct found_holder {
	uint32_t i;
	struct holder holder;
};

static const struct db_field batch_fields[] = {{.type = DB_BUF, .size = sizeof(struct buf)}};

static const struct db_field holder_fields[] = {
	DB_FIELD(struct found_holder, i),
	DB_FIELD(struct found_holder, holder.book_id),
	DB_FIELD(struct found_holder, holder.guest_id),
	DB_FIELD(struct found_holder, holder.key_version),
};

static const struct db_field hand_over_fields[] = {
	DB_FIELD(struct holder, guest_id),
	DB_FIELD(struct holder, book_id),
};

/* A notification that is being created. */
struct creation {
	const struct new_notification *new;
	uint64_t id;           /* once it is stored */
	uint64_t recipient_id; /* once it is known whose the booking is */
	const char *message;   /* of new, or what is told of an erased booking */
	bool known;            /* it was created before */
	struct recipient_row recipient;
	/* What new has, where a statement finds it. */
	const char *event_id, *room_name;
	enum role role;
	uint64_t book_id;
	enum event_type event;
	instant_t at;
};

static const struct db_field create_fields[] = {
	DB_FIELD(struct creation, event_id),
	DB_ENUM(struct creation, role, role_name, ROLE_HOST + 1),
	DB_FIELD(struct creation, recipient_id),
	DB_NULLABLE(struct creation, book_id),
	DB_ENUM(struct creation, event, event_type_name, EVENT_TYPE_MAX),
	DB_FIELD(struct creation, message),
	DB_FIELD(struct creation, message),
	DB_FIELD(struct creation, at),
	DB_FIELD(struct creation, room_name),
	DB_ENUM(struct creation, recipient.language, notification_language_word, LANGUAGE_MAX),
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
	[HAND_OVER] = {
		"UPDATE notification SET recipient_id = ?"
		" WHERE book_id = ? AND recipient_id = 0 AND role = 'guest'",
		DB_TAKES(hand_over_fields)},
	[HOLDERS_FIND] = {
		"SELECT STRAIGHT_JOIN k.i, c.book_id, c.guest_id, c.key_version"
		" FROM JSON_TABLE(?, '$[*]' COLUMNS (i INT UNSIGNED PATH '$.i',"
		" book_id BIGINT UNSIGNED PATH '$.book')) k"
		" JOIN contact c ON c.book_id = k.book_id LOCK IN SHARE MODE",
		DB_TAKES(batch_fields), DB_GIVES(struct found_holder, holder_fields)},
	[KNOWN_FIND] = {
		"SELECT STRAIGHT_JOIN k.i FROM JSON_TABLE(?, '$[*]' COLUMNS (i INT UNSIGNED PATH '$.i',"
		" event_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin PATH '$.event',"
		" role VARCHAR(8) PATH '$.role')) k"
		" JOIN notification n ON n.event_id = k.event_id AND n.role = k.role",
		DB_TAKES(batch_fields), DB_GIVES(uint32_t, db_u32_field)},
	[NOTIFICATION_ADD] = {
		"INSERT INTO notification"
		" (event_id, role, recipient_id, book_id, event, message, message_digest, created_at,"
		" room_name, language)"
		" VALUES (?, ?, ?, ?, ?, ?, SHA2(?, 256), ?, ?, ?) RETURNING id",
		DB_TAKES(create_fields), DB_GIVES(uint64_t, db_u64_field)},
	[INBOX_ADD] = {
		"INSERT INTO delivery (notification_id, channel, state, attempts, delivered_at)"
		" VALUES (?, 'inbox', 'delivered', 1, UTC_TIMESTAMP(3))",
		DB_TAKES(db_u64_field)},
	[EVENT_ADD] = {
		"INSERT INTO announcement (event_id, body, created_at) VALUES (?, ?, ?)"
		" ON DUPLICATE KEY UPDATE event_id = VALUES(event_id)",
		DB_TAKES(stored_event_fields)},
};
/* clang-format on */

const struct db_table notification_create_table = {"notification_create", DB_CONTEXTS("alarm"),
                                                   DB_STATEMENTS(statements)};

/* ---- the batch ---- */

struct batch {
	struct db_conn *conn;
	struct creation *creations; /* in the order of their keys */
	size_t n;
};

/* The batch as the statements take it, or those of it that are wanted; NULL: all. */
static enum err
batch_write(const struct batch *batch, bool (*wanted)(const struct creation *creation),
            struct buf *text)
{
	CLEANUP(json_p) struct json_object *list = json_new_array();
	for (size_t i = 0; i < batch->n; i++) {
		const struct creation *creation = &batch->creations[i];
		struct json_object *item = NULL;
		if (wanted && !wanted(creation))
			continue;
		item = json_new_object();
		json_put_u64(&item, "i", i);
		json_put_text(&item, "event", creation->event_id);
		json_put_text(&item, "role", role_name(creation->role));
		json_put_u64(&item, "recipient", creation->recipient_id);
		json_put_u64(&item, "book", creation->book_id);
		json_append(&list, item);
	}
	buf_reset(text);
	return list ? json_write(list, text) : ERR_MEMORY;
}

/* Runs a statement on the batch. */
static enum err
batch_find(const struct batch *batch, unsigned statement, const struct buf *text, void *row,
           db_visit *visit)
{
	struct batch to = *batch;
	return db_each(batch->conn, &notification_create_table, statement, text, row, visit, &to);
}

/* An event from before a claim may come after it, or after an erasure; an event of a booking holds the lock of
 * the contact already. */
static bool
owner_is_open(const struct creation *creation)
{
	const bool is_locked = event_kinds[creation->event].aggregate == AGGREGATE_BOOK;
	return creation->role == ROLE_GUEST && creation->book_id &&
	       !(creation->recipient_id && is_locked);
}

static enum err
owner_take(void *row, void *arg)
{
	const struct found_holder *found = row;
	const struct batch *batch = arg;
	if (found->i >= batch->n)
		return ERR_BUG_HERE();
	struct creation *creation = &batch->creations[found->i];
	creation->recipient_id = notification_owner(&creation->new->notification, &found->holder);
	return OK;
}

/* The lock lets claims and erasures that are being stored finish, or makes them wait for these notifications,
 * so that they change them as well. */
static enum err
owners_find(const struct batch *batch, struct buf *text)
{
	struct found_holder row;
	enum err err = batch_write(batch, owner_is_open, text);
	return err == OK ? batch_find(batch, HOLDERS_FIND, text, &row, owner_take) : err;
}

static enum err
known_take(void *row, void *arg)
{
	const uint32_t *i = row;
	const struct batch *batch = arg;
	if (*i >= batch->n)
		return ERR_BUG_HERE();
	batch->creations[*i].known = true;
	return OK;
}

/* Leaves out what was created before: it stays as it is. */
static enum err
known_leave_out(struct batch *batch, struct buf *text)
{
	uint32_t row;
	size_t n = 0;
	enum err err = batch_write(batch, NULL, text);
	if (err == OK)
		err = batch_find(batch, KNOWN_FIND, text, &row, known_take);
	for (size_t i = 0; err == OK && i < batch->n; i++)
		if (!batch->creations[i].known)
			batch->creations[n++] = batch->creations[i];
	batch->n = n;
	return err;
}

static enum err
recipients_find(const struct batch *batch, const struct notification_rules *rules, struct buf *text)
{
	enum err err = batch_write(batch, NULL, text);
	if (err == OK)
		err = recipient_rows_find(batch->conn, text, &batch->creations->recipient,
		                          sizeof(*batch->creations), batch->n);
	for (size_t i = 0; err == OK && i < batch->n; i++) {
		struct creation *creation = &batch->creations[i];
		const struct new_notification *new = creation->new;
		const struct recipient_row key = {.recipient_id = creation->recipient_id,
		                                  .book_id = creation->book_id};
		struct recipient_row *recipient = &creation->recipient;
		recipient_row_complete(recipient, &key, new->asked, rules);
		creation->message = recipient->erased && notification_names_guest(creation->role)
		                            ? new->erased_messages[recipient->language]
		                            : new->messages[recipient->language];
	}
	return err;
}

/* ---- writing ---- */

/* ERR_CONFLICT: somebody else has just created one of them. */
static enum err
notifications_add(const struct batch *batch)
{
	enum err err = db_insert_many(batch->conn, &notification_create_table, NOTIFICATION_ADD,
	                              batch->creations, sizeof(*batch->creations), batch->n,
	                              &batch->creations->id);
	if (err == ERR_DUPLICATE)
		return ERR_CONFLICT;
	return err == OK ? db_run_many(batch->conn, &notification_create_table, INBOX_ADD,
	                               &batch->creations->id, sizeof(*batch->creations), batch->n,
	                               NULL)
	                 : err;
}

static void
events_done(struct stored_event events[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_done(&events[i].body);
	free(events);
}

/* Each event once; another notification of it may have stored it already. Of an erased booking nothing of the
 * guest is stored. */
static enum err
events_add(const struct batch *batch)
{
	struct stored_event *events = calloc(batch->n, sizeof(*events));
	size_t n = 0;
	enum err err = events ? OK : ERR_MEMORY;
	for (size_t i = 0; err == OK && i < batch->n; i++) {
		const struct creation *creation = &batch->creations[i];
		struct event kept = *creation->new->event;
		if (n && strcmp(events[n - 1].event_id, creation->event_id) == 0)
			continue;
		if (creation->recipient.erased)
			event_erase(&kept);
		events[n] = (struct stored_event){.event_id = creation->event_id,
		                                  .at = kept.time,
		                                  .body = BUF_INIT(EVENT_BODY_MAX)};
		err = event_write(&kept, &events[n++].body);
	}
	if (err == OK)
		err = db_run_many(batch->conn, &notification_create_table, EVENT_ADD, events,
		                  sizeof(*events), n, NULL);
	events_done(events, n);
	return err;
}

static enum err
deliveries_add(const struct batch *batch)
{
	CLEANUP(free_p)
	struct delivery_row *rows = calloc(batch->n * CHANNEL_MAX, sizeof(*rows));
	size_t n = 0;
	if (!rows)
		return ERR_MEMORY;
	for (size_t i = 0; i < batch->n; i++) {
		const struct creation *creation = &batch->creations[i];
		for (int channel = CHANNEL_EMAIL; channel < CHANNEL_MAX; channel++)
			n += delivery_row_choose(&creation->recipient, creation->role, creation->id,
			                         (enum channel)channel, &rows[n]) != TARGET_NONE;
	}
	return delivery_rows_add(batch->conn, rows, n);
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

/* Events of one booking come together, and in the order of the list: each writes what is newest. */
static enum err
contacts_put(struct db_conn *conn, const struct new_notification *const sorted[], size_t n)
{
	CLEANUP(free_p) struct contact_row *rows = calloc(n, sizeof(*rows));
	size_t n_rows = 0;
	if (!rows)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		const struct event *event = sorted[i]->event;
		struct contact_row *row = &rows[n_rows];
		if (event_kinds[event->type].aggregate != AGGREGATE_BOOK ||
		    (i && event == sorted[i - 1]->event))
			continue;
		*row = (struct contact_row){.book_id = event->data.book.id,
		                            .sequence = event->sequence,
		                            .mailing = event->data.book.contact.mailing,
		                            .holder = holder_of_book(&event->data.book)};
		memcpy(row->email, event->data.book.contact.email, sizeof(row->email));
		n_rows++;
	}
	enum err err = db_run_many(conn, &notification_create_table, CONTACT_PUT, rows,
	                           sizeof(*rows), n_rows, NULL);
	for (size_t i = 0; err == OK && i < n_rows; i++)
		if (rows[i].holder.key_version > BOOK_KEY_FIRST)
			err = db_run(conn, &notification_create_table, HAND_OVER, &rows[i].holder,
			             NULL);
	return err;
}

static struct creation
creation_begin(const struct new_notification *new)
{
	const struct notification *notification = &new->notification;
	return (struct creation){.new = new,
	                         .recipient_id = notification->recipient_id,
	                         .event_id = notification->event_id,
	                         .room_name = new->room_name,
	                         .role = notification->role,
	                         .book_id = notification->book_id,
	                         .event = notification->event,
	                         .at = notification->created_at};
}

/* batch->n may become less. */
static enum err
batch_create(struct batch *batch, const struct notification_rules *rules)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(BATCH_BYTES_MAX);
	enum err err = batch->n ? owners_find(batch, &text) : OK;
	if (err == OK && batch->n)
		err = known_leave_out(batch, &text);
	if (err != OK || !batch->n)
		return err;
	err = recipients_find(batch, rules, &text);
	if (err == OK)
		err = notifications_add(batch);
	if (err == OK)
		err = events_add(batch);
	return err == OK ? deliveries_add(batch) : err;
}

enum err
notification_store_create(void *self, const struct new_notification list[], size_t n,
                          const struct notification_rules *rules)
{
	if (!n)
		return OK;
	CLEANUP(free_p) const struct new_notification **books = ordered(list, n, by_book_order);
	CLEANUP(free_p) const struct new_notification **keys = ordered(list, n, by_key_order);
	CLEANUP(free_p) struct creation *creations = calloc(n, sizeof(*creations));
	if (!books || !keys || !creations)
		return ERR_MEMORY;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		struct batch batch = {.conn = try.conn, .creations = creations};
		instant_t watermark;
		try.err = notification_watermark_lock(try.conn, &watermark);
		if (try.err == OK)
			try.err = contacts_put(try.conn, books, n);
		for (size_t i = 0; try.err == OK && i < n; i++)
			if (keys[i]->notification.created_at >= watermark &&
			    !(i && by_key_order(&keys[i - 1], &keys[i]) == 0))
				creations[batch.n++] = creation_begin(keys[i]);
		if (try.err == OK)
			try.err = batch_create(&batch, rules);
	}
	return try.err;
}
