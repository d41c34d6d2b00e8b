# SPDX-License-Identifier: MIT
"""The limits of unpaid holds, of one guest and of all."""

import pytest

from actors import await_pay, await_status, pending, place_book, register_room, new_person
from conftest import plain

OF_ONE, OF_ALL = 3, 6


@pytest.fixture
def limited(second):
    second.up(
        **plain(HOTEL_GUEST_PENDING_LIMIT=str(OF_ONE), HOTEL_PENDING_LIMIT=str(OF_ALL))
    )
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
