# SPDX-License-Identifier: MIT
"""An unpaid hold ends at payUntil: its nights are free, and no payment is kept."""

import datetime
import random

import pytest

from actors import (
    await_mypage,
    await_notices,
    await_pay,
    await_status,
    book_now,
    booked,
    cancel,
    payments_of,
    pending,
    place_book,
    register_room,
    new_person,
)
from conftest import plain
from load import Load, spread
from waiting import eventually

HOLD_S = 4


@pytest.fixture
def impatient(second):
    second.have(**plain(HOTEL_HOLD_S=str(HOLD_S)))
    await_pay(second)
    yield second
    second.start("pay")
    await_pay(second)


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def status_of_payment(hotel, book):
    return [payment["status"] for payment in payments_of(hotel, book)]


def test_an_unpaid_booking_expires_and_its_nights_are_free(impatient):
    impatient.stop("pay")
    room = register_room(impatient)
    book = pending(impatient, room)
    assert place_book(impatient, room).problem == "room-taken"
    expired = await_status(impatient, book, "Expired")
    assert instant(expired["updatedAt"]) >= instant(book["payUntil"])
    assert "pay" not in expired["_links"]

    pending(impatient, room)  # another guest holds the same nights now
    answer = impatient.web.post(f"/books/{book['id']}/payment", guestId=book["guestId"])
    assert answer.status == 409 and answer.problem == "state-conflict", answer
    await_mypage(impatient, book, status="Expired")


def test_a_payment_in_progress_when_the_hold_ends_is_cancelled(impatient):
    room = register_room(impatient)
    guest = new_person()
    impatient.stop("worker-book")  # so pay is not called again
    book = pending(impatient, room, guestId=guest, paymentToken="tok_hang")
    assert status_of_payment(impatient, book) == ["PayApproved"]  # and book has not heard of it
    impatient.stop("pay")
    impatient.start("worker-book")
    await_status(impatient, book, "Expired")

    impatient.start("pay")
    eventually(lambda: status_of_payment(impatient, book) == ["PayCanceled"])
    await_mypage(impatient, book, status="Expired", payStatus="PayCanceled")
    events = ("BookPending", "BookExpired", "PaymentApproved", "PaymentCanceled")
    await_notices(impatient, guest, book, *events)
    await_pay(impatient)
    booked(impatient, room)


def test_an_approval_after_the_end_of_the_hold_is_refused(impatient):
    """The call to pay arrives long after the hold has ended, and once more after that."""
    impatient.stop("pay")
    room = register_room(impatient)
    book = await_status(impatient, pending(impatient, room), "Expired")
    impatient.start("pay")
    internal = impatient.internal()
    call = {name: book[name] for name in ("roomId", "hostId", "guestId", "startDate", "endDate")}
    call |= {"bookId": book["id"], "price": book["price"], "currency": book["currency"]}

    def refused():
        """At once, or cancelled when pay receives the event that the booking has expired."""
        answer = internal.post("/payments", paymentToken="tok_ok", **call)
        assert answer.status in (200, 201), answer
        return answer.json["status"] in ("PayVoided", "PayCanceled")

    eventually(refused)
    assert refused()


def test_approvals_expiries_and_cancels_in_any_order_leave_no_payment_too_many(impatient):
    """Cards of every kind, guests who cancel or pay again, and pay that stops and starts."""
    dice = random.Random(17)
    rooms = [register_room(impatient) for _ in range(4)]
    cards = ["tok_ok", "tok_ok", "tok_slow", "tok_hang", "tok_error", "tok_decline"]
    requests = [
        (rooms[n % 4], 1 + n // 4, dice.choice(cards), dice.choice([cancel, pay_again, None]))
        for n in range(80)
    ]

    def ask(request):
        room, first, card, then = request
        answer = place_book(impatient, room, first, paymentToken=card)
        assert answer.status in (201, 202, 402), answer
        if then and answer.status != 402:
            then(impatient, answer.json)
        return answer

    with Load(1, lambda _: (impatient.stop("pay"), impatient.start("pay"))):
        answers = spread(8, requests, ask)
    books = [answer.json for answer in answers if answer.status != 402]
    final = {"Booked", "Rejected", "Expired", "BookCanceled"}
    for book in books:
        eventually(lambda: book_now(impatient, book)["status"] in final, what=f"the end of {book}")
    impatient.check()
    for book in books:
        paid = status_of_payment(impatient, book) == ["PayApproved"]
        assert paid == (book_now(impatient, book)["status"] == "Booked"), book["id"]


def pay_again(hotel, book):
    answer = hotel.web.post(
        f"/books/{book['id']}/payment", guestId=book["guestId"], paymentToken="tok_ok"
    )
    # 402: pay declined the first card, and its answer was lost when it stopped.
    assert answer.status in (200, 202, 402, 409), answer
