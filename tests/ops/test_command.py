# SPDX-License-Identifier: MIT
"""Output and refusals of ./hotel while nothing runs; these tests start no server."""

import base64
import hashlib
import json
import os
import subprocess

import pytest

from machine import ROOT, WITHIN_S, environment, hotel, part

COMMANDS = sorted(file.stem for file in (ROOT / "ops" / "command").glob("*.sh"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_text(command):
    done = hotel(command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"{command} - ")
    assert "Usage: " in done.stdout and "Examples:" in done.stdout and "Exit codes:" in done.stdout
    assert hotel("help", command).stdout == done.stdout


def test_the_help_lists_every_command():
    done = hotel("--help")
    assert done.returncode == 0
    listed = done.stdout.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    assert sorted(line.split()[0] for line in listed) == COMMANDS


def test_the_version_is_that_of_the_cmake_project():
    done = hotel("--version")
    assert done.returncode == 0
    assert f"project(myhotel {done.stdout.strip().replace('hotel (MyHotel) ', 'VERSION ')} " in (ROOT / "CMakeLists.txt").read_text()


@pytest.mark.parametrize("arguments", [["nix"], ["--nix"], ["help", "nix"], [], ["start"], ["stop", "nix"], ["test", "nix"], ["logs", "--nix"]])
def test_wrong_arguments_exit_2_with_a_message(arguments):
    done = hotel(*arguments)
    assert done.returncode == 2
    assert done.stderr and not done.stdout


def test_status_works_before_the_first_up(tmp_path):
    done = hotel("status", "--json", HOTEL_STATE=str(tmp_path / "none"))
    assert done.returncode == 0
    status = json.loads(done.stdout)
    assert status["url"] == "http://127.0.0.1:8080"
    assert {"mariadb", "rabbitmq", "nginx", "fcgi-book", "worker-book"} <= {
        program["name"] for program in status["programs"]
    }
    assert all(p["state"] == "stopped" and p["pids"] == [] for p in status["programs"])
    assert all((p["ready"], p["upSeconds"], p["memoryBytes"]) == (0, None, 0) for p in status["programs"])
    assert {p["name"]: p["wanted"] for p in status["programs"]}["fcgi-book"] == 2
    assert not (tmp_path / "none").exists()


def test_later_commands_read_the_recorded_settings(state):
    (state / "settings").write_text("HOTEL_PORT=8123\nHOTEL_LISTEN=::1\n")
    done = hotel("status", "--json", HOTEL_STATE=str(state))
    assert json.loads(done.stdout)["url"] == "http://[::1]:8123"


def test_what_is_no_demo_system_is_not_filled_and_stays_as_it_is(state):
    (state / "settings").write_text("HOTEL_DEMO=off\n")
    before = sorted(state.rglob("*"))
    done = hotel("load-demo", HOTEL_STATE=str(state))
    assert done.returncode == 3 and "HOTEL_DEMO is off: invented bookings are for demo systems only" in done.stderr
    assert sorted(state.rglob("*")) == before


def test_a_state_path_that_is_too_long_for_sockets_is_refused(tmp_path):
    done = hotel("up", HOTEL_STATE=str(tmp_path / ("x" * 100)))
    assert done.returncode == 2
    assert "107" in done.stderr


def test_a_path_with_characters_of_configuration_files_is_refused(tmp_path):
    for character in "\"'$%;#":
        done = hotel("up", HOTEL_STATE=str(tmp_path / f"a{character}b"))
        assert done.returncode == 2, character
    assert not list(tmp_path.iterdir())


def test_a_folder_with_other_files_is_neither_used_nor_removed(tmp_path):
    (tmp_path / "precious").write_text("mine")
    for command in (["up"], ["reset", "--yes"]):
        done = hotel(*command, HOTEL_STATE=str(tmp_path))
        assert done.returncode == 2
        assert "not a state folder" in done.stderr
    assert (tmp_path / "precious").read_text() == "mine"


def test_reset_needs_a_confirmation(state):
    done = hotel("reset", HOTEL_STATE=str(state))
    assert done.returncode == 2 and "--yes" in done.stderr
    assert state.exists()
    assert hotel("reset", "--yes", HOTEL_STATE=str(state)).returncode == 0
    assert not state.exists()


def test_down_is_idempotent(state):
    assert hotel("down", HOTEL_STATE=str(state)).returncode == 0
    assert hotel("down", HOTEL_STATE=str(state)).returncode == 0


def test_a_backup_into_a_missing_folder_is_refused(state, tmp_path):
    done = hotel("backup", f"{tmp_path}/none/", HOTEL_STATE=str(state))
    assert done.returncode == 2 and f"no folder {tmp_path}/none/" in done.stderr


def test_a_port_in_use_is_refused_and_its_process_named(tmp_path, listener):
    done = hotel("up", HOTEL_STATE=str(tmp_path / "s"), HOTEL_PORT=str(listener))
    assert done.returncode == 1
    assert f"port {listener} is taken" in done.stderr
    assert f"process {os.getpid()}" in done.stderr
    assert not (tmp_path / "s").exists()


def test_a_refused_up_leaves_an_empty_folder_empty_and_an_instance_as_it_is(tmp_path, state, listener):
    (tmp_path / "e").mkdir()
    assert hotel("up", HOTEL_STATE=str(tmp_path / "e"), HOTEL_PORT=str(listener)).returncode == 1
    assert not list((tmp_path / "e").iterdir())
    (state / "settings").write_text("HOTEL_HOLD_S=60\n")
    assert hotel("up", HOTEL_STATE=str(state), HOTEL_PORT=str(listener)).returncode == 1
    assert (state / "settings").read_text() == "HOTEL_HOLD_S=60\n"


def test_an_up_that_fails_before_it_configures_anything_leaves_no_folder(tmp_path):
    done = hotel("up", HOTEL_STATE=str(tmp_path / "s"), HOTEL_PORT="1", MYHOTEL_BUILD=str(tmp_path / "none"))
    assert done.returncode == 1 and "there are no programs in" in done.stderr, done
    assert not (tmp_path / "s").exists()


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


def test_any_text_is_recorded_and_read_unchanged(state):
    prefix = """안녕 100% "q" it's $HOME `x` \\n & ; # @STATE@ = end"""
    part("settings_merge_environment; settings_record", state, HOTEL_ALARM_PREFIX=prefix)
    assert part('printf %s "${SETTING[HOTEL_ALARM_PREFIX]}"', state) == prefix
    (state / "ports").write_text("amqp=1\nepmd=2\ndist=3\n")
    done = part("program_environment worker-alarm", state).splitlines()
    assert f"HOTEL_ALARM_PREFIX={prefix}" in done


def test_a_program_gets_only_the_settings_that_it_needs(state):
    (state / "ports").write_text("amqp=1\nepmd=2\ndist=3\n")
    (state / "settings").write_text("HOTEL_PORT=8123\nHOTEL_HOLD_S=60\nHOTEL_ALARM_PREFIX=Hi\n")

    def names(program):
        return {line.split("=")[0] for line in part(f"program_environment {program}", state).split()}

    book, worker, alarm = names("fcgi-book"), names("worker-book"), names("worker-alarm")
    assert not [name for name in book if "AMQP" in name]
    assert {"HOTEL_AMQP_USER", "HOTEL_AMQP_PASSWORD_FILE"} <= worker
    assert "HOTEL_HOLD_S" in book & worker and "HOTEL_HOLD_S" not in alarm
    assert "HOTEL_ALARM_PREFIX" in alarm and "HOTEL_ALARM_PREFIX" not in book
    assert {"HOTEL_SERVICE_KEY_FILE", "HOTEL_KEY_DIR", "HOTEL_ISSUER"} <= book
    assert "HOTEL_SERVICE_KEY_FILE" not in alarm and "HOTEL_KEY_DIR" not in alarm
    assert "HOTEL_BOOKING_KEY_FILE" in book & alarm and "HOTEL_BOOKING_KEY_FILE" not in worker
    assert "HOTEL_OTP_KEY_FILE" in names("fcgi-account") & names("worker-account") and "HOTEL_OTP_KEY_FILE" not in book | worker
    assert "HOTEL_ERASED_FILE" in worker & names("worker-account") and "HOTEL_ERASED_FILE" not in book | alarm
    assert "HOTEL_SERVICE_TOKEN_FILE" not in book
    (state / "secrets" / "service-token").write_text("of the version before")
    assert "HOTEL_SERVICE_TOKEN_FILE" in names("fcgi-book") - names("worker-alarm")
    assert not [n for n in book | worker | alarm if n.endswith(("PASSWORD", "TOKEN", "PORT"))
                and n != "HOTEL_AMQP_PORT"]


def test_all_faults_that_only_the_command_can_detect_are_reported(state):
    done = part(
        "settings_merge_environment; settings_own_faults", state,
        HOTEL_PORT="99999", HOTEL_LISTEN="a b", HOTEL_DB_HOST="x", HOTEL_CURRENCY="K\nW",
        HOTEL_METRICS_PORT="-1",
    )
    for name in ("PORT", "LISTEN", "DB_HOST", "CURRENCY", "METRICS_PORT"):
        assert f"HOTEL_{name}" in done


def test_secrets_are_created_once_and_only_the_owner_may_read_them(state):
    part("secrets_make", state)
    first = {file.name: file.read_text() for file in (state / "secrets").iterdir()}
    part("secrets_make", state)
    assert {file.name: file.read_text() for file in (state / "secrets").iterdir()} == first
    assert len(set(first.values())) == len(first)
    assert {oct(f.stat().st_mode & 0o777) for f in (state / "secrets").iterdir()} == {"0o600"}


def test_the_broker_password_hash_is_the_one_that_rabbitmq_computes(state):
    part("secrets_make", state)
    secret = (state / "secrets" / "amqp-book").read_bytes()
    done = base64.b64decode(part("broker_password_hash amqp-book", state))
    assert done[4:] == hashlib.sha256(done[:4] + secret).digest()
    assert part("broker_password_hash amqp-book", state).encode() == base64.b64encode(done)


def test_the_private_ports_are_consecutive_and_kept(state):
    part("ports_ensure", state)
    chosen = (state / "ports").read_text()
    ports = [int(line.split("=")[1]) for line in chosen.split()]
    assert ports == list(range(ports[0], ports[0] + 3))
    part("ports_ensure", state)
    assert (state / "ports").read_text() == chosen


def test_new_private_ports_are_chosen_when_one_is_in_use(state, listener):
    (state / "ports").write_text(f"amqp={listener}\nepmd=2\ndist=3\n")
    part("ports_ensure", state)
    assert f"={listener}\n" not in (state / "ports").read_text()


def test_processes_that_tests_leave_behind_are_killed(state):
    done = part(
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
    assert done == "ended by 137\n"
