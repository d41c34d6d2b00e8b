# SPDX-License-Identifier: MIT
"""A demo system is filled with invented rooms and bookings, and a bench measures a system of its own."""

import json
import os
import pathlib
import re
import signal
import subprocess

import pytest

from actors import place_book
from hotel import ROOT, Hotel
from waiting import eventually

ROOMS, BOOKINGS = 50, 300
FIRST_GUEST = 1000000
WITHIN_S = 300
NOT_A_DEMO, INTERRUPTED = 3, 130


@pytest.fixture(scope="module")
def system():
    """A system of its own: others count rooms and bookings."""
    hotel = Hotel()
    try:
        hotel.up()
        yield hotel
    finally:
        hotel.down()


@pytest.fixture
def hotel(system):
    yield system
    system.check()


def load(hotel, *options, expect=0):
    return hotel.command("load-demo", "--rooms", str(ROOMS), "--bookings", str(BOOKINGS), *options, expect=expect)


def numbers_of(output):
    """The first numbers of rooms and bookings, as the command prints them."""
    (numbers,) = re.findall(r"rooms, from number (\d+) on, and \d+ bookings, from number (\d+) on", output)
    return [int(number) for number in numbers]


def test_invented_rooms_and_bookings_are_as_if_people_had_made_them(hotel):
    """The check after each scenario finds the rest."""
    place_book(hotel, {"id": register(hotel)}, 3)  # what was there before stays
    room, book = numbers_of(load(hotel).stdout)
    assert hotel.web.get(f"/rooms/{room}").status == 200
    of_host = hotel.web.get("/rooms", hostId=2000000, size=100).items()
    assert len(of_host) == 10 and all(one["price"] >= 20000 for one in of_host)
    booking = hotel.web.get(f"/books/{book}", guestId=guest_of(hotel, book)).json
    assert booking["status"] == "Booked" and booking["price"] % booking["nights"] == 0
    searched = {one["id"] for one in hotel.web.get("/rooms", startDate=booking["startDate"], endDate=booking["endDate"],
                                                   hostId=booking["hostId"], size=100).items()}  # fmt: skip
    assert booking["roomId"] not in searched
    stay = {"startDate": booking["startDate"], "endDate": booking["endDate"]}
    assert place_book(hotel, {"id": booking["roomId"]}, **stay).status == 409
    told = hotel.web.get("/notifications", recipientId=booking["guestId"], size=100).items()
    assert {"Booked", "PaymentApproved"} <= {one["event"] for one in told if one["bookId"] == book}
    own = hotel.web.get(f"/mypages/{book}", guestId=booking["guestId"]).json
    assert own["payStatus"] == "PayApproved" and own["roomName"]


def register(hotel):
    return hotel.web.post("/rooms", name="Sea view", price=1500, hostId=9).json["id"]


def guest_of(hotel, book):
    ((guest,),) = hotel.rows(f"SELECT guest_id FROM hotel_book.book WHERE id = {book}")
    return int(guest)


def test_invented_rooms_are_booked_like_others_and_the_view_is_rebuilt_with_them(hotel):
    room, _ = numbers_of(load(hotel, "--seed", "2").stdout)
    ((start, end),) = hotel.rows(f"""SELECT MAX(night) + INTERVAL 1 DAY, MAX(night) + INTERVAL 2 DAY
        FROM hotel_book.night WHERE room_id = {room}""")
    answer = place_book(hotel, {"id": room}, startDate=start, endDate=end)
    assert answer.status == 201 and answer.json["status"] == "Booked", answer
    hotel.check()
    assert "the rebuilt view is in use" in hotel.command("rebuild", "mypage").stdout


def test_a_second_load_adds_to_the_first(hotel):
    before = int(hotel.count("SELECT COUNT(*) FROM hotel_book.book"))
    load(hotel, "--seed", "3")
    load(hotel, "--seed", "3")
    assert int(hotel.count("SELECT COUNT(*) FROM hotel_book.book")) == before + 2 * BOOKINGS


def test_more_bookings_than_the_rooms_have_nights_are_refused(hotel):
    before = hotel.count("SELECT COUNT(*) FROM hotel_room.room")
    done = hotel.command("load-demo", "--rooms", "1", "--bookings", "101", expect=2)
    assert "1 rooms have room for 100 bookings" in done.stdout + done.stderr
    assert hotel.count("SELECT COUNT(*) FROM hotel_room.room") == before


def test_a_system_that_is_no_demo_is_not_filled(hotel):
    hotel.have(HOTEL_DEMO="off")
    before = hotel.count("SELECT COUNT(*) FROM hotel_room.room")
    done = load(hotel, expect=NOT_A_DEMO)
    assert "HOTEL_DEMO is off" in done.stdout + done.stderr
    assert hotel.count("SELECT COUNT(*) FROM hotel_room.room") == before


def bench(*options):
    return subprocess.Popen(
        [ROOT / "hotel", "bench", "--quick", "--seconds", "1", *options],
        env={k: v for k, v in os.environ.items() if not k.startswith("HOTEL_")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def system_of(text):
    (state,) = re.findall(r"starting one in (\S+)/s,", text)
    return pathlib.Path(state)


def test_a_bench_measures_books_and_checks_and_leaves_nothing_behind(tmp_path):
    done = bench("--only", "P1,P9", "--json", tmp_path / "json", "--svg", tmp_path / "svg")
    output, _ = done.communicate(timeout=WITHIN_S)
    assert done.returncode == 0, output
    written = json.loads((tmp_path / "json").read_text())
    assert {"L1", "L1m", "P1", "P2", "P3", "P9"} == {figure["name"] for figure in written["figures"]}
    booked = written["runs"]["P1"]
    assert booked["statuses"].get("201", 0) > 0 and booked["failed"] == 0
    assert booked["sent"] == sum(booked["statuses"].values())
    (siege,) = (figure for figure in written["figures"] if figure["name"] == "P9")
    assert siege["met"], siege
    assert (tmp_path / "svg").read_text().startswith("<svg ")
    assert re.search(r"^check +all \d+ invariants hold$", output, re.M)
    assert not system_of(output).exists()


def test_an_interrupted_bench_leaves_nothing_behind():
    running = bench("--only", "L1")
    output = ""
    for line in running.stdout:
        output += line
        if line.startswith("bench "):
            break
    running.send_signal(signal.SIGINT)
    output += running.communicate(timeout=WITHIN_S)[0]
    assert running.returncode == INTERRUPTED, output
    eventually(lambda: not system_of(output).exists(), what="the folder of the bench is removed")
