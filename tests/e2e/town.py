# SPDX-License-Identifier: MIT
"""Two of everybody who calls, for scenarios of who may do what."""

import itertools

from actors import new_person, stay
from waiting import eventually

nights = itertools.count(10)  # in which nobody stays yet


def bearer(token):
    return {"Authorization": f"Bearer {token}"} if token else {}


class Town:
    """Two of everybody, with a room, bookings and a marker each. A guest's marker is in the booking's contact."""

    def __init__(self, hotel):
        self.hotel = hotel
        self.numbers = {name: new_person() + 10_000 for name in ("guest A", "guest B", "host A", "host B", "operator")}
        for name, number in self.numbers.items():
            role = name.split()[0]
            hotel.command("account", "adopt", str(number), f"{marker(name)}{number}@example.com",
                          *([] if role == "guest" else ["--role", role]))  # fmt: skip
        self.shown = {name: hotel.token(number, name.split()[0]) for name, number in self.numbers.items()}
        self.shown["service"] = hotel.service_token("book")
        self.rooms = {name: self.new_room(name) for name in ("host A", "host B")}
        self.books = {}
        for name in ("key A", "key B", "guest A", "guest B"):
            self.books[name] = self.new_book(name)
        self.shown |= {name: self.books[name]["accessKey"] for name in ("key A", "key B")}

    def headers(self, caller):
        return bearer(self.shown.get(caller))

    def new_room(self, host="host A"):
        answer = self.hotel.web.post("/rooms", self.headers(host), name=f"room of {host}", price=1500, hostId=1)
        assert answer.status == 201 and answer.json["hostId"] == self.numbers[host], answer
        return answer.json

    def new_book(self, owner, **fields):
        """A booking in the room of host A or B, with the owner's marker."""
        room = self.rooms["host " + owner[-1]]
        who = self.headers(owner) if owner.startswith("guest") else {}
        answer = self.hotel.web.post(
            "/books", who, roomId=room["id"], **stay(next(nights)), name=marker(owner),
            email=f"{marker(owner)}@example.com", guestId=1, **fields,
        )  # fmt: skip
        assert answer.status in (201, 202), answer
        book = answer.json
        assert book["guestId"] == self.numbers.get(owner, 0), answer
        assert ("accessKey" in book) == owner.startswith("key"), answer
        return book

    def settle(self):
        """Waits until everything about the bookings has arrived everywhere."""
        for owner, book in self.books.items():
            eventually(lambda: self.payment(owner) and self.row(owner) and self.notice(owner), within=60,
                       what=f"the notifications of {book['id']}")

    def read(self, owner, path):
        answer = self.hotel.web.get(path, self.headers(owner))
        assert answer.status == 200, answer
        return answer.json if "_embedded" not in answer.json else answer.items()

    def about(self, owner, path):
        """The first thing in a list about the owner's booking."""
        items = self.read(owner, f"{path}?bookId={self.books[owner]['id']}")
        assert items, f"{path} has nothing about the booking of {owner}"
        return items[0]

    def payment(self, owner):
        return self.about(owner, "/payments")["id"]

    def row(self, owner):
        return self.about(owner, "/mypages")["bookId"]

    def notice(self, owner):
        return self.about(owner, "/notifications")["id"]


def marker(owner):
    return "Marker" + owner.replace(" ", "")


def may_see(caller, owner):
    """Whether the marker of a booking's guest, or of an account, may be in an answer to the caller."""
    return caller in (owner, "operator") or (caller.startswith("host") and caller[-1] == owner[-1])
