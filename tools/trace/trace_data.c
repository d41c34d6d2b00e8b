/* SPDX-License-Identifier: MIT */
/* trace_data - what the databases know of a booking. */
#include "base/mem.h"
#include "base/text.h"
#include "tools/trace/trace_sources.h"

#include <inttypes.h>
#include <stdio.h>

enum query {
	FIND_BY_ID,
	FIND_BY_REFERENCE,
	BOOK_STEPS,
	PAYMENTS,
	OUTBOXES,
	VIEW,
	SEARCH,
	NOTIFICATIONS
};

static const struct db_field traced_fields[] = {
	DB_FIELD(struct traced, book_id),
	DB_FIELD(struct traced, room_id),
	DB_FIELD(struct traced, host_id),
	DB_FIELD(struct traced, guest_id),
	DB_FIELD(struct traced, reference),
	DB_ENUM(struct traced, status, book_status_name, BOOK_STATUS_MAX),
	DB_FIELD(struct traced, stay.start),
	DB_FIELD(struct traced, stay.end),
	DB_FIELD(struct traced, price),
	DB_FIELD(struct traced, currency),
};

struct name {
	const char *text;
};

static const struct db_field name_fields[] = {DB_FIELD(struct name, text)};

static const struct db_field once[] = {DB_FIELD(struct traced, book_id)};

static const struct db_field twice[] = {
	DB_FIELD(struct traced, book_id),
	DB_FIELD(struct traced, book_id),
};

static const struct db_field recipient_fields[] = {
	DB_FIELD(struct traced, guest_id),
	DB_FIELD(struct traced, host_id),
	DB_FIELD(struct traced, book_id),
};

#define ENTRY_FIELDS(type, m)                                                    \
	DB_NULLABLE(type, m at), DB_FIELD(type, m rank), DB_FIELD(type, m part), \
		DB_FIELD(type, m what), DB_FIELD(type, m request_id), DB_FIELD(type, m event_id)

static const struct db_field entry_fields[] = {ENTRY_FIELDS(struct timeline_entry, )};

/* The entry of a payment as it is read: its text is still only the change. */
struct payment_entry {
	struct timeline_entry entry;
	uint64_t id;
	money_t price;
	char currency[CURRENCY_TEXT];
};

static const struct db_field payment_fields[] = {
	ENTRY_FIELDS(struct payment_entry, entry.),
	DB_FIELD(struct payment_entry, id),
	DB_FIELD(struct payment_entry, price),
	DB_FIELD(struct payment_entry, currency),
};

/* clang-format off */
#define FIND                                                                             \
	"SELECT id, room_id, host_id, guest_id, reference, status, start_date, end_date," \
	" price, currency FROM hotel_book.book"
#define RANK(rank) "CAST(" #rank " AS UNSIGNED)" /* enum entry_rank */

static const struct db_statement queries[] = {
	[FIND_BY_ID] = {
		FIND " WHERE id = ?", DB_TAKES(db_u64_field), DB_GIVES(struct traced, traced_fields)},
	[FIND_BY_REFERENCE] = {
		FIND " WHERE reference = ?",
		DB_TAKES(name_fields), DB_GIVES(struct traced, traced_fields)},
	[BOOK_STEPS] = {
		"SELECT at, IF(version = 1, " RANK(1) ", " RANK(3) "), 'book', CONCAT("
		"IF(from_status = to_status, to_status, CONCAT(from_status, ' -> ', to_status)),"
		" ', by ', CASE WHEN by_roles = 0 THEN 'the settler'"
		"  WHEN by_roles & 8 THEN CONCAT('service ', by_id)"
		"  WHEN by_roles & 4 THEN CONCAT('operator ', by_id)"
		"  WHEN by_roles & 2 THEN CONCAT('host ', by_id) ELSE CONCAT('guest ', by_id) END,"
		" IF(why = '', '', CONCAT(': ', why))), request_id, ''"
		" FROM hotel_book.book_step WHERE book_id = ?"
		" UNION ALL SELECT attempted_at, " RANK(3) ", 'book',"
		" CONCAT('payment was tried again; attempts so far: ', attempts), '', ''"
		" FROM hotel_book.book WHERE id = ? AND attempts > 0",
		DB_TAKES(twice), DB_GIVES(struct timeline_entry, entry_fields)},
	[PAYMENTS] = {
		"SELECT created_at, " RANK(2) ", 'pay', IF(status = 'PayCanceled', 'PayApproved', status), '', '',"
		" id, price, currency FROM hotel_pay.payment WHERE book_id = ?"
		" UNION ALL SELECT updated_at, " RANK(2) ", 'pay', 'PayApproved -> PayCanceled', '', '',"
		" id, price, currency FROM hotel_pay.payment WHERE book_id = ? AND status = 'PayCanceled'",
		DB_TAKES(twice), DB_GIVES(struct payment_entry, payment_fields)},
	[OUTBOXES] = {
		"SELECT time, " RANK(4) ", 'book', CONCAT(type, ' waits in the outbox'), '', message_id"
		" FROM hotel_book.outbox WHERE correlation_id = ?"
		" UNION ALL SELECT time, " RANK(4) ", 'pay', CONCAT(type, ' waits in the outbox'), '', message_id"
		" FROM hotel_pay.outbox WHERE correlation_id = ?",
		DB_TAKES(twice), DB_GIVES(struct timeline_entry, entry_fields)},
	[VIEW] = {
		"SELECT book_applied_at, " RANK(5) ", 'mypage',"
		" CONCAT('shows version ', book_sequence, ' of the booking: ', status), '', ''"
		" FROM hotel_mypage.mypage WHERE book_id = ? AND book_sequence > 0"
		" UNION ALL SELECT pay_applied_at, " RANK(5) ", 'mypage', CONCAT('shows version ', pay_sequence,"
		" ' of the payment: ', COALESCE(pay_status, 'none')), '', ''"
		" FROM hotel_mypage.mypage WHERE book_id = ? AND pay_sequence > 0",
		DB_TAKES(twice), DB_GIVES(struct timeline_entry, entry_fields)},
	[SEARCH] = {
		"SELECT applied_at, " RANK(5) ", 'room', CONCAT('search knows version ', sequence,"
		" ' of the booking: the nights are ', IF(taken, 'taken', 'free')), '', ''"
		" FROM hotel_room.taken_stay WHERE book_id = ?",
		DB_TAKES(once), DB_GIVES(struct timeline_entry, entry_fields)},
	[NOTIFICATIONS] = {
		"SELECT d.delivered_at, " RANK(6) ", 'alarm', CONCAT(n.event, ' to ', n.role, ' ',"
		" n.recipient_id, ' by ', d.channel, ': ', d.state,"
		" IF(d.state = 'delivered' AND d.attempts = 1, '', CONCAT(', attempts: ', d.attempts))), '',"
		" n.event_id FROM hotel_alarm.notification n"
		" JOIN hotel_alarm.delivery d ON d.notification_id = n.id"
		" WHERE n.recipient_id IN (?, ?) AND n.book_id = ?",
		DB_TAKES(recipient_fields), DB_GIVES(struct timeline_entry, entry_fields)},
};
/* clang-format on */

static const struct db_table trace_table = {"trace", NULL, DB_STATEMENTS(queries)};

enum err
trace_find(struct db *db, const char *name, struct traced *ret_traced)
{
	const struct name reference = {.text = name};
	uint64_t id;
	const bool may_be_id = text_to_u64(name, INT64_MAX, &id) == OK;
	struct db_try try = db_begin(db, DB_READ);
	/* A reference may consist of digits, so a number that is no booking id may be one. */
	while (db_next(&try)) {
		try.err = ERR_NOT_FOUND;
		if (may_be_id)
			try.err = db_find(try.conn, &trace_table, FIND_BY_ID, &id, ret_traced);
		if (try.err == ERR_NOT_FOUND)
			try.err = db_find(try.conn, &trace_table, FIND_BY_REFERENCE, &reference,
			                  ret_traced);
	}
	return try.err;
}

static enum err
entry_add(void *row, void *arg)
{
	return timeline_add(arg, row);
}

static enum err
payment_add(void *row, void *arg)
{
	const struct payment_entry *read = row;
	struct timeline_entry entry = read->entry;
	char price[MONEY_TEXT];
	snprintf(entry.what, sizeof(entry.what), "payment %" PRIu64 " of %s: %.64s", read->id,
	         money_format(read->price, read->currency, price), read->entry.what);
	return timeline_add(arg, &entry);
}

enum err
trace_data(struct db *db, const struct traced *traced, struct timeline *timeline)
{
	const size_t before = timeline->n;
	struct payment_entry row = {.id = 0}; /* begins with an entry, as all rows do */
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try)) {
		timeline->n = before;
		for (unsigned query = BOOK_STEPS; try.err == OK && query <= NOTIFICATIONS; query++)
			try.err = db_each(try.conn, &trace_table, query, traced, &row,
			                  query == PAYMENTS ? payment_add : entry_add, timeline);
	}
	return try.err;
}
