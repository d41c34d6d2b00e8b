"""What ./hotel says and refuses while nothing runs; no server is started here."""

import base64
import hashlib
import json
import os
import subprocess

import pytest

from machine import ROOT, WITHIN_S, environment, hotel, part

COMMANDS = sorted(file.stem for file in (ROOT / "ops" / "command").glob("*.sh"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    told = hotel(command, "--help")
    assert told.returncode == 0
    assert told.stdout.startswith(f"{command} - ")
    assert "Exit codes:" in told.stdout
    assert hotel("help", command).stdout == told.stdout


def test_the_help_lists_every_command():
    told = hotel("--help")
    assert told.returncode == 0
    listed = [line.split()[0] for line in told.stdout.splitlines() if line.startswith("  ")]
    assert sorted(listed[: len(COMMANDS)]) == COMMANDS


@pytest.mark.parametrize("arguments", [["nix"], [], ["start"], ["stop", "nix"], ["test", "nix"]])
def test_wrong_use_is_exit_2_and_says_what_there_is(arguments):
    told = hotel(*arguments)
    assert told.returncode == 2
    assert told.stderr and not told.stdout


def test_status_tells_of_a_system_that_was_never_up(tmp_path):
    told = hotel("status", "--json", HOTEL_STATE=str(tmp_path / "none"))
    assert told.returncode == 0
    status = json.loads(told.stdout)
    assert status["url"] == "http://127.0.0.1:8080"
    assert {"mariadb", "rabbitmq", "nginx", "fcgi-book", "worker-book"} <= {
        program["name"] for program in status["programs"]
    }
    assert all(p["state"] == "stopped" and p["pids"] == [] for p in status["programs"])
    assert not (tmp_path / "none").exists()


def test_recorded_settings_are_read_by_later_commands(state):
    (state / "settings").write_text("HOTEL_PORT=8123\nHOTEL_LISTEN=::1\n")
    told = hotel("status", "--json", HOTEL_STATE=str(state))
    assert json.loads(told.stdout)["url"] == "http://[::1]:8123"


def test_a_state_path_too_long_for_sockets_is_refused(tmp_path):
    told = hotel("up", HOTEL_STATE=str(tmp_path / ("x" * 100)))
    assert told.returncode == 2
    assert "107" in told.stderr


def test_a_path_that_configuration_files_cannot_carry_is_refused(tmp_path):
    for character in "\"'$%;#":
        told = hotel("up", HOTEL_STATE=str(tmp_path / f"a{character}b"))
        assert told.returncode == 2, character
    assert not list(tmp_path.iterdir())


def test_a_folder_of_somebody_else_is_neither_used_nor_removed(tmp_path):
    (tmp_path / "precious").write_text("mine")
    for command in (["up"], ["reset", "--yes"]):
        told = hotel(*command, HOTEL_STATE=str(tmp_path))
        assert told.returncode == 2
        assert "not a state folder" in told.stderr
    assert (tmp_path / "precious").read_text() == "mine"


def test_reset_wants_to_be_sure(state):
    told = hotel("reset", HOTEL_STATE=str(state))
    assert told.returncode == 2 and "--yes" in told.stderr
    assert state.exists()
    assert hotel("reset", "--yes", HOTEL_STATE=str(state)).returncode == 0
    assert not state.exists()


def test_down_again_is_no_fault(state):
    assert hotel("down", HOTEL_STATE=str(state)).returncode == 0
    assert hotel("down", HOTEL_STATE=str(state)).returncode == 0


def test_a_backup_does_not_take_a_folder_that_is_not_there_for_a_file(state, tmp_path):
    told = hotel("backup", f"{tmp_path}/none/", HOTEL_STATE=str(state))
    assert told.returncode == 2 and f"no folder {tmp_path}/none/" in told.stderr


def test_a_taken_port_is_refused_and_its_holder_named(tmp_path, listener):
    told = hotel("up", HOTEL_STATE=str(tmp_path / "s"), HOTEL_PORT=str(listener))
    assert told.returncode == 1
    assert f"port {listener} is taken" in told.stderr
    assert f"process {os.getpid()}" in told.stderr


def test_a_second_command_on_the_same_state_waits_for_the_first(state):
    lock = state / "lock"
    lock.touch()
    holder = subprocess.Popen(["flock", lock, "cat"], stdin=subprocess.PIPE)
    waiting = subprocess.Popen(
        [ROOT / "hotel", "down"],
        env=environment(HOTEL_STATE=str(state)),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert "waiting for another" in waiting.stdout.readline()
    assert waiting.poll() is None
    holder.communicate()
    assert waiting.wait(WITHIN_S) == 0


def test_any_text_survives_recording_and_reading(state):
    prefix = """안녕 100% "q" it's $HOME `x` \\n & ; # @STATE@ = end"""
    part("settings_merge_environment; settings_record", state, HOTEL_ALARM_PREFIX=prefix)
    assert part('printf %s "${SETTING[HOTEL_ALARM_PREFIX]}"', state) == prefix
    (state / "ports").write_text("amqp=1\nepmd=2\ndist=3\n")
    told = part("program_environment worker-alarm", state).splitlines()
    assert f"HOTEL_ALARM_PREFIX={prefix}" in told


def test_a_program_gets_what_it_needs_and_nothing_else(state):
    (state / "ports").write_text("amqp=1\nepmd=2\ndist=3\n")
    (state / "settings").write_text("HOTEL_PORT=8123\nHOTEL_HOLD_S=60\nHOTEL_ALARM_PREFIX=Hi\n")

    def names(program):
        return {line.split("=")[0] for line in part(f"program_environment {program}", state).split()}

    book, worker, alarm = names("fcgi-book"), names("worker-book"), names("worker-alarm")
    assert not [name for name in book if "AMQP" in name]
    assert {"HOTEL_AMQP_USER", "HOTEL_AMQP_PASSWORD_FILE"} <= worker
    assert "HOTEL_HOLD_S" in book & worker and "HOTEL_HOLD_S" not in alarm
    assert "HOTEL_ALARM_PREFIX" in alarm and "HOTEL_ALARM_PREFIX" not in book
    assert "HOTEL_SERVICE_TOKEN_FILE" in book and "HOTEL_SERVICE_TOKEN_FILE" not in alarm
    assert not [n for n in book | worker | alarm if n.endswith(("PASSWORD", "TOKEN", "PORT"))
                and n != "HOTEL_AMQP_PORT"]


def test_faults_that_only_the_command_can_see_are_all_named(state):
    told = part(
        "settings_merge_environment; settings_own_faults", state,
        HOTEL_PORT="99999", HOTEL_LISTEN="a b", HOTEL_DB_HOST="x", HOTEL_CURRENCY="K\nW",
        HOTEL_METRICS_PORT="-1",
    )
    for name in ("PORT", "LISTEN", "DB_HOST", "CURRENCY", "METRICS_PORT"):
        assert f"HOTEL_{name}" in told


def test_secrets_are_made_once_and_for_the_owner_only(state):
    part("secrets_make", state)
    first = {file.name: file.read_text() for file in (state / "secrets").iterdir()}
    part("secrets_make", state)
    assert {file.name: file.read_text() for file in (state / "secrets").iterdir()} == first
    assert len(set(first.values())) == len(first)
    assert {oct(f.stat().st_mode & 0o777) for f in (state / "secrets").iterdir()} == {"0o600"}


def test_a_broker_password_hash_is_what_rabbitmq_computes(state):
    part("secrets_make", state)
    secret = (state / "secrets" / "amqp-book").read_bytes()
    told = base64.b64decode(part("broker_password_hash amqp-book", state))
    assert told[4:] == hashlib.sha256(told[:4] + secret).digest()
    assert part("broker_password_hash amqp-book", state).encode() == base64.b64encode(told)


def test_the_private_ports_follow_each_other_and_stay(state):
    part("ports_ensure", state)
    chosen = (state / "ports").read_text()
    ports = [int(line.split("=")[1]) for line in chosen.split()]
    assert ports == list(range(ports[0], ports[0] + 3))
    part("ports_ensure", state)
    assert (state / "ports").read_text() == chosen


def test_a_private_port_that_was_taken_meanwhile_is_chosen_anew(state, listener):
    (state / "ports").write_text(f"amqp={listener}\nepmd=2\ndist=3\n")
    part("ports_ensure", state)
    assert f"={listener}\n" not in (state / "ports").read_text()


def test_what_tests_leave_behind_is_ended(state):
    told = part(
        """
        source "$ROOT/ops/command/test.sh"
        export MYHOTEL_TEST=$$-left
        setsid sleep 300 &
        until [[ -n $(tests_left) ]]; do :; done
        tests_end_leftovers 2>/dev/null
        wait $! || echo "ended by $?"
        """,
        state,
    )
    assert told == "ended by 137\n"
