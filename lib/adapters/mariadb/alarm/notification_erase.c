/* SPDX-License-Identifier: MIT */
/*
 * notification_erase - overwrites what alarm has of the guest of an erased booking.
 *
 * The row of the contact is locked first, as it is by everybody who stores an event of the booking: so
 * nobody stores what was read before.
 */
#include "adapters/mariadb/alarm/notification_row.h"

#include "adapters/mariadb/projection.h"
#include "base/mem.h"

#include <stdlib.h>

enum {
	CONTACT_ERASE,
	HAND_OVER,
	MESSAGES_ERASE,
	EVENTS_ERASE,
	MAILS_DROP,
	TARGETS_ERASE, /* the last one of a booking */
	RECIPIENT_DELETE,
	RECIPIENT_DROP,
	RECIPIENT_TARGETS_ERASE,
	STATEMENT_MAX,
};

struct erase_args {
	uint64_t sequence;
	struct holder holder;
	const char *messages[LANGUAGE_MAX];
};

static const struct db_field contact_fields[] = {
	DB_FIELD(struct erase_args, holder.book_id),
	DB_FIELD(struct erase_args, sequence),
	DB_FIELD(struct erase_args, holder.guest_id),
	DB_FIELD(struct erase_args, holder.key_version),
};

static const struct db_field hand_over_fields[] = {
	DB_FIELD(struct erase_args, holder.guest_id),
	DB_FIELD(struct erase_args, holder.book_id),
};

static const struct db_field message_fields[] = {
	DB_FIELD(struct erase_args, messages[LANGUAGE_KO]),
	DB_FIELD(struct erase_args, messages[LANGUAGE_EN]),
	DB_FIELD(struct erase_args, holder.book_id),
};

static const struct db_field book_fields[] = {DB_FIELD(struct erase_args, holder.book_id)};

/* clang-format off */
#define OF_NOTIFICATION \
	" JOIN notification n ON n.id = d.notification_id"

static const struct db_statement statements[] = {
	[CONTACT_ERASE] = {
		"INSERT INTO contact (book_id, sequence, email, guest_id, key_version, erased)"
		" VALUES (?, ?, '', ?, ?, TRUE) ON DUPLICATE KEY UPDATE email = '', erased = TRUE, "
		DB_NEWER("sequence", "guest_id") ", " DB_NEWER("sequence", "key_version") ", "
		DB_NEWEST("sequence"),
		DB_TAKES(contact_fields)},
	[HAND_OVER] = {
		"UPDATE notification SET recipient_id = ?"
		" WHERE book_id = ? AND recipient_id = 0 AND role = 'guest'",
		DB_TAKES(hand_over_fields)},
	/* The message is assigned before its digest: MariaDB assigns from left to right. */
	[MESSAGES_ERASE] = {
		"UPDATE notification SET message = IF(language = 'ko', ?, ?),"
		" message_digest = SHA2(message, 256) WHERE book_id = ? AND role = 'host'",
		DB_TAKES(message_fields)},
	[EVENTS_ERASE] = {
		"UPDATE announcement a JOIN notification n ON n.event_id = a.event_id"
		" SET a.body = " DB_EVENT_ERASED("a.body") " WHERE n.book_id = ?",
		DB_TAKES(book_fields)},
	[MAILS_DROP] = {
		"DELETE d FROM delivery d" OF_NOTIFICATION " WHERE n.book_id = ? AND n.role = 'guest'"
		" AND d.channel IN ('email', 'contact') AND d.state = 'waiting'",
		DB_TAKES(book_fields)},
	[TARGETS_ERASE] = {
		"UPDATE delivery d" OF_NOTIFICATION " SET d.target = '', d.destination = ''"
		" WHERE n.book_id = ? AND n.role = 'guest' AND d.state <> 'waiting'",
		DB_TAKES(book_fields)},
	[RECIPIENT_DELETE] = {
		"DELETE FROM recipient WHERE recipient_id = ?", DB_TAKES(db_u64_field)},
	[RECIPIENT_DROP] = {
		"DELETE d FROM delivery d" OF_NOTIFICATION " WHERE n.recipient_id = ?"
		" AND d.channel <> 'inbox' AND d.state = 'waiting'",
		DB_TAKES(db_u64_field)},
	[RECIPIENT_TARGETS_ERASE] = {
		"UPDATE delivery d" OF_NOTIFICATION " SET d.target = '', d.destination = ''"
		" WHERE n.recipient_id = ? AND d.state <> 'waiting'",
		DB_TAKES(db_u64_field)},
};
/* clang-format on */

const struct db_table notification_erase_table = {"notification_erase", DB_CONTEXTS("alarm"),
                                                  DB_STATEMENTS(statements)};

static enum err
book_erase_all(struct db_conn *conn, const struct erase_args *args)
{
	enum err err = OK;
	for (unsigned statement = 0; err == OK && statement <= TARGETS_ERASE; statement++)
		err = db_run(conn, &notification_erase_table, statement, args, NULL);
	return err;
}

static enum err
event_apply(struct db_conn *conn, const struct event *event,
            const char *const messages[LANGUAGE_MAX])
{
	if (event->type != EVENT_BOOK_ERASED)
		return OK;
	struct erase_args args = {.sequence = event->sequence,
	                          .holder = holder_of_book(&event->data.book)};
	for (int language = 0; language < LANGUAGE_MAX; language++)
		args.messages[language] = messages[language];
	return book_erase_all(conn, &args);
}

static bool
any_erasure(const struct event events[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (events[i].type == EVENT_BOOK_ERASED)
			return true;
	return false;
}

enum err
notification_store_erase(void *self, const struct event events[], size_t n,
                         const char *const messages[LANGUAGE_MAX])
{
	CLEANUP(free_p) const struct event **ordered = NULL;
	if (!any_erasure(events, n))
		return OK;
	enum err err = projection_order(events, n, &ordered);
	if (err != OK)
		return err;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try))
		for (size_t i = 0; try.err == OK && i < n; i++)
			try.err = event_apply(try.conn, ordered[i], messages);
	return try.err;
}

enum err
notification_store_recipient_erase(void *self, uint64_t recipient_id)
{
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try))
		for (unsigned i = RECIPIENT_DELETE; try.err == OK && i < STATEMENT_MAX; i++)
			try.err =
				db_run(try.conn, &notification_erase_table, i, &recipient_id, NULL);
	return try.err;
}
