# SPDX-License-Identifier: MIT
"""Wrong arguments are answered in ./hotel's own words, with what was meant, and completion knows the same."""

import json
import shutil
import subprocess

import pytest

from machine import ROOT, environment, hotel, part

COMMANDS = sorted(file.stem for file in (ROOT / "ops" / "command").glob("*.sh"))


# Commands, options, contexts, names, labels, actions, settings: each kind of word with a slip of each kind.
@pytest.mark.parametrize("typed, meant", [
    ("statsu", "status"), ("Status", "status"), ("stat", "status"), ("help chekc", "check"), ("--verion", "--version"),
    ("check --wiat 3", "--wait"), ("status --jsno", "--json"), ("logs --folow", "--follow"),
    ("dead lst", "list"), ("dead show bok x", "book"), ("dead list allarm", "alarm"), ("cli room list", "rooms"),
    ("cli rooms imprt x", "import"), ("breaker opne", "open"), ("consumer ad x", "add"), ("rebuild mypgae", "mypage"),
    ("start pya", "pay"), ("stop worker-bok", "worker-book"), ("restart ngnix", "nginx"), ("test unti", "unit"),
    ("settings HOTEL_HOLD", "HOTEL_HOLD_S"), ("account lst", "list"), ("account add x --rol host", "--role"), ("completion bsh", "bash"),
])  # fmt: skip
def test_a_slip_is_answered_with_what_was_meant(typed, meant):
    done = hotel(*typed.split())
    assert done.returncode == 2
    assert f'did you mean "{meant}"?' in done.stderr and not done.stdout


def test_what_is_like_nothing_gets_no_guess():
    for typed in (["zzzzzz"], ["check", "--zzzzzz"], ["start", "zzzzzz"], ["dead", "zzzzzz"]):
        done = hotel(*typed)
        assert done.returncode == 2 and "did you mean" not in done.stderr, typed


@pytest.mark.parametrize("typed, why", [
    ("check --wait", "--wait needs a value"), ("check --wait x", "not a number of seconds"),
    ("check --json=yes", "takes no value"), ("check now", "one argument too many: now"),
    ("check --history-since yesterday", "not an instant such as"), ("logs --since noon", "not a time such as"),
    ("audit --since noon", "not a time such as"), ("audit --who me", "--who: \"me\" is not a number"), ("audit now", "too many: now"),
    ("logs -n x", "not a number of lines"), ("trace", "an argument is missing: BOOK"),
    ("trace 1 2", "one argument too many: 2"), ("dead show book", "an argument is missing: NAME"),
    ("dead drop book x --json", "--json is not for: dead drop"), ("dead list --all", "--all is not for: dead list"),
    ("dead drop book x --all", "with --all there is one argument too many: x"), ("dead resend book", "missing: NAME"),
    ("cli rooms list --dry-run", "--dry-run is not for"), ("cli rooms import f --host x", "--host: \"x\" is not a number"),
    ("consumer add", "missing: NAME"), ("up now", "too many: now"), ("restore", "missing: FILE"),
    ("backup a b", "too many: b"), ("account role a@b.example", "missing: ROLE"),
    ("account add a@b.example c", "too many: c"), ("account list --remove", "--remove is not for"), ("start", "missing: NAME"),
])  # fmt: skip
def test_wrong_use_is_explained_with_the_usage_and_no_inner_program_is_named(typed, why):
    done = hotel(*typed.split())
    assert done.returncode == 2
    assert why in done.stderr, done.stderr
    command = typed.split()[0]
    assert f"usage: ./hotel {command}" in done.stderr and f"./hotel help {command}" in done.stderr
    for inner in ("hotel-", "HOTEL_DB_", "HOTEL_AMQP_"):
        assert inner not in done.stderr


@pytest.mark.parametrize("typed", ["check --json --wait 1", "check --wait=1 --json", "dead", "dead --json", "dead list",
                                   "breaker", "audit --what sign-in --json", "trace --json 1", "trace 1 --json", "logs -f -n 3 --since 10m access",
                                   "dead resend alarm --all", "dead --all drop alarm"])  # fmt: skip
def test_right_use_in_any_order_gets_as_far_as_the_missing_instance(tmp_path, typed):
    done = hotel(*typed.split(), HOTEL_STATE=str(tmp_path / "none"))
    assert "there is no instance in" in done.stderr and "usage:" not in done.stderr
    assert not (tmp_path / "none").exists()


def test_every_wrong_setting_is_named_with_what_was_meant_before_anything_else(tmp_path):
    done = hotel("up", HOTEL_STATE=str(tmp_path / "s"), HOTEL_PROT="1", HOTEL_HOLD_S="0", HOTEL_PAY_FALLBACK="defr",
                 HOTEL_THREADS="many", HOTEL_SMTP_PASSWORD_FIEL="x", HOTEL_PORT="0", HOTEL_DB_HOST="x")  # fmt: skip
    assert done.returncode == 2 and "nothing was changed" in done.stderr
    for fault in ('HOTEL_PROT is not a setting; did you mean "HOTEL_PORT"?; ./hotel settings lists them',
                  'HOTEL_HOLD_S="0" is not a number from 1 to 86400',
                  'HOTEL_PAY_FALLBACK="defr" is not one of: defer, refuse; did you mean "defer"?',
                  'HOTEL_THREADS="many" is not a number from 1 to 512',
                  'did you mean "HOTEL_SMTP_PASSWORD_FILE"?', "HOTEL_PORT=\"0\"",
                  "HOTEL_DB_HOST is set by ./hotel itself"):  # fmt: skip
        assert fault in done.stderr
    assert "packages" not in done.stdout and "build" not in done.stdout
    assert not (tmp_path / "s").exists()


def test_right_settings_of_every_kind_are_accepted(state):
    done = part("settings_merge_environment; settings_own_faults; settings_table_faults", state, HOTEL_HOLD_S="86400",
                HOTEL_LANGUAGE="ko", HOTEL_SMTP_PASSWORD_FILE="/x", HOTEL_ALARM_PREFIX="안녕", HOTEL_METRICS_PORT="0",
                HOTEL_PROCESSES="book=3")  # fmt: skip
    assert done == ""


def test_settings_are_listed_with_what_the_instance_recorded(state):
    (state / "settings").write_text("HOTEL_HOLD_S=60\nHOTEL_SMTP_PASSWORD=geheim\n")
    listed = json.loads(hotel("settings", "--json", HOTEL_STATE=str(state)).stdout)
    rows = {row["name"]: row for row in listed}
    assert rows["HOTEL_HOLD_S"] == {"name": "HOTEL_HOLD_S", "default": "900", "values": "1 to 86400", "value": "60",
                                    "meaning": "seconds an unpaid booking keeps its nights"}  # fmt: skip
    assert rows["HOTEL_SMTP_PASSWORD"]["value"] == "***" and rows["HOTEL_LANGUAGE"]["value"] is None
    assert "HOTEL_PORT" in rows and "HOTEL_DB_HOST" not in rows
    shown = hotel("settings", "HOTEL_HOLD_S", HOTEL_STATE=str(state)).stdout
    assert "recorded: 60" in shown and "HOTEL_LANGUAGE" not in shown and "geheim" not in shown


def test_any_text_survives_in_json(state):
    text = 'a "b" \\ c\n\t\x01\x7f 안녕'
    assert json.loads(part('json_text "$TEXT"', state, TEXT=text)) == text


def completed(*words):
    return set(hotel(*words, MYHOTEL_COMPLETE="1").stdout.split())


def test_completion_knows_every_command_option_and_name():
    assert set(COMMANDS) <= completed("")
    assert set(COMMANDS) == completed("help", "")
    assert completed("dead", "") == {"list", "show", "resend", "drop"}
    assert completed("dead", "show", "") == {"room", "book", "pay", "mypage", "alarm"}
    assert completed("cli", "") == {"rooms"} and completed("cli", "rooms", "") == {"import", "list"}
    assert completed("cli", "rooms", "import", "") == completed("restore", "") == completed("backup", "") == {"FILE"}
    assert {"book", "worker-pay", "nginx", "all"} <= completed("start", "pay", "")
    assert {"unit", "e2e"} <= completed("test", "")
    assert completed("completion", "") == {"bash", "zsh"}
    assert completed("logs", "-") == {"-f", "--follow", "-n", "--lines", "--since", "--json", "--help"}
    assert "HOTEL_HOLD_S" in completed("settings", "")
    assert completed("nix", "") == completed("up", "") == completed("logs", "--since", "") == set()


# What a shell offers after these words, by the script that ./hotel prints.
BASH = """
source <(./hotel completion bash)
compopt() { :; }
COMP_WORDS=(%s) COMP_CWORD=%d
_hotel ./hotel
printf '%%s\\n' "${COMPREPLY[@]}"
"""
ZSH = """
compdef() { :; }
compadd() { shift; print -l -- ${(M)@:#$words[CURRENT]*}; }
_files() { print -l -- $words[CURRENT]*(N); }
source <(./hotel completion zsh)
words=(%s) CURRENT=%d
_hotel
"""


@pytest.mark.parametrize("typed, offered", [("./hotel sta", {"start", "status"}), ("./hotel dead sh", {"show"}),
                                            ("./hotel restart worker-b", {"worker-book"}),
                                            ("./hotel check --w", {"--wait"}),
                                            ("./hotel restore READ", {"README.md", "README.ko.md"})])  # fmt: skip
def test_both_shells_complete(typed, offered):
    words = typed.split()
    for shell, script, at in (("bash", BASH, len(words) - 1), ("zsh", ZSH, len(words))):
        assert shutil.which(shell), f"{shell} is not installed"
        done = subprocess.run([shell, "-f", "-c", script % (typed, at)] if shell == "zsh" else
                              [shell, "-c", script % (typed, at)], env=environment(), cwd=ROOT, text=True,
                              capture_output=True, timeout=30)  # fmt: skip
        assert set(done.stdout.split()) == offered, (shell, done)
