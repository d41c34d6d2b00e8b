# SPDX-License-Identifier: MIT
"""Bad input gets the right problem with every fault named, never a 500, and nothing is stored."""

import json

import pytest

from actors import day, register_room, new_person
import web

TODAY, TOMORROW = day(5), day(6)
NESTED = b'{"roomId":' + b"[" * 100 + b"]" * 100 + b"}"

BODIES = {
    "nothing": (b"", 422),
    "broken JSON": (b'{"roomId":1', 400),
    "trailing text": (b"{} {}", 400),
    "duplicate members": (b'{"roomId":1,"roomId":2}', 400),
    "deep nesting": (NESTED, 400),
    "NaN": (b'{"roomId":NaN}', 400),
    "single quotes": (b"{'roomId':1}", 400),
    "a list": (b"[1]", 422),
    "100 KB": (b'{"roomId":"' + b"1" * 100_000 + b'"}', 413),
}


def stored(hotel):
    tables = ("hotel_book.book", "hotel_book.night", "hotel_room.room", "hotel_pay.payment")
    return [hotel.count(f"SELECT COUNT(*) FROM {table}") for table in tables]


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_cannot_be_read_is_refused(hotel, what):
    body, status = BODIES[what]
    before = stored(hotel)
    for path in ("/rooms", "/books"):
        answer = hotel.web.send("POST", path, body, {"Content-Type": web.JSON})
        assert answer.status == status, answer
    assert stored(hotel) == before


def fields(**fields):
    return {"roomId": 1, "startDate": TODAY, "endDate": TOMORROW, **fields}


FAULTS = {
    "missing": ({}, {"/roomId", "/startDate", "/endDate"}),
    "wrong type": (fields(roomId=[1], startDate={}, endDate=True), {"/roomId", "/startDate", "/endDate"}),
    "30 February": (fields(startDate="2027-02-30"), {"/startDate"}),
    "end before start": (fields(startDate=TOMORROW, endDate=TODAY), {"/endDate"}),
    "in the past": (fields(startDate="2021-05-05", endDate="2021-05-06"), {"/startDate"}),
    "31 nights": (fields(startDate=day(1), endDate=day(32)), {"/endDate"}),
    "price overflow": (fields(price=10**30), {"/price"}),
    "two at once": (fields(guests=0, phone="x" * 33), {"/guests", "/phone"}),
}


@pytest.mark.parametrize("what", FAULTS)
def test_every_fault_is_named(hotel, what):
    fields, pointers = FAULTS[what]
    before = stored(hotel)
    answer = hotel.web.post("/books", **fields)
    assert answer.status == 422 and answer.problem == "validation", answer
    assert {fault["pointer"] for fault in answer.json["errors"]} == pointers, answer
    assert stored(hotel) == before


def test_an_unknown_path_method_or_type_gets_its_problem(hotel):
    assert hotel.web.get("/nothing/here").problem == "not-found"
    assert hotel.web.get("/books/999999999", guestId=1).problem == "not-found"
    assert hotel.web.get("/books/1x").problem == "not-found"
    refused = hotel.web.send("PUT", "/rooms", b"{}", {"Content-Type": web.JSON})
    assert refused.status == 405 and "POST" in refused.headers["allow"], refused
    refused = hotel.web.send("POST", "/books", b"<a/>", {"Content-Type": "text/xml"})
    assert refused.problem == "unsupported-media-type", refused


NAMES = ["Robert'); DROP TABLE room;--", '"quoted" \\back\\', "100%_all", "<script>alert(1)</script>", "김치 호텔 🏨"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", [False, True])
def test_a_text_comes_back_unchanged(hotel, name, form):
    mark = f"{name} {new_person()}"
    if form:
        answer = hotel.web.post_form("/rooms", price=5, name=mark, hostId=new_person())
    else:
        answer = hotel.web.post("/rooms", price=5, name=mark, hostId=new_person())
    assert answer.status == 201 and answer.json["name"] == mark, answer
    assert hotel.web.get(f"/rooms/{answer.json['id']}").json["name"] == mark
    assert [room["name"] for room in hotel.web.get_all("/rooms", q=mark)] == [mark]


def test_a_request_is_known_by_its_id(hotel):
    room = register_room(hotel)
    answer = hotel.web.get(f"/rooms/{room['id']}", {"X-Request-Id": "abc.DEF_1-2"})
    assert answer.headers["x-request-id"] == "abc.DEF_1-2"
    forged = hotel.web.get(f"/rooms/{room['id']}", {"X-Request-Id": "a b{}"})
    assert forged.headers["x-request-id"] not in ("", "a b{}")
    assert json.loads(forged.body)["id"] == room["id"]
