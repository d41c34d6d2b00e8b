# SPDX-License-Identifier: MIT
"""One system for all browser tests; at the end `./hotel check` must be clean."""

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE.parent / "openapi")]

from checkers import Checkers  # noqa: E402
from chromium import Browser  # noqa: E402
from hotel import Hotel  # noqa: E402  (it needs the path above)

# Settings that only shorten waits.
SHORT = {"HOTEL_BREAKER_OPEN_MS": "1000", "HOTEL_SETTLE_INTERVAL_MS": "200"}


@pytest.fixture(scope="session")
def hotel():
    """The running system."""
    made = Hotel()
    try:
        made.up(**SHORT)
        yield made
        made.check()
    finally:
        made.down()


@pytest.fixture(scope="session")
def browsers(hotel):
    """Returns browsers; one of each kind is started and reused."""
    made = {}

    def browser(**how):
        kind = tuple(how.items())
        if kind not in made:
            made[kind] = Browser(f"http://127.0.0.1:{hotel.port}", **how)
        return made[kind]

    yield browser
    for one in made.values():
        one.close()


def fresh(browser):
    """A browser without cookies. An error on its console fails the test."""
    browser.forget()
    yield browser
    assert not (said := browser.complaints()), said


@pytest.fixture
def english(browsers):
    yield from fresh(browsers())


@pytest.fixture
def korean(browsers):
    yield from fresh(browsers(language="ko-KR"))


@pytest.fixture
def scriptless(browsers):
    yield from fresh(browsers(script=False))


@pytest.fixture(scope="session")
def checkers():
    """axe-core and html-validate."""
    return Checkers()
