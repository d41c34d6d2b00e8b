# SPDX-License-Identifier: MIT
"""Fixtures of the tests of ./hotel."""

import pathlib
import socket
import tempfile

import pytest


@pytest.fixture
def tmp_path():
    """A short path, for sockets, that is removed afterwards; pytest's own is neither."""
    with tempfile.TemporaryDirectory(prefix="hotel-", dir="/tmp") as folder:
        yield pathlib.Path(folder)


@pytest.fixture
def state(tmp_path):
    """A state folder as `up` creates it."""
    folder = tmp_path / "s"
    folder.mkdir(mode=0o700)
    (folder / ".hotel-state").touch()
    for name in ("secrets", "log", "run", "stopped"):
        (folder / name).mkdir(mode=0o700)
    return folder


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
