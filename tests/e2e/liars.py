# SPDX-License-Identifier: MIT
"""A stand-in for the internal listener that forwards what it is asked, and lies where a scenario says so.

A lie is lie(listener, out, truth): it writes to the socket `out` what the caller gets; truth() forwards the
request, or with a path asks for another resource, and returns the true Answer.
"""

import http.server
import json
import socket
import socketserver
import threading

import web

LATE_S = 3.0  # later than any caller waits
FORWARDED = ("Content-Type", "Authorization", "X-Request-Id", "Traceparent", "Accept")
MEGABYTE = b" " * 1_000_000


class LyingListener:
    """Forwards to the internal listener at `target`. choose(method, path, body) names the lie for a request,
    or returns None. Listens at `path`, or at a port of the loopback address. token(context): the token of a
    service that calls the context."""

    def __init__(self, target, choose, path=None, token=None):
        self.target = target
        self.token = token
        self.choose = choose
        self.lock = threading.Lock()
        self.told = []  # the name of each lie, whenever it was told
        self.redirected = []  # requests at the address that a lie redirected to
        self.closing = threading.Event()
        handler = type("Handler", (Handler,), {"listener": self})
        server = UnixServer if path else http.server.ThreadingHTTPServer
        self.server = server(str(path) if path else ("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    request_queue_size = 128


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    listener = None

    def address_string(self):
        return "caller"

    def log_message(self, *_):
        pass

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/elsewhere":
            self.listener.redirected.append(self.command)
        lie = self.listener.choose(self.command, self.path, body)
        if lie is None:
            self.forward(body)
            return
        with self.listener.lock:
            self.listener.told.append(lie)
        self.close_connection = True
        try:
            LIES[lie](self.listener, self.connection, lambda path=None: self.ask(body, path))
        except OSError:
            pass  # the caller has left

    do_GET = do_POST = do_DELETE = do_PATCH = do_PUT = answer

    def ask(self, body, path=None):
        headers = {name: self.headers[name] for name in FORWARDED if self.headers[name]}
        return web.admin(self.listener.target).send(self.command, path or self.path, body or None, headers)

    def forward(self, body):
        true = self.ask(body)
        self.connection.sendall(written(true.status, true.body, true.headers.get("content-type", "")))


def written(status, body, media="application/hal+json", *headers, length=None):
    """The bytes of a response."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {media}", *headers]
    if status != 204:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode() + body


# ---- the lies ----


def with_status(status):
    """The true answer under another status."""
    return lambda _, out, truth: out.sendall(written(status, truth().body))


def with_members(**members):
    """The true answer with other members."""

    def lie(_, out, truth):
        true = truth()
        out.sendall(written(true.status, json.dumps({**true.json, **members}).encode()))

    return lie


def with_body(change):
    """The true status with another body."""

    def lie(_, out, truth):
        true = truth()
        out.sendall(written(true.status, change(true.body)))

    return lie


def with_rows(change):
    """The true page of a list with other rows."""

    def lie(_, out, truth):
        true = truth()
        ((name, rows),) = true.json["_embedded"].items()
        out.sendall(written(true.status, json.dumps({"_embedded": {name: change(rows)}}).encode()))

    return lie


def with_row(**members):
    """The true page with other members in its last row."""
    return with_rows(lambda rows: [*rows[:-1], *({**row, **members} for row in rows[-1:])])


def of_another_context(listener, out, truth):
    (name,) = truth().json["_embedded"]
    other = {"rooms": "books", "books": "payments", "payments": "books"}[name]
    asked = web.internal(listener.target, listener.token)  # a service's token counts in one context only
    rows = asked.get(f"/{other}/snapshot?after=0&size=100").json["_embedded"][other]
    out.sendall(written(200, json.dumps({"_embedded": {name: rows}}).encode()))


def the_first_page_again(_, out, truth):
    (name,) = truth().json["_embedded"]
    out.sendall(written(200, truth(f"/{name}/snapshot?after=0&size=100").body))


def exactly(data):
    """These bytes, whatever is true."""
    return lambda _, out, truth: (truth(), out.sendall(data))


def endlessly(begin, again):
    """Bytes without an end, until the caller leaves."""

    def lie(listener, out, truth):
        truth()
        out.sendall(begin)
        while not listener.closing.is_set():
            out.sendall(again)

    return lie


def shorter_than_announced(_, out, truth):
    true = truth()
    out.sendall(written(true.status, true.body[: len(true.body) // 2], length=len(true.body)))


def cut_in_the_headers(_, out, truth):
    out.sendall(written(truth().status, b"")[:40])


def chunk_of_another_size(_, out, truth):
    true = truth()
    head = f"HTTP/1.1 {true.status} Said\r\nTransfer-Encoding: chunked\r\n\r\n"
    out.sendall(head.encode() + b"%x\r\n" % (len(true.body) + 7) + true.body + b"\r\n0\r\n\r\n")


def late(listener, out, truth):
    true = truth()
    listener.closing.wait(LATE_S)
    out.sendall(written(true.status, true.body))


def never(listener, out, truth):
    truth()
    out.settimeout(60)
    out.recv(1)  # until the caller leaves


def drop_by_drop(listener, out, truth):
    true = truth()
    for byte in written(true.status, true.body):
        out.sendall(bytes([byte]))
        if listener.closing.wait(0.05):
            return


def redirected(status):
    def lie(listener, out, truth):
        true = truth()
        out.sendall(written(status, true.body, "application/hal+json", "Location: /elsewhere"))

    return lie


def reset(_, out, truth):
    truth()
    out.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    out.close()


def problem(status, slug):
    body = json.dumps({"type": f"/problems/{slug}", "title": slug, "status": status, "detail": slug}).encode()
    return exactly(written(status, body, "application/problem+json"))


# What is wrong with any answer, whoever gives it.
ANY = {
    "the answer in a 500": with_status(500),
    "the answer in a 202": with_status(202),
    "the answer in a 206": with_status(206),
    "the answer in a 404": with_status(404),
    "the answer in a 409": with_status(409),
    "the answer in a 503": with_status(503),
    "the answer in a 999": with_status(999),
    "nothing in a 200": exactly(written(200, b"")),
    "a page in a 200": exactly(written(200, b"<!doctype html><p>Welcome", "text/html")),
    "null in a 200": exactly(written(200, b"null")),
    "half an answer": with_body(lambda body: body[: len(body) // 2]),
    "less than announced": shorter_than_announced,
    "cut in the headers": cut_in_the_headers,
    "a chunk of another size": chunk_of_another_size,
    "an array around it": with_body(lambda body: b"[" + body + b"]"),
    "a member twice": with_body(lambda body: b'{"id":1,' + body[1:]),
    "followed by something": with_body(lambda body: body + b"{}"),
    "nested a thousand deep": with_body(lambda body: b'{"x":' * 1000 + body + b"}" * 1000),
    "not UTF-8": with_body(lambda body: body[:-1] + b',"x":"\xff\xfe"}'),
    "10 MB": with_body(lambda body: body[:-1] + 10 * MEGABYTE + b"}"),
    "an endless body": endlessly(b"HTTP/1.1 200 Said\r\nContent-Type: application/json\r\n\r\n{", MEGABYTE),
    "endless headers": endlessly(b"HTTP/1.1 200 Said\r\n", b"X-More: and more\r\n" * 1000),
    "an endless header": endlessly(b"HTTP/1.1 200 Said\r\nX-More: ", MEGABYTE),
    "endless interim answers": endlessly(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 1000),
    "no HTTP": exactly(b"Good morning\r\n\r\n"),
    "closed at once": exactly(b""),
    "reset": reset,
    "redirected by 302": redirected(302),
    "redirected by 307": redirected(307),
    "late": late,
    "never": never,
    "drop by drop": drop_by_drop,
}

# What is wrong with a payment.
PAYMENT = {
    "another booking": with_members(bookId=999_999),
    "no booking": with_members(bookId=0),
    "a payment for another room": with_members(roomId=999_999),
    "another host": with_members(hostId=999_999),
    "another guest": with_members(guestId=999_999),
    "another stay": with_members(startDate="2031-01-01", endDate="2031-01-02"),
    "another amount": with_members(price=1),
    "a negative amount": with_members(price=-1500),
    "an amount as text": with_members(price="1500"),
    "an amount beyond all numbers": with_members(price=10**30),
    "another currency": with_members(currency="USD"),
    "no currency": with_members(currency=""),
    "no status": with_members(status=None),
    "a status that there is not": with_members(status="PayPerhaps"),
    "a status in other letters": with_members(status="PAYAPPROVED"),
    "the number 0": with_members(id=0),
}

# What is wrong with a room.
ROOM = {
    "another room": with_members(id=999_999),
    "a price of 0": with_members(price=0),
    "a price beyond the limit": with_members(price=10**10),
    "a negative price": with_members(price=-1),
    "a capacity of 0": with_members(capacity=0),
    "no currency": with_members(currency=""),
    "a status that there is not": with_members(status="Perhaps"),
    "version 0": with_members(version=0),
}

# What is wrong with the answer that a room is closed, which is a 204 without a body.
CLOSED = {
    "a 201 without a body": exactly(written(201, b"")),
    "a 409 about something else": problem(409, "state-conflict"),
    "a 409 in a 503": problem(503, "room-has-bookings"),
    "a 409 that is no problem": exactly(written(409, b'{"type":"/problems/room-has-bookings"}')),
}

# What is wrong with a page of a snapshot.
SNAPSHOT = {
    "rows of another context": of_another_context,
    "the first page again": the_first_page_again,
    "the last row first": with_rows(lambda rows: [*rows[-1:], *rows[:-1]]),
    "a row twice": with_rows(lambda rows: [*rows[:1], *rows]),
    "more rows than asked for": with_rows(lambda rows: [
        {**row, "id": row["id"] + i} for row in rows[:1] for i in range(101)]),
    "no rows but a text": with_rows(lambda rows: "none"),
    "a row that is null": with_rows(lambda rows: [*rows, None]),
    "a row that is a list": with_rows(lambda rows: [rows]),
    "an id as text": with_row(id="17"),
    "a row without an id": with_row(id=None),
    "a version as text": with_row(version="two"),
    "no version": with_row(version=None),
    "another type of status": with_row(status=1),
    "a host that is a list": with_row(hostId=[1]),
    "a time that is none": with_row(updatedAt="yesterday"),
}

LIES = ANY | PAYMENT | ROOM | CLOSED | SNAPSHOT
