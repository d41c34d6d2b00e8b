# SPDX-License-Identifier: MIT
"""What guests and hosts do with MyHotel, in the words of the glossary."""

import datetime
import itertools
import zoneinfo

from waiting import eventually

_numbers = itertools.count(1001)


def new_person():
    """An unused id of a guest or a host."""
    return next(_numbers)


def today():
    return datetime.datetime.now(zoneinfo.ZoneInfo("Asia/Seoul")).date()


def day(ahead):
    """The date so many days from today, as text."""
    return (today() + datetime.timedelta(days=ahead)).isoformat()


def stay(first, nights=1):
    """The fields of a stay that begins so many days from today."""
    return {"startDate": day(first), "endDate": day(first + nights)}


def nights_of(book):
    """The dates of a booking's nights."""
    start, end = (datetime.date.fromisoformat(book[x]) for x in ("startDate", "endDate"))
    return [start + datetime.timedelta(days=n) for n in range((end - start).days)]


def register_room(hotel, headers=None, **fields):
    """A new room of a new host."""
    answer = hotel.web.post("/rooms", headers, **{"hostId": new_person(), "price": 1500, **fields})
    assert answer.status == 201, answer
    return answer.json


def place_book(hotel, room, first=10, nights=1, headers=None, **fields):
    """Asks for a stay and returns the answer. A new guest unless guestId names one."""
    fields = {"roomId": room["id"], "guestId": new_person(), **stay(first, nights), **fields}
    return hotel.web.post("/books", headers, **fields)


def booked(hotel, room, first=10, nights=1, **fields):
    """A stay that is booked and paid."""
    answer = place_book(hotel, room, first, nights, **fields)
    assert answer.status == 201 and answer.json["status"] == "Booked", answer
    return answer.json


def all_accepted(answers):
    """Each request was accepted: booked at once, or held until pay, which was overloaded, is called again."""
    seen = {getattr(answer, "status", answer) for answer in answers}
    assert seen <= {201, 202}, seen


def pending(hotel, room, first=10, nights=1, **fields):
    """A stay that is held and not paid yet."""
    answer = place_book(hotel, room, first, nights, **fields)
    assert answer.status == 202 and answer.json["status"] == "PaymentPending", answer
    assert int(answer.headers["retry-after"]) > 0 and answer.json["payUntil"], answer
    assert "pay" in answer.json["_links"], answer
    return answer.json


def book_now(hotel, book):
    """The booking as its guest sees it now."""
    answer = hotel.web.get(f"/books/{book['id']}", guestId=book["guestId"])
    assert answer.status == 200, answer
    return answer.json


def cancel(hotel, book):
    return hotel.web.delete(f"/books/{book['id']}", guestId=book["guestId"])


def await_status(hotel, book, status, within=60.0):
    """Waits until the booking has this status, and returns it."""

    def has_status():
        now = book_now(hotel, book)
        assert now["status"] == status, f"{now['status']}, not {status}"
        return now

    return eventually(has_status, within, what=f"booking {book['id']} becomes {status}")


def payments_of(hotel, book):
    """All payments of a booking; there is never more than one."""
    answer = hotel.web.get("/payments", bookId=book["id"], guestId=book["guestId"])
    assert answer.status == 200, answer
    return answer.items()


def paid_once(hotel, book):
    """There is one payment, approved, of the booking's price."""
    (payment,) = payments_of(hotel, book)
    assert payment["status"] == "PayApproved" and payment["price"] == book["price"], payment
    return payment


def notices(hotel, recipient, book=None):
    """The events that a recipient was notified of, of this booking or of all, sorted by name."""
    of_book = {} if book is None else {"bookId": book["id"]}
    found = hotel.web.get_all("/notifications", recipientId=recipient, **of_book)
    return sorted(notice["event"] for notice in found)


def await_notices(hotel, recipient, book, *events, within=60.0):
    """Waits until the recipient was notified of exactly these events of the booking."""

    def notified():
        seen = notices(hotel, recipient, book)
        assert seen == sorted(events), f"{seen}, not {sorted(events)}"
        return True

    eventually(notified, within, what=f"{recipient} is notified of booking {book['id']}")


def mypage(hotel, book, **caller):
    """The booking's row on mypage, or None."""
    caller = caller or {"guestId": book["guestId"]}
    answer = hotel.web.get(f"/mypages/{book['id']}", **caller)
    if answer.status == 404:
        return None
    assert answer.status == 200, answer
    return answer.json


def await_mypage(hotel, book, within=60.0, **fields):
    """Waits until the booking's row on mypage has these values, and returns it."""

    def shows():
        row = mypage(hotel, book)
        assert row is not None, "no row"
        seen = {name: row[name] for name in fields}
        assert seen == fields, f"shows {seen}, not {fields}"
        return row

    return eventually(shows, within, what=f"mypage of booking {book['id']}")


def await_pay(hotel, within=60.0):
    """Waits until pay is called again: a breaker that an earlier fault opened has closed."""
    room = register_room(hotel)
    days = itertools.count(1)

    def answers():
        answer = place_book(hotel, room, next(days))
        assert answer.status == 201, answer
        return True

    eventually(answers, within, every=0.3, what="a booking is paid at once")
