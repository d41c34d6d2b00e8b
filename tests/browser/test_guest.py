# SPDX-License-Identifier: MIT
"""Guests search, book, wait for a payment and cancel in a browser."""

import datetime
import zoneinfo

import pytest
from actors import book_now, booked, day, notices, register_room, new_person
from chromium import PHONE
from people import book_room, sign_in, offer_room, send_booking, without_pay
from waiting import eventually

DECLINED = {"english": "The payment was declined.", "korean": "결제가 거절되어 예약하지 못했습니다."}


def test_a_guest_searches_books_and_cancels(hotel, english):
    room = offer_room(hotel, name=f"Sea view {new_person()}", price=85000)
    guest, _ = sign_in(english)
    english.fill(startDate=day(7), endDate=day(10), guests=2, q=room["name"], maxAmount=90000)
    english.click("#search button")
    english.await_text("1 free room", "#found")
    assert "₩85,000 per night" in english.text("#rooms")
    assert "₩255,000 for 3 nights" in english.text("#rooms")

    english.click("#rooms a")
    english.await_text("3 nights x ₩85,000 = ₩255,000", "#sum")
    english.fill(name="Kim Hana", email="hana@example.com", phone="+82 10 1234 5678")
    english.click("#book .send button")
    english.await_path("/booking.html?id=")
    number = int(english.path.partition("id=")[2])
    book = book_now(hotel, {"id": number, "guestId": guest})
    english.await_text(f"Booking {book['reference']}")
    english.await_text("Booked", "#state")
    english.await_text("hana@example.com")
    english.await_text("The payment was approved.", "#timeline")
    english.await_text("paid", "#facts")
    assert book["guests"] == 2 and book["price"] == 255000 and book["contact"]["name"] == "Kim Hana"

    english.open("/mypage.html")
    english.await_text(room["name"], "#bookings")
    english.click("#bookings .danger")
    english.await_text("refunded", "dialog")
    english.click("dialog button[value=no]")
    assert book_now(hotel, book)["status"] == "Booked"
    english.click("#bookings .danger")
    english.confirm()
    english.await_text("Cancelled", "#bookings")
    assert not english.all("#bookings .danger"), "a cancelled booking has no cancel button"

    english.open(f"/booking.html?id={number}")
    english.await_text("refunded", "#facts")
    assert book_now(hotel, book)["status"] == "BookCanceled"

    eventually(lambda: len(notices(hotel, guest)) == 4, what="four messages")
    english.open("/notifications.html")
    english.await_text("was cancelled", "#messages")
    assert len(english.all("#messages .unread")) == 4
    english.click("#messages form button")
    english.until(lambda: len(english.all("#messages .unread")) == 3, "one message is read")


def test_a_refund_is_shown_without_a_reload(hotel, english):
    sign_in(english)
    book_room(english, offer_room(hotel))
    english.await_text("paid", "#facts")
    english.driver.execute_script("window.untouched = true")
    english.click("#actions .danger")
    english.confirm()
    english.await_text("Cancelled", "#state")
    english.await_text("refunded", "#facts")
    assert english.driver.execute_script("return window.untouched"), "the page was reloaded"


@pytest.mark.parametrize("language", ["english", "korean"])
def test_a_declined_payment_is_shown_and_tried_again(request, hotel, language):
    browser = request.getfixturevalue(language)
    room = offer_room(hotel)
    sign_in(browser)
    send_booking(browser, room, paymentToken="tok_decline")
    browser.await_text(DECLINED[language], "#book .problem")
    assert browser.path.startswith("/room.html"), "the entries are kept"
    browser.fill(paymentToken="tok_ok")
    browser.click("#book .send button")
    browser.await_path("/booking.html?id=")
    browser.await_text({"english": "Booked", "korean": "예약 확정"}[language], "#state")


def test_taken_nights_show_free_alternatives(hotel, english):
    city = f"City {new_person()}"
    host = new_person()
    room = offer_room(hotel, hostId=host, city=city, price=50000)
    offer_room(hotel, hostId=host, city=city, price=51000, name="The room next door")
    booked(hotel, room, first=12, nights=2)
    guest, _ = sign_in(english)
    send_booking(english, room, first=12, nights=1)
    english.await_text("taken on at least one", "#book .problem")
    said = english.await_text("Available instead", "#instead")
    assert "This room on other dates" in said and "Other rooms on your dates" in said
    english.until(lambda: len(english.all("#months .taken")) == 2, "both nights in the calendar")
    english.click("#instead button")
    assert not english.all("#book .problem")
    english.click("#book .send button")
    english.await_path("/booking.html?id=")
    english.await_text("Booked", "#state")
    number = int(english.path.partition("id=")[2])
    assert book_now(hotel, {"id": number, "guestId": guest})["startDate"] != day(12)


def test_another_room_can_be_booked_instead(hotel, english):
    city = f"City {new_person()}"
    room = offer_room(hotel, city=city, price=50000)
    other = offer_room(hotel, city=city, price=50000, name=f"Other {city}")
    booked(hotel, room, first=12)
    sign_in(english)
    send_booking(english, room, first=12)
    english.await_text(other["name"], "#instead")
    (link,) = [a for a in english.all("#instead a") if other["name"] in a.text]
    link.click()
    english.await_path(f"/room.html?id={other['id']}&startDate={day(12)}")
    english.await_text("1 night x ₩50,000", "#sum")
    english.click("#book .send button")
    english.await_text("Booked", "#state")


@pytest.mark.parametrize("language", ["english", "korean"])
def test_a_pending_payment_is_shown_and_completes_without_a_reload(request, hotel, language):
    browser = request.getfixturevalue(language)
    waits, is_booked = {
        "english": ("Not booked yet", "Booked"), "korean": ("결제 대기 중", "예약 확정")}[language]
    room = offer_room(hotel)
    guest, _ = sign_in(browser)
    with without_pay(hotel):
        number = book_room(browser, room)
        browser.await_text(waits, "#state")
        book = book_now(hotel, {"id": number, "guestId": guest})
        until = datetime.datetime.fromisoformat(book["payUntil"].replace("Z", "+00:00"))
        at = until.astimezone(zoneinfo.ZoneInfo("Asia/Seoul"))
        kept = {"english": f"We are holding your room until {at:%b} {at.day}, {at.year}, {at:%H:%M} KST",
                "korean": f"{at.year}. {at.month}. {at.day}. {at:%H:%M} KST까지 객실을 확보해 두었습니다"}[language]
        browser.await_text(kept, "#next")
        assert browser.all("#actions form[action$='/payment']"), "it can also be paid now"
        browser.driver.execute_script("window.untouched = true")
    browser.until(lambda: browser.text("#state") == is_booked, is_booked, within=30)
    browser.await_text(is_booked, "#timeline")
    assert browser.driver.execute_script("return window.untouched"), "the page was reloaded"


def test_a_held_booking_can_be_paid_by_hand_or_cancelled(hotel, english):
    sign_in(english)
    send_booking(english, offer_room(hotel), paymentToken="tok_error")
    english.await_text("Not booked yet", "#state")
    english.click("#actions form[action$='/payment'] button")
    english.await_text("Not booked yet", "#state")  # the payment service fails as it did before
    english.click("#actions .danger")
    english.confirm()
    english.await_text("Cancelled", "#state")


def test_a_changed_price_is_shown_and_can_be_accepted(hotel, english):
    room = offer_room(hotel, price=50000)
    sign_in(english)
    english.open(f"/room.html?id={room['id']}&startDate={day(20)}&endDate={day(22)}")
    english.await_text("2 nights x ₩50,000 = ₩100,000", "#sum")
    hotel.web.patch(f"/rooms/{room['id']}", hostId=room["hostId"], price=60000)
    offer = f"SELECT price FROM hotel_book.offer WHERE room_id = {room['id']}"
    eventually(lambda: hotel.count(offer) == 60000, what="book knows the new price")
    english.click("#book .send button")
    english.await_text("changed to ₩120,000", "#book .problem")
    english.await_text("2 nights x ₩60,000 = ₩120,000", "#sum")
    english.click("#book .send button")
    english.await_text("Booked", "#state")


def test_faults_are_shown_beside_their_fields_and_the_first_gets_focus(hotel, english):
    sign_in(english)
    send_booking(english, offer_room(hotel, capacity=2), first=-3, email="nobody", phone="x", guests=1)
    english.await_text("Please check these fields:", "#book .problem")
    assert english.driver.switch_to.active_element.get_attribute("name") in ("startDate", "email")
    for name, said in {"startDate": "This date is in the past.", "phone": "This is not a valid phone number.",
                       "email": "This is not a valid e-mail address."}.items():
        field = english.find(f"#book [name={name}]")
        assert field.get_attribute("aria-invalid") == "true"
        described = field.get_attribute("aria-describedby").split()
        assert said in [english.find(f"#{one}").text for one in described]
    english.fill(startDate=day(5), endDate=day(6), email="a@example.com", phone="+82 2 123 4567")
    english.click("#book .send button")
    english.await_text("Booked", "#state")


def test_the_language_can_be_switched_and_is_remembered(hotel, korean):
    room = offer_room(hotel)
    korean.open(f"/room.html?id={room['id']}")
    korean.await_text("이 객실 예약하기")
    korean.click("a.language")
    korean.await_text("Book this room")
    assert korean.path == f"/room.html?id={room['id']}", "the same page is shown"
    korean.open("/")
    korean.await_text("Find a room")


def test_a_guest_can_book_with_the_keyboard_alone(hotel, english):
    from selenium.webdriver.common.keys import Keys
    room = offer_room(hotel, name=f"Quiet {new_person()}")
    sign_in(english)
    english.find("body").send_keys(Keys.TAB)
    assert english.driver.switch_to.active_element.get_attribute("class") == "skip"
    english.driver.switch_to.active_element.send_keys(Keys.ENTER)
    english.find("[name=q]").send_keys(room["name"], Keys.ENTER)
    english.await_text("1 room", "#found")
    english.find("#rooms a").send_keys(Keys.ENTER)
    english.await_path("/room.html")
    english.await_text("Book and pay")
    english.find("[name=phone]").send_keys(Keys.ENTER)
    english.await_text("Booked", "#state")
    english.find("#actions .danger").send_keys(Keys.ENTER)
    assert english.driver.switch_to.active_element.get_attribute("value") == "no"
    english.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    english.until(lambda: not english.all("dialog"), "the dialog is gone")
    assert english.text("#state") == "Booked"


def test_a_booking_is_shown_while_mypage_is_down(hotel, english):
    guest, _ = sign_in(english)
    book = booked(hotel, offer_room(hotel), guestId=guest)
    hotel.stop("mypage")
    try:
        english.open(f"/booking.html?id={book['id']}")
        english.await_text(book["reference"])
        english.await_text("Booked", "#state")
        assert "Payment\npaid" in english.text("#facts"), "a booking that is not paid is not booked"
        english.open("/mypage.html")
        english.await_text("temporarily unavailable", "#problem")
        said = english.await_text("Booked", "#bookings")
        assert f"Room {book['roomId']}" in said and english.all("#bookings .danger"), "book knows them"
    finally:
        hotel.start("mypage")


def test_a_booking_of_another_guest_is_not_shown(hotel, english):
    book = booked(hotel, register_room(hotel))
    sign_in(english)
    english.open(f"/booking.html?id={book['id']}")
    english.await_text("does not exist, or it is not yours", "#problem")
    assert book["reference"] not in english.text()


def test_a_list_can_be_paged_through(hotel, english):
    mark = f"Hall {new_person()}"
    for n in range(13):
        register_room(hotel, name=f"{mark} {n}")
    english.size(PHONE)
    english.open(f"/?q={mark.replace(' ', '+')}")
    english.await_text("13 rooms", "#found")
    english.await_text("Page 1 of 2", "#pager")
    english.click("#pager [data-page=next]")
    english.await_text("Page 2 of 2", "#pager")
    assert len(english.all("#rooms .room")) == 1
    english.driver.back()
    english.await_text("Page 1 of 2", "#pager")
