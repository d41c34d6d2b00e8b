"""What was kept for long enough is forgotten, and nothing of it comes back."""

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
    somebody,
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
    """The booking, its money and its news are more than a year old."""
    number, stay = f"book_id = {book['id']}", ("start_date", "end_date")
    moved_back(hotel, YEAR, f"id = {book['id']}", book=(*stay, "created_at", "updated_at"))
    moved_back(hotel, YEAR, number, night=("night",), book_step=("at",), taken_stay=stay,
               payment=(*stay, "created_at", "updated_at"), mypage=stay,
               notification=("created_at",))  # fmt: skip


def nights_of(hotel, book):
    return hotel.count(f"SELECT COUNT(*) FROM hotel_book.night WHERE book_id = {book['id']}")


def purged(hotel, *workers):
    """A worker looks when it starts, and then every ten minutes."""
    hotel.restart(*workers)


def test_what_is_long_over_is_forgotten_but_not_the_booking(hotel):
    host, guest = somebody(), somebody()
    room = register_room(hotel, hostId=host)
    old, young = (booked(hotel, room, first, 2, guestId=guest) for first in (10, 20))
    for book in (old, young):
        await_notices(hotel, guest, book, "Booked", "PaymentApproved")
        await_mypage(hotel, book, payStatus="PayApproved")
    of_old(hotel, old)
    purged(hotel, "worker-alarm", "worker-book")
    eventually(lambda: notices(hotel, guest, old) == [], what="its news are gone")
    eventually(lambda: nights_of(hotel, old) == 0, what="its nights are gone")
    assert nights_of(hotel, young) == 2
    assert len(notices(hotel, guest, young)) == 2
    assert hotel.web.get(f"/books/{old['id']}", guestId=guest).json["status"] == "Booked"
    assert hotel.web.get(f"/books/{old['id']}/timeline", guestId=guest).json["steps"][1]
    hotel.check()

    tell_again(hotel, old, days_ago=400)
    last = booked(hotel, room, 30, guestId=guest)
    await_notices(hotel, guest, last, "Booked", "PaymentApproved")
    assert notices(hotel, guest, old) == [], "an event that is as old is told to nobody"

    assert hotel.web.delete(f"/books/{old['id']}", hostId=host, role="host").status == 200
    await_notices(hotel, guest, old, "BookCanceled", "PaymentCanceled")
    assert cancel(hotel, young).status == 200


def tell_again(hotel, book, days_ago):
    """The event of the booking comes once more, as one of that time, and alarm is done with it."""
    *_, body = next(e for e in events_of(hotel, [book], 2, since="first") if e[1] == "book.booked")
    at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days_ago)
    event = json.loads(body) | {"id": str(uuid.uuid4()), "time": f"{at:%FT%T}.000Z"}
    with Broker(hotel, "book") as broker:
        broker.publish("book", "book.booked", json.dumps(event).encode())


def test_a_delivery_is_forgotten_with_its_event_but_not_the_news(hotel):
    host = somebody()
    answer = hotel.web.put("/notifications/settings", recipientId=host,
                           webhookUrl="http://127.0.0.1:1/hook")  # fmt: skip
    assert answer.status == 200, answer
    register_room(hotel, hostId=host)

    def the_news():
        found = hotel.web.get("/notifications", recipientId=host).items()
        return found and len(found[0]["deliveries"]) == 2 and found[0]

    def state(notice):
        return {one["channel"]: one["state"] for one in notice["deliveries"]}

    eventually(lambda: (news := the_news()) and state(news)["webhook"] == "failed",
               what="no webhook goes into the house")  # fmt: skip
    news = the_news()
    moved_back(hotel, MONTH, f"notification_id = {news['id']}", delivery=("since",))
    moved_back(hotel, MONTH, f"id = {news['id']}", notification=("created_at",))
    moved_back(hotel, MONTH, "event_id = (SELECT event_id FROM hotel_alarm.notification"
               f" WHERE id = {news['id']})", announcement=("created_at",))  # fmt: skip
    purged(hotel, "worker-alarm")

    def forgotten():
        kept = hotel.web.get(f"/notifications/{news['id']}", recipientId=host).json
        return state(kept) == {"inbox": "delivered"}

    eventually(forgotten, what="the webhook is forgotten")
    answer = hotel.web.post(f"/notifications/{news['id']}/deliveries", recipientId=host,
                            channel="webhook")  # fmt: skip
    assert (answer.status, answer.problem) == (409, "state-conflict"), answer
    hotel.rows(f"UPDATE hotel_alarm.notification SET created_at = created_at + {MONTH}"
               f" WHERE id = {news['id']}")  # fmt: skip


def test_a_key_may_be_used_anew_after_its_day(hotel):
    room, key = register_room(hotel), f"key-{somebody()}"
    headers = {"Idempotency-Key": key}
    guest = somebody()
    assert place_book(hotel, room, 1, guestId=guest, headers=headers).status == 201
    assert place_book(hotel, room, 2, guestId=guest, headers=headers).status == 422
    hotel.rows("UPDATE hotel_book.idempotency SET created_at = created_at - INTERVAL 25 HOUR"
               f" WHERE idempotency_key = '{key}'")  # fmt: skip
    purged(hotel, "worker-book")
    eventually(lambda: place_book(hotel, room, 2, guestId=guest, headers=headers).status == 201,
               what="the key is forgotten")  # fmt: skip
