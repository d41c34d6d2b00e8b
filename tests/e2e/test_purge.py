# SPDX-License-Identifier: MIT
"""Old data are purged and do not come back."""

import datetime
import json
import uuid

from actors import (
    await_mypage,
    await_notices,
    booked,
    cancel,
    notices,
    place_book,
    register_room,
    new_person,
)
from broker import Broker, events_of
from waiting import eventually

YEAR = "INTERVAL 400 DAY"
MONTH = "INTERVAL 40 DAY"


def moved_back(hotel, age, where, **columns):
    """Makes rows older: table=[columns]."""
    for table, names in columns.items():
        context = {"night": "book", "book_step": "book", "taken_stay": "room", "payment": "pay",
                   "mypage": "mypage", "book": "book"}.get(table, "alarm")  # fmt: skip
        moves = ", ".join(f"{name} = {name} - {age}" for name in names)
        hotel.rows(f"UPDATE hotel_{context}.{table} SET {moves} WHERE {where}")


def of_old(hotel, book):
    """Makes a booking, its payment and its notifications more than a year old."""
    number, stay = f"book_id = {book['id']}", ("start_date", "end_date")
    # History keeps its events as they were, so the check is told that history begins now.
    now = datetime.datetime.now(datetime.timezone.utc)
    (hotel.state / "restored").write_text(f"{now:%FT%T}.999Z")
    moved_back(hotel, YEAR, f"id = {book['id']}", book=(*stay, "created_at", "updated_at"))
    moved_back(hotel, YEAR, number, night=("night",), book_step=("at",), taken_stay=stay,
               payment=(*stay, "created_at", "updated_at"), mypage=stay,
               notification=("created_at",))  # fmt: skip


def nights_of(hotel, book):
    return hotel.count(f"SELECT COUNT(*) FROM hotel_book.night WHERE book_id = {book['id']}")


def purged(hotel, *workers):
    """A worker purges when it starts, and then every ten minutes."""
    hotel.restart(*workers)


def test_old_nights_and_notifications_are_purged_but_not_the_booking(hotel):
    host, guest = new_person(), new_person()
    room = register_room(hotel, hostId=host)
    old, young = (booked(hotel, room, first, 2, guestId=guest) for first in (10, 20))
    for book in (old, young):
        await_notices(hotel, guest, book, "Booked", "PaymentApproved")
        await_mypage(hotel, book, payStatus="PayApproved")
    of_old(hotel, old)
    purged(hotel, "worker-alarm", "worker-book")
    eventually(lambda: notices(hotel, guest, old) == [], what="its notifications are purged")
    eventually(lambda: nights_of(hotel, old) == 0, what="its nights are purged")
    assert nights_of(hotel, young) == 2
    assert len(notices(hotel, guest, young)) == 2
    assert hotel.web.get(f"/books/{old['id']}", guestId=guest).json["status"] == "Booked"
    assert hotel.web.get(f"/books/{old['id']}/timeline", guestId=guest).json["steps"][1]
    hotel.check()

    publish_old(hotel, old, days_ago=400)
    last = booked(hotel, room, 30, guestId=guest)
    await_notices(hotel, guest, last, "Booked", "PaymentApproved")
    assert notices(hotel, guest, old) == [], "an event as old makes no notification"

    assert hotel.web.delete(f"/books/{old['id']}", hostId=host, role="host").status == 200
    await_notices(hotel, guest, old, "BookCanceled", "PaymentCanceled")
    assert cancel(hotel, young).status == 200


def publish_old(hotel, book, days_ago):
    """Publishes the booking's event once more, with a time so many days ago."""
    *_, body = next(e for e in events_of(hotel, [book], 2, since="first") if e[1] == "book.booked")
    at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days_ago)
    event = json.loads(body) | {"id": str(uuid.uuid4()), "time": f"{at:%FT%T}.000Z"}
    with Broker(hotel, "book") as broker:
        broker.publish("book", "book.booked", json.dumps(event).encode())


def test_a_delivery_is_purged_with_its_event_but_not_the_notification(hotel):
    host = new_person()
    answer = hotel.web.put("/notifications/settings", recipientId=host,
                           webhookUrl="http://127.0.0.1:1/hook")  # fmt: skip
    assert answer.status == 200, answer
    register_room(hotel, hostId=host)

    def notification():
        found = hotel.web.get("/notifications", recipientId=host).items()
        return found and len(found[0]["deliveries"]) == 2 and found[0]

    def state(notice):
        return {one["channel"]: one["state"] for one in notice["deliveries"]}

    eventually(lambda: (notice := notification()) and state(notice)["webhook"] == "failed",
               what="the webhook to a private address failed")  # fmt: skip
    notice = notification()
    moved_back(hotel, MONTH, f"notification_id = {notice['id']}", delivery=("since",))
    moved_back(hotel, MONTH, f"id = {notice['id']}", notification=("created_at",))
    moved_back(hotel, MONTH, "event_id = (SELECT event_id FROM hotel_alarm.notification"
               f" WHERE id = {notice['id']})", announcement=("created_at",))  # fmt: skip
    purged(hotel, "worker-alarm")

    def purged_delivery():
        kept = hotel.web.get(f"/notifications/{notice['id']}", recipientId=host).json
        return state(kept) == {"inbox": "delivered"}

    eventually(purged_delivery, what="the webhook is purged")
    answer = hotel.web.post(f"/notifications/{notice['id']}/deliveries", recipientId=host,
                            channel="webhook")  # fmt: skip
    assert (answer.status, answer.problem) == (409, "state-conflict"), answer
    hotel.rows(f"UPDATE hotel_alarm.notification SET created_at = created_at + {MONTH}"
               f" WHERE id = {notice['id']}")  # fmt: skip


def test_a_key_can_be_used_again_after_a_day(hotel):
    room, key = register_room(hotel), f"key-{new_person()}"
    headers = {"Idempotency-Key": key}
    guest = new_person()
    first = place_book(hotel, room, 1, guestId=guest, headers=headers)
    assert first.status == 201
    assert place_book(hotel, room, 2, guestId=guest, headers=headers).status == 422
    # The check expects the key of a booking for a day, and this booking is not as old as its key.
    hotel.rows(f"UPDATE hotel_book.book SET key_digest = NULL WHERE id = {first.json['id']}")
    hotel.rows("UPDATE hotel_book.idempotency SET created_at = created_at - INTERVAL 25 HOUR"
               f" WHERE idempotency_key = '{key}'")  # fmt: skip
    purged(hotel, "worker-book")
    eventually(lambda: place_book(hotel, room, 2, guestId=guest, headers=headers).status == 201,
               what="the key is purged")  # fmt: skip
