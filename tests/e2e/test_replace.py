# SPDX-License-Identifier: MIT
"""A new version takes over when it is ready; the old one serves until then."""

import os
import pathlib
import shutil
import subprocess

import pytest

from actors import await_pay, place_book, register_room
from conftest import plain
from hotel import ROOT, kill_9
from load import Load
from waiting import eventually

FAILED = 1
ROOMS = 12
BUILD = pathlib.Path(os.environ.get("MYHOTEL_BUILD", ROOT / "build" / "release"))
# A pay that is away is no answer at once; one that is slow, because the machine is, has time to book.
PATIENT = {"HOTEL_PAY_TIMEOUT_MS": "4000"}

# New versions that fail; the real program is "$real".
ENDS = 'echo "out of order" >&2; exit 1'
NEVER_READY = 'exec env HOTEL_DB_SOCKET=/nowhere "$real"'
ONLY_WHEN_TRIED = '[ "${HOTEL_PROGRAM_SOCKET:-}" ] && exec "$real"; echo "out of order" >&2; exit 1'


@pytest.fixture
def old(second):
    """A system that gets a version from another folder and then its own again."""
    second.have(**plain(**PATIENT))
    await_pay(second)
    yield second
    second.up(**plain(**PATIENT, MYHOTEL_BUILD=str(BUILD), HOTEL_READY_S="30"))


def build_with(folder, program, script):
    """A build with a script in place of one program; options are passed on to the real one."""
    programs = folder / "bin"
    programs.mkdir(parents=True)
    for real in (BUILD / "bin").iterdir():
        (programs / real.name).symlink_to(real)
    (programs / program).unlink()
    (programs / program).write_text(
        f'#!/bin/sh\nreal={BUILD}/bin/{program}\n[ $# = 0 ] || exec "$real" "$@"\n{script}\n'
    )
    (programs / program).chmod(0o755)
    return str(folder)


def under_load(hotel, act):
    """Calls act() while guests book; no request fails. Returns what act() returned."""
    rooms = [register_room(hotel) for _ in range(ROOMS)]

    def ask(number):
        return place_book(hotel, rooms[number % ROOMS], 1 + number // ROOMS)

    with Load(2, ask, every=0.1) as load:
        eventually(lambda: len(load.results) >= 5)
        done = act()
        enough = len(load.results) + 5
        eventually(lambda: len(load.results) >= enough)
    failed = [answer for answer in load.results if getattr(answer, "status", None) != 201]
    assert failed == [], failed
    return done


@pytest.mark.parametrize(
    "program, script, why",
    [
        ("fcgi-book", ENDS, "out of order"),
        ("fcgi-pay", NEVER_READY, "is not ready after 2 s"),
        ("worker-book", ENDS, "out of order"),
    ],
)
def test_a_version_that_does_not_become_ready_changes_nothing(old, tmp_path, program, script, why):
    before = old.status()
    settings = plain(**PATIENT, MYHOTEL_BUILD=build_with(tmp_path / "new", program, script), HOTEL_READY_S="2")
    done = under_load(old, lambda: old.command("up", settings=settings, expect=FAILED))
    assert why in done.stderr and program in done.stderr, done
    assert old.status() == before

    # A process that is restarted now is of the old version.
    killed = before[program]["pids"][0]
    kill_9(killed)

    def is_back():
        now = old.status()[program]
        assert now["state"] == "running" and killed not in now["pids"], now
        return len(now["pids"]) == len(before[program]["pids"])

    eventually(is_back)


def test_a_version_that_fails_after_taking_over_is_rolled_back(old, tmp_path):
    settings = plain(**PATIENT, MYHOTEL_BUILD=build_with(tmp_path / "new", "fcgi-room", ONLY_WHEN_TRIED))
    done = under_load(old, lambda: old.command("up", settings=settings, expect=FAILED))
    assert "out of order" in done.stderr and "as it was before" in done.stderr, done
    assert {part["state"] for part in old.status().values()} == {"running"}


def newer_sources(folder):
    """The sources as those of another version, in a folder of their own."""
    folder.mkdir()
    for part in ("README.md", "docs", "hotel", "nginx", "ops", "sql"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, folder / part)
    return folder


def up_from(sources, hotel, build):
    """Runs the `up` of these sources on the same state, as an operator with a folder for each version."""
    return subprocess.run(
        [sources / "hotel", "up"],
        env={**os.environ, "HOTEL_STATE": str(hotel.state), "MYHOTEL_BUILD": str(build)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_new_version_takes_over_once_its_tables_are_there(old, tmp_path):
    newer = newer_sources(tmp_path / "newer")
    (newer / "sql" / "book" / "9001-later.sql").write_text(
        "CREATE TABLE IF NOT EXISTS later (id INT PRIMARY KEY COMMENT 'its number')\n"
        "COMMENT 'only a later version needs it';\n"
    )
    needs_it = (
        'mariadb --no-defaults --socket="$HOTEL_DB_SOCKET" --user="$HOTEL_DB_USER" '
        '--password="$(cat "$HOTEL_DB_PASSWORD_FILE")" "$HOTEL_DB_NAME" '
        '-e "SELECT * FROM later" || exit 1\nexec "$real"'
    )
    build = build_with(tmp_path / "new", "fcgi-book", needs_it)
    before = old.status()
    done = under_load(old, lambda: up_from(newer, old, build))
    assert done.returncode == 0, done
    now = old.status()
    assert not set(now["fcgi-book"]["pids"]) & set(before["fcgi-book"]["pids"])
    assert now["nginx"]["pids"] != before["nginx"]["pids"], "its files are in another folder"
    for name in ("mariadb", "rabbitmq", "fcgi-pay"):
        assert now[name] == before[name], "unchanged programs go on"


@pytest.mark.parametrize(
    "line, why",
    [("no_such_directive on;", "no_such_directive"), ("env MYHOTEL; worker_processes 0;", "")],
    ids=["not valid", "starts without a worker"],
)
def test_an_nginx_that_cannot_serve_does_not_take_over(old, tmp_path, line, why):
    newer = newer_sources(tmp_path / "newer")
    configuration = newer / "nginx" / "nginx.conf.in"
    configuration.write_text(
        configuration.read_text().replace("worker_processes 2;", line)
    )
    before = old.status()
    old.up(HOTEL_READY_S="4")
    done = under_load(old, lambda: up_from(newer, old, BUILD))
    assert done.returncode == FAILED and why in done.stderr, done
    assert "keeps serving" in done.stderr, done
    assert old.status() == before
