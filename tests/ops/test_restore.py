# SPDX-License-Identifier: MIT
"""A restore that is killed at any step, the last one too, can be repeated and then is complete."""

import pytest

from machine import part

# Every step that changes something, in the order of a restore, with what it would do to the folder; the one
# with the number KILLED kills the restore before or after its work.
STEPS = """
source "$ROOT/ops/command/restore.sh"
trap - EXIT
step_no=0
note() {
	step_no=$((step_no + 1))
	printf '%s\\n' "$1" >>"$STATE/../steps"
	[[ $step_no != "$KILLED" ]] || kill -KILL $BASHPID
}
state_open() { :; }
backup_unpack() { mkdir -p "$CONTENT"; }
restore_prepare() { note prepare; }
instance_stop() { note stop; }
settings_record() { note settings; }
instance_configure() { note configure; }
supervisor_ensure() { note supervisor; }
restore_databases() { mkdir -p "$STATE/mariadb/data"; note databases; : >"$STATE/mariadb/data/complete"; }
restore_erase() { note erase; : >"$STATE/mariadb/data/erased"; }
restore_queues() { mkdir -p "$STATE/rabbitmq/mnesia"; note queues; : >"$STATE/rabbitmq/mnesia/complete"; }
sync() { note sync; }
rm() { note rm; command rm "$@"; }
restore_run() {
	[[ ! -e $STATE/restoring ]] || fail "up of an incomplete restore"
	note "$1"
	[[ $1 != up ]] || : >"$STATE/mariadb/data/booked-since"
}
(command_main "$FILE") 2>&1 || echo "ended by $?"
"""
LAST = 16


def restored(state, killed):
    file = state.parent / "b.backup"
    file.write_text("a backup")
    return part(STEPS, state, KILLED=str(killed), FILE=str(file))


@pytest.mark.parametrize("killed", range(1, LAST + 1))
def test_a_restore_that_was_killed_is_repeated(state, killed):
    for folder in ("mariadb", "rabbitmq"):
        (state / folder).mkdir()
    assert restored(state, killed).endswith("ended by 137\n")
    done = restored(state, 0)
    assert "ended by" not in done, done
    assert (state / "mariadb/data/complete").exists() and (state / "rabbitmq/mnesia/complete").exists()
    assert (state / "mariadb/data/erased").exists(), "nothing starts before what was erased is erased again"
    assert (state / "restored").exists()
    assert not (state / "restoring").exists() and not (state / "unchecked").exists()
    steps = (state.parent / "steps").read_text().split()
    assert [step for step in steps if step in ("up", "check")][-2:] == ["up", "check"]


def test_after_the_last_step_nothing_is_repeated_and_another_file_is_refused(state):
    for folder in ("mariadb", "rabbitmq"):
        (state / folder).mkdir()
    assert "ended by" not in restored(state, 0)
    assert "already has data" in restored(state, 0)


def test_what_was_booked_since_the_data_was_complete_is_kept(state):
    for folder in ("mariadb", "rabbitmq"):
        (state / folder).mkdir()
    steps = state.parent / "steps"
    killed = next(n for n in range(1, LAST + 1) if restored_until(state, n, "check"))
    assert (state / "mariadb/data/booked-since").exists(), killed
    steps.write_text("")
    assert "the data of this file is complete" in restored(state, 0)
    assert (state / "mariadb/data/booked-since").exists()
    assert "databases" not in steps.read_text()


def restored_until(state, killed, step):
    """Whether a restore into the emptied folder, killed at this step number, ended at the step of this name."""
    for one in ("mariadb/data", "rabbitmq/mnesia", "restored", "restoring", "unchecked", "restore", "../steps"):
        part(f'command rm -rf -- "$STATE/{one}"', state)
    restored(state, killed)
    return (state.parent / "steps").read_text().split()[-1] == step
