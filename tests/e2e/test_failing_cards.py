# SPDX-License-Identifier: MIT
"""Cards that fail or hang hold up no other guest, and raise no alarm.

The kind: whatever says something about one payment, and nothing about pay.
"""

import json

from actors import (
    await_pay,
    await_status,
    book_now,
    booked,
    cancel,
    new_person,
    paid_once,
    payments_of,
    pending,
    place_book,
    register_room,
)
from load import spread
from test_doctor import findings
from waiting import eventually

CARDS = 20
# Rule: 5 s after pay's return. A breaker that such cards open costs at least a second for each.
BOOKED_WITHIN_S = 15.0


def breakers(hotel):
    """{name: breaker} of ./hotel breaker."""
    return {one["name"]: one for one in json.loads(hotel.command("breaker", "status", "--json").stdout)}


def no_alarm(hotel):
    found = findings(hotel)
    assert not [what for what in found if "breaker" in what], found
    return True


def held(hotel, room, card, first=10):
    """Holds of as many guests, with this card."""
    return spread(4, range(CARDS), lambda n: pending(hotel, room, first + n, paymentToken=card))


def test_a_good_hold_behind_twenty_that_fail_is_booked_as_soon_as_pay_is_back(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    failing = held(hotel, room, "tok_error")
    # An error about one card is no reason to keep others from pay.
    assert breakers(hotel)["pay"]["state"] == "closed"
    booked(hotel, room, first=40)

    hotel.stop("pay")
    good = pending(hotel, room, first=50)
    eventually(lambda: breakers(hotel)["settler"]["state"] != "closed", what="the settler knows it")
    hotel.start("pay")
    await_status(hotel, good, "Booked", within=BOOKED_WITHIN_S)
    paid_once(hotel, good)
    # The failing ones were not given up for it, and the next guest is not deferred.
    assert {book_now(hotel, book)["status"] for book in failing} == {"PaymentPending"}
    booked(hotel, room, first=51)
    no_alarm(hotel)
    for book in failing:
        assert payments_of(hotel, book) == []
        assert cancel(hotel, book).status == 200


def test_a_good_hold_behind_twenty_that_hang_is_booked_as_soon_as_pay_is_back(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    hotel.stop("pay")
    hanging = held(hotel, room, "tok_hang")
    good = pending(hotel, room, first=50)
    hotel.start("pay")
    await_status(hotel, good, "Booked", within=BOOKED_WITHIN_S)
    for book in hanging:
        await_status(hotel, book, "Booked")
        paid_once(hotel, book)
    booked(hotel, room, first=51)
    no_alarm(hotel)


def test_one_guests_bad_cards_defer_no_other_guest(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    bad = new_person()

    def guest(n):
        if n % 2:
            return pending(hotel, room, 10 + n, guestId=bad, paymentToken="tok_error")
        return booked(hotel, room, 10 + n)

    for book in spread(4, range(20), guest):
        if book["guestId"] == bad:
            assert cancel(hotel, book).status == 200


def test_after_pays_return_nothing_is_reported_though_nobody_calls_it(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    hotel.stop("pay")
    for first in range(1, 8):
        assert cancel(hotel, pending(hotel, room, first)).status == 200
    assert breakers(hotel)["pay"]["state"] in ("open", "half-open")
    hotel.start("pay")
    eventually(lambda: no_alarm(hotel), what="nothing is reported")
    states = {name: one["state"] for name, one in breakers(hotel).items()}
    assert states["settler"] == "closed" and states["pay"] in ("closed", "half-open"), states


def test_cards_that_nobody_can_charge_leave_no_alarm_behind(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    tried = [place_book(hotel, room, 10 + n, paymentToken=card)
             for n, card in enumerate(("tok_hang", "tok_error") * 3)]
    assert {answer.status for answer in tried} == {202}
    for book in (answer.json for answer in tried[0::2]):
        await_status(hotel, book, "Booked")
    for book in (answer.json for answer in tried[1::2]):
        assert cancel(hotel, book).status == 200
    no_alarm(hotel)
    booked(hotel, room, first=30)
