# SPDX-License-Identifier: MIT
"""Mails and the password go to the right server only, encrypted."""

import pathlib
import types

import pytest
from aiosmtpd.smtp import AuthResult

from actors import booked, register_room, new_person
from certificates import Authority
from receivers import MailServer, is_by_tls
from test_delivery import QUICK, address_of, await_delivered, delivery_of, notifications_of
from waiting import eventually

USER, PASSWORD = "hotel", "open-sesame-4711"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Certificates of mail servers, and the settings by which the right one is accepted."""
    folder = tmp_path_factory.mktemp("tls")
    ours, others = Authority(folder, "ours"), Authority(folder, "others")
    (folder / "password").write_text(f"{PASSWORD}\n")
    return types.SimpleNamespace(
        good=ours.server("good", "IP:127.0.0.1"),
        misnamed=ours.server("misnamed", "DNS:mail.example"),
        unknown=others.server("unknown", "IP:127.0.0.1"),
        settings={
            "HOTEL_SMTP_CA_FILE": str(ours.file),
            "HOTEL_SMTP_USER": USER,
            "HOTEL_SMTP_PASSWORD_FILE": str(folder / "password"),
        },
    )


@pytest.fixture(scope="module")
def mail_server(first_system):
    mail_server = MailServer()
    yield mail_server
    mail_server.close()
    logs = "".join(file.read_text(errors="replace")
                   for file in (first_system.state / "log").rglob("*") if file.is_file())  # fmt: skip
    assert "not-delivered" in logs and PASSWORD not in logs


def serve(mail_server, **options):
    """Serves from now on with these options, to senders that know the password."""

    def login(server, session, envelope, mechanism, data):
        right = (data.login.decode(), data.password.decode()) == (USER, mail_server.password)
        mail_server.logins.append(is_by_tls(server))
        return AuthResult(success=right, handled=right, auth_data=data.login.decode() if right else None)

    if hasattr(mail_server, "controller"):
        mail_server.close()
    mail_server.password = PASSWORD
    mail_server.senders, mail_server.logins = [], []  # of each login: whether by TLS
    mail_server.open(authenticator=login, **options)


def book(hotel):
    """A booking of a guest who gets two mails."""
    guest = new_person()
    booked(hotel, register_room(hotel), guestId=guest, email=address_of(guest))
    return guest


def arrives_after_a_repair(hotel, mail_server, reason, repair, within=60.0):
    """Mails wait for this reason and are tried again; they arrive once it is repaired. The logins before."""
    guest = book(hotel)

    def waits_for_the_reason():
        mails = [delivery_of(notice, "email") for notice in notifications_of(hotel, guest)]
        assert all(mail["state"] == "waiting" for mail in mails), mails
        return any(mail["attempts"] > 1 and mail["reason"] == reason for mail in mails)

    eventually(waits_for_the_reason, what=reason)
    assert mail_server.senders == [], "no mail was begun"
    logins = mail_server.logins
    repair()
    await_delivered(hotel, guest, "email", 2, within)
    assert set(mail_server.senders) == {(True, USER)}
    return logins


def test_tls_from_the_first_byte(hotel, mail_server, shown):
    hotel.up(**mail_server.settings | {"HOTEL_SMTP_URL": f"smtps://127.0.0.1:{mail_server.port}"},
             **shown.settings, **QUICK)  # fmt: skip
    serve(mail_server, ssl_context=shown.unknown, auth_require_tls=False)
    logins = arrives_after_a_repair(hotel, mail_server, "smtp-certificate",
                       lambda: serve(mail_server, ssl_context=shown.good, auth_require_tls=False))  # fmt: skip
    assert logins == [], "the password is sent to no other server"


def test_tls_by_starttls(hotel, mail_server, shown):
    hotel.up(**mail_server.settings, **shown.settings, **QUICK, HOTEL_SMTP_TLS="require")
    for wrong, reason in ((None, "smtp-tls"), (shown.misnamed, "smtp-certificate")):
        serve(mail_server, tls_context=wrong, auth_require_tls=False)
        logins = arrives_after_a_repair(hotel, mail_server, reason, lambda: serve(mail_server, tls_context=shown.good))
        assert logins == [], "nothing is sent in clear, nor to another server"


def test_a_refused_password_is_reported_and_tried_again(hotel, mail_server, shown):
    hotel.up(**mail_server.settings, **shown.settings, **QUICK, HOTEL_SMTP_TLS="require")
    serve(mail_server, tls_context=shown.good)
    mail_server.password = "another"
    logins = arrives_after_a_repair(hotel, mail_server, "smtp-login", lambda: setattr(mail_server, "password", PASSWORD))
    assert len(logins) >= 2 and all(logins)


def test_a_missing_file_of_authorities_stops_the_start(first_system):
    done = first_system.command("up", expect=2, settings={"HOTEL_SMTP_URL": "smtps://127.0.0.1:1",
        "HOTEL_MAIL_FROM": "a@example.org", "HOTEL_SMTP_CA_FILE": "/nowhere/ca.pem"})  # fmt: skip
    assert "HOTEL_SMTP_CA_FILE" in done.stderr and "/nowhere/ca.pem" in done.stderr
    assert not (pathlib.Path(first_system.state) / "settings").read_text().count("nowhere")
