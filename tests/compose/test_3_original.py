# SPDX-License-Identifier: MIT
"""The original's command lines, character by character, in a stack with the settings of the profile `original`.

Only the numbers of its rooms are replaced, because this stack has had others before.
"""

import json
import time

import pytest

from images import ROOT
from test_original import BOOK, BOOK_2, QUICKLY_S, ROOM
from waiting import eventually

PROFILE = ROOT / "ops" / "profiles" / "original.env"
OF_BOOK = ("fcgi-book", "worker-book")  # the programs that read what the profile sets


@pytest.fixture
def original(hotel):
    """The running stack as the profile sets it; afterwards as before."""
    hotel.compose("--env-file", PROFILE, "up", "-d", *OF_BOOK)
    try:
        eventually(lambda: hotel.web.get("/books").status == 200, within=60, what="nginx finds the new containers")
        yield hotel
    finally:
        hotel.compose("up", "-d", *OF_BOOK)


def typed(hotel, line):
    """What a line of httpie says in the client container."""
    program, words = line.split(" ", 1)
    return json.loads(hotel.client(f"{program} --ignore-stdin --body {words}"))


def test_with_the_profile_its_lines_are_answered_as_its_reader_expects(original):
    rooms = [typed(original, ROOM)["id"] for _ in range(2)]
    lines = [line.replace(f"roomId={i}", f"roomId={room}")
             for i, (line, room) in enumerate(zip((BOOK, BOOK_2), rooms), start=1)]
    book = typed(original, lines[0])
    assert (book.get("status"), book.get("startDate"), book.get("price")) == ("Booked", "2021-05-05", 4500), book

    original.compose("stop", "fcgi-pay", "worker-pay")
    begin = time.monotonic()
    answer = typed(original, lines[1])
    assert answer["type"] == "/problems/payment-unavailable", answer
    assert time.monotonic() - begin < 2 * QUICKLY_S, "it fails at once, and Compose takes a while"
    original.compose("start", "fcgi-pay", "worker-pay")
    eventually(lambda: typed(original, lines[1]).get("status") == "Booked", within=60, what="pay is back")
    assert typed(original, lines[1])["type"] == "/problems/room-taken"
