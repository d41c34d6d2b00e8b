# SPDX-License-Identifier: MIT
"""Where browsers go when nobody is signed in, and after signing in and out: what pages and forms answer."""

import html
import re
import urllib.parse

import pytest
import web
from actors import new_person, register_room, stay
from conftest import plain

PASSWORD = "eleven plain words"


class Person:
    """A browser without script: its cookie, its forms, and the page that it comes from."""

    def __init__(self, hotel):
        self.web = web.Web(hotel.web.connect, headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"})
        self.origin = f"http://127.0.0.1:{hotel.port}"
        self.email = f"{new_person()}.signs@example.org"
        self.number = hotel.web.post("/accounts", email=self.email, password=PASSWORD).json["id"]
        self.session = {}

    def open(self, path, status=200, came_from=""):
        headers = {**self.session, **({"Referer": self.origin + came_from} if came_from else {})}
        answer = self.web.send("GET", path, None, headers)
        assert answer.status == status, answer
        return answer.body.decode()

    def send(self, path, came_from="/", **fields):
        """Posts a form; returns where that leads."""
        answer = self.web.post_form(path, {**self.session, "Referer": self.origin + came_from}, **fields)
        assert answer.status == 303, answer
        return answer.headers["location"], answer

    def sign_in(self, password=PASSWORD, **fields):
        location, answer = self.send(
            "/tokens", "/signin.html", grant_type="password", email=self.email, password=password, **fields
        )  # fmt: skip
        if "set-cookie" in answer.headers:
            self.session = {"Cookie": answer.headers["set-cookie"].split(";")[0]}
        return location


def return_of(page):
    """Where the form to sign in on leads back to; None: to the account."""
    assert 'action="/tokens"' in page, page
    found = re.search(r'name="return" value="([^"]*)"', page)
    return found and html.unescape(found[1])


@pytest.fixture
def person(second):
    second.have(**plain(HOTEL_AUTH="on"))
    return Person(second)


def test_who_signs_in_is_back_on_the_page_that_was_asked_for(person):
    for path in ("/mypage.html?page=0", "/host.html", "/booking.html?id=1&role=host", "/second-factor.html"):
        asked = return_of(person.open(path, status=401))
        assert asked == path
        assert person.sign_in("a wrong password", **{"return": asked}) == (
            "/signin.html?problem=unauthorized&return=" + urllib.parse.quote(path, safe="/-._~,:@")
        )
        again = return_of(person.open(f"/signin.html?problem=unauthorized&return={urllib.parse.quote(path)}"))
        assert person.sign_in(**{"return": again}) == path
        person.session = {}
    assert return_of(person.open("/signin.html", came_from="/room.html?id=1&startDate=2027-05-05")) == (
        "/room.html?id=1&startDate=2027-05-05"
    )
    assert return_of(person.open("/signin.html")) is None
    assert person.sign_in() == "/account.html?status=SignedIn"


def test_signing_in_leads_to_no_other_site(person):
    for evil in ("//evil.example", "\\\\evil.example", "/\\evil.example/a.html", "https://evil.example/host.html",
                 "%2F%2Fevil.example", "/host.html\r\nSet-Cookie: a=b", "/host.html?a=" + "a" * 600, "/signin.html"):  # fmt: skip
        assert person.sign_in(**{"return": evil}) == "/account.html?status=SignedIn", evil
        asked = return_of(person.open(f"/signin.html?return={urllib.parse.quote(evil)}"))
        assert asked is None or person.sign_in(**{"return": asked}) == "/account.html?status=SignedIn", evil
    foreign = {"Referer": "https://evil.example/room.html?id=1"}
    answer = person.web.send("GET", "/signin.html", None, foreign)
    assert return_of(answer.body.decode()) is None


def test_a_form_that_is_sent_after_the_session_has_ended_does_nothing_and_leads_back(second, person):
    room = register_room(second, headers={"Authorization": f"Bearer {second.token(person.number, 'host')}"})
    page = f"/room.html?id={room['id']}&startDate=2027-01-01"
    assert 'name="signedIn"' not in person.open(page)
    person.sign_in()
    assert 'name="signedIn" value="true"' in person.open(page)
    person.session = {"Cookie": f"session={'A' * 43}"}
    entered = {"roomId": room["id"], **stay(20), "guests": 1, "name": "Mina Kim", "email": person.email}
    location, _ = person.send("/books", page, signedIn="true", **entered)
    parts = urllib.parse.urlsplit(location)
    query = urllib.parse.parse_qs(parts.query)
    assert parts.path == "/signin.html" and query["status"] == ["Expired"] and person.email not in location
    (back,) = query["return"]
    assert back == f"/room.html?id={room['id']}&startDate={entered['startDate']}&endDate={entered['endDate']}&guests=1"
    shown = person.open(location)
    assert "no longer signed in, so nothing was sent" in shown
    assert person.sign_in(**{"return": return_of(shown)}) == back
    assert f'value="{entered["startDate"]}"' in person.open(back)
    assert second.web.get("/books", {"Authorization": f"Bearer {second.token(person.number)}"}).items() == []
    answer = second.web.post("/books", signedIn=True, **entered)
    assert (answer.status, answer.problem) == (401, "unauthorized")
    location, _ = person.send("/books", page, **entered)
    assert location.startswith("/booking.html?id="), "without an account one books as before"


def test_who_signs_out_leaves_nothing_in_the_browser_but_the_language(second, person):
    person.sign_in()
    location, answer = person.send("/tokens/delete", "/account.html")
    assert location == "/signin.html?status=Saved" and answer.headers["clear-site-data"] == '"storage"'
    assert "session=;" in answer.headers["set-cookie"] and "Max-Age=0" in answer.headers["set-cookie"]
    refused = second.web.delete("/tokens", {**person.session, "Sec-Fetch-Site": "cross-site"})
    assert refused.status == 403 and "clear-site-data" not in refused.headers
    assert second.web.get("/rooms").headers.get("clear-site-data") is None


def test_the_token_of_a_mail_is_in_no_log_even_while_account_is_away(second, person):
    token = "Sekret" + "t" * 37
    person.sign_in()
    second.stop("account")
    try:
        for page in ("verify", "reset"):
            shown = person.web.send("GET", f"/{page}.html?token={token}", None, person.session)
            assert shown.status == 200 and token in shown.body.decode(), shown
            assert shown.headers["referrer-policy"] == "strict-origin", "the form's Referer has no token then"
            sent = person.web.post_form(
                "/accounts/verification", {**person.session, "Referer": f"{person.origin}/"}, token=token
            )  # fmt: skip
            assert sent.status == 503, sent
    finally:
        second.start("account")
    log = second.state / "log"
    assert "/accounts/verification" in (log / "nginx.log").read_text(), "it is logged that account was away"
    assert [file.name for file in log.iterdir() if file.is_file() and "Sekret" in file.read_text(errors="replace")] == []


def test_an_account_of_a_guest_is_told_how_to_become_a_host_in_place_of_a_form(second, person):
    person.sign_in()
    page = person.open("/host.html")
    assert "Become a host" in page and f"Your account, {person.email}, can book rooms" in page
    assert 'id="register"' not in page and 'action="/rooms"' not in page
    person.session["Accept-Language"] = "ko"
    assert "호스트 되기" in person.open("/host.html")
    second.command("account", "role", person.email, "host")
    person.sign_in()
    page = person.open("/host.html")
    assert 'id="register"' in page and "Become a host" not in page


def test_settings_say_that_an_email_is_not_confirmed_and_what_to_do(second, person):
    person.sign_in()
    shown = '<div id="unconfirmed" class="problem">'
    assert shown not in person.open("/settings.html"), "no e-mail was entered"
    person.send("/notifications/settings", "/settings.html", email=f"other.{person.email}")
    page = person.open("/settings.html")
    assert shown in page and 'action="/accounts/me/verification"' in page and "Send the mail again" in page
    assert f"The address of your account, {person.email}, is not confirmed yet" in page
    assert "메일 다시 보내기" in person.web.send("GET", "/settings.html", None, {**person.session, "Accept-Language": "ko"}).body.decode()
    location, _ = person.send("/accounts/me/verification", "/settings.html")
    assert location.startswith("/account.html?status="), location
    second.rows(f"UPDATE hotel_account.account SET verified = TRUE WHERE id = {person.number}")  # as the link does
    page = person.open("/settings.html")
    assert shown in page and 'action="/accounts/me/verification"' not in page
    assert f"The confirmed address of your account is {person.email}" in page
    person.session = {}
    person.sign_in()
    person.send("/notifications/settings", "/settings.html", email=person.email)
    assert shown not in person.open("/settings.html")
