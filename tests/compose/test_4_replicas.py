# SPDX-License-Identifier: MIT
"""Several replicas of each program: nothing is duplicated, and replacement causes no failed request."""

import contextlib
import http.client
import itertools
import json
import os
import threading
import time

import pytest

from actors import day, register_room, new_person
from engine import run
from hotel import kill_9
from load import spread
from siege import Siege
from waiting import eventually

BOOKINGS = 10_000
ROOMS, CLIENTS = 100, 16
# How long a siege lasts at least, then without a pause between requests. In the ordinary run it is over
# when all is replaced, and each client rests up to a second, as the replacing has its work to do too.
SIEGE_S = float(os.environ.get("COMPOSE_SIEGE_S", "0"))
SCALED = ["book", "pay", "alarm", "mypage"]


@pytest.fixture(scope="module")
def scaled(system):
    """Three of each service and worker of the contexts that are scaled."""
    replicas = {f"REPLICAS_{kind}_{context.upper()}": "3" for kind in ("FCGI", "WORKER") for context in SCALED}
    system.settings |= replicas
    system.up()
    for context in SCALED:
        assert len(system.containers(f"fcgi-{context}")) == 3
        assert len(system.containers(f"worker-{context}")) == 3
    return system


class Desk:
    """Books stays, each thread over a connection of its own; `held` are those that pay, which had too
    much to do, was asked for again."""

    def __init__(self, port):
        self.port = port
        self.held = []
        self.mine = threading.local()

    def book(self, request):
        if not hasattr(self.mine, "connection"):
            self.mine.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection = self.mine.connection
        connection.request("POST", "/books", json.dumps(request), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status in (201, 202), content
        book = json.loads(content)["id"]
        if answer.status == 202:
            self.held.append(book)
        return book


def total(hotel, path, **query):
    answer = hotel.web.get(path, size=1, **query)
    assert answer.status == 200, answer
    return answer.json["page"]["totalElements"]


def test_ten_thousand_bookings_have_one_row_one_payment_and_no_duplicate_notification(scaled):
    guest, host = new_person(), new_person()
    rooms = [register_room(scaled, hostId=host)["id"] for _ in range(ROOMS)]
    nights = itertools.product(range(1, BOOKINGS // ROOMS + 1), rooms)
    requests = [{"roomId": room, "guestId": guest, "startDate": day(night), "endDate": day(night + 1)}
              for night, room in nights]  # fmt: skip
    begin = time.monotonic()
    desk = Desk(scaled.port)
    books = spread(CLIENTS, requests, desk.book)
    print(f"{BOOKINGS} bookings in {time.monotonic() - begin:.1f} s, {len(desk.held)} of them held first")
    assert len(set(books)) == BOOKINGS

    def shown():
        seen = {path: total(scaled, path, **who) for path, who in (
            ("/mypages", {"guestId": guest}),
            ("/payments", {"guestId": guest}),
            ("/notifications", {"recipientId": guest}),
        )}  # fmt: skip
        told = 2 * BOOKINGS + len(desk.held)
        assert seen == {"/mypages": BOOKINGS, "/payments": BOOKINGS, "/notifications": told}, seen
        return True

    eventually(shown, within=120, every=1)
    assert total(scaled, "/notifications", recipientId=host) == BOOKINGS + ROOMS
    scaled.check()


def test_no_request_fails_while_every_service_and_nginx_are_replaced_twice(scaled):
    room = register_room(scaled)["id"]
    scaled.follow()
    before = len(scaled.troubles())
    begin = time.monotonic()
    with besieged(scaled, room) as siege:
        replaced = 0
        while replaced < 2 or time.monotonic() - begin < SIEGE_S:
            scaled.replace("all")
            scaled.follow()
            replaced += 1
    said = siege.outcome()
    print(f"everything replaced {replaced} times in {time.monotonic() - begin:.0f} s: {said}")
    assert len(scaled.followed) == 1 + replaced
    troubles = scaled.troubles()[before:]
    print(*troubles, sep="\n")
    assert said["availability"] == 100.00 and said["failed"] == 0, siege.told
    assert not [line for line in troubles if line.startswith("{")], troubles
    scaled.check()


@contextlib.contextmanager
def besieged(hotel, room):
    """siege -c50 in the client container, over all services, until the block is left."""
    (client,) = hotel.containers("client")
    urls = [f"http://{name}:8080{path}" for name, path in (
        ("room", "/rooms"), ("room", f"/rooms/{room}/calendar"), ("mypage", "/mypages?guestId=9"),
        ("alarm", "/notifications?recipientId=9"), ("pay", "/payments?guestId=9"))]  # fmt: skip
    urls += [f"http://book:8080/books POST roomId={room}&guestId=9&startDate={day(n)}&endDate={day(n + 1)}"
             for n in range(1, 41)]  # fmt: skip
    hotel.client(f"printf '%s\\n' {' '.join(repr(url) for url in urls)} >/tmp/urls")

    def besiege(clients, requests):
        line = f"siege -c{clients} -r{requests} {'-b' if SIEGE_S else '-d1'} -i -f /tmp/urls 2>/dev/null"
        return run(["docker", "exec", client, "bash", "-c", line], hotel.environment(), within=600).stdout

    with Siege(50, 400 if SIEGE_S else 20, besiege) as siege:
        yield siege


def test_a_version_that_does_not_get_ready_does_not_take_over(scaled):
    engine = scaled.engine
    broken = "FROM myhotel/fcgi-mypage\nCMD [\"bash\", \"-c\", \"echo I never get ready; exec sleep 600\"]\n"
    folder = engine.run / "broken"
    folder.mkdir()
    (folder / "Dockerfile").write_text(broken)
    engine.docker("build", "--tag", "myhotel/fcgi-mypage:broken", folder)
    old = scaled.containers("fcgi-mypage")

    done = scaled.replace("fcgi-mypage", expect=1, MYHOTEL_VERSION="broken", READY_S="3")
    assert "I never get ready" in done.stderr and "go on serving" in done.stderr, done.stderr
    assert sorted(scaled.containers("fcgi-mypage")) == sorted(old)
    assert scaled.web.get("/mypages").status == 200


def test_an_interrupted_replacement_can_be_repeated(scaled):
    """An ended container is not restarted in place of a new one."""
    old = scaled.containers("worker-alarm")
    scaled.engine.docker("stop", old[0])
    scaled.replace("worker-alarm")
    new = scaled.containers("worker-alarm")
    assert len(new) == len(old) - 1 and not set(old) & set(new)


def test_a_killed_process_is_restarted(scaled):
    (room,) = scaled.containers("fcgi-room")
    killed = scaled.inspect(room)["State"]["Pid"]
    begin = time.monotonic()
    kill_9(killed)
    eventually(lambda: scaled.inspect(room)["State"]["Pid"] not in (0, killed), within=30)
    eventually(scaled.answers, within=30)
    print(f"back after {time.monotonic() - begin:.1f} s")
