"""Parts of ./hotel on their own, with stand-ins for what would take long to go wrong by itself."""

import hashlib
import io
import os
import subprocess
import tarfile

import pytest

from machine import ROOT, WITHIN_S, environment, part

CONTENT = ("manifest", "settings", "data.sql.gz", "queues")
# Has a child that ends, takes no note of it, and says its number.
UNREAPED = """
import os, time
child = os.fork() or os._exit(0)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
print(child, flush=True)
time.sleep(60)
"""
STRANGE = """안녕 100% "q" it's $HOME `x` = ; #"""


def test_a_program_is_given_these_words_for_its_environment_and_nothing_else(state):
    told = part(
        """
        more() { :; }
        export -f more
        readonly LISTED
        called() { local log; become PATH="$PATH" "HOTEL_ALARM_PREFIX=$PREFIX" HOTEL_X= cat /proc/self/environ; }
        called
        """,
        state, log="hidden by a local one", LISTED="readonly", PREFIX=STRANGE,
    )
    assert dict(word.split("=", 1) for word in told.split("\0") if word) == {
        "PATH": os.environ["PATH"], "HOTEL_ALARM_PREFIX": STRANGE, "HOTEL_X": "",
    }


def test_what_a_program_is_given_is_in_nobodys_arguments(state):
    spy = state / "env"
    spy.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    spy.chmod(0o700)
    told = part('become PATH="$STATE:$PATH" HOTEL_SMTP_PASSWORD=secret true', state)
    assert told.endswith("true\n") and "secret" not in told


@pytest.mark.parametrize("left", ["", "3 1700000000\n"])
def test_starts_are_counted_on_where_one_was_killed_as_it_counted(state, left):
    counted = state / "starts"
    counted.write_text(left)
    for times in (b"1", b"2"):
        subprocess.run(
            ["bash", "-c", 'source "$0"; starts_count "$1"', ROOT / "ops/run/begin.sh", counted],
            env=environment(MYHOTEL_STATE=str(state)), check=True, timeout=WITHIN_S,
        )
        assert counted.read_bytes().split()[0] == times


def test_a_number_that_another_process_got_is_not_taken_for_the_one_before(state):
    told = part(
        """
        sleep 60 & pid=$!
        life_note "$pid"
        one=$LIFE other=$pid:1
        lives "$one" && echo "lives"
        lives "$other" || echo "is another"
        lives "" || echo "is nobody"
        kill "$pid"
        wait "$pid" || true
        lives "$one" || echo "is gone"
        exec {ended}< <(exec python3 -c "$UNREAPED")
        keeper=$!
        read -r pid <&"$ended"
        [[ -e /proc/$pid ]] && ! life_note "$pid" && echo "has ended"
        kill "$keeper"
        """,
        state, UNREAPED=UNREAPED,
    )
    assert told.splitlines() == ["lives", "is another", "is nobody", "is gone", "has ended"]


def test_who_is_awaited_has_ended_when_its_number_is_given_to_another(state):
    part(
        """
        processes_look() { PROCESS_PIDS[fcgi-alarm:fcgi-alarm-1]=$$; }
        supervisor_call() { life_note() { LIFE=$1:later; }; }
        process_end fcgi-alarm:fcgi-alarm-1
        """,
        state,
    )


def test_a_name_that_cannot_be_exported_is_told(state):
    told = part('(become HOTEL_A-B=1 true) 2>&1 || echo "ended by $?"', state)
    assert "HOTEL_A-B" in told and told.endswith("ended by 1\n")


def test_who_only_looks_knows_nothing_of_the_mail_server(state):
    (state / "ports").write_text("amqp=1\nepmd=2\ndist=3\n")
    (state / "settings").write_text("HOTEL_SMTP_PASSWORD=secret\nHOTEL_LANGUAGE=ko\n")
    for environment in ("check_environment", "schema_environment mypage"):
        told = part(environment, state)
        assert "HOTEL_LANGUAGE=ko" in told and "SMTP" not in told
    assert "HOTEL_SMTP_PASSWORD=secret" in part("program_environment worker-alarm", state)


def test_an_installation_leaves_the_traps_of_who_calls_it(state):
    told = part(
        """
        ROOT=$STATE
        policy_place() { :; }
        policy_remove() { echo "policy removed"; }
        units_enabled() { :; }
        apt_get() { :; }
        trap 'echo "cleared away"' EXIT
        packages_install one
        echo "goes on"
        """,
        state,
    )
    assert told.splitlines()[-3:] == ["policy removed", "goes on", "cleared away"]


def test_workers_that_are_too_many_stand_still_as_well_for_a_backup(state):
    told = part(
        """
        source "$ROOT/ops/command/backup.sh"
        supervisor_processes() { printf 'worker-book:worker-book-%d RUNNING 7\\n' 0 3; }
        processes_look
        workers_processes
        """,
        state,
    ).split()
    assert {"worker-book:worker-book-0", "worker-book:worker-book-3", "worker-pay:worker-pay-0"} <= set(told)
    assert "worker-book:worker-book-1" not in told


@pytest.fixture
def backup(tmp_path):
    """One that is whole, as far as unpacking goes; a colon in its name makes it no remote one."""
    data = {name: os.urandom(20000) for name in CONTENT}
    data["sums"] = "".join(f"{hashlib.sha256(data[n]).hexdigest()}  {n}\n" for n in CONTENT).encode()
    with tarfile.open(tmp_path / "at:noon.backup", "w") as file:
        for name, content in data.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            file.addfile(member, io.BytesIO(content))
    return tmp_path / "at:noon.backup"


def unpacked(state, backup, before=""):
    return part(
        f"""
        CONTENT=$STATE/restore
        cd {backup.parent}
        {before}
        (backup_unpack {backup.name}) 2>&1 || echo "ended by $?"
        """,
        state,
    )


def test_a_disk_that_is_too_small_for_a_backup_is_no_fault_of_the_backup(state, backup):
    assert "another format" in unpacked(state, backup)
    told = unpacked(state, backup, "trap '' XFSZ; ulimit -f 10")
    assert "cannot be unpacked: tar: " in told and told.endswith("ended by 1\n")


# The last one ends among the checksums.
@pytest.mark.parametrize("part_of_it", [0, 0.1, 0.5, 0.826])
def test_a_part_of_a_backup_is_wrong_use(state, backup, part_of_it):
    backup.write_bytes(backup.read_bytes()[: int(backup.stat().st_size * part_of_it)])
    told = unpacked(state, backup)
    assert "no backup, or not all of it" in told and told.endswith("ended by 2\n")


@pytest.mark.parametrize("users, ended", [("printf 'marketing\\t[]\\n'", "ended by 1\n"),
                                          ("return 69", "ended by 1\n"),
                                          ("printf 'marketing2\\t[]\\n'", "")])  # fmt: skip
def test_a_user_that_is_not_deleted_is_told_unless_there_is_none(state, users, ended):
    told = part(
        f"""
        source "$ROOT/ops/command/consumer.sh"
        rabbitmq_tool() {{
            case $* in
            *delete_user*) return 69 ;;
            *list_users*) {users} ;;
            esac
        }}
        (consumer_forbid marketing) 2>&1 || echo "ended by $?"
        """,
        state,
    )
    assert told.endswith(ended) and ("did not delete the user marketing" in told) == bool(ended), told
