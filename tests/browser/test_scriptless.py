# SPDX-License-Identifier: MIT
"""Booking without JavaScript: plain forms, and pages that show the result."""

import datetime

import pytest
from actors import book_now, booked, day, pending, new_person
from people import sign_in, offer_room, without_pay


@pytest.fixture
def guest(scriptless):
    return sign_in(scriptless)[0]


def number_in(browser):
    return int(browser.path.partition("?id=")[2].partition("&")[0])


def book_by_form(browser, room, **fields):
    browser.open(f"/room.html?id={room['id']}&startDate={day(10)}&endDate={day(12)}")
    browser.fill(**fields)
    browser.click("#book .send button")
    browser.await_path("/booking.html?")


def test_a_guest_books_gets_the_reference_and_cancels(hotel, scriptless, guest):
    book_by_form(scriptless, offer_room(hotel), name="Kim <b>Hana</b>", guests=2)
    book = book_now(hotel, {"id": number_in(scriptless), "guestId": guest})
    assert (book["status"], book["nights"], book["guests"]) == ("Booked", 2, 2)
    said = scriptless.text()
    assert "Booked" in said and book["reference"] in said and "Your room is booked and paid for" in said
    scriptless.click("form[action$='/cancel'] button")
    scriptless.await_text("This booking is cancelled.")
    assert book_now(hotel, book)["status"] == "BookCanceled"
    assert not scriptless.all("form[action$='/cancel']")


def test_the_same_form_sent_twice_books_once(hotel, scriptless, guest):
    book_by_form(scriptless, offer_room(hotel))
    first = number_in(scriptless)
    scriptless.driver.back()
    scriptless.click("#book .send button")
    scriptless.await_path("/booking.html?")
    assert number_in(scriptless) == first
    assert len(hotel.web.get("/books", guestId=guest).items()) == 1


def test_problems_are_shown(hotel, scriptless, guest):
    room = offer_room(hotel)
    book_by_form(scriptless, room, paymentToken="tok_decline")
    scriptless.await_text("The payment was declined.")
    booked(hotel, room, first=11)
    book_by_form(scriptless, room)
    scriptless.await_text("taken on at least one of these nights")
    scriptless.open(f"/room.html?id={room['id']}")
    scriptless.fill(startDate=day(-4), endDate=day(500), phone="what?")
    scriptless.click("#book .send button")
    said = scriptless.await_text("Please check these fields:")
    assert all(label in said for label in ("Arrival", "Departure", "Phone"))
    assert "E-mail" not in said


def test_a_pending_payment_is_shown_and_can_be_made_by_hand(hotel, scriptless, guest):
    room = offer_room(hotel)
    with without_pay(hotel):
        book_by_form(scriptless, room)
        book = book_now(hotel, {"id": number_in(scriptless), "guestId": guest})
        until = datetime.datetime.fromisoformat(book["payUntil"].replace("Z", "+00:00"))
        said = scriptless.await_text("Not booked yet")
        assert f"Your room is held until {until:%H:%M} UTC" in said
        scriptless.click("form[action$='/payment'] button")
        scriptless.await_text("Not booked yet")
    scriptless.click("form[action$='/payment'] button")
    scriptless.await_text("Your room is booked and paid for")


def test_a_host_offers_changes_and_deletes_a_room(hotel, scriptless):
    _, host = sign_in(scriptless)
    scriptless.open("/host.html")
    scriptless.fill(name="Plain & <i>simple</i>", amount=0)
    scriptless.driver.execute_script("document.getElementById('register').noValidate = true")
    scriptless.click("#register button")
    said = scriptless.await_text("Please check these fields:")
    assert "Price per night" in said
    scriptless.driver.back()
    scriptless.fill(amount="20,000")
    scriptless.click("#register button")
    scriptless.await_text("Your room is registered.")
    number = number_in(scriptless)
    room = hotel.web.get(f"/rooms/{number}").json
    assert (room["name"], room["price"], room["hostId"]) == ("Plain & <i>simple</i>", 20000, host)
    book = pending(hotel, room, paymentToken="tok_error")
    scriptless.click("#delete button")
    scriptless.await_text("has future bookings")
    scriptless.click("#cancelBookings")
    scriptless.click("#delete button")
    scriptless.await_text("Your room has been deleted.")
    assert book_now(hotel, book)["status"] == "BookCanceled"


def test_a_search_returns_the_rooms_as_data(hotel, scriptless):
    name = f"Plain {new_person()}"
    room = offer_room(hotel, name=name)
    scriptless.open("/")
    scriptless.fill(startDate=day(3), endDate=day(4), q=name)
    scriptless.click("#search button")
    scriptless.await_path("/rooms?")
    assert name in scriptless.text("body")
    scriptless.driver.back()
    scriptless.find("#no").send_keys(str(room["id"]))
    scriptless.click("noscript button, .note button")
    scriptless.await_path(f"/room.html?id={room['id']}")


def test_a_guest_finds_a_booking_by_its_number_and_cancels_it(hotel, scriptless, guest):
    book = booked(hotel, offer_room(hotel), guestId=guest)
    scriptless.open("/mypage.html")
    scriptless.find("#no").send_keys(str(book["id"]))
    scriptless.click(".note button")
    scriptless.await_path(f"/booking.html?id={book['id']}")
    scriptless.click("form[action$='/cancel'] button")
    scriptless.await_text("This booking is cancelled.")
    assert book_now(hotel, book)["status"] == "BookCanceled"
    scriptless.open("/booking.html")
    assert not scriptless.all("form[action$='/cancel']")


def test_a_host_changes_settings_and_is_warned_of_empty_fields(hotel, scriptless):
    guest, host = sign_in(scriptless)
    scriptless.open("/settings.html?role=host")
    scriptless.await_text("a text field that you leave empty is cleared")
    scriptless.fill(email="host@example.com")
    scriptless.click("#settings button")

    def chosen(person):
        return hotel.web.get("/notifications/settings", recipientId=person).json["email"]

    scriptless.await_text("The settings apply to new messages.")
    assert (chosen(guest), chosen(host)) == (None, "host@example.com")
    room = offer_room(hotel, hostId=host)
    scriptless.open(f"/host-room.html?id={room['id']}")
    scriptless.await_text("a text field that you leave empty is cleared")


def test_a_service_that_is_down_is_reported_on_a_page(hotel, scriptless, guest):
    room = offer_room(hotel)
    scriptless.open(f"/room.html?id={room['id']}&startDate={day(10)}&endDate={day(12)}")
    hotel.stop("fcgi-book")
    try:
        scriptless.click("#book .send button")
        scriptless.await_text("The service is temporarily unavailable.")
    finally:
        hotel.start("fcgi-book")


def test_no_parameter_of_a_url_becomes_markup(hotel, scriptless):
    evil = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    for page in ("booking", "room", "host-room", "notifications"):
        scriptless.open(f"/{page}.html?id={evil}&status=Booked&reference={evil}&payUntil={evil}"
                        f"&startDate={evil}&problem={evil}&errors={evil}")
        assert "alert(1)" not in scriptless.driver.page_source
    scriptless.driver.add_cookie({"name": "guest", "value": "\"><script>alert(1)</script>"})
    scriptless.open("/booking.html?id=1&status=Booked")
    assert "alert(1)" not in scriptless.driver.page_source
