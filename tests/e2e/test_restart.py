# SPDX-License-Identifier: MIT
"""During a rolling restart no request fails."""

import collections

import pytest

from actors import await_pay, place_book, register_room, stay
from load import Load
from waiting import eventually

ROOMS = 12


@pytest.mark.parametrize("what", ["book", "pay", "room", "nginx"])
def test_no_request_fails_while_a_program_is_restarted(hotel, what):
    await_pay(hotel)
    rooms = [register_room(hotel) for _ in range(ROOMS)]

    def ask(number):
        if number % 4 == 3:
            return hotel.web.get("/rooms", size=5, **stay(1 + number % 300))
        return place_book(hotel, rooms[number % ROOMS], 1 + number // ROOMS)

    before = {pid for name, p in hotel.status().items() if name.endswith(what) for pid in p["pids"]}
    with Load(6, ask) as load:
        eventually(lambda: len(load.results) >= 20)
        hotel.restart(what)
        done = len(load.results)
        eventually(lambda: len(load.results) >= done + 20)
    after = {pid for name, p in hotel.status().items() if name.endswith(what) for pid in p["pids"]}
    assert after and (what == "nginx" or not before & after)

    seen = collections.Counter(getattr(r, "status", type(r).__name__) for r in load.results)
    longest = max(answer.seconds for answer in load.results if hasattr(answer, "seconds"))
    print(f"restart {what}: {dict(seen)}, longest {longest * 1000:.0f} ms")
    assert set(seen) == {200, 201}, seen
