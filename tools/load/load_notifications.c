/* SPDX-License-Identifier: MIT */
/*
 * load_notifications - what alarm has of invented rooms and bookings.
 *
 * As notification_create stores it, but without the events themselves: alarm keeps those for a month only, and
 * these are older. Nobody among the invented guests has settings, so there is no mail and no webhook.
 */
#include "tools/load/load.h"

#include "adapters/mariadb/alarm/notification_store.h"
#include "app/alarm/notify.h"
#include "base/mem.h"

#include <string.h>

enum { CONTACT_ADD, NOTIFICATION_ADD, INBOX_ADD };

struct contact_row {
	uint64_t book_id, sequence, guest_id;
	uint32_t key_version;
	char email[EMAIL_SIZE];
	enum contact_mailing mailing;
};

struct notification_row {
	uint64_t id; /* once it is stored */
	struct notification notification;
	enum language language;
	const char *room_name;
};

static const char *
event_word(unsigned type)
{
	return event_type_name((enum event_type)type);
}

static const char *
role_word(unsigned role)
{
	return role_name((enum role)role);
}

static const char *
language_word(unsigned language)
{
	return language_name((enum language)language);
}

static const struct db_field contact_fields[] = {
	DB_FIELD(struct contact_row, book_id),
	DB_FIELD(struct contact_row, sequence),
	DB_FIELD(struct contact_row, email),
	DB_ENUM(struct contact_row, mailing, contact_mailing_name, MAILING_MAX),
	DB_FIELD(struct contact_row, guest_id),
	DB_FIELD(struct contact_row, key_version),
};

static const struct db_field notification_fields[] = {
	DB_FIELD(struct notification_row, notification.event_id),
	DB_ENUM(struct notification_row, notification.role, role_word, ROLE_HOST + 1),
	DB_FIELD(struct notification_row, notification.recipient_id),
	DB_NULLABLE(struct notification_row, notification.book_id),
	DB_ENUM(struct notification_row, notification.event, event_word, EVENT_TYPE_MAX),
	DB_FIELD(struct notification_row, notification.message),
	DB_FIELD(struct notification_row, notification.message),
	DB_FIELD(struct notification_row, notification.created_at),
	DB_FIELD(struct notification_row, room_name),
	DB_ENUM(struct notification_row, language, language_word, LANGUAGE_MAX),
};

static const struct db_field inbox_fields[] = {
	DB_FIELD(struct notification_row, id),
	DB_FIELD(struct notification_row, notification.created_at),
};

static const struct db_statement statements[] = {
	[CONTACT_ADD] = {"INSERT INTO contact (book_id, sequence, email, mailing, guest_id,"
                         " key_version) VALUES (?, ?, ?, ?, ?, ?)",
                         DB_TAKES(contact_fields)},
	[NOTIFICATION_ADD] = {"INSERT INTO notification (event_id, role, recipient_id, book_id,"
                              " event, message, message_digest, created_at, room_name, language)"
                              " VALUES (?, ?, ?, ?, ?, ?, SHA2(?, 256), ?, ?, ?) RETURNING id",
                              DB_TAKES(notification_fields), DB_GIVES(uint64_t, db_u64_field)},
	[INBOX_ADD] = {"INSERT INTO delivery (notification_id, channel, state, attempts,"
                       " delivered_at) VALUES (?, 'inbox', 'delivered', 1, ?)",
                       DB_TAKES(inbox_fields)},
};

static const struct db_table table = {"load_notifications", NULL, DB_STATEMENTS(statements)};

struct batch {
	struct notification_row *rows;
	size_t n;
	struct contact_row *contacts;
	size_t n_contacts;
};

static void
batch_done(struct batch *batch)
{
	free(batch->rows);
	free(batch->contacts);
}

/* Nobody has chosen a language, so it is the one that is asked for, or the system's. */
static void
rows_add(const struct loader *loader, const struct event *event, const struct room_label *label,
         struct new_notification composed[RECIPIENTS_MAX], struct batch *batch)
{
	const struct notification_context context = {.label = label,
	                                             .prefix = loader->settings->alarm_prefix};
	const size_t n = notification_compose(event, &context, composed);
	for (size_t i = 0; i < n; i++) {
		struct notification_row *row = &batch->rows[batch->n++];
		row->notification = composed[i].notification;
		row->language = composed[i].asked < LANGUAGE_MAX
		                        ? composed[i].asked
		                        : (enum language)loader->settings->language;
		row->room_name = label->name;
		memcpy(row->notification.message, composed[i].messages[row->language],
		       sizeof(row->notification.message));
	}
}

static void
contact_add(const struct event *event, struct batch *batch)
{
	const struct book *book = &event->data.book;
	if (event_kinds[event->type].aggregate != AGGREGATE_BOOK)
		return;
	struct contact_row *row = &batch->contacts[batch->n_contacts++];
	*row = (struct contact_row){.book_id = book->id,
	                            .sequence = event->sequence,
	                            .guest_id = book->guest_id,
	                            .key_version = book->key_version,
	                            .mailing = book->contact.mailing};
	memcpy(row->email, book->contact.email, sizeof(row->email));
}

static enum err
batch_store(const struct loader *loader, struct batch *batch)
{
	struct db_try try = db_begin(loader->alarm, DB_WRITE);
	while (db_next(&try)) {
		try.err = db_run_many(try.conn, &table, CONTACT_ADD, batch->contacts,
		                      sizeof(*batch->contacts), batch->n_contacts, NULL);
		if (try.err == OK)
			try.err = db_insert_many(try.conn, &table, NOTIFICATION_ADD, batch->rows,
			                         sizeof(*batch->rows), batch->n, &batch->rows->id);
		if (try.err == OK)
			try.err = db_run_many(try.conn, &table, INBOX_ADD, batch->rows,
			                      sizeof(*batch->rows), batch->n, NULL);
	}
	return try.err;
}

static enum err
load(const struct loader *loader, const struct event events[], const struct room_label labels[],
     size_t n)
{
	CLEANUP(batch_done)
	struct batch batch = {.rows = calloc(n * RECIPIENTS_MAX, sizeof(*batch.rows)),
	                      .contacts = calloc(n, sizeof(*batch.contacts))};
	CLEANUP(free_p)
	struct new_notification *composed = calloc(RECIPIENTS_MAX, sizeof(*composed));
	if (!batch.rows || !batch.contacts || !composed)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		rows_add(loader, &events[i], &labels[i], composed, &batch);
		contact_add(&events[i], &batch);
	}
	return batch_store(loader, &batch);
}

/* alarm knows the names of rooms from their events, which came before. */
static enum err
label_of(const struct loader *loader, const struct event *event, struct room_label *ret_label)
{
	struct room room;
	enum err err =
		demo_room(&loader->demo, event_room_id(event) - loader->demo.first_room, &room);
	if (err != OK)
		return err;
	memcpy(ret_label->name, room.name, sizeof(ret_label->name));
	memcpy(ret_label->language, room.language, sizeof(ret_label->language));
	return OK;
}

enum err
load_notifications(const struct loader *loader, const struct event events[], size_t n)
{
	CLEANUP(free_p) struct room_label *labels = calloc(n, sizeof(*labels));
	enum err err = labels ? OK : ERR_MEMORY;
	for (size_t i = 0; err == OK && i < n; i++)
		err = label_of(loader, &events[i], &labels[i]);
	return err == OK ? load(loader, events, labels, n) : err;
}

enum err
load_labels(const struct loader *loader, const struct event events[], size_t n)
{
	const struct notification_store store = notification_store_mariadb(loader->alarm);
	CLEANUP(free_p) struct room_label *labels = calloc(n, sizeof(*labels));
	enum err err = labels ? store.rooms_learn(store.self, events, n, labels) : ERR_MEMORY;
	return err == OK ? load(loader, events, labels, n) : err;
}
