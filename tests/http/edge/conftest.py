# SPDX-License-Identifier: MIT
"""One system for all tests of what nginx itself answers."""

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "e2e"), str(HERE.parents[1] / "openapi")]

from hotel import Hotel  # noqa: E402  (it needs the path above)
from wire import Wire  # noqa: E402


@pytest.fixture(scope="session")
def hotel():
    """The running system; at the end `./hotel check` must be clean."""
    made = Hotel()
    try:
        made.up()
        yield made
        made.check()
    finally:
        made.down()


@pytest.fixture
def wire(hotel):
    """Sends bytes to the public listener."""
    return Wire(hotel.port)
