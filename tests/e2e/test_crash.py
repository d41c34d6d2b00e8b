"""Processes are killed, the servers with them: what was promised stands, nothing stays half done."""

import collections
import random
import time

from actors import await_pay, book_now, paid_once, place_book, register_room, somebody
from load import Load, spread
from waiting import eventually
import web

ROOMS, NIGHTS = 12, 360  # enough for every wish of a load to be for other nights
CLIENTS, EVERY_S = 4, 0.05


class Wishes:
    """Guests who each want another stay; who got no answer asks again with the same key."""

    def __init__(self, hotel):
        self.hotel = hotel
        self.rooms = [register_room(hotel) for _ in range(ROOMS)]
        self.guests = [somebody() for _ in range(ROOMS * NIGHTS)]
        self.answers = collections.Counter()
        self.refused = {}  # what a wish was told last, if that was no book
        self.books = {}

    def ask(self, number):
        """Asks once. True if it is known now what became of the wish."""
        try:
            answer = place_book(
                self.hotel,
                self.rooms[number % ROOMS],
                1 + number // ROOMS,
                guestId=self.guests[number],
                headers={"Idempotency-Key": f"wish {number}"},
            )
        except web.NO_ANSWER as gone:
            self.answers[type(gone).__name__] += 1
            return self._not_yet(number, gone)
        self.answers[answer.problem or answer.status] += 1
        if answer.status not in (201, 202):
            assert answer.problem in ("unavailable", "idempotency-in-progress"), answer
            return self._not_yet(number, answer)
        before = self.books.setdefault(number, answer.json)
        assert before["id"] == answer.json["id"], "two books for one wish"
        return True

    def _not_yet(self, number, told):
        """Who was told to come again later does not come at once."""
        self.refused[number] = told
        time.sleep(0.1)
        return False

    def all_stand(self, count):
        """Every wish comes to its one book, booked and paid once; nothing else was made."""
        unsure = [number for number in range(count) if number not in self.books]
        spread(4, unsure, self._comes_true)
        print(f"{count} wishes, {len(unsure)} asked again: {dict(self.answers)}")
        spread(8, self.books.values(), self._stands)
        rooms = ", ".join(str(room["id"]) for room in self.rooms)
        made = f"SELECT COUNT(*) FROM hotel_book.book WHERE room_id IN ({rooms})"
        assert self.hotel.count(made) == count == len(self.books)

    def _comes_true(self, number):
        def asked_again():
            assert self.ask(number), f"wish {number}: {self.refused[number]!r}"
            return True

        eventually(asked_again, within=60, every=0.5, what="a book for every wish")

    def _stands(self, book):
        def booked_now():
            now = book_now(self.hotel, book)
            assert now["status"] in ("Booked", "PaymentPending"), now
            return now["status"] == "Booked"

        eventually(booked_now, within=60, what=f"book {book['id']} stands")
        paid_once(self.hotel, book)


def some_more(load, count=15):
    """Waits until the load has got on a little."""
    enough = len(load.results) + count
    eventually(lambda: len(load.results) >= enough, within=60, what="the load goes on")


def test_every_book_stands_when_the_book_processes_are_killed_again_and_again(hotel):
    await_pay(hotel)
    wishes = Wishes(hotel)
    with Load(CLIENTS, wishes.ask, EVERY_S) as load:
        for _ in range(10):
            some_more(load)
            hotel.kill("fcgi-book")
    wishes.all_stand(len(load.results))


def test_every_book_stands_when_any_program_is_killed(hotel):
    await_pay(hotel)
    wishes = Wishes(hotel)
    dice = random.Random(99)
    names = [name for name in hotel.status() if name.startswith(("fcgi-", "worker-"))]
    with Load(CLIENTS, wishes.ask, EVERY_S) as load:
        for _ in range(12):
            some_more(load)
            hotel.kill(dice.choice(names))
    wishes.all_stand(len(load.results))


def test_every_book_stands_when_the_database_and_the_broker_are_killed(hotel):
    await_pay(hotel)
    wishes = Wishes(hotel)
    with Load(CLIENTS, wishes.ask, EVERY_S) as load:
        for server in ("rabbitmq", "mariadb"):
            some_more(load)
            hotel.kill(server)
            eventually(lambda: hotel.status()[server]["state"] == "running", within=60)
        some_more(load)
    wishes.all_stand(len(load.results))
