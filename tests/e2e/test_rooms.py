# SPDX-License-Identifier: MIT
"""Rooms are changed and deleted, with and without bookings."""

from actors import (
    await_mypage,
    await_notices,
    await_pay,
    await_status,
    booked,
    cancel,
    notices,
    place_book,
    register_room,
    stay,
)
from waiting import eventually


def change(hotel, room, headers=None, **fields):
    return hotel.web.patch(f"/rooms/{room['id']}", headers, hostId=room["hostId"], **fields)


def delete(hotel, room, **query):
    return hotel.web.delete(f"/rooms/{room['id']}", hostId=room["hostId"], **query)


def room_now(hotel, room):
    return hotel.web.get(f"/rooms/{room['id']}").json


def is_closed(hotel, room):
    """Guests do not find the room and cannot book it."""
    assert place_book(hotel, room, first=40).problem == "not-found"
    assert hotel.web.get_all("/rooms", q=room["name"]) == []


def test_a_new_price_applies_at_once_and_an_old_one_is_refused(hotel):
    await_pay(hotel)
    room = register_room(hotel, price=1000)
    assert booked(hotel, room, first=1)["price"] == 1000
    assert change(hotel, room, price=1500).json["price"] == 1500
    assert booked(hotel, room, first=7, nights=3, price=4500)["price"] == 4500

    answer = place_book(hotel, room, first=3, nights=3, price=3000)
    assert answer.status == 409 and answer.problem == "price-changed", answer
    assert "3 nights x 1500 = 4500; you sent 3000" in answer.json["detail"], answer
    assert booked(hotel, room, first=3, nights=3)["price"] == 4500

    def host_is_notified():
        return notices(hotel, room["hostId"]) == [
            "Booked",
            "Booked",
            "Booked",
            "RoomChanged",
            "RoomRegistered",
        ]

    eventually(host_is_notified)


def test_of_two_who_change_the_same_version_one_is_refused(hotel):
    room = register_room(hotel)
    seen = {"If-Match": hotel.web.get(f"/rooms/{room['id']}").headers["etag"]}
    assert change(hotel, room, seen, price=1600).status == 200
    late = change(hotel, room, seen, price=1700)
    assert late.status == 412 and late.problem == "version-conflict", late
    assert room_now(hotel, room)["price"] == 1600


def test_a_room_of_another_host_is_not_changed(hotel):
    room = register_room(hotel)
    stranger = {**room, "hostId": room["hostId"] + 1_000_000}
    assert change(hotel, stranger, price=1).problem == "not-found"
    assert delete(hotel, stranger).problem == "not-found"
    assert room_now(hotel, room)["price"] == room["price"]


def test_a_new_name_shows_on_mypage(hotel):
    await_pay(hotel)
    room = register_room(hotel, name="옛 이름")
    book = booked(hotel, room)
    await_mypage(hotel, book, roomName="옛 이름")
    assert change(hotel, room, name="새 이름").status == 200
    await_mypage(hotel, book, roomName="새 이름")


def test_an_empty_room_is_deleted(hotel):
    room = register_room(hotel, name="empty and gone")
    answer = delete(hotel, room)
    assert answer.status == 200 and answer.json["status"] == "Deleted", answer
    is_closed(hotel, room)
    eventually(lambda: notices(hotel, room["hostId"]) == ["RoomDeleted", "RoomRegistered"])


def test_a_booked_room_is_kept(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    booked(hotel, room)
    answer = delete(hotel, room)
    assert answer.status == 409 and answer.problem == "room-has-bookings", answer
    assert room_now(hotel, room)["status"] == "Open"
    booked(hotel, room, first=20)


def test_a_booked_room_is_deleted_with_its_bookings_refunded(hotel):
    await_pay(hotel)
    room = register_room(hotel, name="booked and gone")
    books = [booked(hotel, room, first) for first in (10, 20)]
    answer = delete(hotel, room, cancelBookings="true")
    assert answer.status == 200 and answer.json["status"] == "Deleted", answer
    for book in books:
        await_status(hotel, book, "BookCanceled")
        await_mypage(hotel, book, status="BookCanceled", payStatus="PayCanceled")
        events = ("Booked", "PaymentApproved", "BookCanceled", "PaymentCanceled")
        await_notices(hotel, book["guestId"], book, *events)
    is_closed(hotel, room)


def test_a_form_deletes_a_room(hotel):
    room = register_room(hotel, name="by form")
    answer = hotel.web.post_form(f"/rooms/{room['id']}/delete", hostId=room["hostId"])
    assert answer.status == 200 and answer.json["status"] == "Deleted", answer


def test_a_room_deleted_while_book_is_down_is_deleted_when_book_is_back(hotel):
    await_pay(hotel)
    room, kept = register_room(hotel, name="decided later"), register_room(hotel)
    book = booked(hotel, room)
    booked(hotel, kept)
    hotel.stop("book")
    for which, query in ((room, {"cancelBookings": "true"}), (kept, {})):
        answer = delete(hotel, which, **query)
        assert answer.status == 503 and answer.problem == "unavailable", answer
        assert int(answer.headers["retry-after"]) > 0
        assert room_now(hotel, which)["status"] == "Open"

    hotel.start("book")
    eventually(lambda: room_now(hotel, room)["status"] == "Deleted", what="worker-room deletes")
    await_status(hotel, book, "BookCanceled")
    is_closed(hotel, room)
    assert room_now(hotel, kept)["status"] == "Open"
    eventually(lambda: "RoomDeleted" in notices(hotel, room["hostId"]))
    booked(hotel, kept, first=20)


def test_a_room_in_use_is_searched_by_dates_guests_and_price(hotel):
    await_pay(hotel)
    room = register_room(hotel, name="100% _real_ 'Ünï' <b>방</b>", city="부산", capacity=4)
    found = {"q": "100% _real_ 'Ünï' <b>방", "city": "부산"}
    assert [r["id"] for r in hotel.web.get_all("/rooms", guests=4, maxPrice=1500, **found)] == [room["id"]]
    assert hotel.web.get_all("/rooms", guests=5, **found) == []
    assert hotel.web.get_all("/rooms", maxPrice=1499, **found) == []
    assert hotel.web.get_all("/rooms", q="100_ _real_") == []
    booked(hotel, room, first=10, nights=2)
    eventually(lambda: hotel.web.get_all("/rooms", **found, **stay(11)) == [])
    assert len(hotel.web.get_all("/rooms", **found, **stay(12))) == 1


def test_a_search_is_right_after_its_program_was_killed(hotel):
    """What is searched in memory is filled from the tables again; until then MariaDB answers."""
    await_pay(hotel)
    room = register_room(hotel, name="killed and found", city="세종")

    def is_found(first):
        return [found["id"] for found in hotel.web.get_all("/rooms", city="세종", **stay(first))] == [room["id"]]

    def counted(name):
        return [hotel.metrics("fcgi-room", number)[name] for number in (0, 1)]

    def both_are_complete():
        try:
            return counted("hotel_room_index_complete") == [1, 1]
        except OSError:  # a process that is being started does not listen yet
            return False

    book = booked(hotel, room, first=10)
    eventually(lambda: not is_found(10), what="the booked room is not found")
    assert is_found(12)
    hotel.kill("fcgi-room")
    eventually(lambda: is_found(12) and not is_found(10), what="a right answer after the kill")
    eventually(both_are_complete)
    before = sum(counted('hotel_searches_total{source="index"}'))
    assert is_found(12) and not is_found(10)
    assert sum(counted('hotel_searches_total{source="index"}')) == before + 2
    assert cancel(hotel, book).status == 200
    eventually(lambda: is_found(10), what="the cancelled night is free")
    assert sum(counted("hotel_room_index_differences_total")) == 0
