# SPDX-License-Identifier: MIT
"""Where deliveries arrive: a mail server and a receiver of webhooks, with the faults that a scenario needs."""

import asyncio
import base64
import email
import email.policy
import hashlib
import hmac
import http.server
import threading
import time

from aiosmtpd.controller import Controller
from hotel import free_port

SENDER = "no-reply@hotel.example"
SENDER_TIMEOUT_S = 4.0  # HOTEL_DELIVERY_TIMEOUT_MS in scenarios


class MailServer:
    """`mails` are those it has accepted, in order, one for each recipient; `senders` describes the
    connection of each."""

    def __init__(self):
        self.port = free_port()
        self.lock = threading.Lock()
        self.mails = []
        self.senders = []  # (is by TLS, authenticated user) for each MAIL command
        self.busy = 0  # mails that it is accepting
        self.unconfirmed = 0  # mails that it has accepted without a reply
        self.reset()

    # Its faults

    def reset(self):
        """Without any fault."""
        self.refusal = None  # the reply to RCPT
        self.slow_s = 0.0  # before it replies to DATA
        self.disconnects = 0  # how many mails it accepts next and disconnects without a reply

    def open(self, **options):
        """Begins to serve; options are those of aiosmtpd's Controller."""
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self.controller.start()

    def close(self):
        self.controller.stop()

    @property
    def settings(self):
        return {"HOTEL_SMTP_URL": f"smtp://127.0.0.1:{self.port}", "HOTEL_MAIL_FROM": SENDER}

    # What aiosmtpd calls

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.senders.append((is_by_tls(server), session.auth_data))
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "." not in session.host_name:
            return f"504 5.5.2 {session.host_name} is not fully qualified"
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        assert all(len(line) <= 998 for line in envelope.content.split(b"\r\n"))
        assert envelope.mail_from == SENDER
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        slow_s = self.slow_s
        self.busy += 1
        try:
            await asyncio.sleep(slow_s)  # is cancelled, and the mail dropped, when the sender disconnects
        finally:
            self.busy -= 1
        with self.lock:
            self.mails += [(to, mail) for to in envelope.rcpt_tos]
            disconnect, self.disconnects = self.disconnects > 0, max(self.disconnects - 1, 0)
            self.unconfirmed += disconnect
        if disconnect:
            server.transport.abort()
        return "250 OK"

    # Its mails

    def to(self, address):
        with self.lock:
            return [mail for to, mail in self.mails if to == address]


def is_by_tls(server):
    return server.transport.get_extra_info("sslcontext") is not None


def part_of(mail, kind):
    """The text of the part of this content type, None if there is none."""
    for part in mail.walk():
        if part.get_content_type() == kind:
            return part.get_payload(decode=True).decode()
    return None


# RFC 5546, 3.2.1 and 3.2.5: how often a component has a property, by the method; others do not occur.
CALENDAR = {"VERSION": {1}, "PRODID": {1}, "METHOD": {1}}
STAY = {"UID": {1}, "DTSTAMP": {1}, "SEQUENCE": {1}, "ORGANIZER": {1}, "DTSTART": {1}, "DTEND": {1},
        "SUMMARY": {1}, "STATUS": {1}, "DESCRIPTION": {0, 1}, "LOCATION": {0, 1}, "URL": {0, 1}}  # fmt: skip
STAYS = {"PUBLISH": {**STAY, "ATTENDEE": {0}}, "CANCEL": {**STAY, "ATTENDEE": {1}}}


def calendar_of(mail):
    """The properties of the stay in the calendar of a mail, which is checked by RFC 5545 and 5546."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    whole = part.get_payload(decode=True)
    assert whole.endswith(b"\r\n") and whole.count(b"\n") == whole.count(b"\r\n"), whole
    assert all(len(line) <= 75 for line in whole.split(b"\r\n")), whole
    lines = whole.decode().replace("\r\n ", "").split("\r\n")[:-1]
    begin, end = lines.index("BEGIN:VEVENT"), lines.index("END:VEVENT")
    assert (lines[0], lines[-1], end) == ("BEGIN:VCALENDAR", "END:VCALENDAR", len(lines) - 2), lines
    method = part.get_param("method")
    assert f"METHOD:{method}" in lines[:begin] and part.get_content_charset() == "utf-8"
    has_properties(lines[1:begin], CALENDAR)
    return has_properties(lines[begin + 1 : end], STAYS[method])


def has_properties(lines, allowed):
    """{name: value} of the lines, which have only the properties that are allowed, each as often."""
    found = [line.split(":", 1) for line in lines]
    names = [name.split(";")[0] for name, _ in found]
    assert set(names) <= set(allowed), names
    for name, times in allowed.items():
        assert names.count(name) in times, f"{name}: {names.count(name)} times"
    return dict(zip(names, (value for _, value in found)))


class WebhookReceiver:
    """`calls` are the events it has accepted: [(webhook-id, body)]; `headers` those of the last."""

    def __init__(self):
        self.lock = threading.Lock()
        self.secret = None
        self.status = 204
        self.location = "/"  # of a redirect
        self.hang = threading.Event()  # while it is clear, no request is answered
        self.hang.set()
        self.calls, self.refused, self.faults = [], 0, []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                receiver.accept(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/hook?of=a%20story"

    def close(self):
        self.hang.set()
        self.server.shutdown()
        self.server.server_close()

    def accept(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.hang.wait(300)
        fault = self.fault_of(request, body)
        with self.lock:
            if fault:
                self.faults.append(fault)
            elif self.status < 300:
                self.headers = dict(request.headers)
                self.calls.append((request.headers["webhook-id"], body.decode()))
            else:
                self.refused += 1
        request.send_response(self.status)
        request.send_header("Content-Length", "0")
        if self.status // 100 == 3:
            request.send_header("Location", self.location)
        request.end_headers()

    def fault_of(self, request, body):
        """What is wrong with a call by the rules of Standard Webhooks and CloudEvents, or None."""
        name, stamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        if request.headers["Content-Type"].split(";")[0] != "application/cloudevents+json":
            return f"{name}: content type {request.headers['Content-Type']}"
        if abs(time.time() - int(stamp)) > 300:
            return f"{name}: timestamp {stamp}"
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        mac = hmac.new(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
        wanted = f"v1,{base64.b64encode(mac).decode()}"
        if not hmac.compare_digest(wanted, request.headers["webhook-signature"]):
            return f"{name}: signature {request.headers['webhook-signature']}"
        return None
