"""./hotel demo: every promise is kept in front of the visitor, and nothing is left behind."""

import os
import pathlib
import re
import signal
import subprocess

from hotel import ROOT

RECORDING = ROOT / "docs" / "demo.txt"
WITHIN_S = 300  # `up`, and all that follows, on a slow machine
INTERRUPTED = 130


def begun():
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HOTEL_")}
    return subprocess.Popen(
        [ROOT / "hotel", "demo", "--fast"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def promises(text):
    """The steps and what was kept in each."""
    return [line for line in text.splitlines() if line.startswith("== ") or "   kept: " in line]


def left_of(text):
    """The folder and the processes that the demonstration was given, as far as they still are."""
    (state,) = re.findall(r"HOTEL_STATE=(\S+/s) ", text)[:1]
    folder = pathlib.Path(state).parent
    found = [folder] if folder.exists() else []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            continue  # it ended while being looked at
        if str(folder).encode() in told:
            found.append(process)
    return found


def test_every_promise_is_kept_and_is_one_of_the_recording():
    demo = begun()
    said, _ = demo.communicate(timeout=WITHIN_S)
    assert demo.returncode == 0, said
    assert promises(said) == promises(RECORDING.read_text())
    assert left_of(said) == []


def test_ended_in_the_middle_it_leaves_nothing_behind():
    demo = begun()
    said = ""
    for line in demo.stdout:
        said += line
        if line.startswith("stopped: fcgi-pay"):
            break
    demo.send_signal(signal.SIGINT)
    said += demo.communicate(timeout=WITHIN_S)[0]
    assert demo.returncode == INTERRUPTED, said
    assert left_of(said) == []
