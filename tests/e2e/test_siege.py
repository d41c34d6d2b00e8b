"""A siege of fifty while everything is replaced twice: not one request fails."""

import json
import os
import signal
import subprocess
import time

from actors import register_room

CLIENTS = 50
SIEGE_S = float(os.environ.get("E2E_SIEGE_S", "10"))  # at least
ENDS_WITHIN_S = 60
ASKED = ("rooms?size=5", "books", "payments", "mypages", "notifications")


def test_a_siege_does_not_notice_that_every_service_is_replaced_twice(hotel, tmp_path):
    register_room(hotel)
    urls = tmp_path / "urls"
    urls.write_text("".join(f"http://127.0.0.1:{hotel.port}/{path}\n" for path in ASKED))
    rules = tmp_path / "siege.conf"
    rules.write_text("json_output = true\nlogging = false\nverbose = false\nfailures = 1000000\n")
    command = ["siege", f"--rc={rules}", f"--concurrent={CLIENTS}", "--delay=0.1", "--internet"]
    siege = subprocess.Popen(
        [*command, f"--file={urls}"],
        env={**os.environ, "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        begin = time.monotonic()
        rounds = 0
        while rounds < 2 or time.monotonic() - begin < SIEGE_S:
            hotel.restart("all")
            rounds += 1
        siege.send_signal(signal.SIGINT)
        told, said = siege.communicate(timeout=ENDS_WITHIN_S)
    finally:
        siege.kill()
    seen = json.loads(told[told.index("{") :])
    print(f"{rounds} times in {seen['elapsed_time']} s: {seen}")
    assert seen["transactions"] > 0 and seen["availability"] == 100.0, (seen, said)
    assert seen["failed_transactions"] == 0, (seen, said)
