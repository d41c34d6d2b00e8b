/* SPDX-License-Identifier: MIT */
#include "adapters/mariadb/alarm/delivery_row.h"

#include "adapters/mariadb/alarm/notification_row.h"

#include "adapters/json/json.h"
#include "base/mem.h"

#include <stdlib.h>

#define DESTINATIONS_BYTES_MAX (1024 * 1024) /* of the JSON text of a batch of them */

enum {
	RECIPIENT_FIND,
	RECIPIENTS_FIND,
	DESTINATIONS_NEW,
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

struct found_recipient {
	uint32_t i;
	struct recipient_row row;
};

static const struct db_field json_fields[] = {{.type = DB_BUF, .size = sizeof(struct buf)}};

static const struct db_field found_fields[] = {
	DB_FIELD(struct found_recipient, i),
	DB_FIELD(struct found_recipient, row.addresses.email),
	DB_FIELD(struct found_recipient, row.addresses.webhook_url),
	DB_ENUM(struct found_recipient, row.chosen, notification_language_word, LANGUAGE_MAX + 1),
	DB_FIELD(struct found_recipient, row.addresses.contact_known),
	DB_FIELD(struct found_recipient, row.addresses.contact_email),
	DB_FIELD(struct found_recipient, row.erased),
};

static const struct db_field destination_fields[] = {
	DB_FIELD(struct delivery_row, destination),
	DB_ENUM(struct delivery_row, channel, channel_name, CHANNEL_MAX),
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

#define RECIPIENT_COLUMNS                                                                   \
	"COALESCE(r.email, ''), COALESCE(r.webhook_url, ''), COALESCE(r.language, 'none')," \
	" c.book_id IS NOT NULL, COALESCE(c.email, ''), COALESCE(c.erased, FALSE)"

/* clang-format off */
static const struct db_statement statements[] = {
	[RECIPIENT_FIND] = {
		"SELECT " RECIPIENT_COLUMNS " FROM (SELECT 1) one"
		" LEFT JOIN recipient r ON r.recipient_id = ? LEFT JOIN contact c ON c.book_id = ?",
		DB_TAKES(recipient_key_fields), DB_GIVES(struct recipient_row, recipient_fields)},
	[RECIPIENTS_FIND] = {
		"SELECT k.i, " RECIPIENT_COLUMNS
		" FROM JSON_TABLE(?, '$[*]' COLUMNS (i INT UNSIGNED PATH '$.i',"
		" recipient_id BIGINT UNSIGNED PATH '$.recipient', book_id BIGINT UNSIGNED PATH '$.book')) k"
		" LEFT JOIN recipient r ON r.recipient_id = k.recipient_id"
		" LEFT JOIN contact c ON c.book_id = k.book_id",
		DB_TAKES(json_fields), DB_GIVES(struct found_recipient, found_fields)},
	[DESTINATIONS_NEW] = {
		"SELECT MIN(k.i) FROM JSON_TABLE(?, '$[*]' COLUMNS (i INT UNSIGNED PATH '$.i',"
		" name VARCHAR(269) CHARACTER SET ascii COLLATE ascii_bin PATH '$.name')) k"
		" WHERE NOT EXISTS (SELECT 1 FROM destination d WHERE d.name = k.name)"
		" GROUP BY k.name ORDER BY k.name",
		DB_TAKES(json_fields), DB_GIVES(uint32_t, db_u32_field)},
	[DESTINATION_ADD] = {
		"INSERT INTO destination (name, channel, busy_until) VALUES (?, ?, UTC_TIMESTAMP(3))",
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
	recipient_row_complete(ret_row, &key, asked, rules);
	return err;
}

void
recipient_row_complete(struct recipient_row *row, const struct recipient_row *key,
                       enum language asked, const struct notification_rules *rules)
{
	row->recipient_id = key->recipient_id;
	row->book_id = key->book_id;
	row->addresses.by_email = rules->by_email;
	row->language =
		notification_language(key->recipient_id, row->chosen, asked, rules->fallback);
}

/* Where the rows of many recipients go. */
struct recipient_rows {
	struct recipient_row *first;
	size_t stride, n, found;
};

static enum err
recipient_take(void *row, void *arg)
{
	const struct found_recipient *found = row;
	struct recipient_rows *to = arg;
	if (found->i >= to->n)
		return ERR_BUG_HERE();
	*(struct recipient_row *)(void *)((char *)to->first + found->i * to->stride) = found->row;
	to->found++;
	return OK;
}

enum err
recipient_rows_find(struct db_conn *conn, const struct buf *subjects, struct recipient_row *first,
                    size_t stride, size_t n)
{
	struct found_recipient row;
	struct recipient_rows to = {.first = first, .stride = stride, .n = n};
	enum err err = db_each(conn, &delivery_row_table, RECIPIENTS_FIND, subjects, &row,
	                       recipient_take, &to);
	return err == OK && to.found != n ? ERR_BUG_HERE() : err;
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

/* ---- adding ---- */

static enum err
destinations_write(const struct delivery_row rows[], size_t n, struct buf *text)
{
	CLEANUP(json_p) struct json_object *list = json_new_array();
	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_new_object();
		json_put_u64(&item, "i", i);
		json_put_text(&item, "name", rows[i].destination);
		json_append(&list, item);
	}
	return list ? json_write(list, text) : ERR_MEMORY;
}

/* Deliveries whose destination is new. */
struct new_destinations {
	const struct delivery_row *from;
	struct delivery_row *to;
	size_t max, n;
};

static enum err
destination_take(void *row, void *arg)
{
	const uint32_t *i = row;
	struct new_destinations *new = arg;
	if (*i >= new->max || new->n == new->max)
		return ERR_BUG_HERE();
	new->to[new->n++] = new->from[*i];
	return OK;
}

/* What is known is looked at without a lock: senders lock destinations. */
static enum err
destinations_add(struct db_conn *conn, const struct delivery_row rows[], size_t n)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(DESTINATIONS_BYTES_MAX);
	CLEANUP(free_p) struct delivery_row *new = calloc(n, sizeof(*new));
	struct new_destinations to = {.from = rows, .to = new, .max = n};
	uint32_t row;
	if (!new)
		return ERR_MEMORY;
	enum err err = destinations_write(rows, n, &text);
	if (err == OK)
		err = db_each(conn, &delivery_row_table, DESTINATIONS_NEW, &text, &row,
		              destination_take, &to);
	if (err == OK)
		err = db_run_many(conn, &delivery_row_table, DESTINATION_ADD, new, sizeof(*new),
		                  to.n, NULL);
	return err == ERR_DUPLICATE ? ERR_CONFLICT : err;
}

enum err
delivery_rows_add(struct db_conn *conn, const struct delivery_row rows[], size_t n)
{
	enum err err = n ? destinations_add(conn, rows, n) : OK;
	return err == OK ? db_run_many(conn, &delivery_row_table, DELIVERY_ADD, rows, sizeof(*rows),
	                               n, NULL)
	                 : err;
}

enum err
delivery_row_send_now(struct db_conn *conn, const struct delivery_row *row)
{
	return db_run(conn, &delivery_row_table, DELIVERY_SEND_NOW, row, NULL);
}

enum err
delivery_row_restart(struct db_conn *conn, const struct delivery_row *row)
{
	enum err err = destinations_add(conn, row, 1);
	return err == OK ? db_run(conn, &delivery_row_table, DELIVERY_RESTART, row, NULL) : err;
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
