# SPDX-License-Identifier: MIT
"""Many guests ask for the same nights."""

import collections
import random

from actors import book_now, booked, day, nights_of, place_book, register_room
from load import at_once, spread
from waiting import eventually


def test_of_fifty_guests_at_once_one_gets_the_nights(hotel):
    room = register_room(hotel)
    answers = at_once(50, lambda _: place_book(hotel, room, first=10, nights=2))
    seen = collections.Counter(answer.status for answer in answers)
    assert seen == {201: 1, 409: 49}, seen
    for loser in (answer for answer in answers if answer.status == 409):
        assert loser.problem == "room-taken", loser
        assert loser.json["taken"] == [day(10), day(11)], loser
        stays, rooms = (loser.json["alternatives"][kind] for kind in ("stays", "rooms"))
        assert 1 <= len(stays) <= 3 and len(rooms) <= 3, loser


def test_of_400_random_overlapping_stays_no_two_share_a_night(hotel):
    rooms = [register_room(hotel) for _ in range(3)]
    dice = random.Random(20270505)
    requests = [(dice.choice(rooms), dice.randint(1, 60), dice.randint(1, 7)) for _ in range(400)]
    answers = spread(16, requests, lambda request: place_book(hotel, *request))
    assert {answer.status for answer in answers} == {201, 409}
    books = [answer.json for answer in answers if answer.status == 201]
    sold = collections.Counter((book["roomId"], night) for book in books for night in nights_of(book))
    assert set(sold.values()) == {1}, [night for night, times in sold.items() if times > 1]

    for room in rooms:
        mine = {night.isoformat() for number, night in sold if number == room["id"]}

        def calendar_shows_them():
            query = {"from": day(0), "to": day(80)}
            answer = hotel.web.get(f"/rooms/{room['id']}/calendar", **query)
            assert set(answer.json["taken"]) == mine, set(answer.json["taken"]) ^ mine
            return True

        eventually(calendar_shows_them)


def test_a_stay_may_start_on_the_end_date_of_another(hotel):
    room = register_room(hotel)
    middle = booked(hotel, room, first=10, nights=2)
    assert booked(hotel, room, first=12)["startDate"] == middle["endDate"]
    assert booked(hotel, room, first=8, nights=2)["endDate"] == middle["startDate"]
    assert place_book(hotel, room, first=11).problem == "room-taken"


def test_a_night_that_many_book_and_cancel_belongs_to_the_last(hotel):
    room = register_room(hotel)

    def book_and_cancel(_):
        answer = place_book(hotel, room, first=3)
        if answer.status == 201:
            book = answer.json
            canceled = hotel.web.delete(f"/books/{book['id']}", guestId=book["guestId"])
            assert canceled.status == 200, canceled
            return book
        assert answer.problem == "room-taken", answer
        return None

    had = [book for book in spread(12, range(120), book_and_cancel) if book]
    assert had
    last = booked(hotel, room, first=3)
    assert book_now(hotel, last)["status"] == "Booked"
    assert {book_now(hotel, book)["status"] for book in had} == {"BookCanceled"}
