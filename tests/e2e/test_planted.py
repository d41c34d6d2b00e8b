# SPDX-License-Identifier: MIT
"""`./hotel check` is believed because it sees planted corruption: each kind, one at a time, with its row.

All programs are stopped meanwhile, so that none mends or spreads what was planted.
"""

import json
import uuid

import pytest

from actors import (
    await_mypage,
    await_status,
    booked,
    cancel,
    pending,
    place_book,
    register_room,
)
from broker import Broker
from hotel import Hotel
from plantings import KINDS

CONTEXTS = ("room", "book", "pay", "mypage", "alarm", "account")
PROGRAMS = [f"{kind}-{context}" for kind in ("fcgi", "worker") for context in CONTEXTS]
VIOLATED = 1


def declined(system, room, first):
    """A booking whose payment was declined."""
    answer = place_book(system, room, first, guestId=901, paymentToken="tok_decline")
    assert answer.status == 402, answer
    (book,) = system.web.get("/books", guestId=901).items()
    return book


def claimed(system, room, first):
    """A booking that was made without an account, and taken over by one."""
    email, password = "claimer@example.org", "four plain words here"
    book = booked(system, room, first, guestId=0, email=email)
    assert system.web.post("/accounts", email=email, password=password).status == 201
    system.rows(f"UPDATE hotel_account.account SET verified = TRUE WHERE email = '{email}'")
    token = system.web.post("/tokens", grant_type="password", email=email, password=password).json["access_token"]
    answer = system.web.post(f"/books/{book['id']}/claim", {"Authorization": f"Bearer {token}"})
    assert answer.status == 200 and answer.json["keyVersion"] == 2, answer
    return answer.json


class Planted:
    """A system with one booking of each kind, and what it had when it was in order."""

    def __init__(self, system):
        self.system = system
        self.names = self.populate()
        self.tables = [f"hotel_{context}.{name}" for context, name in system.rows(
            "SELECT SUBSTR(table_schema, 7), table_name FROM information_schema.tables"
            " WHERE table_schema LIKE 'hotel\\_%' AND table_type = 'BASE TABLE'")]
        system.check()
        system.stop(*PROGRAMS)
        self.save()

    def populate(self):
        system = self.system
        room, changed, deleted = (register_room(system, name=name, hostId=900) for name in "ABC")
        keyed = {"Idempotency-Key": "planted"}
        bookings = {
            "booked": booked(system, room, 10, 2, headers=keyed, name="Kim", email="kim@example.com", phone="2"),
            "canceled": booked(system, room, 20),
            "rejected": declined(system, room, 30),
            "pending": pending(system, room, 40, 2, paymentToken="tok_error"),
            "voided": pending(system, room, 50, paymentToken="tok_error"),
        }
        for name in ("canceled", "voided"):
            assert cancel(system, bookings[name]).status == 200
            await_status(system, bookings[name], "BookCanceled")
        await_mypage(system, bookings["canceled"], payStatus="PayCanceled")
        bookings["claimed"] = claimed(system, room, 80)
        path = f"/rooms/{changed['id']}"
        assert system.web.patch(path, hostId=900, price=1700).status == 200
        assert system.web.delete(f"/rooms/{deleted['id']}", hostId=900).status == 200
        rooms = {"room": room, "changed": changed, "deleted": deleted}
        return {name: one["id"] for name, one in {**bookings, **rooms}.items()} | {"host": 900}

    def columns(self, table):
        """Those that have values of their own."""
        database, name = table.split(".")
        return ", ".join(f"`{column}`" for (column,) in self.system.rows(
            "SELECT column_name FROM information_schema.columns WHERE is_generated = 'NEVER'"
            f" AND table_schema = '{database}' AND table_name = '{name}' ORDER BY ordinal_position"))

    def copied(self, of, to):
        columns = self.columns(of if of.startswith("hotel_") else to)
        return f"INSERT INTO {to} ({columns}) SELECT {columns} FROM {of};"

    def sums(self):
        return dict(self.system.rows(f"CHECKSUM TABLE {', '.join(self.tables)}"))

    def save(self):
        copies = "".join(f"CREATE TABLE saved.{table.replace('.', '_')} LIKE {table};"
                         + self.copied(table, f"saved.{table.replace('.', '_')}")
                         for table in self.tables)
        self.system.rows(f"CREATE DATABASE saved; {copies}")
        self.before = self.sums()

    def plant(self, statements):
        self.system.rows(statements.format(**self.names))
        assert self.sums() != self.before, "the statements changed nothing"

    def restore(self):
        changed = [table for table, checksum in self.sums().items() if checksum != self.before[table]]
        self.system.rows("SET foreign_key_checks = 0;" + "".join(
            f"DELETE FROM {table};" + self.copied(f"saved.{table.replace('.', '_')}", table)
            for table in changed))
        assert self.sums() == self.before

    def findings(self):
        """{invariant: its rows}; empty if all hold."""
        done = self.system.command("check", expect=None)
        assert done.returncode in (0, VIOLATED), f"exit {done.returncode}\n{done.stdout}{done.stderr}"
        found, rows = {}, None
        for line in done.stdout.splitlines():
            if line.startswith("I"):
                rows = found.setdefault(line.split()[0], [])
            elif line.startswith(" "):
                rows.append(line.strip())
        assert bool(found) == (done.returncode == VIOLATED)
        return found


@pytest.fixture(scope="module")
def planted():
    system = Hotel()
    try:
        system.up(HOTEL_SMTP_URL="")
        yield Planted(system)
    finally:
        system.down()


@pytest.mark.parametrize("statements, invariant, row", [kind[1:] for kind in KINDS], ids=[kind[0] for kind in KINDS])
def test_check_sees_and_names(planted, statements, invariant, row):
    planted.plant(statements)
    try:
        found = planted.findings()
        expected = row.format(**planted.names)
        assert any(expected in line for line in found.get(invariant, [])), f"{invariant}: {expected}\n{found}"
    finally:
        planted.restore()


def test_check_is_clean_without_anything_planted(planted):
    assert planted.findings() == {}


def test_check_sees_a_message_that_waits_and_a_dead_letter(planted):
    for queue in ("alarm", "alarm.dead"):
        with Broker(planted.system, "operator") as broker:
            broker.put(queue, b"{}")
        assert f"queue q.{queue}: 1 messages" in planted.findings()["I8"]
        with Broker(planted.system, "alarm") as broker:
            broker.purge(queue)
    assert planted.findings() == {}


def test_check_sees_an_invented_event(planted):
    """The last one: nothing takes an event out of history."""
    body = planted.system.rows("SELECT body FROM hotel_alarm.announcement a JOIN hotel_alarm.notification n"
                               f" USING (event_id) WHERE n.book_id = {planted.names['booked']}"
                               " AND n.event = 'Booked' AND n.role = 'guest'")[0][0]
    event = json.loads(body.replace("\\\\", "\\"))
    event["id"] = str(uuid.uuid4())
    event["data"]["price"] += 1
    with Broker(planted.system, "book") as broker:
        broker.publish("book", "book.booked", json.dumps(event).encode())
    found = planted.findings()
    assert f"booking {planted.names['booked']}, version 2" in found["I8"]
    assert any(event["id"] in line for line in found["I10"])
