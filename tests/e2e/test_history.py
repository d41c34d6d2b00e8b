# SPDX-License-Identifier: MIT
"""How long history is kept."""

import json
import subprocess

from actors import booked, register_room
from broker import events_of

# Runs rabbitmqctl on the system's broker.
TOOL = 'set -a; . "$1/rabbitmq/environment"; exec /usr/lib/rabbitmq/bin/rabbitmqctl -q "${@:2}"'


def retention(hotel):
    """The limits of history by the broker's policy."""
    output = subprocess.run(
        ["bash", "-c", TOOL, "_", hotel.state, "list_policies", "--formatter", "json"],
        check=True, capture_output=True, text=True, timeout=60).stdout
    (policy,) = [one for one in json.loads(output) if one["name"] == "history"]
    definition = policy["definition"]
    return json.loads(definition) if isinstance(definition, str) else definition


def test_the_limits_of_history_change_while_everything_runs(hotel):
    book = booked(hotel, register_room(hotel))
    assert retention(hotel) == {"max-age": "30D", "max-length-bytes": 4_000_000_000}
    before = hotel.status()
    hotel.up(HOTEL_HISTORY_DAYS="7", HOTEL_HISTORY_MB="1500")
    hotel.up()
    assert retention(hotel) == {"max-age": "7D", "max-length-bytes": 1_500_000_000}
    assert hotel.status() == before, "nothing was restarted"
    events_of(hotel, [book], 2, since="first")
