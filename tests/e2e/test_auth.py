# SPDX-License-Identifier: MIT
"""Who may do what: HOTEL_AUTH=on, with access tokens, keys of bookings, tokens of services, and nothing."""

import base64
import json
import re
import subprocess

import pytest
import web
from actors import day, new_person, stay
from conftest import plain
from hotel import ROOT
from town import Town, bearer, marker, may_see, nights
from waiting import eventually

CALLERS = ("nobody", "key A", "key B", "guest A", "guest B", "host A", "host B", "operator", "service")
SERVICES = ("room", "book", "pay", "mypage", "alarm", "account")


@pytest.fixture(scope="module")
def town(second_system):
    second_system.have(**plain(HOTEL_AUTH="on"))
    town = Town(second_system)
    town.settle()
    return town


# Rows: what is asked, and the status for each of CALLERS. {A} is the booking of key A, {GA} that of guest A, both
# in the room {room} of host A; {pay}, {paid} their payments, {note}, {told} a notification each. A host asks with
# role=host. What changes something is asked about a thing of its own: {new...}.
TABLE = """
GET /rooms                              | 200 200 200 200 200 200 200 200 401
POST /rooms {price}                     | 401 403 403 403 403 201 201 403 401
GET /rooms?role=host                    | 401 401 401 200 200 200 200 200 401
GET /rooms/{room}?role=host             | 401 401 401 200 200 200 200 200 401
GET /rooms/{room}                       | 200 200 200 200 200 200 200 200 401
PATCH /rooms/{room} {price}             | 401 403 403 403 403 200 404 403 401
POST /rooms/{room} {price}              | 401 403 403 403 403 200 404 403 401
DELETE /rooms/{new room}                | 401 403 403 403 403 200 404 403 401
POST /rooms/{new room}/delete {}        | 401 403 403 403 403 200 404 403 401
GET /rooms/{room}/calendar              | 200 200 200 200 200 200 200 200 401
GET /books                              | 401 200 200 200 200 200 200 200 401
POST /books {stay}                      | 201 201 201 201 201 201 201 201 401
GET /books/{A}                          | 401 200 404 404 404 200 404 200 401
GET /books/{GA}                         | 401 404 404 200 404 200 404 200 401
GET /books/{A}/timeline                 | 401 200 404 404 404 200 404 200 401
GET /books/{GA}/timeline                | 401 404 404 200 404 200 404 200 401
DELETE /books/{new GA}                  | 401 404 404 200 404 200 404 404 401
POST /books/{new GA}/cancel {}          | 401 404 404 200 404 200 404 404 401
POST /books/{new GA}/claim {}           | 401 401 401 200 403 403 403 403 401
POST /books/{A}/claim {}                | 401 401 401 403 403 403 403 403 401
POST /books/claims {}                   | 401 401 401 403 403 403 403 403 401
POST /books/{A}/payment {}              | 401 200 404 404 404 404 404 404 401
POST /books/{GA}/payment {}             | 401 404 404 200 404 404 404 404 401
GET /payments                           | 401 200 200 200 200 200 200 200 401
GET /payments?bookId={A}                | 401 200 200 200 200 200 200 200 401
GET /payments/{pay}                     | 401 200 404 404 404 200 404 200 401
GET /payments/{paid}                    | 401 404 404 200 404 200 404 200 401
GET /mypages                            | 401 200 200 200 200 200 200 200 401
GET /mypages/{A}                        | 401 200 404 404 404 200 404 200 401
GET /mypages/{GA}                       | 401 404 404 200 404 200 404 200 401
GET /notifications                      | 401 200 200 200 200 200 200 200 401
GET /notifications/{note}               | 401 200 404 404 404 404 404 404 401
GET /notifications/{told}               | 401 404 404 200 404 404 404 404 401
PATCH /notifications/{note} {read}      | 401 200 404 404 404 404 404 404 401
PATCH /notifications/{told} {read}      | 401 404 404 200 404 404 404 404 401
POST /notifications/{told} {read}       | 401 404 404 200 404 404 404 404 401
POST /notifications/{told}/deliveries {channel} | 401 404 404 422 404 404 404 404 401
GET /notifications/settings             | 401 403 403 200 200 200 200 200 401
PUT /notifications/settings {language}  | 401 403 403 200 200 200 200 200 401
POST /notifications/settings {language} | 401 403 403 200 200 200 200 200 401
GET /accounts/me                        | 401 401 401 200 200 200 200 200 401
PATCH /accounts/me {name}               | 401 401 401 200 200 200 200 200 401
POST /accounts/me {name}                | 401 401 401 200 200 200 200 200 401
GET /accounts/me/export                 | 401 401 401 200 200 200 200 200 401
DELETE /accounts/me                     | 401 401 401 422 422 422 422 422 401
POST /accounts/me/delete {}             | 401 401 401 422 422 422 422 422 401
PUT /accounts/me/password {}            | 401 401 401 422 422 422 422 422 401
POST /accounts/me/password {}           | 401 401 401 422 422 422 422 422 401
POST /accounts/me/email {}              | 401 401 401 422 422 422 422 422 401
POST /accounts/me/verification {}       | 401 401 401 202 202 202 202 202 401
GET /accounts/me/sessions               | 401 401 401 200 200 200 200 200 401
DELETE /accounts/me/sessions            | 401 401 401 204 204 204 204 204 401
POST /accounts/me/sessions/delete {}    | 401 401 401 204 204 204 204 204 401
DELETE /accounts/me/sessions/{session}  | 401 401 401 404 404 404 404 404 401
POST /accounts/me/sessions/{session}/delete {} | 401 401 401 404 404 404 404 404 401
GET /accounts/me/identities             | 401 401 401 200 200 200 200 200 401
POST /accounts/me/identities {}         | 401 401 401 401 401 401 401 401 401
DELETE /accounts/me/identities/{session} | 401 401 401 404 404 404 404 404 401
POST /accounts/me/identities/{session}/delete {} | 401 401 401 404 404 404 404 404 401
GET /accounts/oidc                      | 303 303 303 303 303 303 303 303 303
GET /accounts/oidc/callback             | 303 303 303 303 303 303 303 303 303
GET /accounts/oidc/provider             | 404 404 404 404 404 404 404 404 404
POST /accounts/me/second-factor {}      | 401 401 401 422 422 422 422 422 401
DELETE /accounts/me/second-factor       | 401 401 401 422 422 422 422 422 401
POST /accounts/me/second-factor/delete {} | 401 401 401 422 422 422 422 422 401
POST /accounts/me/second-factor/confirmation {} | 401 401 401 422 422 422 422 422 401
POST /accounts {}                       | 422 422 422 422 422 422 422 422 422
POST /accounts/email {}                 | 422 422 422 422 422 422 422 422 422
POST /accounts/verification {}          | 422 422 422 422 422 422 422 422 422
POST /accounts/reset {}                 | 422 422 422 422 422 422 422 422 422
POST /accounts/password {}              | 422 422 422 422 422 422 422 422 422
POST /tokens {}                         | 422 422 422 422 422 422 422 422 422
DELETE /tokens                          | 204 204 204 204 204 204 204 204 204
POST /tokens/delete {}                  | 204 204 204 204 204 204 204 204 204
GET /tokens/session                     | 404 404 404 404 404 404 404 404 404
GET /books/snapshot                     | 404 404 404 404 404 404 404 404 404
GET /rooms/snapshot                     | 404 404 404 404 404 404 404 404 404
GET /payments/snapshot                  | 404 404 404 404 404 404 404 404 404
POST /payments {}                       | 405 405 405 405 405 405 405 405 405
GET /books/accounts/{session}           | 404 404 404 404 404 404 404 404 404
POST /notifications/confirmation {}     | 404 404 404 404 404 404 404 404 404
POST /books/accounts/{session}/erase {} | 404 404 404 404 404 404 404 404 404
POST /notifications/accounts/{session}/erase {} | 404 404 404 404 404 404 404 404 404
POST /books/rooms/{room}/close {}       | 404 404 404 404 404 404 404 404 404
"""
BODIES = {
    "{price}": {"price": 1700},
    "{}": {},
    "{read}": {"read": True},
    "{channel}": {"channel": "webhook"},
    "{language}": {"language": "en"},
    "{name}": {"name": "Somebody"},
}


def rows():
    for line in filter(None, TABLE.splitlines()):
        asked, statuses = line.split("|")
        method, path, *rest = re.split(r" (?=[/{])", asked.strip(), maxsplit=2)
        yield method, path, rest[0] if rest else None, [int(status) for status in statuses.split()]


def filled(town, path):
    """The path with the numbers of things; new ones for what is changed."""
    fixed = {
        "session": 1, "room": town.rooms["host A"]["id"], "A": town.books["key A"]["id"], "GA": town.books["guest A"]["id"],
    }  # fmt: skip
    makers = {
        "new room": lambda: town.new_room()["id"], "new GA": lambda: town.new_book("guest A")["id"],
        "pay": lambda: town.payment("key A"), "paid": lambda: town.payment("guest A"),
        "note": lambda: town.notice("key A"), "told": lambda: town.notice("guest A"),
    }  # fmt: skip
    return re.sub(r"\{([^}]+)\}", lambda m: str(fixed[m[1]] if m[1] in fixed else makers[m[1]]()), path)


def ask(town, caller, method, path, body):
    if caller.startswith("host") and path.split("/")[1].split("?")[0] in ("books", "payments", "mypages") \
            and not path.endswith(("/payment", "/claim", "/claims")) and (method, path) != ("POST", "/books"):  # fmt: skip
        path += ("&" if "?" in path else "?") + "role=host"
    if body == "{stay}":
        fields = {"roomId": town.rooms["host A"]["id"], **stay(next(nights))}
    else:
        fields = BODIES[body] if body else None
    if fields is None:
        return town.hotel.web.send(method, path, None, town.headers(caller))
    return town.hotel.web.write(method, path, fields, town.headers(caller))


def test_the_table_has_every_route_of_every_service():
    known = {(method, re.sub(r"\{[^}]*\}", "{}", path.split("?")[0])) for method, path, _, _ in rows()}
    build = subprocess.os.environ.get("MYHOTEL_BUILD", str(ROOT / "build" / "release"))
    for service in SERVICES:
        lines = subprocess.run([f"{build}/bin/fcgi-{service}", "--routes"], check=True, capture_output=True, text=True)
        for line in lines.stdout.splitlines():
            method, path, _ = line.split()
            assert (method, re.sub(r"\{\w+\}", "{}", path)) in known, line


def test_every_route_answers_each_caller_as_the_table_says_and_shows_nothing_of_others(second, town):
    wrong = []
    for method, path, body, statuses in rows():
        for caller, expected in zip(CALLERS, statuses, strict=True):
            answer = ask(town, caller, method, filled(town, path), body)
            if answer.status != expected:
                wrong.append(f"{method} {path} as {caller}: {answer.status}, not {expected}: {answer.body[:200]}")
            seen = [owner for owner in (*town.books, *town.numbers) if marker(owner).encode() in answer.body]
            wrong += [f"{method} {path} shows {caller} the marker of {owner}" for owner in seen
                      if not may_see(caller, owner)]  # fmt: skip
            if answer.status == 401:
                assert answer.headers["www-authenticate"] == "Bearer", answer
    assert not wrong, "\n".join(wrong)


def test_lists_have_only_what_is_the_callers_own(second, town):
    def owners_seen(caller, path):
        suffix = "role=host" if caller.startswith("host") else ""
        items = town.hotel.web.get(f"{path}?size=100&{suffix}", town.headers(caller)).items()
        of = {book["id"]: owner for owner, book in town.books.items()}
        return {of[item.get("bookId") or item["id"]] for item in items if (item.get("bookId") or item["id"]) in of}

    for path in ("/books", "/payments", "/mypages"):
        for owner in town.books:
            assert owners_seen(owner, path) == {owner}, (path, owner)
        assert owners_seen("host A", path) == {"key A", "guest A"}, path
        assert owners_seen("host B", path) == {"key B", "guest B"}, path
        assert owners_seen("operator", path) == set(town.books), path


def test_an_operator_reads_what_somebody_else_reads(second, town):
    guest = town.numbers["guest A"]
    items = town.hotel.web.get(f"/books?guestId={guest}&size=100", town.headers("operator")).items()
    assert items and {item["guestId"] for item in items} == {guest}, items
    told = town.hotel.web.get(f"/notifications?recipientId={guest}", town.headers("operator")).items()
    assert told and {note["recipientId"] for note in told} == {guest}, told


# ---- the internal listener ----


def test_only_services_get_to_what_is_internal(second, town):
    for path in ("/rooms/snapshot", "/books/snapshot", "/payments/snapshot"):
        assert second.internal().get(path).status == 200
        for caller in CALLERS[:-1]:
            answer = second.internal().get(path, {"Authorization": "", **town.headers(caller)})
            assert answer.status == 401, (path, caller, answer)
    # for another service, and by a service that has no business there
    assert second.internal().get("/rooms/snapshot", bearer(second.service_token("pay"))).status == 401
    alien = second.keys("call", second.state / "secrets", "room", "pay")
    assert second.internal().get("/payments/snapshot", bearer(alien)).status == 401


def test_headers_that_only_nginx_and_services_set_have_no_effect_from_outside(second, town):
    book = town.books["guest A"]["id"]
    secret = second.state / "secrets" / "booking-key"
    for name, value in (("X-User-Id", str(town.numbers["guest A"])), ("X-Service-Token", secret.read_text().strip()),
                        ("X-Guest-Id", "1"), ("Hotel-Listener", "internal"), ("HOTEL_LISTENER", "internal")):  # fmt: skip
        assert second.web.get(f"/books/{book}", {name: value}).status == 401, name
        assert second.web.get("/books/snapshot", {name: value}).status == 404, name


def test_nobody_is_asked_to_sign_in_on_pages_and_books_with_a_contact(second, town):
    def page(path, status=200, **headers):
        answer = web.Web(second.web.connect).send("GET", path, None, {"Accept": "text/html", **headers})
        assert answer.status == status, answer
        return answer.body.decode()

    for path in ("/mypage.html", "/host-bookings.html", "/notifications.html", "/settings.html", "/account.html",
                 "/booking.html?id=1", "/host.html", f"/host-room.html?id={town.rooms['host A']['id']}",
                 "/second-factor.html", "/leave.html"):
        shown = page(path, status=401)
        assert 'action="/tokens"' in shown and "You are not signed in" in shown, path
        assert 'name="guest"' not in shown, f"{path}: numbers are nobody's"
    room = f"/room.html?id={town.rooms['host A']['id']}"
    assert "Without an account we need your name" in page(room)
    email, password = f"pages-{new_person()}@example.org", "eleven plain words"
    assert second.web.post("/accounts", email=email, password=password).status == 201
    cookie = second.web.post("/tokens", grant_type="password", email=email, password=password).headers["set-cookie"]
    session = {"Cookie": cookie.split(";")[0]}
    assert "Without an account" not in page(room, **session)
    assert 'action="/tokens"' not in page("/mypage.html", **session)


# ---- the key of a booking ----


def test_a_replay_has_the_key_only_for_a_long_idempotency_key(second, town):
    for key, has_key in (("k" * 21, False), ("K" * 22, True)):
        fields = {"roomId": town.rooms["host A"]["id"], **stay(next(nights))}
        first = second.web.post("/books", {"Idempotency-Key": key}, **fields)
        again = second.web.post("/books", {"Idempotency-Key": key}, **fields)
        assert first.status == again.status == 201 and "accessKey" in first.json, (first, again)
        assert again.headers["idempotent-replayed"] == "true"
        assert ("accessKey" in again.json) == has_key, again
        assert ("manage" in again.json["_links"]) == has_key, again


def test_the_link_of_a_booking_becomes_a_cookie_that_opens_it(second, town):
    book = town.books["key A"]
    there = second.web.get(book["_links"]["manage"]["href"])
    assert there.status == 303 and there.headers["location"] == f"/booking.html?id={book['id']}", there
    assert there.headers["cache-control"] == "no-store" and there.headers["referrer-policy"] == "no-referrer"
    cookie = there.headers["set-cookie"]
    assert cookie.startswith(f"booking-{book['id']}={book['accessKey']}; ") and "HttpOnly" in cookie, cookie
    assert "SameSite=Lax" in cookie and "Path=/" in cookie
    jar = {"Cookie": cookie.split(";")[0]}
    assert second.web.get(f"/books/{book['id']}", jar).status == 200
    assert second.web.get(f"/payments/{town.payment('key A')}", jar).status == 200
    assert second.web.get(f"/books/{town.books['key B']['id']}", jar).status == 401
    page = web.Web(second.web.connect).send("GET", there.headers["location"], None, {**jar, "Accept": "text/html"})
    assert page.status == 200 and book["reference"].encode() in page.body, page
    for path in (f"/b/{book['reference']}/x", f"/b/{book['reference']}", f"/b/x/{book['accessKey']}"):
        assert second.web.get(path).status == 404, path


def test_a_wrong_key_opens_nothing(second, town):
    book = town.books["key A"]
    key = book["accessKey"]
    other = town.books["key B"]["accessKey"]
    altered = key[:-1] + ("A" if key[-1] != "A" else "B")
    crossed = key.rsplit("-", 1)[0] + "-" + other[len(key.rsplit("-", 1)[0]) + 1 :]
    later = key.replace("-1-", "-2-", 1)
    for wrong in (altered, crossed, later, key.upper(), key + "A"):
        answer = second.web.get(f"/books/{book['id']}", bearer(wrong))
        assert answer.status == 401, (wrong, answer)


def test_a_booking_without_account_is_paid_and_cancelled_by_its_key(second, town):
    second.stop("pay")
    fields = {"roomId": town.rooms["host A"]["id"], **stay(next(nights)), "name": "Lee", "phone": "+82 2 123"}
    held = second.web.post("/books", **fields)
    second.start("pay")
    assert held.status in (202, 503), held
    if held.status == 202:
        key = bearer(held.json["accessKey"])
        paid = eventually(lambda: second.web.post(f"/books/{held.json['id']}/payment", key), within=30,
                          what="an answer to the payment")  # fmt: skip
        assert paid.status in (200, 202, 409), paid
        gone = second.web.delete(f"/books/{held.json['id']}", key)
        assert gone.status == 200 and gone.json["status"] == "BookCanceled", gone
        steps = second.web.get(f"/books/{held.json['id']}/timeline", key).json["steps"]
        assert steps[-1]["by"] == {"id": 0, "role": "guest"}, steps


def test_no_secret_is_anywhere_it_could_be_read(second, town):
    """After all that was asked above: in logs, databases, queues, history, process lists and configuration."""
    secrets = {path.name: path.read_text().strip() for path in (second.state / "secrets").glob("booking-key")}
    keys = [book["accessKey"][-22:] for book in town.books.values() if "accessKey" in book]
    private = [json.loads(path.read_text())["d"] for path in (second.state / "secrets").glob("key-*")]
    tokens = [token.rsplit(".", 1)[1] for token in town.shown.values() if token.count(".") == 2]
    looked_for = [text.encode() for text in [*secrets.values(), *keys, *private, *tokens]]
    assert len(private) >= 4 and len(keys) == 2 and len(tokens) >= 5
    places = [path for folder in ("log", "mariadb", "rabbitmq", "env", "release", "nginx", "keys")
              for path in (second.state / folder).rglob("*") if path.is_file()]  # fmt: skip
    for path in places:
        content = path.read_bytes()
        found = [text for text in looked_for if text in content]
        assert not found, f"{path} has {found}"
    for pid, command in second.processes().items():
        assert not [text for text in looked_for if text.decode() in command], (pid, command)


def test_while_account_is_away_tokens_and_keys_count_and_everybody_can_book(second, town):
    second.stop("account")
    assert second.web.post("/tokens", grant_type="password", email="a@example.com", password="x").status == 503
    for caller in ("guest A", "key A", "nobody"):
        answer = second.web.post("/books", town.headers(caller), roomId=town.rooms["host A"]["id"], **stay(next(nights)))
        assert answer.status == 201, (caller, answer)
    for caller in ("guest A", "key A"):
        assert second.web.get(f"/books/{town.books[caller]['id']}", town.headers(caller)).status == 200, caller
    second.start("account")


# ---- keys ----


def jwks(hotel):
    answer = hotel.web.get("/.well-known/jwks.json")
    assert answer.status == 200 and answer.headers["content-type"] == "application/jwk-set+json", answer
    return answer.json["keys"]


def test_public_keys_and_the_issuer_are_published(second, town):
    (key,) = jwks(second)
    assert key["alg"] == "ES256" and "d" not in key and key["kid"]
    answer = second.web.get("/.well-known/oauth-authorization-server")
    assert answer.status == 200, answer
    about, base = answer.json, f"http://127.0.0.1:{second.port}"
    assert about["issuer"] == base and about["jwks_uri"] == f"{base}/.well-known/jwks.json"
    assert about["token_endpoint"] == f"{base}/tokens"


def test_the_command_prints_a_token_that_counts(second, town):
    guest = town.numbers["guest A"]
    path = f"/books/{town.books['guest A']['id']}"
    token = second.command("token", str(guest)).stdout.strip()
    assert second.web.get(path, bearer(token)).status == 200
    for words in ((str(town.numbers["host A"]),), (str(town.numbers["host A"]), "--role", "guest,host")):
        token = second.command("token", *words).stdout.strip()
        assert second.web.get(path + "?role=host", bearer(token)).status == 200, words
    assert second.command("token", "7", "--role", "root", expect=2).stdout == ""
    assert second.command("token", "nobody@example.com", expect=1).stdout == ""
    assert second.command("token", "7", expect=1).stdout == ""


def test_the_demo_accounts_have_passwords_and_tokens(second, town):
    for name, roles in (("guest", ["guest"]), ("host", ["guest", "host"]), ("operator", ["guest", "operator"])):
        file = second.state / "secrets" / f"demo-{name}"
        assert file.stat().st_mode & 0o777 == 0o600
        me = second.web.get("/accounts/me", bearer(second.command("token", name).stdout.strip()))
        assert me.status == 200 and me.json["email"] == f"{name}@demo.example" and me.json["roles"] == roles, me
        password = re.search(r"^password: +(\S+)$", file.read_text(), re.M)[1]
        signed_in = second.web.post("/tokens", grant_type="password", email=f"{name}@demo.example", password=password)
        assert signed_in.status == (401 if name == "operator" else 200), signed_in  # operators have a second factor
    assert second.web.post("/rooms", bearer(second.command("token", "host").stdout.strip()), price=1).status == 201


def test_keys_are_replaced_and_nobody_is_logged_out(second, town):
    path, before = f"/books/{town.books['guest A']['id']}", town.shown["guest A"]
    (old,) = jwks(second)
    running = second.status()
    second.command("keys", "rotate")
    after = second.token(town.numbers["guest A"])
    eventually(lambda: second.web.get(path, bearer(after)).status == 200, within=10, what="the new key counts")
    assert second.web.get(path, bearer(before)).status == 200
    assert [key["kid"] for key in jwks(second)][0] == old["kid"] and len(jwks(second)) == 2
    answer = second.web.post("/books", bearer(after), roomId=town.rooms["host A"]["id"], **stay(next(nights)))
    assert answer.status == 201, answer  # book calls pay by its new key
    assert second.status() == running
    listed = second.command("keys").stdout
    assert "verifies until" in listed and listed.count("signs") == 4, listed

    second.command("keys", "rotate", "account", "--now")
    eventually(lambda: second.web.get(path, bearer(before)).status == 401, within=10, what="the old key has ended")
    assert len(jwks(second)) == 1
    town.shown |= {name: second.token(number, name.split()[0]) for name, number in town.numbers.items()}


def test_the_secret_of_the_version_before_counts_until_all_programs_are_replaced(second, town):
    secret = second.state / "secrets" / "service-token"
    assert not secret.exists()
    secret.write_text("the secret of the version before")
    second.command("up")
    assert not secret.exists()
    old = {"Authorization": "", "X-Service-Token": "the secret of the version before"}
    for path in ("/rooms/snapshot", "/books/snapshot", "/payments/snapshot"):
        assert second.internal().get(path, old).status == 401, path
    answer = second.web.post("/books", town.headers("guest A"), roomId=town.rooms["host A"]["id"],
                             **stay(next(nights)))  # fmt: skip
    assert answer.status == 201 and answer.json["startDate"] > day(0), answer


# ---- other settings: last, because each change of them restarts programs ----


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def forged(good):
    header, claims, signature = good.split(".")
    read = json.loads(base64.urlsafe_b64decode(header + "=="))
    said = json.loads(base64.urlsafe_b64decode(claims + "==="))
    yield "no algorithm", f"{part({**read, 'alg': 'none'})}.{claims}."
    yield "no signature", f"{header}.{claims}."
    yield "an altered signature", f"{header}.{claims}.{'A' * 10}{signature[10:]}"
    yield "altered claims", f"{header}.{part({**said, 'sub': '1'})}.{signature}"
    yield "more roles", f"{header}.{part({**said, 'roles': ['operator']})}.{signature}"
    yield "an unknown key", f"{part({**read, 'kid': 'unknown'})}.{claims}.{signature}"
    yield "crit", f"{part({**read, 'crit': ['exp']})}.{claims}.{signature}"
    yield "not a token", "x"
    yield "a part of a key", "b1-1-AAAAAAAA"


@pytest.mark.parametrize("auth", ["on", "off"])
def test_a_forged_token_is_refused_by_every_service_in_both_modes(second, town, auth):
    second.have(**plain(HOTEL_AUTH=auth))
    good = second.token(5, "guest")
    wrong = dict(forged(good))
    wrong["another issuer"] = second.keys("token", second.state / "secrets", "5", "guest", issuer="http://evil.example")
    wrong["a service's token"] = second.service_token("book")
    for path in ("/rooms", "/books", "/payments", "/mypages", "/notifications"):
        assert second.web.get(path, bearer(good)).status == 200, path
        for name, token in wrong.items():
            answer = second.web.get(path + "?guestId=5", bearer(token))
            assert answer.status == 401, (path, name, answer)
            assert answer.headers["www-authenticate"] == "Bearer"
            assert token not in answer.body.decode(), name


def test_with_auth_off_everybody_is_who_they_say_and_credentials_count(second, town):
    second.have(**plain(HOTEL_AUTH="off"))
    guest = new_person()
    answer = second.web.post("/books", roomId=town.rooms["host A"]["id"], guestId=guest, **stay(next(nights)))
    assert answer.status == 201 and "accessKey" not in answer.json, answer
    path = f"/books/{answer.json['id']}"
    assert second.web.get(path, guestId=guest).status == 200
    for header in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"):
        forwarded = second.web.get(path, {header: "for=198.51.100.7"}, guestId=guest)
        assert forwarded.status == 401, f"{header}: from a proxy or a tunnel, not from this machine"
    assert second.web.get(path).status == 404
    assert second.web.get(path, bearer(second.token(guest))).status == 200
    assert second.web.get(path, bearer(second.token(guest + 1)), guestId=guest).status == 404
    key = second.web.post("/books", roomId=town.rooms["host A"]["id"], **stay(next(nights))).json["accessKey"]
    assert second.web.get(path, bearer(key), guestId=guest).status == 404


def test_without_an_account_the_hotel_asks_for_a_name_and_a_contact(second, town):
    second.have(**plain(HOTEL_AUTH="on", HOTEL_DEMO="off"))
    room = town.rooms["host A"]["id"]
    answer = second.web.post("/books", roomId=room, **stay(next(nights)))
    assert answer.status == 422, answer
    assert {fault["pointer"] for fault in answer.json["errors"]} == {"/name", "/email"}, answer
    for contact in ({"email": "a@example.com"}, {"phone": "+82 10 1234 5678"}):
        answer = second.web.post("/books", roomId=room, name="Kim", **contact, **stay(next(nights)))
        assert answer.status == 201, answer
    answer = second.web.post("/books", town.headers("guest A"), roomId=room, **stay(next(nights)))
    assert answer.status == 201, answer
