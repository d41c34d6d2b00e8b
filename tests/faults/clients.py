# SPDX-License-Identifier: MIT
"""Guests who book, pay, cancel and look, and a journal of what they asked for and were told."""

import collections
import http.client
import itertools
import json
import random
import threading
import time

import web
from actors import stay

DAYS, NIGHTS_MAX = 18, 3
TOKENS = ["tok_ok"] * 14 + ["tok_decline", "tok_decline", "tok_slow", "tok_error", "tok_hang"]
REPEATS = (0, 0, 0, 1, 1, 2, 3)  # of a request with the same key
LEAVES = 0.1  # share of requests whose client closes the connection before the answer

_guests = itertools.count(100_000)  # each request has a guest of its own


class Journal:
    """One line for each request, written before it is sent and again when it is answered."""

    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8")
        self.lock = threading.Lock()
        self.answers = collections.Counter()  # by problem or status
        self.slowest = 0.0
        self.told = {}  # guest: [(status, problem, booking)] of its request to book
        self.asked = {}  # guest: what was asked for
        self.cancelled = set()  # bookings that a guest asked to cancel, answered or not

    def write(self, **entry):
        with self.lock:
            self.file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def note(self, answer):
        with self.lock:
            self.answers[answer.problem or str(answer.status)] += 1
            self.slowest = max(self.slowest, answer.seconds)

    def count(self, word):
        with self.lock:
            self.answers[word] += 1

    def close(self):
        self.file.close()


class Client(threading.Thread):
    """One client after the other, until it is told to end."""

    def __init__(self, system, journal, rooms, seed):
        super().__init__(daemon=True)
        self.system, self.journal, self.rooms = system, journal, rooms
        self.random = random.Random(seed)
        self.over = threading.Event()
        self.fault = None  # what ended it: an answer that is not as documented
        self.own = []  # (booking, guest) that it was told of

    def run(self):
        actions = (self.book, self.book, self.book, self.cancel, self.pay, self.look)
        try:
            while not self.over.is_set():
                self.random.choice(actions)()
                self.over.wait(self.random.random() * 0.05)
        except BaseException as fault:  # raised where the run ends
            self.fault = fault

    def ask(self, what, send):
        """The answer, or None if there was none."""
        self.journal.write(what=what, at=time.time())
        try:
            answer = send()
        except web.NO_ANSWER as gone:
            self.journal.count(f"no answer ({type(gone).__name__})")
            self.journal.write(what=what, none=type(gone).__name__)
            return None
        self.journal.note(answer)
        self.journal.write(what=what, status=answer.status, problem=answer.problem)
        return answer

    def book(self):
        guest = next(_guests)
        first = self.random.randrange(5, 5 + DAYS)
        fields = {"roomId": self.random.choice(self.rooms)["id"], "guestId": guest,
                  "paymentToken": self.random.choice(TOKENS),
                  **stay(first, self.random.randint(1, NIGHTS_MAX))}
        headers = {"Idempotency-Key": f"guest {guest}"}
        self.journal.asked[guest] = fields
        told = self.journal.told.setdefault(guest, [])
        for _ in range(1 + self.random.choice(REPEATS)):
            if self.random.random() < LEAVES:
                self.leave(fields, headers)
                continue
            answer = self.ask(["book", fields], lambda: self.system.web.post("/books", headers, **fields))
            if answer is None:
                continue
            booking = answer.json if answer.status in (201, 202) else None
            told.append((answer.status, answer.problem, booking))
            if booking:
                self.own.append((booking, guest))

    def leave(self, fields, headers):
        """Sends the request, or a part of it, and closes the connection."""
        body = json.dumps(fields).encode()
        lines = [f"POST /books HTTP/1.1\r\nHost: 127.0.0.1:{self.system.port}\r\nContent-Type: {web.JSON}"
                 f"\r\nContent-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        sent = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
        sent = sent[:self.random.randrange(len(sent) // 2, len(sent) + 1)]
        self.journal.write(what=["leave", fields, len(sent)])
        self.journal.count("left by the client")
        connection = http.client.HTTPConnection("127.0.0.1", self.system.port, timeout=web.ANSWER_WITHIN_S)
        try:
            connection.connect()
            connection.sock.sendall(sent)
        except OSError:
            pass  # nginx is away at this moment
        finally:
            connection.close()

    def cancel(self):
        if self.own:
            booking, guest = self.own.pop(self.random.randrange(len(self.own)))
            self.journal.cancelled.add(booking["id"])
            self.ask(["cancel", booking["id"]],
                     lambda: self.system.web.delete(f"/books/{booking['id']}", guestId=guest))

    def pay(self):
        if self.own:
            booking, guest = self.random.choice(self.own)
            path = f"/books/{booking['id']}/payment"
            self.ask(["pay", booking["id"]],
                     lambda: self.system.web.post(path, guestId=guest, paymentToken="tok_ok"))

    def look(self):
        path, query = self.random.choice((
            ("/rooms", {**stay(self.random.randrange(5, 5 + DAYS)), "guests": 1}),
            ("/mypages", {"guestId": next(_guests)}),
            ("/notifications", {"recipientId": 900}),
            ("/books", {"role": "host", "hostId": 900}),
        ))
        self.ask(["look", path], lambda: self.system.web.get(path, **query))
