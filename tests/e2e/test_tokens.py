# SPDX-License-Identifier: MIT
"""The simulated acquirer declines, is slow, fails or hangs, by the token of the card."""

from actors import (
    await_notices,
    await_pay,
    await_status,
    booked,
    paid_once,
    payments_of,
    pending,
    place_book,
    register_room,
)
from load import spread

DEADLINE_S = 5.0  # 2 s for the call to pay; without that it would be that of the request, 5 s


def test_a_declined_card_leaves_the_nights_free(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    answer = place_book(hotel, room, paymentToken="tok_decline")
    assert answer.status == 402 and answer.problem == "payment-declined", answer
    booked(hotel, room)


def test_a_declined_guest_is_notified_and_may_pay_with_another_card(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    assert place_book(hotel, room, guestId=7_000_001, paymentToken="tok_decline").status == 402
    (rejected,) = hotel.web.get_all("/books", guestId=7_000_001)
    assert rejected["status"] == "Rejected"
    await_notices(hotel, 7_000_001, rejected, "BookRejected", "PaymentDeclined")
    booked(hotel, room, guestId=7_000_001)


def test_a_slow_payment_is_awaited(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    answer = place_book(hotel, room, paymentToken="tok_slow")
    assert answer.status == 201, answer
    assert 1.0 <= answer.seconds < DEADLINE_S
    paid_once(hotel, answer.json)


def test_a_payment_without_an_answer_is_deferred_within_the_deadline(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    answers = spread(3, range(3), lambda n: place_book(hotel, room, 10 + n, paymentToken="tok_hang"))
    for answer in answers:
        assert answer.status == 202, answer
        assert answer.seconds < DEADLINE_S
        book = await_status(hotel, answer.json, "Booked")
        paid_once(hotel, book)
        await_notices(hotel, book["guestId"], book, "BookPending", "Booked", "PaymentApproved")


def test_a_booking_with_an_undecided_payment_is_held_until_another_card_pays(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    book = pending(hotel, room, paymentToken="tok_error")
    assert payments_of(hotel, book) == []
    here = f"/books/{book['id']}/payment"
    hotel.web.post(here, guestId=book["guestId"], paymentToken="tok_ok")  # 202 while the breaker is open
    await_status(hotel, book, "Booked")
    paid_once(hotel, book)
    await_pay(hotel)


def test_an_unknown_card_is_refused_before_anything_is_held(hotel):
    room = register_room(hotel)
    answer = place_book(hotel, room, paymentToken="tok_nonsense")
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "/paymentToken", answer
    assert place_book(hotel, room).status in (201, 202)
