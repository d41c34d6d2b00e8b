# SPDX-License-Identifier: MIT
"""Killed and frozen processes are replaced by themselves; programs stop and start in any order."""

import os
import pathlib
import random
import signal
import subprocess
import time

from actors import all_accepted, await_mypage, await_pay, booked, place_book, register_room
from conftest import plain
from hotel import kill_9
from load import Load
from test_crash import Requests
from test_history import TOOL
from waiting import eventually

WALK_S = float(os.environ.get("E2E_WALK_S", "25"))
CLIENTS, EVERY_S = 3, 0.1
SERVERS = ("mariadb", "rabbitmq", "nginx")


def replaced(hotel, name, pid):
    """Waits until another process runs instead of this one; the seconds that took."""
    begin = time.monotonic()

    def is_back():
        now = hotel.status()[name]
        assert now["state"] == "running" and pid not in now["pids"], now
        return True

    eventually(is_back, within=60, every=0.3, what=f"{name} is back")
    return time.monotonic() - begin


def test_a_killed_process_is_restarted(hotel):
    for name in ("fcgi-book", "worker-alarm", "nginx"):
        pid = hotel.pids(name)[0]
        kill_9(pid)
        print(f"{name} is back after {replaced(hotel, name, pid):.1f} s")


def test_a_frozen_process_is_killed_and_restarted(second):
    second.have(**plain(), HOTEL_LIVE_S="4")
    frozen = {name: second.pids(name)[0] for name in ("fcgi-room", "worker-pay")}
    for pid in frozen.values():
        os.kill(pid, signal.SIGSTOP)
    for name, pid in frozen.items():
        replaced(second, name, pid)
    second.up(HOTEL_LIVE_S="15")


def test_a_watch_that_was_frozen_itself_kills_no_process(second):
    second.have(**plain(), HOTEL_LIVE_S="3")
    (watch,) = (pid for pid, command in second.processes().items() if "hotel-watch" in command)
    before = {name: program["pids"] for name, program in second.status().items()}
    os.kill(watch, signal.SIGSTOP)
    time.sleep(4)  # longer than a process may leave /livez unanswered
    os.kill(watch, signal.SIGCONT)
    time.sleep(2)  # it asks once a second
    assert {name: program["pids"] for name, program in second.status().items()} == before
    second.up(HOTEL_LIVE_S="15")


def rabbitmqctl(hotel, *words):
    subprocess.run(["bash", "-c", TOOL, "_", hotel.state, *words], check=True, timeout=60)


def test_a_worker_that_waits_for_a_blocked_broker_is_not_stuck(second):
    second.have(**plain(), HOTEL_ROUND_TIMEOUT_MS="3000")
    await_pay(second)
    room = register_room(second)
    booked(second, room, first=1)
    workers = {name: second.pids(f"worker-{name}") for name in ("room", "book", "pay")}
    rabbitmqctl(second, "set_vm_memory_high_watermark", "0.0000001")
    try:
        with Load(2, lambda n: place_book(second, room, first=2 + n), 0.2) as load:
            eventually(lambda: second.metrics("worker-book")['hotel_broker_blocked{thread="relay"}'] == 1,
                       what="the relay waits")
            enough = len(load.results) + 50  # longer than the limit
            eventually(lambda: len(load.results) > enough, what="bookings go on")
        assert {name: second.pids(f"worker-{name}") for name in workers} == workers
    finally:
        rabbitmqctl(second, "set_vm_memory_high_watermark", "0.4")
    all_accepted(load.results)
    await_mypage(second, load.results[0].json, status="Booked")
    assert {name: second.pids(f"worker-{name}") for name in workers} == workers
    second.up(HOTEL_ROUND_TIMEOUT_MS="300000")


class Walk:
    """Stops, kills and starts programs at random, and knows which have to be stopped."""

    def __init__(self, hotel, dice):
        self.hotel = hotel
        self.dice = dice
        self.names = list(hotel.status())
        self.stopped = set()

    def step(self):
        up = [name for name in self.names if name not in self.stopped]
        # A program becomes ready with its database only, so it is not started without.
        down = [
            name
            for name in self.names
            if name in self.stopped and (name in SERVERS or "mariadb" not in self.stopped)
        ]
        moves = [self.stop, self.kill] * bool(up) + [self.start, self.start] * bool(down)
        move = self.dice.choice(moves)
        name = self.dice.choice(down if move == self.start else up)
        print(f"{move.__name__} {name}")
        move(name)

    def stop(self, name):
        self.hotel.stop(name)
        self.stopped.add(name)

    def start(self, name):
        self.hotel.start(name)
        self.stopped.discard(name)

    def kill(self, name):
        self.hotel.kill(name)

    def status_is_true(self):
        """Waits until ./hotel status shows the processes that there are."""

        def agrees():
            there = self._processes()
            for name, shown in self.hotel.status().items():
                assert (shown["state"] == "stopped") == (name in self.stopped), shown
                if name not in SERVERS:
                    assert set(shown["pids"]) == there.get(name, set()), (shown, there.get(name))
                if shown["state"] != "stopped":
                    assert shown["state"] in self._possible(name), (shown, self.stopped)
            return True

        eventually(agrees, within=60, every=0.3, what="./hotel status is true")

    def _possible(self, name):
        """A program runs if it has what it needs, and is not ready without."""
        without = name not in SERVERS and "mariadb" in self.stopped
        return ("not ready", "starting") if without else ("running",)

    def _processes(self):
        """{program: pids} of the processes that there are."""
        found = {}
        for pid in self.hotel.processes():
            try:
                program = pathlib.Path(os.readlink(f"/proc/{pid}/exe")).name
            except OSError:
                continue  # it has just ended
            found.setdefault(program, set()).add(pid)
        return found


def test_programs_stop_and_start_in_any_order(hotel):
    await_pay(hotel)
    seed = int(os.environ.get("E2E_SEED", random.randrange(10**6)))
    print(f"E2E_SEED={seed}")
    walk = Walk(hotel, random.Random(seed))
    requests = Requests(hotel)
    end = time.monotonic() + WALK_S
    with Load(CLIENTS, requests.ask, EVERY_S) as load:
        while time.monotonic() < end:
            walk.step()
            walk.status_is_true()
        hotel.start("all")
        walk.stopped.clear()
        walk.status_is_true()
    requests.all_are_booked(len(load.results))
