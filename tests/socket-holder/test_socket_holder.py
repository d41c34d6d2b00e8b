# SPDX-License-Identifier: MIT
"""The socket holder: clients of the port do not notice that nginx is replaced."""

import errno
import ipaddress
import os
import re
import signal
import socket
import subprocess
import threading

import pytest

from conftest import PROGRAM, ENDS_WITHIN_S, request
from waiting import eventually

CLIENTS = 32  # LISTENER_CLIENTS


def refused(holder):
    try:
        holder.connect().close()
    except OSError as error:
        return error.errno == errno.ECONNREFUSED
    return False


def test_connections_are_refused_until_a_server_is_attached(holder):
    assert holder.attached() == 0
    assert refused(holder)


def test_an_attached_server_accepts_at_the_address_of_the_socket_holder(holder):
    holder.nginx("first")
    assert holder.attached() == 1
    name, *networks = holder.ask().split()
    assert name == "first"
    addresses = subprocess.run(["hostname", "-I"], capture_output=True, text=True).stdout.split()
    ours = [ipaddress.ip_address(one) for one in addresses if "." in one]
    networks = [ipaddress.ip_network(network) for network in networks]
    assert all(any(one in network for network in networks) for one in ours), (networks, ours)
    assert not any(network.is_loopback for network in networks), networks


def test_an_old_and_a_new_server_accept_side_by_side_and_no_request_is_refused(holder):
    old = holder.nginx("old")
    seen, faults, over = [], [], threading.Event()

    def keep_asking():
        while not over.is_set():
            try:
                seen.append(holder.ask().split(" ")[0])
            except (OSError, AssertionError) as fault:
                faults.append(fault)

    clients = [threading.Thread(target=keep_asking) for _ in range(4)]
    for client in clients:
        client.start()
    try:
        for number in range(5):
            new = holder.nginx(f"new{number}")
            assert holder.attached() == 2
            old.terminate()
            assert old.wait(ENDS_WITHIN_S) == 0
            eventually(lambda: len(seen) and seen[-1] == new.name)
            old = new
    finally:
        over.set()
        for client in clients:
            client.join()
    assert not faults, faults
    assert len(seen) > 100 and {"old", "new0", "new4"} <= set(seen), len(seen)
    assert holder.attached() == 1


def test_a_server_that_is_told_to_quit_finishes_its_requests(holder):
    old = holder.nginx("old")
    (old.folder / "slow").write_text("x" * 5000)
    with holder.connect() as connection:
        connection.sendall(b"GET /slow HTTP/1.0\r\n\r\n")
        answer = connection.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200 ")
        holder.nginx("new")
        old.terminate()
        eventually(lambda: holder.ask().startswith("new"))
        while more := connection.recv(65536):
            answer += more
    assert answer.endswith(b"x" * 100) and answer.count(b"x") >= 5000
    assert old.wait(ENDS_WITHIN_S) == 0


def test_connections_queue_after_a_kill_until_the_next_server_attaches(holder):
    killed = holder.nginx("killed")
    for pid in [killed.pid, killed.master, *killed.workers]:  # as a container ends: all at once
        os.kill(pid, signal.SIGKILL)
    killed.wait()
    with holder.connect() as waiting:
        eventually(lambda: holder.attached() == 0)
        holder.nginx("next")
        assert request(waiting).startswith("next")


def test_the_sockets_close_after_a_while_without_a_server_and_open_for_the_next(holder):
    gone = holder.nginx("gone")
    gone.terminate()
    gone.wait(ENDS_WITHIN_S)
    with holder.connect() as waiting:
        waiting.sendall(b"GET / HTTP/1.0\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            waiting.recv(1)
    assert refused(holder)
    holder.nginx("next")
    assert holder.ask().startswith("next")


def test_a_server_ends_with_the_socket_holder_and_attaches_to_the_next(holder):
    server = holder.nginx("server")
    holder.process.kill()
    assert server.wait(ENDS_WITHIN_S) == 1
    assert "holder-gone" in server.stderr.read()
    # A client that starts first waits for the socket holder.
    waiting = holder.start("attach", holder.path, "bash", "-c", "echo $NGINX; exit 7", stdout=subprocess.PIPE)
    holder.listen()
    assert re.fullmatch(r"\d+;\n", waiting.communicate(timeout=ENDS_WITHIN_S)[0])
    assert waiting.returncode == 7


def test_when_the_socket_holder_ends_the_server_does_not_wait_for_its_requests(holder):
    server = holder.nginx("server")
    (server.folder / "slow").write_text("x" * 50_000)  # 25 s
    with holder.connect() as connection:
        connection.sendall(b"GET /slow HTTP/1.0\r\n\r\n")
        assert connection.recv(65536)
        holder.process.kill()
        assert server.wait(10) == 1


def test_a_server_that_misses_the_first_signal_is_signalled_again(holder):
    slow = holder.start("attach", holder.path, "bash", "-c", "trap '' QUIT; echo in; read -t 1.5 <> <(:); trap 'exit 5' QUIT; "
                      "exec {never}<> <(:); while :; do read -t 0.1 -u $never; done", stdout=subprocess.PIPE)
    assert slow.stdout.readline() == "in\n"
    slow.terminate()
    assert slow.wait(15) == 5
    slow.stdout.close()


def test_the_exit_status_is_that_of_the_command(holder):
    assert holder.start("attach", holder.path, "false").wait(ENDS_WITHIN_S) == 1
    assert holder.start("attach", holder.path, "bash", "-c", "kill -KILL $$").wait(ENDS_WITHIN_S) == 128 + 9
    missing = holder.start("attach", holder.path, "/no/such/program")
    assert missing.wait(ENDS_WITHIN_S) == 127
    assert "/no/such/program: No such file" in missing.stderr.read()
    eventually(lambda: holder.attached() == 0)


def test_clients_that_send_no_request_are_disconnected(holder):
    silent = [socket.socket(socket.AF_UNIX) for _ in range(CLIENTS)]
    for one in silent:
        one.connect(str(holder.path))
    for one in silent:
        one.settimeout(20)
        assert one.recv(1) == b""  # disconnected after a while
        one.close()
    assert holder.attached() == 0


def test_at_most_32_clients_are_attached_and_the_next_is_refused(holder):
    command = ["bash", "-c", "trap 'exit 0' QUIT; echo in; exec {never}<> <(:); while :; do read -u $never; done"]
    attached = [holder.start("attach", holder.path, *command, stdout=subprocess.PIPE) for _ in range(CLIENTS)]
    for one in attached:
        assert one.stdout.readline() == "in\n"
    surplus = holder.start("attach", holder.path, *command)
    assert surplus.wait(ENDS_WITHIN_S) == 1
    assert "not-attached" in surplus.stderr.read()
    for one in attached:
        one.terminate()
    for one in attached:
        assert one.wait(ENDS_WITHIN_S) == 0
        one.stdout.close()
    assert holder.attached() == 0


def test_a_client_that_disconnects_early_does_not_leave_the_sockets_open(holder):
    with socket.socket(socket.AF_UNIX) as hasty:
        hasty.connect(str(holder.path))
        hasty.sendall(b"a")
    eventually(lambda: not refused(holder), every=0.01)
    eventually(lambda: refused(holder), within=15)
    assert holder.attached() == 0


def test_an_unknown_request_is_refused(holder):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(holder.path))
        client.settimeout(20)
        client.sendall(b"?")
        assert client.recv(1) == b""
    assert holder.attached() == 0


def test_the_socket_holder_removes_its_socket_and_frees_its_port(holder):
    holder.process.terminate()
    assert holder.process.wait(ENDS_WITHIN_S) == 0
    assert not holder.path.exists()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", holder.port))


def test_an_address_in_use_ends_the_socket_holder_at_once(holder):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        second = holder.start("listen", holder.folder / "second", f"PUBLIC=127.0.0.1:{taken}")
        assert second.wait(ENDS_WITHIN_S) == 1
    assert "Address already in use" in second.stderr.read()
    assert not (holder.folder / "second").exists()


PATH = object()  # of the unix socket


@pytest.mark.parametrize("words", [
    [], ["listen"], ["listen", PATH], ["listen", PATH, "8080"], ["listen", PATH, "=1:2"], ["listen", PATH, "NETWORKS=127.0.0.1:1"],
    ["listen", PATH, *(f"A{n}=127.0.0.1:1" for n in range(9))], ["attach", PATH], ["check"],
    ["open", PATH, "y"], ["listen", PATH, "A=nowhere"],
])  # fmt: skip
def test_wrong_arguments_are_answered_with_the_usage_or_the_fault(words, tmp_path):
    path = str(tmp_path / "socket")
    words = [path if word is PATH else word for word in words]
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    assert "Usage: hotel-socket-holder listen" in done.stderr or "not-opened" in done.stderr
    assert not (tmp_path / "socket").exists()
