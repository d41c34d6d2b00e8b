# SPDX-License-Identifier: MIT
"""Who did what, from where and when: ./hotel audit, and what it does not say."""

import getpass
import hashlib
import json
import urllib.error
import urllib.request
import uuid

import pytest
from actors import booked, new_person, register_room
from one_time_codes import code_of

PASSWORD = "four plain words here"
OTHER = "five other plain words"
HERE = "127.0.0.1"
CONTEXTS = ("account", "alarm", "book", "mypage", "pay", "room")


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


class Person:
    """An account with a session, all of whose secrets are known to the test."""

    def __init__(self, hotel, **fields):
        self.hotel = hotel
        self.email = f"marker{uuid.uuid4().hex[:12]}@example.org"
        answer = hotel.web.post("/accounts", email=self.email, password=PASSWORD, **fields)
        assert answer.status == 201, answer
        self.id = answer.json["id"]
        self.secrets = {self.email, PASSWORD, OTHER}

    def sign_in(self, password=PASSWORD, expect=200, **headers):
        answer = self.hotel.web.post("/tokens", headers, grant_type="password", email=self.email, password=password)
        assert answer.status == expect, answer
        if expect == 200:
            self.secrets |= {answer.json["access_token"], answer.json["refresh_token"]}
        return answer


def audit(hotel, *arguments):
    return json.loads(hotel.command("audit", "--since", "1h", "--json", *arguments).stdout)


def facts(hotel, what, **members):
    """The entries of a kind that have these members."""
    return [entry for entry in audit(hotel, "--what", what) if members.items() <= entry.items()]


def only(hotel, what, **members):
    found = facts(hotel, what, **members)
    assert len(found) == 1, (what, members, found)
    return found[0]


def everything_written(hotel):
    """All audits as MariaDB has them, and as the command shows them in both forms."""
    rows = [str(hotel.rows(f"SELECT * FROM hotel_{context}.audit")) for context in CONTEXTS]
    return "\n".join([*rows, hotel.command("audit", "--json").stdout, hotel.command("audit").stdout])


@pytest.fixture(scope="module")
def operator(first_system):
    """(number, access token) of an operator who has signed in with a second factor."""
    email = f"marker{uuid.uuid4().hex[:12]}@example.org"
    made = first_system.command("account", "add", email, "--role", "operator").stdout
    shown = dict(line.split(":", 1) for line in made.splitlines() if not line.startswith("recovery"))
    number, password, factor = (shown[name].strip() for name in ("account", "password", "second factor"))
    answer = first_system.web.post(
        "/tokens", grant_type="password", email=email, password=password, otp=code_of(factor)
    )
    assert answer.status == 200, answer
    return int(number), answer.json["access_token"]


def test_signing_in_and_out_and_being_refused_are_written(hotel):
    ana = Person(hotel)
    assert only(hotel, "account-made", who=ana.id)["address"] == HERE
    ana.sign_in("wrong word here", expect=401, **{"X-Request-Id": "wrong-password-1"})
    refused = only(hotel, "sign-in", requestId="wrong-password-1")
    assert refused["outcome"] == "refused" and refused["who"] == 0 and refused["role"] == "nobody"
    assert refused["subject"] == "account" and refused["subjectId"] == ana.id
    assert refused["emailHash"] == hashlib.sha256(ana.email.encode()).hexdigest()
    tokens = ana.sign_in().json
    done = only(hotel, "sign-in", who=ana.id)
    assert done["outcome"] == "done" and done["address"] == HERE and done["emailHash"] == ""
    assert done["context"] == "account" and done["at"] > refused["at"]
    answer = hotel.web.post("/tokens/delete", refresh_token=tokens["refresh_token"])
    assert answer.status == 204, answer
    assert only(hotel, "sign-out", who=ana.id)["subjectId"] == ana.id
    hotel.web.post("/tokens", grant_type="refresh_token", refresh_token="made-up")
    assert facts(hotel, "sign-in", outcome="refused", detail="refresh token")


def test_passwords_roles_and_second_factors_are_written_with_who_changed_them(hotel):
    ana = Person(hotel)
    me = getpass.getuser()
    headers = bearer(ana.sign_in().json["access_token"])
    answer = hotel.web.put("/accounts/me/password", headers, oldPassword="wrong word", newPassword=OTHER)
    assert answer.status == 422, answer
    assert only(hotel, "password-changed", subjectId=ana.id)["outcome"] == "refused"
    answer = hotel.web.put("/accounts/me/password", headers, oldPassword=PASSWORD, newPassword=OTHER)
    assert answer.status == 204, answer
    changed = facts(hotel, "password-changed", subjectId=ana.id)
    assert [entry["outcome"] for entry in changed] == ["refused", "done"]
    assert changed[1]["role"] == "account" and changed[1]["who"] == ana.id
    hotel.command("account", "role", ana.email, "host")
    given = only(hotel, "role-given", subjectId=ana.id)
    assert (given["role"], given["name"], given["detail"], given["who"]) == ("command", me, "host", 0)
    hotel.command("account", "role", ana.email, "host")  # nothing changes, so nothing is written
    hotel.command("account", "role", ana.email, "host", "--remove")
    assert only(hotel, "role-given", subjectId=ana.id) and only(hotel, "role-taken", subjectId=ana.id)
    hotel.command("account", "second-factor", ana.email)
    assert only(hotel, "second-factor-on", subjectId=ana.id)["name"] == me
    hotel.command("account", "password", ana.email)
    assert facts(hotel, "password-changed", subjectId=ana.id, name=me)


def test_what_an_operator_reads_of_others_is_written_and_what_the_others_read_is_not(hotel, operator):
    number, token = operator
    guest = new_person()
    book = booked(hotel, register_room(hotel), guestId=guest)
    answer = hotel.web.get(f"/books/{book['id']}", {**bearer(token), "X-Request-Id": f"read-{book['id']}"})
    assert answer.status == 200 and answer.json["guestId"] == guest, answer
    read = only(hotel, "operator-read", requestId=f"read-{book['id']}")
    assert (read["who"], read["role"], read["context"], read["address"]) == (number, "operator", "book", HERE)
    assert (read["subject"], read["subjectId"], read["detail"]) == ("booking", book["id"], "GET /books/{id}")
    assert hotel.web.get(f"/books?guestId={guest}", bearer(token)).status == 200
    assert only(hotel, "operator-read", subject="account", subjectId=guest)["who"] == number
    assert hotel.web.get("/notifications", bearer(token)).status == 200
    assert facts(hotel, "operator-read", context="alarm", who=number)
    assert hotel.web.get(f"/books/{book['id']}", bearer(hotel.token(guest))).status == 200
    assert hotel.web.get(f"/rooms/{book['roomId']}", bearer(token)).status == 200  # everybody may
    assert not facts(hotel, "operator-read", who=guest)
    assert not facts(hotel, "operator-read", who=number, context="room")


def test_an_operator_sees_nothing_that_cannot_be_written(hotel, operator):
    _, token = operator
    book = booked(hotel, register_room(hotel))
    hotel.rows("ALTER TABLE hotel_book.audit RENAME TO hotel_book.audit_away")
    try:
        # Such a fault of the database is no documented answer.
        request = urllib.request.Request(f"http://127.0.0.1:{hotel.port}/books/{book['id']}", headers=bearer(token))
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        assert refused.value.code == 500 and str(book["guestId"]) not in refused.value.read().decode()
        owner = hotel.web.get(f"/books/{book['id']}", bearer(hotel.token(book["guestId"])))
        assert owner.status == 200, owner
    finally:
        hotel.rows("ALTER TABLE hotel_book.audit_away RENAME TO hotel_book.audit")
    assert hotel.web.get(f"/books/{book['id']}", bearer(token)).status == 200


def test_cancellations_and_refused_credentials_are_written(hotel):
    guest = new_person()
    book = booked(hotel, register_room(hotel), guestId=guest)
    answer = hotel.web.delete(f"/books/{book['id']}", bearer(hotel.token(guest)))
    assert answer.status == 200, answer
    cancelled = only(hotel, "booking-cancelled", subjectId=book["id"])
    assert (cancelled["who"], cancelled["role"], cancelled["address"]) == (guest, "guest", HERE)
    for path, context in (("/books/1", "book"), ("/payments/1", "pay"), ("/mypages/1", "mypage"),
                          ("/notifications/1", "alarm"), ("/accounts/me", "account")):  # fmt: skip
        request = f"forged-{uuid.uuid4().hex}"
        answer = hotel.web.get(path, {**bearer("forged.token.here"), "X-Request-Id": request})
        assert answer.status == 401, answer
        refused = only(hotel, "refused", requestId=request)
        assert (refused["context"], refused["outcome"], refused["who"]) == (context, "refused", 0), refused
    request = f"host-{uuid.uuid4().hex}"
    answer = hotel.web.post("/rooms", {**bearer(hotel.token(guest)), "X-Request-Id": request}, name="x", price=1, hostId=guest)
    assert answer.status == 403, answer
    assert only(hotel, "refused", requestId=request)["who"] == guest


def test_replaced_keys_and_secrets_are_written_by_name(hotel):
    hotel.command("keys", "rotate", "account")
    hotel.command("secrets", "rotate", "db-mypage")
    for what, detail in (("key-rotated", "account"), ("secret-rotated", "db-mypage")):
        entry = facts(hotel, what, detail=detail)[-1]
        assert (entry["role"], entry["name"], entry["context"]) == ("command", getpass.getuser(), "account")
    assert hotel.secret("db-mypage") not in everything_written(hotel)


def test_a_flood_of_refusals_is_cut_off_and_counted(hotel):
    before = hotel.count("SELECT COUNT(*) FROM hotel_pay.audit WHERE what = 'refused'")
    for _ in range(200):
        assert hotel.web.get("/payments/1", bearer("forged.token.here")).status == 401
    written = hotel.count("SELECT COUNT(*) FROM hotel_pay.audit WHERE what = 'refused'") - before
    # A minute may end in between, and there may be several processes.
    assert 0 < written <= 2 * 60 * len(hotel.pids("fcgi-pay"))


def test_no_secret_and_no_e_mail_is_in_the_audit(hotel, operator):
    ana = Person(hotel)
    ana.sign_in("wrong word here", expect=401)
    answer = ana.sign_in()
    hotel.web.put("/accounts/me/password", bearer(answer.json["access_token"]), oldPassword=PASSWORD, newPassword=OTHER)
    hotel.command("account", "role", ana.email, "host")
    hotel.web.get("/accounts/me", bearer(answer.json["access_token"] + "x"))
    written = everything_written(hotel)
    assert str(ana.id) in written
    for secret in {*ana.secrets, operator[1], "wrong word here", "marker", "@example", "forged.token"}:
        assert secret not in written, secret


def test_the_command_selects_and_refuses(hotel):
    ana, bea = Person(hotel), Person(hotel)
    assert {entry["who"] for entry in audit(hotel, "--who", str(ana.id))} == {ana.id}
    assert hotel.command("audit", "--who", str(bea.id), "--what", "sign-out").stdout == ""
    line = hotel.command("audit", "--who", str(bea.id)).stdout
    assert "account-made" in line and f"account {bea.id}" in line and HERE in line
    assert hotel.command("audit", "--since", "2099-01-01").stdout == ""
    assert "there are: sign-in" in hotel.command("audit", "--what", "nonsense", expect=2).stderr
    assert "is not a time" in hotel.command("audit", "--since", "soon", expect=2).stderr


def test_a_time_that_is_too_short_is_refused(hotel):
    done = hotel.command("up", settings={"HOTEL_AUDIT_DAYS": "7"}, expect=2)
    assert "HOTEL_AUDIT_DAYS must be at least 30" in done.stderr


def test_no_program_can_change_or_remove_what_was_written(hotel):
    Person(hotel)
    for context in CONTEXTS:
        triggers = hotel.rows(
            "SELECT action_timing, event_manipulation FROM information_schema.triggers"
            f" WHERE trigger_schema = 'hotel_{context}' AND event_object_table = 'audit' ORDER BY 2"
        )
        assert triggers == [("BEFORE", "DELETE"), ("BEFORE", "UPDATE")], context
    with pytest.raises(AssertionError, match="never changed"):
        hotel.rows("UPDATE hotel_account.audit SET who = 1")
    with pytest.raises(AssertionError, match="are kept"):
        hotel.rows("DELETE FROM hotel_account.audit")
