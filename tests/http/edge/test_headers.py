# SPDX-License-Identifier: MIT
"""What every answer tells browsers, and how long it says to wait."""

import pytest

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
ALWAYS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
ASKED = [
    ("GET", "/", {}), ("GET", "/", {"Accept": BROWSER}), ("GET", "/index.html", {}), ("GET", "/settings.html", {}),
    ("GET", "/booking.html", {}), ("GET", "/rooms", {}), ("GET", "/rooms/0", {}), ("GET", "/books?guestId=1", {}),
    ("POST", "/rooms", {}), ("OPTIONS", "/rooms", {}), ("OPTIONS", "/style.css", {}), ("POST", "/style.css", {}),
    ("TRACE", "/rooms", {}), ("GET", "/style.css", {}), ("GET", "/app/room.js", {}), ("GET", "/icon.svg", {}),
    ("GET", "/docs", {}), ("GET", "/openapi.yaml", {}), ("GET", "/openapi.json", {}), ("GET", "/problems", {}),
    ("GET", "/me?guest=1", {}), ("GET", "/nope", {}), ("GET", "/nope", {"Accept": BROWSER}),
    ("GET", "/rooms", {"Host": "evil.example"}), ("POST", "/rooms", {"Sec_Fetch_Site": "cross-site"}),
    ("POST", "/rooms", {"Sec_Fetch_Site": "cross-site", "Accept": BROWSER}), ("GET", "/rooms", {"Expect": "x"}),
    ("GET", "/rooms/%00", {}),
]


@pytest.mark.parametrize("method, path, headers", ASKED)
def test_every_answer_has_the_headers_of_security_once(wire, method, path, headers):
    answer = wire.ask(method, path, **headers)
    for name, value in ALWAYS.items():
        assert [one for key, one in answer.headers if key == name] == [value], (name, answer)
    (policy,) = [one for key, one in answer.headers if key == "content-security-policy"]
    assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
    if answer.type in ("text/html", "application/problem+json", "application/hal+json"):
        assert policy.startswith("default-src 'none'"), policy
    assert answer.header("server") == "nginx", "no version"
    assert not answer.header("strict-transport-security"), "there is no TLS"


PERSONAL = ("/booking.html", "/mypage.html", "/host.html", "/host-room.html", "/host-bookings.html",
            "/notifications.html", "/settings.html")


@pytest.mark.parametrize("path", [*PERSONAL, "/books?guestId=77", "/mypages?guestId=77", "/payments?guestId=77",
                                  "/notifications?recipientId=77", "/notifications/settings?recipientId=77"])
def test_what_is_somebodys_own_is_not_stored(wire, path):
    for cookie in ("guest=77; host=7", None):
        answer = wire.get(path, Cookie=cookie)
        assert [value for name, value in answer.headers if name == "cache-control"] == ["no-store"], answer


def test_a_page_whose_service_is_away_says_when_to_come_back(hotel, wire):
    hotel.stop("fcgi-mypage", "fcgi-book")
    try:
        for path in ("/mypage.html", "/booking.html?id=1", "/host-bookings.html"):
            answer = wire.get(path, Accept=BROWSER)
            assert (answer.status, answer.type, answer.header("retry-after")) == (503, "text/html", "5"), answer
            assert answer.header("cache-control") == "no-store"
        answer = wire.get("/books?guestId=1")
        assert (answer.status, answer.header("retry-after")) == (503, "5"), answer
    finally:
        hotel.start("fcgi-mypage", "fcgi-book")
