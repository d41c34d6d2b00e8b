# SPDX-License-Identifier: MIT
"""Services that answer nonsense are not believed: pay and room to book, and book to room.

The kind: every call between services, and of a rebuild to them. What a caller does not believe, it treats as no answer, and it finds
out later.
"""

import contextlib
import json

import pytest

from actors import (
    await_mypage,
    await_status,
    book_now,
    booked,
    new_person,
    paid_once,
    place_book,
    register_room,
)
from conftest import plain
from liars import ANY, CLOSED, PAYMENT, ROOM, SNAPSHOT, LyingListener
from load import spread
from waiting import eventually

MEMORY_KB = 200_000  # the peak of a process that reads answers of 10 MB and endless ones
REQUEST_S = 5.0  # HOTEL_REQUEST_TIMEOUT_MS of these systems


def peak_kb(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def memory_is_bounded(hotel, *programs):
    peaks = {program: max(peak_kb(pid) for pid in hotel.pids(program)) for program in programs}
    assert max(peaks.values()) < MEMORY_KB, peaks


@contextlib.contextmanager
def lying_pay(hotel, choose):
    """pay under another address, which lies. Afterwards everything is as before."""
    with LyingListener(hotel.run / "internal.sock", choose) as pay:
        hotel.up(**plain(HOTEL_PAY_URL=pay.url, HOTEL_BREAKER_FAILURES="1000"))
        try:
            yield pay
        finally:
            hotel.up(**plain(HOTEL_PAY_URL=""))


def test_no_lie_of_pay_is_believed_neither_by_a_request_nor_by_the_settler(second):
    lies = {new_person(): name for name in (ANY | PAYMENT)}
    honest = []

    def choose(method, path, body):
        if honest or (method, path) != ("POST", "/payments"):
            return None
        return lies.get(json.loads(body)["guestId"])

    with lying_pay(second, choose) as pay:
        room = register_room(second)
        guests = list(enumerate(lies, start=1))
        answers = spread(6, guests, lambda g: place_book(second, room, g[0], guestId=g[1]))
        believed = {lies[guest]: answer for (_, guest), answer in zip(guests, answers) if answer.status != 202}
        assert not believed, believed
        assert max(answer.seconds for answer in answers) < REQUEST_S
        books = [answer.json for answer in answers]

        # The settler is told the same, twice: its first attempt is a short one.
        numbers = ",".join(str(book["id"]) for book in books)
        tried = f"SELECT MIN(attempts) FROM hotel_book.book WHERE id IN ({numbers})"
        eventually(lambda: second.count(tried) >= 3, what="the settler has heard each lie")
        settled = {lies[book["guestId"]]: now["status"] for book in books
                   if (now := book_now(second, book))["status"] != "PaymentPending"}
        assert not settled, settled
        assert set(pay.told) == set(lies.values())
        assert pay.redirected == []
        memory_is_bounded(second, "fcgi-book", "worker-book")

        honest.append(True)
        for book in books:
            await_status(second, book, "Booked")
            paid_once(second, book)
        assert pay.redirected == []


def test_a_call_to_pay_ends_when_its_request_has_to(second):
    """However long a call to pay may take: the time that is left of the request is less."""
    with LyingListener(second.run / "internal.sock", lambda *asked: "never" if asked[1] == "/payments" else None) as pay:
        second.up(**plain(HOTEL_PAY_URL=pay.url, HOTEL_PAY_TIMEOUT_MS="60000"))
        try:
            room = register_room(second)
            answer = place_book(second, room)
            assert answer.status == 202, answer
            assert answer.seconds < 2 * REQUEST_S, answer
            assert pay.told == ["never"]
        finally:
            second.up(**plain(HOTEL_PAY_URL=""))
        await_status(second, answer.json, "Booked")
        paid_once(second, answer.json)


@contextlib.contextmanager
def lying_listener(hotel, choose, *programs):
    """Everything that services ask each other goes through a liar. The programs are restarted, so that
    they have no connection to the true one left."""
    socket, true = hotel.run / "internal.sock", hotel.run / "internal-true.sock"
    socket.rename(true)
    try:
        with LyingListener(true, choose, socket, hotel.service_token) as listener:
            hotel.restart(*programs)
            yield listener
    finally:
        socket.unlink(missing_ok=True)
        true.rename(socket)
        hotel.restart(*programs)


@pytest.fixture
def impartial(second):
    second.have(**plain())
    return second


def test_no_lie_of_room_is_believed_by_book(impartial):
    lie = []
    choose = lambda method, path, body: lie[0] if lie and path.startswith("/rooms/") else None  # noqa: E731
    impartial.stop("worker-book")  # so book does not hear of the room otherwise
    with lying_listener(impartial, choose, "fcgi-book") as listener:
        unknown = register_room(impartial)
        for name in ANY | ROOM:
            # A 409 or a 404 that is none is no answer, either.
            lie[:] = [name]
            answer = place_book(impartial, unknown)
            assert answer.status == 503 and answer.problem == "unavailable", f"{name}: {answer}"
            assert answer.seconds < REQUEST_S, f"{name}: {answer}"
        assert set(listener.told) == set(ANY | ROOM) and listener.redirected == []
        lie.clear()
        known = booked(impartial, unknown, first=1)

        # Of a room that book knows, its own copy counts.
        for name in ("the answer in a 500", "another room", "a price of 0", "10 MB", "late"):
            lie[:] = [name]
            answer = place_book(impartial, unknown, first=3, price=7)
            assert answer.status == 409 and answer.problem == "price-changed", f"{name}: {answer}"
            assert str(known["price"]) in answer.json["detail"], answer
        memory_is_bounded(impartial, "fcgi-book")
        lie.clear()
    impartial.start("worker-book")


def test_no_lie_of_book_is_believed_by_room(impartial):
    lies = ANY | CLOSED
    of_room = {}  # the lie for each room
    # A 204 has no body: of the lies about one, those that are left say something else.
    silent = {"half an answer", "an array around it", "a member twice", "followed by something",
              "nested a thousand deep", "not UTF-8", "10 MB", "less than announced", "a chunk of another size",
              "drop by drop", "late"}
    honest = []

    def choose(method, path, body):
        parts = path.split("/")
        if honest or method != "POST" or parts[-1] != "close":
            return None
        return of_room.get(parts[-2])

    host = new_person()
    with lying_listener(impartial, choose, "room") as listener:
        rooms = {name: register_room(impartial, hostId=host) for name in lies if name not in silent}
        of_room |= {str(room["id"]): name for name, room in rooms.items()}

        def delete(name):
            return name, impartial.web.delete(f"/rooms/{rooms[name]['id']}", hostId=host)

        for name, answer in spread(6, rooms, delete):
            assert answer.status == 503 and answer.problem == "unavailable", f"{name}: {answer}"
            assert answer.seconds < 2 * REQUEST_S, f"{name}: {answer}"
            assert impartial.web.get(f"/rooms/{rooms[name]['id']}").json["status"] == "Open", name
        assert set(listener.told) == set(rooms) and listener.redirected == []
        memory_is_bounded(impartial, "fcgi-room", "worker-room")

        # worker-room asks again until it knows.
        honest.append(True)
        for name, room in rooms.items():
            def is_deleted():
                answer = impartial.web.get(f"/rooms/{room['id']}")
                return answer.status == 404 or answer.json["status"] == "Deleted"

            eventually(is_deleted, what=f"{name}: the room is deleted")
    assert listener.redirected == []


VIEW = "SELECT * FROM hotel_mypage.mypage ORDER BY book_id"
NAMES = "SELECT room_id, name FROM hotel_mypage.room_name ORDER BY room_id"
AWAY = 3  # exit code of ./hotel rebuild: nothing was changed
FOR_REBUILD = ("the answer in a 500", "the answer in a 206", "nothing in a 200", "a page in a 200", "null in a 200",
               "half an answer", "an array around it", "an endless body", "no HTTP", "reset", "redirected by 302")


@pytest.mark.parametrize("context, path", [("room", "/rooms/"), ("book", "/books/"), ("pay", "/payments/")])
def test_no_lie_of_an_owner_gets_into_a_rebuilt_view(impartial, context, path):
    """A rebuild ends, names who lies, and the view stays as it was."""
    for room in [register_room(impartial) for _ in range(2)]:  # an order has to be wrong for at least two
        await_mypage(impartial, booked(impartial, room), payStatus="PayApproved")
    before = impartial.rows(VIEW), impartial.rows(NAMES)
    lie = []

    def choose(method, asked, body):
        # Also behind the end of the true rows, where a page would begin anew.
        return lie[0] if lie and asked.startswith(f"{path}snapshot") and (
            lie[0] != "the first page again" or "after=0&" not in asked) else None

    with lying_listener(impartial, choose, "fcgi-mypage") as listener:
        for name in (*FOR_REBUILD, *SNAPSHOT):
            lie[:] = [name]
            done = impartial.command("rebuild", "mypage", expect=AWAY)
            said = done.stdout + done.stderr
            assert "nothing was changed" in said, f"{name}: {said}"
            assert (f"snapshot of {context} cannot be true" if name in SNAPSHOT else context) in said, f"{name}: {said}"
            assert (impartial.rows(VIEW), impartial.rows(NAMES)) == before, name
        assert set(listener.told) == {*FOR_REBUILD, *SNAPSHOT}
        lie.clear()
        impartial.command("rebuild", "mypage")
    assert impartial.rows(NAMES) == before[1] and len(impartial.rows(VIEW)) == len(before[0])
