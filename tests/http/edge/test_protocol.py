# SPDX-License-Identifier: MIT
"""Whatever nginx refuses by itself is a problem document, and is logged as it came."""

import contextlib
import http.client
import json
import pathlib
import resource
import socket

import pytest

from waiting import eventually
from wire import WITHIN_S

def closing(raw):
    """The request with a header by which nginx closes the connection."""
    line, _, rest = raw.partition(b"\r\n")
    return line + b"\r\nConnection: close\r\n" + rest


SPACES = b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n"


@pytest.mark.parametrize("raw, status, slug", [
    (b"GET / HTTP/3.7\r\nHost: localhost\r\n\r\n", 505, "http-version-not-supported"),
    (b"POST /rooms HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n", 501, "not-implemented"),
    (b"POST /rooms HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501, "not-implemented"),
    (b"POST /rooms HTTP/1.1\r\nHost: localhost\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\n{", 417, "expectation-failed"),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\nExpect: something\r\n\r\n", 417, "expectation-failed"),
    (b"garbage\r\n\r\n", 400, "malformed"),
    (b"get / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "malformed"),
    (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400, "malformed"),
    (b"GET / HTTP/1.1\r\n\r\n", 400, "malformed"),
    (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "malformed"),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400, "malformed"),
    (SPACES, 400, "malformed"),
    (b"GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "malformed"),
    (b"GET /../.. HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "malformed"),
    (b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "malformed"),
    (b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "malformed"),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 40000 + b"\r\n\r\n", 400, "malformed"),
    (b"POST /rooms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     400, "malformed"),
    (b"POST /rooms HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nnothing", 400, "malformed"),
    (b"POST /rooms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000\r\n\r\n" + b"x" * 70000, 413, "too-large"),
    (b"GET /style.css HTTP/1.1\r\nHost: localhost\r\nIf-Match: \"0\"\r\n\r\n",
     412, "version-conflict"),
    (b"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, "method-not-allowed"),
    (b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 421, "misdirected-request"),
    (b"POST http://evil.example:80/rooms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n"
     b"Content-Type: application/x-www-form-urlencoded\r\n\r\nprice=1", 421, "misdirected-request"),
])
def test_a_refusal_of_nginx_is_a_problem(wire, raw, status, slug):
    answer = wire.send(closing(raw))
    assert (answer.status, answer.slug) == (status, slug), answer
    assert answer.header("x-request-id") and answer.header("cache-control") == "no-store"
    assert answer.json["detail"] and answer.json["title"]


@pytest.mark.parametrize("raw", [
    b"GET /rooms HTTP/1.0\r\n\r\n",
    b"GET /rooms HTTP/1.0\r\nHost: localhost\r\n\r\n",
    b"GET http://LocalHost:1/rooms HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET http://127.0.0.1/rooms HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /rooms HTTP/1.1\r\nHost: localhost.\r\n\r\n",
])
def test_a_request_to_one_of_our_names_goes_on(wire, raw):
    answer = wire.send(closing(raw))
    assert (answer.status, answer.type) == (200, "application/hal+json"), answer


@pytest.mark.parametrize("count", [1500, 6000])
def test_a_header_of_very_many_fields_is_refused(wire, count):
    answer = wire.send(closing(b"GET /rooms HTTP/1.1\r\nHost: localhost\r\n" + b"a:\r\n" * count + b"\r\n"))
    assert (answer.status, answer.slug) == (400, "malformed"), answer


def test_the_largest_header_that_nginx_takes_reaches_the_service(wire):
    fields = b"".join(b"X-%04d: 0123456789abc\r\n" % n for n in range(950))
    answer = wire.send(closing(b"GET /rooms/" + b"x" * 8000 + b" HTTP/1.1\r\nHost: localhost\r\n" + fields + b"\r\n"))
    assert (answer.status, answer.slug) == (404, "not-found"), answer


def test_a_range_of_a_file_is_ignored(wire):
    whole, part = wire.get("/style.css"), wire.get("/style.css", Range="bytes=9999999-")
    assert (part.status, part.body) == (200, whole.body)


def test_a_refused_write_does_nothing(hotel, wire):
    before = hotel.web.get("/rooms").json["page"]["totalElements"]
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
        assert wire.ask("POST", "/rooms", b"price=1", **headers).status in (403, 421)
    assert hotel.web.get("/rooms").json["page"]["totalElements"] == before


def test_a_page_of_another_site_sets_no_cookie(wire):
    for headers in ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Dest": "image"}, {"Sec_Fetch_Site": "same-site"},
                    {"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        answer = wire.get("/me?guest=666&host=666&language=ko", **headers)
        assert answer.status in (403, 421) and not answer.header("set-cookie"), answer
    for headers in ({}, {"Sec_Fetch_Site": "none"}, {"Sec_Fetch_Site": "same-origin"}):
        answer = wire.get("/me?guest=7", **headers)
        assert answer.status == 303 and answer.header("set-cookie").startswith("guest=7;"), answer
        assert "; HttpOnly; SameSite=Lax" in answer.header("set-cookie")


@pytest.mark.parametrize("path", ["/", "/index.html", "/room.html?id=1", "/style.css", "/app/api.js", "/icon.svg",
                                  "/openapi.yaml", "/asyncapi.yaml", "/events/Booked.json", "/me", "/text/ko.js",
                                  "/docs", "/problems", "/problems/validation", "/openapi.json"])
def test_every_file_answers_options_head_and_nothing_that_writes(wire, path):
    answer = wire.ask("OPTIONS", path)
    assert (answer.status, answer.header("allow"), answer.body) == (204, "GET, HEAD, OPTIONS", b"")
    got, head = wire.get(path), wire.ask("HEAD", path)
    assert head.status == got.status in (200, 303) and not head.body
    assert head.header("content-type") == got.header("content-type")
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        answer = wire.ask(method, path)
        assert (answer.status, answer.slug) == (405, "method-not-allowed"), (method, answer)
        assert answer.header("allow") == "GET, HEAD, OPTIONS", (method, answer)


def test_a_service_that_is_down_is_a_problem_for_every_method(hotel, wire):
    hotel.stop("fcgi-alarm")
    try:
        for method in ("GET", "HEAD", "OPTIONS", "PATCH", "TRACE", "PROPFIND"):
            answer = wire.ask(method, "/notifications?recipientId=1")
            assert answer.status == 503 and answer.header("retry-after"), (method, answer)
            assert method == "HEAD" or answer.slug == "unavailable", (method, answer)
        page = wire.get("/notifications.html", Accept="text/html")
        assert page.type == "text/html" and "<main" in page.text, "a page needs no service"
    finally:
        hotel.start("fcgi-alarm")


@contextlib.contextmanager
def without_descriptors(hotel):
    """The workers of nginx can open nothing, so that nginx itself fails; connections that they have go on."""
    master = int((hotel.state / "run" / "nginx.pid").read_text())
    before = {}
    try:
        for worker in map(int, pathlib.Path(f"/proc/{master}/task/{master}/children").read_text().split()):
            before[worker] = resource.prlimit(worker, resource.RLIMIT_NOFILE)
            resource.prlimit(worker, resource.RLIMIT_NOFILE, (0, before[worker][1]))
        yield
    finally:
        for worker, limits in before.items():
            resource.prlimit(worker, resource.RLIMIT_NOFILE, limits)


def asked_again(connection, path):
    """The status and the problem of a request on a connection that stays open."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    response = http.client.HTTPResponse(connection, method="GET")
    response.begin()
    return response.status, json.loads(response.read()).get("type")


def test_an_error_of_nginx_itself_is_a_problem_and_to_services_the_program_is_away(hotel, wire):
    """book must not take it for pay's refusal of one order: pay answers its own 500 in the same form."""
    with contextlib.ExitStack() as open_ones:
        public = open_ones.enter_context(socket.create_connection(("127.0.0.1", hotel.port), timeout=WITHIN_S))
        internal = open_ones.enter_context(socket.socket(socket.AF_UNIX))
        internal.settimeout(WITHIN_S)
        internal.connect(str(hotel.run / "internal.sock"))
        path = "/payments?guestId=1"
        assert asked_again(public, path) == asked_again(internal, path) == (200, None)
        with without_descriptors(hotel):
            assert asked_again(public, path) == (500, "/problems/internal")
            assert asked_again(internal, path) == (503, "/problems/unavailable")
    assert wire.get(path).status == 200


def test_the_log_has_each_request_as_it_came_and_no_warning(hotel, wire):
    sent = [("DELETE", "/nothing-here-1", 404), ("POST", "/style.css", 405), ("TRACE", "/books/1", 405),
            ("PUT", "/rooms/1%2Fcalendar", 404), ("HEAD", "/nothing-here-2", 404)]
    for method, path, status in sent:
        assert wire.ask(method, path).status == status
    assert wire.ask("PATCH", "/rooms/1", Origin="https://evil.example").status == 403
    assert wire.ask("POST", "/books", Host="evil.example").status == 421
    sent += [("PATCH", "/rooms/1", 403), ("POST", "/books", 421)]
    long = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 40000 + b"\r\n\r\n"
    for raw in (b"garbage\r\n\r\n", SPACES, b"GET / HTTP/9.9\r\n\r\n", b"\r\n", b"GET / HTTP/1.1\r\nHost: loc", long):
        wire.send(raw, ends=True)

    def logged():
        lines = (hotel.state / "log" / "access.log").read_text().splitlines()
        found = [(line["method"], line["path"], line["status"]) for line in map(json.loads, lines)]
        return all(one in found for one in sent)

    eventually(logged, within=10.0, what="all requests are in the access log")
    complaints = (hotel.state / "log" / "nginx.log").read_text()
    assert "uninitialized" not in complaints and "[warn]" not in complaints, complaints
    assert "while proxying" not in complaints, "no noise that anybody can make"
