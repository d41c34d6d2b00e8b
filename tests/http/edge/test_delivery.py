# SPDX-License-Identifier: MIT
"""How files and pages are delivered: compressed, cached, and neither where that would be wrong."""

import pytest

from actors import stay

SIGNED_IN = "guest=77; host=7"
TEXTS = ("/", "/index.html", "/room.html?id=1", "/docs", "/problems", "/style.css", "/app/room.js", "/text/ko.js",
         "/openapi.yaml", "/openapi.json", "/asyncapi.yaml", "/events/Booked.json")


@pytest.mark.parametrize("path", TEXTS)
def test_texts_are_compressed_for_whoever_takes_it(wire, path):
    plain = wire.get(path, Accept="text/html", Cookie=SIGNED_IN)
    packed = wire.get(path, Accept="text/html", Cookie=SIGNED_IN, Accept_Encoding="gzip, deflate, br")
    assert not plain.header("content-encoding")
    assert packed.header("content-encoding") == "gzip" and len(packed.body) < len(plain.body) * 0.7
    if not path.startswith("/room"):  # its form has a key of its own each time
        assert packed.text == plain.text
    for answer in (plain, packed):
        assert "accept-encoding" in answer.header("vary").lower()
    refused = wire.get(path, Accept_Encoding="gzip;q=0")
    assert not refused.header("content-encoding")


def test_the_list_of_rooms_is_compressed(hotel, wire):
    for n in range(5):
        assert hotel.web.post("/rooms", price=1000, name=f"Room {n}", description="quiet " * 30).status == 201
    packed = wire.get("/rooms?size=100", Accept_Encoding="gzip")
    assert packed.header("content-encoding") == "gzip" and packed.json["page"]["totalElements"] >= 5


def test_nothing_with_secrets_that_repeats_its_request_is_compressed(hotel, wire):
    """BREACH: its compressed size would tell how much of a secret a request has guessed."""
    room = hotel.web.post("/rooms", price=1000, hostId=7, description="quiet " * 300).json["id"]
    for n in range(8):
        book = hotel.web.post("/books", roomId=room, guestId=77, name="Kim Mina", email="mina@example.com", **stay(3 + 3 * n)).json
    hotel.web.put("/notifications/settings", recipientId=77, webhookUrl="http://example.com/" + "x" * 400)
    for path in ("/books?guestId=77", "/mypages?guestId=77", "/payments?guestId=77", "/notifications?recipientId=77",
                 "/notifications/settings?recipientId=77", f"/booking.html?id={book['id']}", "/mypage.html",
                 "/notifications.html", "/settings.html", "/host.html", "/host-bookings.html",
                 f"/host-room.html?id={room}"):
        answer = wire.get(path, Accept_Encoding="gzip", Cookie=SIGNED_IN)
        assert answer.status == 200 and not answer.header("content-encoding"), path
    # A weakened ETag would be of no use for If-Match.
    answer = wire.get(f"/rooms/{room}", Accept_Encoding="gzip")
    assert len(answer.body) > 1000 and answer.header("etag") == '"1"'


@pytest.mark.parametrize("path, cached", [
    ("/", "private, no-cache"), ("/room.html?id=1", "private, no-cache"), ("/docs", "private, no-cache"),
    ("/style.css", "no-cache"), ("/app/room.js", "no-cache"), ("/icon.svg", "no-cache"),
    ("/openapi.yaml", "no-cache"), ("/openapi.json", "no-cache"), ("/asyncapi.yaml", "no-cache"),
    ("/events/Booked.json", "no-cache"), ("/problems/validation", "no-cache"), ("/problems", "no-cache"),
    ("/me?guest=1", "no-store"), ("/nothing", "no-store"), ("/nothing.html", "no-store"),
])
def test_every_answer_of_nginx_says_how_it_may_be_cached(wire, path, cached):
    answer = wire.get(path)
    assert [value for name, value in answer.headers if name == "cache-control"] == [cached]
    assert answer.header("x-request-id")


@pytest.mark.parametrize("path", ["/style.css", "/openapi.yaml", "/events/Booked.json", "/problems/validation"])
def test_an_unchanged_file_is_not_sent_again(wire, path):
    for encoding in ("identity", "gzip"):
        first = wire.get(path, Accept_Encoding=encoding)
        again = wire.get(path, Accept_Encoding=encoding, If_None_Match=first.header("etag"))
        assert (again.status, again.body) == (304, b"")


def test_root_and_pages_vary_by_what_decides_them(wire):
    for path in ("/", "/docs", "/problems/validation"):
        vary = wire.get(path, Accept="text/html").header("vary").lower()
        assert all(name in vary for name in ("accept,", "accept-language", "cookie")), vary
    for path in ("/", "/problems/validation"):
        assert "accept" in wire.get(path, Accept="application/json").header("vary").lower()
