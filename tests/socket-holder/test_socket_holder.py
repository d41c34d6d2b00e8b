"""Who comes through the door never learns that nginx was replaced."""

import errno
import ipaddress
import os
import re
import signal
import socket
import subprocess
import threading

import pytest

from conftest import DOOR, ENDS_WITHIN_S, request
from waiting import eventually

VISITORS = 32  # HOLD_VISITORS


def refused(door):
    try:
        door.connect().close()
    except OSError as error:
        return error.errno == errno.ECONNREFUSED
    return False


def test_nobody_is_let_wait_before_anybody_is_inside(door):
    assert door.inside() == 0
    assert refused(door)


def test_who_enters_serves_at_the_address_of_the_door(door):
    door.nginx("first")
    assert door.inside() == 1
    name, *near = door.ask().split()
    assert name == "first"
    addresses = subprocess.run(["hostname", "-I"], capture_output=True, text=True).stdout.split()
    ours = [ipaddress.ip_address(one) for one in addresses if "." in one]
    networks = [ipaddress.ip_network(network) for network in near]
    assert all(any(one in network for network in networks) for one in ours), (near, ours)
    assert not any(network.is_loopback for network in networks), near


def test_two_serve_at_once_and_the_old_one_goes_without_a_refused_request(door):
    old = door.nginx("old")
    seen, faults, over = [], [], threading.Event()

    def keep_asking():
        while not over.is_set():
            try:
                seen.append(door.ask().split(" ")[0])
            except (OSError, AssertionError) as fault:
                faults.append(fault)

    clients = [threading.Thread(target=keep_asking) for _ in range(4)]
    for client in clients:
        client.start()
    try:
        for number in range(5):
            new = door.nginx(f"new{number}")
            assert door.inside() == 2
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
    assert door.inside() == 1


def test_what_was_begun_is_answered_to_its_end(door):
    old = door.nginx("old")
    (old.folder / "slow").write_text("x" * 5000)
    with door.connect() as connection:
        connection.sendall(b"GET /slow HTTP/1.0\r\n\r\n")
        answer = connection.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200 ")
        door.nginx("new")
        old.terminate()
        eventually(lambda: door.ask().startswith("new"))
        while more := connection.recv(65536):
            answer += more
    assert answer.endswith(b"x" * 100) and answer.count(b"x") >= 5000
    assert old.wait(ENDS_WITHIN_S) == 0


def test_who_comes_after_a_kill_waits_for_the_next_one_instead_of_being_refused(door):
    killed = door.nginx("killed")
    for pid in [killed.pid, killed.master, *killed.workers]:  # as a container ends: all at once
        os.kill(pid, signal.SIGKILL)
    killed.wait()
    with door.connect() as waiting:
        eventually(lambda: door.inside() == 0)
        door.nginx("next")
        assert request(waiting).startswith("next")


def test_nobody_waits_for_long_and_the_next_one_opens_again(door):
    gone = door.nginx("gone")
    gone.terminate()
    gone.wait(ENDS_WITHIN_S)
    with door.connect() as waiting:
        waiting.sendall(b"GET / HTTP/1.0\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            waiting.recv(1)
    assert refused(door)
    door.nginx("next")
    assert door.ask().startswith("next")


def test_without_the_door_the_server_ends_and_comes_in_by_the_next_door(door):
    lost = door.nginx("lost")
    door.process.kill()
    assert lost.wait(ENDS_WITHIN_S) == 1
    assert "door-gone" in lost.stderr.read()
    # One that was started meanwhile waits for the door to be there.
    waiting = door.begin("enter", door.path, "bash", "-c", "echo $NGINX; exit 7", stdout=subprocess.PIPE)
    door.hold()
    assert re.fullmatch(r"\d+;\n", waiting.communicate(timeout=ENDS_WITHIN_S)[0])
    assert waiting.returncode == 7


def test_without_the_door_nothing_that_was_begun_keeps_the_server(door):
    lost = door.nginx("lost")
    (lost.folder / "slow").write_text("x" * 50_000)  # 25 s
    with door.connect() as connection:
        connection.sendall(b"GET /slow HTTP/1.0\r\n\r\n")
        assert connection.recv(65536)
        door.process.kill()
        assert lost.wait(10) == 1


def test_what_does_not_hear_at_first_is_told_again(door):
    deaf = door.begin("enter", door.path, "bash", "-c", "trap '' QUIT; echo in; read -t 1.5 <> <(:); trap 'exit 5' QUIT; "
                      "exec {never}<> <(:); while :; do read -t 0.1 -u $never; done", stdout=subprocess.PIPE)
    assert deaf.stdout.readline() == "in\n"
    deaf.terminate()
    assert deaf.wait(15) == 5
    deaf.stdout.close()


def test_the_end_of_the_command_is_ones_own(door):
    assert door.begin("enter", door.path, "false").wait(ENDS_WITHIN_S) == 1
    assert door.begin("enter", door.path, "bash", "-c", "kill -KILL $$").wait(ENDS_WITHIN_S) == 128 + 9
    missing = door.begin("enter", door.path, "/no/such/program")
    assert missing.wait(ENDS_WITHIN_S) == 127
    assert "/no/such/program: No such file" in missing.stderr.read()
    eventually(lambda: door.inside() == 0)


def test_whoever_says_nothing_keeps_nobody_out(door):
    silent = [socket.socket(socket.AF_UNIX) for _ in range(VISITORS)]
    for one in silent:
        one.connect(str(door.path))
    for one in silent:
        one.settimeout(20)
        assert one.recv(1) == b""  # turned away after a while
        one.close()
    assert door.inside() == 0


def test_only_so_many_are_inside_and_the_next_is_turned_away(door):
    command = ["bash", "-c", "trap 'exit 0' QUIT; echo in; exec {never}<> <(:); while :; do read -u $never; done"]
    inside = [door.begin("enter", door.path, *command, stdout=subprocess.PIPE) for _ in range(VISITORS)]
    for one in inside:
        assert one.stdout.readline() == "in\n"
    surplus = door.begin("enter", door.path, *command)
    assert surplus.wait(ENDS_WITHIN_S) == 1
    assert "not-entered" in surplus.stderr.read()
    for one in inside:
        one.terminate()
    for one in inside:
        assert one.wait(ENDS_WITHIN_S) == 0
        one.stdout.close()
    assert door.inside() == 0


def test_who_goes_before_it_is_let_in_does_not_leave_the_sockets_open(door):
    with socket.socket(socket.AF_UNIX) as hasty:
        hasty.connect(str(door.path))
        hasty.sendall(b"e")
    eventually(lambda: not refused(door), every=0.01)
    eventually(lambda: refused(door), within=15)
    assert door.inside() == 0


def test_what_says_nonsense_is_turned_away(door):
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(door.path))
        stranger.settimeout(20)
        stranger.sendall(b"?")
        assert stranger.recv(1) == b""
    assert door.inside() == 0


def test_the_door_leaves_no_file_and_lets_go_of_its_port(door):
    door.process.terminate()
    assert door.process.wait(ENDS_WITHIN_S) == 0
    assert not door.path.exists()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", door.port))


def test_an_address_that_cannot_be_had_stops_the_door_at_once(door):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        second = door.begin("hold", door.folder / "second", f"PUBLIC=127.0.0.1:{taken}")
        assert second.wait(ENDS_WITHIN_S) == 1
    assert "Address already in use" in second.stderr.read()
    assert not (door.folder / "second").exists()


PLACE = object()  # where the door's socket would be


@pytest.mark.parametrize("words", [
    [], ["hold"], ["hold", PLACE], ["hold", PLACE, "8080"], ["hold", PLACE, "=1:2"], ["hold", PLACE, "NEAR=127.0.0.1:1"],
    ["hold", PLACE, *(f"A{n}=127.0.0.1:1" for n in range(9))], ["enter", PLACE], ["look"],
    ["open", PLACE, "y"], ["hold", PLACE, "A=nowhere"],
])  # fmt: skip
def test_wrong_words_are_answered_with_the_usage_or_the_fault(words, tmp_path):
    place = str(tmp_path / "socket")
    words = [place if word is PLACE else word for word in words]
    done = subprocess.run([DOOR, *words], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    assert "usage: hotel-socket-holder hold" in done.stderr or "not-opened" in done.stderr
    assert not (tmp_path / "socket").exists()
