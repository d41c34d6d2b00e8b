"""Waiting for what comes about by itself: by asking again, with an end, never by sleeping it out."""

import itertools
import time


class NotYet(AssertionError):
    """What was awaited did not come about in time; says what was seen last."""


def eventually(probe, within=60.0, every=0.1, what=None):
    """Asks probe() until it returns something true, and returns that.

    A probe may also fail with AssertionError to say what is still missing; the last such
    message is what the test reports when `within` seconds are over.
    """
    end = time.monotonic() + within
    for looks in itertools.count(1):
        try:
            seen = probe()
            if seen:
                return seen
        except AssertionError as missing:
            seen = missing
        if time.monotonic() >= end:
            raise NotYet(
                f"{what or probe.__name__}: not within {within} s, {looks} looks; last seen: {seen!r}"
            )
        time.sleep(every)
