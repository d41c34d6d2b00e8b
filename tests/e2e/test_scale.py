# SPDX-License-Identifier: MIT
"""Processes are added and removed while guests book: no request fails, and nothing happens twice."""

from actors import (
    all_accepted,
    await_mypage,
    await_notices,
    await_pay,
    await_status,
    paid_once,
    place_book,
    register_room,
)
from conftest import plain
from load import Load, spread
from waiting import eventually

BOOKS = 300  # at least
CLIENTS, EVERY_S = 4, 0.2  # twenty a second, as each booking is looked at four times afterwards
ROOMS = 24
SCALED = ("book", "pay", "alarm", "mypage")


def test_three_processes_of_each_do_nothing_twice(second):
    second.have(**plain())
    await_pay(second)
    rooms = [register_room(second) for _ in range(ROOMS)]

    def ask(number):
        return place_book(second, rooms[number % ROOMS], 1 + number // ROOMS)

    with Load(CLIENTS, ask, EVERY_S) as load:
        second.up(HOTEL_PROCESSES=" ".join(f"{name}=3" for name in SCALED))
        status = second.status()
        for name in SCALED:
            for program in (f"fcgi-{name}", f"worker-{name}"):
                assert status[program]["state"] == "running", status[program]
                assert len(status[program]["pids"]) == 3, status[program]
        eventually(lambda: len(load.results) >= BOOKS, within=60)
        second.up(HOTEL_PROCESSES="")
    all_accepted(load.results)
    status = second.status()
    assert len(status["fcgi-book"]["pids"]) == 2 and len(status["worker-book"]["pids"]) == 1

    def is_whole(answer):
        book = await_status(second, answer.json, "Booked")
        paid_once(second, book)
        await_mypage(second, book, status="Booked")
        held = ("BookPending",) * (answer.status == 202)
        await_notices(second, book["guestId"], book, *held, "Booked", "PaymentApproved")

    spread(4, load.results, is_whole)


def test_a_wrong_number_of_processes_is_refused(second):
    before = second.status()
    words = ["nobody=3", "fcgi-pay=1", "worker-pay=9", "book=x", "mypage"]
    done = second.command("up", settings={"HOTEL_PROCESSES": " ".join(words)}, expect=2)
    assert [word for word in words if f'"{word}"' not in done.stderr] == [], done
    assert second.status() == before
