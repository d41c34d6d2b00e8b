# SPDX-License-Identifier: MIT
"""With pay down guests do not wait, nights are held, and bookings are paid later by themselves."""

import statistics

from actors import (
    await_notices,
    await_pay,
    await_status,
    book_now,
    booked,
    cancel,
    paid_once,
    payments_of,
    pending,
    place_book,
    register_room,
)
from load import spread
from waiting import eventually

ANSWER_WITHIN_S = 5.0  # the deadline of a call to pay is 2 s; without one it would be that of the request, 5 s


def test_bookings_are_held_at_once_and_booked_when_pay_is_back(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    paid = booked(hotel, room, first=1)
    hotel.stop("pay")

    seconds = []

    def held(first):
        answer = place_book(hotel, room, first)
        assert answer.status == 202, answer
        seconds.append(answer.seconds)
        return answer.json

    books = [held(first) for first in range(2, 40)]
    assert max(seconds) < ANSWER_WITHIN_S
    print(
        f"pay down: first answer {seconds[0] * 1000:.0f} ms, "
        f"median of the last twenty {statistics.median(seconds[-20:]) * 1000:.1f} ms"
    )
    assert any("breaker" in name and value for name, value in breaker_lines(hotel))
    for book in books[:3]:
        assert place_book(hotel, room, first=books.index(book) + 2).problem == "room-taken"

    hotel.start("pay")
    for book in books:
        await_status(hotel, book, "Booked")
        paid_once(hotel, book)
    for book in books[:5]:
        await_notices(
            hotel, book["guestId"], book, "BookPending", "Booked", "PaymentApproved"
        )
    paid_once(hotel, paid)


def breaker_lines(hotel):
    lines = [hotel.metrics("fcgi-book", number) for number in (0, 1)]
    return [(name, value) for one in lines for name, value in one.items()]


def test_a_guest_pays_a_held_booking_when_pay_is_back(hotel):
    hotel.stop("pay", "worker-book")  # so the settler does not pay it first
    room = register_room(hotel)
    book = pending(hotel, room, first=5)
    here = f"/books/{book['id']}/payment"
    again = hotel.web.post(here, guestId=book["guestId"])
    assert again.status == 202, again

    hotel.start("pay")

    def paid():
        answer = hotel.web.post(here, guestId=book["guestId"])
        assert answer.status == 200 and answer.json["status"] == "Booked", answer
        return True

    eventually(paid)
    paid_once(hotel, book)
    assert "pay" not in book_now(hotel, book)["_links"]
    hotel.start("worker-book")


def test_the_same_request_again_gives_the_same_held_booking(hotel):
    hotel.stop("pay")
    room = register_room(hotel)
    book = pending(hotel, room, first=5)
    again = place_book(hotel, room, first=5, guestId=book["guestId"])
    assert again.status == 202 and again.json["id"] == book["id"], again
    hotel.start("pay")
    await_status(hotel, book, "Booked")
    paid_once(hotel, book)


def test_a_held_booking_that_is_cancelled_is_never_paid(hotel):
    hotel.stop("pay")
    room = register_room(hotel)
    books = [pending(hotel, room, first) for first in range(5, 10)]
    for book in books:
        answer = cancel(hotel, book)
        assert answer.status == 200 and answer.json["status"] == "BookCanceled", answer
    hotel.start("pay")
    await_pay(hotel)
    for book in books:
        assert book_now(hotel, book)["status"] == "BookCanceled"
        assert [p for p in payments_of(hotel, book) if p["status"] == "PayApproved"] == []
    spread(5, range(5, 10), lambda first: booked(hotel, room, first))
