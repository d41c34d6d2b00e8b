# SPDX-License-Identifier: MIT
"""What the forms of guests say beforehand, keep, and say meanwhile."""

import datetime

import pytest
from actors import book_now, booked, day, register_room, new_person
from people import book_room, offer_room, send_booking, sign_in, without_pay
from waiting import eventually


def open_room(browser, room, first, nights=1, more=""):
    browser.open(f"/room.html?id={room['id']}&startDate={day(first)}&endDate={day(first + nights)}{more}")
    browser.until(lambda: browser.all("#calendar:not([hidden])"), "the calendar")


def written(date):
    when = datetime.date.fromisoformat(date)
    return f"{when:%b} {when.day}, {when.year}"


def await_taken(hotel, room, nights):
    """The room service knows the nights from events of book."""
    calendar = f"/rooms/{room['id']}/calendar"
    eventually(lambda: len(hotel.web.get(calendar, **{"from": day(0), "to": day(300)}).json["taken"]) == nights,
               what="the taken nights")


def test_taken_nights_are_named_before_the_button_is_pressed(hotel, english):
    room = offer_room(hotel)
    booked(hotel, room, first=12, nights=2)
    booked(hotel, room, first=200)
    await_taken(hotel, room, 3)
    sign_in(english)
    open_room(english, room, first=11, nights=4)
    english.await_text(f"These nights are taken: {written(day(12))}, {written(day(13))}.", "#sum")
    assert english.find("#sum").get_attribute("role") == "status", "screen readers hear it"
    english.fill(startDate=day(14), endDate=day(15))
    english.await_text("1 night x", "#sum")
    english.fill(startDate=day(200), endDate=day(201))
    english.await_text(f"This night is taken: {written(day(200))}.", "#sum")


@pytest.mark.parametrize("first, nights, said", [
    (-1, 1, "The arrival is in the past."), (366, 1, "Rooms can be booked until"),
    (5, 31, "At most 30 nights"), (5, 0, "The departure must be after the arrival.")])
def test_dates_that_cannot_be_booked_are_refused_in_words(hotel, english, first, nights, said):
    sign_in(english)
    open_room(english, offer_room(hotel), first=5)
    english.driver.execute_script(
        "startDate.value = arguments[0]; endDate.value = arguments[1];"
        "book.dispatchEvent(new Event('input', {bubbles: true}))", day(first), day(first + nights))
    english.await_text(said, "#sum")


def test_the_calendar_and_the_date_fields_offer_what_can_be_booked(hotel, english):
    open_room(english, offer_room(hotel), first=5)
    start, end = english.find("#startDate"), english.find("#endDate")
    limits = [start.get_attribute("min"), start.get_attribute("max"), end.get_attribute("min"), end.get_attribute("max")]
    assert limits == [day(0), day(365), day(6), day(35)]
    past = [cell.get_attribute("textContent") for cell in english.all("#months .past")]
    assert all(cell.endswith(" past") for cell in past)
    assert "past" in english.text(".legend")
    later = english.find("[data-months='2']")
    for _ in range(7):
        if not later.is_enabled():
            break
        before = english.text("#months caption")
        later.click()
        english.until(lambda: english.text("#months caption") != before, "later months")
    assert not later.is_enabled()
    last = datetime.date.fromisoformat(day(365))
    assert f"{last:%B %Y}" in [caption.text for caption in english.all("#months caption")]
    assert english.all("#months .beyond") or last.month != (last + datetime.timedelta(1)).month
    english.open("/")
    english.await_text("room", "#found")
    assert [english.find(f"#{name}").get_attribute("max") for name in ("startDate", "endDate")] == [day(365), day(395)]


def test_the_room_page_keeps_the_stay_in_its_address_and_the_contact_in_the_tab(hotel, english):
    room = offer_room(hotel)
    sign_in(english)
    open_room(english, room, first=5)
    english.fill(startDate=day(20), endDate=day(23), guests=2, name="Kim Hana", email="hana@example.com", phone="010-1234-5678")
    english.until(lambda: f"startDate={day(20)}&endDate={day(23)}&guests=2" in english.path, "the stay in the address")
    english.driver.refresh()
    english.await_text("3 nights x", "#sum")
    kept = {name: english.find(f"#book [name={name}]").get_attribute("value")
            for name in ("startDate", "endDate", "guests", "name", "email", "phone")}
    assert kept == {"startDate": day(20), "endDate": day(23), "guests": "2", "name": "Kim Hana",
                    "email": "hana@example.com", "phone": "010-1234-5678"}
    english.click("a.language")
    english.await_text("3박 x", "#sum")
    assert english.find("[name=name]").get_attribute("value") == "Kim Hana"


def test_a_search_is_sorted_and_says_whether_rooms_are_free(hotel, english):
    mark = f"Sorted {new_person()}"
    for name, price in (("B", 3000), ("A", 2000), ("C", 1000)):
        register_room(hotel, name=f"{mark} {name}", price=price)

    def names():
        return [heading.text[-1] for heading in english.all("#rooms h3")]

    english.open(f"/?q={mark.replace(' ', '+')}")
    english.await_text("3 rooms", "#found")
    assert "These rooms are listed without dates" in english.text("[role=status]")
    assert names() == ["C", "A", "B"], "the cheapest first"
    english.fill(sort="name,asc")
    english.until(lambda: names() == ["A", "B", "C"], "by name")
    english.fill(sort="price,desc")
    english.until(lambda: names() == ["B", "A", "C"], "the dearest first")
    english.fill(startDate=day(5), endDate=day(7))
    english.click("#search button")
    english.await_text("3 free rooms", "#found")
    assert not english.find("#undated").is_displayed()
    assert "sort=price%2Cdesc" in english.path
    english.fill(maxAmount="2000")
    english.click("#search button")
    english.await_text("2 free rooms", "#found")


def test_a_form_that_is_being_sent_says_so_in_words(hotel, english):
    sign_in(english)
    open_room(english, offer_room(hotel), first=5)
    english.fill(paymentToken="tok_slow")
    english.click("#book .send button")
    assert english.text("#book .send button") == "Please wait, booking and paying ..."
    assert english.find("#book").get_attribute("aria-busy") == "true"
    english.await_path("/booking.html")
    english.await_text("Booked", "#state")


@pytest.mark.parametrize("language, said", [
    ("english", "payment service is still not available"), ("korean", "아직 결제할 수 없습니다")])
def test_paying_while_pay_is_down_says_what_happened(request, hotel, language, said):
    browser = request.getfixturevalue(language)
    sign_in(browser)
    with without_pay(hotel):
        book_room(browser, offer_room(hotel))
        browser.click("#actions form[action$='/payment'] button")
        browser.await_text(said, "#tried")
        assert "KST" in browser.text("#tried"), "the time has its zone"
    browser.until(lambda: browser.text("#state") in ("Booked", "예약 확정"), "Booked", within=30)
    assert not browser.find("#tried").is_displayed()


def test_a_confirmation_leads_on_and_cancelling_keeps_the_focus(hotel, english):
    sign_in(english)
    book_room(english, offer_room(hotel))
    english.await_text("Booked", "#state")
    first, *_, last = english.all("#actions > *")
    assert first.text == "Show my bookings" and last.text == "Cancel this booking"
    english.click("#actions .danger")
    english.confirm()
    english.await_text("Cancelled", "#state")
    english.until(lambda: english.driver.switch_to.active_element.tag_name != "body", "the focus is on the page")
    assert not english.all("#actions a")


def test_a_declined_attempt_is_not_listed_beside_its_booking(hotel, english):
    room = offer_room(hotel, name=f"Twice {new_person()}")
    guest, _ = sign_in(english)
    send_booking(english, room, paymentToken="tok_decline")
    english.await_text("The payment was declined.", "#book .problem")
    english.open("/mypage.html")
    declined = english.await_text("Payment declined", "#bookings")
    assert declined.count("eclined") == 1, "said once"
    english.open(f"/room.html?id={room['id']}")
    english.until(lambda: english.all("#calendar:not([hidden])"), "the calendar")
    english.fill(startDate=day(10), endDate=day(11))
    english.click("#book .send button")
    english.await_text("Booked", "#state")
    eventually(lambda: hotel.web.get("/mypages", guestId=guest).json["page"]["totalElements"] == 2, what="both rows")
    english.open("/mypage.html")
    english.await_text("Booked", "#bookings")
    assert "declined" not in english.text("#bookings") and len(english.all("#bookings .booking")) == 1


def test_the_link_of_a_mail_says_how_to_see_a_booking_of_another_number(hotel, english):
    book = booked(hotel, offer_room(hotel), guestId=new_person())
    guest, _ = sign_in(english)
    english.open(f"/booking.html?id={book['id']}")
    english.await_text(f"You are guest {guest} here. If the booking was made with another guest number", "#problem")
    english.open("/mypage.html")
    english.await_text(f"You are guest {guest} here.", "#notice")


def test_who_comes_for_the_first_time_sees_no_bookings_of_others(hotel, english):
    hotel.web.post("/books", roomId=offer_room(hotel)["id"], startDate=day(3), endDate=day(4), name="Nobody")
    english.open("/mypage.html")
    said = english.await_text("You have no bookings yet.", "#notice")
    assert "Nobody" not in english.text() and "Guest 0" not in english.text("header") and said
    guest = english.find("body").get_attribute("data-guest")
    book = book_now(hotel, {"id": book_room(english, offer_room(hotel)), "guestId": int(guest)})
    assert book["status"] == "Booked"
