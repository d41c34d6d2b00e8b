# SPDX-License-Identifier: MIT
"""A binding that somebody deletes at the broker is made again, or doctor tells how."""

import json
import subprocess

import pytest

from actors import await_mypage, booked, register_room
from broker import Broker, events_of
from hotel import ROOT
from waiting import eventually

MADE_WITHIN_S = 30
TOOL = 'set -a; . "$1/rabbitmq/environment"; exec /usr/lib/rabbitmq/bin/rabbitmqctl -q "${@:2}"'
# No program's user may delete the bindings of events and of history.
REMOVE = """rabbit_binding:remove({binding, {resource, <<"/">>, exchange, <<"book">>}, <<"#">>,
    {resource, <<"/">>, %s}, []}, <<"somebody">>)."""


def rabbitmqctl(hotel, *words):
    return subprocess.run(["bash", "-c", TOOL, "_", hotel.state, *words], check=True, timeout=60, text=True,
                          capture_output=True).stdout  # fmt: skip


def bindings(hotel):
    """(source, destination, key) of all."""
    words = ("source_name", "destination_name", "routing_key", "--no-table-headers")
    return {tuple(line.split("\t")) for line in rabbitmqctl(hotel, "list_bindings", *words).splitlines()}


def test_a_deleted_binding_of_each_queue_is_made_again(hotel):
    before = bindings(hotel)
    deleted = [("mypage", "book", "book.*"), ("mypage", "pay", "pay.*"), ("alarm", "room", "room.*"),
               ("room", "book", "book.*"), ("book", "room", "room.*"), ("pay", "book", "book.expired")]  # fmt: skip
    for user, exchange, key in deleted:
        with Broker(hotel, user) as broker:
            broker.channel.queue_unbind(f"q.{user}", exchange, key)
    eventually(lambda: bindings(hotel) == before, within=MADE_WITHIN_S, every=1, what="all bindings are there again")
    book = booked(hotel, register_room(hotel))
    await_mypage(hotel, book)
    events_of(hotel, [book], 2, since="first")


@pytest.mark.parametrize("kind, name", [("exchange", "events"), ("queue", "history")])
def test_a_binding_that_no_worker_makes_is_told_with_the_command_that_makes_it(hotel, kind, name):
    before = bindings(hotel)
    rabbitmqctl(hotel, "eval", REMOVE % f'{kind}, <<"{name}">>')
    done = hotel.command("doctor", "--json", expect=1)
    (finding,) = [one for one in json.loads(done.stdout) if one["check"] == "bindings"]
    assert f"the binding of book to {name} is missing" in finding["problem"]
    subprocess.run(finding["command"].split("   #")[0], shell=True, check=True, timeout=120, cwd=ROOT,
                   capture_output=True)  # fmt: skip
    assert bindings(hotel) == before
    assert "bindings" not in hotel.command("doctor", "--json", expect=None).stdout
