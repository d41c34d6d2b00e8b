"""Mails go to the right server only, unread on their way, and the password goes nowhere else."""

import pathlib
import types

import pytest
from aiosmtpd.smtp import AuthResult

from actors import booked, register_room, somebody
from certificates import Authority
from post import PostOffice, is_private
from test_delivery import OFF, QUICK, address_of, await_delivered, delivery_of, told
from waiting import eventually

USER, PASSWORD = "hotel", "open-sesame-4711"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What a mail server may show of itself, and the settings by which the right one is known."""
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
def office(first_system):
    office = PostOffice()
    yield office
    first_system.up(**OFF, HOTEL_SMTP_CA_FILE="", HOTEL_SMTP_USER="", HOTEL_SMTP_TLS="try")
    office.close()
    said = "".join(file.read_text(errors="replace")
                   for file in (first_system.state / "log").rglob("*") if file.is_file())  # fmt: skip
    assert "not-delivered" in said and PASSWORD not in said


def serve(office, **manners):
    """Serves from now on in this manner, to whoever knows the password."""

    def login(server, session, envelope, mechanism, data):
        right = (data.login.decode(), data.password.decode()) == (USER, office.password)
        office.tries.append(is_private(server))
        return AuthResult(success=right, handled=right, auth_data=data.login.decode() if right else None)

    if hasattr(office, "controller"):
        office.close()
    office.password = PASSWORD
    office.senders, office.tries = [], []  # tries of logging in: whether by TLS
    office.open(authenticator=login, **manners)


def book(hotel):
    """Somebody books who gets two mails of it."""
    guest = somebody()
    booked(hotel, register_room(hotel), guestId=guest, email=address_of(guest))
    return guest


def goes_later(hotel, office, reason, mend, within=60.0):
    """Somebody's mails wait for this reason and are tried again; once it is mended they arrive."""
    guest = book(hotel)

    def says_why():
        mails = [delivery_of(notice, "email") for notice in told(hotel, guest)]
        assert all(mail["state"] == "waiting" for mail in mails), mails
        return any(mail["attempts"] > 1 and mail["reason"] == reason for mail in mails)

    eventually(says_why, what=reason)
    assert office.senders == [], "no letter was begun"
    tries = office.tries
    mend()
    await_delivered(hotel, guest, "email", 2, within)
    assert set(office.senders) == {(True, USER)}
    return tries


def test_tls_from_the_first_byte(hotel, office, shown):
    hotel.up(**office.settings | {"HOTEL_SMTP_URL": f"smtps://127.0.0.1:{office.port}"},
             **shown.settings, **QUICK)  # fmt: skip
    serve(office, ssl_context=shown.unknown, auth_require_tls=False)
    tries = goes_later(hotel, office, "smtp-certificate",
                       lambda: serve(office, ssl_context=shown.good, auth_require_tls=False))  # fmt: skip
    assert tries == [], "the password is not told to anybody else"


def test_tls_that_a_server_begins_when_asked(hotel, office, shown):
    hotel.up(**office.settings, **shown.settings, **QUICK, HOTEL_SMTP_TLS="require")
    for wrong, reason in ((None, "smtp-tls"), (shown.misnamed, "smtp-certificate")):
        serve(office, tls_context=wrong, auth_require_tls=False)
        tries = goes_later(hotel, office, reason, lambda: serve(office, tls_context=shown.good))
        assert tries == [], "nothing is said in clear, nor to anybody else"


def test_a_password_that_is_not_taken_is_told_and_tried_again(hotel, office, shown):
    hotel.up(**office.settings, **shown.settings, **QUICK, HOTEL_SMTP_TLS="require")
    serve(office, tls_context=shown.good)
    office.password = "another"
    tries = goes_later(hotel, office, "smtp-login", lambda: setattr(office, "password", PASSWORD))
    assert len(tries) >= 2 and all(tries)


def test_a_file_of_authorities_that_is_not_there_is_named_at_once(first_system):
    done = first_system.command("up", expect=2, settings={"HOTEL_SMTP_URL": "smtps://127.0.0.1:1",
        "HOTEL_MAIL_FROM": "a@example.org", "HOTEL_SMTP_CA_FILE": "/nowhere/ca.pem"})  # fmt: skip
    assert "HOTEL_SMTP_CA_FILE" in done.stderr and "/nowhere/ca.pem" in done.stderr
    assert not (pathlib.Path(first_system.state) / "settings").read_text().count("nowhere")
