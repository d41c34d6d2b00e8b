# SPDX-License-Identifier: MIT
"""What ./hotel demo does when something fails; tests/e2e runs a whole demonstration."""

import os
import subprocess

import pytest

from machine import hotel, part

DEMO = 'source "$ROOT/ops/command/demo.sh"\n'
LONG_AGO = (0, 0)


def test_a_broken_promise_ends_the_demo(state):
    done = part(
        DEMO + 'DEMO=$STATE; echo "1 200" >"$DEMO/output"\n'
        '(promise "one answer" "^1 200$") && (promise "two answers" "^2 200$") 2>&1 || echo "ended by $?"',
        state,
    )
    assert "kept: one answer" in done
    assert "a promise was not kept: two answers" in done and done.endswith("ended by 1\n")


def test_a_failed_command_ends_the_demo(state):
    done = part(DEMO + 'DEMO=$STATE DEMO_PACE=fast\n(run "exit 3") 2>&1 || echo "ended by $?"', state)
    assert "$ exit 3" in done and done.endswith("ended by 1\n")


@pytest.mark.parametrize("runs", [True, False])
def test_leftovers_of_a_killed_demo_are_removed_by_the_next(state, tmp_path, runs):
    folder = tmp_path / "demo-x"
    (folder / "s").mkdir(parents=True)
    (folder / "s" / ".hotel-state").touch()
    (folder / "lock").touch()
    os.utime(folder, LONG_AGO)
    holder = subprocess.Popen(["flock", folder / "lock", "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if runs:
        holder.stdin.write(b"locked\n")
        holder.stdin.flush()
        holder.stdout.readline()
    else:
        holder.communicate()
    part(f"temporary_clear_away {tmp_path}/demo", state)
    assert folder.exists() == runs
    holder.communicate()


def test_an_unknown_option_is_refused():
    assert hotel("demo", "--slow").returncode == 2
