# SPDX-License-Identifier: MIT
"""Requests with the same Idempotency-Key have one effect."""

import collections

from actors import (
    await_pay,
    await_status,
    booked,
    cancel,
    paid_once,
    place_book,
    register_room,
    new_person,
    stay,
)
from load import at_once


def key(text):
    return {"Idempotency-Key": text}


def books_of(hotel, guest):
    return hotel.web.get_all("/books", guestId=guest)


def test_twenty_requests_at_once_make_one_booking_and_one_payment(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    guest = new_person()
    sent = {"guestId": guest, "paymentToken": "tok_slow", "headers": key("twenty at once")}
    answers = at_once(20, lambda _: place_book(hotel, room, **sent))

    seen = collections.Counter((answer.status, answer.problem) for answer in answers)
    assert set(seen) <= {(201, None), (409, "idempotency-in-progress")} and seen[201, None], seen
    (book,) = books_of(hotel, guest)
    assert {a.json["id"] for a in answers if a.status == 201} == {book["id"]}
    paid_once(hotel, book)

    again = place_book(hotel, room, **sent)
    assert again.status == 201 and again.json["id"] == book["id"], again
    assert again.headers["idempotent-replayed"] == "true"


def test_a_replay_shows_the_current_state_of_the_booking(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    guest = new_person()
    sent = {"guestId": guest, "headers": key("current state")}
    book = booked(hotel, room, **sent)
    assert cancel(hotel, book).status == 200
    again = place_book(hotel, room, **sent)
    assert again.status == 409 and again.problem == "state-conflict", again
    assert again.headers["idempotent-replayed"] == "true"
    assert len(books_of(hotel, guest)) == 1


def test_another_body_under_the_same_key_is_refused(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    guest = new_person()
    book = booked(hotel, room, guestId=guest, headers=key("k"))
    other = place_book(hotel, room, first=20, guestId=guest, headers=key("k"))
    assert other.status == 422 and other.problem == "idempotency-reused", other
    assert [b["id"] for b in books_of(hotel, guest)] == [book["id"]]


def test_the_key_of_a_refused_request_can_be_used_again(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    booked(hotel, room, first=10)
    guest = new_person()
    refused = place_book(hotel, room, first=10, guestId=guest, headers=key("free"))
    assert refused.problem == "room-taken", refused
    taken = place_book(hotel, room, first=11, guestId=guest, headers=key("free"))
    assert taken.status == 201 and "idempotent-replayed" not in taken.headers, taken


def test_the_key_of_a_declined_request_cannot_be_used_again(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    sent = {"guestId": new_person(), "paymentToken": "tok_decline", "headers": key("declined")}
    assert place_book(hotel, room, **sent).status == 402
    again = place_book(hotel, room, **sent)
    assert again.status == 402 and again.headers["idempotent-replayed"] == "true", again
    (book,) = books_of(hotel, sent["guestId"])
    assert book["status"] == "Rejected"


def test_a_key_belongs_to_its_caller_and_its_path(hotel):
    await_pay(hotel)
    room = register_room(hotel, headers=key("mine"))
    one = booked(hotel, room, first=1, headers=key("mine"))
    two = booked(hotel, room, first=2, headers=key("mine"))
    assert one["id"] != two["id"]


def test_a_form_has_its_key_in_a_field(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    form = {"roomId": room["id"], "guestId": new_person(), "idempotencyKey": "form 1", **stay(3)}
    book = hotel.web.post_form("/books", **form)
    assert book.status == 201, book
    again = hotel.web.post_form("/books", **form)
    assert again.status == 201 and again.json["id"] == book.json["id"], again
    assert again.headers["idempotent-replayed"] == "true"


def test_a_room_is_registered_once(hotel):
    host = new_person()
    fields = {"hostId": host, "price": 700, "name": f"once {host}"}
    answers = at_once(10, lambda _: hotel.web.post("/rooms", key("room"), **fields))
    seen = {(answer.status, answer.problem) for answer in answers}
    assert seen <= {(201, None), (409, "idempotency-in-progress")}, seen
    assert len({answer.json["id"] for answer in answers if answer.status == 201}) == 1
    assert len(hotel.web.get_all("/rooms", q=fields["name"])) == 1


def test_a_key_replays_a_booking_that_waits_for_pay(hotel):
    await_pay(hotel)
    hotel.stop("pay")
    room = register_room(hotel)
    sent = {"guestId": new_person(), "headers": key("waits")}
    held = place_book(hotel, room, **sent)
    assert held.status == 202, held
    again = place_book(hotel, room, **sent)
    assert again.status == 202 and again.json["id"] == held.json["id"], again
    hotel.start("pay")
    await_status(hotel, held.json, "Booked")
    last = place_book(hotel, room, **sent)
    assert last.status == 201 and last.headers["idempotent-replayed"] == "true", last
    paid_once(hotel, last.json)
