# SPDX-License-Identifier: MIT
"""`./hotel check` is believed because it sees planted corruption: each kind, one at a time, with its row.

All programs are stopped meanwhile, so that none mends or spreads what was planted.
"""

import json
import uuid

import pytest

from actors import (
    await_mypage,
    await_status,
    booked,
    cancel,
    pending,
    place_book,
    register_room,
)
from broker import Broker
from hotel import Hotel

CONTEXTS = ("room", "book", "pay", "mypage", "alarm", "account")
PROGRAMS = [f"{kind}-{context}" for kind in ("fcgi", "worker") for context in CONTEXTS]
VIOLATED = 1

# What is planted: its name, the statements, the invariant that sees it, and what names the row.
BOOK = [
    ("a night is missing", "DELETE FROM hotel_book.night WHERE book_id = {booked} LIMIT 1",
     "I1", "booking {booked}"),
    ("a night belongs to another booking",
     "UPDATE hotel_book.night SET book_id = {pending} WHERE book_id = {booked} LIMIT 1",
     "I1", "booking {pending}"),
    ("a night is outside of its stay",
     "UPDATE hotel_book.night SET night = night + INTERVAL 100 DAY WHERE book_id = {booked} LIMIT 1",
     "I1", "booking {booked}"),
    ("a night belongs to no booking",
     "INSERT INTO hotel_book.night VALUES ({room}, '2031-01-01', 999999)", "I1", "booking 999999"),
    ("a night is kept by a cancelled booking",
     "INSERT INTO hotel_book.night SELECT room_id, start_date, id FROM hotel_book.book WHERE id = {canceled}",
     "I1", "booking {canceled}"),
    ("a night is of another room",
     "UPDATE hotel_book.night SET room_id = {changed} WHERE book_id = {booked} LIMIT 1",
     "I1", "room {changed}"),
    ("two bookings have the same stay",
     "UPDATE hotel_book.book a, hotel_book.book b SET a.start_date = b.start_date, a.end_date = b.end_date"
     " WHERE a.id = {pending} AND b.id = {booked}",
     "I1", "bookings {booked} and {pending}"),
    ("a Booked booking became Rejected", "UPDATE hotel_book.book SET status = 'Rejected' WHERE id = {booked}",
     "I3", "booking {booked}"),
    ("a Rejected booking became Booked", "UPDATE hotel_book.book SET status = 'Booked' WHERE id = {rejected}",
     "I2", "booking {rejected}"),
    ("a cancelled booking became Booked", "UPDATE hotel_book.book SET status = 'Booked' WHERE id = {canceled}",
     "I2", "booking {canceled}"),
    ("a booking is Requested again", "UPDATE hotel_book.book SET status = 'Requested' WHERE id = {pending}",
     "I3", "booking {pending}"),
    ("an unpaid booking is past its payUntil",
     "UPDATE hotel_book.book SET pay_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = {pending}",
     "I3", "booking {pending}"),
    ("the price of a booking", "UPDATE hotel_book.book SET price = price + 1 WHERE id = {booked}",
     "I2", "booking {booked}"),
    ("the currency of a booking", "UPDATE hotel_book.book SET currency = 'USD' WHERE id = {booked}",
     "I2", "booking {booked}"),
    ("the price of booking, payment and view together",
     "UPDATE hotel_book.book SET price = price + 1 WHERE id = {booked};"
     "UPDATE hotel_pay.payment SET price = price + 1 WHERE book_id = {booked};"
     "UPDATE hotel_mypage.mypage SET price = price + 1 WHERE book_id = {booked}",
     "I8", "booking {booked}, version 2"),
    ("the currency of booking, payment and view together",
     "UPDATE hotel_book.book SET currency = 'USD' WHERE id = {booked};"
     "UPDATE hotel_pay.payment SET currency = 'USD' WHERE book_id = {booked};"
     "UPDATE hotel_mypage.mypage SET currency = 'USD' WHERE book_id = {booked}",
     "I8", "booking {booked}, version 2"),
    ("the guest of booking, payment and view together",
     "UPDATE hotel_book.book SET guest_id = 77 WHERE id = {booked};"
     "UPDATE hotel_pay.payment SET guest_id = 77 WHERE book_id = {booked};"
     "UPDATE hotel_mypage.mypage SET guest_id = 77 WHERE book_id = {booked}",
     "I8", "booking {booked}, version 2"),
    ("the host of a booking",
     "UPDATE hotel_book.book SET host_id = 77 WHERE id = {booked}", "I8", "booking {booked}: host 77"),
    ("the telephone number of a guest", "UPDATE hotel_book.book SET phone = '1' WHERE id = {booked}",
     "I8", "booking {booked}, version 2"),
    ("the name of a guest in booking and view",
     "UPDATE hotel_book.book SET name = 'X' WHERE id = {booked};"
     "UPDATE hotel_mypage.mypage SET guest_name = 'X' WHERE book_id = {booked}",
     "I8", "booking {booked}, version 2"),
    ("the mail address of a guest in booking and alarm",
     "UPDATE hotel_book.book SET email = 'x@example.com' WHERE id = {booked};"
     "UPDATE hotel_alarm.contact SET email = 'x@example.com' WHERE book_id = {booked}",
     "I8", "booking {booked}, version 2"),
    ("the stay in every database",
     "UPDATE hotel_book.night SET night = night + INTERVAL 50 DAY WHERE book_id = {booked};"
     "UPDATE hotel_book.book SET start_date = start_date + INTERVAL 50 DAY,"
     "  end_date = end_date + INTERVAL 50 DAY WHERE id = {booked};"
     "UPDATE hotel_pay.payment SET start_date = start_date + INTERVAL 50 DAY,"
     "  end_date = end_date + INTERVAL 50 DAY WHERE book_id = {booked};"
     "UPDATE hotel_mypage.mypage SET start_date = start_date + INTERVAL 50 DAY,"
     "  end_date = end_date + INTERVAL 50 DAY WHERE book_id = {booked};"
     "UPDATE hotel_room.taken_stay SET start_date = start_date + INTERVAL 50 DAY,"
     "  end_date = end_date + INTERVAL 50 DAY WHERE book_id = {booked}",
     "I8", "booking {booked}, version 2"),
    ("the reference of a booking", "UPDATE hotel_book.book SET reference = '22222222' WHERE id = {booked}",
     "I8", "booking {booked}, version 2"),
    ("the number of guests", "UPDATE hotel_book.book SET guests = guests + 1 WHERE id = {booked}",
     "I8", "booking {booked}, version 2"),
    ("until when a paid booking was held",
     "UPDATE hotel_book.book SET pay_until = pay_until + INTERVAL 1 DAY WHERE id = {booked}",
     "I8", "booking {booked}, version 2"),
    ("the payment that a booking names",
     "UPDATE hotel_book.book a, hotel_book.book b SET a.pay_id = b.pay_id"
     " WHERE a.id = {rejected} AND b.id = {canceled}",
     "I2", "booking {rejected}"),
    ("the version of a booking", "UPDATE hotel_book.book SET version = version + 1 WHERE id = {booked}",
     "I6", "booking {booked}"),
    ("when a booking was made",
     "UPDATE hotel_book.book SET created_at = created_at - INTERVAL 1 HOUR WHERE id = {booked}",
     "I6", "booking {booked}"),
    ("a step is missing", "DELETE FROM hotel_book.book_step WHERE book_id = {booked} AND version = 1",
     "I6", "booking {booked}"),
    ("a step ends elsewhere",
     "UPDATE hotel_book.book_step SET to_status = 'Expired' WHERE book_id = {booked} AND version = 2",
     "I6", "booking {booked}"),
    ("a step begins elsewhere",
     "UPDATE hotel_book.book_step SET from_status = 'PaymentPending' WHERE book_id = {booked} AND version = 2",
     "I6", "booking {booked}, step 2"),
    ("a step is older than the one before it",
     "UPDATE hotel_book.book_step SET at = at - INTERVAL 1 HOUR WHERE book_id = {canceled} AND version = 2",
     "I6", "booking {canceled}, step 2"),
    ("a step is none that a booking can make",
     "UPDATE hotel_book.book_step SET to_status = 'PaymentPending', from_status = 'Booked'"
     " WHERE book_id = {canceled} AND version = 3",
     "I6", "booking {canceled}, step 3"),
    ("a step is of no booking",
     "INSERT INTO hotel_book.book_step (book_id, version, at, from_status, to_status, by_id, by_roles)"
     " VALUES (999999, 1, UTC_TIMESTAMP(3), 'Requested', 'Requested', 0, 0)",
     "I6", "booking 999999"),
    ("a key is missing", "DELETE FROM hotel_book.idempotency WHERE subject_id = {booked}",
     "I5", "booking {booked}"),
    ("a key leads to another booking",
     "UPDATE hotel_book.idempotency SET subject_id = {canceled} WHERE subject_id = {booked}",
     "I5", "booking {booked}"),
    ("a key leads to no booking",
     "INSERT INTO hotel_book.idempotency VALUES ('1:7 POST /books', 'k', REPEAT('0', 64), 999999,"
     " UTC_TIMESTAMP(3))", "I5", "booking 999999"),
    ("a key leads to no room",
     "INSERT INTO hotel_room.idempotency VALUES ('2:7 POST /rooms', 'k', REPEAT('0', 64), 999999,"
     " UTC_TIMESTAMP(3))", "I5", "room 999999"),
    ("the account of a claimed booking",
     "UPDATE hotel_book.book SET guest_id = 77 WHERE id = {claimed}", "I6", "booking {claimed} of guest 77"),
    ("a claimed booking has its first key again",
     "UPDATE hotel_book.book SET key_version = 1 WHERE id = {claimed}", "I6", "booking {claimed}"),
    ("a booking that was never claimed has another key",
     "UPDATE hotel_book.book SET key_version = 2 WHERE id = {booked}", "I6", "booking {booked}"),
    ("a claim is no step", "UPDATE hotel_book.book_step SET why = 'x' WHERE book_id = {claimed} AND version = 3",
     "I6", "booking {claimed}, step 3"),
    ("a booking is erased without a step", "UPDATE hotel_book.book SET erased = TRUE WHERE id = {booked}",
     "I6", "booking {booked}: erased, 0 erasures"),
    ("alarm takes a booking for erased", "UPDATE hotel_alarm.contact SET erased = TRUE WHERE book_id = {booked}",
     "I8", "booking {booked}: not erased, alarm knows"),
    ("pay has another holder of a claimed booking",
     "UPDATE hotel_pay.holder SET guest_id = 77 WHERE book_id = {claimed}", "I8", "booking {claimed} of guest"),
    ("pay has forgotten who has a claimed booking", "DELETE FROM hotel_pay.holder WHERE book_id = {claimed}",
     "I8", "booking {claimed} of guest"),
    ("pay has a claim of no booking", "INSERT INTO hotel_pay.holder VALUES (999999, 7, 2)", "I8", "booking 999999"),
    ("the key that opens a claimed payment",
     "UPDATE hotel_pay.payment SET key_version = 1 WHERE book_id = {claimed}", "I2", "booking {claimed}"),
    ("the key that opens a claimed row",
     "UPDATE hotel_mypage.mypage SET key_version = 1 WHERE book_id = {claimed}", "I9", "booking {claimed}"),
    ("the key that opens claimed notifications",
     "UPDATE hotel_alarm.contact SET key_version = 1 WHERE book_id = {claimed}", "I8", "booking {claimed} of guest"),
    ("alarm has another holder of a claimed booking",
     "UPDATE hotel_alarm.contact SET guest_id = 77 WHERE book_id = {claimed}", "I8", "booking {claimed} of guest"),
    ("a notification of a claimed booking is nobody's",
     "UPDATE hotel_alarm.notification SET recipient_id = 0 WHERE book_id = {claimed} AND role = 'guest' LIMIT 1",
     "I10", "booking {claimed}"),
    ("an event waits in the outbox",
     "INSERT INTO hotel_book.outbox (type, message_id, time, body) VALUES ('Booked', UUID(),"
     " UTC_TIMESTAMP(3), '{{}}')", "I8", "book: 1 events"),
    ("the offer's price", "UPDATE hotel_book.offer SET price = 1 WHERE room_id = {room}", "I8", "room {room}"),
    ("the offer's capacity", "UPDATE hotel_book.offer SET capacity = 9 WHERE room_id = {room}",
     "I8", "room {room}"),
    ("the offer's currency", "UPDATE hotel_book.offer SET currency = 'USD' WHERE room_id = {room}",
     "I8", "room {room}"),
    ("the offer's host", "UPDATE hotel_book.offer SET host_id = 77 WHERE room_id = {room}",
     "I8", "room {room}"),
    ("the offer's version", "UPDATE hotel_book.offer SET sequence = 9 WHERE room_id = {room}",
     "I8", "room {room}"),
    ("an Open room is closed", "UPDATE hotel_book.offer SET closed = 1 WHERE room_id = {room}",
     "I8", "room {room}"),
    ("a Deleted room is not closed", "UPDATE hotel_book.offer SET closed = 0 WHERE room_id = {deleted}",
     "I8", "room {deleted}"),
    ("an offer is missing", "DELETE FROM hotel_book.offer WHERE room_id = {room}", "I8", "room {room}"),
    ("an offer is of no room",
     "INSERT INTO hotel_book.offer SELECT 999999, host_id, sequence, price, currency, capacity, open, closed"
     " FROM hotel_book.offer WHERE room_id = {room}", "I8", "room 999999"),
]

INTENT = ("INSERT INTO hotel_room.room_closing (room_id, cancel_bookings, asked_at, caller_id, caller_roles,"
          " request_id, traceparent, causation_id) VALUES ")
ROOM = [
    ("a room's price", "UPDATE hotel_room.room SET price = 1 WHERE id = {room}", "I8", "room {room}"),
    ("the price of room and offer together",
     "UPDATE hotel_room.room SET price = 1 WHERE id = {room};"
     "UPDATE hotel_book.offer SET price = 1 WHERE room_id = {room}", "I8", "room {room}, version 1"),
    ("the capacity of room and offer together",
     "UPDATE hotel_room.room SET capacity = 9 WHERE id = {room};"
     "UPDATE hotel_book.offer SET capacity = 9 WHERE room_id = {room}", "I8", "room {room}, version 1"),
    ("the name of a room in room and view",
     "UPDATE hotel_room.room SET name = 'X' WHERE id = {room};"
     "UPDATE hotel_mypage.room_name SET name = 'X' WHERE room_id = {room}", "I8", "room {room}, version 1"),
    ("a room's description", "UPDATE hotel_room.room SET description = 'X' WHERE id = {room}",
     "I8", "room {room}, version 1"),
    ("a room's city", "UPDATE hotel_room.room SET city = 'X' WHERE id = {room}",
     "I8", "room {room}, version 1"),
    ("a room is Deleted without its event", "UPDATE hotel_room.room SET status = 'Deleted' WHERE id = {room}",
     "I8", "room {room}"),
    ("a Deleted room is Open again", "UPDATE hotel_room.room SET status = 'Open' WHERE id = {deleted}",
     "I8", "room {deleted}"),
    ("a room's version", "UPDATE hotel_room.room SET version = version + 1 WHERE id = {room}",
     "I8", "room {room}, version 2"),
    ("a room is missing", "DELETE FROM hotel_room.room WHERE id = {room}", "I8", "room {room}"),
    ("an intent to delete was left for a day",
     INTENT + "({room}, 0, UTC_TIMESTAMP(3) - INTERVAL 1 DAY, 7, 2, '', '', '')", "I8", "room {room} (Open)"),
    ("an intent to delete is of a Deleted room",
     INTENT + "({deleted}, 0, UTC_TIMESTAMP(3), 7, 2, '', '', '')", "I8", "room {deleted} (Deleted)"),
    ("a taken stay is missing", "DELETE FROM hotel_room.taken_stay WHERE book_id = {booked}",
     "I8", "booking {booked}"),
    ("a taken stay is free", "UPDATE hotel_room.taken_stay SET taken = 0 WHERE book_id = {booked}",
     "I8", "booking {booked}"),
    ("a taken stay has other nights",
     "UPDATE hotel_room.taken_stay SET end_date = end_date + INTERVAL 1 DAY WHERE book_id = {booked}",
     "I8", "booking {booked}"),
    ("a taken stay is of no booking",
     "INSERT INTO hotel_room.taken_stay SELECT 999999, sequence, room_id, start_date, end_date, taken,"
     " applied_at FROM hotel_room.taken_stay WHERE book_id = {booked}", "I8", "booking 999999"),
]

PAY = [
    ("a payment is missing", "DELETE FROM hotel_pay.payment WHERE book_id = {booked}",
     "I2", "booking {booked}"),
    ("an approved payment is declined",
     "UPDATE hotel_pay.payment SET status = 'PayDeclined' WHERE book_id = {booked}", "I2", "booking {booked}"),
    ("an approved payment is cancelled",
     "UPDATE hotel_pay.payment SET status = 'PayCanceled', version = 2 WHERE book_id = {booked}",
     "I2", "booking {booked}"),
    ("a refund is gone",
     "UPDATE hotel_pay.payment SET status = 'PayApproved', version = 1 WHERE book_id = {canceled}",
     "I3", "booking {canceled}"),
    ("a payment was refunded twice", "UPDATE hotel_pay.payment SET version = 3 WHERE book_id = {canceled}",
     "I11", "(PayCanceled): version 3"),
    ("the price of a payment", "UPDATE hotel_pay.payment SET price = price - 1 WHERE book_id = {booked}",
     "I2", "booking {booked}"),
    ("the price of a cancelled payment", "UPDATE hotel_pay.payment SET price = 1 WHERE book_id = {canceled}",
     "I2", "booking {canceled}"),
    ("the guest of a payment", "UPDATE hotel_pay.payment SET guest_id = 77 WHERE book_id = {booked}",
     "I2", "booking {booked}"),
    ("the host of a payment", "UPDATE hotel_pay.payment SET host_id = 77 WHERE book_id = {booked}",
     "I2", "booking {booked}"),
    ("the room of a payment", "UPDATE hotel_pay.payment SET room_id = 999999 WHERE book_id = {booked}",
     "I2", "booking {booked}"),
    ("the stay of a payment",
     "UPDATE hotel_pay.payment SET end_date = end_date + INTERVAL 1 DAY WHERE book_id = {booked}",
     "I2", "booking {booked}"),
    ("an approved payment is of no booking",
     "UPDATE hotel_pay.payment SET book_id = 999999 WHERE book_id = {booked}", "I3", "booking 999999"),
    ("a declined payment is of no booking",
     "UPDATE hotel_pay.payment SET book_id = 999999 WHERE book_id = {rejected}", "I2", "booking 999999"),
    ("a tombstone is missing", "DELETE FROM hotel_pay.payment WHERE book_id = {voided}",
     "I8", "booking {voided}"),
    ("a tombstone is of no booking", "UPDATE hotel_pay.payment SET book_id = 999999 WHERE book_id = {voided}",
     "I2", "booking 999999"),
    ("when a payment was decided",
     "UPDATE hotel_pay.payment SET created_at = created_at - INTERVAL 1 HOUR WHERE book_id = {booked}",
     "I11", "(PayApproved)"),
]

MYPAGE = [
    ("a row is missing", "DELETE FROM hotel_mypage.mypage WHERE book_id = {booked}", "I9", "booking {booked}"),
    ("a row is of an older version",
     "UPDATE hotel_mypage.mypage SET book_sequence = 1 WHERE book_id = {booked}", "I9", "booking {booked}"),
    ("a row has another state",
     "UPDATE hotel_mypage.mypage SET status = 'Rejected' WHERE book_id = {booked}", "I9", "booking {booked}"),
    ("a row has no guest", "UPDATE hotel_mypage.mypage SET guest_id = NULL WHERE book_id = {booked}",
     "I9", "booking {booked}"),
    ("a row has another guest's name",
     "UPDATE hotel_mypage.mypage SET guest_name = 'X' WHERE book_id = {booked}", "I9", "booking {booked}"),
    ("a row has another currency",
     "UPDATE hotel_mypage.mypage SET currency = 'USD' WHERE book_id = {booked}", "I9", "booking {booked}"),
    ("a row has an older payment",
     "UPDATE hotel_mypage.mypage SET pay_status = 'PayApproved', pay_sequence = 1 WHERE book_id = {canceled}",
     "I9", "booking {canceled}"),
    ("a row shows a payment that was never made",
     "UPDATE hotel_mypage.mypage SET pay_status = 'PayApproved', pay_id = 999 WHERE book_id = {pending}",
     "I9", "booking {pending}"),
    ("a row shows a tombstone",
     "UPDATE hotel_mypage.mypage SET pay_status = 'PayDeclined', pay_id = 999 WHERE book_id = {voided}",
     "I9", "booking {voided}"),
    ("a row is of no booking", "UPDATE hotel_mypage.mypage SET book_id = 999999 WHERE book_id = {booked}",
     "I9", "booking 999999"),
    ("a room has another name", "UPDATE hotel_mypage.room_name SET name = 'X' WHERE room_id = {room}",
     "I9", "room {room}"),
    ("a name is of no room", "INSERT INTO hotel_mypage.room_name VALUES (999999, 1, 'X')",
     "I9", "room 999999"),
]

# The notification of an event of a booking, or the latest about a room; and a copy with another event.
OF_BOOK = "hotel_alarm.notification WHERE book_id = {booked} AND event = '%s'"
OF_ROOM = "hotel_alarm.notification WHERE recipient_id = {host} AND event = '%s'"
AGAIN = ("INSERT INTO hotel_alarm.notification (event_id, role, recipient_id, book_id, event, message,"
         " created_at) SELECT UUID(), role, %s, book_id, %s, message, created_at FROM ")
NO_KEYS = "SET foreign_key_checks = 0; "
ALARM = [
    ("nobody was notified of a booking", NO_KEYS + "DELETE FROM " + OF_BOOK % "Booked",
     "I10", "Booked of booking {booked}"),
    ("nobody was notified of a payment", NO_KEYS + "DELETE FROM " + OF_BOOK % "PaymentApproved",
     "I10", "PaymentApproved of booking {booked}"),
    ("nobody was notified of a new room", NO_KEYS + "DELETE FROM " + OF_ROOM % "RoomRegistered",
     "I10", "RoomRegistered of a room"),
    ("nobody was notified of a changed room", NO_KEYS + "DELETE FROM " + OF_ROOM % "RoomChanged",
     "I10", "RoomChanged of a room"),
    ("a host was notified of a room twice", AGAIN % ("recipient_id", "event") + OF_ROOM % "RoomChanged",
     "I10", "RoomChanged of a room"),
    ("a guest was notified of a booking twice",
     AGAIN % ("recipient_id", "event") + OF_BOOK % "Booked", "I10", "Booked of booking {booked}"),
    ("a stranger was notified of a refund that was none",
     AGAIN % ("77", "'PaymentCanceled'") + OF_BOOK % "PaymentApproved",
     "I10", "PaymentCanceled of booking {booked}, to guest 77"),
    ("a notification went to somebody else",
     "UPDATE hotel_alarm.notification SET recipient_id = 77 WHERE book_id = {booked} AND event = 'Booked'"
     " AND role = 'guest'", "I10", "to guest 77"),
    ("a notification is of another event",
     "UPDATE hotel_alarm.notification SET event = 'BookPending' WHERE book_id = {booked}"
     " AND event = 'PaymentApproved'", "I10", "BookPending of booking {booked}"),
    ("a notification is of another booking",
     "UPDATE hotel_alarm.notification SET book_id = {canceled} WHERE book_id = {booked}"
     " AND event = 'PaymentApproved'", "I10", "booking {canceled}"),
    ("the text of a notification",
     "UPDATE hotel_alarm.notification SET message = CONCAT(message, '!') WHERE book_id = {booked}"
     " AND event = 'PaymentApproved'", "I10", "PaymentApproved"),
    ("an event that mails are written from",
     "UPDATE hotel_alarm.announcement SET body = REPLACE(body, '\"price\":3000', '\"price\":3001')"
     " WHERE event_id IN (SELECT event_id FROM " + OF_BOOK % "PaymentApproved" + ")", "I10", "event "),
    ("a notification is not in its inbox",
     "DELETE FROM hotel_alarm.delivery WHERE channel = 'inbox' AND notification_id IN (SELECT id FROM "
     + OF_BOOK % "PaymentApproved" + ")", "I10", "notification "),
    ("a delivery was made without an attempt",
     "UPDATE hotel_alarm.delivery SET attempts = 0 LIMIT 1", "I12", "0 tries"),
    ("a delivery waits without its event",
     "INSERT INTO hotel_alarm.delivery (notification_id, channel, state, since, next_at)"
     " SELECT id, 'email', 'waiting', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM " + OF_BOOK % "PaymentApproved"
     + ";DELETE FROM hotel_alarm.announcement WHERE event_id IN (SELECT event_id FROM "
     + OF_BOOK % "PaymentApproved" + ")", "I12", "by email"),
    ("the address that alarm writes to",
     "UPDATE hotel_alarm.contact SET email = 'x@example.com' WHERE book_id = {booked}",
     "I12", "booking {booked}"),
    ("the name that alarm calls a room by", "UPDATE hotel_alarm.room_label SET name = 'X' WHERE room_id = {room}",
     "I12", "room {room}"),
    ("a name in alarm is of no room", "UPDATE hotel_alarm.room_label SET room_id = 999999 WHERE room_id = {room}",
     "I12", "room 999999"),
    ("a contact is of no booking",
     "UPDATE hotel_alarm.contact SET book_id = 999999 WHERE book_id = {rejected}", "I12", "booking 999999"),
    ("a contact is newer than its booking",
     "UPDATE hotel_alarm.contact SET sequence = 99 WHERE book_id = {booked}", "I12", "booking {booked}"),
]

CLAIMER = "(SELECT guest_id FROM hotel_book.book WHERE id = {claimed})"
HASH = "REPEAT('a', 64)"
ACCOUNT = [
    ("a session is of no account", NO_KEYS + "UPDATE hotel_account.session SET account_id = 999999",
     "I13", "session of account 999999"),
    ("a token of a mail is of no account",
     NO_KEYS + "INSERT INTO hotel_account.one_time_token (hash, account_id, kind, created_at)"
     f" VALUES ({HASH}, 999999, 'reset', UTC_TIMESTAMP(3))", "I13", "token of a mail of account 999999"),
    ("a recovery code is of no account",
     NO_KEYS + f"INSERT INTO hotel_account.recovery_code (account_id, hash) VALUES (999999, {HASH})",
     "I13", "recovery code of account 999999"),
    ("a refresh token was exchanged and counts",
     "INSERT INTO hotel_account.refresh_exchanged (hash, session_id) SELECT refresh, id FROM hotel_account.session",
     "I13", "the refresh token that counts was exchanged"),
    ("an exchanged refresh token is of no session",
     NO_KEYS + f"INSERT INTO hotel_account.refresh_exchanged (hash, session_id) VALUES ({HASH}, 999999)",
     "I13", "session 999999: no such session"),
    ("a session is unused for too long",
     "UPDATE hotel_account.session SET created_at = UTC_TIMESTAMP(3) - INTERVAL 40 DAY,"
     " seen_at = UTC_TIMESTAMP(3) - INTERVAL 32 DAY", "I13", "session "),
    ("a session is too old",
     "UPDATE hotel_account.session SET created_at = UTC_TIMESTAMP(3) - INTERVAL 182 DAY", "I13", "session "),
    ("a session of a host is too old",
     "UPDATE hotel_account.session SET created_at = UTC_TIMESTAMP(3) - INTERVAL 3 DAY;"
     "UPDATE hotel_account.account SET is_host = TRUE", "I13", "session "),
    ("a session was seen before it began",
     "UPDATE hotel_account.session SET seen_at = created_at - INTERVAL 1 MINUTE", "I13", "session "),
    ("a role is unknown", "UPDATE hotel_account.account SET is_operator = 2", "I13", "account "),
    ("a second factor has no key", "UPDATE hotel_account.account SET second_factor = TRUE, otp_key = ''",
     "I13", "account "),
    ("two accounts have the same e-mail",
     "INSERT INTO hotel_account.account (email, name, password, created_at, updated_at)"
     " SELECT CONCAT(email, ' '), name, password, created_at, updated_at FROM hotel_account.account"
     " WHERE email = 'claimer@example.org'", "I13", "accounts "),
    ("a password in clear", "UPDATE hotel_account.account SET password = 'four plain words here'", "I13", "password of "),
    ("a token of a mail in clear",
     "INSERT INTO hotel_account.one_time_token (hash, account_id, kind, created_at)"
     " SELECT REPEAT('aB-_', 10), id, 'reset', UTC_TIMESTAMP(3) FROM hotel_account.account LIMIT 1",
     "I13", "token of a mail of "),
    ("a cookie in clear", "UPDATE hotel_account.session SET cookie = CONCAT(REPEAT('aB-_', 10), id)", "I13", "session of "),
    ("the account of a claimed booking is gone", NO_KEYS + f"DELETE FROM hotel_account.account WHERE id = {CLAIMER}",
     "I13", "booking {claimed}, claimed by account"),
]

KINDS = BOOK + ROOM + PAY + MYPAGE + ALARM + ACCOUNT


def declined(system, room, first):
    """A booking whose payment was declined."""
    answer = place_book(system, room, first, guestId=901, paymentToken="tok_decline")
    assert answer.status == 402, answer
    (book,) = system.web.get("/books", guestId=901).items()
    return book


def claimed(system, room, first):
    """A booking that was made without an account, and taken over by one."""
    email, password = "claimer@example.org", "four plain words here"
    book = booked(system, room, first, guestId=0, email=email)
    assert system.web.post("/accounts", email=email, password=password).status == 201
    system.rows(f"UPDATE hotel_account.account SET verified = TRUE WHERE email = '{email}'")
    token = system.web.post("/tokens", grant_type="password", email=email, password=password).json["access_token"]
    answer = system.web.post(f"/books/{book['id']}/claim", {"Authorization": f"Bearer {token}"})
    assert answer.status == 200 and answer.json["keyVersion"] == 2, answer
    return answer.json


class Planted:
    """A system with one booking of each kind, and what it had when it was in order."""

    def __init__(self, system):
        self.system = system
        self.names = self.populate()
        self.tables = [f"hotel_{context}.{name}" for context, name in system.rows(
            "SELECT SUBSTR(table_schema, 7), table_name FROM information_schema.tables"
            " WHERE table_schema LIKE 'hotel\\_%' AND table_type = 'BASE TABLE'")]
        system.check()
        system.stop(*PROGRAMS)
        self.save()

    def populate(self):
        system = self.system
        room, changed, deleted = (register_room(system, name=name, hostId=900) for name in "ABC")
        keyed = {"Idempotency-Key": "planted"}
        bookings = {
            "booked": booked(system, room, 10, 2, headers=keyed, name="Kim", email="kim@example.com", phone="2"),
            "canceled": booked(system, room, 20),
            "rejected": declined(system, room, 30),
            "pending": pending(system, room, 40, 2, paymentToken="tok_error"),
            "voided": pending(system, room, 50, paymentToken="tok_error"),
        }
        for name in ("canceled", "voided"):
            assert cancel(system, bookings[name]).status == 200
            await_status(system, bookings[name], "BookCanceled")
        await_mypage(system, bookings["canceled"], payStatus="PayCanceled")
        bookings["claimed"] = claimed(system, room, 80)
        path = f"/rooms/{changed['id']}"
        assert system.web.patch(path, hostId=900, price=1700).status == 200
        assert system.web.delete(f"/rooms/{deleted['id']}", hostId=900).status == 200
        rooms = {"room": room, "changed": changed, "deleted": deleted}
        return {name: one["id"] for name, one in {**bookings, **rooms}.items()} | {"host": 900}

    def columns(self, table):
        """Those that have values of their own."""
        database, name = table.split(".")
        return ", ".join(f"`{column}`" for (column,) in self.system.rows(
            "SELECT column_name FROM information_schema.columns WHERE is_generated = 'NEVER'"
            f" AND table_schema = '{database}' AND table_name = '{name}' ORDER BY ordinal_position"))

    def copied(self, of, to):
        columns = self.columns(of if of.startswith("hotel_") else to)
        return f"INSERT INTO {to} ({columns}) SELECT {columns} FROM {of};"

    def sums(self):
        return dict(self.system.rows(f"CHECKSUM TABLE {', '.join(self.tables)}"))

    def save(self):
        copies = "".join(f"CREATE TABLE saved.{table.replace('.', '_')} LIKE {table};"
                         + self.copied(table, f"saved.{table.replace('.', '_')}")
                         for table in self.tables)
        self.system.rows(f"CREATE DATABASE saved; {copies}")
        self.before = self.sums()

    def plant(self, statements):
        self.system.rows(statements.format(**self.names))
        assert self.sums() != self.before, "the statements changed nothing"

    def restore(self):
        changed = [table for table, checksum in self.sums().items() if checksum != self.before[table]]
        self.system.rows("SET foreign_key_checks = 0;" + "".join(
            f"DELETE FROM {table};" + self.copied(f"saved.{table.replace('.', '_')}", table)
            for table in changed))
        assert self.sums() == self.before

    def findings(self):
        """{invariant: its rows}; empty if all hold."""
        done = self.system.command("check", expect=None)
        assert done.returncode in (0, VIOLATED), f"exit {done.returncode}\n{done.stdout}{done.stderr}"
        found, rows = {}, None
        for line in done.stdout.splitlines():
            if line.startswith("I"):
                rows = found.setdefault(line.split()[0], [])
            elif line.startswith(" "):
                rows.append(line.strip())
        assert bool(found) == (done.returncode == VIOLATED)
        return found


@pytest.fixture(scope="module")
def planted():
    system = Hotel()
    try:
        system.up(HOTEL_SMTP_URL="")
        yield Planted(system)
    finally:
        system.down()


@pytest.mark.parametrize("statements, invariant, row", [kind[1:] for kind in KINDS], ids=[kind[0] for kind in KINDS])
def test_check_sees_and_names(planted, statements, invariant, row):
    planted.plant(statements)
    try:
        found = planted.findings()
        expected = row.format(**planted.names)
        assert any(expected in line for line in found.get(invariant, [])), f"{invariant}: {expected}\n{found}"
    finally:
        planted.restore()


def test_check_is_clean_without_anything_planted(planted):
    assert planted.findings() == {}


def test_check_sees_a_message_that_waits_and_a_dead_letter(planted):
    for queue in ("alarm", "alarm.dead"):
        with Broker(planted.system, "operator") as broker:
            broker.put(queue, b"{}")
        assert f"queue q.{queue}: 1 messages" in planted.findings()["I8"]
        with Broker(planted.system, "alarm") as broker:
            broker.purge(queue)
    assert planted.findings() == {}


def test_check_sees_an_invented_event(planted):
    """The last one: nothing takes an event out of history."""
    body = planted.system.rows("SELECT body FROM hotel_alarm.announcement a JOIN hotel_alarm.notification n"
                               f" USING (event_id) WHERE n.book_id = {planted.names['booked']}"
                               " AND n.event = 'Booked' AND n.role = 'guest'")[0][0]
    event = json.loads(body.replace("\\\\", "\\"))
    event["id"] = str(uuid.uuid4())
    event["data"]["price"] += 1
    with Broker(planted.system, "book") as broker:
        broker.publish("book", "book.booked", json.dumps(event).encode())
    found = planted.findings()
    assert f"booking {planted.names['booked']}, version 2" in found["I8"]
    assert any(event["id"] in line for line in found["I10"])
