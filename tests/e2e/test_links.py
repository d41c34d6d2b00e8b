# SPDX-License-Identifier: MIT
"""Whoever got an answer can follow each of its links as it is."""

from actors import (
    await_mypage,
    await_notices,
    await_pay,
    booked,
    new_person,
    place_book,
    register_room,
    stay,
)

ACTIONS = ("cancel", "pay")  # by POST


def links_of(json):
    """All (relation, path) of an answer, those of its items too."""
    if isinstance(json, list):
        return [link for item in json for link in links_of(item)]
    if not isinstance(json, dict):
        return []
    own = [(rel, link["href"]) for rel, link in json.get("_links", {}).items()]
    return own + [link for name, value in json.items() if name != "_links"
                  for link in links_of(value)]  # fmt: skip


def follow_all(hotel, answer):
    """Follows Location and every link, and the links of what they lead to."""
    to_do, seen = [("Location", answer.headers["location"])] if "location" in answer.headers else [], set()
    to_do += links_of(answer.json)
    assert to_do, answer
    while to_do:
        rel, path = to_do.pop()
        if path in seen:
            continue
        seen.add(path)
        if rel in ACTIONS:
            options = hotel.web.send("OPTIONS", path)
            assert options.status == 204 and "POST" in options.headers["allow"], (rel, path, options)
            continue
        there = hotel.web.get(path)
        assert there.status == 200, (rel, path, there)
        to_do += links_of(there.json)
        if rel == "self" and "page" not in there.json:
            assert there.json["_links"]["self"]["href"] == path, (path, there)
    return seen


def test_the_links_of_every_kind_of_answer_lead_somewhere(hotel):
    await_pay(hotel)
    host, guest = new_person(), new_person()
    room = register_room(hotel, hostId=host)
    as_host, as_guest = {"role": "host", "hostId": host}, {"guestId": guest}

    follow_all(hotel, hotel.web.post("/rooms", hostId=host, price=1))
    follow_all(hotel, hotel.web.patch(f"/rooms/{room['id']}", hostId=host, price=1600))
    book = booked(hotel, room, guestId=guest)
    again = hotel.web.post("/books", roomId=room["id"], **as_guest, **stay(10))
    assert again.status == 409, again
    assert f"/books/{book['id']}?guestId={guest}" in follow_all(hotel, again)
    taken = hotel.web.post("/books", roomId=room["id"], guestId=new_person(), **stay(10))
    assert taken.status == 409 and taken.json["alternatives"], taken
    if links_of(taken.json):
        follow_all(hotel, taken)
    declined = place_book(hotel, room, first=20, guestId=guest, paymentToken="tok_decline")
    assert declined.status == 402
    follow_all(hotel, declined)
    held = place_book(hotel, room, first=30, guestId=guest, paymentToken="tok_error")
    assert held.status == 202
    assert any("/payment?" in path for path in follow_all(hotel, held))
    assert hotel.web.send("POST", held.json["_links"]["cancel"]["href"]).status == 200

    await_mypage(hotel, book, status="Booked")
    await_notices(hotel, guest, book, "Booked", "PaymentApproved")
    await_notices(hotel, host, book, "Booked")
    for caller in (as_guest, as_host):
        for path in ("/books", "/payments", "/mypages", "/guestManagementPages",
                     f"/books/{book['id']}", f"/mypages/{book['id']}",
                     f"/books/{book['id']}/timeline", f"/payments/{book['payId']}"):  # fmt: skip
            follow_all(hotel, hotel.web.get(path, **caller))
    for path, query in (("/rooms", {}), ("/rooms", as_host), (f"/rooms/{room['id']}", {}),
                        (f"/rooms/{room['id']}", {"hostId": host}),
                        (f"/rooms/{room['id']}/calendar", {}),
                        ("/notifications", {"recipientId": guest}),
                        ("/notifications", {"recipientId": host}),
                        ("/notifications/settings", {"recipientId": guest})):  # fmt: skip
        follow_all(hotel, hotel.web.get(path, **query))


def test_an_action_needs_nothing_but_its_link(hotel):
    await_pay(hotel)
    host, guest = new_person(), new_person()
    room = register_room(hotel, hostId=host)
    for caller in ({"guestId": guest}, {"role": "host", "hostId": host}):
        book = booked(hotel, room, guestId=guest)
        shown = hotel.web.get(f"/books/{book['id']}", **caller).json
        done = hotel.web.send("POST", shown["_links"]["cancel"]["href"])
        assert done.status == 200 and done.json["status"] == "BookCanceled", done
    held = place_book(hotel, room, first=30, guestId=guest, paymentToken="tok_error")
    paid = hotel.web.post(held.json["_links"]["pay"]["href"], paymentToken="tok_ok")
    assert paid.status == 200 and paid.json["status"] == "Booked", paid
    self = hotel.web.get(f"/rooms/{room['id']}", hostId=host).json["_links"]["self"]["href"]
    assert hotel.web.patch(self, price=1700).status == 200


def test_a_list_links_to_itself_with_what_it_knows_only(hotel):
    links = hotel.web.get("/rooms?color=red&city=Busan&startdate=x&size=5&sort=price").json["_links"]
    assert links["self"]["href"] == "/rooms?city=Busan&sort=price&page=0&size=5"
