# SPDX-License-Identifier: MIT
"""Passwords and keys are replaced while bookings go on, and the old ones count no longer."""

import base64
import pathlib
import re
import subprocess

import pika

from actors import all_accepted, booked, place_book, register_room
from load import Load
from one_time_codes import code_of
from waiting import eventually

FAILED = 1


def logs_in(hotel, user, password):
    """Whether MariaDB takes this password of a context's user."""
    login = f"[client]\nsocket={hotel.run}/mariadb.sock\nuser={user}\npassword=\"{password}\"\n"
    (hotel.state / "login").write_text(login, encoding="utf-8")
    done = subprocess.run(["mariadb", f"--defaults-file={hotel.state}/login", "-e", "DO 0"], capture_output=True, timeout=30)
    return done.returncode == 0


def is_known_to_the_broker(hotel, user, password):
    """Whether RabbitMQ takes it."""
    login = pika.PlainCredentials(user, password)
    try:
        pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hotel.broker_port(), credentials=login)).close()
    except pika.exceptions.ProbableAuthenticationError:
        return False
    return True


def operator_made(hotel, email):
    """(password, key of one-time codes) of a new operator."""
    said = dict(line.split(":", 1) for line in hotel.command("account", "add", email, "--role", "operator").stdout.splitlines())
    return said["password"].strip(), said["second factor"].strip()


def stored(hotel, email):
    """What the database has of the key of one-time codes."""
    return hotel.rows(f"SELECT otp_key, otp_sealed FROM hotel_account.account WHERE email = '{email}'")[0]


def signs_in(hotel, email, secrets):
    answer = hotel.web.post("/tokens", grant_type="password", email=email, password=secrets[0], otp=code_of(secrets[1]))
    return answer.status == 200


def test_keys_of_one_time_codes_are_encrypted_and_those_of_before_become_so(hotel):
    email = "before@example.com"
    secrets = operator_made(hotel, email)
    digits = base64.b32decode(secrets[1]).hex()
    seal, sealed = stored(hotel, email)
    assert seal.startswith("5ea1ed00") and len(sealed) == 120 and digits not in sealed
    hotel.rows(f"UPDATE hotel_account.account SET otp_key = '{digits}', otp_sealed = '' WHERE email = '{email}'")
    assert signs_in(hotel, email, secrets), "as the version before stored it"
    hotel.restart("worker-account")
    eventually(lambda: stored(hotel, email)[0] == seal, what="the worker encrypts it")
    hotel.rows(f"UPDATE hotel_account.account SET otp_step = 0 WHERE email = '{email}'")
    assert stored(hotel, email)[1] != sealed and signs_in(hotel, email, secrets)
    assert hotel.command("account", "seal").stdout == "0 sealed\n"
    hotel.rows(f"UPDATE hotel_account.account SET otp_key = CONCAT('5ea1ed00', REPEAT('0', 32)), otp_step = 0"
              f" WHERE email = '{email}'")  # fmt: skip
    assert not signs_in(hotel, email, secrets), "the secret is another one"
    assert "1 are sealed with a secret that is not there" in hotel.command("account", "seal").stdout
    hotel.command("account", "second-factor", email, "--remove")
    hotel.check()


def test_every_secret_is_replaced_while_bookings_go_on(hotel):
    rooms = [register_room(hotel) for _ in range(4)]
    hotel.check()
    names = [line.split()[0] for line in hotel.command("secrets").stdout.splitlines()]
    names = [name for name in names if name[:4] in ("db-b", "db-c", "db-r", "amqp", "book", "otp-") and name != "amqp-alarm"]
    assert {"db-book", "db-check", "db-root", "amqp-book", "amqp-operator", "booking-key", "otp-key"} <= set(names)
    code_key = operator_made(hotel, "sealed@example.com")
    sealed = stored(hotel, "sealed@example.com")
    before = {name: hotel.secret(name) for name in names}
    with Load(3, lambda n: place_book(hotel, rooms[n % 4], first=1 + n // 4), every=0.3) as load:
        hotel.command("secrets", "rotate", *names)
        answered = len(load.results)
    all_accepted(load.results)
    assert answered > 5, "bookings went on meanwhile"
    after = {name: hotel.secret(name) for name in names}
    assert all(after[name] != before[name] for name in names)
    for name, user in (("db-book", "hotel_book"), ("db-check", "hotel_check")):
        assert logs_in(hotel, user, after[name]) and not logs_in(hotel, user, before[name])
    for name, user in (("amqp-book", "hotel_book"), ("amqp-operator", "hotel_operator")):
        assert is_known_to_the_broker(hotel, user, after[name])
        assert not is_known_to_the_broker(hotel, user, before[name])
    assert after["booking-key"].split()[1] == before["booking-key"]
    resealed = stored(hotel, "sealed@example.com")
    assert resealed[0] != sealed[0] and resealed[1] != sealed[1] and len(after["otp-key"].split()) == 1
    assert signs_in(hotel, "sealed@example.com", code_key)
    hotel.check()

    assert "still opens bookings" in hotel.command("secrets", "rotate", "booking-key", expect=FAILED).stderr
    hotel.command("secrets", "forget", "booking-key")
    assert hotel.secret("booking-key") == after["booking-key"].split()[0]
    hotel.command("secrets", "rotate", "erlang-cookie")
    assert "up to date" in hotel.up().stdout, "an up afterwards changes no password"
    booked(hotel, rooms[0], first=300)
    hotel.check()
    shown = hotel.command("secrets").stdout + hotel.command("doctor", expect=None).stdout
    assert not [name for name in names if hotel.secret(name).split()[0] in shown]


def test_the_password_of_a_consumer_is_replaced(hotel):
    hotel.command("consumer", "add", "rotating")
    before = hotel.secret("consumer-rotating")
    hotel.command("consumer", "rotate", "rotating")
    after = hotel.secret("consumer-rotating")
    assert after != before and after in (hotel.state / "consumers/rotating").read_text(encoding="utf-8")
    assert is_known_to_the_broker(hotel, "rotating", after) and not is_known_to_the_broker(hotel, "rotating", before)
    assert "unknown consumer" in hotel.command("consumer", "rotate", "nobody", expect=2).stderr
    hotel.command("consumer", "remove", "rotating")


def test_no_program_and_no_server_can_leave_a_core_dump(hotel):
    """1 byte is too small for any, and keeps the kernel from piping one to a program."""
    for name, program in hotel.status().items():
        for pid in program["pids"]:
            limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
            (soft, hard) = re.search(r"Max core file size +(\S+) +(\S+)", limits).groups()
            assert {soft, hard} <= {"0", "1"}, f"{name}: {limits}"
