"""./hotel doctor on a running system: what is wrong is made, named, and mended by the commands it names."""

import subprocess

from actors import pending, register_room
from broker import Broker
from hotel import ROOT, environment
from waiting import eventually

FOUND = 1
POISON = b"no event"


def findings(hotel):
    """{what is wrong: the command} of what doctor says now."""
    done = hotel.command("doctor", expect=None)
    if done.returncode == 0:
        assert done.stdout == "Nothing is wrong.\n", done
        return {}
    assert done.returncode == FOUND, done
    lines = done.stdout.splitlines()
    return {what: command.strip() for what, command in zip(lines[::2], lines[1::2])}


def command_for(told, sentence):
    """The command of the one finding with this sentence in it."""
    (command,) = [command for what, command in told.items() if sentence in what] or [None]
    assert command, f"{sentence}: not among {told}"
    return command


def mend(command):
    """Types it as it stands there."""
    done = subprocess.run(
        command, shell=True, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{command}: {done}"


def well(hotel):
    def nothing():
        told = findings(hotel)
        assert not told, told
        return True

    eventually(nothing, what="doctor finds nothing")


def dead_letters(hotel):
    """Gives alarm and mypage something that they cannot read."""
    with Broker(hotel, "pay") as broker:
        broker.publish("pay", "pay.approved", POISON)
        for queue in ("alarm.dead", "mypage.dead"):
            eventually(lambda: broker.waiting(queue) == 1, what=queue)


def test_whatever_is_wrong_at_once_is_named_and_mended_by_the_commands(hotel):
    well(hotel)
    room = register_room(hotel)
    dead_letters(hotel)
    # The broker counts every few seconds.
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

    told = findings(hotel)
    assert str(recorded) in command_for(told, "HOTEL_HOLD_S")
    recorded.write_text(good)  # as the editor would leave it
    for sentence in (
        "others may read",
        "events of book wait for",
        "stopped, until started by name: fcgi-alarm worker-book worker-alarm",
        "migrations are not applied",
        "run with earlier settings or an earlier build: worker-mypage",
        "opened by hand, so that pay is not called: pay settler",
        "could not be applied by worker-alarm",
        "could not be applied by worker-mypage",
    ):
        mend(command_for(told, sentence))
    for context in ("alarm", "mypage"):
        hotel.command("dead", "drop", context, "--all")
    well(hotel)
    (pid,) = hotel.pids("worker-mypage")
    assert environment(pid).get("HOTEL_LOG_LEVEL") != "debug"


def test_a_program_that_ends_again_and_again_is_named_with_its_last_words(hotel):
    known = hotel.state / "env" / "worker-alarm"
    good = known.read_text()
    known.write_text(good + "HOTEL_THREADS=none\n")
    hotel.kill("worker-alarm")
    try:
        eventually(
            lambda: command_for(findings(hotel), "worker-alarm ends right after its start, again and again:"
                                ' HOTEL_THREADS="none"'),
            what="doctor names worker-alarm",
        )
    finally:
        known.write_text(good)
    mend(command_for(eventually(lambda: findings(hotel)), "worker-alarm"))
    hotel.up()
    well(hotel)
