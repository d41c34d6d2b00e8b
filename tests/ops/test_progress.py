# SPDX-License-Identifier: MIT
"""Whatever takes longer than two seconds says what it does: in lines, or at a terminal in one that counts."""

import os
import pty
import subprocess

import pytest

from machine import ROOT, WITHIN_S, environment, part

# A build whose log grows; time goes as fast as the clock of the test.
BUILD = """
now_ms() { printf %d "$(<"$STATE/now")"; echo $(($(<"$STATE/now") + 2500)) >"$STATE/now.new"; mv -- "$STATE/now.new" "$STATE/now"; }
echo 0 >"$STATE/now"
printf '[1/9] a\\n[7/9] b\\n' >"$STATE/made"
tells() { progress_of_build "$STATE/made"; }
# Ends when the progress was shown often enough.
long() { until (($(<"$STATE/now") > 30000)); do read -rt 0.2 <> <(:) || true; done; }
"""


def at_terminal(script, state, **settings):
    """What is written to a terminal."""
    read = 'for part in "$ROOT"/ops/lib/*.sh; do source "$part"; done; state_locate; settings_load'
    here, there = pty.openpty()
    running = subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", f"{read}\n{script}"],
        env=environment(ROOT=str(ROOT), HOTEL_STATE=str(state), TERM="xterm", **settings),
        stdin=there, stdout=there, stderr=there,
    )  # fmt: skip
    os.close(there)
    seen = b""
    try:
        while block := os.read(here, 4096):
            seen += block
    except OSError:
        pass  # the other end is closed
    os.close(here)
    assert running.wait(WITHIN_S) == 0, seen
    return seen.decode()


def test_elsewhere_than_at_a_terminal_progress_is_a_line_now_and_then(state):
    lines = part(BUILD + "progress_during build tells long; step build done", state).splitlines()
    assert lines[-1] == "build      done" and 2 <= len(lines) <= 6
    for line in lines[:-1]:
        assert line.startswith("build      7 of 9 files, ") and line.endswith(" s")


def test_what_is_done_soon_says_nothing(state):
    assert part("progress_during build true true; step build done", state) == "build      done\n"


@pytest.mark.parametrize("no_colour", ["", "1"])
def test_at_a_terminal_one_line_counts_and_goes(state, no_colour):
    seen = at_terminal(BUILD + "progress_during build tells long; step build done", state, NO_COLOR=no_colour)
    assert seen.count("7 of 9 files") > 3 and "\x1b" not in seen
    head, last = seen.rstrip("\r\n").rsplit("\r", 1)
    assert last == "build      done" and head.endswith(" " * 20) and "\n" not in head


def test_the_exit_status_and_the_end_of_the_command_are_those_of_progress(state):
    done = part("fails() { return 7; }; progress_during x true fails || echo \"ended by $?\"; jobs", state)
    assert done == "ended by 7\n"


def test_waiting_for_servers_names_them(state):
    done = part(
        """
        echo 0 >"$STATE/now"
        now_ms() { printf %d "$(<"$STATE/now")"; echo $(($(<"$STATE/now") + 1500)) >"$STATE/now.new"; mv -- "$STATE/now.new" "$STATE/now"; }
        process_ready() { (($(<"$STATE/now") > 9000)); }
        processes_refresh() { :; }
        names_await rabbitmq fcgi-book
        """,
        state,
    )
    assert done.startswith("start      waiting for epmd and 3 more, ") and done.endswith(" s\n")


@pytest.mark.parametrize("line, words", [
    ("Get:12 http://mirror.example/debian bookworm/main amd64 nginx amd64 1.22 [527 kB]", "loading file 12"),
    ("Unpacking nginx (1.22.1-9+deb12u3) ...", "Unpacking nginx"), ("Setting up epmd (1:25) ...", "Setting up epmd"),
    ("Reading package lists...", "reading lists"),
])  # fmt: skip
def test_the_installation_says_which_package_it_is_at(state, line, words):
    (state / "log" / "apt").write_text(f"{line}\n")
    assert part('progress_of_packages "$STATE/log/apt"', state) == words
    assert part('progress_of_build "$STATE/log/none"', state) == "configuring"
