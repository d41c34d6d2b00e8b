# SPDX-License-Identifier: MIT
"""Mails and webhooks arrive once, through all faults of their servers and receivers."""

import collections
import json
import re

import pytest

from actors import booked, cancel, notices, place_book, register_room, new_person
from broker import events_of
from receivers import SENDER, SENDER_TIMEOUT_S, MailServer, WebhookReceiver, calendar_of, part_of
from waiting import eventually

QUICK = {
    "HOTEL_DELIVERY_RETRY_MS": "200",
    "HOTEL_DELIVERY_TIMEOUT_MS": str(int(SENDER_TIMEOUT_S * 1000)),
    "HOTEL_DELIVERY_LEASE_S": "8",
    "HOTEL_WEBHOOK_PRIVATE": "allow",
}


@pytest.fixture(scope="module")
def mail_server(first_system):
    """The mail server of the first system during these scenarios."""
    mail_server = MailServer()
    mail_server.open()
    first_system.up(**mail_server.settings, **QUICK)
    yield mail_server
    mail_server.close()


@pytest.fixture(autouse=True)
def reset_mail_server(mail_server):
    yield
    mail_server.reset()


@pytest.fixture
def receiver():
    receiver = WebhookReceiver()
    yield receiver
    receiver.close()
    assert receiver.faults == []


def address_of(person):
    return f"person{person}@example.org"


def choose(hotel, person, **settings):
    answer = hotel.web.put("/notifications/settings", recipientId=person, **settings)
    assert answer.status == 200, answer
    return answer.json


def notifications_of(hotel, person):
    return hotel.web.get_all("/notifications", recipientId=person)


def delivery_of(notice, channel):
    found = [one for one in notice["deliveries"] if one["channel"] == channel]
    return found[0] if found else None


def await_delivered(hotel, person, channel, count, within=60.0):
    """Waits until all notifications of a person, this many, were delivered by a channel."""

    def all_delivered():
        deliveries = [delivery_of(notice, channel) for notice in notifications_of(hotel, person)]
        states = collections.Counter(one["state"] if one else None for one in deliveries)
        assert states == {"delivered": count}, f"{states}, not {count} delivered"
        return True

    eventually(all_delivered, within, every=0.2, what=f"{channel} of {person}")


def await_reason(hotel, people, reason):
    """Waits until a mail to one of them has failed for this reason."""

    def has_failed():
        seen = [notice for person in people for notice in notifications_of(hotel, person)]
        return reason in [delivery_of(notice, "email")["reason"] for notice in seen]

    eventually(has_failed, what=reason)


def ids_of(mails):
    return [mail["Message-ID"] for mail in mails]


def test_each_event_is_mailed_once_to_guest_and_host(hotel, mail_server):
    guest, host = new_person(), new_person()
    choose(hotel, host, email=address_of(host), language="ko")
    room = register_room(hotel, hostId=host, name="<script>alert(1)</script> & 바다 🌊")
    book = booked(hotel, room, guestId=guest, name="김하나 <b>", email=address_of(guest))
    assert cancel(hotel, book).status == 200
    await_delivered(hotel, guest, "email", 4)
    await_delivered(hotel, host, "email", 3)

    mails = mail_server.to(address_of(guest))
    ids = ids_of(mails)
    assert len(ids) == len(set(ids)) == 4, ids
    assert all(name.endswith("-guest@hotel.example>") for name in ids), ids
    by_subject = {mail["Subject"]: mail for mail in mails}
    named = f"{book['id']} ({book['reference']})"
    confirmed = by_subject[f"Booking {named} is confirmed"]
    cancelled = by_subject[f"Booking {named} was cancelled"]
    assert confirmed["From"] == f"MyHotel <{SENDER}>" and confirmed["Auto-Submitted"]
    assert named in part_of(confirmed, "text/plain")
    entry, removal = (calendar_of(mail) for mail in (confirmed, cancelled))
    assert entry["UID"] == removal["UID"] == f"book-{book['id']}-{book['reference']}@hotel.example"
    assert (entry["STATUS"], removal["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert int(entry["SEQUENCE"]) < int(removal["SEQUENCE"])
    assert removal["ATTENDEE"] == f"mailto:{address_of(guest)}"
    assert entry["DTSTART"] == book["startDate"].replace("-", "")
    assert entry["DTEND"] == book["endDate"].replace("-", "")
    paid = by_subject[f"Payment for booking {book['id']} was approved"]
    assert part_of(paid, "text/calendar") is None

    mails = mail_server.to(address_of(host))
    assert len(set(ids_of(mails))) == len(mails) == 3
    registered = next(mail for mail in mails if "등록" in mail["Subject"])
    assert "<script>alert(1)</script> & 바다 🌊" in registered["Subject"]
    page = part_of(registered, "text/html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 바다 🌊" in page and "<script" not in page
    taken = next(mail for mail in mails if "예약:" in mail["Subject"])
    assert calendar_of(taken)["UID"] == entry["UID"]
    assert "김하나 <b>" in part_of(taken, "text/plain")
    assert "김하나 &lt;b&gt;" in part_of(taken, "text/html")


def test_the_contact_of_a_booking_gets_its_mails_whatever_anybody_has_set(
        hotel, mail_server, receiver):
    """Settings are about who has them: number 0 is nobody, and a booking's own address is told in any case.
    The same goes for webhooks and for languages."""
    for fields in ({"email": "first@example.org"}, {"recipientId": 0, "webhookUrl": receiver.url},
                   {"recipientId": 0, "language": "ko"}):  # fmt: skip
        for send in (hotel.web.put, hotel.web.post, hotel.web.post_form):
            answer = send("/notifications/settings", **fields)
            assert [fault["pointer"] for fault in answer.json["errors"]] == ["/recipientId"], answer
    assert hotel.web.get("/notifications/settings", recipientId=0).status == 422
    hotel.rows("INSERT INTO hotel_alarm.recipient (recipient_id, email, webhook_url, language, updated_at)"
               f" VALUES (0, 'first@example.org', '{receiver.url}', 'ko', NOW())")  # fmt: skip
    try:
        second, friend = (f"{name}{new_person()}@example.org" for name in ("second", "friend"))
        room, host_0 = register_room(hotel), register_room(hotel, hostId=0)
        booked(hotel, host_0, guestId=0, email=second)
        eventually(lambda: len(mail_server.to(second)) == 2)
        assert {mail["Content-Language"] for mail in mail_server.to(second)} == {"en"}

        guest = new_person()
        choose(hotel, guest, email=address_of(guest))
        booked(hotel, room, guestId=guest, email=friend)
        for address in (friend, address_of(guest)):
            eventually(lambda: len(mail_server.to(address)) == 2, what=address)
        ids = ids_of(mail_server.to(friend) + mail_server.to(address_of(guest)))
        assert len(set(ids)) == 4, "two letters are not one letter"
        booked(hotel, room, 20, guestId=guest, email=address_of(guest))
        eventually(lambda: len(mail_server.to(address_of(guest))) == 4)
        assert not mail_server.to("first@example.org") and not receiver.calls
    finally:
        hotel.rows("DELETE FROM hotel_alarm.recipient WHERE recipient_id = 0")


def test_who_asks_in_korean_is_written_to_in_korean(hotel, mail_server):
    """Pages, programs and mails: the language of whoever booked or registered, unless the recipient has
    chosen another one. Each text names the room, and writes amounts and dates as its readers do."""
    host, guest, chosen = new_person(), new_person(), new_person()
    korean = {"Accept-Language": "ja, ko;q=0.9, en;q=0.5"}
    choose(hotel, host, email=address_of(host))
    choose(hotel, chosen, email=address_of(chosen), language="en")
    room = register_room(hotel, korean, hostId=host, name="바다 전망", price=120_000)
    await_delivered(hotel, host, "email", 1)  # so that alarm knows the room's name
    for first, person in ((1, guest), (11, chosen)):
        answer = place_book(hotel, room, first, 3, korean, guestId=person, email=address_of(person))
        assert answer.status == 201 and answer.json["language"] == "ko", answer
    assert cancel(hotel, answer.json).status == 200
    await_delivered(hotel, guest, "email", 2)
    await_delivered(hotel, chosen, "email", 4)
    await_delivered(hotel, host, "email", 4)

    for mail in mail_server.to(address_of(guest)) + mail_server.to(address_of(host)):
        text = part_of(mail, "text/plain")
        assert mail["Content-Language"] == "ko", mail["Subject"]
        assert "바다 전망" in text and "원" in text and "KRW" not in text, text
        assert not re.search(r"이\(가\)|을\(를\)", text), text
    confirmed = next(mail for mail in mail_server.to(address_of(guest)) if "확정" in mail["Subject"])
    year = answer.json["startDate"][:4]
    assert "360,000원" in part_of(confirmed, "text/plain")
    assert "바다 전망" in calendar_of(confirmed)["SUMMARY"]
    for mail in mail_server.to(address_of(chosen)):
        assert mail["Content-Language"] == "en", mail["Subject"]
        assert "360000 KRW" in part_of(mail, "text/plain") and f" {year}" in part_of(mail, "text/plain")
        assert "바다 전망" in part_of(mail, "text/html")


def test_old_names_that_mislead_are_harmless_in_mails(hotel, mail_server):
    """Names are refused with such characters now; a version before may have stored some."""
    host, guest = new_person(), new_person()
    choose(hotel, host, email=address_of(host))
    room = register_room(hotel, hostId=host, name="plain")
    await_delivered(hotel, host, "email", 1)
    hotel.rows("UPDATE hotel_alarm.room_label SET name = CONCAT('A', CHAR(0x202E USING ucs2), 'gnp.exe')"
               f" WHERE room_id = {room['id']}")  # fmt: skip
    try:
        booked(hotel, room, guestId=guest, email=address_of(guest), name="Kim")
        await_delivered(hotel, host, "email", 2)
        await_delivered(hotel, guest, "email", 2)
        mails = mail_server.to(address_of(host))[1:] + mail_server.to(address_of(guest))
        for mail in mails:
            seen = mail["Subject"] + part_of(mail, "text/plain") + part_of(mail, "text/html")
            assert "Agnp.exe" in seen and "\u202e" not in seen, seen
    finally:
        hotel.rows(f"UPDATE hotel_alarm.room_label SET name = 'plain' WHERE room_id = {room['id']}")


def test_a_request_is_followed_from_its_answer_to_mail_and_webhook(hotel, mail_server, receiver):
    guest, host = new_person(), new_person()
    receiver.secret = choose(hotel, host, webhookUrl=receiver.url)["webhookSecret"]
    room = register_room(hotel, hostId=host)
    await_delivered(hotel, host, "webhook", 1)
    name, trace = f"story-{guest}", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = place_book(hotel, room, guestId=guest, email=address_of(guest),
                        headers={"X-Request-Id": name, "traceparent": trace})  # fmt: skip
    assert answer.status == 201
    assert (answer.headers["x-request-id"], answer.headers["traceparent"]) == (name, trace)
    book = answer.json
    await_delivered(hotel, guest, "email", 2)
    await_delivered(hotel, host, "webhook", 2)

    steps = hotel.rows(f"SELECT request_id FROM hotel_book.book_step WHERE book_id = {book['id']}")
    assert steps == [(name,), (name,)]
    events = {}
    for *_, body in events_of(hotel, [book], 2, since="first"):
        event = json.loads(body)
        assert event["requestid"] == name and same_trace(event["traceparent"], trace), event
        events[event["type"].split(".")[1]] = event["id"]
    notices = hotel.rows("SELECT event, event_id, role FROM hotel_alarm.notification"
                         f" WHERE book_id = {book['id']} ORDER BY event, role")  # fmt: skip
    assert notices == [("Booked", events["Booked"], "guest"), ("Booked", events["Booked"], "host"),
                       ("PaymentApproved", events["PaymentApproved"], "guest")]  # fmt: skip
    for mail in mail_server.to(address_of(guest)):
        assert mail["X-Request-Id"] == name and same_trace(mail["Traceparent"], trace)
        assert mail["Message-ID"].split("-guest@")[0][1:] in events.values()
    called, body = receiver.calls[-1]
    assert called == f"{events['Booked']}-host" and json.loads(body)["requestid"] == name
    assert same_trace(receiver.headers["traceparent"], trace)
    said = (hotel.state / "log" / "worker-alarm.log").read_text()
    assert len(re.findall(f"event=delivered .* request={name} ", said)) == 3


def same_trace(one, other):
    """Each step has an id of its own within the trace."""
    return one.split("-")[1] == other.split("-")[1]


def test_no_text_of_a_guest_can_write_a_header_or_a_recipient(hotel, mail_server):
    room, evil = register_room(hotel), "x\r\nBcc: everybody@example.org"
    for fields in (
        {"email": "a@example.org\r\nBcc: b@example.org"},
        {"email": "a@example.org>,<b@example.org"},
        {"email": "a b@example.org"},
        {"name": evil},
        {"name": "x" * 10_000},
    ):
        answer = hotel.web.post("/books", roomId=room["id"], startDate="2020-01-01", **fields)
        assert answer.status == 422, answer
        pointers = {error["pointer"] for error in answer.json["errors"]}
        assert f"/{next(iter(fields))}" in pointers, answer
    for url in ("http://a@127.0.0.1/", "http://127.0.0.1/\r\nx: y", "file:///etc/passwd", "http://"):
        answer = hotel.web.put("/notifications/settings", recipientId=1, webhookUrl=url)
        assert answer.problem == "validation", answer
    longest = "🌊" * 100
    guest = new_person()
    booked(hotel, register_room(hotel, name=longest), guestId=guest, name=longest,
           email=address_of(guest))  # fmt: skip
    await_delivered(hotel, guest, "email", 2)
    assert all(set(mail.keys()).isdisjoint({"Bcc"}) for mail in mail_server.to(address_of(guest)))


def test_mails_arrive_through_every_fault_of_the_mail_server(hotel, mail_server):
    room, guests = register_room(hotel), [new_person() for _ in range(6)]
    days = iter(range(1, 20))

    def book(guest):
        booked(hotel, room, next(days), guestId=guest, email=address_of(guest))

    def inbox_is_filled(guest):
        def both():
            return notices(hotel, guest) == ["Booked", "PaymentApproved"]

        eventually(both, what="the inbox is filled without mails")

    mail_server.close()
    book(guests[0])
    inbox_is_filled(guests[0])
    waits = delivery_of(notifications_of(hotel, guests[0])[0], "email")
    assert waits["state"] == "waiting" and waits["deliveredAt"] is None, waits
    await_reason(hotel, guests, "smtp-unreachable")
    mail_server.open()

    def goes_wrong(guest, reason):
        book(guest)
        inbox_is_filled(guest)
        await_reason(hotel, guests, reason)

    mail_server.refusal = "451 come again"
    goes_wrong(guests[1], "smtp-451")
    mail_server.refusal = "550 not today"
    goes_wrong(guests[2], "smtp-550")
    mail_server.reset()
    mail_server.slow_s = 90.0  # longer than a sender waits
    goes_wrong(guests[3], "smtp-timeout")
    mail_server.reset()
    eventually(lambda: mail_server.busy == 0, what="the slow ones have ended")
    mail_server.disconnects = 2
    book(guests[4])
    inbox_is_filled(guests[4])
    eventually(lambda: mail_server.disconnects == 0, what="two mails were accepted without a reply")
    book(guests[5])

    for guest in guests:
        await_delivered(hotel, guest, "email", 2)
        ids = collections.Counter(ids_of(mail_server.to(address_of(guest))))
        assert len(ids) == 2, ids
    came = sum(len(mail_server.to(address_of(guest))) for guest in guests)
    assert came == 12 + mail_server.unconfirmed, "only unconfirmed mails come again"
    assert mail_server.unconfirmed >= 2
    assert hotel.metrics("worker-alarm")['hotel_broker_connected{thread="consume"}'] == 1


def test_a_killed_sender_loses_nothing(hotel, mail_server):
    guest, room = new_person(), register_room(hotel)
    mail_server.slow_s = 0.2
    for first in range(1, 11):
        booked(hotel, room, first, guestId=guest, email=address_of(guest))
    eventually(lambda: len(mail_server.to(address_of(guest))) > 2, every=0.05)
    hotel.kill("worker-alarm")
    await_delivered(hotel, guest, "email", 20)
    ids = collections.Counter(ids_of(mail_server.to(address_of(guest))))
    assert len(ids) == 20
    assert sum(ids.values()) <= 20 + 2, "at most the mails in progress came twice"


def test_with_delivery_off_everything_waits_and_is_sent_later(hotel, mail_server, receiver):
    """A copy of a system must not send what the original sends."""
    guest, room = new_person(), register_room(hotel)
    receiver.secret = choose(hotel, guest, webhookUrl=receiver.url)["webhookSecret"]
    hotel.up(HOTEL_DELIVERY="off")
    try:
        for first in (10, 20):
            booked(hotel, room, first, guestId=guest, email=address_of(guest))
        eventually(lambda: len(notifications_of(hotel, guest)) == 4)
        hotel.restart("worker-alarm")  # which looks for waiting deliveries when it starts
        hotel.check()
        for notice in notifications_of(hotel, guest):
            for channel in ("email", "webhook"):
                waiting = delivery_of(notice, channel)
                assert (waiting["state"], waiting["attempts"]) == ("waiting", 0), notice
        assert not mail_server.to(address_of(guest)) and not receiver.calls
    finally:
        hotel.up(HOTEL_DELIVERY="on")
    for channel in ("email", "webhook"):
        await_delivered(hotel, guest, channel, 4)


def test_a_webhook_gets_each_event_with_one_id_and_a_signature(hotel, receiver):
    host = new_person()
    receiver.secret = choose(hotel, host, webhookUrl=receiver.url)["webhookSecret"]
    receiver.status = 500
    name = "<script>alert(1)</script> \"바다\" 🌊"
    room = register_room(hotel, hostId=host, name=name)
    books = [booked(hotel, room, first) for first in (1, 2, 3)]
    eventually(lambda: receiver.refused >= 6, what="each event was refused")
    waiting = delivery_of(notifications_of(hotel, host)[0], "webhook")
    assert waiting["state"] == "waiting" and waiting["reason"] == "http-500", waiting
    receiver.status = 204
    await_delivered(hotel, host, "webhook", 4)
    assert len(dict(receiver.calls)) == len(receiver.calls) == 4, "each once"
    events = [json.loads(body) for _, body in receiver.calls]
    for called, event in zip((called for called, _ in receiver.calls), events):
        assert called == f"{event['id']}-host"
    assert sorted(event["type"] for event in events) == ["hotel.Booked.v1"] * 3 + [
        "hotel.RoomRegistered.v1"
    ]
    assert name in [event["data"].get("name") for event in events]
    subjects = {event["subject"] for event in events if event["type"] == "hotel.Booked.v1"}
    assert subjects == {f"books/{book['id']}" for book in books}


def test_a_receiver_that_hangs_delays_no_other(hotel, mail_server, receiver):
    hanging = [WebhookReceiver() for _ in range(5)]
    for one in hanging:
        one.hang.clear()
        host = new_person()
        one.secret = choose(hotel, host, webhookUrl=one.url)["webhookSecret"]
        room = register_room(hotel, hostId=host)
        for first in (1, 2):
            booked(hotel, room, first)
    host, guest = new_person(), new_person()
    receiver.secret = choose(hotel, host, webhookUrl=receiver.url)["webhookSecret"]
    booked(hotel, register_room(hotel, hostId=host), guestId=guest, email=address_of(guest))
    await_delivered(hotel, guest, "email", 2)
    await_delivered(hotel, host, "webhook", 2)
    assert not any(one.calls for one in hanging), "they still hang"
    for one in hanging:
        one.close()


def test_a_recipient_asks_for_a_delivery_again(hotel, mail_server, receiver):
    host = new_person()
    choose(hotel, host, email=address_of(host))
    register_room(hotel, hostId=host)
    await_delivered(hotel, host, "email", 1)
    (notice,) = notifications_of(hotel, host)
    path = f"/notifications/{notice['id']}/deliveries"
    assert hotel.web.post(path, recipientId=new_person(), channel="email").status == 404
    assert hotel.web.post(path, recipientId=host, channel="webhook").problem == "validation"
    assert hotel.web.post(path, recipientId=host, channel="inbox").problem == "validation"
    answer = hotel.web.post(path, recipientId=host, channel="email")
    assert answer.status == 202, answer
    assert delivery_of(answer.json, "email")["state"] in ("waiting", "delivered"), answer
    eventually(lambda: len(mail_server.to(address_of(host))) == 2)
    first, copy = mail_server.to(address_of(host))
    assert first["Message-ID"] != copy["Message-ID"], "mail programs drop a duplicate"
    assert first["Date"].datetime <= copy["Date"].datetime
    assert part_of(first, "text/plain") == part_of(copy, "text/plain")
    await_delivered(hotel, host, "email", 1)
    answer = hotel.web.post(path, recipientId=host, channel="email")
    assert answer.status == 429 and int(answer.headers["retry-after"]) > 0, answer

    receiver.secret = choose(hotel, host, webhookUrl=receiver.url)["webhookSecret"]
    answer = hotel.web.post_form(path, recipientId=host, channel="webhook")
    assert answer.status == 202, answer
    await_delivered(hotel, host, "webhook", 1)
    assert len(receiver.calls) == 1


def test_a_webhook_that_redirects_into_the_house_gets_nothing_there(hotel, receiver):
    host, house = new_person(), WebhookReceiver()
    try:
        receiver.secret = house.secret = choose(hotel, host, webhookUrl=receiver.url)["webhookSecret"]
        receiver.status, receiver.location = 307, house.url
        register_room(hotel, hostId=host)

        def is_refused():
            seen = notifications_of(hotel, host)
            return seen and delivery_of(seen[0], "webhook")["reason"] == "http-307"

        eventually(is_refused)
        assert receiver.refused and not house.calls and not house.refused and not house.faults
        receiver.status = 204
        await_delivered(hotel, host, "webhook", 1)
    finally:
        house.close()


def test_a_webhook_to_a_private_address_is_not_sent(hotel, receiver):
    hotel.up(HOTEL_WEBHOOK_PRIVATE="refuse")
    try:
        host = new_person()
        choose(hotel, host, webhookUrl=receiver.url.replace("127.0.0.1", "localhost"))
        register_room(hotel, hostId=host)

        def is_refused():
            seen = notifications_of(hotel, host)
            one = delivery_of(seen[0], "webhook") if seen else None
            return one and (one["state"], one["reason"]) == ("failed", "private-address")

        eventually(is_refused)
        assert receiver.calls == [] and receiver.refused == 0
    finally:
        hotel.up(HOTEL_WEBHOOK_PRIVATE="allow")
