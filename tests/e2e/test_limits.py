# SPDX-License-Identifier: MIT
"""The limits of unpaid holds, of one guest and of all."""

import pytest

from actors import await_pay, await_status, new_person, pending, place_book, register_room, stay
from conftest import plain

OF_ONE, OF_ALL = 3, 6


@pytest.fixture
def limited(second):
    second.have(**plain(HOTEL_GUEST_PENDING_LIMIT=str(OF_ONE), HOTEL_PENDING_LIMIT=str(OF_ALL)))
    await_pay(second)
    second.stop("pay")
    yield second
    second.start("pay")
    await_pay(second)


def test_unpaid_holds_of_a_guest_and_of_all_are_limited(limited):
    room = register_room(limited)
    guest = new_person()
    held = [pending(limited, room, first, guestId=guest) for first in range(1, OF_ONE + 1)]

    answer = place_book(limited, room, first=20, guestId=guest)
    assert answer.status == 429 and answer.problem == "too-many-requests", answer
    assert int(answer.headers["retry-after"]) > 0

    rest = range(OF_ONE + 1, OF_ALL + 1)
    held += [pending(limited, room, first, guestId=0) for first in rest]

    answer = place_book(limited, room, first=20)
    assert answer.status == 503 and answer.problem == "payment-unavailable", answer
    assert int(answer.headers["retry-after"]) > 0
    query = f"SELECT COUNT(*) FROM hotel_book.night WHERE room_id = {room['id']}"
    assert limited.count(query) == OF_ALL

    limited.start("pay")
    for book in held:
        await_status(limited, book, "Booked")
    answer = place_book(limited, room, first=20, guestId=guest)
    assert answer.status in (201, 202), answer


def test_guest_0_has_no_limit_of_its_own(limited):
    room = register_room(limited)
    for first in range(1, OF_ONE + 3):
        pending(limited, room, first, guestId=0)


@pytest.fixture
def of_strangers(second):
    """Where callers have to prove who they are, and where nobody's network is near."""
    second.have(**plain(HOTEL_GUEST_PENDING_LIMIT=str(OF_ONE), HOTEL_AUTH="on", HOTEL_NEAR="192.0.2.1/32"))
    token = second.token(new_person() + 20_000, "host")
    room = second.web.post("/rooms", {"Authorization": f"Bearer {token}"}, name="Counted", price=1500).json
    second.stop("pay")
    yield second, room
    second.up(**plain(HOTEL_NEAR="127.0.0.0/8 ::1"))
    second.start("pay")
    await_pay(second)


def test_unpaid_holds_without_an_account_are_limited_by_contact_and_by_network(of_strangers):
    hotel, room = of_strangers

    def asked(first, **contact):
        return hotel.web.post("/books", roomId=room["id"], **stay(first), name="Nobody", **contact)

    for first in range(1, OF_ONE + 1):
        answer = asked(first, email=f"guest-{first}@example.org")
        assert answer.status == 202, answer
    refused = asked(20, email="another@example.org")
    assert refused.status == 429 and refused.problem == "too-many-requests", refused
    assert "network" in refused.json["detail"] and int(refused.headers["retry-after"]) > 0, refused

    hotel.up(**plain(HOTEL_GUEST_PENDING_LIMIT="1", HOTEL_AUTH="on", HOTEL_NEAR="127.0.0.0/8 ::1"))
    hotel.stop("pay")
    refused = asked(20, email="guest-1@example.org")
    assert refused.status == 429 and "contact" in refused.json["detail"], refused
    answer = asked(20, email="another@example.org")
    assert answer.status == 202, answer
    book = answer.json
    query = f"SELECT COUNT(*) FROM hotel_book.book WHERE room_id = {room['id']} AND client IS NOT NULL"
    assert hotel.count(query) == OF_ONE
    assert hotel.web.delete(f"/books/{book['id']}", {"Authorization": f"Bearer {book['accessKey']}"}).status == 200
    answer = asked(21, email="another@example.org")
    assert answer.status == 202, answer
