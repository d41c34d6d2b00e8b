# SPDX-License-Identifier: MIT
"""The view is rebuilt while it serves, without a failed or older answer."""

import itertools
import os
import signal
import subprocess
import threading
import time

import pytest

from actors import all_accepted, await_mypage, booked, cancel, place_book, register_room, new_person
from hotel import ROOT, Hotel
from load import Load

CLIENTS, EVERY_S = 16, 0.12  # over a hundred bookings a second, unless answers take longer
LOAD_S = 15.0
REFUSED, WRONG_USE, AWAY = 1, 2, 3  # exit codes of ./hotel rebuild

# The view without the times at which it was made.
VIEW = """SELECT m.book_id, book_sequence, m.room_id, r.name, host_id, guest_id, guest_name, price,
    start_date, end_date, status, pay_sequence, pay_id, pay_status, updated_at
    FROM hotel_mypage.mypage m LEFT JOIN hotel_mypage.room_name r ON r.room_id = m.room_id
    ORDER BY m.book_id"""


def rebuild(hotel, *options, expect=0):
    done = hotel.command("rebuild", "mypage", *options, expect=expect)
    return done.stdout + done.stderr


class Reader:
    """A guest who reads the own bookings all the time: all are always there, and no version is older
    than one read before."""

    def __init__(self, hotel, guest, books):
        self.hotel, self.guest, self.books = hotel, guest, {book["id"] for book in books}
        self.newest, self.reads, self.faults = {}, 0, []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _read(self):
        while not self._over.is_set() and not self.faults:
            answer = self.hotel.web.get("/mypages", guestId=self.guest, size=100)
            if answer.status != 200:
                self.faults.append(repr(answer))
                return
            rows = {row["bookId"]: row["version"] for row in answer.items()}
            if set(rows) != self.books:
                self.faults.append(f"{set(rows)} instead of {self.books}")
            self.faults += [f"book {book} was {self.newest[book]}, is {version}"
                            for book, version in rows.items()
                            if version < self.newest.get(book, 0)]
            self.newest |= rows
            self.reads += 1


def killed_rebuild(hotel, after_s):
    """Begins a rebuild and ends it with SIGKILL; True if it had not ended."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HOTEL_")}
    process = subprocess.Popen([ROOT / "hotel", "rebuild", "mypage"],
                               env=environment | {"HOTEL_STATE": str(hotel.state)},
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def test_a_view_is_rebuilt_and_rebuilding_is_killed_while_bookings_go_on(hotel):
    rooms = [register_room(hotel) for _ in range(10)]
    guest = new_person()
    mine = [booked(hotel, rooms[0], first=300 + n, guestId=guest) for n in range(5)]
    for book in mine:
        await_mypage(hotel, book, status="Booked", payStatus="PayApproved")

    def book(n):
        return place_book(hotel, rooms[n % 10], first=1 + n // 10 % 290)

    killed = 0
    with Load(CLIENTS, book, EVERY_S) as load, Reader(hotel, guest, mine) as reader:
        end = time.monotonic() + LOAD_S
        assert cancel(hotel, mine[0]).status == 200
        for after_s in itertools.cycle((0.1, 0.25, 0.4, 0.7)):
            killed += killed_rebuild(hotel, after_s)
            assert "the rebuilt view is in use" in rebuild(hotel)
            if time.monotonic() >= end:
                break
    rate = len(load.results) / (time.monotonic() - end + LOAD_S)
    print(f"{len(load.results)} bookings, {rate:.0f} a second, {reader.reads} reads,"
          f" {killed} rebuilds killed")
    assert not reader.faults and reader.reads > 10, reader.faults
    assert killed > 0 and len(load.results) > 100
    all_accepted(load.results)
    hotel.check()
    before = hotel.rows(VIEW)
    rebuild(hotel)
    assert hotel.rows(VIEW) == before and len(before) >= len(load.results)


def test_lost_rows_come_back_and_wrong_ones_are_reported_first(hotel):
    room = register_room(hotel)
    lost, wrong = booked(hotel, room, first=10), booked(hotel, room, first=20)
    hotel.check()
    before = hotel.rows(VIEW)
    hotel.rows(f"DELETE FROM hotel_mypage.mypage WHERE book_id = {lost['id']}")
    assert "behind on 1" in rebuild(hotel)
    assert hotel.rows(VIEW) == before
    hotel.rows(f"UPDATE hotel_mypage.mypage SET price = 1 WHERE book_id = {wrong['id']}")
    wrong_rows = hotel.rows(VIEW)
    assert f"booking {wrong['id']}\n" in rebuild(hotel, expect=REFUSED)
    assert hotel.rows(VIEW) == wrong_rows
    rebuild(hotel, "--force")
    assert hotel.rows(VIEW) == before
    for arguments in ((), ("alarm",), ("mypage", "--nonsense"), ("mypage", "--force", "x")):
        hotel.command("rebuild", *arguments, expect=WRONG_USE)


@pytest.fixture
def own_system():
    """A system of its own, as every later check of it would find its history incomplete."""
    system = Hotel()
    try:
        system.up()
        yield system
    finally:
        system.down()


def delete_history(hotel):
    tool = 'set -a; . "$1/rabbitmq/environment"; /usr/lib/rabbitmq/bin/rabbitmqctl -q delete_queue history'
    subprocess.run(["bash", "-c", tool, "_", hotel.state], check=True, timeout=60)
    hotel.restart("rabbitmq")


def delete_view(hotel):
    for table in ("mypage", "room_name"):
        hotel.rows(f"DELETE FROM hotel_mypage.{table}")
    assert hotel.rows(VIEW) == []


def test_a_lost_view_is_rebuilt_from_its_owners_when_history_is_lost_too(own_system):
    room = register_room(own_system)
    gone = register_room(own_system)
    old, canceled, declined = (booked(own_system, room, first=10), booked(own_system, room, first=20),
                               place_book(own_system, room, first=30, paymentToken="tok_decline"))
    assert cancel(own_system, canceled).status == 200 and declined.status == 402
    assert own_system.web.delete(f"/rooms/{gone['id']}", hostId=gone["hostId"]).status == 200
    own_system.check()
    delete_history(own_system)
    new = booked(own_system, room, first=40)
    await_mypage(own_system, new, status="Booked", payStatus="PayApproved")
    before = own_system.rows(VIEW)
    assert len(before) == 4
    delete_view(own_system)
    # 2 rooms, 4 bookings, and the payments of each
    assert "owners: 10 rooms, bookings and payments" in rebuild(own_system)
    assert own_system.rows(VIEW) == before
    assert "behind" not in rebuild(own_system)

    delete_view(own_system)
    for owner in ("room", "book", "pay"):
        own_system.stop(owner)
        output = rebuild(own_system, expect=AWAY)
        assert f"./hotel start nginx {owner}" in output and own_system.rows(VIEW) == []
        own_system.start(owner)
    rebuild(own_system)
    assert own_system.rows(VIEW) == before
    cancel(own_system, old)
    await_mypage(own_system, old, status="BookCanceled", payStatus="PayCanceled")


def test_rows_unknown_to_history_and_owners_are_reported_first(hotel):
    hotel.check()
    before = hotel.rows(VIEW)
    hotel.rows("INSERT INTO hotel_mypage.room_name (room_id, sequence, name) VALUES (987654, 1, 'x')")
    assert "newer there than their owner knows: 1" in rebuild(hotel, expect=REFUSED)
    rebuild(hotel, "--force")
    assert hotel.rows("SELECT * FROM hotel_mypage.room_name WHERE room_id = 987654") == []
    assert hotel.rows(VIEW) == before
