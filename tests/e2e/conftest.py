"""Two systems for all stories: `hotel` as `./hotel up` makes it, and `second`, with settings of its own.

Whatever a story did, it ends with everything at rest and `./hotel check` clean.
"""

import os
import pathlib
import shutil
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "openapi"), str(TESTS / "asyncapi")]

from hotel import Hotel  # noqa: E402  (it needs the paths above)
from listener import Listener  # noqa: E402

# Settings that only make waiting shorter, and a text that every layer could trip over.
PREFIX = """Hello, 안녕 "you" & 100 % {welcome}"""
SHORT = {
    "HOTEL_BREAKER_OPEN_MS": "1000",
    "HOTEL_REQUEST_TIMEOUT_MS": "5000",
    "HOTEL_SETTLE_INTERVAL_MS": "200",
}

# What stories change on the second system, as it is where nothing is said of it.
STANDARD = {
    "HOTEL_PAY_FALLBACK": "defer",
    "HOTEL_HOLD_S": "900",
    "HOTEL_GUEST_PENDING_LIMIT": "20",
    "HOTEL_PENDING_LIMIT": "1000",
}


def plain(**changes):
    """The standard settings with these changes, whatever an earlier story had changed."""
    return {**STANDARD, **changes}


@pytest.fixture(scope="session")
def first_system(request):
    yield from running(request, HOTEL_ALARM_PREFIX=PREFIX, **SHORT)


@pytest.fixture(scope="session")
def second_system(request):
    yield from running(request, **plain(HOTEL_PAY_FALLBACK="refuse"), **SHORT)


def running(request, **settings):
    """A system for the time in between, whose events are all listened to; its logs are kept if a
    test failed."""
    system = Hotel()
    try:
        system.up(**settings)
        system.listener = Listener(system)
        yield system
        system.all_running()
        system.listener.check_history()
        system.listener.stop()
    finally:
        if request.session.testsfailed:
            keep_logs(system)
        system.down()


@pytest.fixture
def hotel(first_system):
    """A system in demo mode with everything running, checked afterwards."""
    first_system.all_running()
    first_system.mark_logs()
    yield first_system
    first_system.check()


@pytest.fixture
def second(second_system):
    """Another one; each story gives it the settings it needs by `up`."""
    second_system.all_running()
    second_system.mark_logs()
    yield second_system
    second_system.all_running()
    second_system.check()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A story that failed tells what its system had to complain of, and what runs: nobody can look there
    later."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for name, system in getattr(item, "funcargs", {}).items():
            if isinstance(system, Hotel):
                report.sections.append((f"what {name} complains of", system.complaints()))


def keep_logs(system):
    """Copies the logs to the folder E2E_LOGS, if it is named."""
    if folder := os.environ.get("E2E_LOGS"):
        target = pathlib.Path(folder) / system.state.name
        shutil.copytree(system.state / "log", target, dirs_exist_ok=True)
        print(f"logs: {target}")
