"""Events: doubled, reordered, poisoned, their consumers killed, their queue lost: each effect once."""

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

WHOLE_LIFE = ("Booked", "PaymentApproved", "BookCanceled", "PaymentCanceled")
CONSUMERS = ("alarm", "mypage", "pay", "book", "room")


def live_and_die(hotel, room, n):
    """A book that is cancelled again: four events with the payment's."""
    book = booked(hotel, room, 1 + n % 300)
    assert cancel(hotel, book).status == 200
    return book


def all_told(hotel, *books):
    """Of books of one host that have lived and died: every row, and every notice once."""
    for book in books:
        await_mypage(hotel, book, status="BookCanceled", payStatus="PayCanceled")
        await_notices(hotel, book["guestId"], book, *WHOLE_LIFE)
    host = books[0]["hostId"]
    expected = {(book["id"], event): 1 for book in books for event in ("Booked", "BookCanceled")}

    def host_is_told():
        told = hotel.web.get_all("/notifications", recipientId=host)
        seen = collections.Counter((notice["bookId"], notice["event"]) for notice in told)
        wrong = {key: times for key, times in expected.items() if seen[key] != times}
        assert not wrong, f"not told once: {wrong}"
        return True

    eventually(host_is_told)


def no_dead_letters(hotel):
    with Broker(hotel, "alarm") as broker:
        dead = {name: broker.waiting(f"{name}.dead") for name in CONSUMERS}
    assert set(dead.values()) == {0}, dead


@pytest.fixture
def second_alarm(hotel):
    """Another worker-alarm, started by hand with the environment of the first."""
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


def test_two_alarm_workers_tell_nothing_twice(hotel, second_alarm):
    await_pay(hotel)
    with Broker(hotel, "alarm") as broker:
        eventually(lambda: broker.consumers("alarm") == 2, what="two consumers of alarm")
    room = register_room(hotel)
    with Load(4, lambda n: live_and_die(hotel, room, n)) as load:
        eventually(lambda: len(load.results) >= 60)
    assert second_alarm.poll() is None
    all_told(hotel, *load.results)


def test_consumers_killed_again_and_again_catch_up(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    with Load(2, lambda n: live_and_die(hotel, room, n), every=0.1) as load:
        for _ in range(8):
            for pid in eventually(lambda: all_pids(hotel, CONSUMERS), what="all are there again"):
                system.kill_9(pid)
    all_told(hotel, *load.results)
    no_dead_letters(hotel)


def all_pids(hotel, contexts):
    """The processes of these contexts' workers, none while one of them is missing."""
    status = hotel.status()
    pids = [status[f"worker-{context}"]["pids"] for context in contexts]
    return [pid for each in pids for pid in each] if all(pids) else []


POISON = {
    "no JSON": b"\x00\xff poison",
    "no event": b"[1, 2, 3]",
    "an event of nothing": b'{"specversion":"1.0","id":"1","source":"/book","type":"hotel.Booked.v1"}',
    "half an event": b'{"specversion":"1.0","id":"0190',
}


def test_poison_ends_among_the_dead_letters_and_holds_nobody_up(hotel):
    await_pay(hotel)
    takers = ("alarm", "mypage", "room")
    with Broker(hotel, "book") as broker:
        for body in POISON.values():
            broker.publish("book", "book.booked", body)
        all_told(hotel, live_and_die(hotel, register_room(hotel), 3))

        def all_dead():
            dead = {name: broker.waiting(f"{name}.dead") for name in takers}
            assert set(dead.values()) == {len(POISON)}, dead
            return True

        eventually(all_dead)
    for name in takers:
        with Broker(hotel, name) as broker:
            broker.purge(f"{name}.dead")


def test_doubled_and_reordered_events_have_their_effect_once(hotel):
    """The whole life of some books comes in any order and twice, and never as it was."""
    await_pay(hotel)
    hotel.check()  # nothing is under way that the purge below would take with it
    begin = datetime.datetime.now(datetime.timezone.utc)
    room = register_room(hotel)
    eventually(lambda: notices(hotel, room["hostId"]) == ["RoomRegistered"])
    hotel.stop("worker-alarm", "worker-mypage")
    books = [live_and_die(hotel, room, n) for n in range(5)]
    events = events_of(hotel, books, len(WHOLE_LIFE), begin)

    for name in ("alarm", "mypage"):
        with Broker(hotel, name) as broker:
            broker.purge(name)
    random.Random(5).shuffle(events)
    publish_again(hotel, events + events[::-1])
    hotel.start("worker-alarm", "worker-mypage")
    all_told(hotel, *books)
    publish_again(hotel, events)
    eventually(lambda: queues_empty(hotel))
    all_told(hotel, *books)
    no_dead_letters(hotel)


def queues_empty(hotel):
    with Broker(hotel, "alarm") as broker:
        return not any(broker.waiting(name) for name in CONSUMERS)


def test_a_queue_that_was_deleted_is_filled_again_from_history(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    told_before = live_and_die(hotel, room, 1)
    all_told(hotel, told_before)

    hotel.stop("worker-alarm")
    waiting_in_it = live_and_die(hotel, room, 2)
    await_mypage(hotel, waiting_in_it, status="BookCanceled", payStatus="PayCanceled")
    with Broker(hotel, "alarm") as broker:
        broker.delete("alarm")
    while_it_was_gone = live_and_die(hotel, room, 3)
    await_mypage(hotel, while_it_was_gone, status="BookCanceled", payStatus="PayCanceled")
    hotel.start("worker-alarm")

    all_told(hotel, told_before, waiting_in_it, while_it_was_gone)


def test_a_queue_deleted_under_its_consumer_is_made_again(hotel):
    await_pay(hotel)
    room = register_room(hotel)
    with Load(2, lambda n: live_and_die(hotel, room, n), every=0.05) as load:
        eventually(lambda: len(load.results) >= 5)
        with Broker(hotel, "mypage") as broker:
            broker.delete("mypage")
        seen = len(load.results)
        eventually(lambda: len(load.results) >= seen + 5)
    all_told(hotel, *load.results)
