# SPDX-License-Identifier: MIT
"""This version takes over the data of an earlier one, by the backup that an operator takes before.

The backups are in tests/e2e/data. make.py wrote each of them in a checkout of the version in its name.
Each has bookings in every state, an event that waits in a queue, and events that wait in outboxes.
"""

import json
import pathlib

import pytest

from actors import await_mypage, await_notices, booked
from hotel import Hotel

DATA = pathlib.Path(__file__).with_name("data")
VERSIONS = sorted(path.stem for path in DATA.glob("*.json"))  # each has a backup beside it

# Nothing is purged, however old the backup is when this test runs.
KEPT_FOR_EVER = {"HOTEL_NIGHT_DAYS": "0", "HOTEL_NOTIFICATION_DAYS": "0", "HOTEL_DELIVERY": "off"}

# What becomes of a booking whose hold was over long ago.
FINISHED = {"Requested": "Expired", "PaymentPending": "Expired"}


@pytest.fixture
def new():
    system = Hotel()
    try:
        yield system
    finally:
        system.down()


def shown(answer, before):
    """A booking or a payment without the links, which depend on the day of the test, and without what that
    version did not have."""
    return {name: answer[name] for name in before if name != "_links"}


def book_of(hotel, before):
    answer = hotel.web.get(f"/books/{before['id']}", guestId=before["guestId"])
    assert answer.status == 200, answer
    return answer.json


@pytest.mark.parametrize("name", VERSIONS)
def test_the_data_of_an_earlier_version_are_served_as_before(new, name):
    before = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    assert {one["book"]["status"] for one in before} == {
        "Requested", "PaymentPending", "Booked", "Rejected", "Expired", "BookCanceled"}
    done = new.command("restore", str(DATA / f"{name}.backup"),
                       settings={"HOTEL_PORT": str(new.port), **KEPT_FOR_EVER})
    assert "invariants hold" in done.stdout, done.stdout
    for one in before:
        book = one["book"]
        if book["status"] in FINISHED:
            wanted = FINISHED[book["status"]]
            await_mypage(new, book, status=wanted)
            assert book_of(new, book)["status"] == wanted
            continue
        assert shown(book_of(new, book), book) == shown(book, book)
        payments = new.web.get("/payments", bookId=book["id"], guestId=book["guestId"]).items()
        assert len(payments) == len(one["payments"]), payments
        for now, then in zip(payments, one["payments"], strict=True):
            assert shown(now, then) == shown(then, then)
        await_mypage(new, book, status=book["status"], price=book["price"])

    # Its events had not left the version before.
    last = before[-1]["book"]
    await_notices(new, last["guestId"], last, "Booked", "PaymentApproved")
    booked(new, {"id": last["roomId"]}, first=100)
    new.check()
