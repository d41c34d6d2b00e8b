# SPDX-License-Identifier: MIT
"""Every program on the command line: help, version, wrong usage and wrong settings."""
import os
import pathlib
import subprocess

import pytest

FOLDER = pathlib.Path(os.environ["PROGRAMS"])
PROGRAMS = sorted(path.name for path in FOLDER.iterdir() if path.name.startswith(("fcgi-", "hotel-", "worker-")))
WRONG = 2


def run(name, *arguments, **environment):
    return subprocess.run([FOLDER / name, *arguments], env={"PATH": os.environ["PATH"], **environment},
                          capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("name", PROGRAMS)
def test_help_has_what_a_manual_page_needs(name):
    done = run(name, "--help")
    assert done.returncode == 0 and not done.stderr
    assert done.stdout.startswith(f"Usage: {name} ")
    for part in ("\nOptions:\n", "--help", "--version", "\nExit status:\n", "\nExamples:\n"):
        assert part in done.stdout, part
    assert all(len(line) <= 100 for line in done.stdout.splitlines())


@pytest.mark.parametrize("name", PROGRAMS)
def test_version_names_program_and_product(name):
    done = run(name, "--version")
    assert done.returncode == 0
    assert done.stdout == f"{name} (MyHotel) {os.environ['VERSION']}\n"


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_unknown_option_is_named_and_the_usage_is_shown(name):
    done = run(name, "--nonsense")
    assert done.returncode == WRONG and not done.stdout
    assert done.stderr.startswith(f"{name}: unknown option: --nonsense\nUsage: {name} ")


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_usage_shows_the_command_that_people_type(name):
    done = run(name, "--nonsense", PROGRAM_NAME="./hotel something")
    assert done.stderr.startswith("./hotel something: unknown option: --nonsense\nUsage: ./hotel something ")


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "hotel-socket-holder"])
def test_all_wrong_settings_are_reported(name):
    done = run(name, "x", HOTEL_NONSENSE="1", HOTEL_DB_POOL="none") if name.startswith("hotel-") else \
        run(name, "--check-config", HOTEL_NONSENSE="1", HOTEL_DB_POOL="none")
    assert done.returncode == WRONG and not done.stdout
    assert "HOTEL_NONSENSE" in done.stderr and "HOTEL_DB_POOL" in done.stderr
