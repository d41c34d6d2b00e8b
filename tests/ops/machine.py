# SPDX-License-Identifier: MIT
"""Runs ./hotel, or some lines of shell with the parts of ./hotel sourced."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
WITHIN_S = 60


def environment(**settings):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("HOTEL_", "MYHOTEL_"))}
    return clean | settings


def hotel(*arguments, root=ROOT, before=None, **settings):
    return subprocess.run(
        [root / "hotel", *arguments],
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        preexec_fn=before,
    )


def part(script, state, **settings):
    """Runs some lines with the parts of ./hotel sourced; returns their standard output."""
    read = 'for part in "$ROOT"/ops/lib/*.sh; do source "$part"; done; state_locate; settings_load'
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"{read}\n{script}"],
        env=environment(ROOT=str(ROOT), HOTEL_STATE=str(state), **settings),
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
