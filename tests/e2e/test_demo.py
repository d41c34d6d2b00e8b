# SPDX-License-Identifier: MIT
"""./hotel demo shows every promise kept, and leaves nothing behind."""

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
    """The steps, and the promises kept in each."""
    return [line for line in text.splitlines() if line.startswith("== ") or "   kept: " in line]


def left_of(text):
    """The folder and the processes of the demonstration that are still there."""
    (state,) = re.findall(r"HOTEL_STATE=(\S+/s) ", text)[:1]
    folder = pathlib.Path(state).parent
    found = [folder] if folder.exists() else []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            texts = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            continue  # it has just ended
        if str(folder).encode() in texts:
            found.append(process)
    return found


def test_every_promise_of_the_recording_is_kept():
    demo = begun()
    output, _ = demo.communicate(timeout=WITHIN_S)
    assert demo.returncode == 0, output
    assert promises(output) == promises(RECORDING.read_text())
    assert left_of(output) == []


def test_an_interrupted_demonstration_leaves_nothing_behind():
    demo = begun()
    output = ""
    for line in demo.stdout:
        output += line
        if line.startswith("stopped: fcgi-pay"):
            break
    demo.send_signal(signal.SIGINT)
    output += demo.communicate(timeout=WITHIN_S)[0]
    assert demo.returncode == INTERRUPTED, output
    assert left_of(output) == []
