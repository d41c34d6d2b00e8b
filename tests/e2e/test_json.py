# SPDX-License-Identifier: MIT
"""What programs read of ./hotel, in the shape that the help of each command has."""

import json

from actors import booked, new_person, register_room
from broker import Broker
from waiting import eventually

POISON = b'{"not": "an event"}'


def read(hotel, *arguments, expect=0):
    return json.loads(hotel.command(*arguments, "--json", expect=expect).stdout)


def test_status_has_what_runs_since_when_and_with_how_much(hotel):
    programs = {program["name"]: program for program in read(hotel, "status")["programs"]}
    for name, program in programs.items():
        assert program["ready"] == program["wanted"] == len(program["pids"]) >= 1, name
        assert program["upSeconds"] >= 0 and program["memoryBytes"] > 1_000_000, name
    table = hotel.command("status").stdout
    assert "READY" in table and "MEMORY" in table and "2/2" in table and "\x1b" not in table


def test_check_has_every_violation_with_its_rows(hotel):
    clean = read(hotel, "check", "--wait", "60")
    assert clean["holds"] is True and clean["checked"] > 30 and clean["violations"] == []
    number = 900_000_000 + register_room(hotel)["id"]
    hotel.rows("INSERT INTO hotel_book.night (room_id, night, book_id)"
               f" VALUES ({number}, '2030-01-01', {number}), ({number}, '2030-01-02', {number})")  # fmt: skip
    try:
        found = read(hotel, "check", expect=1)
        assert found["holds"] is False and found["checked"] == clean["checked"]
        for violation in found["violations"]:
            assert violation["id"].startswith("I") and violation["rule"]
            assert len(violation["rows"]) == violation["count"] <= 20
        assert any(str(number) in row for violation in found["violations"] for row in violation["rows"])
    finally:
        hotel.rows(f"DELETE FROM hotel_book.night WHERE room_id = {number}")


def test_dead_letters_are_listed_and_shown(hotel):
    assert read(hotel, "dead") == read(hotel, "dead", "list") == []
    with Broker(hotel, "operator") as broker:
        broker.put("pay", POISON)
        broker.put("pay", b"\xff no JSON")
    eventually(lambda: len(read(hotel, "dead", "list", "pay")) == 2, what="two dead letters")
    listed = read(hotel, "dead", "list", "pay")
    assert {(one["context"], one["readable"], one["bytes"]) for one in listed} == {
        ("pay", False, len(POISON)), ("pay", False, 9)}  # fmt: skip
    shown = [read(hotel, "dead", "show", "pay", one["name"]) for one in listed]
    assert json.loads(POISON) in [one["body"] for one in shown]
    assert any(isinstance(one["body"], str) and "no JSON" in one["body"] for one in shown)
    assert read(hotel, "dead", "list") == listed, "show removes nothing"
    hotel.command("dead", "drop", "pay", "--all")


def test_rooms_are_those_of_the_interface(hotel):
    host = new_person()
    assert read(hotel, "cli", "rooms", "list", "--host", str(host)) == []
    room = register_room(hotel, hostId=host, name='A "sea" view', city="부산")["id"]
    (listed,) = read(hotel, "cli", "rooms", "list", "--host", str(host))
    shown = hotel.web.get(f"/rooms/{room}").json
    assert listed == {name: value for name, value in shown.items() if name != "_links"}


def test_errors_of_a_server_that_is_away_say_what_to_start(hotel):
    book = str(booked(hotel, register_room(hotel))["id"])
    hotel.stop("rabbitmq")
    hotel.command("rebuild", "mypage")  # it needs no broker
    for command in (["check"], ["dead"], ["trace", book]):
        done = hotel.command(*command, expect=None)
        assert done.returncode == (2 if command == ["check"] else 3), done
        assert "hotel start rabbitmq" in done.stderr
        assert "RabbitMQ does not answer at 127.0.0.1:" in done.stderr or command[0] == "trace"
        assert "socket error" not in done.stderr and "hotel-" not in done.stderr.replace(str(hotel.state), "")
    hotel.start("rabbitmq")
    hotel.stop("mariadb")
    for command in (["check"], ["trace", book], ["rebuild", "mypage"], ["cli", "rooms", "list"]):
        done = hotel.command(*command, expect=None)
        assert done.returncode == {"check": 2, "cli": 75}.get(command[0], 3), done
        assert "hotel start mariadb" in done.stderr and "does not answer" in done.stderr
    hotel.start("mariadb")
    hotel.all_running()
