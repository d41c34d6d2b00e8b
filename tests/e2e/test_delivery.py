"""Everybody is told by mail and webhook, once, whatever the other side is like."""

import collections
import json
import re

import pytest

from actors import booked, cancel, notices, place_book, register_room, somebody
from broker import events_of
from post import PATIENCE_S, SENDER, PostOffice, Receiver, part_of
from waiting import eventually

QUICK = {
    "HOTEL_DELIVERY_RETRY_MS": "200",
    "HOTEL_DELIVERY_TIMEOUT_MS": str(int(PATIENCE_S * 1000)),
    "HOTEL_DELIVERY_LEASE_S": "8",
    "HOTEL_WEBHOOK_PRIVATE": "allow",
}
OFF = {"HOTEL_SMTP_URL": "", "HOTEL_MAIL_FROM": "", "HOTEL_WEBHOOK_PRIVATE": "refuse"}


@pytest.fixture(scope="module")
def office(first_system):
    """The mail server of the first system while these stories are told."""
    office = PostOffice()
    office.open()
    first_system.up(**office.settings, **QUICK)
    yield office
    first_system.up(**OFF)
    office.close()


@pytest.fixture(autouse=True)
def well(office):
    yield
    office.well()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()
    assert receiver.faults == []


def address_of(person):
    return f"person{person}@example.org"


def choose(hotel, person, **wish):
    answer = hotel.web.put("/notifications/settings", recipientId=person, **wish)
    assert answer.status == 200, answer
    return answer.json


def told(hotel, person):
    return hotel.web.get_all("/notifications", recipientId=person)


def delivery_of(notice, channel):
    found = [one for one in notice["deliveries"] if one["channel"] == channel]
    return found[0] if found else None


def await_delivered(hotel, person, channel, count, within=60.0):
    """All that somebody was told, so many, went by a channel."""

    def all_delivered():
        deliveries = [delivery_of(notice, channel) for notice in told(hotel, person)]
        states = collections.Counter(one["state"] if one else None for one in deliveries)
        assert states == {"delivered": count}, f"{states}, not {count} delivered"
        return True

    eventually(all_delivered, within, every=0.2, what=f"{channel} of {person}")


def await_reason(hotel, people, reason):
    """Some mail to one of them is told to have failed for this."""

    def is_told():
        seen = [notice for person in people for notice in told(hotel, person)]
        return reason in [delivery_of(notice, "email")["reason"] for notice in seen]

    eventually(is_told, what=reason)


def ids_of(mails):
    return [mail["Message-ID"] for mail in mails]


def test_a_story_is_told_by_mail_each_part_once(hotel, office):
    guest, host = somebody(), somebody()
    choose(hotel, host, email=address_of(host), language="ko")
    room = register_room(hotel, hostId=host, name="<script>alert(1)</script> & 바다 🌊")
    book = booked(hotel, room, guestId=guest, name="김하나 <b>", email=address_of(guest))
    assert cancel(hotel, book).status == 200
    await_delivered(hotel, guest, "email", 4)
    await_delivered(hotel, host, "email", 3)

    mails = office.to(address_of(guest))
    ids = ids_of(mails)
    assert len(ids) == len(set(ids)) == 4, ids
    assert all(name.endswith("-guest@hotel.example>") for name in ids), ids
    by_subject = {mail["Subject"]: mail for mail in mails}
    named = f"{book['id']} ({book['reference']})"
    confirmed = by_subject[f"Booking {named} is confirmed"]
    cancelled = by_subject[f"Booking {named} was cancelled"]
    assert confirmed["From"] == f"MyHotel <{SENDER}>" and confirmed["Auto-Submitted"]
    assert named in part_of(confirmed, "text/plain")
    entry, removal = (part_of(mail, "text/calendar") for mail in (confirmed, cancelled))
    line = f"UID:book-{book['id']}-{book['reference']}@hotel.example\r\n"
    assert line in entry and line in removal
    assert "METHOD:PUBLISH" in entry and "METHOD:CANCEL" in removal
    assert f"DTSTART;VALUE=DATE:{book['startDate'].replace('-', '')}\r\n" in entry
    paid = by_subject[f"Payment for booking {book['id']} was approved"]
    assert part_of(paid, "text/calendar") is None

    mails = office.to(address_of(host))
    assert len(set(ids_of(mails))) == len(mails) == 3
    registered = next(mail for mail in mails if "등록" in mail["Subject"])
    assert "<script>alert(1)</script> & 바다 🌊" in registered["Subject"]
    page = part_of(registered, "text/html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 바다 🌊" in page and "<script" not in page
    taken = next(mail for mail in mails if "예약:" in mail["Subject"])
    assert "김하나 <b>" in part_of(taken, "text/plain")
    assert "김하나 &lt;b&gt;" in part_of(taken, "text/html")


def test_a_request_is_followed_from_its_answer_to_mail_and_webhook(hotel, office, receiver):
    guest, host = somebody(), somebody()
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
    for mail in office.to(address_of(guest)):
        assert mail["X-Request-Id"] == name and same_trace(mail["Traceparent"], trace)
        assert mail["Message-ID"].split("-guest@")[0][1:] in events.values()
    called, body = receiver.calls[-1]
    assert called == f"{events['Booked']}-host" and json.loads(body)["requestid"] == name
    assert same_trace(receiver.headers["traceparent"], trace)
    said = (hotel.state / "log" / "worker-alarm.log").read_text()
    assert len(re.findall(f"event=delivered .* request={name} ", said)) == 3


def same_trace(one, other):
    """Each step has a name of its own within the trace."""
    return one.split("-")[1] == other.split("-")[1]


def test_no_text_of_a_guest_can_write_a_header_or_a_recipient(hotel, office):
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
    guest = somebody()
    booked(hotel, register_room(hotel, name=longest), guestId=guest, name=longest,
           email=address_of(guest))  # fmt: skip
    await_delivered(hotel, guest, "email", 2)
    assert all(set(mail.keys()).isdisjoint({"Bcc"}) for mail in office.to(address_of(guest)))


def test_whatever_the_mail_server_does_each_letter_arrives(hotel, office):
    room, guests = register_room(hotel), [somebody() for _ in range(6)]
    days = iter(range(1, 20))

    def book(guest):
        booked(hotel, room, next(days), guestId=guest, email=address_of(guest))

    def told_in_time(guest):
        def both():
            return notices(hotel, guest) == ["Booked", "PaymentApproved"]

        eventually(both, what="the inbox is filled whatever becomes of mails")

    office.close()
    book(guests[0])
    told_in_time(guests[0])
    waits = delivery_of(told(hotel, guests[0])[0], "email")
    assert waits["state"] == "waiting" and waits["deliveredAt"] is None, waits
    await_reason(hotel, guests, "smtp-unreachable")
    office.open()

    def goes_wrong(guest, reason):
        book(guest)
        told_in_time(guest)
        await_reason(hotel, guests, reason)

    office.refusal = "451 come again"
    goes_wrong(guests[1], "smtp-451")
    office.refusal = "550 not today"
    goes_wrong(guests[2], "smtp-550")
    office.well()
    office.slow_s = 90.0  # nor does it hear that its sender has given up
    goes_wrong(guests[3], "smtp-timeout")
    office.well()
    eventually(lambda: office.inside == 0, what="what was slow is done")
    office.break_off = 2
    book(guests[4])
    told_in_time(guests[4])
    eventually(lambda: office.break_off == 0, what="two letters were taken without a word")
    book(guests[5])

    for guest in guests:
        await_delivered(hotel, guest, "email", 2)
        ids = collections.Counter(ids_of(office.to(address_of(guest))))
        assert len(ids) == 2, ids
    came = sum(len(office.to(address_of(guest))) for guest in guests)
    assert came == 12 + office.unsaid, "only what was not confirmed comes again"
    assert office.unsaid >= 2
    assert hotel.metrics("worker-alarm")['hotel_broker_connected{thread="consume"}'] == 1


def test_a_killed_sender_loses_nothing(hotel, office):
    guest, room = somebody(), register_room(hotel)
    office.slow_s = 0.2
    for first in range(1, 11):
        booked(hotel, room, first, guestId=guest, email=address_of(guest))
    eventually(lambda: len(office.to(address_of(guest))) > 2, every=0.05)
    hotel.kill("worker-alarm")
    await_delivered(hotel, guest, "email", 20)
    ids = collections.Counter(ids_of(office.to(address_of(guest))))
    assert len(ids) == 20
    assert sum(ids.values()) <= 20 + 2, "at most what was under way came twice"


def test_where_nothing_may_be_sent_all_of_it_waits_and_goes_out_later(hotel, office, receiver):
    """As a copy of a system has it, which must not send what the original sends."""
    guest, room = somebody(), register_room(hotel)
    receiver.secret = choose(hotel, guest, webhookUrl=receiver.url)["webhookSecret"]
    hotel.up(HOTEL_DELIVERY="off")
    try:
        for first in (10, 20):
            booked(hotel, room, first, guestId=guest, email=address_of(guest))
        eventually(lambda: len(told(hotel, guest)) == 4)
        hotel.restart("worker-alarm")  # what begins looks at once for what waits
        hotel.check()
        for notice in told(hotel, guest):
            for channel in ("email", "webhook"):
                waiting = delivery_of(notice, channel)
                assert (waiting["state"], waiting["attempts"]) == ("waiting", 0), notice
        assert not office.to(address_of(guest)) and not receiver.calls
    finally:
        hotel.up(HOTEL_DELIVERY="on")
    for channel in ("email", "webhook"):
        await_delivered(hotel, guest, channel, 4)


def test_a_webhook_gets_each_event_with_one_id_and_a_signature(hotel, receiver):
    host = somebody()
    receiver.secret = choose(hotel, host, webhookUrl=receiver.url)["webhookSecret"]
    receiver.status = 500
    name = "<script>alert(1)</script> \"바다\" 🌊"
    room = register_room(hotel, hostId=host, name=name)
    books = [booked(hotel, room, first) for first in (1, 2, 3)]
    eventually(lambda: receiver.refused >= 6, what="each event was refused")
    waiting = delivery_of(told(hotel, host)[0], "webhook")
    assert waiting["state"] == "waiting" and waiting["reason"] == "http-500", waiting
    receiver.status = 204
    await_delivered(hotel, host, "webhook", 4)
    assert len(dict(receiver.calls)) == len(receiver.calls) == 4, "each once, since each was taken"
    events = [json.loads(body) for _, body in receiver.calls]
    for called, event in zip((called for called, _ in receiver.calls), events):
        assert called == f"{event['id']}-host"
    assert sorted(event["type"] for event in events) == ["hotel.Booked.v1"] * 3 + [
        "hotel.RoomRegistered.v1"
    ]
    assert name in [event["data"].get("name") for event in events]
    subjects = {event["subject"] for event in events if event["type"] == "hotel.Booked.v1"}
    assert subjects == {f"books/{book['id']}" for book in books}


def test_a_receiver_that_hangs_holds_up_nobody_else(hotel, office, receiver):
    hanging = [Receiver() for _ in range(5)]
    for one in hanging:
        one.hang.clear()
        host = somebody()
        one.secret = choose(hotel, host, webhookUrl=one.url)["webhookSecret"]
        room = register_room(hotel, hostId=host)
        for first in (1, 2):
            booked(hotel, room, first)
    host, guest = somebody(), somebody()
    receiver.secret = choose(hotel, host, webhookUrl=receiver.url)["webhookSecret"]
    booked(hotel, register_room(hotel, hostId=host), guestId=guest, email=address_of(guest))
    await_delivered(hotel, guest, "email", 2)
    await_delivered(hotel, host, "webhook", 2)
    assert not any(one.calls for one in hanging), "and they hang still"
    for one in hanging:
        one.close()


def test_a_recipient_asks_for_a_delivery_again(hotel, office, receiver):
    host = somebody()
    choose(hotel, host, email=address_of(host))
    register_room(hotel, hostId=host)
    await_delivered(hotel, host, "email", 1)
    (notice,) = told(hotel, host)
    path = f"/notifications/{notice['id']}/deliveries"
    assert hotel.web.post(path, recipientId=somebody(), channel="email").status == 404
    assert hotel.web.post(path, recipientId=host, channel="webhook").problem == "validation"
    assert hotel.web.post(path, recipientId=host, channel="inbox").problem == "validation"
    answer = hotel.web.post(path, recipientId=host, channel="email")
    assert answer.status == 202, answer
    assert delivery_of(answer.json, "email")["state"] in ("waiting", "delivered"), answer
    eventually(lambda: len(office.to(address_of(host))) == 2)
    assert len(set(ids_of(office.to(address_of(host))))) == 1
    await_delivered(hotel, host, "email", 1)
    answer = hotel.web.post(path, recipientId=host, channel="email")
    assert answer.status == 429 and int(answer.headers["retry-after"]) > 0, answer

    receiver.secret = choose(hotel, host, webhookUrl=receiver.url)["webhookSecret"]
    answer = hotel.web.post_form(path, recipientId=host, channel="webhook")
    assert answer.status == 202, answer
    await_delivered(hotel, host, "webhook", 1)
    assert len(receiver.calls) == 1


def test_no_webhook_goes_into_the_house(hotel, receiver):
    hotel.up(HOTEL_WEBHOOK_PRIVATE="refuse")
    try:
        host = somebody()
        choose(hotel, host, webhookUrl=receiver.url.replace("127.0.0.1", "localhost"))
        register_room(hotel, hostId=host)

        def is_refused():
            seen = told(hotel, host)
            one = delivery_of(seen[0], "webhook") if seen else None
            return one and (one["state"], one["reason"]) == ("failed", "private-address")

        eventually(is_refused)
        assert receiver.calls == [] and receiver.refused == 0
    finally:
        hotel.up(HOTEL_WEBHOOK_PRIVATE="allow")
