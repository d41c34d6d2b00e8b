# SPDX-License-Identifier: MIT
"""People sign up, sign in and out, and get back in: by mail, by one-time codes, by what they have left."""

import getpass
import http.cookies
import json
import os
import re
import subprocess
import time
import uuid

import pytest

from actors import place_book, register_room
from conftest import plain
from one_time_codes import code_of
from receivers import SENDER_TIMEOUT_S, MailServer
from waiting import eventually

PASSWORD = "four plain words here"
OTHER = "five other plain words"
QUICK = {
    "HOTEL_DELIVERY_TIMEOUT_MS": str(int(SENDER_TIMEOUT_S * 1000)),
    "HOTEL_DELIVERY_LEASE_S": "8",
}


@pytest.fixture(scope="module")
def mail_server(first_system):
    """The mail server of the first system during these scenarios."""
    mail_server = MailServer()
    mail_server.open()
    first_system.up(**mail_server.settings, **QUICK)
    yield mail_server
    mail_server.close()


def sign_up(hotel, password=PASSWORD, **fields):
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    answer = hotel.web.post("/accounts", email=email, password=password, **fields)
    assert answer.status == 201, answer
    return email, answer.json


def sign_in(hotel, email, password=PASSWORD, **fields):
    return hotel.web.post("/tokens", grant_type="password", email=email, password=password, **fields)


def signed_in(hotel, email, password=PASSWORD, **fields):
    answer = sign_in(hotel, email, password, **fields)
    assert answer.status == 200, answer
    return answer


def bearer(answer):
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


def cookie_of(answer):
    """What a browser sends after this answer."""
    cookie = http.cookies.SimpleCookie(answer.headers["set-cookie"])
    (morsel,) = cookie.values()
    assert morsel["httponly"] and morsel["samesite"] == "Lax" and morsel["path"] == "/"
    return {"Cookie": f"{morsel.key}={morsel.value}"}


def token_of(mail_server, address, page):
    """The token of the link in the newest mail to an address."""
    (*_, mail) = eventually(lambda: [m for m in mail_server.to(address) if page in text_of(m)], what=f"a mail with {page}")
    return re.search(page + r"\?token=([A-Za-z0-9_-]{43})", text_of(mail))[1]


def text_of(mail):
    return next(part.get_content() for part in mail.walk() if part.get_content_type() == "text/plain")


# Signing in and out


def test_who_signs_up_can_sign_in_book_and_see_the_booking(hotel):
    email, account = sign_up(hotel, name="Mina")
    assert account["roles"] == ["guest"] and not account["verified"]
    tokens = signed_in(hotel, email)
    me = hotel.web.get("/accounts/me", headers=bearer(tokens))
    assert me.status == 200 and me.json["id"] == account["id"]
    changed = hotel.web.patch("/accounts/me", headers={**bearer(tokens), "If-Match": me.headers["etag"]}, name="Mina Kim")
    assert changed.status == 200 and changed.json["name"] == "Mina Kim"
    listed = hotel.web.get("/books", headers=bearer(tokens))
    assert listed.status == 200 and listed.items() == []


def test_an_email_has_one_account_and_emails_are_compared_byte_by_byte(hotel):
    email, _ = sign_up(hotel)
    again = hotel.web.post("/accounts", email=email, password=OTHER)
    assert (again.status, again.problem) == (409, "state-conflict")
    assert hotel.web.post("/accounts", email=email.upper(), password=OTHER).status == 201
    assert sign_in(hotel, email.upper(), PASSWORD).status == 401


def test_common_and_short_passwords_are_refused_with_their_reason(hotel):
    for password, code in (("short", "password.short"), ("password1", "password.common"), ("x" * 129, "text.length")):
        answer = hotel.web.post("/accounts", email="new@example.org", password=password)
        codes = [error["code"] for error in answer.json["errors"]] if answer.status == 422 else answer
        assert codes in (["password.short"], ["password.common"], ["password.long"], ["text.length"]), answer
        assert code in codes or password == "x" * 129


def test_a_browser_has_its_session_as_a_cookie_until_it_signs_out(hotel):
    email, account = sign_up(hotel)
    cookie = cookie_of(signed_in(hotel, email))
    assert hotel.web.get("/accounts/me", headers=cookie).json["id"] == account["id"]
    out = hotel.web.delete("/tokens", headers=cookie)
    assert out.status == 204 and "Max-Age=0" in out.headers["set-cookie"]
    assert hotel.web.get("/accounts/me", headers=cookie).status == 401


def test_a_refresh_token_counts_once_and_its_second_use_ends_the_session(hotel):
    email, _ = sign_up(hotel)
    first = signed_in(hotel, email)
    second = hotel.web.post("/tokens", grant_type="refresh_token", refresh_token=first.json["refresh_token"])
    assert second.status == 200 and second.json["refresh_token"] != first.json["refresh_token"]
    stolen = hotel.web.post("/tokens", grant_type="refresh_token", refresh_token=first.json["refresh_token"])
    assert (stolen.status, stolen.json["error"]) == (401, "invalid_grant")
    after = hotel.web.post("/tokens", grant_type="refresh_token", refresh_token=second.json["refresh_token"])
    assert after.status == 401
    assert hotel.web.get("/accounts/me", headers=cookie_of(first)).status == 401


def test_an_expired_or_wrong_token_does_not_keep_anybody_from_signing_in(hotel):
    email, _ = sign_up(hotel)
    wrong = {"Authorization": "Bearer x.y.z"}
    answer = hotel.web.post("/tokens", headers=wrong, grant_type="password", email=email, password=PASSWORD)
    assert answer.status == 200
    assert hotel.web.get("/accounts/me", headers=wrong).status == 401


def test_guessing_has_to_wait_and_the_owner_gets_in_afterwards(hotel):
    email, _ = sign_up(hotel)
    for _ in range(5):
        assert sign_in(hotel, email, "a wrong password").status == 401
    refused = sign_in(hotel, email)
    assert (refused.status, refused.problem) == (429, "too-many-requests")
    assert 1 <= int(refused.headers["retry-after"]) <= 2
    eventually(lambda: sign_in(hotel, email).status == 200, what="the owner gets in", every=0.5)
    nobody = sign_in(hotel, "nobody@example.org")
    assert (nobody.status, nobody.json["error"]) == (401, "invalid_grant")


def test_sessions_are_listed_and_ended_one_by_one_or_all_together(hotel):
    email, _ = sign_up(hotel)
    here, there = signed_in(hotel, email), signed_in(hotel, email)
    listed = hotel.web.get("/accounts/me/sessions", headers=cookie_of(here)).items()
    assert sorted(session["current"] for session in listed) == [False, True]
    (other,) = [session for session in listed if not session["current"]]
    end = other["_links"]["end"]["href"]
    assert hotel.web.delete(end, headers=cookie_of(here)).status == 204
    assert hotel.web.delete(end, headers=cookie_of(here)).status == 404
    assert hotel.web.get("/accounts/me", headers=cookie_of(there)).status == 401
    stranger = signed_in(hotel, sign_up(hotel)[0])
    mine = hotel.web.get("/accounts/me/sessions", headers=cookie_of(here)).items()[0]
    assert hotel.web.delete(mine["_links"]["end"]["href"], headers=cookie_of(stranger)).status == 404
    signed_in(hotel, email)
    assert hotel.web.delete("/accounts/me/sessions", headers=cookie_of(here)).status == 204
    assert len(hotel.web.get("/accounts/me/sessions", headers=cookie_of(here)).items()) == 1


def test_a_host_signs_up_only_where_hosts_may(second):
    second.have(**plain(HOTEL_HOSTS="closed"))
    refused = second.web.post("/accounts", email=f"{uuid.uuid4().hex}@example.org", password=PASSWORD, role="host")
    assert refused.status == 403
    second.have(**plain(HOTEL_HOSTS="open"))
    _, account = sign_up(second, role="host")
    assert account["roles"] == ["guest", "host"]


# By mail


def test_a_mail_verifies_the_email_once(hotel, mail_server):
    email, _ = sign_up(hotel)
    token = token_of(mail_server, email, "/verify.html")
    assert hotel.web.post("/accounts/verification", token=token).status == 204
    assert hotel.web.get("/accounts/me", headers=bearer(signed_in(hotel, email))).json["verified"]
    again = hotel.web.post("/accounts/verification", token=token)
    assert (again.status, again.json["errors"][0]["code"]) == (422, "link.unknown")


def test_a_password_is_reset_by_mail_and_every_session_ends(hotel, mail_server):
    email, _ = sign_up(hotel)
    before = signed_in(hotel, email)
    for address in (email, "nobody@example.org"):
        assert hotel.web.post("/accounts/reset", email=address).status == 202
    token = token_of(mail_server, email, "/reset.html")
    assert hotel.web.post("/accounts/password", token=token, password="password1").status == 422
    assert hotel.web.post("/accounts/password", token=token, password=OTHER).status == 204
    assert hotel.web.post("/accounts/password", token=token, password=PASSWORD).status == 422
    assert hotel.web.get("/accounts/me", headers=cookie_of(before)).status == 401
    assert sign_in(hotel, email, PASSWORD).status == 401
    signed_in(hotel, email, OTHER)
    assert mail_server.to("nobody@example.org") == []


def test_an_email_changes_when_the_link_in_its_mailbox_is_opened(hotel, mail_server):
    old, account = sign_up(hotel)
    here, there = signed_in(hotel, old), signed_in(hotel, old)
    book = place_book(hotel, register_room(hotel), headers=bearer(there)).json
    new = f"{uuid.uuid4().hex[:12]}@example.org"
    wrong = hotel.web.post("/accounts/me/email", bearer(there), email=new, password=OTHER)
    assert wrong.status == 422 and wrong.json["errors"][0]["pointer"] == "/password", wrong
    asked = hotel.web.post("/accounts/me/email", cookie_of(here), email=new, password=PASSWORD)
    assert asked.status == 202 and not asked.body, asked
    assert hotel.web.post("/accounts/me/email", cookie_of(here), email=new, password=PASSWORD).status == 429
    token = token_of(mail_server, new, "/email.html")
    (notice,) = eventually(lambda: [m for m in mail_server.to(old) if "/reset.html" in text_of(m)], what="the notice")
    assert new not in text_of(notice) and "token=" not in text_of(notice)
    assert sign_in(hotel, old).status == 200, "until the link is opened it counts"

    assert hotel.web.post("/accounts/email", cookie_of(here), token=token).status == 204
    assert hotel.web.post("/accounts/email", token=token).status == 422
    me = hotel.web.get("/accounts/me", cookie_of(here)).json
    assert (me["id"], me["email"], me["verified"]) == (account["id"], new, True)
    ended = hotel.web.post("/tokens", grant_type="refresh_token", refresh_token=there.json["refresh_token"])
    assert ended.status == 401 and sign_in(hotel, old).status == 401
    again = signed_in(hotel, new)
    assert hotel.web.get(f"/books/{book['id']}", bearer(again)).json["id"] == book["id"]
    for what in ("email-asked", "email-changed"):
        entries = json.loads(hotel.command("audit", "--json", "--what", what, "--who", str(account["id"])).stdout)
        assert "done" in [entry["outcome"] for entry in entries], what

    other, _ = sign_up(hotel)
    theirs = bearer(signed_in(hotel, other))
    taken = hotel.web.post("/accounts/me/email", theirs, email=new, password=PASSWORD)
    assert (taken.status, taken.body) == (asked.status, asked.body), "nobody learns that it has an account"
    eventually(lambda: [m for m in mail_server.to(new) if "/signin.html" in text_of(m)], what="its owner is told")
    assert token_of(mail_server, new, "/email.html") == token, "no other link was sent there"
    assert hotel.web.get("/accounts/me", theirs).json["email"] == other


def test_mails_wait_while_their_server_is_away(hotel, mail_server):
    hotel.stop("worker-account")
    email, _ = sign_up(hotel, language="ko")
    hotel.start("worker-account")
    token_of(mail_server, email, "/verify.html")
    (mail,) = mail_server.to(email)
    assert mail["subject"] == "이메일 주소를 확인해 주세요"


# One-time codes


def test_a_second_factor_is_set_up_needed_and_removed(hotel):
    email, _ = sign_up(hotel)
    cookie = cookie_of(signed_in(hotel, email))
    there = cookie_of(signed_in(hotel, email))
    wrong = hotel.web.post("/accounts/me/second-factor", headers=cookie, password="a wrong password")
    assert (wrong.status, wrong.json["errors"][0]["code"]) == (422, "password.wrong")
    setup = hotel.web.post("/accounts/me/second-factor", headers=cookie, password=PASSWORD)
    assert setup.status == 201 and len(setup.json["recoveryCodes"]) == 10
    secret = setup.json["secret"]
    assert f"secret={secret}" in setup.json["uri"]
    signed_in(hotel, email)  # it does not count yet
    now = time.time()
    confirmation = "/accounts/me/second-factor/confirmation"
    assert hotel.web.post(confirmation, headers=cookie, otp=code_of(secret, now)).status == 204
    assert hotel.web.get("/accounts/me", headers=there).status == 401
    assert hotel.web.get("/accounts/me", headers=cookie).json["secondFactor"]

    needed = sign_in(hotel, email)
    assert (needed.status, needed.json["error"]) == (401, "mfa_required")
    used = sign_in(hotel, email, otp=code_of(secret, now))
    assert (used.status, used.json["error"]) == (401, "invalid_grant")
    signed_in(hotel, email, otp=code_of(secret, now + 30))  # one step ahead counts
    recovery = setup.json["recoveryCodes"][0]
    signed_in(hotel, email, otp=recovery.upper())
    assert sign_in(hotel, email, otp=recovery).status == 401

    removal = "/accounts/me/second-factor/delete"
    gone = hotel.web.post(removal, headers=cookie, password=PASSWORD, otp=setup.json["recoveryCodes"][1])
    assert gone.status == 204
    signed_in(hotel, email)


# By command


def test_operators_are_made_by_command_and_act_with_a_second_factor_only(hotel):
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    made = hotel.command("account", "add", email, "--role", "operator").stdout
    said = dict(line.split(":", 1) for line in made.splitlines())
    password, secret = said["password"].strip(), said["second factor"].strip()
    assert made.count("recovery code:") == 10
    assert sign_in(hotel, email, password).json["error"] == "mfa_required"
    tokens = signed_in(hotel, email, password, otp=code_of(secret))
    assert hotel.web.get("/accounts/me", headers=bearer(tokens)).json["roles"] == ["guest", "operator"]
    room = register_room(hotel)
    booking = place_book(hotel, room)
    assert hotel.web.get(f"/books/{booking.json['id']}", headers=bearer(tokens)).status == 200
    assert hotel.command("account", "add", email, expect=1).stderr.endswith("has one already\n")
    hotel.command("account", "role", email, "operator", "--remove")
    assert hotel.web.get("/accounts/me", headers=cookie_of(tokens)).status == 401


def test_a_guest_from_before_accounts_keeps_bookings_and_number(hotel):
    booking = place_book(hotel, register_room(hotel)).json
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    made = hotel.command("account", "adopt", str(booking["guestId"]), email).stdout
    password = made.split("password:")[1].split()[0]
    mine = hotel.web.get("/books", headers=bearer(signed_in(hotel, email, password))).items()
    assert [book["id"] for book in mine] == [booking["id"]]
    (listed,) = [one for one in json.loads(hotel.command("account", "list", "--json").stdout) if one["email"] == email]
    assert listed["id"] == booking["guestId"]


# What is never seen


def test_no_secret_is_in_logs_or_in_the_database(hotel, mail_server):
    email, _ = sign_up(hotel, password="markerword other plain words")
    answer = signed_in(hotel, email, "markerword other plain words")
    token = token_of(mail_server, email, "/verify.html")
    cookie = cookie_of(answer)["Cookie"].split("=", 1)[1]
    secrets = ["markerword", token, cookie, answer.json["refresh_token"], answer.json["access_token"]]
    socket = hotel.state / "run" / "mariadb.sock"
    dump = subprocess.run(
        ["mariadb-dump", "--no-defaults", f"--socket={socket}", f"--user={getpass.getuser()}", "--all-databases"],
        env=os.environ | {"MYSQL_PWD": hotel.secret("db-root")},
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout.decode(errors="replace")
    logs = "".join(log.read_text(errors="replace") for log in (hotel.state / "log").rglob("*") if log.is_file())
    for secret in secrets:
        assert secret not in dump and secret not in logs
    assert email in dump and email not in logs


def test_a_browser_s_session_books_and_reads_as_its_account(hotel):
    room = register_room(hotel)
    email, account = sign_up(hotel)
    cookie = cookie_of(signed_in(hotel, email))
    booking = place_book(hotel, room, headers=cookie)
    assert booking.status == 201 and booking.json["guestId"] == account["id"], booking
    assert [book["id"] for book in hotel.web.get("/books", headers=cookie).items()] == [booking.json["id"]]
    stranger = cookie_of(signed_in(hotel, sign_up(hotel)[0]))
    assert hotel.web.get(f"/books/{booking.json['id']}", headers=stranger).status == 404
    hotel.web.delete("/tokens", headers=cookie)
    book = f"/books/{booking.json['id']}"
    eventually(lambda: hotel.web.get(book, headers=cookie).status != 200, within=10, what="signed out")


def test_with_account_away_tokens_and_sessions_go_on(hotel):
    room = register_room(hotel)
    email, _ = sign_up(hotel)
    tokens = signed_in(hotel, email)
    assert hotel.web.get("/books", headers=cookie_of(tokens)).status == 200
    hotel.stop("account")
    try:
        for number, credentials in enumerate((bearer(tokens), cookie_of(tokens), {})):
            booking = place_book(hotel, room, first=10 + number, headers=credentials, name="Mina", email=email)
            assert booking.status == 201, booking
        assert sign_in(hotel, email).status == 503
    finally:
        hotel.start("account")
    assert len(hotel.web.get("/books", headers=bearer(tokens)).items()) == 2
