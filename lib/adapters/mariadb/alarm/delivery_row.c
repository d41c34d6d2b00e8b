/* SPDX-License-Identifier: MIT */
#include "adapters/mariadb/alarm/delivery_row.h"

#include "adapters/mariadb/alarm/notification_row.h"

enum {
	RECIPIENT_FIND,
	DESTINATION_ADD,
	DELIVERY_ADD,
	DELIVERY_SEND_NOW,
	DELIVERY_RESTART,
	DELIVERY_FACTS,
};

/* ---- statements ---- */

static const struct db_field recipient_key_fields[] = {
	DB_FIELD(struct recipient_row, recipient_id),
	DB_FIELD(struct recipient_row, book_id),
};

static const struct db_field recipient_fields[] = {
	DB_FIELD(struct recipient_row, addresses.email),
	DB_FIELD(struct recipient_row, addresses.webhook_url),
	DB_ENUM(struct recipient_row, chosen, notification_language_word, LANGUAGE_MAX + 1),
	DB_FIELD(struct recipient_row, addresses.contact_known),
	DB_FIELD(struct recipient_row, addresses.contact_email),
	DB_FIELD(struct recipient_row, erased),
};

static const struct db_field destination_fields[] = {
	DB_FIELD(struct delivery_row, destination),
	DB_ENUM(struct delivery_row, channel, channel_name, CHANNEL_MAX),
	DB_FIELD(struct delivery_row, destination),
};

static const struct db_field row_fields[] = {
	DB_FIELD(struct delivery_row, target),
	DB_FIELD(struct delivery_row, destination),
	DB_ENUM(struct delivery_row, language, notification_language_word, LANGUAGE_MAX),
	DB_FIELD(struct delivery_row, notification_id),
	DB_ENUM(struct delivery_row, channel, channel_name, CHANNEL_MAX),
};

static const struct db_field key_fields[] = {
	DB_FIELD(struct delivery_row, notification_id),
	DB_ENUM(struct delivery_row, channel, channel_name, CHANNEL_MAX),
};

struct facts_key {
	uint32_t pause_s;
	uint64_t notification_id;
	enum channel channel;
};

static const struct db_field facts_key_fields[] = {
	DB_FIELD(struct facts_key, pause_s),
	DB_FIELD(struct facts_key, notification_id),
	DB_ENUM(struct facts_key, channel, channel_name, CHANNEL_MAX),
};

static const struct db_field facts_fields[] = {
	DB_ENUM(struct redelivery_facts, state, delivery_state_name, DELIVERY_STATE_MAX),
	DB_FIELD(struct redelivery_facts, leased),
	DB_FIELD(struct redelivery_facts, asked_recently),
};

/* clang-format off */
static const struct db_statement statements[] = {
	[RECIPIENT_FIND] = {
		"SELECT COALESCE(r.email, ''), COALESCE(r.webhook_url, ''), COALESCE(r.language, 'none'),"
		" c.book_id IS NOT NULL, COALESCE(c.email, ''), COALESCE(c.erased, FALSE)"
		" FROM (SELECT 1) one"
		" LEFT JOIN recipient r ON r.recipient_id = ? LEFT JOIN contact c ON c.book_id = ?",
		DB_TAKES(recipient_key_fields), DB_GIVES(struct recipient_row, recipient_fields)},
	[DESTINATION_ADD] = {
		"INSERT INTO destination (name, channel, busy_until) SELECT ?, ?, UTC_TIMESTAMP(3)"
		" FROM (SELECT 1) one"
		" WHERE NOT EXISTS (SELECT 1 FROM destination known WHERE known.name = ?)",
		DB_TAKES(destination_fields)},
	[DELIVERY_ADD] = {
		"INSERT INTO delivery (target, destination, language, notification_id, channel,"
		" state, since, next_at) VALUES (?, ?, ?, ?, ?,"
		" 'waiting', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
		DB_TAKES(row_fields)},
	[DELIVERY_SEND_NOW] = {
		"UPDATE delivery SET next_at = UTC_TIMESTAMP(3), asked_at = UTC_TIMESTAMP(3)"
		" WHERE notification_id = ? AND channel = ?",
		DB_TAKES(key_fields)},
	[DELIVERY_RESTART] = {
		"UPDATE delivery SET target = ?, destination = ?, language = ?, state = 'waiting',"
		" attempts = 0, copies = copies + 1, reason = '', delivered_at = NULL, since = UTC_TIMESTAMP(3),"
		" asked_at = UTC_TIMESTAMP(3), next_at = UTC_TIMESTAMP(3)"
		" WHERE notification_id = ? AND channel = ?",
		DB_TAKES(row_fields)},
	[DELIVERY_FACTS] = {
		"SELECT state, COALESCE(leased_until > UTC_TIMESTAMP(3), FALSE),"
		" COALESCE(asked_at > UTC_TIMESTAMP(3) - INTERVAL ? SECOND, FALSE)"
		" FROM delivery WHERE notification_id = ? AND channel = ? FOR UPDATE",
		DB_TAKES(facts_key_fields), DB_GIVES(struct redelivery_facts, facts_fields)},
};
/* clang-format on */

const struct db_table delivery_row_table = {"delivery_row", DB_CONTEXTS("alarm"),
                                            DB_STATEMENTS(statements)};

enum err
recipient_row_find(struct db_conn *conn, const struct notification *about, enum language asked,
                   const struct notification_rules *rules, struct recipient_row *ret_row)
{
	const struct recipient_row key = {.recipient_id = about->recipient_id,
	                                  .book_id = about->book_id};
	enum err err = db_find(conn, &delivery_row_table, RECIPIENT_FIND, &key, ret_row);
	ret_row->recipient_id = about->recipient_id;
	ret_row->book_id = about->book_id;
	ret_row->addresses.by_email = rules->by_email;
	ret_row->language =
		notification_language(about->recipient_id, ret_row->chosen, asked, rules->fallback);
	return err;
}

enum delivery_target
delivery_row_choose(const struct recipient_row *recipient, enum role role, uint64_t notification_id,
                    enum channel channel, struct delivery_row *ret_row)
{
	*ret_row = (struct delivery_row){.notification_id = notification_id,
	                                 .channel = channel,
	                                 .language = recipient->language};
	const struct delivery_subject subject = {.role = role,
	                                         .recipient_id = recipient->recipient_id,
	                                         .book_id = recipient->book_id};
	const enum delivery_target target =
		delivery_target(channel, &subject, &recipient->addresses, ret_row->target);
	delivery_destination(channel, ret_row->target, notification_id, ret_row->destination);
	return target;
}

/* A duplicate key means that the destination was added a moment ago. */
static enum err
row_put(struct db_conn *conn, unsigned statement, const struct delivery_row *row)
{
	enum err err = db_run(conn, &delivery_row_table, DESTINATION_ADD, row, NULL);
	if (err != OK && err != ERR_DUPLICATE)
		return err;
	return db_run(conn, &delivery_row_table, statement, row, NULL);
}

enum err
delivery_row_add(struct db_conn *conn, const struct delivery_row *row)
{
	return row_put(conn, DELIVERY_ADD, row);
}

enum err
delivery_row_send_now(struct db_conn *conn, const struct delivery_row *row)
{
	return db_run(conn, &delivery_row_table, DELIVERY_SEND_NOW, row, NULL);
}

enum err
delivery_row_restart(struct db_conn *conn, const struct delivery_row *row)
{
	return row_put(conn, DELIVERY_RESTART, row);
}

enum err
delivery_row_facts(struct db_conn *conn, const struct delivery_row *row, uint32_t pause_s,
                   struct redelivery_facts *facts)
{
	const struct facts_key key = {.pause_s = pause_s,
	                              .notification_id = row->notification_id,
	                              .channel = row->channel};
	enum err err = db_find(conn, &delivery_row_table, DELIVERY_FACTS, &key, facts);
	facts->exists = err == OK;
	return err == ERR_NOT_FOUND ? OK : err;
}
