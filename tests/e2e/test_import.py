# SPDX-License-Identifier: MIT
"""Rooms are imported from a CSV file by the same use cases and checks as over HTTP."""

import csv
import time
import unicodedata

import pytest

from actors import booked, notices, new_person
from waiting import eventually

HEADER = ["name", "description", "city", "capacity", "price"]
ODD = ["바다 🌊 \"view\"", "one,\ntwo\n<script>alert('x')</script>", "부산, <b>해운대</b>", "3", "1500"]


@pytest.fixture
def csv_file(tmp_path):
    """Writes rows as CSV; returns the file's path."""

    def write(*rows, header=HEADER):
        path = tmp_path / "rooms.csv"
        with open(path, "w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows([header, *rows])
        return str(path)

    return write


def import_rooms(hotel, path, host, *more, **options):
    return hotel.command("cli", "rooms", "import", path, "--host", str(host), *more, **options)


def rooms_of(hotel, host):
    return hotel.web.get_all("/rooms", hostId=host, role="host")


def test_a_thousand_rooms_are_registered_once_and_their_host_is_notified(hotel, csv_file):
    host = new_person()
    path = csv_file(ODD, *([f"Room {n}", "", "Busan", "2", str(1000 + n)] for n in range(1, 1000)))

    would = import_rooms(hotel, path, host, "--dry-run").stdout
    assert "1000 rooms would be registered" in would and "line 2: 1500 KRW" in would
    assert rooms_of(hotel, host) == []

    began = time.monotonic()
    assert "1000 rooms registered" in import_rooms(hotel, path, host, within=30.0).stdout
    print(f"1000 rooms in {time.monotonic() - began:.1f} s")
    assert "nothing was done" in import_rooms(hotel, path, host).stdout  # the same file again

    rooms = rooms_of(hotel, host)
    assert len(rooms) == 1000
    first = rooms[0]
    assert [str(first[name]) for name in HEADER] == ODD and first["status"] == "Open"
    assert f"1000 rooms of host {host}" in hotel.command("cli", "rooms", "list", "--host", str(host)).stdout

    booked(hotel, rooms[-1])  # book knows it like any other
    number = f"SELECT COUNT(*) FROM hotel_alarm.notification WHERE recipient_id = {host} AND event = 'RoomRegistered'"
    eventually(lambda: hotel.count(number) == 1000, within=60, what="a notification of every room")


def test_every_fault_is_named_by_line_and_column_and_nothing_is_done(hotel, csv_file):
    host = new_person()
    done = import_rooms(
        hotel,
        csv_file(["fine", "", "", "2", "1500"], ["x" * 10000, "", "", "0", "12abc"], ["bell\a", "", "", "", ""],
              ["cr\rlf", "", "", "", "1"], ["short", "1"]),
        host, expect=1)
    faults = [line.split(": ")[:2] for line in done.stderr.splitlines()]
    assert faults == [
        ["line 3, name", "text.length"], ["line 3, capacity", "range"], ["line 3, price", "type"],
        ["line 4, name", "text.characters"], ["line 4, price", "required"],
        ["line 5, name", "text.characters"],
        ["line 7", "columns"],  # the row before it has a line break in it
        ["7 faults; nothing was registered"]], done.stderr
    assert rooms_of(hotel, host) == []

    # the same input over HTTP has the same codes
    answer = hotel.web.post("/rooms", hostId=host, name="x" * 10000, capacity="0", price="12abc")
    codes = {(one["pointer"], one["code"]) for one in answer.json["errors"]}
    assert codes == {("/name", "text.length"), ("/capacity", "range"), ("/price", "type")}

    wrong = import_rooms(hotel, csv_file(["1"], header=["prize"]), host, expect=1).stderr
    assert "line 1, prize: column.unknown" in wrong and "line 1, price: required" in wrong
    assert "no rooms" in import_rooms(hotel, csv_file(), host, expect=1).stderr
    many = csv_file(*(["1"] for _ in range(5001)), header=["price"])
    assert "too many rooms" in import_rooms(hotel, many, host, expect=1).stderr
    import_rooms(hotel, "/nowhere.csv", host, expect=1)
    for arguments in (["rooms"], ["rooms", "import"], ["rooms", "import", many, "--host", "x"], ["books", "list"]):
        hotel.command("cli", *arguments, expect=2)
    assert rooms_of(hotel, host) == [] and notices(hotel, host) == []


def test_what_a_spreadsheet_writes_is_read_or_its_cure_named(hotel, tmp_path):
    host, path = new_person(), tmp_path / "rooms.csv"
    path.write_bytes(b"\xef\xbb\xbfName, city ,capacity,price,\r\nSea view,Busan,2,1500,\r\n,,,\r\n ,,,,\r\n\"\",\"\",,,\r\n")
    assert "1 room would be registered" in import_rooms(hotel, str(path), host, "--dry-run").stdout
    decomposed = unicodedata.normalize("NFD", "바다")  # as a Mac writes it
    path.write_text(f"name,city,price\n{decomposed},{decomposed},1500\n", encoding="utf-8")
    assert "1 room registered" in import_rooms(hotel, str(path), host).stdout
    [room] = rooms_of(hotel, host)
    assert (room["name"], room["city"]) == ("바다", "바다")
    assert len(hotel.web.get_all("/rooms", hostId=host, role="host", city="바다")) == 1

    for written, cure in ((b"name;price\nSea;1500\n", "semicolons"), (b"name\tprice\nSea\t1500\n", "tabs"),
                          (b"sep=;\nname;price\n", "first line"), ("name,price\n".encode("utf-16"), "UTF-16"),
                          ("name,price\n바다,1500\n".encode("cp949"), "CP949"),
                          (b"name,beds,price\nSea,1,1500\n", "the columns are name, description")):
        path.write_bytes(written)
        assert cure in import_rooms(hotel, str(path), host, expect=1).stderr, written
    assert len(rooms_of(hotel, host)) == 1


def test_it_needs_only_the_database_and_can_be_repeated_after_a_failure(hotel, csv_file):
    host, path = new_person(), csv_file(ODD)
    hotel.stop("nginx", "fcgi-room", "rabbitmq")
    import_rooms(hotel, path, host)
    hotel.stop("mariadb")
    import_rooms(hotel, path, host, expect=75)
    hotel.start("all")
    assert "nothing was done" in import_rooms(hotel, path, host).stdout
    assert len(rooms_of(hotel, host)) == 1
    eventually(lambda: notices(hotel, host) == ["RoomRegistered"])
