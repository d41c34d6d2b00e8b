# SPDX-License-Identifier: MIT
"""What Prometheus sees of the stack; restarts of killed containers."""

import json
import urllib.parse
import urllib.request

import pytest

from hotel import free_port, kill_9
from load import at_once
from waiting import eventually

CONTEXTS = ("room", "book", "pay", "mypage", "alarm", "account")
PROGRAMS = [f"{kind}-{context}" for kind in ("fcgi", "worker") for context in CONTEXTS] + ["nginx"]
SEEN_WITHIN_S = 90  # it looks every 15 s


@pytest.fixture(scope="module")
def ask(system):
    """Queries Prometheus, which runs beside the stack: {program: value}."""
    port = free_port()
    system.settings |= {"PROMETHEUS_IMAGE": "standin/prometheus", "PROMETHEUS_PORT": str(port)}

    def question(expression):
        query = urllib.parse.urlencode({"query": expression})
        url = f"http://127.0.0.1:{port}/api/v1/query?{query}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                found = json.load(answer)["data"]["result"]
        except OSError:
            return {}
        return {one["metric"]["program"]: float(one["value"][1]) for one in found}

    try:
        system.compose("--profile", "monitoring", "up", "-d", "--no-deps", "prometheus")
        yield question
    finally:
        system.compose("--profile", "monitoring", "rm", "--stop", "--force", "prometheus")


def test_prometheus_finds_every_replica_of_every_program(hotel, ask):
    there = {program: len(hotel.containers(program)) for program in PROGRAMS}

    def all_found():
        assert (found := ask("sum by (program) (up)")) == there, found
        return True

    eventually(all_found, SEEN_WITHIN_S, every=1, what="every replica is found")
    assert ask("max by (program) (hotel_nginx_connections)").keys() == {"nginx"}
    assert ask('max by (program) (hotel_queue_consumers{queue="alarm"})')["worker-book"] >= 1


def test_killed_containers_are_restarted(hotel):
    containers = [hotel.containers(service)[0] for service in ("nginx", "socket-holder", "mariadb", "rabbitmq")]
    before = [hotel.inspect(container)["State"]["Pid"] for container in containers]
    for pid in before:
        kill_9(pid)

    def are_well():
        now = [hotel.inspect(container)["State"] for container in containers]
        assert {state["Health"]["Status"] for state in now} == {"healthy"}, now
        return not {0, *before} & {state["Pid"] for state in now}

    eventually(are_well, within=120, every=0.5, what="they are well again")
    eventually(hotel.answers, what="nginx answers")


def test_connections_queue_while_nginx_is_restarted(hotel):
    (nginx,) = hotel.containers("nginx")
    killed = hotel.inspect(nginx)["State"]["Pid"]
    kill_9(killed)
    answers = at_once(8, lambda _: hotel.web.get("/rooms", size=1))
    assert [answer.status for answer in answers] == [200] * 8, answers
    assert hotel.inspect(nginx)["State"]["Pid"] not in (0, killed)
