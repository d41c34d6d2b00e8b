/*
 * invariants - the rules that the databases must keep.
 *
 * The queries share one schema with nothing: they read the contexts' databases side by side, as
 * only this program may. Each gives one column, a sentence about a row that breaks the rule.
 */
#include "tools/check/invariants.h"

#define HOLDING "('Requested', 'PaymentPending', 'Booked')"

/* What a state is told as, and to whom: the guest always, the host if `host` is 1. */
#define TOLD                                                                    \
	"(SELECT 'PaymentPending' AS status, 'BookPending' AS event, 0 AS host" \
	" UNION ALL SELECT 'Booked', 'Booked', 1"                               \
	" UNION ALL SELECT 'Rejected', 'BookRejected', 0"                       \
	" UNION ALL SELECT 'Expired', 'BookExpired', 0"                         \
	" UNION ALL SELECT 'BookCanceled', 'BookCanceled', 1)"

/* How often somebody was told of an event of a book. */
#define TELLINGS                                                        \
	"(SELECT book_id, event, role, recipient_id, COUNT(*) AS times" \
	" FROM hotel_alarm.notification GROUP BY book_id, event, role, recipient_id)"

/* Since when somebody must have been told of everything: what happened before may be forgotten. A
 * step and its event may be a moment apart. */
#define TOLD_SINCE                                                                  \
	"(SELECT COALESCE(MAX(told_since), '1970-01-01') + INTERVAL 1 MINUTE FROM " \
	"hotel_alarm.horizon)"

#define QUERIES(I)                                                                                 \
	I(NIGHT_OF_HOLDER, "I1", "a night belongs to a book that holds it",                        \
	  "SELECT CONCAT('room ', n.room_id, ', night ', n.night, ', book ', n.book_id, ': ',"     \
	  "  COALESCE(b.status, 'no such book'))"                                                  \
	  " FROM hotel_book.night n LEFT JOIN hotel_book.book b ON b.id = n.book_id"               \
	  " WHERE b.id IS NULL OR b.status NOT IN " HOLDING " OR b.room_id <> n.room_id"           \
	  "  OR n.night < b.start_date OR n.night >= b.end_date")                                  \
	I(HOLDER_HAS_NIGHTS, "I1", "a book that holds its nights has every one until it is over",  \
	  "SELECT CONCAT('book ', b.id, ' (', b.status, '): ', COUNT(n.night), ' of ',"            \
	  "  DATEDIFF(b.end_date, b.start_date), ' nights')"                                       \
	  " FROM hotel_book.book b LEFT JOIN hotel_book.night n ON n.book_id = b.id"               \
	  " WHERE b.status IN " HOLDING " GROUP BY b.id, b.status, b.start_date, b.end_date"       \
	  " HAVING COUNT(n.night) <> DATEDIFF(b.end_date, b.start_date)"                           \
	  "  AND NOT (COUNT(n.night) = 0 AND b.end_date <= UTC_DATE())")                           \
	I(NIGHTS_ONCE, "I1", "no two books hold the same night",                                   \
	  "SELECT CONCAT('room ', a.room_id, ': books ', a.id, ' and ', b.id)"                     \
	  " FROM hotel_book.book a JOIN hotel_book.book b"                                         \
	  "  ON b.room_id = a.room_id AND b.id <> a.id AND b.start_date >= a.start_date"           \
	  "  AND b.start_date < a.end_date"                                                        \
	  " WHERE a.status IN " HOLDING " AND b.status IN " HOLDING)                               \
	I(BOOKED_IS_PAID, "I2", "a Booked book has an approved payment of exactly its price",      \
	  "SELECT CONCAT('book ', b.id, ', ', b.price, ' ', b.currency, ': payment ',"             \
	  "  COALESCE(CONCAT(p.id, ' ', p.status, ' ', p.price, ' ', p.currency), 'missing'))"     \
	  " FROM hotel_book.book b LEFT JOIN hotel_pay.payment p ON p.book_id = b.id"              \
	  " WHERE b.status = 'Booked' AND (p.id IS NULL OR p.status <> 'PayApproved'"              \
	  "  OR p.price <> b.price OR p.currency <> b.currency OR p.id <> COALESCE(b.pay_id, 0))") \
	I(PAID_IS_BOOKED, "I3", "an approved payment belongs to a Booked book",                    \
	  "SELECT CONCAT('payment ', p.id, ', ', p.price, ' ', p.currency, ': book ', p.book_id,"  \
	  "  ' is ', COALESCE(b.status, 'missing'))"                                               \
	  " FROM hotel_pay.payment p LEFT JOIN hotel_book.book b ON b.id = p.book_id"              \
	  " WHERE p.status = 'PayApproved' AND (b.id IS NULL OR b.status <> 'Booked')")            \
	I(NOTHING_REQUESTED, "I3", "no book stays Requested",                                      \
	  "SELECT CONCAT('book ', id, ', since ', created_at) FROM hotel_book.book"                \
	  " WHERE status = 'Requested'")                                                           \
	I(NOTHING_OVERDUE, "I3", "no unpaid book is kept past its payUntil",                       \
	  "SELECT CONCAT('book ', id, ', until ', pay_until) FROM hotel_book.book"                 \
	  " WHERE status = 'PaymentPending' AND pay_until < UTC_TIMESTAMP(3)")                     \
	I(SUMS_AGREE, "I4", "the approved money is the price of what is booked",                   \
	  "SELECT CONCAT(currency, ': approved ', SUM(paid), ', booked ', SUM(booked)) FROM ("     \
	  "  SELECT currency, price AS paid, 0 AS booked FROM hotel_pay.payment"                   \
	  "   WHERE status = 'PayApproved'"                                                        \
	  "  UNION ALL SELECT currency, 0, price FROM hotel_book.book WHERE status = 'Booked') m"  \
	  " GROUP BY currency HAVING SUM(paid) <> SUM(booked)")                                    \
	I(KEY_HAS_BOOK, "I5", "an idempotency key leads to a book",                                \
	  "SELECT CONCAT('a key of ', k.created_at, ' leads to book ', k.subject_id)"              \
	  " FROM hotel_book.idempotency k LEFT JOIN hotel_book.book b ON b.id = k.subject_id"      \
	  " WHERE b.id IS NULL")                                                                   \
	I(STEPS_ARE_WHOLE, "I6", "the timeline of a book is whole and ends in its state",          \
	  "SELECT CONCAT('book ', b.id, ' (', b.status, ', version ', b.version, '): ',"           \
	  "  COUNT(s.version), ' steps')"                                                          \
	  " FROM hotel_book.book b LEFT JOIN hotel_book.book_step s ON s.book_id = b.id"           \
	  " GROUP BY b.id, b.status, b.version"                                                    \
	  " HAVING COUNT(s.version) <> b.version"                                                  \
	  "  OR SUM(s.version = b.version AND s.to_status = b.status) <> 1")                       \
	I(OUTBOXES_EMPTY, "I8", "every event has left its outbox",                                 \
	  "SELECT CONCAT(context, ': ', COUNT(*), ' events wait, the oldest since ', MIN(time))"   \
	  " FROM (SELECT 'room' AS context, time FROM hotel_room.outbox"                           \
	  "  UNION ALL SELECT 'book', time FROM hotel_book.outbox"                                 \
	  "  UNION ALL SELECT 'pay', time FROM hotel_pay.outbox) o GROUP BY context")              \
	I(SEARCH_KNOWS_STAYS, "I8", "room knows of every stay whether it is taken",                \
	  "SELECT CONCAT('book ', b.id, ' (', b.status, ', version ', b.version, '): ',"           \
	  "  COALESCE(CONCAT(IF(t.taken, 'taken', 'free'), ' by version ', t.sequence),"           \
	  "  'unknown'))"                                                                          \
	  " FROM hotel_book.book b LEFT JOIN hotel_room.taken_stay t ON t.book_id = b.id"          \
	  " WHERE b.status <> 'Requested' AND (t.book_id IS NULL OR t.sequence <> b.version"       \
	  "  OR t.taken <> (b.status IN " HOLDING ") OR t.room_id <> b.room_id"                    \
	  "  OR t.start_date <> b.start_date OR t.end_date <> b.end_date)")                        \
	I(OFFERS_ARE_ROOMS, "I8", "book knows every room as it stands",                            \
	  "SELECT CONCAT('room ', r.id, ' (', r.status, ', version ', r.version, '): ',"           \
	  "  COALESCE(CONCAT('offer of version ', o.sequence), 'no offer'))"                       \
	  " FROM hotel_room.room r LEFT JOIN hotel_book.offer o ON o.room_id = r.id"               \
	  " WHERE o.room_id IS NULL OR o.sequence <> r.version OR o.price <> r.price"              \
	  "  OR o.host_id <> r.host_id OR o.open <> (r.status = 'Open')"                           \
	  "  OR (o.closed AND r.status = 'Open')")                                                 \
	I(DELETED_IS_CLOSED, "I8", "a Deleted room is closed for booking",                         \
	  "SELECT CONCAT('room ', r.id)"                                                           \
	  " FROM hotel_room.room r LEFT JOIN hotel_book.offer o ON o.room_id = r.id"               \
	  " WHERE r.status = 'Deleted' AND COALESCE(o.closed, 0) = 0")                             \
	I(REVOKED_ARE_KNOWN, "I8", "pay knows every book that will not be paid",                   \
	  "SELECT CONCAT('book ', b.id, ' is ', b.status, ': payment ',"                           \
	  "  COALESCE(p.status, 'missing'))"                                                       \
	  " FROM hotel_book.book b LEFT JOIN hotel_pay.payment p ON p.book_id = b.id"              \
	  " WHERE b.status IN ('Rejected', 'Expired', 'BookCanceled')"                             \
	  "  AND (p.id IS NULL OR p.status = 'PayApproved')")                                      \
	I(VIEW_HAS_BOOKS, "I9", "mypage shows every book as it stands",                            \
	  "SELECT CONCAT('book ', b.id, ' (', b.status, ', version ', b.version, '): ',"           \
	  "  COALESCE(CONCAT(m.status, ', version ', m.book_sequence), 'no row'))"                 \
	  " FROM hotel_book.book b LEFT JOIN hotel_mypage.mypage m ON m.book_id = b.id"            \
	  " WHERE b.status <> 'Requested' AND (m.book_id IS NULL OR m.book_sequence <> b.version"  \
	  "  OR m.status <> b.status OR m.price <> b.price OR m.room_id <> b.room_id"              \
	  "  OR m.host_id <> b.host_id OR m.guest_id <> b.guest_id OR m.guest_name <> b.name"      \
	  "  OR m.start_date <> b.start_date OR m.end_date <> b.end_date)")                        \
	I(VIEW_HAS_NO_MORE, "I9", "mypage shows nothing that is not there",                        \
	  "SELECT CONCAT('row of book ', m.book_id)"                                               \
	  " FROM hotel_mypage.mypage m LEFT JOIN hotel_book.book b ON b.id = m.book_id"            \
	  " WHERE b.id IS NULL")                                                                   \
	I(VIEW_HAS_PAYMENTS, "I9", "mypage shows every payment as it stands",                      \
	  "SELECT CONCAT('payment ', p.id, ' of book ', p.book_id, ' (', p.status, '): ',"         \
	  "  COALESCE(m.pay_status, 'none'))"                                                      \
	  " FROM hotel_pay.payment p LEFT JOIN hotel_mypage.mypage m ON m.book_id = p.book_id"     \
	  " WHERE IF(p.status = 'PayVoided', m.pay_status IS NOT NULL,"                            \
	  "  COALESCE(m.pay_status, '') <> p.status OR COALESCE(m.pay_id, 0) <> p.id)")            \
	I(VIEW_HAS_NAMES, "I9", "mypage knows every room by its name",                             \
	  "SELECT CONCAT('room ', r.id, ', version ', r.version, ': ',"                            \
	  "  COALESCE(CONCAT('version ', n.sequence), 'unknown'))"                                 \
	  " FROM hotel_room.room r LEFT JOIN hotel_mypage.room_name n ON n.room_id = r.id"         \
	  " WHERE n.room_id IS NULL OR n.sequence <> r.version OR BINARY n.name <> BINARY r.name") \
	I(GUESTS_ARE_TOLD, "I10", "the guest is told of every change of a book, once",             \
	  "SELECT CONCAT('book ', s.book_id, ', ', t.event, ', guest ', b.guest_id, ': ',"         \
	  "  COALESCE(n.times, 0), ' times')"                                                      \
	  " FROM hotel_book.book_step s JOIN hotel_book.book b ON b.id = s.book_id"                \
	  "  JOIN " TOLD " t ON t.status = s.to_status"                                            \
	  "  LEFT JOIN " TELLINGS " n ON n.book_id = s.book_id AND n.event = t.event"              \
	  "   AND n.role = 'guest' AND n.recipient_id = b.guest_id"                                \
	  " WHERE COALESCE(n.times, 0) <> 1 AND s.at >= " TOLD_SINCE)                              \
	I(HOSTS_ARE_TOLD, "I10", "the host is told of every booking and cancelling, once",         \
	  "SELECT CONCAT('book ', s.book_id, ', ', t.event, ', host ', b.host_id, ': ',"           \
	  "  COALESCE(n.times, 0), ' times')"                                                      \
	  " FROM hotel_book.book_step s JOIN hotel_book.book b ON b.id = s.book_id"                \
	  "  JOIN " TOLD " t ON t.status = s.to_status AND t.host = 1"                             \
	  "  LEFT JOIN " TELLINGS " n ON n.book_id = s.book_id AND n.event = t.event"              \
	  "   AND n.role = 'host' AND n.recipient_id = b.host_id"                                  \
	  " WHERE COALESCE(n.times, 0) <> 1 AND s.at >= " TOLD_SINCE)                              \
	I(PAYERS_ARE_TOLD, "I10", "the guest is told of every payment and refund, once",           \
	  "SELECT CONCAT('book ', p.book_id, ', ', t.event, ', guest ', p.guest_id, ': ',"         \
	  "  COALESCE(n.times, 0), ' times')"                                                      \
	  " FROM hotel_pay.payment p JOIN ("                                                       \
	  "  SELECT 'PayApproved' AS status, 'PaymentApproved' AS event"                           \
	  "  UNION ALL SELECT 'PayDeclined', 'PaymentDeclined'"                                    \
	  "  UNION ALL SELECT 'PayCanceled', 'PaymentApproved'"                                    \
	  "  UNION ALL SELECT 'PayCanceled', 'PaymentCanceled') t ON t.status = p.status"          \
	  "  LEFT JOIN " TELLINGS " n ON n.book_id = p.book_id AND n.event = t.event"              \
	  "   AND n.role = 'guest' AND n.recipient_id = p.guest_id"                                \
	  " WHERE COALESCE(n.times, 0) <> 1"                                                       \
	  "  AND IF(t.event = 'PaymentCanceled', p.updated_at, p.created_at) >= " TOLD_SINCE)      \
	I(NOTHING_MADE_UP, "I10", "nobody is told of what did not happen",                         \
	  "SELECT CONCAT('notification ', n.id, ' to ', n.role, ' ', n.recipient_id, ', ',"        \
	  "  n.event, ' of book ', n.book_id)"                                                     \
	  " FROM hotel_alarm.notification n JOIN " TOLD " t ON t.event = n.event"                  \
	  "  LEFT JOIN hotel_book.book_step s ON s.book_id = n.book_id AND s.to_status = t.status" \
	  " WHERE s.book_id IS NULL")                                                              \
	I(EVERYTHING_DELIVERED, "I10", "a notification lies in its inbox",                         \
	  "SELECT CONCAT('notification ', n.id) FROM hotel_alarm.notification n"                   \
	  " LEFT JOIN hotel_alarm.delivery d"                                                      \
	  "  ON d.notification_id = n.id AND d.channel = 'inbox' AND d.state = 'delivered'"        \
	  " WHERE d.notification_id IS NULL")                                                      \
	I(CANCELLED_ONCE, "I11", "a book is cancelled once, and refunded once",                    \
	  "SELECT CONCAT('book ', b.id, ': ', SUM(s.to_status = 'BookCanceled'), ' times') "       \
	  " FROM hotel_book.book b JOIN hotel_book.book_step s ON s.book_id = b.id"                \
	  " WHERE b.status = 'BookCanceled' GROUP BY b.id"                                         \
	  " HAVING SUM(s.to_status = 'BookCanceled') <> 1")                                        \
	I(REFUNDED_ONCE, "I11", "a payment is decided once and cancelled at most once",            \
	  "SELECT CONCAT('payment ', id, ' (', status, '): version ', version)"                    \
	  " FROM hotel_pay.payment WHERE version <> IF(status = 'PayCanceled', 2, 1)")             \
	I(NOTHING_WAITS_FOR_EVER, "I12", "a mail or webhook has come to its end within its day",   \
	  "SELECT CONCAT('notification ', notification_id, ' by ', channel, ', since ', since,"    \
	  "  ', ', attempts, ' tries, ', reason)"                                                  \
	  " FROM hotel_alarm.delivery"                                                             \
	  " WHERE state = 'waiting' AND since < UTC_TIMESTAMP(3) - INTERVAL 25 HOUR")              \
	I(ENDS_ARE_WHOLE, "I12", "what was delivered was tried, what failed says why",             \
	  "SELECT CONCAT('notification ', notification_id, ' by ', channel, ': ', state, ', ',"    \
	  "  attempts, ' tries') FROM hotel_alarm.delivery"                                        \
	  " WHERE IF(state = 'delivered', attempts = 0 OR delivered_at IS NULL,"                   \
	  "  state = 'failed' AND (reason = '' OR delivered_at IS NOT NULL))"                      \
	  "  OR (state = 'waiting') <> (next_at IS NOT NULL)")                                     \
	I(CONTACTS_ARE_KNOWN, "I12", "alarm writes to the contact of the booking",                 \
	  "SELECT CONCAT('book ', n.book_id, ': ', IF(c.book_id IS NULL, 'unknown', 'another'))"   \
	  " FROM hotel_alarm.notification n"                                                       \
	  "  JOIN hotel_alarm.announcement a ON a.event_id = n.event_id"                           \
	  "  JOIN hotel_book.book b ON b.id = n.book_id"                                           \
	  "  LEFT JOIN hotel_alarm.contact c ON c.book_id = n.book_id"                             \
	  " WHERE n.role = 'guest' AND (c.book_id IS NULL OR BINARY c.email <> BINARY b.email)"    \
	  " GROUP BY n.book_id, c.book_id")

enum {
#define NUMBER(name, id, rule, sql) name,
	QUERIES(NUMBER)
#undef NUMBER
};

const struct invariant invariants[] = {
#define RULE(name, id, rule, sql) [name] = {id, rule},
	QUERIES(RULE)
#undef RULE
};

const size_t invariants_count = sizeof(invariants) / sizeof(invariants[0]);

static const struct db_field row_fields[] = {DB_FIELD(struct invariant_row, text)};

static const struct db_statement queries[] = {
#define QUERY(name, id, rule, sql) [name] = {sql, DB_GIVES(struct invariant_row, row_fields)},
	QUERIES(QUERY)
#undef QUERY
};

const struct db_table invariants_table = {"invariants", NULL, DB_STATEMENTS(queries)};
