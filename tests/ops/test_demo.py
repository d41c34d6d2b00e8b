"""What ./hotel demo does when it is not all well; tests/e2e plays it."""

import os
import subprocess

import pytest

from machine import hotel, part

DEMO = 'source "$ROOT/ops/command/demo.sh"\n'
LONG_AGO = (0, 0)


def test_a_promise_that_is_not_kept_ends_it(state):
    told = part(
        DEMO + 'DEMO=$STATE; echo "1 200" >"$DEMO/said"\n'
        '(kept "one is told" "^1 200$") && (kept "two are told" "^2 200$") 2>&1 || echo "ended by $?"',
        state,
    )
    assert "kept: one is told" in told
    assert "the promise was not kept: two are told" in told and told.endswith("ended by 1\n")


def test_a_command_that_fails_ends_it(state):
    told = part(DEMO + 'DEMO=$STATE DEMO_PACE=fast\n(run "exit 3") 2>&1 || echo "ended by $?"', state)
    assert "$ exit 3" in told and told.endswith("ended by 1\n")


@pytest.mark.parametrize("lives", [True, False])
def test_what_a_killed_one_left_is_cleared_away_by_the_next(state, tmp_path, lives):
    folder = tmp_path / "demo-x"
    (folder / "s").mkdir(parents=True)
    (folder / "s" / ".hotel-state").touch()
    (folder / "lock").touch()
    os.utime(folder, LONG_AGO)
    holder = subprocess.Popen(["flock", folder / "lock", "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if lives:
        holder.stdin.write(b"I hold it\n")
        holder.stdin.flush()
        holder.stdout.readline()
    else:
        holder.communicate()
    part(f"{DEMO}demo_clear_away {tmp_path}/demo", state)
    assert folder.exists() == lives
    holder.communicate()


def test_wrong_use_is_refused():
    assert hotel("demo", "--slow").returncode == 2
