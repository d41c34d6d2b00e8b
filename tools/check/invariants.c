/* SPDX-License-Identifier: MIT */
/*
 * invariants - the rules that the databases must keep.
 *
 * The queries read the databases of all contexts side by side, as only this program may. Each
 * returns one column: a sentence for each row that breaks the rule.
 */
#include "tools/check/invariants.h"

#include "base/mem.h"
#include "domain/account/session.h"
#include "domain/book/book.h"

#define HOLDING "('Requested', 'PaymentPending', 'Booked')"

/* A step by which an account takes over a booking: its status stays as it is. */
#define CLAIM(s) "(" s ".to_status = " s ".from_status AND " s ".why = '" BOOK_WHY_CLAIMED "')"

/* A step by which the contact was erased: the status stays, too. */
#define ERASURE(s) "(" s ".to_status = " s ".from_status AND " s ".why = '" BOOK_WHY_ERASED "')"

/* A limit as SQL has it. */
#define AS_TEXT(number)     #number
#define IN_SECONDS(seconds) "(" AS_TEXT(seconds) ")"

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
	{"I2", "a payment is of its booking: guest, key, host, room, stay and price",
	 "SELECT CONCAT('payment ', p.id, ' (', p.status, '): booking ', p.book_id,"
	 "  IF(b.id IS NULL, ' is missing', ' differs'))"
	 " FROM hotel_pay.payment p LEFT JOIN hotel_book.book b ON b.id = p.book_id"
	 " WHERE b.id IS NULL OR p.room_id <> b.room_id OR p.host_id <> b.host_id"
	 "  OR p.guest_id <> b.guest_id OR p.key_version <> b.key_version OR p.start_date <> b.start_date"
	 "  OR p.end_date <> b.end_date OR p.price <> b.price OR p.currency <> b.currency"},
	{"I2", "a booking names the payment that decided it",
	 "SELECT CONCAT('booking ', b.id, ' (', b.status, '): payment ', b.pay_id)"
	 " FROM hotel_book.book b LEFT JOIN hotel_pay.payment p ON p.id = b.pay_id"
	 " WHERE b.pay_id IS NOT NULL AND NOT (p.book_id <=> b.id)"},
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
	{"I5", "the key that a booking was made with leads to it, for a day",
	 "SELECT CONCAT('booking ', b.id, ' of ', b.created_at) FROM hotel_book.book b"
	 " WHERE b.key_digest IS NOT NULL AND b.status <> 'Expired'"
	 "  AND b.created_at > UTC_TIMESTAMP(3) - INTERVAL 1 DAY"
	 "  AND NOT EXISTS (SELECT 1 FROM hotel_book.idempotency k WHERE k.subject_id = b.id"
	 "   AND CONVERT(SHA2(CONCAT(k.scope, ' ', k.idempotency_key), 256) USING ascii) = b.key_digest)"},
	{"I5", "an idempotency key leads to a room",
	 "SELECT CONCAT('a key of ', k.created_at, ' leads to room ', k.subject_id)"
	 " FROM hotel_room.idempotency k LEFT JOIN hotel_room.room r ON r.id = k.subject_id"
	 " WHERE r.id IS NULL"},
	{"I6", "the timeline of a booking is complete and ends in its state",
	 "SELECT CONCAT('booking ', b.id, ' (', b.status, ', version ', b.version, '): ',"
	 "  COUNT(s.version), ' steps')"
	 " FROM hotel_book.book b LEFT JOIN hotel_book.book_step s ON s.book_id = b.id"
	 " GROUP BY b.id, b.status, b.version"
	 " HAVING COUNT(s.version) <> b.version"
	 "  OR SUM(s.version = b.version AND s.to_status = b.status) <> 1"},
	{"I6", "each step of a timeline begins where the one before it ended",
	 "SELECT CONCAT('booking ', s.book_id, ', step ', s.version, ': from ', s.from_status,"
	 "  ' at ', s.at, ', but ', IF(s.version = 1, 'it is the first',"
	 "   COALESCE(CONCAT('step ', p.version, ' ends in ', p.to_status, ' at ', p.at),"
	 "    'the step before is missing')))"
	 " FROM hotel_book.book_step s LEFT JOIN hotel_book.book_step p"
	 "  ON p.book_id = s.book_id AND p.version = s.version - 1"
	 " WHERE IF(s.version = 1, s.from_status <> 'Requested' OR s.to_status <> 'Requested',"
	 "  NOT (s.from_status <=> p.to_status) OR s.at < p.at)"},
	{"I6", "a timeline has only steps that a booking can make, of bookings that exist",
	 "SELECT CONCAT('booking ', s.book_id, ', step ', s.version, ': ', s.from_status, ' to ',"
	 "  s.to_status, IF(b.id IS NULL, ', no such booking', ''))"
	 " FROM hotel_book.book_step s LEFT JOIN hotel_book.book b ON b.id = s.book_id"
	 " WHERE b.id IS NULL OR s.version > 1 AND NOT " CLAIM("s") " AND NOT " ERASURE("s")
	 "  AND (s.from_status NOT IN " HOLDING
	 "  OR s.to_status IN ('Requested', s.from_status)"
	 "  OR s.from_status = 'Booked' AND s.to_status <> 'BookCanceled')"},
	{"I6", "a booking has a new key for each claim and erasure, and its account, for each claim of its timeline",
	 "SELECT CONCAT('booking ', b.id, ' of guest ', b.guest_id, ': key ', b.key_version, ', ',"
	 "  COUNT(s.version), ' claims and erasures')"
	 " FROM hotel_book.book b LEFT JOIN hotel_book.book_step s"
	 "  ON s.book_id = b.id AND s.version > 1 AND (" CLAIM("s") " OR " ERASURE("s") ")"
	 " GROUP BY b.id, b.guest_id, b.key_version"
	 " HAVING COUNT(s.version) <> b.key_version - 1"
	 "  OR MAX(IF(" CLAIM("s") ", s.by_id, NULL)) <> b.guest_id"},
	{"I6", "an erased booking has no contact and one erasure in its timeline, and others have none",
	 "SELECT CONCAT('booking ', b.id, IF(b.erased, ': erased, ', ': not erased, '),"
	 "  COUNT(s.version), ' erasures')"
	 " FROM hotel_book.book b LEFT JOIN hotel_book.book_step s"
	 "  ON s.book_id = b.id AND s.version > 1 AND " ERASURE("s")
	 " GROUP BY b.id, b.erased, b.name, b.email, b.phone, b.token, b.status"
	 " HAVING COUNT(s.version) <> b.erased"
	 "  OR b.erased AND (CONCAT(b.name, b.email, b.phone) <> ''"
	 "   OR b.token <> '' AND b.status NOT IN ('Requested', 'PaymentPending'))"},
	{"I8", "alarm knows which bookings were erased, and has nothing of their guests",
	 "SELECT CONCAT('booking ', b.id, IF(b.erased, ': erased, ', ': not erased, '), 'alarm ',"
	 "  IF(c.erased, 'knows', 'does not know'))"
	 " FROM hotel_book.book b JOIN hotel_alarm.contact c ON c.book_id = b.id"
	 " WHERE c.erased <> b.erased OR c.erased AND (c.email <> '' OR EXISTS"
	 "  (SELECT 1 FROM hotel_alarm.notification n"
	 "   LEFT JOIN hotel_alarm.announcement a ON a.event_id = n.event_id"
	 "   WHERE n.book_id = b.id AND COALESCE(CONCAT(JSON_VALUE(a.body, '$.data.contact.name'),"
	 "    JSON_VALUE(a.body, '$.data.contact.email'),"
	 "    JSON_VALUE(a.body, '$.data.contact.phone')), '') <> ''))"},
	{"I6", "a booking changed when its timeline says so",
	 "SELECT CONCAT('booking ', b.id, ': made ', b.created_at, ', changed ', b.updated_at)"
	 " FROM hotel_book.book b JOIN hotel_book.book_step f ON f.book_id = b.id AND f.version = 1"
	 "  JOIN hotel_book.book_step l ON l.book_id = b.id AND l.version = b.version"
	 " WHERE b.created_at <> f.at OR b.updated_at <> l.at"},
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
	{"I8", "room knows no stay of a booking that does not exist",
	 "SELECT CONCAT('stay of booking ', t.book_id)"
	 " FROM hotel_room.taken_stay t LEFT JOIN hotel_book.book b ON b.id = t.book_id"
	 " WHERE b.id IS NULL"},
	{"I8", "an intent to delete a room is carried out or withdrawn",
	 "SELECT CONCAT('room ', c.room_id, ' (', COALESCE(r.status, 'no such room'),"
	 "  '), asked for at ', c.asked_at)"
	 " FROM hotel_room.room_closing c LEFT JOIN hotel_room.room r ON r.id = c.room_id"
	 " WHERE NOT (r.status <=> 'Open') OR c.asked_at < UTC_TIMESTAMP(3) - INTERVAL 1 HOUR"},
	{"I8", "book has the current version of each room",
	 "SELECT CONCAT('room ', r.id, ' (', r.status, ', version ', r.version, '): ',"
	 "  COALESCE(CONCAT('offer of version ', o.sequence), 'no offer'))"
	 " FROM hotel_room.room r LEFT JOIN hotel_book.offer o ON o.room_id = r.id"
	 " WHERE o.room_id IS NULL OR o.sequence <> r.version OR o.price <> r.price"
	 "  OR o.host_id <> r.host_id OR o.currency <> r.currency OR o.capacity <> r.capacity"
	 "  OR o.open <> (r.status = 'Open')"
	 "  OR (o.closed AND r.status = 'Open')"},
	{"I8", "book offers no room that does not exist",
	 "SELECT CONCAT('offer of room ', o.room_id, ', version ', o.sequence)"
	 " FROM hotel_book.offer o LEFT JOIN hotel_room.room r ON r.id = o.room_id"
	 " WHERE r.id IS NULL AND o.sequence > 0"},
	{"I8", "a booking is of a room that exists, of the room's host",
	 "SELECT CONCAT('booking ', b.id, ': host ', b.host_id, ', room ', b.room_id, ' of ',"
	 "  COALESCE(CONCAT('host ', r.host_id), 'nobody'))"
	 " FROM hotel_book.book b LEFT JOIN hotel_room.room r ON r.id = b.room_id"
	 " WHERE NOT (r.host_id <=> b.host_id)"},
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
	{"I8", "pay and alarm know who has a claimed booking",
	 "SELECT CONCAT('booking ', b.id, ' of guest ', b.guest_id, ', key ', b.key_version, ': ',"
	 "  COALESCE(CONCAT('pay has guest ', h.guest_id, ', key ', h.key_version),"
	 "   'unknown to pay'), ', ',"
	 "  COALESCE(CONCAT('alarm has guest ', c.guest_id, ', key ', c.key_version),"
	 "   'unknown to alarm'))"
	 " FROM hotel_book.book b LEFT JOIN hotel_pay.holder h ON h.book_id = b.id"
	 "  LEFT JOIN hotel_alarm.contact c ON c.book_id = b.id"
	 " WHERE IF(b.key_version = 1, h.book_id IS NOT NULL OR c.key_version <> 1,"
	 "  NOT (h.guest_id <=> b.guest_id AND h.key_version <=> b.key_version"
	 "   AND c.guest_id <=> b.guest_id AND c.key_version <=> b.key_version))"},
	{"I8", "pay knows no claim of a booking that does not exist",
	 "SELECT CONCAT('booking ', h.book_id)"
	 " FROM hotel_pay.holder h LEFT JOIN hotel_book.book b ON b.id = h.book_id"
	 " WHERE b.id IS NULL"},
	{"I9", "mypage shows the current version of each booking",
	 "SELECT CONCAT('booking ', b.id, ' (', b.status, ', version ', b.version, '): ',"
	 "  COALESCE(CONCAT(m.status, ', version ', m.book_sequence), 'no row'))"
	 " FROM hotel_book.book b LEFT JOIN hotel_mypage.mypage m ON m.book_id = b.id"
	 " WHERE b.status <> 'Requested' AND NOT (m.book_sequence <=> b.version"
	 "  AND m.status <=> b.status AND m.price <=> b.price AND m.currency <=> b.currency"
	 "  AND m.room_id <=> b.room_id AND m.host_id <=> b.host_id"
	 "  AND m.guest_id <=> b.guest_id AND m.key_version <=> b.key_version AND BINARY m.guest_name <=> BINARY b.name"
	 "  AND m.start_date <=> b.start_date AND m.end_date <=> b.end_date)"},
	{"I9", "mypage shows no booking that does not exist",
	 "SELECT CONCAT('row of booking ', m.book_id)"
	 " FROM hotel_mypage.mypage m LEFT JOIN hotel_book.book b ON b.id = m.book_id"
	 " WHERE b.id IS NULL"},
	{"I9", "mypage shows the current version of each payment",
	 "SELECT CONCAT('payment ', p.id, ' of booking ', p.book_id, ' (', p.status, '): ',"
	 "  COALESCE(m.pay_status, 'none'))"
	 " FROM hotel_pay.payment p LEFT JOIN hotel_mypage.mypage m ON m.book_id = p.book_id"
	 " WHERE IF(p.status = 'PayVoided', m.pay_status IS NOT NULL OR m.pay_id IS NOT NULL,"
	 "  NOT (m.pay_status <=> p.status AND m.pay_id <=> p.id"
	 "   AND m.pay_sequence <=> p.version))"},
	{"I9", "mypage shows no payment that does not exist",
	 "SELECT CONCAT('row of booking ', m.book_id, ': payment ', m.pay_id)"
	 " FROM hotel_mypage.mypage m LEFT JOIN hotel_pay.payment p ON p.book_id = m.book_id"
	 " WHERE p.id IS NULL AND (m.pay_id IS NOT NULL OR m.pay_status IS NOT NULL)"},
	{"I9", "mypage has the current name of each room",
	 "SELECT CONCAT('room ', r.id, ', version ', r.version, ': ',"
	 "  COALESCE(CONCAT('version ', n.sequence), 'unknown'))"
	 " FROM hotel_room.room r LEFT JOIN hotel_mypage.room_name n ON n.room_id = r.id"
	 " WHERE n.room_id IS NULL OR n.sequence <> r.version OR BINARY n.name <> BINARY r.name"},
	{"I9", "mypage names no room that does not exist",
	 "SELECT CONCAT('room ', n.room_id, ', version ', n.sequence)"
	 " FROM hotel_mypage.room_name n LEFT JOIN hotel_room.room r ON r.id = n.room_id"
	 " WHERE r.id IS NULL"},
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
	{"I10", "a notification has the text that was written for it",
	 "SELECT CONCAT('notification ', id, ' to ', role, ' ', recipient_id, ', ', event)"
	 " FROM hotel_alarm.notification"
	 " WHERE CONVERT(SHA2(message, 256) USING ascii) <> message_digest"},
	{"I10", "a notification is in its inbox",
	 "SELECT CONCAT('notification ', n.id) FROM hotel_alarm.notification n"
	 " LEFT JOIN hotel_alarm.delivery d"
	 "  ON d.notification_id = n.id AND d.channel = 'inbox' AND d.state = 'delivered'"
	 " WHERE d.notification_id IS NULL"},
	{"I11", "a booking is cancelled once, and refunded once",
	 "SELECT CONCAT('booking ', b.id, ': ', SUM(s.to_status = 'BookCanceled' AND s.from_status <> s.to_status), ' times') "
	 " FROM hotel_book.book b JOIN hotel_book.book_step s ON s.book_id = b.id"
	 " WHERE b.status = 'BookCanceled' GROUP BY b.id"
	 " HAVING SUM(s.to_status = 'BookCanceled' AND s.from_status <> s.to_status) <> 1"},
	/* It has one more version if it was decided before its booking was claimed. */
	{"I11", "a payment is decided once and cancelled at most once",
	 "SELECT CONCAT('payment ', id, ' (', status, '): version ', version, ', decided ',"
	 "  created_at, ', changed ', updated_at)"
	 " FROM hotel_pay.payment WHERE CAST(version AS SIGNED) - IF(status = 'PayCanceled', 2, 1)"
	 "   NOT BETWEEN 0 AND CAST(key_version AS SIGNED) - 1"
	 "  OR updated_at < created_at OR version = 1 AND updated_at <> created_at"},
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
	{"I12", "alarm calls a room by the name that it has",
	 "SELECT CONCAT('room ', l.room_id, ', version ', l.sequence,"
	 "  IF(r.id IS NULL, ': no such room', ''))"
	 " FROM hotel_alarm.room_label l LEFT JOIN hotel_room.room r ON r.id = l.room_id"
	 " WHERE r.id IS NULL OR l.sequence > r.version"
	 "  OR (l.sequence = r.version AND BINARY l.name <> BINARY r.name)"},
	{"I12", "alarm knows no contact of a booking that does not exist",
	 "SELECT CONCAT('contact of booking ', c.book_id)"
	 " FROM hotel_alarm.contact c LEFT JOIN hotel_book.book b ON b.id = c.book_id"
	 " WHERE b.id IS NULL OR c.sequence > b.version"},
	{"I12", "what is sent by mail or webhook has its event",
	 "SELECT CONCAT('notification ', n.id, ' by ', d.channel, ', event ', n.event_id)"
	 " FROM hotel_alarm.delivery d JOIN hotel_alarm.notification n ON n.id = d.notification_id"
	 "  LEFT JOIN hotel_alarm.announcement a ON a.event_id = n.event_id"
	 " WHERE d.state = 'waiting' AND a.event_id IS NULL"},
	{"I13", "what belongs to an account belongs to one that exists",
	 "SELECT CONCAT(o.kind, ' of account ', o.account_id) FROM"
	 " (SELECT 'session' AS kind, account_id FROM hotel_account.session"
	 "  UNION ALL SELECT 'token of a mail', account_id FROM hotel_account.one_time_token"
	 "  UNION ALL SELECT 'recovery code', account_id FROM hotel_account.recovery_code"
	 "  UNION ALL SELECT 'mail', account_id FROM hotel_account.account_mail) o"
	 " LEFT JOIN hotel_account.account a ON a.id = o.account_id WHERE a.id IS NULL"},
	{"I13", "an exchanged refresh token is of a session, for which it counts no longer",
	 "SELECT CONCAT('session ', e.session_id, IF(s.id IS NULL, ': no such session',"
	 "  ': the refresh token that counts was exchanged'))"
	 " FROM hotel_account.refresh_exchanged e"
	 " LEFT JOIN hotel_account.session s ON s.id = e.session_id"
	 " WHERE s.id IS NULL OR s.refresh_mark = e.mark"},
	{"I13", "no session is kept beyond its limits",
	 "SELECT CONCAT('session ', s.id, ' of account ', s.account_id, ': from ', s.created_at,"
	 "  ', seen ', s.seen_at)"
	 " FROM hotel_account.session s JOIN hotel_account.account a ON a.id = s.account_id"
	 " WHERE s.seen_at < s.created_at OR s.seen_at > UTC_TIMESTAMP(3) + INTERVAL 1 HOUR"
	 "  OR s.created_at < UTC_TIMESTAMP(3) - INTERVAL 1 DAY - INTERVAL"
	 "   IF(a.is_host OR a.is_operator, " IN_SECONDS(SESSION_STAFF_LIFE_S) ", "
	 IN_SECONDS(SESSION_GUEST_LIFE_S) ") SECOND"
	 "  OR s.seen_at < UTC_TIMESTAMP(3) - INTERVAL 1 DAY - INTERVAL"
	 "   IF(a.is_host OR a.is_operator, " IN_SECONDS(SESSION_STAFF_IDLE_S) ", "
	 IN_SECONDS(SESSION_GUEST_IDLE_S) ") SECOND"},
	{"I13", "an account has known roles, and a second factor only with its key",
	 "SELECT CONCAT('account ', id) FROM hotel_account.account"
	 " WHERE is_host NOT IN (0, 1) OR is_operator NOT IN (0, 1) OR verified NOT IN (0, 1)"
	 "  OR (second_factor AND NOT has_otp_key)"},
	{"I13", "no two accounts have the same e-mail but for blanks at its ends",
	 "SELECT CONCAT('accounts ', GROUP_CONCAT(id ORDER BY id SEPARATOR ' and '))"
	 " FROM hotel_account.account GROUP BY BINARY TRIM(email) HAVING COUNT(*) > 1"},
	{"I13", "account stores passwords, tokens and codes as hashes",
	 "SELECT CONCAT(o.kind, ' of ', o.id) FROM"
	 " (SELECT 'password' AS kind, id, is_hashed FROM hotel_account.account"
	 "  UNION ALL SELECT 'session', account_id, is_hashed FROM hotel_account.session"
	 "  UNION ALL SELECT 'token of a mail', account_id, is_hashed FROM hotel_account.one_time_token"
	 "  UNION ALL SELECT 'recovery code', account_id, is_hashed FROM hotel_account.recovery_code"
	 "  UNION ALL SELECT 'refresh token of session', session_id, is_hashed"
	 "   FROM hotel_account.refresh_exchanged) o WHERE NOT o.is_hashed"},
	{"I13", "who has claimed a booking has an account, until the contact is erased",
	 "SELECT CONCAT('booking ', b.id, ', claimed by account ', b.guest_id)"
	 " FROM hotel_book.book b LEFT JOIN hotel_account.account a ON a.id = b.guest_id"
	 " WHERE a.id IS NULL AND b.erased = FALSE AND EXISTS (SELECT 1 FROM hotel_book.book_step s"
	 "  WHERE s.book_id = b.id AND " CLAIM("s") ")"
	 "  AND NOT EXISTS (SELECT 1 FROM hotel_account.erasure e WHERE e.account_id = b.guest_id)"},
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
