# SPDX-License-Identifier: MIT
"""A changed setting applies at once, without a build, and restarts only the programs that read it."""

import contextlib
import http.server
import os
import threading

import web
from actors import await_notices, await_status, booked, paid_once, pending, register_room
from conftest import plain

WRONG_USE = 2
PASSED_ON = ("Content-Type", "Authorization", "X-Request-Id", "traceparent")


def programs(hotel):
    """{program: its executable, whose path has a hash of the content}"""
    return {name: os.readlink(f"/proc/{p['pids'][0]}/exe") for name, p in hotel.status().items() if "-" in name}


def pids(hotel):
    return {name: program["pids"] for name, program in hotel.status().items()}


def changed(before, after):
    return {name for name in before if before[name] != after[name]}


def test_the_prefix_of_notifications_is_changed_without_a_build(second):
    second.up(**plain(HOTEL_ALARM_PREFIX="Hello"))
    before, binaries = pids(second), programs(second)

    second.up(HOTEL_ALARM_PREFIX="Good day")
    assert changed(before, pids(second)) == {"fcgi-alarm", "worker-alarm"}
    assert programs(second) == binaries

    book = booked(second, register_room(second))
    await_notices(second, book["guestId"], book, "Booked", "PaymentApproved")
    notices = second.web.get_all("/notifications", recipientId=book["guestId"])
    assert [notice for notice in notices if not notice["message"].startswith("Good day, ")] == []
    second.up(HOTEL_ALARM_PREFIX="Hello")


@contextlib.contextmanager
def another_pay(hotel):
    """pay under another address: it forwards requests and records them in `asked`."""
    asked = []

    class Forwarder(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: self.headers[name] for name in PASSED_ON if self.headers[name]}
            answer = web.admin(hotel.run / "internal.sock").send("POST", self.path, body, headers)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["content-type"])
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forwarder)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_address_of_pay_is_changed_without_a_build(second):
    second.up(**plain(HOTEL_PAY_URL=""))
    before, binaries = pids(second), programs(second)
    room = register_room(second)
    with another_pay(second) as (url, asked):
        second.up(HOTEL_PAY_URL=url)
        assert changed(before, pids(second)) == {"fcgi-book", "worker-book"}
        assert programs(second) == binaries
        book = booked(second, room, first=1)
        assert asked == ["/payments"]
        paid_once(second, book)

    # Nothing listens there any more.
    book = pending(second, room, first=3)
    second.up(HOTEL_PAY_URL="")
    await_status(second, book, "Booked")
    paid_once(second, book)


def test_with_past_dates_the_search_offers_them_too(second):
    second.up(**plain())
    room = register_room(second, city="Past")
    past = {"startDate": "2021-05-05", "endDate": "2021-05-07"}
    assert second.web.get("/rooms", **past).status == 422
    second.up(HOTEL_PAST_DATES="allow")
    assert [found["id"] for found in second.web.get_all("/rooms", city="Past", **past)] == [room["id"]]
    assert second.web.get(f"/rooms/{room['id']}/calendar").json["bookable"]["first"] is None
    second.up(HOTEL_PAST_DATES="refuse")
    answer = second.web.get("/rooms", **past)
    assert [(one["pointer"], one["code"]) for one in answer.json["errors"]] == [("/startDate", "date.past")], answer


def test_bad_addresses_stop_the_start_with_each_named(second):
    second.up(**plain())
    before = pids(second)
    bad = {"HOTEL_PAY_URL": "pay:8080", "HOTEL_SMTP_URL": "mail:25", "HOTEL_LISTEN": "0.0.0.0", "HOTEL_CURRENCY": "won"}
    done = second.command("up", settings=bad, expect=WRONG_USE)
    faults = [line.strip() for line in done.stderr.splitlines() if line.startswith("    ")]
    assert [name for name in bad if not any(name in fault for fault in faults)] == [], done.stderr
    assert all(fault.startswith("HOTEL_") for fault in faults), done.stderr
    assert pids(second) == before
    assert not any(value in (second.state / "settings").read_text() for value in bad.values())
