# SPDX-License-Identifier: MIT
"""./hotel doctor names every fault of a running system, and the commands that it prints repair it."""

import re
import subprocess

from actors import pending, register_room
from broker import Broker
from hotel import ROOT, environment
from waiting import eventually

FOUND = 1
POISON = b"no event"


def findings(hotel):
    """{fault: command} of what doctor finds now."""
    done = hotel.command("doctor", expect=None)
    if done.returncode == 0:
        assert re.fullmatch(r"No problems found\.\nBackups are .*\n", done.stdout), done
        return {}
    assert done.returncode == FOUND, done
    lines = [line for line in done.stdout.splitlines() if not line.startswith("Backups are ")]
    return {what: command.strip() for what, command in zip(lines[::2], lines[1::2])}


def command_for(found, sentence):
    """The command of the one finding with this sentence in it."""
    (command,) = [command for what, command in found.items() if sentence in what] or [None]
    assert command, f"{sentence}: not among {found}"
    return command


def repair(command):
    """Runs a command as it is printed."""
    done = subprocess.run(
        command, shell=True, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{command}: {done}"


def finds_nothing(hotel):
    def nothing():
        found = findings(hotel)
        assert not found, found
        return True

    eventually(nothing, what="doctor finds nothing")


def dead_letters(hotel):
    """Sends alarm and mypage a message that they cannot read."""
    with Broker(hotel, "operator") as broker:
        for name in ("alarm", "mypage"):
            broker.put(name, POISON)
            eventually(lambda: broker.waiting(f"{name}.dead") == 1, what=f"{name}.dead")


def test_many_faults_at_once_are_named_and_repaired_by_the_commands(hotel):
    finds_nothing(hotel)
    room = register_room(hotel)
    dead_letters(hotel)
    # The broker counts messages every few seconds.
    eventually(lambda: len(findings(hotel)) == 2, what="dead letters are counted")
    hotel.command("breaker", "open")
    hotel.stop("alarm", "worker-book")
    pending(hotel, room)
    hotel.rows("UPDATE hotel_book.outbox SET time = time - INTERVAL 10 MINUTE")
    hotel.rows("DELETE FROM hotel_alarm.schema_migration WHERE name = '0001-alarm.sql'")
    known = hotel.state / "env" / "worker-mypage"
    known.write_text(known.read_text() + "HOTEL_LOG_LEVEL=debug\n")
    (hotel.state / "secrets" / "db-book").chmod(0o644)
    recorded = hotel.state / "settings"
    good = recorded.read_text()
    recorded.write_text(good + "HOTEL_HOLD_S=soon\n")

    found = findings(hotel)
    assert str(recorded) in command_for(found, "HOTEL_HOLD_S")
    recorded.write_text(good)  # as an editor would leave it
    for sentence in (
        "other users may read",
        "events of book have waited",
        "stopped by an operator: fcgi-alarm worker-book worker-alarm",
        "migrations are pending",
        "running with old settings or an old build: worker-mypage",
        "are forced open, so pay is not called: pay settler",
        "that worker-alarm could not apply",
        "that worker-mypage could not apply",
    ):
        repair(command_for(found, sentence))
    for context in ("alarm", "mypage"):
        hotel.command("dead", "drop", context, "--all")
    finds_nothing(hotel)
    (pid,) = hotel.pids("worker-mypage")
    assert environment(pid).get("HOTEL_LOG_LEVEL") != "debug"


def test_a_program_that_ends_again_and_again_is_named_with_its_last_log_line(hotel):
    known = hotel.state / "env" / "worker-alarm"
    good = known.read_text()
    known.write_text(good + "HOTEL_THREADS=none\n")
    hotel.kill("worker-alarm")
    try:
        eventually(
            lambda: command_for(findings(hotel), "worker-alarm repeatedly ends right after its start:"
                                ' HOTEL_THREADS="none"'),
            what="doctor names worker-alarm",
        )
    finally:
        known.write_text(good)
    repair(command_for(eventually(lambda: findings(hotel)), "worker-alarm"))
    hotel.up()
    finds_nothing(hotel)
