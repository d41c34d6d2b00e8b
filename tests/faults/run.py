# SPDX-License-Identifier: MIT
"""Clients on few rooms while parts are killed, frozen and stopped; then everything they were told is looked at.

Usage: run.py [SECONDS [SEED]]

SECONDS (300) is how long the clients work, and SEED (by the time) decides what they and the faults do; two runs
with one seed still differ, as the machine decides what happens first. Afterwards all parts run again, `./hotel
check` has to be clean within 90 s, and what the clients noted is compared with the databases. The journal and
the logs of a run that found something are kept.

Exit codes: 0 nothing was found; 1 something was; 2 wrong usage.
"""

import pathlib
import random
import shutil
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / folder) for folder in ("e2e", "openapi", "asyncapi")]

from actors import register_room  # noqa: E402  (it needs the path above)
from clients import Client, Journal  # noqa: E402
from hotel import Hotel  # noqa: E402
from sabotage import Saboteur  # noqa: E402
from verify import violations  # noqa: E402

ROOMS, CLIENTS = 4, 8
CLEAN_WITHIN_S = "90"
SHORT = {"HOTEL_BREAKER_OPEN_MS": "1000", "HOTEL_REQUEST_TIMEOUT_MS": "5000", "HOTEL_HOLD_S": "60"}


def end(threads):
    for thread in threads:
        thread.over.set()
    for thread in threads:
        thread.join(timeout=120)
        assert not thread.is_alive(), f"{thread} does not end"
    for thread in threads:
        if thread.fault:
            raise thread.fault


def open_files(system):
    """How many descriptors all processes of the system have together."""
    return sum(len(list(pathlib.Path(f"/proc/{pid}/fd").glob("*"))) for pid in system.processes())


def trial(system, folder, seconds, seed):
    """What was found, a line each."""
    system.up(**SHORT)
    rooms = [register_room(system, hostId=900) for _ in range(ROOMS)]
    journal = Journal(folder / "journal")
    before = open_files(system)
    clients = [Client(system, journal, rooms, f"{seed} {n}") for n in range(CLIENTS)]
    saboteur = Saboteur(system, seed)
    for thread in (*clients, saboteur):
        thread.start()
    time.sleep(seconds)
    end([saboteur])
    end(clients)
    journal.close()
    system.start("all")
    begin = time.monotonic()
    check = system.command("check", "--wait", CLEAN_WITHIN_S, expect=None)
    clean_s = time.monotonic() - begin
    found = [] if check.returncode == 0 else [f"./hotel check: {line}" for line in check.stdout.splitlines()]
    found += violations(system, journal)
    report(journal, saboteur, clean_s, before, open_files(system))
    return found


def report(journal, saboteur, clean_s, before, after):
    print(f"\n{sum(journal.answers.values())} requests of {len(journal.told)} guests; the slowest answer took "
          f"{journal.slowest:.1f} s")
    for word, number in sorted(journal.answers.items(), key=lambda pair: -pair[1]):
        print(f"{number:8} {word}")
    print("faults:")
    for word, number in sorted(saboteur.done.items()):
        print(f"{number:8} {word}")
    print(f"all invariants were checked after {clean_s:.1f} s; open descriptors before and after: {before}, {after}")


def main(arguments):
    if len(arguments) > 2 or not all(one.isdigit() for one in arguments) or arguments[:1] == ["0"]:
        print(__doc__, file=sys.stderr)
        return 2
    seconds = int(arguments[0]) if arguments else 300
    seed = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(1_000_000)
    print(f"{seconds} s with seed {seed}", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="faults-"))
    system = Hotel()
    try:
        found = trial(system, folder, seconds, seed)
        if found:
            shutil.copytree(system.state / "log", folder / "log")
    finally:
        system.down()
    print(*found, sep="\n")
    if found:
        print(f"{len(found)} findings; journal and logs: {folder}")
        return 1
    shutil.rmtree(folder)
    print("nothing was found")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
