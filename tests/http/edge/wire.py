# SPDX-License-Identifier: MIT
"""Requests byte by byte, and their responses as they came."""

import dataclasses
import gzip
import json
import socket

WITHIN_S = 15.0


@dataclasses.dataclass(frozen=True)
class Response:
    """Headers are (lower-case name, value) pairs, because some come several times."""

    status: int
    headers: list
    body: bytes

    def header(self, name):
        """Its value, of several all values; None if there is none."""
        return ", ".join(value for one, value in self.headers if one == name) or None

    @property
    def type(self):
        return (self.header("content-type") or "").split(";")[0]

    @property
    def text(self):
        body = gzip.decompress(self.body) if self.header("content-encoding") == "gzip" else self.body
        return body.decode()

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def slug(self):
        """The slug of a problem; None if it is none, or contradicts its status."""
        if self.type != "application/problem+json" or self.json["status"] != self.status:
            return None
        return self.json["type"].removeprefix("/problems/")


class Wire:
    """Each request has a connection of its own."""

    def __init__(self, port):
        self.port = port

    def send(self, raw, ends=False):
        """The response to these bytes; None if the connection was closed without one. Either nginx closes
        the connection after it, or `ends` does so for our side."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=WITHIN_S) as connection:
            connection.sendall(raw)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            received = b""
            while part := connection.recv(65536):
                received += part
        return parsed(received) if received else None

    def ask(self, method, path, body=b"", **headers):
        """headers by names with _ in place of -; None leaves one out. Host is ours unless given."""
        given = {"Host": f"127.0.0.1:{self.port}", "Connection": "close"}
        if body:
            given |= {"Content-Length": len(body), "Content-Type": "application/x-www-form-urlencoded"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{name}: {value}\r\n" for name, value in given.items() if value is not None]
        return self.send(f"{method} {path} HTTP/1.1\r\n{''.join(lines)}\r\n".encode() + body)

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)


def parsed(received):
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = [(name.lower(), value.strip()) for name, value in (line.split(":", 1) for line in lines)]
    if ("transfer-encoding", "chunked") in headers:
        body = joined(body)
    return Response(int(first.split()[1]), headers, body)


def joined(chunks):
    """A chunked body as a whole."""
    body = b""
    while chunks:
        size, _, chunks = chunks.partition(b"\r\n")
        body += chunks[:int(size, 16)]
        chunks = chunks[int(size, 16) + 2:]
    return body
