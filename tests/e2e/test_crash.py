"""Processes are killed, the servers with them: what was promised stands, nothing stays half done."""

import collections
import random

from actors import await_pay, book_now, paid_once, place_book, register_room, somebody
from load import Load, spread
from waiting import eventually
import web

ROOMS, NIGHTS = 8, 300  # enough for every wish of a load to be for other nights


class Wishes:
    """Guests who each want another stay, and ask again with the same key until they know."""

    def __init__(self, hotel):
        self.hotel = hotel
        self.rooms = [register_room(hotel) for _ in range(ROOMS)]
        self.unsure = collections.Counter()

    def ask(self, number):
        """One wish, asked until it is answered for good."""
        room = self.rooms[number % ROOMS]
        assert number < ROOMS * NIGHTS, "more wishes than nights"
        sent = {"guestId": somebody(), "headers": {"Idempotency-Key": f"wish {number}"}}

        def answered():
            try:
                answer = place_book(self.hotel, room, 1 + number // ROOMS, **sent)
            except web.NO_ANSWER as gone:
                self.unsure[type(gone).__name__] += 1
                return None
            if answer.status in (201, 202):
                return answer.json
            assert answer.status in (502, 503, 504) or answer.problem == "idempotency-in-progress", answer
            self.unsure[answer.status] += 1
            return None

        return eventually(answered, within=60, what=f"wish {number} is answered")

    def all_stand(self, books):
        """Every book that was promised is booked and paid, once."""
        print(f"{len(books)} books; asked again: {dict(self.unsure)}")

        def stands(book):
            def booked_now():
                now = book_now(self.hotel, book)
                assert now["status"] in ("Booked", "PaymentPending"), now
                return now["status"] == "Booked"

            eventually(booked_now, within=60, what=f"book {book['id']} stands")
            paid_once(self.hotel, book)

        spread(8, books, stands)
        per_guest = "SELECT COUNT(*) FROM hotel_book.book WHERE room_id IN ({})".format(
            ", ".join(str(room["id"]) for room in self.rooms)
        )
        assert self.hotel.count(per_guest) == len(books)


def test_every_book_stands_when_the_book_processes_are_killed_again_and_again(hotel):
    await_pay(hotel)
    wishes = Wishes(hotel)
    with Load(6, wishes.ask) as load:
        for _ in range(10):
            some_more(load)
            hotel.kill("fcgi-book")
    wishes.all_stand(load.results)


def test_every_book_stands_when_any_program_is_killed(hotel):
    await_pay(hotel)
    wishes = Wishes(hotel)
    dice = random.Random(99)
    names = [name for name in hotel.status() if name.startswith(("fcgi-", "worker-"))]
    with Load(6, wishes.ask) as load:
        for _ in range(12):
            some_more(load)
            hotel.kill(dice.choice(names))
    wishes.all_stand(load.results)


def test_every_book_stands_when_the_database_and_the_broker_are_killed(hotel):
    await_pay(hotel)
    wishes = Wishes(hotel)
    with Load(6, wishes.ask) as load:
        for server in ("rabbitmq", "mariadb"):
            some_more(load)
            hotel.kill(server)
            eventually(lambda: hotel.status()[server]["state"] == "running", within=60)
        some_more(load)
    wishes.all_stand(load.results)


def some_more(load):
    """Waits until the load has got on a little."""
    enough = len(load.results) + 10
    eventually(lambda: len(load.results) >= enough, within=60, what="the load goes on")
