/* SPDX-License-Identifier: MIT */
/*
 * invariants - the rules that the databases must keep.
 *
 * The queries read the databases of all contexts side by side, as only this program may. Each
 * returns one column: a sentence for each row that breaks the rule.
 */
#include "tools/check/invariants.h"

#include "base/mem.h"

#define HOLDING "('Requested', 'PaymentPending', 'Booked')"

/* The event of a state, and who is notified of it: the guest always, the host if `host` is 1. */
#define NOTIFIED                                                                \
	"(SELECT 'PaymentPending' AS status, 'BookPending' AS event, 0 AS host" \
	" UNION ALL SELECT 'Booked', 'Booked', 1"                               \
	" UNION ALL SELECT 'Rejected', 'BookRejected', 0"                       \
	" UNION ALL SELECT 'Expired', 'BookExpired', 0"                         \
	" UNION ALL SELECT 'BookCanceled', 'BookCanceled', 1)"

/* How many notifications a recipient has of an event of a booking. */
#define NOTIFICATIONS                                                   \
	"(SELECT book_id, event, role, recipient_id, COUNT(*) AS times" \
	" FROM hotel_alarm.notification GROUP BY book_id, event, role, recipient_id)"

/* The retention watermark: notifications of earlier events may have been purged. A step and its
 * event may be a moment apart. */
#define WATERMARK                                                                   \
	"(SELECT COALESCE(MAX(told_since), '1970-01-01') + INTERVAL 1 MINUTE FROM " \
	"hotel_alarm.horizon)"

/* clang-format off */
const struct invariant invariants[] = {
	{"I1", "a night belongs to a booking that holds it",
	 "SELECT CONCAT('room ', n.room_id, ', night ', n.night, ', booking ', n.book_id, ': ',"
	 "  COALESCE(b.status, 'no such booking'))"
	 " FROM hotel_book.night n LEFT JOIN hotel_book.book b ON b.id = n.book_id"
	 " WHERE b.id IS NULL OR b.status NOT IN " HOLDING " OR b.room_id <> n.room_id"
	 "  OR n.night < b.start_date OR n.night >= b.end_date"},
	{"I1", "a booking that holds its nights has every one until it is over",
	 "SELECT CONCAT('booking ', b.id, ' (', b.status, '): ', COUNT(n.night), ' of ',"
	 "  DATEDIFF(b.end_date, b.start_date), ' nights')"
	 " FROM hotel_book.book b LEFT JOIN hotel_book.night n ON n.book_id = b.id"
	 " WHERE b.status IN " HOLDING " GROUP BY b.id, b.status, b.start_date, b.end_date"
	 " HAVING COUNT(n.night) <> DATEDIFF(b.end_date, b.start_date)"
	 "  AND NOT (COUNT(n.night) = 0 AND b.end_date <= UTC_DATE())"},
	{"I1", "no two bookings hold the same night",
	 "SELECT CONCAT('room ', a.room_id, ': bookings ', a.id, ' and ', b.id)"
	 " FROM hotel_book.book a JOIN hotel_book.book b"
	 "  ON b.room_id = a.room_id AND b.id <> a.id AND b.start_date >= a.start_date"
	 "  AND b.start_date < a.end_date"
	 " WHERE a.status IN " HOLDING " AND b.status IN " HOLDING},
	{"I2", "a Booked booking has an approved payment of exactly its price",
	 "SELECT CONCAT('booking ', b.id, ', ', b.price, ' ', b.currency, ': payment ',"
	 "  COALESCE(CONCAT(p.id, ' ', p.status, ' ', p.price, ' ', p.currency), 'missing'))"
	 " FROM hotel_book.book b LEFT JOIN hotel_pay.payment p ON p.book_id = b.id"
	 " WHERE b.status = 'Booked' AND (p.id IS NULL OR p.status <> 'PayApproved'"
	 "  OR p.price <> b.price OR p.currency <> b.currency OR p.id <> COALESCE(b.pay_id, 0))"},
	{"I3", "an approved payment belongs to a Booked booking",
	 "SELECT CONCAT('payment ', p.id, ', ', p.price, ' ', p.currency, ': booking ', p.book_id,"
	 "  ' is ', COALESCE(b.status, 'missing'))"
	 " FROM hotel_pay.payment p LEFT JOIN hotel_book.book b ON b.id = p.book_id"
	 " WHERE p.status = 'PayApproved' AND (b.id IS NULL OR b.status <> 'Booked')"},
	{"I3", "no booking stays Requested",
	 "SELECT CONCAT('booking ', id, ', since ', created_at) FROM hotel_book.book"
	 " WHERE status = 'Requested'"},
	{"I3", "no unpaid booking is kept past its payUntil",
	 "SELECT CONCAT('booking ', id, ', until ', pay_until) FROM hotel_book.book"
	 " WHERE status = 'PaymentPending' AND pay_until < UTC_TIMESTAMP(3)"},
	{"I4", "the approved money is the price of what is booked",
	 "SELECT CONCAT(currency, ': approved ', SUM(paid), ', booked ', SUM(booked)) FROM ("
	 "  SELECT currency, price AS paid, 0 AS booked FROM hotel_pay.payment"
	 "   WHERE status = 'PayApproved'"
	 "  UNION ALL SELECT currency, 0, price FROM hotel_book.book WHERE status = 'Booked') m"
	 " GROUP BY currency HAVING SUM(paid) <> SUM(booked)"},
	{"I5", "an idempotency key leads to a booking",
	 "SELECT CONCAT('a key of ', k.created_at, ' leads to booking ', k.subject_id)"
	 " FROM hotel_book.idempotency k LEFT JOIN hotel_book.book b ON b.id = k.subject_id"
	 " WHERE b.id IS NULL"},
	{"I6", "the timeline of a booking is complete and ends in its state",
	 "SELECT CONCAT('booking ', b.id, ' (', b.status, ', version ', b.version, '): ',"
	 "  COUNT(s.version), ' steps')"
	 " FROM hotel_book.book b LEFT JOIN hotel_book.book_step s ON s.book_id = b.id"
	 " GROUP BY b.id, b.status, b.version"
	 " HAVING COUNT(s.version) <> b.version"
	 "  OR SUM(s.version = b.version AND s.to_status = b.status) <> 1"},
	{"I8", "every event has left its outbox",
	 "SELECT CONCAT(context, ': ', COUNT(*), ' events wait, the oldest since ', MIN(time))"
	 " FROM (SELECT 'room' AS context, time FROM hotel_room.outbox"
	 "  UNION ALL SELECT 'book', time FROM hotel_book.outbox"
	 "  UNION ALL SELECT 'pay', time FROM hotel_pay.outbox) o GROUP BY context"},
	{"I8", "room knows of each stay whether its nights are taken",
	 "SELECT CONCAT('booking ', b.id, ' (', b.status, ', version ', b.version, '): ',"
	 "  COALESCE(CONCAT(IF(t.taken, 'taken', 'free'), ' by version ', t.sequence),"
	 "  'unknown'))"
	 " FROM hotel_book.book b LEFT JOIN hotel_room.taken_stay t ON t.book_id = b.id"
	 " WHERE b.status <> 'Requested' AND (t.book_id IS NULL OR t.sequence <> b.version"
	 "  OR t.taken <> (b.status IN " HOLDING ") OR t.room_id <> b.room_id"
	 "  OR t.start_date <> b.start_date OR t.end_date <> b.end_date)"},
	{"I8", "book has the current version of each room",
	 "SELECT CONCAT('room ', r.id, ' (', r.status, ', version ', r.version, '): ',"
	 "  COALESCE(CONCAT('offer of version ', o.sequence), 'no offer'))"
	 " FROM hotel_room.room r LEFT JOIN hotel_book.offer o ON o.room_id = r.id"
	 " WHERE o.room_id IS NULL OR o.sequence <> r.version OR o.price <> r.price"
	 "  OR o.host_id <> r.host_id OR o.open <> (r.status = 'Open')"
	 "  OR (o.closed AND r.status = 'Open')"},
	{"I8", "a Deleted room is closed for booking",
	 "SELECT CONCAT('room ', r.id)"
	 " FROM hotel_room.room r LEFT JOIN hotel_book.offer o ON o.room_id = r.id"
	 " WHERE r.status = 'Deleted' AND COALESCE(o.closed, 0) = 0"},
	{"I8", "pay knows every booking that will not be paid",
	 "SELECT CONCAT('booking ', b.id, ' is ', b.status, ': payment ',"
	 "  COALESCE(p.status, 'missing'))"
	 " FROM hotel_book.book b LEFT JOIN hotel_pay.payment p ON p.book_id = b.id"
	 " WHERE b.status IN ('Rejected', 'Expired', 'BookCanceled')"
	 "  AND (p.id IS NULL OR p.status = 'PayApproved')"},
	{"I9", "mypage shows the current version of each booking",
	 "SELECT CONCAT('booking ', b.id, ' (', b.status, ', version ', b.version, '): ',"
	 "  COALESCE(CONCAT(m.status, ', version ', m.book_sequence), 'no row'))"
	 " FROM hotel_book.book b LEFT JOIN hotel_mypage.mypage m ON m.book_id = b.id"
	 " WHERE b.status <> 'Requested' AND (m.book_id IS NULL OR m.book_sequence <> b.version"
	 "  OR m.status <> b.status OR m.price <> b.price OR m.room_id <> b.room_id"
	 "  OR m.host_id <> b.host_id OR m.guest_id <> b.guest_id OR m.guest_name <> b.name"
	 "  OR m.start_date <> b.start_date OR m.end_date <> b.end_date)"},
	{"I9", "mypage shows no booking that does not exist",
	 "SELECT CONCAT('row of booking ', m.book_id)"
	 " FROM hotel_mypage.mypage m LEFT JOIN hotel_book.book b ON b.id = m.book_id"
	 " WHERE b.id IS NULL"},
	{"I9", "mypage shows the current version of each payment",
	 "SELECT CONCAT('payment ', p.id, ' of booking ', p.book_id, ' (', p.status, '): ',"
	 "  COALESCE(m.pay_status, 'none'))"
	 " FROM hotel_pay.payment p LEFT JOIN hotel_mypage.mypage m ON m.book_id = p.book_id"
	 " WHERE IF(p.status = 'PayVoided', m.pay_status IS NOT NULL,"
	 "  COALESCE(m.pay_status, '') <> p.status OR COALESCE(m.pay_id, 0) <> p.id)"},
	{"I9", "mypage has the current name of each room",
	 "SELECT CONCAT('room ', r.id, ', version ', r.version, ': ',"
	 "  COALESCE(CONCAT('version ', n.sequence), 'unknown'))"
	 " FROM hotel_room.room r LEFT JOIN hotel_mypage.room_name n ON n.room_id = r.id"
	 " WHERE n.room_id IS NULL OR n.sequence <> r.version OR BINARY n.name <> BINARY r.name"},
	{"I10", "the guest is notified of every change of a booking, once",
	 "SELECT CONCAT('booking ', s.book_id, ', ', t.event, ', guest ', b.guest_id, ': ',"
	 "  COALESCE(n.times, 0), ' times')"
	 " FROM hotel_book.book_step s JOIN hotel_book.book b ON b.id = s.book_id"
	 "  JOIN " NOTIFIED " t ON t.status = s.to_status"
	 "  LEFT JOIN " NOTIFICATIONS " n ON n.book_id = s.book_id AND n.event = t.event"
	 "   AND n.role = 'guest' AND n.recipient_id = b.guest_id"
	 " WHERE COALESCE(n.times, 0) <> 1 AND s.at >= " WATERMARK},
	{"I10", "the host is notified of every booking and cancellation, once",
	 "SELECT CONCAT('booking ', s.book_id, ', ', t.event, ', host ', b.host_id, ': ',"
	 "  COALESCE(n.times, 0), ' times')"
	 " FROM hotel_book.book_step s JOIN hotel_book.book b ON b.id = s.book_id"
	 "  JOIN " NOTIFIED " t ON t.status = s.to_status AND t.host = 1"
	 "  LEFT JOIN " NOTIFICATIONS " n ON n.book_id = s.book_id AND n.event = t.event"
	 "   AND n.role = 'host' AND n.recipient_id = b.host_id"
	 " WHERE COALESCE(n.times, 0) <> 1 AND s.at >= " WATERMARK},
	{"I10", "the guest is notified of every payment and refund, once",
	 "SELECT CONCAT('booking ', p.book_id, ', ', t.event, ', guest ', p.guest_id, ': ',"
	 "  COALESCE(n.times, 0), ' times')"
	 " FROM hotel_pay.payment p JOIN ("
	 "  SELECT 'PayApproved' AS status, 'PaymentApproved' AS event"
	 "  UNION ALL SELECT 'PayDeclined', 'PaymentDeclined'"
	 "  UNION ALL SELECT 'PayCanceled', 'PaymentApproved'"
	 "  UNION ALL SELECT 'PayCanceled', 'PaymentCanceled') t ON t.status = p.status"
	 "  LEFT JOIN " NOTIFICATIONS " n ON n.book_id = p.book_id AND n.event = t.event"
	 "   AND n.role = 'guest' AND n.recipient_id = p.guest_id"
	 " WHERE COALESCE(n.times, 0) <> 1"
	 "  AND IF(t.event = 'PaymentCanceled', p.updated_at, p.created_at) >= " WATERMARK},
	{"I10", "there is no notification of what did not happen",
	 "SELECT CONCAT('notification ', n.id, ' to ', n.role, ' ', n.recipient_id, ', ',"
	 "  n.event, ' of booking ', n.book_id)"
	 " FROM hotel_alarm.notification n JOIN " NOTIFIED " t ON t.event = n.event"
	 "  LEFT JOIN hotel_book.book_step s ON s.book_id = n.book_id AND s.to_status = t.status"
	 " WHERE s.book_id IS NULL"},
	{"I10", "a notification is in its inbox",
	 "SELECT CONCAT('notification ', n.id) FROM hotel_alarm.notification n"
	 " LEFT JOIN hotel_alarm.delivery d"
	 "  ON d.notification_id = n.id AND d.channel = 'inbox' AND d.state = 'delivered'"
	 " WHERE d.notification_id IS NULL"},
	{"I11", "a booking is cancelled once, and refunded once",
	 "SELECT CONCAT('booking ', b.id, ': ', SUM(s.to_status = 'BookCanceled'), ' times') "
	 " FROM hotel_book.book b JOIN hotel_book.book_step s ON s.book_id = b.id"
	 " WHERE b.status = 'BookCanceled' GROUP BY b.id"
	 " HAVING SUM(s.to_status = 'BookCanceled') <> 1"},
	{"I11", "a payment is decided once and cancelled at most once",
	 "SELECT CONCAT('payment ', id, ' (', status, '): version ', version)"
	 " FROM hotel_pay.payment WHERE version <> IF(status = 'PayCanceled', 2, 1)"},
	{"I12", "a mail or webhook is delivered or failed within a day",
	 "SELECT CONCAT('notification ', notification_id, ' by ', channel, ', since ', since,"
	 "  ', ', attempts, ' tries, ', reason)"
	 " FROM hotel_alarm.delivery"
	 " WHERE state = 'waiting' AND since < UTC_TIMESTAMP(3) - INTERVAL 25 HOUR"},
	{"I12", "a delivered message has an attempt, a failed one a reason",
	 "SELECT CONCAT('notification ', notification_id, ' by ', channel, ': ', state, ', ',"
	 "  attempts, ' tries') FROM hotel_alarm.delivery"
	 " WHERE IF(state = 'delivered', attempts = 0 OR delivered_at IS NULL,"
	 "  state = 'failed' AND (reason = '' OR delivered_at IS NOT NULL))"
	 "  OR (state = 'waiting') <> (next_at IS NOT NULL)"},
	{"I12", "alarm writes to the contact of the booking",
	 "SELECT CONCAT('booking ', n.book_id, ': ', IF(c.book_id IS NULL, 'unknown', 'another'))"
	 " FROM hotel_alarm.notification n"
	 "  JOIN hotel_alarm.announcement a ON a.event_id = n.event_id"
	 "  JOIN hotel_book.book b ON b.id = n.book_id"
	 "  LEFT JOIN hotel_alarm.contact c ON c.book_id = n.book_id"
	 " WHERE n.role = 'guest' AND (c.book_id IS NULL OR BINARY c.email <> BINARY b.email)"
	 " GROUP BY n.book_id, c.book_id"},
};
/* clang-format on */

const size_t invariants_count = ARRAY_SIZE(invariants);

static const struct db_field row_fields[] = {DB_FIELD(struct invariant_row, text)};

_Static_assert(ARRAY_SIZE(invariants) <= INVARIANTS_MAX, "enlarge INVARIANTS_MAX");

void
invariant_queries_init(struct invariant_queries *queries)
{
	for (size_t i = 0; i < invariants_count; i++)
		queries->statements[i] = (struct db_statement){
			.sql = invariants[i].sql, DB_GIVES(struct invariant_row, row_fields)};
	queries->table = (struct db_table){
		.name = "invariants", .statements = queries->statements, .n = invariants_count};
}
