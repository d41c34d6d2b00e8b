# SPDX-License-Identifier: MIT
"""The upgrade of a stack from a version whose socket holder was the service `door`, or whose queues had the names
of the contexts."""

import subprocess

import pytest

from actors import await_mypage, await_notices, booked, new_person, register_room
from images import ROOT
from waiting import eventually

EARLIER = "myhotel_door_1"


@pytest.fixture
def earlier(system):
    """The same stack with its socket holder in a container of the earlier service."""
    docker = system.engine.docker
    system.compose("rm", "--stop", "--force", "socket-holder")
    labels = {"project": "myhotel", "service": "door", "oneoff": "False", "container-number": "1"}
    docker("create", "--name", EARLIER, "--restart", "unless-stopped", "--user", "hotel",
           "--publish", f"127.0.0.1:{system.port}:8080", "--volume", "myhotel_socket-holder:/run/socket-holder",
           "--network", "myhotel_edge", *(word for name in ("room", "book") for word in ("--network-alias", name)),
           *(word for name, value in labels.items() for word in ("--label", f"com.docker.compose.{name}={value}")),
           "myhotel/socket-holder")  # fmt: skip
    docker("network", "connect", "--alias", "internal", "myhotel_front", EARLIER)
    docker("start", EARLIER)
    eventually(system.answers, within=60, what="nginx attaches to the earlier socket holder")
    yield system
    docker("rm", "--force", EARLIER, expect=None)


def is_upgraded(system):
    assert system.engine.docker("inspect", EARLIER, expect=None).returncode != 0
    (holder,) = system.containers("socket-holder")
    eventually(lambda: system.inspect(holder)["State"]["Health"]["Status"] == "healthy", within=30)
    eventually(system.answers, within=60, what="nginx answers")


def test_replace_moves_the_published_port_to_the_new_service(earlier):
    done = earlier.replace("nginx")
    assert "socket-holder: replaced door" in done.stdout, done
    is_upgraded(earlier)
    earlier.check()


def test_an_interrupted_upgrade_is_finished_by_the_next_one(earlier):
    """It was killed when the old socket holder had stopped and the new one was not started yet."""
    earlier.engine.docker("stop", EARLIER)
    done = earlier.replace("nginx")
    assert "socket-holder: replaced door" in done.stdout, done
    is_upgraded(earlier)
    assert "myhotel_door" not in earlier.engine.docker("volume", "ls", "-q").stdout
    earlier.check()


def test_up_with_remove_orphans_moves_the_published_port_to_the_new_service(earlier):
    earlier.compose("up", "-d", "--remove-orphans")
    is_upgraded(earlier)
    earlier.check()


EARLIER_QUEUES = ROOT / "tests" / "servers" / "earlier-queues.json"
CONTEXTS = ("room", "book", "pay", "mypage", "alarm")
# The events of now are taken away: they were not there before the definitions of now were imported.
EMPTY = 'for one in room book pay mypage alarm; do rabbitmqctl -q purge_queue "q.$one"; done'


def rabbitmq(system, command, given=""):
    """Runs a command line in the broker's container."""
    (broker,) = system.containers("rabbitmq")
    return subprocess.run(["docker", "exec", "-i", broker, "bash", "-ec", command], env=system.environment(),
                          input=given, text=True, capture_output=True, check=True, timeout=60).stdout  # fmt: skip


def queues(system):
    return set(rabbitmq(system, "rabbitmqctl -q list_queues name --no-table-headers").split())


def test_replace_all_moves_what_waits_in_the_queues_of_an_earlier_version(system):
    room = register_room(system)
    system.check()  # every context knows the room
    workers = [f"worker-{context}" for context in CONTEXTS]
    rabbitmq(system, "cat >/tmp/earlier.json && rabbitmqctl -q import_definitions /tmp/earlier.json",
             EARLIER_QUEUES.read_text())  # fmt: skip
    system.compose("stop", "worker-alarm", "worker-mypage")
    guest = new_person()
    book = booked(system, room, first=300, guestId=guest)
    eventually(lambda: ["alarm", "2"] in [line.split() for line in rabbitmq(
        system, "rabbitmqctl -q list_queues name messages --no-table-headers").splitlines()],
        within=30, what="its events wait")  # fmt: skip
    rabbitmq(system, EMPTY)
    system.compose("start", *workers)
    done = system.replace("all")
    assert "the empty queue alarm of an earlier version is deleted" in done.stdout, done
    assert queues(system) == {f"q.{context}{more}" for context in CONTEXTS for more in ("", ".dead")} | {"history"}
    await_notices(system, guest, book, "Booked", "PaymentApproved")
    await_mypage(system, book, status="Booked", payStatus="PayApproved")
    system.check()
