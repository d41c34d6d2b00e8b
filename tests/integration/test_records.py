# SPDX-License-Identifier: MIT
"""A FastCGI service and whoever reaches its socket: broken records, endless parameters, silent connections.

The mutated conversations are the same in each run; FUZZ_SECONDS in the environment gives them so much time
and another seed, which is printed.
"""
import os
import random
import resource
import select
import socket
import subprocess
import time

import pytest

from records import (BEGIN, GIGABYTES, PARAMS, RESPONDER, STDIN, VALUES, answer, connected, converse, mutated, pair,
                     receive, record, request)

CONVERSATIONS = 4000
GROWTH_MAX = 64 << 20       # bytes; what all places of the receiver may keep is half of that
PLACES = 256                # RECEIVER_PLACES
THREADS = 4                 # each keeps one descriptor, from its first request on
GOOD = request("GET", "/effects")


class Service:
    """The tests' service, as a supervisor starts it."""

    def __init__(self, folder, **settings):
        self.socket, self.admin = folder / "socket", folder / "admin"
        self.log = open(folder / "log", "w+")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.socket))
            listening.listen(1024)
            # memory that the address sanitizer keeps back after free() is no growth of the service
            self.process = subprocess.Popen(
                [os.environ["TEST_SERVICE"]], stdin=listening, stderr=self.log,
                env={"HOTEL_ADMIN_SOCKET": f"unix:{self.admin}", "ASAN_OPTIONS": "quarantine_size_mb=4", **settings})
        self.await_(lambda: "event=started" in self.logged())

    def logged(self):
        with open(self.log.name) as lines:
            return lines.read()

    def await_(self, what, seconds=60):
        end = time.monotonic() + seconds
        while not what():
            assert self.process.poll() is None and time.monotonic() < end, self.logged()[-3000:]
            time.sleep(0.01)

    def fds(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def memory(self):
        with open(f"/proc/{self.process.pid}/statm") as sizes:
            return int(sizes.read().split()[1]) * resource.getpagesize()

    def metric(self, line):
        with connected(self.admin) as connection:
            connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            lines = receive(connection).decode().splitlines()
        return next(int(value) for name, _, value in (one.rpartition(" ") for one in lines) if name == line)

    def refused(self, reason):
        return self.metric(f'hotel_requests_refused_total{{reason="{reason}"}}')

    def answers(self):
        """That a good request is answered."""
        assert (answer(converse(self.socket, GOOD, finish=False)) or "").startswith("Status: 200"), self.logged()[-3000:]

    def end(self):
        self.process.terminate()
        assert self.process.wait(60) == 0, self.logged()[-3000:]
        assert "Sanitizer" not in self.logged()
        self.log.close()


@pytest.fixture
def start(tmp_path):
    services = []

    def start(**settings):
        services.append(Service(tmp_path, **settings))
        return services[-1]
    yield start
    for service in services:
        if service.process.poll() is None:
            service.process.kill()


@pytest.fixture(autouse=True, scope="module")
def descriptors():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))


def rounds():
    """A random generator for each conversation."""
    seconds = float(os.environ.get("FUZZ_SECONDS") or 0)
    first = random.SystemRandom().randrange(1 << 32) if seconds else 20261128
    end, done = time.monotonic() + seconds, 0
    while time.monotonic() < end if seconds else done < CONVERSATIONS:
        yield random.Random(first + done)
        done += 1
    print(f"{done} conversations, seeds from {first}")


def test_mutated_conversations_end_no_process_and_grow_nothing(start):
    service = start(HOTEL_READ_TIMEOUT_MS="100", HOTEL_THREADS=str(THREADS))
    service.answers()
    at_rest = service.fds()
    memory = None
    for n, rng in enumerate(rounds()):
        converse(service.socket, mutated(rng), finish=n % 50 != 0)  # some wait until they are closed
        if n % 100 == 99:
            service.answers()
            memory = memory or service.memory()
    service.answers()
    service.await_(lambda: service.fds() <= at_rest + THREADS)
    assert service.metric("hotel_requests_incomplete") == 0
    assert service.refused("malformed") > 0 and service.refused("closed") > 0
    assert service.memory() - memory < GROWTH_MAX
    service.end()


def test_lengths_that_no_memory_has_are_refused(start):
    service = start()
    assert converse(service.socket, [GIGABYTES]) == b""
    assert service.refused("malformed") == 1
    service.answers()
    service.end()


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_management_records_are_refused_wherever_they_come(start, before):
    service = start()
    records = [record(BEGIN, RESPONDER), record(PARAMS, pair(b"N", b"v")), record(PARAMS), record(STDIN)]
    assert converse(service.socket, [*records[:before], VALUES, *records[before:]]) == b""
    assert service.refused("malformed") == 1
    service.answers()
    service.end()


def test_300_mb_of_parameters_are_not_taken(start):
    service = start()
    service.answers()
    memory = service.memory()
    part = record(PARAMS, pair(b"HTTP_X", b"v" * 60000))
    sent = 0
    for _ in range(300):
        with connected(service.socket) as connection:
            connection.sendall(record(BEGIN, RESPONDER))
            try:
                for _ in range((1 << 20) // len(part) + 1):
                    connection.sendall(part)
                    sent += len(part)
            except (BrokenPipeError, ConnectionResetError):
                pass
            assert receive(connection) == b""
    assert service.refused("too-large") == 300
    assert sent < 300 << 20
    assert service.memory() - memory < GROWTH_MAX
    service.answers()
    service.end()


def test_too_many_parameters_are_answered(start):
    service = start()
    many = {f"HTTP_X_{n}": "" for n in range(1100)}
    large = {f"HTTP_X_{n}": "v" * 8000 for n in range(9)}
    for more in (many, large):
        text = answer(converse(service.socket, request("POST", "/notes", b'{"text":"hello","number":5}', **more)))
        assert text.startswith("Status: 400") and "/problems/malformed" in text and "fewer or shorter" in text, text
    assert '{"effects":0}' in answer(converse(service.socket, GOOD))
    service.end()


def silent(service, n):
    """Open connections: some have sent nothing, some a part of a request."""
    parts = [b"", b"\1", record(BEGIN, RESPONDER), record(BEGIN, RESPONDER) + record(PARAMS, b"\4\7NAME")]
    connections = []
    for i in range(n):
        connections.append(connected(service.socket))
        connections[-1].sendall(parts[i % len(parts)])
    return connections


def closed(connections):
    poll = select.poll()
    for connection in connections:
        poll.register(connection, select.POLLRDHUP)
    return len(poll.poll(0))


def test_200_silent_connections_hold_no_thread(start):
    service = start(HOTEL_READ_TIMEOUT_MS="60000", HOTEL_REQUEST_TIMEOUT_MS="120000", HOTEL_THREADS="2")
    connections = silent(service, 200)
    for _ in range(10):
        service.answers()
    assert service.metric("hotel_threads_busy") == 0
    service.await_(lambda: service.metric("hotel_requests_incomplete") == 200)
    assert closed(connections) == 0
    for connection in connections:
        connection.close()
    service.await_(lambda: service.metric("hotel_requests_incomplete") == 0)
    service.end()


def test_2000_silent_connections_hold_no_thread_and_few_places(start):
    service = start(HOTEL_READ_TIMEOUT_MS="60000", HOTEL_REQUEST_TIMEOUT_MS="120000", HOTEL_THREADS=str(THREADS))
    at_rest = service.fds()
    connections = silent(service, 2000)
    for _ in range(10):
        service.answers()
    assert service.fds() <= at_rest + PLACES + THREADS
    service.await_(lambda: closed(connections) >= 2000 - PLACES)
    assert service.refused("evicted") == closed(connections)
    for connection in connections:
        connection.close()
    service.await_(lambda: service.metric("hotel_requests_incomplete") == 0)
    service.end()


def test_the_connection_that_was_silent_longest_gives_way(start):
    service = start(HOTEL_READ_TIMEOUT_MS="60000", HOTEL_REQUEST_TIMEOUT_MS="120000")
    first, second = silent(service, 2)
    service.await_(lambda: service.metric("hotel_requests_incomplete") == 2)
    time.sleep(0.01)  # the service counts milliseconds
    first.sendall(b"\1")
    connections = silent(service, PLACES - 2)
    service.await_(lambda: service.metric("hotel_requests_incomplete") == PLACES)
    assert closed([first, second, *connections]) == 0
    connections += silent(service, 1)
    service.await_(lambda: closed([second]) == 1)
    assert closed([first, *connections]) == 0
    for connection in (first, second, *connections):
        connection.close()
    service.end()


def test_silent_connections_are_closed_after_their_time(start):
    service = start(HOTEL_READ_TIMEOUT_MS="100", HOTEL_REQUEST_TIMEOUT_MS="120000")
    connections = silent(service, 100)
    assert [receive(connection) for connection in connections] == [b""] * 100
    assert service.refused("timeout") == 100
    assert service.metric("hotel_requests_incomplete") == 0
    for connection in connections:
        connection.close()
    service.end()


def test_refusals_are_logged_once_a_second_and_counted(start):
    service = start()
    for _ in range(300):
        assert converse(service.socket, [b"GET / HTTP/1.1\r\n\r\n"]) == b""
    assert service.refused("malformed") == 300
    lines = [line for line in service.logged().splitlines() if "event=request-not-received" in line]
    assert "reason=malformed" in lines[0] and 'detail="a record is not of version 1"' in lines[0]
    assert 1 <= len(lines) < 100
    service.end()


def test_a_connection_that_sends_nothing_and_leaves_is_not_worth_a_line(start):
    service = start()
    connected(service.socket).close()
    service.answers()
    assert service.refused("closed") == 0 and "request-not-received" not in service.logged()
    service.end()


def test_a_request_that_has_begun_is_received_and_answered_after_sigterm(start):
    service = start(HOTEL_READ_TIMEOUT_MS="60000")
    with connected(service.socket) as connection:
        connection.sendall(GOOD[0])
        service.await_(lambda: service.metric("hotel_requests_incomplete") == 1)
        service.process.terminate()
        service.await_(lambda: "event=stopping" in service.logged())
        connection.sendall(b"".join(GOOD[1:]))
        assert answer(receive(connection)).startswith("Status: 200")
    service.end()
