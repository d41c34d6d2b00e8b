# SPDX-License-Identifier: MIT
"""Amounts and times as people read them, in every text and command; programs exchange whole numbers.

The system has a currency with two decimals, and a zone without an abbreviation. Each place that tells a
person an amount is here: the sentence of price-changed, the messages about rooms, bookings and payments
to guest and host in both languages, mails with their facts, and what commands print.
"""

import re

import pytest

from actors import await_notices, booked, new_person, pending, place_book, register_room
from conftest import running
from receivers import MailServer, part_of
from waiting import eventually

WRONG_USE = 2
ZONED = re.compile(r"\d\d:\d\d \(UTC-03:00\)")
BARE = re.compile(r"\d\d:\d\d(?! \(UTC)(?!\))")  # a time without a zone after it


@pytest.fixture(scope="module")
def mails():
    server = MailServer()
    server.open()
    yield server
    server.close()


@pytest.fixture(scope="module")
def euros(request, mails):
    yield from running(request, HOTEL_CURRENCY="EUR", HOTEL_TIMEZONE="America/Sao_Paulo",
                       HOTEL_SETTLE_INTERVAL_MS="200", **mails.settings)


def messages(hotel, recipient):
    return {notice["event"]: notice["message"]
            for notice in hotel.web.get_all("/notifications", recipientId=recipient)}


def address_of(hotel, recipient, language):
    """Gives the recipient a mail address and a language."""
    address = f"{recipient}@example.org"
    answer = hotel.web.put("/notifications/settings", recipientId=recipient, email=address, language=language)
    assert answer.status == 200, answer
    return address


@pytest.mark.parametrize("language", ["en", "ko"])
def test_messages_and_mails_have_the_decimals_of_the_currency(euros, mails, language):
    guest, host = new_person(), new_person()
    to_guest, to_host = address_of(euros, guest, language), address_of(euros, host, language)
    room = register_room(euros, hostId=host, price=None, amount="1,015.00")
    assert room["price"] == 101500 and room["currency"] == "EUR", room
    book = booked(euros, room, nights=3, guestId=guest)
    assert book["price"] == 304500, book

    await_notices(euros, guest, book, "Booked", "PaymentApproved")
    told = messages(euros, guest)
    assert "3045.00 EUR" in told["Booked"] and "3045.00 EUR" in told["PaymentApproved"], told
    told = eventually(lambda: len(messages(euros, host)) == 2 and messages(euros, host))
    assert "1015.00 EUR" in told["RoomRegistered"] and "3045.00 EUR" in told["Booked"], told

    for address, count, amount in ((to_guest, 2, "3045.00 EUR"), (to_host, 2, "EUR")):
        eventually(lambda: len(mails.to(address)) == count)
        for mail in mails.to(address):
            for kind in ("text/plain", "text/html"):
                body = part_of(mail, kind)
                assert amount in body and not re.search(r"\d{5,} EUR|\b\d+ EUR", body.replace("5.00 EUR", "")), body


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_deadline_names_its_zone(euros, mails, language):
    guest = new_person()
    address = address_of(euros, guest, language)
    book = pending(euros, register_room(euros), guestId=guest, paymentToken="tok_error")
    await_notices(euros, guest, book, "BookPending")
    told = messages(euros, guest)["BookPending"]
    assert ZONED.search(told) and not BARE.search(told), told
    mail = eventually(lambda: mails.to(address))[0]
    for text in (mail["Subject"], part_of(mail, "text/plain"), part_of(mail, "text/html")):
        assert ZONED.search(text), text
    assert euros.web.post_form(f"/books/{book['id']}/cancel", guestId=guest).status == 200


def test_a_price_that_differs_is_told_in_both_forms(euros):
    room = register_room(euros)
    sentence = "2 nights x 1500 (15.00 EUR) = 3000 (30.00 EUR); you sent 2550 (25.50 EUR); leave price out to accept"
    for shown in ({"price": 2550}, {"amount": "25.50"}, {"amount": 25.50}):
        answer = place_book(euros, room, nights=2, **shown)
        assert (answer.status, answer.json["detail"]) == (409, sentence), answer
    assert place_book(euros, room, nights=2, amount="30").status == 201
    answer = place_book(euros, room, first=20, amount="30,00")
    assert [(one["pointer"], one["code"]) for one in answer.json["errors"]] == [("/amount", "amount.format")], answer


def test_the_search_takes_an_amount(euros):
    city = f"City {new_person()}"
    register_room(euros, city=city, price=1500)
    found = [len(euros.web.get_all("/rooms", city=city, maxAmount=most)) for most in ("15", "15.00", "14.99")]
    assert found == [1, 1, 0]


def test_commands_print_amounts_with_decimals(euros, tmp_path):
    host = new_person()
    path = tmp_path / "rooms.csv"
    path.write_text("name,amount\nSea view,45.50\n", encoding="utf-8")
    would = euros.command("cli", "rooms", "import", str(path), "--host", str(host), "--dry-run").stdout
    assert "line 2: 45.50 EUR a night" in would and "1 room would be registered" in would, would
    assert "1 room registered" in euros.command("cli", "rooms", "import", str(path), "--host", str(host)).stdout
    again = euros.command("cli", "rooms", "import", str(path), "--host", str(host)).stdout
    assert again == "1 room was registered from the same file before; nothing was done\n"
    assert "45.50 EUR" in euros.command("cli", "rooms", "list", "--host", str(host)).stdout

    [room] = euros.web.get_all("/rooms", role="host", hostId=host)
    book = booked(euros, room, nights=2)
    trace = euros.command("trace", str(book["id"])).stdout
    assert "91.00 EUR, guest" in trace and "of 91.00 EUR: PayApproved" in trace, trace


@pytest.mark.parametrize("code", ["XYZ", "XXX", "XTS", "XAU", "XDR", "eur", "EURO", "DEM"])
def test_a_code_without_a_minor_unit_stops_the_start(euros, code):
    refused(euros, "HOTEL_CURRENCY", code)


@pytest.mark.parametrize("zone", ["Asia", "zone.tab", "localtime", "posixrules", "leapseconds", "right/Asia/Seoul",
                                  "posix/Asia/Seoul", "asia/seoul", "KST-9"])
def test_a_zone_that_browsers_do_not_know_stops_the_start(euros, zone):
    refused(euros, "HOTEL_TIMEZONE", zone)


def refused(system, setting, value):
    before = system.status()
    done = system.command("up", settings={setting: value}, expect=WRONG_USE)
    assert f"    {setting}" in done.stderr, done.stderr
    assert system.status() == before
