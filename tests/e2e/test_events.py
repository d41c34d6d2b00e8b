# SPDX-License-Identifier: MIT
"""Events are as docs/asyncapi.yaml describes them; event_recorder.py compares those of every scenario."""

import requests
import yaml

from actors import await_status, book_now, booked, cancel, new_person, pending, place_book, register_room
from conftest import plain
from events import document, schemas  # of tests/asyncapi
from waiting import eventually


def get(hotel, path):
    """Without hotel.web, which compares answers with the OpenAPI document: files are not in it."""
    return requests.get(f"http://127.0.0.1:{hotel.port}{path}", timeout=10)


def test_the_document_and_its_schemas_are_served(hotel):
    answer = get(hotel, "/asyncapi.yaml")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/yaml")
    served = yaml.safe_load(answer.content)
    assert served["asyncapi"] == "3.0.0" and set(served["channels"]) == set(document()["channels"])
    for name, schema in schemas().items():
        answer = get(hotel, f"/events/{name}")
        assert answer.status_code == 200 and answer.json() == schema, answer.text
    assert get(hotel, "/events/nothing.json").status_code == 404


def claimed_and_erased(hotel, room):
    """A booking without account is taken over by one, which leaves."""
    email, password = f"{new_person()}.leaves@example.org", "four plain words here"
    book = booked(hotel, room, 4, guestId=0, name="김하나", email=email)
    assert hotel.web.post("/accounts", email=email, password=password).status == 201
    hotel.rows(f"UPDATE hotel_account.account SET verified = TRUE WHERE email = '{email}'")
    token = hotel.web.post("/tokens", grant_type="password", email=email, password=password).json["access_token"]
    mine = {"Authorization": f"Bearer {token}"}
    assert hotel.web.post(f"/books/{book['id']}/claim", mine).status == 200
    eventually(lambda: hotel.web.get("/payments", mine, bookId=book["id"]).items(), what="the payment follows it")
    assert hotel.web.delete(f"/books/{book['id']}", mine).status == 200
    assert hotel.web.write("DELETE", "/accounts/me", {"password": password}, mine).status == 204


def test_every_type_of_event_is_published_as_described(hotel, second):
    room = register_room(hotel)
    hotel.web.patch(f"/rooms/{room['id']}", hostId=room["hostId"], name="<b>바다</b> 🌊\t".strip())
    cancel(hotel, booked(hotel, room, 1, name="김하나", email="a@example.com", phone="+82 10"))
    assert place_book(hotel, room, 2, paymentToken="tok_decline").status == 402
    hotel.stop("pay")
    waiting = pending(hotel, room, 3)
    hotel.start("pay")
    cancel(hotel, await_status(hotel, waiting, "Booked"))
    claimed_and_erased(hotel, room)
    gone = hotel.web.delete(f"/rooms/{room['id']}", hostId=room["hostId"])
    assert gone.status in (200, 204), gone

    second.have(**plain(HOTEL_PAY_FALLBACK="refuse"))
    second.stop("pay")
    assert place_book(second, register_room(second), 1).status == 503
    second.start("pay")

    def every_type():
        types = hotel.recorder.check_history() | second.recorder.check_history()
        assert types == {f"hotel.{name}.v1" for name in document()["components"]["messages"]}
        return True

    eventually(every_type, within=100, what="every type of event is in history")
    assert book_now(hotel, waiting)["status"] == "BookCanceled"
