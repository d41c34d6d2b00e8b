# SPDX-License-Identifier: MIT
"""An event that another context publishes changes nothing, and a rebuild believes the owner."""

import json
import uuid

import pika
import pytest

from actors import await_mypage, await_notices, booked, mypage, new_person, notices, register_room
from broker import Broker, events_of
from hotel import Hotel
from waiting import eventually

REFUSED = 1


@pytest.fixture(scope="module")
def own_system():
    """Systems of their own: every later check would find the forged events in history."""
    system = Hotel()
    try:
        system.up(HOTEL_DELIVERY="off")
        yield system
    finally:
        system.down()


def canceled_by_forgery(hotel, book):
    """The event of a cancellation of this booking that never happened."""
    *_, body = next(one for one in events_of(hotel, [book], 2, since="first") if one[1] == "book.booked")
    event = json.loads(body) | {"id": str(uuid.uuid4()), "type": "hotel.BookCanceled.v1", "sequence": "50"}
    event["data"] |= {"status": "BookCanceled", "version": 50}
    return json.dumps(event).encode()


def dropped(hotel, context):
    return hotel.metrics(f"worker-{context}")["hotel_events_forged_total"]


def test_a_forged_event_changes_nothing_and_is_told(own_system):
    hotel = own_system
    guest = new_person()
    book = booked(hotel, register_room(hotel), guestId=guest)
    await_mypage(hotel, book, status="Booked", payStatus="PayApproved")
    await_notices(hotel, guest, book, "Booked", "PaymentApproved")
    forged = canceled_by_forgery(hotel, book)
    with Broker(hotel, "room") as broker:
        broker.publish("room", "room.changed", forged, pika.BasicProperties(correlation_id=str(book["id"])))
    eventually(lambda: dropped(hotel, "mypage") == dropped(hotel, "alarm") == 1, what="both have dropped it")
    assert mypage(hotel, book)["status"] == "Booked"
    assert notices(hotel, guest, book) == ["Booked", "PaymentApproved"]
    log = (hotel.state / "log" / "worker-alarm.log").read_text()
    assert any("event=forged" in line and "exchange=room" in line for line in log.splitlines()), log[-2000:]
    found = hotel.command("check", expect=1).stdout
    assert "history has no forged event" in found and f"booking {book['id']}, version 50" in found
    traced = hotel.command("trace", str(book["id"])).stdout
    assert "forged: BookCanceled, version 50" in traced


def test_a_refill_from_history_drops_a_forged_event(own_system):
    hotel = own_system
    guest = new_person()
    book = booked(hotel, register_room(hotel), guestId=guest)
    await_notices(hotel, guest, book, "Booked", "PaymentApproved")
    hotel.stop("worker-alarm", "worker-mypage")
    with Broker(hotel, "room") as broker:
        broker.publish("room", "room.changed", canceled_by_forgery(hotel, book))
    for context in ("alarm", "mypage"):
        with Broker(hotel, context) as broker:
            broker.delete(context)
    hotel.start("worker-alarm", "worker-mypage")
    later = booked(hotel, register_room(hotel), guestId=guest)
    await_notices(hotel, guest, later, "Booked", "PaymentApproved")
    await_mypage(hotel, later, status="Booked", payStatus="PayApproved")
    assert mypage(hotel, book)["status"] == "Booked"
    assert notices(hotel, guest, book) == ["Booked", "PaymentApproved"]


VIEW = "SELECT book_id, book_sequence, status, pay_status FROM hotel_mypage.mypage ORDER BY book_id"


def test_a_rebuild_believes_the_owner_before_history(own_system):
    hotel = own_system
    book = booked(hotel, register_room(hotel))
    await_mypage(hotel, book, status="Booked", payStatus="PayApproved")
    # In history as a version before, which did not look at the exchange, has published and believed it:
    # with the exchange and the routing key of book, so that nothing about the message is wrong.
    readers = ("room", "pay", "mypage", "alarm")
    hotel.stop(*(f"worker-{context}" for context in readers))
    with Broker(hotel, "book") as broker:
        broker.publish("book", "book.canceled", canceled_by_forgery(hotel, book))
    for context in readers:
        with Broker(hotel, context) as broker:
            broker.purge(context)
    hotel.rows("DELETE FROM hotel_mypage.mypage")
    hotel.command("rebuild", "mypage")
    rows = {row[0]: row[1:] for row in hotel.rows(VIEW)}
    assert rows[str(book["id"])] == ("2", "Booked", "PayApproved"), rows

    # And in the view, where the version before has shown it.
    hotel.rows(f"UPDATE hotel_mypage.mypage SET status = 'BookCanceled', book_sequence = 50"
               f" WHERE book_id = {book['id']}")  # fmt: skip
    refused = hotel.command("rebuild", "mypage", expect=REFUSED)
    assert f"booking {book['id']}\n" in refused.stdout and "newer there than their owner knows: 1" in refused.stdout
    hotel.command("rebuild", "mypage", "--force")
    assert {row[0]: row[1:] for row in hotel.rows(VIEW)} == rows
    hotel.start("all")
