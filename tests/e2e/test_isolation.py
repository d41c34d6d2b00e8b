# SPDX-License-Identifier: MIT
"""With alarm, mypage or the broker down bookings go on, and afterwards nothing is missing."""

import statistics

from actors import (
    await_mypage,
    await_notices,
    await_pay,
    booked,
    cancel,
    notices,
    place_book,
    register_room,
    new_person,
)
from waiting import eventually

BOOKS = 20


def book_many(hotel, what):
    """Books one stay after the other and prints the time of each."""
    room = register_room(hotel)
    answers = [place_book(hotel, room, 1 + n) for n in range(BOOKS)]
    assert {answer.status for answer in answers} == {201}, answers
    median = statistics.median(answer.seconds for answer in answers)
    print(f"{what}: median {median * 1000:.1f} ms a booking")
    return [answer.json for answer in answers]


def all_there(hotel, books):
    """Waits until every row and every notification of these bookings is there, each once."""
    for book in books:
        await_mypage(hotel, book, status="Booked", payStatus="PayApproved")
        await_notices(hotel, book["guestId"], book, "Booked", "PaymentApproved")
        await_notices(hotel, book["hostId"], book, "Booked")


def test_with_alarm_and_mypage_down_bookings_go_on(hotel):
    await_pay(hotel)
    book_many(hotel, "all running")
    hotel.stop("alarm", "mypage")
    books = book_many(hotel, "alarm and mypage stopped")

    for path in ("/notifications", "/mypages"):
        answer = hotel.web.get(path)
        assert answer.status == 503 and answer.problem == "unavailable", answer
        assert answer.seconds < 3.0

    hotel.start("alarm", "mypage")
    all_there(hotel, books)


def test_with_the_broker_down_bookings_go_on(hotel):
    await_pay(hotel)
    hotel.stop("rabbitmq")
    books = book_many(hotel, "RabbitMQ stopped")
    gone = books.pop()
    assert cancel(hotel, gone).status == 200
    assert hotel.web.get("/mypages", guestId=gone["guestId"]).items() == []

    hotel.start("rabbitmq")
    all_there(hotel, books)
    await_mypage(hotel, gone, status="BookCanceled", payStatus="PayCanceled")
    events = ("Booked", "PaymentApproved", "BookCanceled", "PaymentCanceled")
    await_notices(hotel, gone["guestId"], gone, *events)


def test_a_room_registered_or_repriced_while_the_broker_is_down_is_booked_at_its_price(hotel):
    await_pay(hotel)
    hotel.stop("rabbitmq")
    room = register_room(hotel, price=1500)
    assert booked(hotel, room, first=1, nights=3)["price"] == 4500
    answer = hotel.web.patch(f"/rooms/{room['id']}", hostId=room["hostId"], price=2000)
    assert answer.status == 200, answer
    assert booked(hotel, room, first=5, nights=3, price=6000)["price"] == 6000
    hotel.start("rabbitmq")

    def host_is_notified():
        expected = ["Booked", "Booked", "RoomChanged", "RoomRegistered"]
        return notices(hotel, room["hostId"]) == expected

    eventually(host_is_notified)


def test_with_all_of_them_down_a_guest_still_books_and_cancels(hotel):
    await_pay(hotel)
    hotel.stop("alarm", "mypage", "rabbitmq")
    book = booked(hotel, register_room(hotel), guestId=new_person())
    assert cancel(hotel, book).json["status"] == "BookCanceled"
    hotel.start("rabbitmq", "alarm", "mypage")
    await_mypage(hotel, book, status="BookCanceled", payStatus="PayCanceled")
