# SPDX-License-Identifier: MIT
"""A text in any field comes back unchanged, or is refused with the name of the field."""

import collections

import pytest

from actors import await_mypage, register_room, new_person, stay
from waiting import eventually

TEXTS = {
    "markup": "<script>alert('x')</script> & \"b\" <img src=x>",
    "lines": "one\nBcc: everybody@example.org",
    "emoji": "🌊 🏨 👩‍👧",
    "korean": "김하나 바다 호텔",
    "long": "x" * 10_000,
    "long korean": "방" * 10_000,
    "NUL": "a\0b",
}
LINE = {"markup", "emoji", "korean"}

IN_A_FORM = {"long korean": "too-large", "NUL": "malformed"}  # the problem of the whole body then

Field = collections.namedtuple("Field", "path method name kept")
FIELDS = [
    Field("/rooms", "post", "name", LINE),
    Field("/rooms", "post", "city", LINE),
    Field("/rooms", "post", "description", LINE | {"lines"}),
    Field("/books", "post", "name", LINE),
    Field("/books", "post", "email", set()),
    Field("/books", "post", "phone", set()),
    Field("/books", "post", "paymentToken", set()),
    Field("/books", "post", "idempotencyKey", {"markup"}),
    Field("/notifications/settings", "put", "email", set()),
    Field("/notifications/settings", "put", "webhookUrl", set()),
    Field("/notifications/settings", "put", "language", set()),
]


@pytest.fixture(scope="module")
def rest(first_system):
    """The other fields of each request; every booking is for a day of its own."""
    room, first = register_room(first_system), iter(range(1, 300))
    return {
        "/rooms": lambda: {"hostId": new_person(), "price": 5},
        "/books": lambda: {"roomId": room["id"], "guestId": new_person(), **stay(next(first))},
        "/notifications/settings": lambda: {"recipientId": new_person()},
    }


def kept_in(answer, name):
    """The value of the field in the answer; a key is not shown."""
    shown = answer.json.get("contact", answer.json)
    return shown[name] if name != "idempotencyKey" else None


def outcome(hotel, rest, field, text, form):
    """The outcome of a text in a field: kept, or the problem with the fields that it points at."""
    fields = {**rest[field.path](), field.name: text}
    answer = getattr(hotel.web, "post_form" if form else field.method)(field.path, **fields)
    if answer.problem:
        return answer.problem, *(fault["pointer"] for fault in answer.json.get("errors", []))
    return "kept" if kept_in(answer, field.name) in (text, None) else answer


def wanted(field, what, form):
    if what in field.kept:
        return "kept"
    if form and what in IN_A_FORM:
        return (IN_A_FORM[what],)
    return "validation", f"/{field.name}"


@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
def test_a_text_is_kept_unchanged_or_refused_by_name(hotel, rest, form):
    wrong = {}
    for field in FIELDS:
        for what, text in TEXTS.items():
            came = outcome(hotel, rest, field, text, form)
            if came != wanted(field, what, form):
                wrong[field.path, field.name, what] = came
    assert wrong == {}


def test_a_search_text_is_only_a_text(hotel):
    statuses = {what: {hotel.web.get("/rooms", **{name: text}).status for name in ("q", "city")}
                for what, text in TEXTS.items()}  # fmt: skip
    assert statuses == {"markup": {200}, "emoji": {200}, "korean": {200}, "lines": {422},
                        "NUL": {400}, "long": {414}, "long korean": {414}}  # fmt: skip


def test_a_name_is_unchanged_in_the_view_and_in_notifications(hotel, rest):
    host = new_person()
    for what in sorted(LINE):
        room = register_room(hotel, hostId=host, name=TEXTS[what])
        fields = {"roomId": room["id"], "guestId": new_person(), "name": TEXTS[what], **stay(3)}
        book = hotel.web.post("/books", **fields).json
        await_mypage(hotel, book, guestName=TEXTS[what], roomName=TEXTS[what])

        def notified():
            news = hotel.web.get("/notifications", recipientId=host, bookId=book["id"]).items()
            return news and TEXTS[what] in news[0]["message"]

        eventually(notified, what=f"{what} in the host's notification")
