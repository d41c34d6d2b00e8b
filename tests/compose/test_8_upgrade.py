# SPDX-License-Identifier: MIT
"""The upgrade of a stack from a version whose socket holder was the service `door`."""

import pytest

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
