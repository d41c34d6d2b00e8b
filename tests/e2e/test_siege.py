# SPDX-License-Identifier: MIT
"""siege with fifty clients while everything is replaced twice: no request fails."""

import os
import subprocess
import time

from actors import register_room
from siege import Siege

CLIENTS, REQUESTS = 50, 60  # of each client, which takes a few seconds
SIEGE_S = float(os.environ.get("E2E_SIEGE_S", "10"))  # at least
RUN_WITHIN_S = 120
ASKED = ("rooms?size=5", "books", "payments", "mypages", "notifications")


def test_no_request_of_a_siege_fails_while_every_service_is_replaced_twice(hotel, tmp_path):
    register_room(hotel)
    urls = tmp_path / "urls"
    urls.write_text("".join(f"http://127.0.0.1:{hotel.port}/{path}\n" for path in ASKED))
    rules = tmp_path / "siege.conf"
    rules.write_text("json_output = true\nlogging = false\nverbose = false\nfailures = 1000000\n")

    def besiege(clients, requests):
        return subprocess.run(
            ["siege", f"--rc={rules}", f"--concurrent={clients}", f"--reps={requests}", "--delay=0.1",
             "--internet", f"--file={urls}"],
            env={**os.environ, "HOME": str(tmp_path)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=RUN_WITHIN_S,
            check=True,
        ).stdout  # fmt: skip

    begin = time.monotonic()
    with Siege(CLIENTS, REQUESTS, besiege) as siege:
        rounds = 0
        while rounds < 2 or time.monotonic() - begin < SIEGE_S:
            hotel.restart("all")
            rounds += 1
    seen = siege.outcome()
    print(f"{rounds} times in {time.monotonic() - begin:.1f} s, {len(siege.runs)} sieges: {seen}")
    assert seen["transactions"] > 0 and seen["availability"] == 100.0 and seen["failed"] == 0, siege.runs
