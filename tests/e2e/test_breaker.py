# SPDX-License-Identifier: MIT
"""An operator opens the breaker: pay is not called, no guest waits, and nothing is lost."""

import json

from actors import (
    await_pay,
    await_status,
    book_now,
    booked,
    paid_once,
    payments_of,
    pending,
    place_book,
    register_room,
)
from load import spread
from waiting import eventually

WRONG_USE = 2  # exit code of ./hotel breaker


def states(hotel):
    """{name: state} of the breakers, the same in `breaker` and `status`."""
    breakers = json.loads(hotel.command("breaker", "status", "--json").stdout)
    found = {breaker["name"]: breaker["state"] for breaker in breakers}
    status = json.loads(hotel.command("status", "--json").stdout)["breakers"]
    assert {breaker["name"]: breaker["state"] for breaker in status} == found
    return found


def calls_to_pay(hotel):
    """How many payments fcgi-pay was asked for, by its metrics."""
    return sum(
        value
        for number in (0, 1)
        for name, value in hotel.metrics("fcgi-pay", number).items()
        if name.startswith("hotel_requests_total") and 'method="POST"' in name
    )


def test_with_the_breaker_forced_open_pay_is_not_called(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    eventually(lambda: states(hotel) == {"pay": "closed", "settler": "closed"}, what="both are closed")

    hotel.command("breaker", "open")
    try:
        before = calls_to_pay(hotel)
        assert states(hotel) == {"pay": "forced", "settler": "forced"}
        assert "forced" in hotel.command("status").stdout
        assert any('state="forced"' in name and value for name, value in hotel.metrics("fcgi-book").items())
        books = [pending(hotel, room, first) for first in range(1, 11)]
        # It stays forced for new processes.
        hotel.restart("book")
        books.append(pending(hotel, room, first=11))
        assert book_now(hotel, books[0])["status"] == "PaymentPending"
        assert [payments_of(hotel, book) for book in books] == [[]] * len(books)
        assert calls_to_pay(hotel) == before
        assert states(hotel) == {"pay": "forced", "settler": "forced"}
    finally:
        hotel.command("breaker", "close")

    assert states(hotel) == {"pay": "closed", "settler": "closed"}
    assert "BREAKERS" not in hotel.command("status").stdout
    booked(hotel, room, first=20)
    for book in books:
        await_status(hotel, book, "Booked")
        paid_once(hotel, book)


def test_while_the_breaker_opens_and_closes_requests_are_held_or_booked(hotel):
    await_pay(hotel)
    room = register_room(hotel)

    def operator_or_guest(n):
        if n % 10 == 5:
            hotel.command("breaker", "open" if n % 20 == 5 else "close")
            return None
        answer = place_book(hotel, room, first=n + 1)
        assert answer.status in (201, 202), answer
        return answer.json

    try:
        books = [book for book in spread(8, range(60), operator_or_guest) if book]
    finally:
        hotel.command("breaker", "close")
    print(f"{sum(book['status'] == 'Booked' for book in books)} of {len(books)} were booked at once")
    for book in books:
        await_status(hotel, book, "Booked")
        paid_once(hotel, book)


def breaker_of_guests(hotel):
    breakers = json.loads(hotel.command("breaker", "status", "--json").stdout)
    return next(breaker["state"] for breaker in breakers if breaker["name"] == "pay")


def test_a_breaker_that_opened_by_itself_is_closed_by_hand(hotel):
    room = register_room(hotel)
    hotel.stop("pay", "worker-book")
    for first in range(1, 8):
        pending(hotel, room, first)
    assert breaker_of_guests(hotel) in ("open", "half-open")
    hotel.start("pay")
    hotel.command("breaker", "close")
    booked(hotel, room, first=20)
    hotel.start("worker-book")


def test_wrong_use_prints_the_usage(hotel):
    for arguments in (["ajar"], ["open", "pay"], ["close", "--json"]):
        done = hotel.command("breaker", *arguments, expect=WRONG_USE)
        assert "usage:" in done.stderr, done
