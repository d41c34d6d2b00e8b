# SPDX-License-Identifier: MIT
"""A backup under load is complete, and a restored stack continues from it."""

import contextlib
import signal
import stat
import subprocess

import pytest

from actors import all_accepted, await_mypage, await_notices, book_now, booked, paid_once, place_book, register_room, stay
from hotel import Hotel, kill_9
from images import ROOT
from load import Load
from stack import Stack
from waiting import eventually

WORKERS = [f"worker-{context}" for context in ("room", "book", "pay", "mypage", "alarm", "account")]
WRONG_USE, FAILED = 2, 1


@pytest.fixture
def copy(system):
    """Another stack beside the first that sends nothing, to restore a backup into."""
    stack = Stack(system.engine, COMPOSE_PROJECT_NAME="copy", HOTEL_LOG_LEVEL="warn", HOTEL_DELIVERY="off")
    try:
        yield stack
    finally:
        stack.down()


@contextlib.contextmanager
def standing_still(hotel, service):
    hotel.compose("stop", service)
    try:
        yield
    finally:
        hotel.compose("start", service)


def begun(hotel, *words):
    """A command of the folder compose under way."""
    return subprocess.Popen([ROOT / "compose" / words[0], *words[1:]], env=hotel.environment(),
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)  # fmt: skip


def killed(process):
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


@pytest.fixture
def native(system):
    """An instance of ./hotel, to restore a backup into."""
    instance = Hotel()
    try:
        yield instance
    finally:
        instance.down()


class Leaver:
    """Somebody with an account and a booking to come, who is erased after the backup."""

    name, email = "Leaver of a marker", "marker@leaver.example"

    def __init__(self, hotel, room):
        self.hotel = hotel
        account = {"email": self.email, "password": "four plain words here"}
        assert hotel.web.post("/accounts", name=self.name, **account).status == 201
        token = hotel.web.post("/tokens", grant_type="password", **account).json["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}
        answer = hotel.web.post("/books", self.headers, roomId=room["id"], name=self.name, email=self.email,
                                **stay(300, 2))  # fmt: skip
        assert answer.status == 201, answer
        self.book = answer.json

    def leaves(self):
        """The list of what was erased, once it has the account and the booking."""
        assert self.hotel.web.delete(f"/books/{self.book['id']}", self.headers).status == 200
        gone = self.hotel.web.write("DELETE", "/accounts/me", {"password": "four plain words here"}, self.headers)
        assert gone.status == 204, gone

        def listed():
            lines = self.hotel.compose("run", "--rm", "-T", "operator", "erased").stdout
            assert f"book {self.book['reference']}\n" in lines and "account " in lines, lines
            return lines

        return eventually(listed, within=60, every=2, what="the list has both")

    def is_nowhere_in(self, hotel):
        (mariadb,) = hotel.containers("mariadb")
        secret = "$(cat /run/secrets/db-root)"
        dump = f"mariadb-dump -uroot -p{secret} --socket=/run/mysqld/mysqld.sock --all-databases"
        found = hotel.engine.docker("exec", mariadb, "bash", "-c", dump).stdout
        assert "CREATE TABLE" in found and self.email not in found and self.name not in found
        return True


def test_a_backup_under_load_is_restored_into_another_stack_and_an_instance(hotel, copy, native, tmp_path):
    """worker-alarm is stopped: its events wait in its queue and must be in the backup."""
    rooms = [register_room(hotel, name=f'방 "{n}" \\ 🏠') for n in range(4)]
    leaver = Leaver(hotel, rooms[0])
    hotel.check()
    file, answered = tmp_path / "hotel.backup", []

    def act(n):
        answer = place_book(hotel, rooms[n % 4], first=1 + n // 4, name="O'Neil \\ ;--")
        if answer.status == 201:
            answered.append(answer.json)
        return answer

    with standing_still(hotel, "worker-alarm"), Load(2, act, every=0.1) as load:
        eventually(lambda: len(answered) > 20, what="bookings")
        before = list(answered)
        print(hotel.command("backup", file))
        after = len(load.results)
        eventually(lambda: len(load.results) > after + 5, what="more bookings")
    all_accepted(load.results)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.new.*"))

    for words, expect in ((["backup", file], WRONG_USE), (["backup", "/nowhere/at/all"], WRONG_USE),
                          (["restore", tmp_path / "absent"], WRONG_USE), (["restore", file], FAILED)):  # fmt: skip
        said = hotel.command(*words, expect=expect)
        assert any(why in said for why in ("already exists", "no folder", "cannot read", "already has data")), said

    erased = tmp_path / "erased"
    erased.write_text(leaver.leaves())
    half_restored(copy, file)
    said = copy.command("restore", file, "--erased", erased)
    print(said)
    assert "1 bookings and 1 accounts of the list erased again" in said and leaver.is_nowhere_in(copy)
    assert "invariants hold" in said and f'HOTEL_ALARM_PREFIX was "{hotel.settings["HOTEL_ALARM_PREFIX"]}"' in said
    for book in before:
        assert book_now(copy, book) == book_now(hotel, book)
        assert paid_once(copy, book) == paid_once(hotel, book)
        await_mypage(copy, book, status="Booked", payStatus="PayApproved")
        for system in (copy, hotel):
            await_notices(system, book["guestId"], book, "Booked", "PaymentApproved")
    comes_back_when_killed_young(copy)
    booked(copy, rooms[0], first=200)
    copy.check()
    from_an_instance = restored_without_containers(native, hotel, file, before)

    said = copy.command("restore", from_an_instance, "--force")  # the list is still in the volume
    assert "invariants hold" in said and "1 bookings and 1 accounts of the list erased again" in said, said
    assert leaver.is_nowhere_in(copy)
    for book in before:
        assert book_now(copy, book) == book_now(hotel, book)
        await_mypage(copy, book, status="Booked", payStatus="PayApproved")
    assert place_book(copy, rooms[0], first=200).status == 201  # what was there before is gone


def restored_without_containers(native, hotel, file, before):
    """Restores the file into an instance of ./hotel, with the older servers of Debian 12; returns a backup
    of that instance."""
    said = native.command("restore", str(file), settings={"HOTEL_PORT": str(native.port), "HOTEL_DELIVERY": "off"})
    assert "invariants hold" in said.stdout, said
    for book in before:
        assert book_now(native, book) == book_now(hotel, book)
        await_notices(native, book["guestId"], book, "Booked", "PaymentApproved")
    answer = file.with_name("instance.backup")
    native.command("backup", str(answer))
    return answer


def is_healthy(hotel, server):
    return [hotel.inspect(one)["State"]["Health"]["Status"] for one in hotel.containers(server)] == ["healthy"]


def lock_containers(hotel):
    return hotel.engine.docker("ps", "-q", "--filter", "name=_backup_").stdout.split()


def comes_back_when_killed_young(copy):
    """A broker that is killed soon after its start loses no queue."""
    (broker,) = copy.containers("rabbitmq")
    killed_pid = copy.inspect(broker)["State"]["Pid"]
    kill_9(killed_pid)

    def is_well():
        state = copy.inspect(broker)["State"]
        return state["Pid"] not in (0, killed_pid) and state["Health"]["Status"] == "healthy"

    eventually(is_well, within=90, what="the broker is well again")


def half_restored(copy, file):
    """After a killed restore nothing starts, and no backup can be made."""
    restoring = begun(copy, "restore", str(file))
    eventually(lambda: copy.containers("mariadb"), within=60, what="a restore at work")
    killed(restoring)
    copy.compose("up", "-d", "--no-deps", "mariadb", "rabbitmq")
    eventually(lambda: is_healthy(copy, "mariadb") and is_healthy(copy, "rabbitmq"), within=90, what="the servers")
    absent = file.with_name("half.backup")
    assert "a restore was begun and did not end" in copy.command("backup", absent, expect=FAILED)
    assert not absent.exists()
    assert copy.compose("up", "-d", expect=None).returncode != 0
    assert "a restore was begun and did not end" in copy.compose("logs", "--no-color", "setup").stdout


def test_the_workers_continue_when_a_backup_is_killed(hotel, tmp_path):
    """And a rebuild is refused while a backup is running."""
    room = register_room(hotel)
    for part, sign in (("locked", "locked\n"), ("queues", "")):
        file = tmp_path / f"{part}.backup"
        backing_up = begun(hotel, "backup", str(file))
        eventually(lambda: any(sign in found.read_text() for found in tmp_path.glob(f"{part}.backup.new.*/{part}")),
                   every=0.01, what=f"a backup with {part}")
        backing_up.send_signal(signal.SIGSTOP)
        rebuild = hotel.compose("run", "--rm", "operator", "rebuild", "mypage", expect=FAILED)
        assert "a rebuild or a backup is running" in rebuild.stdout + rebuild.stderr
        killed(backing_up)
        assert not file.exists()
        eventually(lambda: not lock_containers(hotel), within=60, what="the worker lock is free")

    def all_work():
        states = [hotel.inspect(one)["State"] for worker in WORKERS for one in hotel.containers(worker)]
        assert {state["Health"]["Status"] for state in states} == {"healthy"}, states
        return True

    eventually(all_work, within=60, what="every worker is at work")
    await_mypage(hotel, booked(hotel, room), status="Booked", payStatus="PayApproved")
    hotel.operator("rebuild", "mypage")
    hotel.command("backup", tmp_path / "whole.backup")
