# SPDX-License-Identifier: MIT
"""Requests made up from docs/openapi.yaml, by everybody who may come: each answer is one that it promises.

The requests are the same in each run. FUZZ_SECONDS in the environment gives each caller so much time and another
seed, which is printed: `FUZZ_SEED` repeats it.
"""

import os
import random

import generated
import pytest
from actors import new_person, place_book, register_room, stay
from conftest import plain
from waiting import eventually

SECONDS = int(os.environ.get("FUZZ_SECONDS") or 0)
# What each caller must at least have come to, one of each set, so that not everything was refused.
OWN = {("GET /books/{id}", "200"), ("GET /payments/{id}", "200"), ("GET /notifications/{id}", "200"),
       ("GET /mypages/{bookId}", "200")}  # fmt: skip
REACHED = {
    "nobody": [{("GET /rooms", "200")}, {("GET /rooms/{id}", "200"), ("POST /books", "201")}, {("GET /books", "401")}],
    "guest": [OWN, {("POST /rooms", "403")}],
    "host": [{("POST /rooms", "201")}, {("GET /accounts/me", "200")}],
    "operator": [OWN, {("POST /rooms", "403")}],
}


class Caller:
    """Somebody with an account, or nobody, and things that are there to ask about."""

    def __init__(self, hotel, role):
        self.hotel = hotel
        self.headers = {} if role == "nobody" else self.account(role)
        host = self.headers if role == "host" else self.account("host")
        room = register_room(hotel, host)
        guest = self.headers if role == "guest" else self.account("guest")
        answer = place_book(hotel, room, headers=guest)
        assert answer.status == 201, answer
        self.book = answer.json
        self.known = {"rooms": room["id"], "books": self.book["id"], "mypages": self.book["id"],
                      "payments": self.first("/payments", guest), "notifications": self.first("/notifications", guest),
                      "stay": stay(40)}  # fmt: skip

    def account(self, role):
        number = new_person() + 30_000
        self.hotel.command("account", "adopt", str(number), f"{role}{number}@example.com",
                           *([] if role == "guest" else ["--role", role]))  # fmt: skip
        return {"Authorization": f"Bearer {self.hotel.token(number, role)}"}

    def first(self, path, headers):
        """The number of what there is about the booking, when it has arrived."""
        items = eventually(lambda: self.hotel.web.get(path, headers, bookId=self.book["id"]).items(), what=path)
        return items[0]["id"]


@pytest.mark.parametrize("role", REACHED)
def test_each_answer_to_each_caller_is_a_documented_one(second, role):
    second.have(**plain(HOTEL_AUTH="on"))
    caller = Caller(second, role)
    seed = int(os.environ.get("FUZZ_SEED") or (random.SystemRandom().randrange(2**32) if SECONDS else 1))
    print(f"FUZZ_SEED={seed}")
    # What is at the edges of the document's schemas is asked by one of them only: it takes half a minute.
    phases = ("coverage", "fuzzing", "stateful") if role == "guest" or SECONDS else ("fuzzing", "stateful")
    seen = generated.run(f"http://127.0.0.1:{second.port}", caller.headers, caller.known, seed, phases,
                         seconds=SECONDS)  # fmt: skip
    missed = [wanted for wanted in REACHED[role] if not wanted & seen]
    assert not missed, missed
