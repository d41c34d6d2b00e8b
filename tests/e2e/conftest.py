# SPDX-License-Identifier: MIT
"""Two systems for all scenarios of a process: `hotel` as `./hotel up` makes it, and `second`, to which each
scenario gives the settings it needs.

After every scenario everything is at rest and `./hotel check` is clean. Several processes run a file each at a
time, in an order that nobody knows, so no file may depend on another: each finds both systems with the settings
that they began with. Within a file the order is that of its lines.
"""

import collections
import os
import pathlib
import shutil
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "openapi"), str(TESTS / "asyncapi")]

from event_recorder import EventRecorder  # noqa: E402  (it needs the paths above)
from hotel import Hotel  # noqa: E402

# Settings that only make waiting shorter, and a text that every layer could misread.
PREFIX = """Hello, 안녕 "you" & 100 % {welcome}"""
SHORT = {
    "HOTEL_BREAKER_OPEN_MS": "1000",
    "HOTEL_REQUEST_TIMEOUT_MS": "5000",
    "HOTEL_SETTLE_INTERVAL_MS": "200",
}

# The defaults of what scenarios change on the second system.
STANDARD = {
    "HOTEL_PAY_FALLBACK": "defer",
    "HOTEL_HOLD_S": "900",
    "HOTEL_GUEST_PENDING_LIMIT": "20",
    "HOTEL_PENDING_LIMIT": "1000",
    "HOTEL_BREAKER_FAILURES": "5",
    "HOTEL_PAY_TIMEOUT_MS": "2000",
    "HOTEL_AUTH": "off",
    "HOTEL_DEMO": "on",
}

# The files that take longest, in the order in which they begin. Each run says at its end how long each took.
LONGEST = (
    "test_documented", "test_crash", "test_backup", "test_earlier_queues", "test_planted", "test_erase", "test_delivery",
    "test_replace", "test_auth", "test_heal", "test_claim", "test_sign_in_elsewhere", "test_tls", "test_liars",
    "test_consumers", "test_accounts", "test_original", "test_rebuild", "test_scale", "test_limits", "test_mail_tls",
    "test_currency", "test_secrets", "test_failing_cards",
)


def plain(**changes):
    """The default settings with these changes, whatever an earlier scenario changed."""
    return {**STANDARD, **changes}


@pytest.fixture(scope="session")
def first_system(request):
    yield from running(request, HOTEL_ALARM_PREFIX=PREFIX, **SHORT)


@pytest.fixture(scope="session")
def second_system(request):
    yield from running(request, **plain(), **SHORT)


def running(request, **settings):
    """A running system, all of whose events are recorded; its logs are kept if a scenario failed."""
    system = Hotel()
    try:
        system.up(**settings)
        system.keep_settings()
        system.recorder = EventRecorder(system)
        yield system
        system.outdated = False  # nobody needs the settings that it began with any more
        system.all_running()
        system.recorder.check_history()
        system.recorder.stop()
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
    """Another one; each scenario gives it the settings it needs with have()."""
    second_system.all_running()
    second_system.mark_logs()
    yield second_system
    second_system.all_running()
    second_system.check()


@pytest.fixture(scope="module", autouse=True)
def settings_of_the_beginning():
    """Whatever the file before has changed, or left when it failed."""
    for system in list(Hotel.instances):
        system.forget_settings()


def pytest_collection_modifyitems(items):
    """The files that take longest begin first, so that at the end no process waits long for another. A file's
    scenarios stay together, and in their order."""
    unknown = [name for name in LONGEST if not (pathlib.Path(__file__).parent / f"{name}.py").exists()]
    assert not unknown, f"conftest.py has files that do not exist: {unknown}"
    place = {name: number for number, name in enumerate(LONGEST)}
    scenarios = collections.Counter(item.path for item in items)
    items.sort(key=lambda item: (place.get(item.path.stem, len(LONGEST)), -scenarios[item.path], item.path.stem))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A scenario that failed reports the warnings of its system and what runs, as the system does not stay."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for name, system in getattr(item, "funcargs", {}).items():
            if isinstance(system, Hotel):
                report.sections.append((f"warnings and errors of {name}", system.complaints()))


def pytest_terminal_summary(terminalreporter):
    """How long each file took, for LONGEST."""
    seconds = collections.Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            seconds[getattr(report, "nodeid", "").split("::")[0]] += getattr(report, "duration", 0.0)
    if seconds.total() < 1:
        return
    terminalreporter.section("seconds of each file")
    for file, taken in seconds.most_common():
        terminalreporter.write_line(f"{taken:7.1f}  {file}")


def keep_logs(system):
    """Copies the logs to the folder E2E_LOGS, if it is set."""
    if folder := os.environ.get("E2E_LOGS"):
        target = pathlib.Path(folder) / system.state.name
        shutil.copytree(system.state / "log", target, dirs_exist_ok=True)
        print(f"logs: {target}")
