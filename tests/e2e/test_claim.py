# SPDX-License-Identifier: MIT
"""Who has booked without an account signs up, and takes the bookings over; the keys from before open nothing."""

import itertools
import re
import threading
import uuid

import pytest
import web

from actors import new_person, stay
from conftest import plain
from receivers import SENDER_TIMEOUT_S, MailServer
from waiting import eventually

PASSWORD = "four plain words here"
QUICK = {
    "HOTEL_DELIVERY_TIMEOUT_MS": str(int(SENDER_TIMEOUT_S * 1000)),
    "HOTEL_DELIVERY_LEASE_S": "8",
}
_nights = itertools.count(10)


@pytest.fixture(scope="module")
def mail_server(second_system):
    """The mail server of the second system during these scenarios, which want credentials."""
    mail_server = MailServer()
    mail_server.open()
    second_system.have(**plain(HOTEL_AUTH="on"), **mail_server.settings, **QUICK)
    yield mail_server
    mail_server.close()


@pytest.fixture(scope="module")
def room(second_system, mail_server):
    token = second_system.token(new_person() + 20_000, "host")
    answer = second_system.web.post("/rooms", bearer(token), name="Claimed", price=1500)
    assert answer.status == 201, answer
    return answer.json


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def new_email():
    return f"{uuid.uuid4().hex[:12]}@example.org"


def book_as_nobody(hotel, room, email, **headers):
    """A booking without an account; its answer has the key."""
    answer = hotel.web.post("/books", headers, roomId=room["id"], **stay(next(_nights)), name="Nobody", email=email)
    assert answer.status in (201, 202) and answer.json["guestId"] == 0, answer
    return answer.json


def text_of(mail):
    return next(part.get_content() for part in mail.walk() if part.get_content_type() == "text/plain")


class Account:
    """Somebody with an account, who verifies its e-mail by the link of the mail."""

    def __init__(self, hotel, mail_server, email):
        self.hotel, self.mail_server, self.email = hotel, mail_server, email
        answer = hotel.web.post("/accounts", email=email, password=PASSWORD, name="Mina")
        assert answer.status == 201 and not answer.json["verified"], answer
        self.id = answer.json["id"]
        self.sign_in()

    def sign_in(self):
        answer = self.hotel.web.post("/tokens", grant_type="password", email=self.email, password=PASSWORD)
        assert answer.status == 200, answer
        self.headers = bearer(answer.json["access_token"])
        self.cookie = {"Cookie": answer.headers["set-cookie"].split(";")[0]}

    def verify(self):
        (*_, mail) = eventually(
            lambda: [m for m in self.mail_server.to(self.email) if "/verify.html?token=" in text_of(m)],
            what="the mail that verifies the e-mail",
        )
        token = re.search(r"/verify\.html\?token=([A-Za-z0-9_-]{43})", text_of(mail))[1]
        answer = self.hotel.web.post("/accounts/verification", token=token)
        assert answer.status == 204, answer
        return self

    def claim(self, book, **more):
        return self.hotel.web.post(f"/books/{book['id']}/claim", {**self.headers, **more})

    def get(self, path, **query):
        return self.hotel.web.get(path, self.headers, **query)

    def list(self, path, **query):
        answer = self.get(path, **query)
        assert answer.status == 200, answer
        return answer.items()


def verified(hotel, mail_server, email):
    account = Account(hotel, mail_server, email).verify()
    account.sign_in()
    return account


def about(hotel, path, book, headers):
    """What a list has about the booking."""
    answer = hotel.web.get(path, headers, bookId=book["id"])
    assert answer.status == 200, answer
    return answer.items()


def is_everywhere(hotel, book, headers):
    return all(about(hotel, path, book, headers) for path in ("/payments", "/mypages", "/notifications"))


def key_opens_nothing(hotel, book, paths):
    key = bearer(book["accessKey"])
    jar = {"Cookie": f"booking-{book['id']}={book['accessKey']}"}
    for path in paths:
        assert hotel.web.get(path, key).status == 404, path
        assert hotel.web.get(path, jar).status == 404, path
    for path in ("/books", "/payments", "/mypages", "/notifications"):
        assert about(hotel, path, book, key) == [], path
    for action in ("cancel", "payment", "claim"):
        answer = hotel.web.post(f"/books/{book['id']}/{action}", key)
        assert answer.status == (401 if action == "claim" else 404), (action, answer)
    assert hotel.web.delete(f"/books/{book['id']}", key).status == 404


def test_a_booking_without_account_goes_to_the_account_with_its_verified_e_mail(second, room, mail_server):
    email = new_email()
    book = book_as_nobody(second, room, email)
    key = bearer(book["accessKey"])
    eventually(lambda: is_everywhere(second, book, key), what="everything about the booking")
    things = [f"/books/{book['id']}", f"/books/{book['id']}/timeline", f"/mypages/{book['id']}",
              *(f"{path}/{item['id']}" for path in ("/payments", "/notifications")
                for item in about(second, path, book, key))]  # fmt: skip
    for path in things:
        assert second.web.get(path, key).status == 200, path

    account = Account(second, mail_server, email)
    for number in (book["id"], 999_999_999):
        answer = account.claim({"id": number})
        assert (answer.status, answer.problem) == (403, "forbidden"), answer
        assert "not verified" in answer.json["detail"]
    assert second.web.post("/books/claims", account.headers).problem == "forbidden"
    account.verify()
    assert account.claim(book).status == 403, "the token is from before"
    account.sign_in()

    stranger = verified(second, mail_server, new_email())
    for number in (book["id"], 999_999_999):
        assert stranger.claim({"id": number}).problem == "not-found"
    shouting = verified(second, mail_server, email.upper())
    assert shouting.claim(book).status == 404
    assert second.web.post("/books/claims", stranger.headers).json["claimed"] == 0
    assert second.web.get(f"/books/{book['id']}", key).status == 200

    assert account.claim(book, **{"If-Match": '"99"'}).status == 412
    claimed = account.claim(book, **{"Idempotency-Key": "claim"})
    assert claimed.status == 200, claimed
    assert (claimed.json["guestId"], claimed.json["status"], claimed.json["keyVersion"]) == (account.id, "Booked", 2)
    assert claimed.json["version"] == book["version"] + 1 and "accessKey" not in claimed.json
    replayed = account.claim(book, **{"Idempotency-Key": "claim"})
    assert replayed.status == 200 and replayed.headers["idempotent-replayed"] == "true"
    assert account.claim(book).json == claimed.json
    assert stranger.claim(book).status == 404

    def follows():
        rows, payments = (account.list(path, bookId=book["id"]) for path in ("/mypages", "/payments"))
        assert len(rows) == len(payments) == 1, (rows, payments)
        (row, payment) = (*rows, *payments)
        told = sorted(note["event"] for note in account.list("/notifications", bookId=book["id"]))
        assert row["guestId"] == payment["guestId"] == account.id, (row, payment)
        assert row["payStatus"] == payment["status"] == "PayApproved" and payment["version"] == 2
        assert told == ["BookClaimed", "Booked", "PaymentApproved"], told
        return True

    eventually(follows, what="pay, mypage and alarm follow")
    for path in things:
        assert account.get(path).status == 200, path
        assert stranger.get(path).status == 404, path
    key_opens_nothing(second, book, things)
    # the cookie from before is still in the browser, and does no harm
    both = {"Cookie": f"{account.cookie['Cookie']}; booking-{book['id']}={book['accessKey']}"}
    for path in ("/books", "/payments", "/mypages", "/notifications"):
        assert about(second, path, book, both), path
    for path in things:
        assert second.web.get(path, both).status == 200, path
    assert [item["id"] for item in account.list("/books")] == [book["id"]]

    steps = account.get(f"/books/{book['id']}/timeline").json["steps"]
    assert (steps[-1]["why"], steps[-1]["by"]["id"]) == ("taken over by an account", account.id), steps
    assert steps[-1]["from"] == steps[-1]["to"] == "Booked"
    canceled = second.web.delete(f"/books/{book['id']}", account.headers)
    assert canceled.status == 200 and canceled.json["status"] == "BookCanceled", canceled
    eventually(lambda: account.list("/payments", bookId=book["id"])[0]["status"] == "PayCanceled", what="the refund")
    eventually(lambda: "BookCanceled" in [n["event"] for n in account.list("/notifications")], what="the news of it")
    for log in second.logs():
        assert email not in log.read_text(errors="replace"), log


def test_mails_after_the_claim_have_no_link_with_a_key(second, room, mail_server):
    email = new_email()
    book = book_as_nobody(second, room, email)
    link = f"/b/{book['reference']}/"

    def mails(subject):
        return [mail for mail in mail_server.to(email) if subject in mail["Subject"]]

    eventually(lambda: any(link in text_of(mail) for mail in mails("is confirmed")), what="the mail with the link")
    account = verified(second, mail_server, email)
    assert account.claim(book).status == 200
    (mail,) = eventually(lambda: mails("is in your account"), what="the mail of the claim")
    assert "/b/" not in text_of(mail), text_of(mail)
    second.web.delete(f"/books/{book['id']}", account.headers)
    (mail,) = eventually(lambda: mails("was cancelled"), what="the mail of the cancellation")
    assert "/b/" not in text_of(mail), text_of(mail)


def test_all_bookings_with_the_e_mail_are_claimed_at_once_also_in_a_browser_without_script(second, room, mail_server):
    email = new_email()
    books = [book_as_nobody(second, room, email) for _ in range(3)]
    gone = second.web.delete(f"/books/{books[1]['id']}", bearer(books[1]["accessKey"]))
    assert gone.status == 200, gone
    other = book_as_nobody(second, room, new_email())
    account = verified(second, mail_server, email)
    pages = web.Web(second.web.connect)
    page = pages.get("/account.html", {**account.cookie, "Accept": "text/html", "Accept-Language": "en"})
    assert page.status == 200 and b'action="/books/claims"' in page.body, page
    form = {**account.cookie, "Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    sent = second.web.post_form("/books/claims", form)
    assert (sent.status, sent.headers["location"]) == (303, "/mypage.html?claimed=3"), sent
    shown = pages.get(sent.headers["location"], {**account.cookie, "Accept": "text/html", "Accept-Language": "ko"})
    assert "내 계정으로 옮겼습니다".encode() in shown.body, shown
    assert sorted(item["id"] for item in account.list("/books")) == sorted(book["id"] for book in books)
    again = second.web.post("/books/claims", account.headers)
    assert again.status == 200 and (again.json["claimed"], again.json["more"]) == (0, False), again
    assert second.web.get(f"/books/{other['id']}", bearer(other["accessKey"])).json["guestId"] == 0
    eventually(lambda: len(account.list("/mypages")) == 3, what="the claimed bookings in the view")
    sent = second.web.post_form("/books/claims", {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"})
    assert (sent.status, sent.headers["location"]) == (303, "/signin.html?status=Expired"), sent


def test_a_held_booking_is_claimed_and_then_paid_by_the_account(second, room, mail_server):
    email = new_email()
    account = verified(second, mail_server, email)
    second.stop("pay")
    book = book_as_nobody(second, room, email)
    assert book["status"] == "PaymentPending", book
    claimed = account.claim(book)
    assert claimed.status == 200 and claimed.json["status"] == "PaymentPending", claimed
    second.start("pay")
    paid = eventually(lambda: account.list("/payments", bookId=book["id"]), what="the payment")
    assert paid[0]["guestId"] == account.id and paid[0]["status"] == "PayApproved", paid
    eventually(lambda: account.get(f"/books/{book['id']}").json["status"] == "Booked", what="it is booked")
    assert second.web.get(f"/payments/{paid[0]['id']}", bearer(book["accessKey"])).status == 404


def test_a_repeated_anonymous_request_gives_the_new_key_to_nobody(second, room, mail_server):
    email = new_email()
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    fields = {"roomId": room["id"], **stay(next(_nights)), "name": "Nobody", "email": email}
    book = second.web.post("/books", headers, **fields).json
    assert second.web.post("/books", headers, **fields).json["accessKey"] == book["accessKey"]
    assert verified(second, mail_server, email).claim(book).status == 200
    again = second.web.post("/books", headers, **fields)
    assert (again.status, again.problem) == (409, "state-conflict"), again
    assert "accessKey" not in again.json and str(book["id"]) not in again.body.decode(), again


def test_a_rebuilt_view_has_claimed_bookings_as_before(second, room, mail_server):
    view = "SELECT book_id, book_sequence, guest_id, key_version, status, pay_status FROM hotel_mypage.mypage ORDER BY 1"
    email = new_email()
    books = [book_as_nobody(second, room, email) for _ in range(2)]
    account = verified(second, mail_server, email)
    assert account.claim(books[0]).status == 200
    eventually(lambda: account.list("/mypages", bookId=books[0]["id"]), what="the claimed booking in the view")
    second.check()
    before = second.rows(view)
    second.command("rebuild", "mypage")
    assert second.rows(view) == before and (str(books[0]["id"]), "3", str(account.id), "2", "Booked", "PayApproved") in before
    assert second.web.get(f"/mypages/{books[0]['id']}", bearer(books[0]["accessKey"])).status == 404
    assert second.web.get(f"/mypages/{books[1]['id']}", bearer(books[1]["accessKey"])).status == 200


def test_of_a_claim_and_a_cancellation_at_once_each_sees_the_other(second, room, mail_server):
    email = new_email()
    account = verified(second, mail_server, email)
    for _ in range(8):
        book = book_as_nobody(second, room, email)
        start = threading.Barrier(2)
        answers = {}

        def cancel(book=book, start=start, answers=answers):
            start.wait(10)
            answers["cancel"] = second.web.delete(f"/books/{book['id']}", bearer(book["accessKey"]))

        other = threading.Thread(target=cancel)
        other.start()
        start.wait(10)
        claimed = account.claim(book)
        other.join(30)
        canceled = answers["cancel"]
        assert claimed.status == 200 and canceled.status in (200, 404), (claimed, canceled)
        now = account.get(f"/books/{book['id']}").json
        assert now["status"] == ("BookCanceled" if canceled.status == 200 else "Booked"), (now, canceled)
        assert (now["guestId"], now["keyVersion"]) == (account.id, 2), now


# ---- what is mailed to an address that nobody has confirmed ----


def deliveries(hotel, book, headers):
    """The state and the reason of the mail about each event."""
    return {n["event"]: (d["state"], d["reason"]) for n in about(hotel, "/notifications", book, headers)
            for d in n["deliveries"] if d["channel"] == "email"}  # fmt: skip


def ended(hotel, book, headers, *events):
    """The deliveries, once the mails about all these events have been sent or have failed."""

    def all_ended():
        states = deliveries(hotel, book, headers)
        return states if all(states.get(event, ("waiting",))[0] != "waiting" for event in events) else None

    return eventually(all_ended, what=f"the mails about {events}")


def link_in(mail):
    return re.search(r"/b/[2-9A-Z]{8}/(m[0-9]+-[0-9]+-[A-Za-z0-9_-]{22})", text_of(mail))


def test_an_address_that_nobody_has_confirmed_gets_the_mail_of_the_booking_and_of_its_end_only(second, room, mail_server):
    email = new_email()
    book = book_as_nobody(second, room, email)
    assert book["contact"]["mailing"] == "few", book
    key = bearer(book["accessKey"])
    states = ended(second, book, key, "Booked", "PaymentApproved")
    assert states == {"Booked": ("delivered", None), "PaymentApproved": ("failed", "unconfirmed")}, states
    opened = second.web.get(f"/b/{book['reference']}/{book['accessKey']}")  # that key was in no mail
    assert opened.status == 303, opened
    assert second.web.delete(f"/books/{book['id']}", key).status == 200
    states = ended(second, book, key, "BookCanceled", "PaymentCanceled")
    assert states["BookCanceled"] == states["PaymentCanceled"] == ("delivered", None), states
    assert len(mail_server.to(email)) == 3, [mail["Subject"] for mail in mail_server.to(email)]


def sent_again(hotel, book, headers, event):
    """What becomes of the mail about an event when its recipient asks for it."""
    told = next(n["id"] for n in about(hotel, "/notifications", book, headers) if n["event"] == event)
    answer = hotel.web.post(f"/notifications/{told}/deliveries", headers, channel="email")
    assert answer.status == 202, answer
    return ended(hotel, book, headers, event)[event]


def test_opening_the_link_in_the_mail_confirms_the_address_for_that_booking(second, room, mail_server):
    email = new_email()
    book, other = book_as_nobody(second, room, email), book_as_nobody(second, room, email)
    for one in (book, other):
        ended(second, one, bearer(one["accessKey"]), "Booked", "PaymentApproved")
    (link,) = [link_in(m) for m in mail_server.to(email) if book["reference"] in text_of(m)]
    (link_of_other,) = [link_in(m) for m in mail_server.to(email) if other["reference"] in text_of(m)]
    assert second.web.send("HEAD", link_of_other[0]).status == 303
    opened = second.web.get(link[0])
    assert opened.status == 303 and opened.headers["location"].endswith(f"/booking.html?id={book['id']}"), opened
    jar = {"Cookie": opened.headers["set-cookie"].split(";")[0]}
    assert second.web.get(f"/books/{book['id']}", jar).json["id"] == book["id"]
    assert sent_again(second, book, bearer(link[1]), "PaymentApproved") == ("delivered", None)
    assert sent_again(second, other, bearer(link_of_other[1]), "PaymentApproved") == ("failed", "unconfirmed")
    for log in second.logs():
        assert link[1] not in log.read_text(errors="replace"), log


def test_the_verified_e_mail_of_an_account_is_confirmed_and_another_one_is_not(second, room, mail_server):
    account = verified(second, mail_server, new_email())
    strange = new_email()
    for email, mailing, paid in ((account.email, None, ("delivered", None)), (strange, "few", ("failed", "unconfirmed"))):
        fields = {"roomId": room["id"], **stay(next(_nights)), "email": email}
        book = second.web.post("/books", account.headers, **fields)
        assert book.status == 201 and book.json["contact"].get("mailing") == mailing, book
        states = ended(second, book.json, account.headers, "Booked", "PaymentApproved")
        assert states == {"Booked": ("delivered", None), "PaymentApproved": paid}, states
    assert all("/b/" not in text_of(mail) for mail in mail_server.to(strange))
    settings = second.web.put("/notifications/settings", account.headers, email=strange)
    assert settings.status == 200 and settings.json["emailConfirmed"] is False, settings
    settings = second.web.put("/notifications/settings", account.headers, email=account.email)
    assert settings.status == 200 and "emailConfirmed" not in settings.json, settings
