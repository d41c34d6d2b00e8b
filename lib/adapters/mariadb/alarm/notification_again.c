/* SPDX-License-Identifier: MIT */
/* notification_again - the recipient asks for another delivery of a notification. */
#include "adapters/mariadb/alarm/delivery_row.h"
#include "adapters/mariadb/alarm/notification_row.h"
#include "adapters/mariadb/idempotency.h"

enum { NOTIFICATION_LOCK };

static const struct db_field asked_fields[] = {
	DB_FIELD(struct redelivery_request, notification_id),
	DB_FIELD(struct redelivery_request, recipient_id),
};

struct notification_lock {
	struct notification notification;
	bool event_kept;
};

static const struct db_field lock_fields[] = {
	DB_FIELD(struct notification_lock, notification.recipient_id),
	DB_NULLABLE(struct notification_lock, notification.book_id),
	DB_ENUM(struct notification_lock, notification.role, role_name, ROLE_HOST + 1),
	DB_FIELD(struct notification_lock, event_kept),
};

/* clang-format off */
static const struct db_statement statements[] = {
	[NOTIFICATION_LOCK] = {
		"SELECT n.recipient_id, n.book_id, n.role,"
		" EXISTS (SELECT 1 FROM announcement a WHERE a.event_id = n.event_id)"
		" FROM notification n WHERE n.id = ? AND n.recipient_id = ? FOR UPDATE",
		DB_TAKES(asked_fields), DB_GIVES(struct notification_lock, lock_fields)},
};
/* clang-format on */

const struct db_table notification_again_table = {"notification_again", DB_CONTEXTS("alarm"),
                                                  DB_STATEMENTS(statements)};

static enum err
step_take(struct db_conn *conn, enum redelivery_step step, const struct delivery_row *row)
{
	switch (step) {
	case REDELIVERY_ADD: return delivery_rows_add(conn, row, 1);
	case REDELIVERY_RESTART: return delivery_row_restart(conn, row);
	case REDELIVERY_SEND_NOW: return delivery_row_send_now(conn, row);
	case REDELIVERY_NOTHING: break;
	}
	return OK;
}

static enum err
channel_ask(struct db_conn *conn, const struct redelivery_request *asked,
            const struct notification_lock *lock, const struct recipient_row *recipient,
            enum channel channel)
{
	struct delivery_row row;
	enum redelivery_step step;
	struct redelivery_facts facts = {.event_kept = lock->event_kept};
	facts.target = delivery_row_choose(recipient, lock->notification.role,
	                                   asked->notification_id, channel, &row);
	enum err err = delivery_row_facts(conn, &row, asked->pause_s, &facts);
	if (err == OK)
		err = redelivery_decide(&facts, &step);
	return err == OK ? step_take(conn, step, &row) : err;
}

/* Mail goes to the contact as well, as far as that may be. */
static enum err
delivery_ask(struct db_conn *conn, const struct redelivery_request *asked)
{
	struct notification_lock lock;
	struct recipient_row recipient;
	enum err err = db_find(conn, &notification_again_table, NOTIFICATION_LOCK, asked, &lock);
	if (err == OK)
		err = recipient_row_find(conn, &lock.notification, LANGUAGE_MAX, &asked->rules,
		                         &recipient);
	if (err == OK)
		err = channel_ask(conn, asked, &lock, &recipient, asked->channel);
	if (err != OK || asked->channel != CHANNEL_EMAIL)
		return err;
	err = channel_ask(conn, asked, &lock, &recipient, CHANNEL_CONTACT);
	return err == ERR_INVALID || err == ERR_TOO_MANY ? OK : err;
}

/* The key and the condition, then the delivery; the lock of the notification's row serializes
 * requests with one key. */
static enum err
again_apply(struct db_conn *conn, const struct redelivery_request *again,
            struct notification *notification, bool *ret_replayed)
{
	uint64_t id;
	enum err err = notification_row_lock(conn, notification);
	if (err != OK)
		return err;
	err = idempotency_find(conn, &again->key, &id);
	*ret_replayed = err == OK;
	if (err != ERR_NOT_FOUND)
		return err;
	err = precondition_check(&again->condition, notification_tag(notification));
	if (err == OK)
		err = delivery_ask(conn, again);
	if (err == OK)
		err = idempotency_add(conn, &again->key, again->notification_id);
	return err == OK ? notification_row_find(conn, notification) : err;
}

enum err
notification_store_again(void *self, const struct redelivery_request *again,
                         struct notification *ret_notification, bool *ret_replayed)
{
	struct notification found;
	bool replayed = false;
	struct db_try try =
		db_begin(self, idempotency_given(&again->key) ? DB_IDEMPOTENT : DB_WRITE);
	while (db_next(&try)) {
		found = (struct notification){.id = again->notification_id,
		                              .recipient_id = again->recipient_id};
		try.err = again_apply(try.conn, again, &found, &replayed);
	}
	if (try.err != OK)
		return try.err;
	*ret_notification = found;
	*ret_replayed = replayed;
	return OK;
}
