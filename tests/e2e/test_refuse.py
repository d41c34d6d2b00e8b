# SPDX-License-Identifier: MIT
"""HOTEL_PAY_FALLBACK=refuse: a booking that cannot be paid now is refused, not held."""

import pytest

from actors import await_pay, booked, payments_of, place_book, register_room, new_person
from conftest import plain
from waiting import eventually


@pytest.fixture
def refusing(second):
    second.have(**plain(HOTEL_PAY_FALLBACK="refuse"))
    await_pay(second)
    return second


def refused(hotel, room, guest, **fields):
    """A refused request: 503, and its booking, if there is one, is Expired at once."""
    answer = place_book(hotel, room, guestId=guest, **fields)
    assert answer.status == 503 and answer.problem == "payment-unavailable", answer
    assert int(answer.headers["retry-after"]) > 0
    books = hotel.web.get_all("/books", guestId=guest)
    assert {book["status"] for book in books} <= {"Expired"}, books
    return books


def test_with_pay_down_nothing_is_held(refusing):
    room = register_room(refusing)
    guest = new_person()
    refusing.stop("pay")
    for _ in range(8):  # the breaker opens in between; no booking is made from then on
        refused(refusing, room, guest)
    assert len(refusing.web.get_all("/books", guestId=guest)) < 8
    refusing.start("pay")
    await_pay(refusing)
    booked(refusing, room, guestId=guest)


def test_a_payment_whose_answer_was_lost_is_cancelled(refusing):
    room = register_room(refusing)
    (book,) = refused(refusing, room, new_person(), paymentToken="tok_hang")

    def nothing_kept():
        return [p["status"] for p in payments_of(refusing, book)] == ["PayCanceled"]

    eventually(nothing_kept)
    booked(refusing, room)


def test_a_refused_key_may_be_sent_again(refusing):
    room = register_room(refusing)
    guest, key = new_person(), {"Idempotency-Key": "try-until-it-works"}
    refusing.stop("pay")
    answer = place_book(refusing, room, guestId=guest, headers=key)
    assert answer.status == 503, answer
    refusing.start("pay")
    await_pay(refusing)
    answer = place_book(refusing, room, guestId=guest, headers=key)
    assert answer.status == 201 and "idempotent-replayed" not in answer.headers, answer
