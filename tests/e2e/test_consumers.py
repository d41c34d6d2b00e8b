# SPDX-License-Identifier: MIT
"""Events are duplicated, reordered or malformed, consumers killed, queues lost: each effect comes once."""

import collections
import datetime
import os
import random
import signal
import subprocess

import pytest

import hotel as system
from actors import (
    await_mypage,
    await_notices,
    await_pay,
    booked,
    cancel,
    notices,
    register_room,
)
from broker import Broker, events_of, publish_again
from load import Load
from waiting import eventually

ALL_EVENTS = ("Booked", "PaymentApproved", "BookCanceled", "PaymentCanceled")
CONSUMERS = ("alarm", "mypage", "pay", "book", "room")


def book_and_cancel(hotel, room, n):
    """A booking that is cancelled: four events with those of the payment."""
    book = booked(hotel, room, 1 + n % 300)
    assert cancel(hotel, book).status == 200
    return book


def all_applied(hotel, *books):
    """Cancelled bookings of one host have each row on mypage and each notification once."""
    for book in books:
        await_mypage(hotel, book, status="BookCanceled", payStatus="PayCanceled")
        await_notices(hotel, book["guestId"], book, *ALL_EVENTS)
    host = books[0]["hostId"]
    expected = {(book["id"], event): 1 for book in books for event in ("Booked", "BookCanceled")}

    def host_is_notified():
        found = hotel.web.get_all("/notifications", recipientId=host)
        seen = collections.Counter((notice["bookId"], notice["event"]) for notice in found)
        wrong = {key: times for key, times in expected.items() if seen[key] != times}
        assert not wrong, f"not once: {wrong}"
        return True

    eventually(host_is_notified)


def no_dead_letters(hotel):
    with Broker(hotel, "alarm") as broker:
        dead = {name: broker.waiting(f"{name}.dead") for name in CONSUMERS}
    assert set(dead.values()) == {0}, dead


@pytest.fixture
def second_alarm(hotel):
    """A second worker-alarm, started with the environment of the first."""
    (first,) = hotel.pids("worker-alarm")
    log = open(hotel.state / "log" / "worker-alarm-by-hand.log", "wb")
    socket = hotel.run / "admin" / "worker-alarm-by-hand.sock"
    worker = subprocess.Popen(
        [os.readlink(f"/proc/{first}/exe")],
        env=system.environment(first) | {"HOTEL_ADMIN_SOCKET": f"unix:{socket}"},
        cwd=os.readlink(f"/proc/{first}/cwd"),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    yield worker
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0
    log.close()


def test_two_alarm_workers_notify_once(hotel, second_alarm):
    await_pay(hotel)
    with Broker(hotel, "alarm") as broker:
        eventually(lambda: broker.consumers("alarm") == 2, what="two consumers of alarm")
    room = register_room(hotel)
    with Load(4, lambda n: book_and_cancel(hotel, room, n)) as load:
        eventually(lambda: len(load.results) >= 60)
    assert second_alarm.poll() is None
    all_applied(hotel, *load.results)


def test_consumers_killed_again_and_again_catch_up(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    with Load(2, lambda n: book_and_cancel(hotel, room, n), every=0.1) as load:
        for _ in range(8):
            for pid in eventually(lambda: all_pids(hotel, CONSUMERS), what="all run again"):
                system.kill_9(pid)
    all_applied(hotel, *load.results)
    no_dead_letters(hotel)


def all_pids(hotel, contexts):
    """The processes of these contexts' workers, or an empty list while one has none."""
    status = hotel.status()
    pids = [status[f"worker-{context}"]["pids"] for context in contexts]
    return [pid for each in pids for pid in each] if all(pids) else []


POISON = {
    "no JSON": b"\x00\xff poison",
    "no event": b"[1, 2, 3]",
    "an event of nothing": b'{"specversion":"1.0","id":"1","source":"/book","type":"hotel.Booked.v1"}',
    "half an event": b'{"specversion":"1.0","id":"0190',
}


def test_malformed_events_become_dead_letters_and_delay_no_other(hotel):
    await_pay(hotel)
    consumers = ("alarm", "mypage", "room")
    with Broker(hotel, "operator") as broker:
        for name in consumers:
            for body in POISON.values():
                broker.put(name, body)
        all_applied(hotel, book_and_cancel(hotel, register_room(hotel), 3))

        def all_dead():
            dead = {name: broker.waiting(f"{name}.dead") for name in consumers}
            assert set(dead.values()) == {len(POISON)}, dead
            return True

        eventually(all_dead)
    for name in consumers:
        with Broker(hotel, name) as broker:
            broker.purge(f"{name}.dead")


def test_duplicated_and_reordered_events_have_their_effect_once(hotel):
    """All events of some bookings come twice in random order, and never in the original one."""
    await_pay(hotel)
    hotel.check()  # the purge below must not remove other events
    begin = datetime.datetime.now(datetime.timezone.utc)
    room = register_room(hotel)
    eventually(lambda: notices(hotel, room["hostId"]) == ["RoomRegistered"])
    hotel.stop("worker-alarm", "worker-mypage")
    books = [book_and_cancel(hotel, room, n) for n in range(5)]
    events = events_of(hotel, books, len(ALL_EVENTS), begin)

    for name in ("alarm", "mypage"):
        with Broker(hotel, name) as broker:
            broker.purge(name)
    random.Random(5).shuffle(events)
    publish_again(hotel, events + events[::-1])
    hotel.start("worker-alarm", "worker-mypage")
    all_applied(hotel, *books)
    publish_again(hotel, events)
    eventually(lambda: queues_empty(hotel))
    all_applied(hotel, *books)
    no_dead_letters(hotel)


def queues_empty(hotel):
    with Broker(hotel, "alarm") as broker:
        return not any(broker.waiting(name) for name in CONSUMERS)


def test_a_deleted_queue_is_filled_again_from_history(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    notified_before = book_and_cancel(hotel, room, 1)
    all_applied(hotel, notified_before)

    hotel.stop("worker-alarm")
    waits_in_it = book_and_cancel(hotel, room, 2)
    await_mypage(hotel, waits_in_it, status="BookCanceled", payStatus="PayCanceled")
    with Broker(hotel, "alarm") as broker:
        broker.delete("alarm")
    while_it_was_gone = book_and_cancel(hotel, room, 3)
    await_mypage(hotel, while_it_was_gone, status="BookCanceled", payStatus="PayCanceled")
    hotel.start("worker-alarm")

    all_applied(hotel, notified_before, waits_in_it, while_it_was_gone)


def test_a_queue_deleted_while_it_is_consumed_is_declared_again(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    with Load(2, lambda n: book_and_cancel(hotel, room, n), every=0.05) as load:
        eventually(lambda: len(load.results) >= 5)
        with Broker(hotel, "mypage") as broker:
            broker.delete("mypage")
        seen = len(load.results)
        eventually(lambda: len(load.results) >= seen + 5)
    all_applied(hotel, *load.results)
