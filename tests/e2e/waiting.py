# SPDX-License-Identifier: MIT
"""Waiting for what happens by itself: by asking again until a time limit, never by a fixed sleep."""

import itertools
import time

PAUSE_MAX_S = 2.0


class NotYet(AssertionError):
    """The condition did not become true in time; the message has what was seen last."""


def eventually(probe, within=60.0, every=0.1, what=None):
    """Calls probe() until it returns something true, and returns that.

    A probe may also fail with AssertionError to say what is still missing; the last such message is
    reported when `within` seconds are over. A pause is at least as long as the call before it took, so
    that a costly probe leaves the processor to what it waits for.
    """
    end = time.monotonic() + within
    for calls in itertools.count(1):
        begin = time.monotonic()
        try:
            seen = probe()
            if seen:
                return seen
        except AssertionError as missing:
            seen = missing
        now = time.monotonic()
        if now >= end:
            raise NotYet(
                f"{what or probe.__name__}: not within {within} s, {calls} calls; last seen: {seen!r}"
            )
        time.sleep(max(every, min(now - begin, PAUSE_MAX_S)))
