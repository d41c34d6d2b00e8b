/* SPDX-License-Identifier: MIT */
/* book_sql - the statements of book. */
#include "adapters/mariadb/book/book_sql.h"

#include "adapters/mariadb/id_list.h"
#include "adapters/mariadb/projection.h"

static const char *
status_word(unsigned status)
{
	return book_status_name((enum book_status)status);
}

/* Related members share a line. */
/* clang-format off */

#define BOOK_MEMBERS(type, m) \
	DB_FIELD(type, m id), DB_FIELD(type, m reference), DB_FIELD(type, m room_id), \
	DB_FIELD(type, m host_id), DB_FIELD(type, m guest_id), DB_FIELD(type, m stay.start), \
	DB_FIELD(type, m stay.end), DB_FIELD(type, m guests), DB_FIELD(type, m price), \
	DB_FIELD(type, m currency), DB_FIELD(type, m contact.name), DB_FIELD(type, m contact.email), \
	DB_FIELD(type, m contact.phone), \
	DB_ENUM(type, m contact.mailing, contact_mailing_name, MAILING_MAX), DB_FIELD(type, m language), DB_ENUM(type, m status, status_word, BOOK_STATUS_MAX), \
	DB_NULLABLE(type, m pay_id), DB_FIELD(type, m pay_until), DB_FIELD(type, m version), \
	DB_FIELD(type, m key_version), DB_FIELD(type, m erased), \
	DB_FIELD(type, m created_at), DB_FIELD(type, m updated_at)
#define BOOK_COLUMNS \
	"id, reference, room_id, host_id, guest_id, start_date, end_date, guests, price, currency, " \
	"name, email, phone, mailing, language, status, pay_id, pay_until, version, key_version, erased, " \
	"created_at, updated_at"
#define ROW_COLUMNS BOOK_COLUMNS ", token, attempts, SYSDATE(3)"

#define OFFER_MEMBERS(type, m) \
	DB_FIELD(type, m room_id), DB_FIELD(type, m host_id), DB_FIELD(type, m sequence), \
	DB_FIELD(type, m price), DB_FIELD(type, m currency), DB_FIELD(type, m capacity), \
	DB_FIELD(type, m open)
#define OFFER_COLUMNS "room_id, host_id, sequence, price, currency, capacity, open, closed"

/* The states that keep their nights, as in book_holds_nights(); and those of unpaid bookings. */
#define ACTIVE "status IN ('Requested', 'PaymentPending', 'Booked')"
#define UNPAID "status IN ('Requested', 'PaymentPending')"

/* Bookings of a day for which an unconfirmed address is written to. */
#define MAILED "mailing = 'few' AND created_at > NOW(3) - INTERVAL 1 DAY"

static const struct db_field offer_put[] = {OFFER_MEMBERS(struct offer,)};
static const struct db_field offer_fields[] = {
	OFFER_MEMBERS(struct offer,), DB_FIELD(struct offer, closed)};
static const struct db_field offer_row_fields[] = {
	OFFER_MEMBERS(struct offer_row, offer.), DB_FIELD(struct offer_row, offer.closed),
	DB_FIELD(struct offer_row, now)};
static const struct db_field other_takes[] = {
	DB_FIELD(struct other_args, currency), DB_FIELD(struct other_args, price),
	DB_FIELD(struct other_args, guests), DB_FIELD(struct other_args, room_id),
	DB_FIELD(struct other_args, start), DB_FIELD(struct other_args, nights)};
static const struct db_field other_fields[] = {
	DB_FIELD(struct priced_room, room_id), DB_FIELD(struct priced_room, price)};

static const struct db_field night_take[] = {
	DB_FIELD(struct night, room_id), DB_FIELD(struct night, day), DB_FIELD(struct night, book_id)};
static const struct db_field found_night[] = {
	DB_FIELD(struct found_night, i), DB_FIELD(struct found_night, day)};
static const struct db_field found_own[] = {
	DB_FIELD(struct found_own, i), DB_FIELD(struct found_own, id)};
static const struct db_field hold_counts[] = {
	DB_FIELD(struct hold_counts, i), DB_FIELD(struct hold_counts, unpaid.of_guest),
	DB_FIELD(struct hold_counts, unpaid.of_client), DB_FIELD(struct hold_counts, unpaid.of_email),
	DB_FIELD(struct hold_counts, unpaid.of_phone), DB_FIELD(struct hold_counts, mailings)};
static const struct db_field nights_range[] = {
	DB_FIELD(struct nights, room_id), DB_FIELD(struct nights, stay.start),
	DB_FIELD(struct nights, stay.end)};
static const struct db_field nights_from[] = {
	DB_FIELD(struct nights, room_id), DB_FIELD(struct nights, stay.start)};
static const struct db_field day_fields[] = {{.type = DB_DAY, .size = sizeof(day_t)}};
static const struct db_field nights_old[] = {
	DB_FIELD(struct nights_old, before), DB_FIELD(struct nights_old, max)};

static const struct db_field book_fields[] = {BOOK_MEMBERS(struct book,)};
static const struct db_field row_fields[] = {
	BOOK_MEMBERS(struct book_row, book.), DB_FIELD(struct book_row, token),
	DB_FIELD(struct book_row, attempts), DB_FIELD(struct book_row, now)};
static const struct db_field book_add[] = {
	DB_FIELD(struct book_row, book.reference), DB_FIELD(struct book_row, book.room_id),
	DB_FIELD(struct book_row, book.host_id), DB_FIELD(struct book_row, book.guest_id),
	DB_FIELD(struct book_row, book.stay.start), DB_FIELD(struct book_row, book.stay.end),
	DB_FIELD(struct book_row, book.guests), DB_FIELD(struct book_row, book.price),
	DB_FIELD(struct book_row, book.currency), DB_FIELD(struct book_row, book.contact.name),
	DB_FIELD(struct book_row, book.contact.email), DB_FIELD(struct book_row, book.contact.phone),
	DB_ENUM(struct book_row, book.contact.mailing, contact_mailing_name, MAILING_MAX),
	DB_FIELD(struct book_row, book.language),
	DB_FIELD(struct book_row, book.pay_until), DB_FIELD(struct book_row, token),
	DB_NULLABLE(struct book_row, client),
	DB_NULLABLE(struct book_row, key_digest), DB_FIELD(struct book_row, now),
	DB_FIELD(struct book_row, now)};
static const struct db_field json_field[] = {{.type = DB_BUF, .size = sizeof(struct buf)}};
static const struct db_field reference_field[] = {{.type = DB_TEXT, .size = REFERENCE_SIZE}};
static const struct db_field transition_fields[] = {
	DB_ENUM(struct transition_args, status, status_word, BOOK_STATUS_MAX),
	DB_NULLABLE(struct transition_args, pay_id), DB_FIELD(struct transition_args, now),
	DB_FIELD(struct transition_args, id),
	DB_ENUM(struct transition_args, from, status_word, BOOK_STATUS_MAX),
	DB_FIELD(struct transition_args, version)};
static const struct db_field approve_fields[] = {
	DB_FIELD(struct approve_args, approvals),
	DB_ENUM(struct approve_args, status, status_word, BOOK_STATUS_MAX),
	DB_FIELD(struct approve_args, now)};
static const struct db_field claim_fields[] = {
	DB_FIELD(struct claim_args, guest_id), DB_FIELD(struct claim_args, now),
	DB_FIELD(struct claim_args, id), DB_FIELD(struct claim_args, version)};
static const struct db_field claimable_fields[] = {
	DB_FIELD(struct claimable_args, email), DB_FIELD(struct claimable_args, max)};
static const struct db_field erase_fields[] = {
	DB_FIELD(struct erase_args, now), DB_FIELD(struct erase_args, id),
	DB_FIELD(struct erase_args, version)};
static const struct db_field erasable_of_guest[] = {
	DB_FIELD(struct erasable_args, guest_id), DB_FIELD(struct erasable_args, until),
	DB_FIELD(struct erasable_args, max)};
static const struct db_field erasable_by_age[] = {
	DB_FIELD(struct erasable_args, until), DB_FIELD(struct erasable_args, max)};
static const struct db_field attempt_add[] = {
	DB_FIELD(struct book_row, now), DB_FIELD(struct book_row, token),
	DB_FIELD(struct book_row, book.id)};

#define STEP_MEMBERS(type, m) \
	DB_FIELD(type, m version), DB_FIELD(type, m at), \
	DB_ENUM(type, m from, status_word, BOOK_STATUS_MAX), \
	DB_ENUM(type, m to, status_word, BOOK_STATUS_MAX), DB_FIELD(type, m by.id), \
	DB_FIELD(type, m by.roles), DB_FIELD(type, m why), DB_FIELD(type, m request_id)
#define STEP_COLUMNS "version, at, from_status, to_status, by_id, by_roles, why, request_id"
static const struct db_field step_fields[] = {STEP_MEMBERS(struct book_step,)};
static const struct db_field step_row_fields[] = {
	DB_FIELD(struct step_row, book_id), STEP_MEMBERS(struct step_row, step.)};

static const struct db_field due_limit[] = {DB_FIELD(struct due_args, limit)};
static const struct db_field due_aged[] = {
	DB_FIELD(struct due_args, age_ms), DB_FIELD(struct due_args, limit)};
static const struct db_field due_closed[] = {
	DB_FIELD(struct due_args, today), DB_FIELD(struct due_args, limit)};

#define LIST_FIELDS \
	DB_STAY_FILTER(struct book_list_args, filter), \
	DB_FIELD(struct book_list_args, of_any_status), \
	DB_ENUM(struct book_list_args, status, status_word, BOOK_STATUS_MAX), \
	DB_WINDOW(struct book_list_args, window)
static const struct db_field list_fields[] = {
	DB_FIELD(struct book_list_args, owner_id), LIST_FIELDS};
static const struct db_field key_list_fields[] = {
	DB_FIELD(struct book_list_args, owner_id), DB_FIELD(struct book_list_args, key_version),
	LIST_FIELDS};
static const struct db_field both_list_fields[] = {
	DB_FIELD(struct book_list_args, owner_id), DB_FIELD(struct book_list_args, key_book_id),
	DB_FIELD(struct book_list_args, key_version), LIST_FIELDS};

#define OWNED(owned) " FROM book" owned DB_STAYS("", "id") " AND (? OR status = ?)"
#define COUNT(owned, fields) { \
	"SELECT COUNT(*)" OWNED(owned), \
	DB_TAKES_ALL_BUT_WINDOW(fields), DB_GIVES(uint64_t, db_u64_field)}
#define PAGE_TAKING(fields, owned, order) { \
	"SELECT " BOOK_COLUMNS OWNED(owned) " ORDER BY " order " LIMIT ? OFFSET ?", \
	DB_TAKES(fields), DB_GIVES(struct book, book_fields)}
#define PAGE(owned, order) PAGE_TAKING(list_fields, owned, order)
#define KEY_PAGE(owned, order) PAGE_TAKING(key_list_fields, owned, order)
#define BOTH_PAGE(owned, order) PAGE_TAKING(both_list_fields, owned, order)
#define FIRST(ownership) (SQL_LIST + 2 * BOOK_SORT_MAX * (ownership))
#define LISTS(ownership, page, fields, owned) \
	[SQL_COUNT + (ownership)] = COUNT(owned, fields), \
	DB_SORTED(FIRST(ownership), BOOK_SORT_ID, page, owned, "id", "id"), \
	DB_SORTED(FIRST(ownership), BOOK_SORT_START_DATE, page, owned, "start_date", "id"), \
	DB_SORTED(FIRST(ownership), BOOK_SORT_PRICE, page, owned, "price", "id"), \
	DB_SORTED(FIRST(ownership), BOOK_SORT_UPDATED_AT, page, owned, "updated_at", "id")

_Static_assert(STAY_NIGHTS_MAX == 30, "seq_0_to_29 has one number for each night of a stay");
_Static_assert(ALTERNATIVE_ROOMS_MAX == 3, "OTHER has this limit");

/* Looks at no more than the 300 rooms that are nearest in price, so that it costs little even when
 * everything is taken. Each night is looked up by its key. */
#define OTHER(compared, direction) { \
	"SELECT room_id, price FROM (SELECT room_id, price FROM offer WHERE closed = FALSE" \
	" AND open = TRUE AND currency = ? AND price " compared " ? AND capacity >= ?" \
	" AND room_id <> ? ORDER BY price " direction ", room_id " direction " LIMIT 300) near" \
	" WHERE (SELECT night FROM seq_0_to_29 JOIN night ON night.room_id = near.room_id" \
	" AND night = ? + INTERVAL seq DAY WHERE seq < ? LIMIT 1) IS NULL" \
	" ORDER BY price " direction ", room_id " direction " LIMIT 3", \
	DB_TAKES(other_takes), DB_GIVES(struct priced_room, other_fields)}

#define NEWER(column) DB_NEWER("sequence", column) ", "
#define LOCKED_BOOKS(where) "SELECT " ROW_COLUMNS " FROM book WHERE " where " FOR UPDATE"

/* The holds of a batch: JSON objects with their places in it. */
#define HOLDS                                                                                \
	"JSON_TABLE(?, '$[*]' COLUMNS (i INT UNSIGNED PATH '$.i',"                              \
	" of_room BIGINT UNSIGNED PATH '$.room', of_guest BIGINT UNSIGNED PATH '$.guest',"      \
	" since DATE PATH '$.start', until DATE PATH '$.end', few BOOL PATH '$.few',"             \
	" of_client CHAR(22) CHARACTER SET ascii COLLATE ascii_bin PATH '$.client',"             \
	" of_email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.email',"       \
	" of_phone VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.phone')) holds"

static const struct db_statement statements[SQL_BOOK_MAX] = {
	[SQL_OFFER_FIND] = {
		"SELECT " OFFER_COLUMNS " FROM offer WHERE room_id = ?",
		DB_TAKES(db_u64_field), DB_GIVES(struct offer, offer_fields)},
	[SQL_OFFERS_FIND] = {
		"SELECT STRAIGHT_JOIN " OFFER_COLUMNS " FROM " DB_ID_LIST " JOIN offer ON room_id = wanted",
		DB_TAKES(json_field), DB_GIVES(struct offer, offer_fields)},
	[SQL_OFFER_LOCK] = {
		"SELECT " OFFER_COLUMNS ", SYSDATE(3) FROM offer WHERE room_id = ? FOR UPDATE",
		DB_TAKES(db_u64_field), DB_GIVES(struct offer_row, offer_row_fields)},
	[SQL_OFFERS_LOCK] = {
		"SELECT STRAIGHT_JOIN " OFFER_COLUMNS ", SYSDATE(3)"
		" FROM " DB_ID_LIST
		" JOIN offer ON room_id = wanted FOR UPDATE SKIP LOCKED",
		DB_TAKES(json_field), DB_GIVES(struct offer_row, offer_row_fields)},
	[SQL_OFFER_PUT] = {
		"INSERT INTO offer (room_id, host_id, sequence, price, currency, capacity, open)"
		" VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
		NEWER("host_id") NEWER("price") NEWER("currency") NEWER("capacity") NEWER("open")
		DB_NEWEST("sequence"),
		DB_TAKES(offer_put)},
	[SQL_OFFER_ENSURE] = {
		"INSERT INTO offer (room_id, host_id, sequence, price, currency, capacity, open)"
		" VALUES (?, 0, 0, 0, '', 0, FALSE) ON DUPLICATE KEY UPDATE room_id = VALUES(room_id)",
		DB_TAKES(db_u64_field)},
	[SQL_OFFER_CLOSE] = {
		"UPDATE offer SET closed = TRUE WHERE room_id = ?", DB_TAKES(db_u64_field)},
	[SQL_DEARER] = OTHER(">=", "ASC"),
	[SQL_CHEAPER] = OTHER("<", "DESC"),

	[SQL_NIGHT_TAKE] = {
		"INSERT INTO night (room_id, night, book_id) VALUES (?, ?, ?)", DB_TAKES(night_take)},
	[SQL_HOLDS_TAKEN] = {
		"SELECT STRAIGHT_JOIN i, night FROM " HOLDS
		" JOIN seq_0_to_29 ON seq < DATEDIFF(until, since)"
		" JOIN night ON room_id = of_room AND night = since + INTERVAL seq DAY ORDER BY i, night",
		DB_TAKES(json_field), DB_GIVES(struct found_night, found_night)},
	[SQL_HOLDS_OWN] = {
		"SELECT STRAIGHT_JOIN i, id FROM " HOLDS " JOIN book ON room_id = of_room"
		" AND start_date = since AND end_date = until AND guest_id = of_guest"
		" WHERE of_guest > 0 AND " ACTIVE,
		DB_TAKES(json_field), DB_GIVES(struct found_own, found_own)},
	[SQL_NIGHTS_RELEASE] = {"DELETE FROM night WHERE book_id = ?", DB_TAKES(db_u64_field)},
	[SQL_NIGHTS_TAKEN] = {
		"SELECT night FROM night WHERE room_id = ? AND night >= ? AND night < ? ORDER BY night",
		DB_TAKES(nights_range), DB_GIVES(day_t, day_fields)},
	[SQL_NIGHTS_OLD] = {
		"SELECT n.book_id FROM night n JOIN book b"
		" ON b.id = n.book_id AND b.end_date = n.night + INTERVAL 1 DAY"
		" WHERE n.night < ? ORDER BY n.night LIMIT ?",
		DB_TAKES(nights_old), DB_GIVES(uint64_t, db_u64_field)},

	[SQL_BOOKS_ADD] = {
		"INSERT INTO book (reference, room_id, host_id, guest_id, start_date, end_date, guests,"
		" price, currency, name, email, phone, mailing, language, pay_until, token, client, key_digest,"
		" created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" RETURNING id",
		DB_TAKES(book_add), DB_GIVES(uint64_t, db_u64_field)},
	[SQL_BOOK_FIND] = {
		"SELECT " BOOK_COLUMNS " FROM book WHERE id = ?",
		DB_TAKES(db_u64_field), DB_GIVES(struct book, book_fields)},
	[SQL_BOOK_LOCK] = {
		LOCKED_BOOKS("id = ?"), DB_TAKES(db_u64_field), DB_GIVES(struct book_row, row_fields)},
	[SQL_BOOKS_LOCK] = {
		"SELECT STRAIGHT_JOIN " ROW_COLUMNS
		" FROM " DB_ID_LIST
		" JOIN book ON id = wanted FOR UPDATE SKIP LOCKED",
		DB_TAKES(json_field), DB_GIVES(struct book_row, row_fields)},
	[SQL_BOOK_LOCK_BY_REF] = {
		LOCKED_BOOKS("reference = ?"),
		DB_TAKES(reference_field), DB_GIVES(struct book_row, row_fields)},
	[SQL_BOOK_BY_REF] = {
		"SELECT " BOOK_COLUMNS " FROM book WHERE reference = ?",
		DB_TAKES(reference_field), DB_GIVES(struct book, book_fields)},
	/* The status is assigned before the token: MariaDB assigns from left to right. */
	[SQL_BOOK_TRANSITION] = {
		"UPDATE book SET status = ?, pay_id = COALESCE(?, pay_id), updated_at = ?,"
		" token = IF(erased AND NOT " UNPAID ", '', token), version = version + 1 WHERE id = ? AND status = ? AND version = ?",
		DB_TAKES(transition_fields)},
	[SQL_BOOKS_APPROVE] = {
		"UPDATE JSON_TABLE(?, '$[*]' COLUMNS (wanted BIGINT UNSIGNED PATH '$.id',"
		" seen BIGINT UNSIGNED PATH '$.version', payment BIGINT UNSIGNED PATH '$.payId')) approvals"
		" STRAIGHT_JOIN book ON id = wanted AND version = seen AND " UNPAID
		" SET status = ?, pay_id = IF(payment > 0, payment, pay_id), updated_at = ?,"
		" token = IF(erased, '', token), version = version + 1",
		DB_TAKES(approve_fields)},
	[SQL_BOOK_CLAIM] = {
		"UPDATE book SET guest_id = ?, mailing = 'all', key_version = key_version + 1, version = version + 1,"
		" updated_at = ? WHERE id = ? AND guest_id = 0 AND version = ?",
		DB_TAKES(claim_fields)},
	[SQL_CLAIMABLE] = {
		"SELECT id FROM book WHERE email = ? AND guest_id = 0 ORDER BY id LIMIT ?",
		DB_TAKES(claimable_fields), DB_GIVES(uint64_t, db_u64_field)},
	[SQL_BOOK_ERASE] = {
		"UPDATE book SET name = '', email = '', phone = '', mailing = 'all', client = NULL, erased = TRUE,"
		" token = IF(" UNPAID ", token, ''),"
		" key_version = key_version + 1, version = version + 1, updated_at = ?"
		" WHERE id = ? AND erased = FALSE AND version = ?",
		DB_TAKES(erase_fields)},
	[SQL_ERASABLE_OF_GUEST] = {
		"SELECT id FROM book WHERE guest_id = ? AND erased = FALSE AND"
		" (NOT " ACTIVE " OR status = 'Booked' AND end_date <= ?) ORDER BY id LIMIT ?",
		DB_TAKES(erasable_of_guest), DB_GIVES(uint64_t, db_u64_field)},
	[SQL_ERASABLE_BY_AGE] = {
		"SELECT id FROM book WHERE erased = FALSE AND end_date <= ? AND NOT " UNPAID
		" ORDER BY end_date LIMIT ?",
		DB_TAKES(erasable_by_age), DB_GIVES(uint64_t, db_u64_field)},
	[SQL_ATTEMPT_ADD] = {
		"UPDATE book SET attempts = attempts + 1, attempted_at = ?, token = ? WHERE id = ?",
		DB_TAKES(attempt_add)},
	[SQL_BOOKS_ACTIVE] = {
		LOCKED_BOOKS("room_id = ? AND start_date >= ? AND " ACTIVE " ORDER BY id"),
		DB_TAKES(nights_from), DB_GIVES(struct book_row, row_fields)},
	[SQL_GUEST_LOCK] = {
		"INSERT INTO guest (id) VALUES (?) ON DUPLICATE KEY UPDATE id = VALUES(id)",
		DB_TAKES(db_u64_field)},
	[SQL_HOLDS_COUNTED] = {
		"SELECT i,"
		" IF(of_guest > 0, (SELECT COUNT(*) FROM book WHERE guest_id = of_guest AND " UNPAID "), 0),"
		" IF(of_client > '', (SELECT COUNT(*) FROM book WHERE client = of_client AND " UNPAID "), 0),"
		" IF(of_email > '', (SELECT COUNT(*) FROM book WHERE email = of_email AND guest_id = 0"
		" AND " UNPAID "), 0),"
		" IF(of_phone > '', (SELECT COUNT(*) FROM book WHERE phone = of_phone AND guest_id = 0"
		" AND " UNPAID "), 0),"
		" IF(few, IF(of_guest > 0, (SELECT COUNT(*) FROM book WHERE guest_id = of_guest AND " MAILED "),"
		" IF(of_client > '', (SELECT COUNT(*) FROM book WHERE client = of_client AND " MAILED "), 0)), 0)"
		" FROM " HOLDS,
		DB_TAKES(json_field), DB_GIVES(struct hold_counts, hold_counts)},
	[SQL_UNPAID] = {
		"SELECT COUNT(*) FROM (SELECT 1 FROM book WHERE " UNPAID " LIMIT ?) counted",
		DB_TAKES(db_u32_field), DB_GIVES(uint64_t, db_u64_field)},
	[SQL_PENDING] = {
		"SELECT COUNT(*) FROM book WHERE status = 'PaymentPending'",
		DB_GIVES(uint64_t, db_u64_field)},
	[SQL_STEP_ADD] = {
		"INSERT INTO book_step (book_id, " STEP_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_TAKES(step_row_fields)},
	[SQL_STEPS] = {
		"SELECT " STEP_COLUMNS " FROM book_step WHERE book_id = ? ORDER BY version",
		DB_TAKES(db_u64_field), DB_GIVES(struct book_step, step_fields)},

	[SQL_DUE_EXPIRED] = {
		"SELECT " ROW_COLUMNS " FROM book WHERE status = 'PaymentPending' AND"
		" pay_until <= NOW(3) ORDER BY pay_until LIMIT ?",
		DB_TAKES(due_limit), DB_GIVES(struct book_row, row_fields)},
	[SQL_DUE_STALE] = {
		"SELECT " ROW_COLUMNS " FROM book WHERE status = 'Requested' AND"
		" updated_at <= NOW(3) - INTERVAL ? * 1000 MICROSECOND ORDER BY updated_at LIMIT ?",
		DB_TAKES(due_aged), DB_GIVES(struct book_row, row_fields)},
	[SQL_DUE_CLOSED] = {
		"SELECT " ROW_COLUMNS " FROM (SELECT room_id AS closed_id FROM offer WHERE closed = TRUE)"
		" closed_rooms STRAIGHT_JOIN book ON room_id = closed_id"
		" WHERE start_date >= ? AND " ACTIVE " LIMIT ?",
		DB_TAKES(due_closed), DB_GIVES(struct book_row, row_fields)},
	[SQL_DUE_RETRY] = {
		"SELECT " ROW_COLUMNS " FROM book WHERE status = 'PaymentPending' AND pay_until > NOW(3)"
		" AND (attempted_at IS NULL OR attempted_at <= NOW(3) - INTERVAL ? * 1000 MICROSECOND)"
		" ORDER BY attempts, id LIMIT ? FOR UPDATE SKIP LOCKED",
		DB_TAKES(due_aged), DB_GIVES(struct book_row, row_fields)},

	[SQL_BOOK_SNAPSHOT] = {
		"SELECT " BOOK_COLUMNS " FROM book WHERE id > ? AND (status <> 'Requested' OR version > 1)"
		" ORDER BY id LIMIT ?",
		DB_TAKES(page_fields), DB_GIVES(struct book, book_fields)},
	LISTS(OWNED_BY_GUEST, PAGE, list_fields, DB_OF_OWNER("guest_id")),
	LISTS(OWNED_BY_HOST, PAGE, list_fields, DB_OF_OWNER("host_id")),
	LISTS(OWNED_BY_KEY_HOLDER, KEY_PAGE, key_list_fields, " WHERE id = ? AND key_version = ?"),
	LISTS(OWNED_BY_GUEST_OR_KEY_HOLDER, BOTH_PAGE, both_list_fields,
	      " WHERE (guest_id = ? OR id = ? AND key_version = ?)"),
	LISTS(OWNED_BY_ANYBODY, PAGE, list_fields, " WHERE ? IS NOT NULL"),
};

/* clang-format on */

const struct db_table book_table = {"book", DB_CONTEXTS("book"), DB_STATEMENTS(statements)};
