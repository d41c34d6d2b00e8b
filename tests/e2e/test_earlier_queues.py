# SPDX-License-Identifier: MIT
"""What waits in the queues of an earlier version, room in place of q.room, moves to those of now."""

import os
import signal
import subprocess

import pytest

from actors import await_mypage, await_notices, booked, cancel, new_person, notices, register_room
from broker import Broker
from hotel import ROOT, Hotel
from waiting import eventually

CONTEXTS = ("room", "book", "pay", "mypage", "alarm")
EARLIER = ROOT / "tests" / "servers" / "earlier-queues.json"
TOOL = 'set -a; . "$1/rabbitmq/environment"; exec /usr/lib/rabbitmq/bin/rabbitmqctl -q "${@:2}"'
POISON = b'{"no": "event"}'
ALL_EVENTS = ("Booked", "PaymentApproved", "BookCanceled", "PaymentCanceled")


@pytest.fixture
def own_system():
    system = Hotel()
    try:
        system.up(HOTEL_DELIVERY="off")
        yield system
    finally:
        system.down()


def rabbitmqctl(hotel, *words):
    return subprocess.run(["bash", "-c", TOOL, "_", hotel.state, *words], check=True, timeout=60, text=True,
                          capture_output=True).stdout  # fmt: skip


def queues(hotel):
    return set(rabbitmqctl(hotel, "list_queues", "name", "--no-table-headers").split())


def as_before(hotel):
    """Stops all workers and makes the queues of the version before with events and dead letters that were
    published before this version's queues existed. Returns two bookings and their guest."""
    guest = new_person()
    room = register_room(hotel)
    hotel.check()
    hotel.stop("worker-alarm", "worker-mypage")
    rabbitmqctl(hotel, "import_definitions", str(EARLIER))
    booking, canceled = (booked(hotel, room, first=first, guestId=guest) for first in (10, 20))
    assert cancel(hotel, canceled).status == 200
    eventually(lambda: hotel.count("SELECT COUNT(*) FROM hotel_book.outbox") == 0, what="all events are published")
    eventually(lambda: hotel.count("SELECT COUNT(*) FROM hotel_pay.outbox") == 0, what="all events are published")
    hotel.stop("worker-room", "worker-book", "worker-pay")
    for context in CONTEXTS:
        with Broker(hotel, context) as broker:
            broker.purge(context)
    with Broker(hotel, "operator") as broker:
        broker.publish("", "alarm.dead", POISON)
    return booking, canceled, guest


def is_moved(hotel, booking, canceled, guest):
    await_notices(hotel, guest, canceled, *ALL_EVENTS)
    await_notices(hotel, guest, booking, "Booked", "PaymentApproved")
    await_mypage(hotel, canceled, status="BookCanceled", payStatus="PayCanceled")
    await_mypage(hotel, booking, status="Booked", payStatus="PayApproved")
    hotel.up()
    assert queues(hotel) == {f"q.{context}{more}" for context in CONTEXTS for more in ("", ".dead")} | {"history"}
    assert "15 bytes" in hotel.command("dead", "list", "alarm").stdout
    with Broker(hotel, "alarm") as broker:
        assert broker.waiting("alarm.dead") == 1
    hotel.command("dead", "drop", "alarm", "--all")
    hotel.check()
    assert notices(hotel, guest, canceled) == sorted(ALL_EVENTS), "each once"


def test_up_moves_events_and_dead_letters_and_deletes_the_queues(own_system):
    booking, canceled, guest = as_before(own_system)
    own_system.start("all")
    done = own_system.command("up")
    assert "the empty queue alarm of an earlier version is deleted" in done.stdout, done.stdout
    is_moved(own_system, booking, canceled, guest)


def test_a_move_that_is_killed_goes_on_at_the_next_start(own_system):
    booking, canceled, guest = as_before(own_system)
    for _ in range(3):
        own_system.start("worker-alarm", "worker-mypage")
        for name in ("worker-alarm", "worker-mypage"):
            for pid in own_system.pids(name):
                os.kill(pid, signal.SIGKILL)
    own_system.start("all")
    is_moved(own_system, booking, canceled, guest)


def test_a_queue_whose_worker_is_stopped_stays_with_its_events(own_system):
    booking, canceled, guest = as_before(own_system)
    own_system.start("worker-room", "worker-book", "worker-pay", "worker-mypage")
    own_system.up()
    left = queues(own_system)
    assert {"alarm", "alarm.dead"} <= left and not {"room", "book", "pay", "mypage"} & left, left
    findings = own_system.command("doctor", expect=1).stdout
    assert "wait in the queue alarm of an earlier version" in findings, findings
    own_system.start("worker-alarm")
    is_moved(own_system, booking, canceled, guest)


def test_a_backup_has_what_waits_in_both_queues(own_system):
    booking, canceled, guest = as_before(own_system)
    file = own_system.state / "copy.backup"
    own_system.command("backup", str(file))
    own_system.start("all")
    done = own_system.command("restore", str(file), "--force", expect=1)  # what its check finds
    assert "I8   there are no dead letters" in done.stdout and "1 of " in done.stdout, done.stdout
    is_moved(own_system, booking, canceled, guest)
