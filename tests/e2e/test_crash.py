# SPDX-License-Identifier: MIT
"""Programs and servers are killed: every answered booking stays, and every request is finished."""

import collections
import random
import time

from actors import await_pay, book_now, paid_once, place_book, register_room, new_person
from load import Load, spread
from waiting import eventually
import web

ROOMS, NIGHTS = 12, 360  # enough for each request of a load to ask for other nights
CLIENTS, EVERY_S = 4, 0.05


class Requests:
    """Guests who each ask for another stay; one without an answer asks again with the same key."""

    def __init__(self, hotel):
        self.hotel = hotel
        self.rooms = [register_room(hotel) for _ in range(ROOMS)]
        self.guests = [new_person() for _ in range(ROOMS * NIGHTS)]
        self.answers = collections.Counter()
        self.refused = {}  # the last answer to a request that was not accepted
        self.books = {}

    def ask(self, number):
        """Asks once. True if the request was accepted."""
        try:
            answer = place_book(
                self.hotel,
                self.rooms[number % ROOMS],
                1 + number // ROOMS,
                guestId=self.guests[number],
                headers={"Idempotency-Key": f"request {number}"},
            )
        except web.NO_ANSWER as gone:
            self.answers[type(gone).__name__] += 1
            return self._not_yet(number, gone)
        self.answers[answer.problem or answer.status] += 1
        if answer.status not in (201, 202):
            assert answer.problem in ("unavailable", "idempotency-in-progress"), answer
            return self._not_yet(number, answer)
        before = self.books.setdefault(number, answer.json)
        assert before["id"] == answer.json["id"], "two bookings for one request"
        return True

    def _not_yet(self, number, answer):
        """A client that has to try again later waits a moment."""
        self.refused[number] = answer
        time.sleep(0.1)
        return False

    def all_are_booked(self, count):
        """Each request has one booking, booked and paid once; there are no other bookings."""
        unsure = [number for number in range(count) if number not in self.books]
        spread(4, unsure, self._is_accepted)
        print(f"{count} requests, {len(unsure)} asked again: {dict(self.answers)}")
        spread(8, self.books.values(), self._is_booked)
        rooms = ", ".join(str(room["id"]) for room in self.rooms)
        made = f"SELECT COUNT(*) FROM hotel_book.book WHERE room_id IN ({rooms})"
        assert self.hotel.count(made) == count == len(self.books)

    def _is_accepted(self, number):
        def asked_again():
            assert self.ask(number), f"request {number}: {self.refused[number]!r}"
            return True

        eventually(asked_again, within=60, every=0.5, what="a booking for each request")

    def _is_booked(self, book):
        def booked_now():
            now = book_now(self.hotel, book)
            assert now["status"] in ("Booked", "PaymentPending"), now
            return now["status"] == "Booked"

        eventually(booked_now, within=60, what=f"booking {book['id']} is booked")
        paid_once(self.hotel, book)


def some_more(load, count=15):
    """Waits until the load has sent some more requests."""
    enough = len(load.results) + count
    eventually(lambda: len(load.results) >= enough, within=60, what="the load goes on")


def test_no_booking_is_lost_when_the_book_processes_are_killed_again_and_again(hotel):
    await_pay(hotel)
    requests = Requests(hotel)
    with Load(CLIENTS, requests.ask, EVERY_S) as load:
        for _ in range(10):
            some_more(load)
            hotel.kill("fcgi-book")
    requests.all_are_booked(len(load.results))


def test_no_booking_is_lost_when_any_program_is_killed(hotel):
    await_pay(hotel)
    requests = Requests(hotel)
    dice = random.Random(99)
    names = [name for name in hotel.status() if name.startswith(("fcgi-", "worker-"))]
    with Load(CLIENTS, requests.ask, EVERY_S) as load:
        for _ in range(12):
            some_more(load)
            hotel.kill(dice.choice(names))
    requests.all_are_booked(len(load.results))


def test_no_booking_is_lost_when_the_database_and_the_broker_are_killed(hotel):
    await_pay(hotel)
    requests = Requests(hotel)
    with Load(CLIENTS, requests.ask, EVERY_S) as load:
        for server in ("rabbitmq", "mariadb"):
            some_more(load)
            hotel.kill(server)
            eventually(lambda: hotel.status()[server]["state"] == "running", within=60)
        some_more(load)
    requests.all_are_booked(len(load.results))
