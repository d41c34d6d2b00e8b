"""Guests and hosts: what people do with MyHotel, in the words of the glossary."""

import datetime
import itertools
import zoneinfo

from waiting import eventually

_numbers = itertools.count(1001)


def somebody():
    """The id of a guest or a host nobody has used before."""
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
    """The dates a book has taken."""
    start, end = (datetime.date.fromisoformat(book[x]) for x in ("startDate", "endDate"))
    return [start + datetime.timedelta(days=n) for n in range((end - start).days)]


def register_room(hotel, headers=None, **fields):
    """A new room of a new host."""
    answer = hotel.web.post("/rooms", headers, **{"hostId": somebody(), "price": 1500, **fields})
    assert answer.status == 201, answer
    return answer.json


def place_book(hotel, room, first=10, nights=1, headers=None, **fields):
    """Asks for a stay; the answer, whatever it is. A new guest unless guestId says which."""
    wish = {"roomId": room["id"], "guestId": somebody(), **stay(first, nights), **fields}
    return hotel.web.post("/books", headers, **wish)


def booked(hotel, room, first=10, nights=1, **fields):
    """A stay that is booked and paid."""
    answer = place_book(hotel, room, first, nights, **fields)
    assert answer.status == 201 and answer.json["status"] == "Booked", answer
    return answer.json


def all_taken(answers):
    """Each has its stay: booked at once, or held until pay, which had too much to do, is asked again."""
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
    """The book as its guest sees it now."""
    answer = hotel.web.get(f"/books/{book['id']}", guestId=book["guestId"])
    assert answer.status == 200, answer
    return answer.json


def cancel(hotel, book):
    return hotel.web.delete(f"/books/{book['id']}", guestId=book["guestId"])


def await_status(hotel, book, status, within=60.0):
    """The book, as soon as it has come to this status."""

    def has_come():
        now = book_now(hotel, book)
        assert now["status"] == status, f"{now['status']}, not {status}"
        return now

    return eventually(has_come, within, what=f"book {book['id']} becomes {status}")


def payments_of(hotel, book):
    """All payments of a book; there is never more than one."""
    answer = hotel.web.get("/payments", bookId=book["id"], guestId=book["guestId"])
    assert answer.status == 200, answer
    return answer.items()


def paid_once(hotel, book):
    """One payment, approved, of the book's price."""
    (payment,) = payments_of(hotel, book)
    assert payment["status"] == "PayApproved" and payment["price"] == book["price"], payment
    return payment


def notices(hotel, recipient, book=None):
    """What somebody was told, of this book or at all: the events' names, sorted."""
    of_book = {} if book is None else {"bookId": book["id"]}
    told = hotel.web.get_all("/notifications", recipientId=recipient, **of_book)
    return sorted(notice["event"] for notice in told)


def await_notices(hotel, recipient, book, *events, within=60.0):
    """Exactly these have been told of the book; waits until the last is there."""

    def told():
        seen = notices(hotel, recipient, book)
        assert seen == sorted(events), f"told {seen}, not {sorted(events)}"
        return True

    eventually(told, within, what=f"{recipient} is told of book {book['id']}")


def mypage(hotel, book, **caller):
    """The book's row on mypage, None while it is not there."""
    caller = caller or {"guestId": book["guestId"]}
    answer = hotel.web.get(f"/mypages/{book['id']}", **caller)
    if answer.status == 404:
        return None
    assert answer.status == 200, answer
    return answer.json


def await_mypage(hotel, book, within=60.0, **fields):
    """The book's row on mypage, as soon as it shows these fields."""

    def shows():
        row = mypage(hotel, book)
        assert row is not None, "no row"
        seen = {name: row[name] for name in fields}
        assert seen == fields, f"shows {seen}, not {fields}"
        return row

    return eventually(shows, within, what=f"mypage of book {book['id']}")


def await_pay(hotel, within=60.0):
    """Waits until pay is called again: a breaker that an earlier trouble opened has closed."""
    room = register_room(hotel)
    days = itertools.count(1)

    def answers():
        answer = place_book(hotel, room, next(days))
        assert answer.status == 201, answer
        return True

    eventually(answers, within, every=0.3, what="a book is paid at once")
