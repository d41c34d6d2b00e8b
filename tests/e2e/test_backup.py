# SPDX-License-Identifier: MIT
"""A backup taken while bookings go on is complete, and a system restored from it continues there."""

import base64
import fcntl
import hashlib
import io
import json
import os
import pathlib
import signal
import stat
import subprocess
import tarfile

import pytest

from actors import all_accepted, booked, cancel, place_book, register_room
from broker import Broker, events_of
from hotel import ROOT, Hotel
from load import Load
from waiting import eventually

FAILED, WRONG_USE = 1, 2  # exit codes
POISON = b'{"not": "an event"}'

# What never changes again: equal in original and copy where their versions are equal.
ROOMS = "SELECT * FROM hotel_room.room ORDER BY id"
BOOKS = """SELECT id, version, status, reference, room_id, host_id, guest_id, start_date, end_date,
    guests, price, currency, name, email, phone, pay_id, created_at, updated_at
    FROM hotel_book.book ORDER BY id"""
STEPS = "SELECT CONCAT(book_id, '/', version), s.* FROM hotel_book.book_step s ORDER BY book_id, version"
# Without the time of the change: original and copy each refund a cancellation in progress by themselves.
PAYMENTS = """SELECT book_id, version, status, id, room_id, host_id, guest_id, price, currency,
    start_date, end_date, created_at FROM hotel_pay.payment ORDER BY book_id"""
NIGHTS = "SELECT night, room_id, book_id FROM hotel_book.night ORDER BY room_id, night"
VIEW = "SELECT book_id, book_sequence, status, pay_status, guest_name FROM hotel_mypage.mypage ORDER BY book_id"
NOTIFICATIONS = "SELECT event_id, role, recipient_id, book_id, event, message FROM hotel_alarm.notification"


def by_id(hotel, query):
    return {row[0]: row for row in hotel.rows(query)}


def begun(hotel, *arguments, **settings):
    """A ./hotel in progress."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HOTEL_")}
    return subprocess.Popen([ROOT / "hotel", *arguments],
                            env=environment | {"HOTEL_STATE": str(hotel.state)} | settings,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def kill(process):
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


@pytest.fixture
def copy():
    """The system that a backup is restored to."""
    system = Hotel()
    try:
        yield system
    finally:
        system.down()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "hotel.backup"


def changed(path, change):
    """The content of a backup with one thing changed, and checksums that fit."""
    with tarfile.open(path) as whole:
        content = {member.name: whole.extractfile(member).read() for member in whole}
    content = change(content)
    content["sums"] = "".join(f"{hashlib.sha256(content[name]).hexdigest()}  {name}\n"
                              for name in content if name != "sums").encode()
    target = path.with_suffix(".changed")
    with tarfile.open(target, "w") as whole:
        for name, data in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            whole.addfile(member, io.BytesIO(data))
    return target


def restored(copy, path, *options, expect=0):
    done = copy.command("restore", str(path), *options, expect=expect)
    return done.stdout + done.stderr


def refuses_damaged_backups(copy, file):
    whole = file.read_bytes()
    damaged = file.with_suffix(".damaged")
    for content in (b"", b"not a backup", whole[:len(whole) // 2]):
        damaged.write_bytes(content)
        assert "not a backup, or is incomplete" in restored(copy, damaged, expect=WRONG_USE)
    middle = len(whole) // 2
    damaged.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:])
    assert "checksums do not match" in restored(copy, damaged, expect=WRONG_USE)

    def of_a_later_version(content):
        later = b"migration room 9999-later.sql " + b"0" * 64 + b"\n"
        return content | {"manifest": content["manifest"] + later}

    assert "room/9999-later.sql" in restored(copy, changed(file, of_a_later_version), expect=WRONG_USE)
    restored(copy, file.with_suffix(".absent"), expect=WRONG_USE)
    assert not (copy.state / "mariadb" / "data").exists()


def is_a_part_of(original, copy, seen):
    """The copy has data of the original only: nothing is lost, invented or incomplete."""
    assert copy.rows(ROOMS) == original.rows(ROOMS)
    for query in (BOOKS, PAYMENTS):
        theirs, ours = by_id(original, query), by_id(copy, query)
        assert set(seen) <= set(ours) <= set(theirs)
        for number in seen:
            assert ours[number] == theirs[number] or ours[number][1] < theirs[number][1]
    theirs, ours = by_id(original, STEPS), by_id(copy, STEPS)
    assert all(ours[f"{number}/2"] == theirs[f"{number}/2"] for number in seen)
    held = {row[0] for row in copy.rows(BOOKS) if row[2] in ("Booked", "PaymentPending", "Requested")}
    assert {row[2] for row in copy.rows(NIGHTS)} == held
    assert set(by_id(copy, VIEW)) == set(by_id(copy, BOOKS))


def notifies_the_same(original, copy, seen):
    """Bookings answered before the backup have the notifications of the original, each once."""

    def of(hotel):
        found = [row for row in hotel.rows(NOTIFICATIONS)
                if row[3] in seen and row[4] in ("Booked", "PaymentApproved")]
        assert len(found) == len(set(row[:2] for row in found)) == 3 * len(seen), len(found)
        return sorted(found)

    assert eventually(lambda: of(copy)) == of(original)


def can_be_restored_again(copy, file):
    """A restored instance is one like any other: it is backed up, changed and restored."""
    room = register_room(copy)
    booked(copy, room)
    copy.check()
    before, later = copy.rows(BOOKS), file.with_suffix(".later")
    copy.command("backup", str(later))
    booked(copy, room, first=20)
    assert "already has data" in restored(copy, file, expect=FAILED)
    assert len(copy.rows(BOOKS)) == len(before) + 1, "a refused restore changes nothing"
    assert "invariants hold" in restored(copy, later, "--force")
    assert copy.rows(BOOKS) == before
    booked(copy, room, first=20)
    copy.check()


def test_a_backup_under_load_has_all_that_was_answered_before_it(hotel, copy, file):
    """worker-alarm is stopped: its events wait in its queue, which belongs to the backup."""
    rooms = [register_room(hotel, name=f'방 "{n}" \\ 🏠') for n in range(5)]
    hotel.check()
    hotel.stop("worker-alarm")
    answered = []

    def act(n):
        answer = place_book(hotel, rooms[n % 5], first=1 + n // 5, name="O'Neil \\ ;--")
        if answer.status == 201:
            answered.append(answer.json)
        if n % 7 == 6:
            cancel(hotel, answered[len(answered) // 2])
        return answer

    with Load(4, act, every=0.05) as load:
        eventually(lambda: len(answered) > 30, what="bookings")
        with Broker(hotel, "operator") as broker:
            broker.put("alarm.dead", POISON)
        before = list(answered)
        hotel.command("backup", str(file))
        assert not list(file.parent.glob("*.new.*"))
        after = len(load.results)
        eventually(lambda: len(load.results) > after + 10, what="more bookings")
    all_accepted(load.results)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "already exists" in hotel.command("backup", str(file), expect=WRONG_USE).stderr
    hotel.start("worker-alarm")
    hotel.command("dead", "drop", "alarm", "--all")
    hotel.check()

    refuses_damaged_backups(copy, file)
    port = {"HOTEL_PORT": str(copy.port)}
    restoring = begun(copy, "restore", str(file), **port)
    eventually(lambda: (copy.state / "restoring").exists(), within=240, what="a restore in progress")
    kill(restoring)
    for command, sentence in (("up", "was begun and did not end"), ("doctor", "was interrupted")):
        said = copy.command(command, settings=port, expect=FAILED)
        assert sentence in said.stdout + said.stderr
    restoring = begun(copy, "restore", str(file), **port)
    eventually(lambda: "alarm" in copy.command("dead", "list", "alarm", expect=None).stdout,
               within=240, what="the dead letter is restored")
    copy.command("dead", "drop", "alarm", "--all")
    assert restoring.wait(240) == 0, "it ends with a clean check"
    copy.check()
    seen = {str(book["id"]) for book in before}
    is_a_part_of(hotel, copy, seen)
    notifies_the_same(hotel, copy, seen)
    can_be_restored_again(copy, file)


def test_the_workers_go_on_when_a_backup_is_killed(hotel, file):
    room = register_room(hotel)
    killed = 0
    for after_s in (0.2, 0.5, 0.8, 1.1):
        one = file.with_suffix(f".{after_s}")
        backing_up = begun(hotel, "backup", str(one))
        try:
            backing_up.wait(after_s)
        except subprocess.TimeoutExpired:
            backing_up.kill()  # it may have ended
            backing_up.wait()
            killed += not one.exists()
    assert killed > 0
    eventually(lambda: {program["state"] for program in hotel.status().values()} == {"running"},
               what="everything runs")
    booked(hotel, room)
    hotel.check()
    hotel.command("backup", str(file))
    assert not list(file.parent.glob(file.name + ".new.*"))


def test_an_encrypted_backup_is_restored_by_its_private_key_alone(hotel, copy, file):
    """Another key, none, or an altered file: refused before anything is changed."""
    keys = {name: file.with_suffix(f".{name}") for name in ("mine", "other", "public")}
    for name in ("mine", "other"):
        subprocess.run(["age-keygen", "-o", keys[name]], check=True, capture_output=True)
    keys["public"].write_bytes(subprocess.run(["age-keygen", "-y", keys["mine"]], check=True, capture_output=True).stdout)
    booked(hotel, register_room(hotel, name="Marker of a name"))
    hotel.check()
    for wrong in (keys["mine"], "/nowhere"):
        said = hotel.command("backup", str(file), settings={"HOTEL_BACKUP_KEY_FILE": str(wrong)}, expect=WRONG_USE).stderr
        assert "HOTEL_BACKUP_KEY_FILE" in said and not file.exists()
    done = hotel.command("backup", str(file), settings={"HOTEL_BACKUP_KEY_FILE": str(keys["public"])})
    assert "encrypted" in done.stdout
    with tarfile.open(file) as whole:
        assert all(whole.extractfile(part).read().startswith(b"age-encryption.org/v1\n") for part in whole)

    assert "is encrypted; name the file" in restored(copy, file, expect=WRONG_USE)
    assert "encrypted for others" in restored(copy, file, "--identity", str(keys["other"]), expect=WRONG_USE)
    altered = file.with_suffix(".altered")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    altered.write_bytes(content)
    assert "damaged" in restored(copy, altered, "--identity", str(keys["mine"]), expect=WRONG_USE)
    assert not (copy.state / "mariadb" / "data").exists() and not (copy.state / "restoring").exists()
    done = copy.command("restore", str(file), "--identity", str(keys["mine"]), settings={"HOTEL_PORT": str(copy.port)})
    assert "complete" in done.stdout and "encrypted" in done.stdout and "invariants hold" in done.stdout
    for query in (ROOMS, BOOKS, PAYMENTS, NIGHTS):
        assert copy.rows(query) == hotel.rows(query)
    private = keys["mine"].read_text(encoding="utf-8").split()[-1].encode()
    assert not [path for path in copy.state.rglob("*") if path.is_file() and private in path.read_bytes()]


def test_a_backup_needs_the_broker_and_no_rebuild_in_progress(hotel, file):
    hotel.command("backup", "/nowhere/at/all", expect=WRONG_USE)
    hotel.command("backup", str(file), "more", expect=WRONG_USE)
    hotel.stop("rabbitmq")
    said = hotel.command("backup", str(file), expect=FAILED).stderr
    assert "start rabbitmq" in said and not file.exists()
    hotel.start("rabbitmq")
    with open(hotel.run / "rebuild.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "rebuild" in hotel.command("backup", str(file), expect=FAILED).stderr
    assert not file.exists()


def queues(hotel, *arguments, written=b""):
    """Runs hotel-queues as backup and restore do."""
    build = pathlib.Path(os.environ.get("MYHOTEL_BUILD", ROOT / "build" / "release"))
    settings = {"HOTEL_AMQP_PORT": str(hotel.broker_port()), "HOTEL_AMQP_USER": "hotel_operator",
                "HOTEL_AMQP_PASSWORD": hotel.secret("amqp-operator")}
    return subprocess.run([build / "bin" / "hotel-queues", *arguments], env=settings, input=written,
                          capture_output=True, timeout=60)


def test_a_forged_event_in_a_backup_is_not_put_into_a_queue(hotel):
    """A worker would believe it: what an operator puts into a queue does not say who published it."""
    events = events_of(hotel, [booked(hotel, register_room(hotel))], 2, since="first")
    body = next(body for _, key, _, body in events if key == "book.booked")
    line = {"queue": "alarm.dead", "id": "1", "timestamp": 0, "body": base64.b64encode(body).decode()}
    ways = {("book", "book.booked"): True, ("room", "room.changed"): False, ("book", "book.canceled"): False}
    for (exchange, key), loaded in ways.items():
        said = json.dumps(line | {"exchange": exchange, "routingKey": key}).encode()
        done = queues(hotel, "load", written=said + b"\n")
        assert done.returncode == 0 and done.stderr.endswith(b"1\n" if loaded else b"\n0\n"), done
        assert (b"left out: a forged event of alarm.dead" in done.stderr) != loaded
    assert queues(hotel, "load", written=json.dumps(line).encode() + b"\n").stderr == b"1\n", "of an earlier version"
    hotel.command("dead", "drop", "alarm", "--all")


def test_events_of_erased_bookings_are_put_into_queues_without_their_contact(hotel, tmp_path):
    """One that nobody can read is left out: nobody knows whose contact it has."""
    mine, other = (booked(hotel, register_room(hotel), name=f"Marker {n}") for n in range(2))
    events = events_of(hotel, [mine, other], 2, since="first")
    bodies = {json.loads(body)["correlationid"]: body for _, key, _, body in events if key == "book.booked"}
    (tmp_path / "events").write_bytes(bodies[str(mine["id"])] + b"\n")

    def line(book, body):
        return json.dumps({"queue": "alarm.dead", "id": "1", "timestamp": 0, "correlationId": str(book["id"]),
                           "exchange": "book", "routingKey": "book.booked",
                           "body": base64.b64encode(body).decode()}).encode() + b"\n"  # fmt: skip

    written = b"".join(line(book, body) for book in (mine, other) for body in (bodies[str(book["id"])], b"Marker"))
    done = queues(hotel, "load", "--erased", str(tmp_path / "events"), written=written)
    assert done.returncode == 0 and done.stderr.endswith(b"cannot be read\n3\n"), done
    assert b"left out: 1 messages" in done.stderr, done
    with Broker(hotel, "operator") as broker:
        found = [broker.channel.basic_get("q.alarm.dead")[2] for _ in range(3)]
    assert found[1:] == [bodies[str(other["id"])], b"Marker"], found
    before, after = json.loads(bodies[str(mine["id"])]), json.loads(found[0])
    assert after["data"].pop("contact") == {"name": "", "email": "", "phone": ""} != before["data"].pop("contact")
    assert after == before
    hotel.command("dead", "drop", "alarm", "--all")
    (tmp_path / "events").write_bytes(b"no event\n")
    done = queues(hotel, "load", "--erased", str(tmp_path / "events"), written=written)
    assert done.returncode == FAILED and b"cannot read the events" in done.stderr, done


def test_a_faulty_file_of_queues_fills_none_of_them(hotel):
    """The good line before a bad one is not sent either."""
    good = b'{"queue":"room.dead","id":"1","timestamp":0,"body":"eA=="}\n'
    for bad in (b"x\n", b"{}\n", good.replace(b"room", b"kitchen"), good.replace(b"eA==", b"e"),
                good.replace(b'"timestamp":0,', b""), good[:-5] + b"\n"):
        done = queues(hotel, "load", written=good + bad)
        assert done.returncode == FAILED and b"hotel-queues:" in done.stderr, (bad, done)
    assert "no dead letters" in hotel.command("dead", "list").stdout
    assert queues(hotel, "load").returncode == 0
    assert queues(hotel, "nonsense").returncode == WRONG_USE
    strange = good + b'{"queue":"room.dead","timestamp":7,"body":""}\n'
    assert queues(hotel, "load", written=strange).returncode == 0
    hotel.stop("room", "book", "pay", "mypage", "alarm")
    saved = queues(hotel, "save")
    assert saved.returncode == 0 and len(saved.stdout.splitlines()) == 2, saved
    assert queues(hotel, "save").stdout == saved.stdout, "save removes nothing"
    hotel.start("all")
    hotel.command("dead", "drop", "room", "--all")
