# SPDX-License-Identifier: MIT
"""Frozen programs are replaced, the mail catcher is watched, no registry is asked for our images, and secrets are
replaced."""

import os
import pathlib
import signal

import pytest
import yaml

from actors import all_accepted, booked, place_book, register_room
from engine import run
from images import ROOT
from load import Load
from waiting import eventually


def processes_of(system, container):
    """All processes of a container but its first, which is Docker's init."""
    first = system.inspect(container)["State"]["Pid"]
    return descendants(first)


def descendants(pid):
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [one for child in map(int, children) for one in [child, *descendants(child)]]


def is_healthy(system, container):
    return system.inspect(container)["State"]["Health"]["Status"] == "healthy"


@pytest.mark.parametrize("service", ["fcgi-book", "worker-alarm", "nginx"])
def test_a_frozen_program_is_replaced(hotel, service):
    room = register_room(hotel)
    container, *_ = hotel.containers(service)
    restarts = hotel.inspect(container)["RestartCount"]
    frozen = processes_of(hotel, container)
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    eventually(lambda: hotel.inspect(container)["RestartCount"] > restarts, within=60, what=f"{service} is restarted")
    eventually(lambda: is_healthy(hotel, container), within=60, what=f"{service} is healthy")
    assert not set(frozen) & set(processes_of(hotel, container))
    eventually(hotel.answers, within=60, what="nginx answers")
    booked(hotel, room)


def test_a_program_that_is_not_ready_is_left_alone(hotel):
    """Its database is away for longer than a frozen program may be silent."""
    (container,) = hotel.containers("fcgi-room")
    state = hotel.inspect(container)
    (mariadb,) = hotel.containers("mariadb")
    hotel.engine.docker("pause", mariadb)
    try:
        eventually(lambda: hotel.inspect(container)["State"]["Health"]["FailingStreak"] >= 5, within=90,
                   what="the health check failed five times")  # fmt: skip
    finally:
        hotel.engine.docker("unpause", mariadb)
    eventually(lambda: is_healthy(hotel, container), within=60, what="fcgi-room is healthy")
    assert hotel.inspect(container)["State"]["StartedAt"] == state["State"]["StartedAt"]


def test_the_mail_catcher_is_unhealthy_when_it_does_not_answer(system):
    (mail,) = system.containers("mail")
    eventually(lambda: is_healthy(system, mail), within=60, what="mail is healthy")
    (pid,) = [one for one in processes_of(system, mail) if b"mail" in pathlib.Path(f"/proc/{one}/cmdline").read_bytes()]
    os.kill(pid, signal.SIGSTOP)
    try:
        eventually(lambda: not is_healthy(system, mail), within=60, what="mail is unhealthy")
    finally:
        os.kill(pid, signal.SIGCONT)
    eventually(lambda: is_healthy(system, mail), within=60, what="mail is healthy again")


def test_no_registry_is_asked_for_images_that_are_built_here(system):
    services = yaml.safe_load((ROOT / "compose/compose.yaml").read_text())["services"]
    for name, service in services.items():
        assert service.get("pull_policy", "") == ("${MYHOTEL_PULL:-never}" if "build" in service else ""), name
    done = run(["docker-compose", "-f", ROOT / "compose/compose.yaml", "config"],
               system.environment(MYHOTEL_PULL="if_not_present"))  # fmt: skip
    assert yaml.safe_load(done.stdout)["services"]["fcgi-book"]["pull_policy"] == "if_not_present"


def test_the_issuer_of_tokens_is_where_the_stack_is_published(system):
    done = run(["docker-compose", "-f", ROOT / "compose/compose.yaml", "--profile", "operator", "config"],
               system.environment(HOTEL_PORT="8123"))  # fmt: skip
    given = {name: service["environment"] for name, service in yaml.safe_load(done.stdout)["services"].items()
             if "HOTEL_ISSUER" in (service.get("environment") or {})}  # fmt: skip
    assert {"nginx", "fcgi-account", "fcgi-book", "worker-alarm", "operator"} <= set(given)
    assert {one["HOTEL_ISSUER"] for one in given.values()} == {"http://localhost:8123"}
    assert all("HOTEL_URL" in one for one in given.values()), "which is the issuer where it is set"


def test_secrets_are_replaced_while_bookings_go_on(hotel):
    rooms = [register_room(hotel) for _ in range(4)]
    before = {name: hotel.secret(name) for name in ("db-book", "amqp-book", "db-root", "booking-key")}
    with Load(2, lambda n: place_book(hotel, rooms[n % 4], first=1 + n // 4), every=0.5) as load:
        told = hotel.command("secrets", "rotate", "--now", *before)
        answered = len(load.results)
    all_accepted(load.results)
    assert answered > 5, "bookings went on meanwhile"
    after = {name: hotel.secret(name) for name in before}
    for name in before:
        assert f"{name} is replaced" in told and after[name] != before[name] and after[name] not in told, told
        assert hotel.secret(f"{name}.old") == "", "nothing is left of the replacement"
    assert hotel.takes("hotel_book", after["db-book"]) and not hotel.takes("hotel_book", before["db-book"])
    assert hotel.takes("root", after["db-root"]) and not hotel.takes("root", before["db-root"])
    assert before["booking-key"] not in after["booking-key"], "--now leaves the one before no time"
    listed = hotel.command("secrets")
    assert "db-root" in listed and "interrupted" not in listed and "erlang-cookie" not in listed
    assert "unknown secret" in hotel.command("secrets", "rotate", "db-nobody", expect=2)
    assert "no secret before that counts" in hotel.command("secrets", "forget", "booking-key", expect=1)
    assert "secret-rotated" in hotel.operator("audit", "--what", "secret-rotated")
