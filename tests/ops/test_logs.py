# SPDX-License-Identifier: MIT
"""./hotel logs: by name, by number, by time, as JSON, and followed."""

import datetime
import json
import subprocess

import pytest

from machine import ROOT, WITHIN_S, environment, hotel

OURS = 'time=2027-05-05T{:02d}:00:00.500Z level=warn program=worker-book event=paused error="a \\"b\\" \\x09c"'


@pytest.fixture
def logs(state):
    """Logs in the forms of each program, with a line an hour from 10 to 13."""
    files = {
        "worker-book": [OURS.format(hour) for hour in range(10, 14)],
        "access": [f'{{"time":"2027-05-05T{hour}:00:01+00:00","status":200,"path":"/rooms"}}' for hour in range(10, 14)],
        "rabbitmq": ["  ## RabbitMQ"] + [f"2027-05-05 {hour}:00:02.123456+00:00 [info] <0.1.0> hour {hour}\n  more of {hour}"
                                         for hour in range(10, 14)],
    }  # fmt: skip
    for name, lines in files.items():
        (state / "log" / f"{name}.log").write_text("\n".join(lines) + "\n")
    return state


def shown(state, *arguments):
    done = hotel("logs", *arguments, HOTEL_STATE=str(state))
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_last_lines_of_a_log_are_shown_as_many_as_asked(logs):
    assert shown(logs, "-n", "2", "worker-book") == [OURS.format(12), OURS.format(13)]
    assert shown(logs, "--lines=1", "rabbitmq") == ["  more of 13"]
    assert len(shown(logs, "book")) == 4


def test_lines_since_a_time_are_shown_and_one_without_a_time_belongs_to_the_one_above(logs):
    assert shown(logs, "--since", "2027-05-05T12:30:00Z", "worker-book") == [OURS.format(13)]
    lines = shown(logs, "--since", "2027-05-05T12:00:02Z", "rabbitmq")
    assert [line.split()[-1] for line in lines] == ["12", "12", "13", "13"]
    assert shown(logs, "--since", "2027-05-05T10:00:00Z", "-n", "1", "worker-book") == [OURS.format(13)]
    now = datetime.datetime.now(datetime.timezone.utc)
    ago = (now - datetime.timedelta(minutes=3)).strftime("%FT%T.000Z")
    (logs / "log" / "worker-pay.log").write_text(OURS.replace("2027-05-05T{:02d}:00:00.500Z", ago) + "\n")
    assert len(shown(logs, "--since", "5m", "worker-pay")) == 1 and not shown(logs, "--since", "90s", "worker-pay")


def test_several_logs_are_named(logs):
    lines = shown(logs, "--since", "2027-05-05T13:00:00Z", "access", "rabbitmq")
    assert lines[0] == "==> access <==" and "==> rabbitmq <==" in lines


def test_every_line_is_an_object_with_what_the_line_itself_says(logs):
    entries = [json.loads(line) for line in shown(logs, "--json", "-n", "1", "worker-book", "access", "rabbitmq")]
    book, access, rabbitmq = entries
    assert book == {"log": "worker-book", "time": "2027-05-05T13:00:00.500Z", "line": OURS.format(13), "level": "warn",
                    "program": "worker-book", "event": "paused", "error": 'a "b" \tc'}  # fmt: skip
    assert access["time"] == "2027-05-05T13:00:01.000Z" and access["status"] == 200 and access["log"] == "access"
    assert rabbitmq == {"log": "rabbitmq", "time": None, "line": "  more of 13"}


def test_new_lines_are_followed_also_as_json(logs):
    log = logs / "log" / "worker-book.log"
    following = subprocess.Popen(
        [ROOT / "hotel", "logs", "-f", "-n", "1", "--json", "worker-book"], stdout=subprocess.PIPE, text=True,
        env=environment(HOTEL_STATE=str(logs)), stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert json.loads(following.stdout.readline())["time"].startswith("2027-05-05T13")
        with open(log, "a") as file:
            file.write(OURS.format(14) + "\n")
        assert json.loads(following.stdout.readline())["time"].startswith("2027-05-05T14")
    finally:
        following.terminate()
        following.wait(WITHIN_S)


def test_an_unknown_log_is_refused_with_what_was_meant(logs):
    done = hotel("logs", "acess", HOTEL_STATE=str(logs))
    assert done.returncode == 2 and 'did you mean "access"?' in done.stderr
    done = hotel("logs", "worker-room", HOTEL_STATE=str(logs))
    assert done.returncode == 1 and "worker-room has written no log yet" in done.stderr
