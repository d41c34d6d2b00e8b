# SPDX-License-Identifier: MIT
"""The scenario of the original: a room, a stay, its payment, the notifications, a cancellation."""

import pytest

from actors import (
    await_mypage,
    await_notices,
    day,
    notices,
    payments_of,
    new_person,
    stay,
)
from conftest import PREFIX
from waiting import eventually
import web


@pytest.mark.parametrize("bodies", ["JSON", "forms"])
def test_a_stay_is_searched_booked_paid_notified_and_cancelled(hotel, bodies):
    post = hotel.web.post if bodies == "JSON" else hotel.web.post_form
    guest, host = new_person(), new_person()

    answer = post("/rooms", hostId=host, price=1500, name=f"story {host}")
    assert answer.status == 201, answer
    room = answer.json
    assert answer.headers["location"] == f"/rooms/{room['id']}?hostId={host}"
    assert (room["status"], room["price"], room["hostId"]) == ("Open", 1500, host)

    (found,) = hotel.web.get_all("/rooms", q=room["name"], **stay(10, 3))
    assert (found["id"], found["total"]) == (room["id"], 4500)

    answer = post("/books", roomId=room["id"], guestId=guest, **stay(10, 3))
    assert answer.status == 201, answer
    book = answer.json
    assert answer.headers["location"] == f"/books/{book['id']}?guestId={guest}"
    assert (book["status"], book["price"], book["nights"]) == ("Booked", 4500, 3)

    row = await_mypage(
        hotel, book, status="Booked", payStatus="PayApproved", roomName=room["name"]
    )
    assert (row["price"], row["payId"]) == (4500, book["payId"])
    await_notices(hotel, guest, book, "Booked", "PaymentApproved")
    await_notices(hotel, host, book, "Booked")
    for person in (guest, host):
        found = hotel.web.get_all("/notifications", recipientId=person)
        assert all(notice["message"].startswith(PREFIX) for notice in found), found

    eventually(lambda: not hotel.web.get_all("/rooms", q=room["name"], **stay(11)))
    calendar = hotel.web.get(f"/rooms/{room['id']}/calendar", **{"from": day(9), "to": day(14)})
    assert calendar.json["taken"] == [day(10), day(11), day(12)], calendar

    if bodies == "JSON":
        answer = hotel.web.delete(f"/books/{book['id']}", guestId=guest)
    else:
        answer = post(f"/books/{book['id']}/cancel", guestId=guest)
    assert answer.status == 200 and answer.json["status"] == "BookCanceled", answer
    await_mypage(hotel, book, status="BookCanceled", payStatus="PayCanceled")
    await_notices(
        hotel, guest, book, "Booked", "PaymentApproved", "BookCanceled", "PaymentCanceled"
    )
    await_notices(hotel, host, book, "Booked", "BookCanceled")

    answer = post("/books", roomId=room["id"], guestId=new_person(), **stay(10, 3))
    assert answer.status == 201, answer


def test_the_original_command_lines_work_as_written(hotel):
    """httpie sends each field as a JSON text and asks for JSON first."""
    asks = {"Accept": "application/json, */*;q=0.5"}
    room = hotel.web.post("/rooms", asks, price="1500")
    assert room.status == 201, room
    number = str(room.json["id"])

    compact = {name: date.replace("-", "") for name, date in stay(20, 2).items()}
    book = hotel.web.post("/books", asks, roomId=number, **compact)
    assert book.status == 201 and book.json["price"] == 3000, book
    assert book.json["startDate"] == day(20) and book.json["guestId"] == 0

    here = f"/books/{book.json['id']}"
    assert hotel.web.get(here, asks).json["status"] == "Booked"
    (payment,) = payments_of(hotel, book.json)
    assert hotel.web.get(f"/payments/{payment['id']}", asks).json["status"] == "PayApproved"

    assert hotel.web.delete(here, asks).status == 200

    def refunded():
        return hotel.web.get(f"/payments/{payment['id']}").json["status"] == "PayCanceled"

    eventually(refunded)
    await_mypage(hotel, book.json, payStatus="PayCanceled")
    rows = hotel.web.get_all("/guestManagementPages")
    assert book.json["id"] in [row["bookId"] for row in rows]


def test_dates_are_read_in_every_form(hotel):
    room = hotel.web.post("/rooms", price=1000).json
    start, end = day(30), day(31)
    for form in (str, lambda date: date.replace("-", ""), lambda date: int(date.replace("-", ""))):
        answer = hotel.web.post("/books", roomId=room["id"], startDate=form(start), endDate=form(end))
        assert answer.status == 201, answer
        assert (answer.json["startDate"], answer.json["endDate"]) == (start, end)
        assert hotel.web.delete(f"/books/{answer.json['id']}").status == 200


def test_the_timeline_has_each_change_with_its_time_and_cause(hotel):
    room = hotel.web.post("/rooms", hostId=new_person(), price=900).json
    guest = new_person()
    fields = {"roomId": room["id"], "guestId": guest, **stay(5, 2)}
    book = hotel.web.post("/books", name="김하나", email="hana@example.org", **fields).json
    assert book["contact"]["name"] == "김하나" and book["reference"], book
    hotel.web.delete(f"/books/{book['id']}", guestId=guest)

    answer = hotel.web.get(f"/books/{book['id']}/timeline", guestId=guest)
    assert answer.status == 200, answer
    steps = answer.json["steps"]
    changes = [(step["from"], step["to"]) for step in steps]
    assert changes == [
        (None, "Requested"),
        ("Requested", "Booked"),
        ("Booked", "BookCanceled"),
    ], answer
    assert steps[-1]["by"] == {"id": guest, "role": "guest"}, answer
    assert all(step["at"] and step["why"] for step in steps), answer


def test_an_unchanged_version_is_not_sent_again_and_a_stale_one_not_changed(hotel):
    room = hotel.web.post("/rooms", hostId=new_person(), price=900).json
    guest = new_person()
    book = hotel.web.post("/books", roomId=room["id"], guestId=guest, **stay(5)).json
    fresh = hotel.web.get(f"/books/{book['id']}", guestId=guest)
    unchanged = hotel.web.get(
        f"/books/{book['id']}", {"If-None-Match": fresh.headers["etag"]}, guestId=guest
    )
    assert unchanged.status == 304 and unchanged.body == b"", unchanged
    stale = hotel.web.delete(f"/books/{book['id']}", {"If-Match": '"1"'}, guestId=guest)
    assert stale.status == 412 and stale.problem == "version-conflict", stale


def test_a_person_sees_only_the_own_bookings(hotel):
    room = hotel.web.post("/rooms", hostId=new_person(), price=900).json
    book = hotel.web.post("/books", roomId=room["id"], guestId=new_person(), **stay(5)).json
    stranger = new_person()
    assert hotel.web.get(f"/books/{book['id']}", guestId=stranger).problem == "not-found"
    assert hotel.web.delete(f"/books/{book['id']}", guestId=stranger).problem == "not-found"
    assert hotel.web.get(f"/payments/{book['payId']}", guestId=stranger).problem == "not-found"
    assert hotel.web.get_all("/mypages", guestId=stranger) == []
    assert notices(hotel, stranger) == []


def test_internal_requests_do_not_exist_for_the_public(hotel):
    for path in ("/payments", "/books/rooms/1/close"):
        answer = hotel.web.send("POST", path, b"{}", {"Content-Type": web.JSON})
        assert answer.status in (404, 405), answer
