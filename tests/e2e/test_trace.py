# SPDX-License-Identifier: MIT
"""./hotel trace follows a booking from its request to its notifications."""

import json
import re

from actors import await_mypage, await_notices, booked, cancel, place_book, register_room, new_person
from broker import events_of
from waiting import eventually

FLUSHED_WITHIN_S = 10.0  # nginx writes its log once a second
NOT_FOUND, WRONG_USE, AWAY = 1, 2, 3  # exit codes of ./hotel trace
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
WELL_FORMED = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def traced(hotel, name, expect=0):
    return json.loads(hotel.command("trace", "--json", str(name), expect=expect).stdout)


def place(found, part, beginning):
    """The position of the only step of this part with this beginning."""
    places = [n for n, step in enumerate(found["steps"])
              if step["part"] == part and step["what"].startswith(beginning)]
    assert len(places) == 1, f"{part}: {beginning}: {len(places)} times in {found['steps']}"
    return places[0]


def in_order(found, *steps):
    places = [place(found, part, beginning) for part, beginning in steps]
    assert places == sorted(places), list(zip(steps, places))


def test_a_booking_is_followed_from_its_request_to_its_notifications(hotel):
    room = register_room(hotel)
    answer = place_book(hotel, room, headers={"X-Request-Id": "follow-me", "Traceparent": TRACE})
    assert (answer.headers["x-request-id"], answer.headers["traceparent"]) == ("follow-me", TRACE)
    book = answer.json
    guest, host = f"guest {book['guestId']}", f"host {book['hostId']}"
    await_notices(hotel, book["guestId"], book, "PaymentApproved", "Booked")
    await_mypage(hotel, book, status="Booked", payStatus="PayApproved")

    def whole():
        found = traced(hotel, book["id"])
        in_order(found, ("nginx", "POST /books: 201"), ("book", "Requested, by"),
                 ("pay", "payment "), ("book", "Requested -> Booked"),
                 ("history", "Booked, version 2"), ("room", "search knows version 2"))
        # nginx reads the clock once per event loop, so a step of the same millisecond may be before it.
        in_order(found, ("nginx", "POST /books: 201"), ("nginx", "POST /payments (internal): 201"))
        in_order(found, ("history", "PaymentApproved"), ("mypage", "shows version 1 of the payment"))
        in_order(found, ("history", "Booked"), ("mypage", "shows version 2 of the booking"))
        in_order(found, ("history", "Booked"), ("alarm", f"Booked to {host} by inbox: delivered"))
        in_order(found, ("history", "Booked"), ("alarm", f"Booked to {guest} by inbox: delivered"))
        return found

    found = eventually(whole, FLUSHED_WITHIN_S)
    timed = [step["at"] for step in found["steps"] if step["at"]]
    assert timed == sorted(timed) and len(timed) == len(found["steps"]), found["steps"]
    assert all(step["afterMs"] >= 0 for step in found["steps"][1:])
    # One name from the answer to the events, and the notifications name the events.
    events = [step for step in found["steps"] if step["part"] == "history"]
    assert {(step["requestId"], step["traceparent"]) for step in events} == {("follow-me", TRACE)}
    notified = {step["eventId"] for step in found["steps"] if step["part"] == "alarm"}
    assert notified == {step["eventId"] for step in events}
    named = [step for step in found["steps"] if step["part"] in ("nginx", "book")]
    assert {step["requestId"] for step in named} == {"follow-me"}, named

    assert cancel(hotel, book).status == 200
    await_mypage(hotel, book, status="BookCanceled", payStatus="PayCanceled")

    def cancelled():
        found = traced(hotel, book["reference"])
        in_order(found, ("nginx", "DELETE /books/"), ("book", "Booked -> BookCanceled"),
                 ("history", "BookCanceled"), ("room", "search knows version 3"))
        in_order(found, ("book", "Booked -> BookCanceled"), ("history", "PaymentCanceled"),
                 ("mypage", "shows version 2 of the payment"))
        return found

    assert eventually(cancelled, FLUSHED_WITHIN_S)["bookId"] == book["id"]
    lines = hotel.command("trace", str(book["id"])).stdout
    assert book["reference"] in lines and "[request follow-me]" in lines and TRACE in lines


def test_a_trace_begins_at_nginx_where_the_client_has_none(hotel):
    answer = place_book(hotel, register_room(hotel), headers={"Traceparent": "00-zz"})
    trace = answer.headers["traceparent"]
    assert WELL_FORMED.fullmatch(trace), trace
    events = events_of(hotel, [answer.json], 2, since="first")
    assert {json.loads(body)["traceparent"] for _, _, _, body in events} == {trace}


def test_an_earlier_request_with_the_same_id_is_not_shown(hotel):
    """Clients may send the same id again."""
    log = hotel.state / "log" / "access.log"
    stranger = {"request_id": "again", "listener": "public", "method": "POST", "path": "/stranger",
                "status": 201, "ended": 1000000000.5, "seconds": 0.010}
    with log.open("a") as lines:
        lines.write(json.dumps(stranger) + "\n" + '{"request_id":"again", half a li\n')
    book = place_book(hotel, register_room(hotel), headers={"X-Request-Id": "again"}).json

    def own():
        found = traced(hotel, book["id"])
        place(found, "nginx", "POST /books: 201")
        return found

    assert "/stranger" not in json.dumps(eventually(own, FLUSHED_WITHIN_S))


def test_an_unknown_booking_cannot_be_traced(hotel):
    for name in ("999999999", "NOSUCHBK", "18446744073709551616", "1' OR '1'='1"):
        done = hotel.command("trace", name, expect=NOT_FOUND)
        assert f"there is no booking {name}" in done.stderr and not done.stdout, done
    for arguments in ((), ("--nonsense", "1"), ("1", "2"), ("--requests",)):
        hotel.command("trace", *arguments, expect=WRONG_USE)


def test_without_the_broker_the_rest_is_shown(hotel):
    room = register_room(hotel)
    hotel.stop("rabbitmq")
    book = booked(hotel, room, guestId=new_person())
    found = traced(hotel, book["id"], expect=AWAY)
    assert found["missing"] == "history"
    in_order(found, ("book", "Requested -> Booked"), ("book", "Booked waits in the outbox"))
    hotel.start("rabbitmq")

    def left():
        found = traced(hotel, book["id"])
        return place(found, "history", "Booked, version 2") and "outbox" not in json.dumps(found)

    eventually(left, what="the events leave")


def test_a_trace_id_is_in_the_log_of_every_program_involved(hotel):
    trace = TRACE.replace("4bf92f", "0badc0")
    answer = place_book(hotel, register_room(hotel), headers={"Traceparent": trace})
    book = answer.json
    await_notices(hotel, book["guestId"], book, "PaymentApproved", "Booked")

    def lines(name):
        text = (hotel.state / "log" / f"{name}.log").read_text()
        return [line for line in text.splitlines() if trace in line]

    def applied(context):
        return sorted(re.search(r" type=(\w+)", line)[1] for line in lines(f"worker-{context}")
                      if " event=applied " in line)

    def everywhere():
        assert applied("mypage") == ["Booked", "PaymentApproved"]
        assert applied("alarm") == ["Booked", "PaymentApproved"]
        assert applied("room") == ["Booked"]
        assert [line for line in lines("fcgi-book") if " event=request " in line]
        assert [line for line in lines("fcgi-pay") if " event=request " in line]
        assert {json.loads(line)["listener"] for line in lines("access")} == {"public", "internal"}
        return True

    eventually(everywhere, within=FLUSHED_WITHIN_S, what="every log has the trace")
