# SPDX-License-Identifier: MIT
"""Whoever reaches the sockets of the services, past nginx, can send what nginx never sends, or nothing."""

import contextlib
import pathlib
import resource
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

from records import BEGIN, GIGABYTES, PARAMS, RESPONDER, VALUES, connected, converse, pair, record  # noqa: E402

SILENT = 2000
ASKED = {"room": "rooms", "book": "books", "pay": "payments", "mypage": "mypages", "alarm": "notifications"}
ENDLESS = [record(BEGIN, RESPONDER)] + [record(PARAMS, pair(b"HTTP_X", b"v" * 60000))] * 3
PARTS = (b"", b"\1", record(BEGIN, RESPONDER))


def test_broken_records_and_silent_connections_end_and_stop_no_service(hotel):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 2 * SILENT), hard))
    programs = {name: hotel.pids(f"fcgi-{name}") for name in ASKED}
    for name, path in ASKED.items():
        socket = hotel.run / f"{name}.sock"
        for broken in ([GIGABYTES], [VALUES, record(BEGIN, RESPONDER)], ENDLESS):
            assert converse(socket, broken) == b""
        with contextlib.ExitStack() as silent:
            for i in range(SILENT):
                connection = silent.enter_context(connected(socket))
                connection.sendall(PARTS[i % len(PARTS)])
            for _ in range(5):
                answer = hotel.web.get(f"/{path}")
                assert answer.status == 200, answer
        assert hotel.web.get(f"/{path}").status == 200
    assert {name: hotel.pids(f"fcgi-{name}") for name in ASKED} == programs
