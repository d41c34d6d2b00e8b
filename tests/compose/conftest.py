# SPDX-License-Identifier: MIT
"""One stack for all scenarios, with an engine of its own."""

import os
import pathlib
import sys
import time

import pytest

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "openapi"), str(TESTS / "asyncapi")]
pytest.register_assert_rewrite("test_story")

import images  # noqa: E402  (it needs the paths above)
from engine import Engine, Missing  # noqa: E402
from stack import Stack  # noqa: E402

PREFIX = """Hello, 안녕 "you" & 100 % {welcome}"""


@pytest.fixture(scope="session")
def engine():
    one = Engine(os.environ["COMPOSE_DATA"])
    try:
        try:
            one.start()
        except Missing as why:
            absent(why)
        yield one
    finally:
        one.stop()


def absent(why):
    """Skips with the reason; in CI it fails."""
    words = f"no container engine can run here: {why}"
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)


@pytest.fixture(scope="session")
def made(engine):
    """The engine with all images."""
    begin = time.monotonic()
    images.make(engine)
    print(f"images: {time.monotonic() - begin:.0f} s")
    return engine


@pytest.fixture(scope="session")
def system(made, request):
    engine = made
    engine.enter()
    stack = Stack(
        engine,
        HOTEL_ALARM_PREFIX=PREFIX,
        HOTEL_LOG_LEVEL="warn",  # otherwise a hundred thousand lines
        HOTEL_SMTP_URL="smtp://mail:1025",
        HOTEL_MAIL_FROM="hotel@example.org",
    )
    try:
        begin = time.monotonic()
        stack.up()
        print(f"cold start to ready: {time.monotonic() - begin:.1f} s")
        yield stack
    finally:
        if request.session.testsfailed:
            print(stack.last_words())
        stack.down()


@pytest.fixture
def hotel(system):
    """The stack, checked afterwards."""
    yield system
    system.check()
