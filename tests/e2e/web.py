# SPDX-License-Identifier: MIT
"""A small HTTP client. Each answer it hands out was held against the OpenAPI document."""

import dataclasses
import http.client
import json
import socket
import time
import urllib.parse

from validate import validate_exchange

ANSWER_WITHIN_S = 15.0  # a request has 10 s; whoever answers later than this has hung

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

# What a client sees when the other side goes away before it answered.
NO_ANSWER = (OSError, http.client.HTTPException)


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came back: headers have lower-case names, `seconds` is how long it took."""

    status: int
    headers: dict
    body: bytes
    seconds: float

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        """The slug of the problem, None if it is none."""
        if not self.headers.get("content-type", "").startswith("application/problem+json"):
            return None
        return self.json["type"].rpartition("/")[2]

    def items(self):
        """What a collection holds, whatever its name."""
        (found,) = self.json["_embedded"].values()
        return found

    def __repr__(self):
        return f"<{self.status} in {self.seconds * 1000:.0f} ms: {self.body[:600].decode(errors='replace')}>"


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path, timeout):
        super().__init__("hotel", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class Web:
    """One way in: a connection of its own for each request, so any number of threads may share it.

    listener names the part of the OpenAPI document that answers are compared with, if any.
    """

    def __init__(self, connect, listener=None, headers=None):
        self.connect = connect
        self.listener = listener
        self.headers = headers or {}

    def send(self, method, path, body=None, headers=None):
        """Sends exactly these bytes and headers."""
        connection = self.connect()
        try:
            begin = time.monotonic()
            connection.request(method, path, body=body, headers={**self.headers, **(headers or {})})
            response = connection.getresponse()
            content = response.read()
            seconds = time.monotonic() - begin
        finally:
            connection.close()
        received = {name.lower(): value for name, value in response.getheaders()}
        if self.listener:
            validate_exchange(method, path, response.status, received, content, self.listener)
        return Answer(response.status, received, content, seconds)

    def get(self, path, headers=None, **query):
        return self.send("GET", with_query(path, query), headers=headers)

    def delete(self, path, headers=None, **query):
        return self.send("DELETE", with_query(path, query), headers=headers)

    def post(self, path, headers=None, **fields):
        return self.write("POST", path, fields, headers)

    def patch(self, path, headers=None, **fields):
        return self.write("PATCH", path, fields, headers)

    def put(self, path, headers=None, **fields):
        return self.write("PUT", path, fields, headers)

    def post_form(self, path, headers=None, **fields):
        """As a page's form or `http --form` sends it."""
        body = urllib.parse.urlencode(fields)
        return self.send("POST", path, body.encode(), {"Content-Type": FORM, **(headers or {})})

    def write(self, method, path, fields, headers):
        body = json.dumps(fields, ensure_ascii=False).encode()
        return self.send(method, path, body, {"Content-Type": JSON, **(headers or {})})

    def get_all(self, path, **query):
        """Everything in a collection, page by page along its links."""
        found = []
        following = with_query(path, {**query, "size": 100})
        while following:
            answer = self.send("GET", following)
            assert answer.status == 200, answer
            found += answer.items()
            following = path_of(answer.json["_links"].get("next"))
        return found


class Internal(Web):
    """The internal listener, as a service: token(context) is what it shows to a context."""

    CONTEXTS = {"rooms": "room", "books": "book", "payments": "pay"}

    def __init__(self, connect, token):
        super().__init__(connect, "internal")
        self.token = token

    def send(self, method, path, body=None, headers=None):
        context = self.CONTEXTS.get(path.split("?")[0].split("/")[1], "book")
        shown = {"Authorization": f"Bearer {self.token(context)}", **(headers or {})}
        return super().send(method, path, body, {name: value for name, value in shown.items() if value})


def with_query(path, query):
    return f"{path}?{urllib.parse.urlencode(query)}" if query else path


def path_of(link):
    """The path and query of a HAL link, None if there is no such link."""
    if link is None:
        return None
    parts = urllib.parse.urlsplit(link["href"])
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def public(host, port):
    """The way in that everybody has."""
    return Web(lambda: http.client.HTTPConnection(host, port, timeout=ANSWER_WITHIN_S), "public")


def internal(path, token):
    """The way in that only the services have. token(context): the token of a service that calls the context."""
    return Internal(lambda: UnixConnection(path, ANSWER_WITHIN_S), token)


def admin(path):
    """The listener of one process: /livez, /readyz, /metrics."""
    return Web(lambda: UnixConnection(path, ANSWER_WITHIN_S))
