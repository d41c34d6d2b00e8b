# SPDX-License-Identifier: MIT
"""Booking without JavaScript: plain forms, and pages that show the result."""

import datetime
import zoneinfo

import pytest
import requests
from actors import await_mypage, book_now, booked, cancel, day, notices, pending, new_person
from people import sign_in, offer_room, without_pay
from waiting import eventually

SEOUL = zoneinfo.ZoneInfo("Asia/Seoul")


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


def test_where_no_sum_can_be_there_is_no_strip_for_it(hotel, scriptless):
    scriptless.open(f"/room.html?id={offer_room(hotel)['id']}&startDate={day(10)}&endDate={day(12)}")
    assert scriptless.find("#book").is_displayed() and scriptless.find("#sum").size["height"] == 0


def test_a_booking_that_is_new_to_the_view_is_shown_as_paid(hotel, scriptless, guest):
    hotel.stop("worker-mypage")
    try:
        book_by_form(scriptless, offer_room(hotel))
        said = scriptless.text()
        assert "Your room is booked and paid for" in said and "Payment\npaid" in said, said
    finally:
        hotel.start("worker-mypage")


def test_the_same_form_sent_twice_books_once(hotel, scriptless, guest):
    book_by_form(scriptless, offer_room(hotel))
    first = number_in(scriptless)
    scriptless.driver.back()
    scriptless.click("#book .send button")
    scriptless.await_path("/booking.html?")
    assert number_in(scriptless) == first
    assert len(hotel.web.get("/books", guestId=guest).items()) == 1


def test_another_card_books_after_a_decline_and_the_back_button(hotel, scriptless, guest):
    book_by_form(scriptless, offer_room(hotel), paymentToken="tok_decline")
    scriptless.await_text("The payment was declined.")
    scriptless.driver.back()
    scriptless.fill(paymentToken="tok_ok")
    scriptless.click("#book .send button")
    scriptless.await_text("Your room is booked and paid for")
    scriptless.driver.back()
    scriptless.fill(startDate=day(20), endDate=day(21))
    scriptless.click("#book .send button")
    scriptless.await_text("Your room is booked and paid for")
    assert [book["status"] for book in hotel.web.get("/books", guestId=guest, sort="id,asc").items()] == [
        "Rejected", "Booked", "Booked"]


def test_a_host_offers_another_room_after_the_back_button(hotel, scriptless):
    _, host = sign_in(scriptless)
    scriptless.open("/host.html")
    for name in ("First", "Second"):
        scriptless.fill(name=name, amount=20000)
        scriptless.click("#register button")
        scriptless.await_text("Your room is registered.")
        scriptless.driver.back()
    rooms = hotel.web.get("/rooms", role="host", hostId=host, sort="id,asc").items()
    assert [room["name"] for room in rooms] == ["First", "Second"]


def test_a_problem_leads_to_a_fresh_form_with_the_same_stay(hotel, scriptless, guest):
    room = offer_room(hotel)
    book_by_form(scriptless, room, paymentToken="tok_decline", guests=2)
    scriptless.click(".problem a")
    scriptless.await_path(f"/room.html?id={room['id']}")
    values = [scriptless.find(f"[name={name}]").get_attribute("value") for name in ("startDate", "endDate", "guests")]
    assert values == [day(10), day(12), "2"]
    scriptless.click("#book .send button")
    scriptless.await_text("Your room is booked and paid for")
    book_by_form(scriptless, room)
    scriptless.await_text("taken on at least one of these nights")
    scriptless.await_text("Your room is booked and paid for")  # the guest's own booking


def test_a_page_never_takes_a_state_from_its_address(hotel, scriptless, guest):
    scriptless.open("/booking.html?id=999999999&status=Booked&reference=FAKE1234")
    said = scriptless.await_text("does not exist, or it is not yours")
    assert f"You are guest {guest} here" in said, "it says why that may be"
    assert "booked and paid" not in said and "FAKE1234" not in said
    assert not scriptless.all("form[action$='/cancel']")
    book = booked(hotel, offer_room(hotel), guestId=guest)
    cancel(hotel, book)
    scriptless.open(f"/booking.html?id={book['id']}&status=Booked&reference=FAKE1234")
    said = scriptless.await_text("This booking is cancelled.")
    assert "booked and paid" not in said and book["reference"] in said and "FAKE1234" not in said


def test_a_booking_shows_room_payment_and_history(hotel, scriptless, guest):
    book = booked(hotel, offer_room(hotel, price=85000, name="Sea & sky"), first=10, nights=3, guestId=guest,
                  name="Kim <Hana>", email="hana@example.com", guests=2)
    await_mypage(hotel, book, payStatus="PayApproved")
    scriptless.open(f"/booking.html?id={book['id']}")
    said = scriptless.text()
    assert all(one in said for one in (
        "Sea & sky", "255,000 KRW", "(3 nights)", "Kim <Hana>", "hana@example.com", "2 guests", "paid",
        "The payment was approved.", "KST"))


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
        assert f"We are holding your room until {until.astimezone(SEOUL):%Y-%m-%d %H:%M} KST" in said
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


def test_a_search_shows_free_rooms_with_the_price_of_the_stay(hotel, scriptless):
    name = f"Plain <i>{new_person()}</i>"
    room = offer_room(hotel, name=name, price=85000, description="Two windows & \"a\" $view -->")
    other = offer_room(hotel, name=name, price=90000)
    booked(hotel, other, first=3)
    scriptless.open("/")
    assert "These rooms are listed without dates" in scriptless.text()
    scriptless.fill(startDate=day(3), endDate=day(5), guests=2, q=name)
    scriptless.click("#search button")
    scriptless.await_path("/?")
    said = scriptless.await_text("1 free room")
    assert all(one in said for one in (
        name, "Busan", "up to 3 guests", "85,000 KRW per night", "170,000 KRW for 2 nights",
        "Two windows & \"a\" $view -->")), said
    assert scriptless.find("[name=q]").get_attribute("value") == name
    scriptless.click(".cards a")
    scriptless.await_path(f"/room.html?id={room['id']}&startDate={day(3)}&endDate={day(5)}&guests=2")


def test_one_page_of_a_list_is_not_counted(hotel, scriptless):
    sign_in(scriptless)
    scriptless.open("/host.html")
    scriptless.await_text("You have not offered any rooms yet.")
    assert "Page" not in scriptless.text(".pager")
    scriptless.open(f"/?q={offer_room(hotel, name=f'Hall {new_person()}')['name'].replace(' ', '+')}")
    scriptless.await_text("1 room")
    assert "Page" not in scriptless.text(".pager")


def test_a_search_can_be_paged_through_and_sorted(hotel, scriptless):
    mark = f"Hall {new_person()}"
    for n in range(13):
        offer_room(hotel, name=f"{mark} {n:02}", price=1000 + n)
    scriptless.open(f"/?q={mark.replace(' ', '+')}&sort=price,desc")
    scriptless.await_text("Page 1 of 2")
    assert scriptless.all(".cards h3")[0].text == f"{mark} 12"
    scriptless.click(".pager a")
    scriptless.await_text("Page 2 of 2")
    assert [one.text for one in scriptless.all(".cards h3")] == [f"{mark} 00"]


def test_a_search_names_its_faults(hotel, scriptless):
    scriptless.open(f"/?startDate={day(3)}&endDate={day(3)}&guests=x")
    said = scriptless.await_text("Please check these fields:")
    assert "Departure: The departure must be after the arrival." in said
    assert "Guests: This value is not valid." in said


@pytest.mark.parametrize("language, price, taken", [
    ("en", "85,000 KRW per night", "(2 nights)"), ("ko", "1박 85,000 KRW", "(2박)")])
def test_a_room_shows_its_price_and_when_it_is_taken(hotel, scriptless, guest, language, price, taken):
    room = offer_room(hotel, price=85000, description="x" * 2000)
    booked(hotel, room, first=12, nights=2)
    scriptless.driver.add_cookie({"name": "language", "value": language})

    def shown():
        scriptless.open(f"/room.html?id={room['id']}")
        return taken in scriptless.text("#offer")

    scriptless.until(shown, "the nights as the room service knows them")
    assert price in scriptless.text() and "x" * 2000 in scriptless.text()
    assert scriptless.text("h1") == "Sea view"


def test_a_room_that_is_not_there_or_deleted_cannot_be_booked(hotel, scriptless, guest):
    base = f"http://127.0.0.1:{hotel.port}"
    for path in ("/room.html?id=999999999", "/room.html?id=x", "/room.html", "/booking.html?id=999999999"):
        assert requests.get(base + path, headers={"Accept": "text/html"}, timeout=10).status_code == 404, path
        scriptless.open(path)
        scriptless.await_text("does not exist, or it is not yours")
    room = offer_room(hotel)
    hotel.web.post(f"/rooms/{room['id']}/delete", hostId=room["hostId"])
    scriptless.open(f"/room.html?id={room['id']}")
    scriptless.await_text("This room is no longer available.")
    assert not scriptless.find("#book").is_displayed()


def test_my_bookings_are_listed_and_one_is_cancelled(hotel, scriptless, guest):
    book = booked(hotel, offer_room(hotel, name="Sea & sky", price=85000), nights=2, guestId=guest)
    await_mypage(hotel, book, roomName="Sea & sky", payStatus="PayApproved")
    scriptless.open("/mypage.html")
    said = scriptless.text()
    assert all(one in said for one in ("Sea & sky", "Booked", "paid", "170,000 KRW", "(2 nights)")), said
    scriptless.click(".cards a")
    scriptless.await_path(f"/booking.html?id={book['id']}")
    scriptless.click("form[action$='/cancel'] button")
    scriptless.await_text("This booking is cancelled.")
    assert book_now(hotel, book)["status"] == "BookCanceled"
    scriptless.open("/booking.html")
    assert not scriptless.all("form[action$='/cancel']")


def test_who_comes_for_the_first_time_has_a_number_of_their_own(hotel, scriptless):
    room = offer_room(hotel)
    anonymous = hotel.web.post("/books", roomId=room["id"], startDate=day(60), endDate=day(61), name="Nobody").json
    assert anonymous["guestId"] == 0, "of the API as before"
    numbers = set()
    for _ in range(20):
        scriptless.forget()
        scriptless.open("/mypage.html")
        assert "You have no bookings yet." in scriptless.text() and "Nobody" not in scriptless.text()
        number = scriptless.find("body").get_attribute("data-guest")
        assert number == scriptless.driver.get_cookie("guest")["value"] and len(number) == 9
        assert number != scriptless.find("body").get_attribute("data-host")
        scriptless.open(f"/booking.html?id={anonymous['id']}")
        assert scriptless.find("body").get_attribute("data-guest") == number, "it is kept"
        scriptless.await_text("does not exist, or it is not yours")
        numbers.add(number)
    assert len(numbers) == 20
    book_by_form(scriptless, offer_room(hotel))
    scriptless.await_text("Your room is booked and paid for")
    assert hotel.web.get("/books", guestId=int(number)).items()[0]["status"] == "Booked"


def test_settings_show_what_is_saved(hotel, scriptless):
    guest, host = sign_in(scriptless)
    scriptless.open("/settings.html?role=host")
    scriptless.fill(email="host@example.com", language="ko")
    scriptless.click("#settings button")

    def chosen(person):
        return hotel.web.get("/notifications/settings", recipientId=person).json["email"]

    scriptless.await_text("The settings apply to new messages.")
    assert (chosen(guest), chosen(host)) == (None, "host@example.com")
    scriptless.open("/settings.html?role=host")
    assert scriptless.find("#email").get_attribute("value") == "host@example.com"
    assert scriptless.find("#language").get_attribute("value") == "ko"
    scriptless.open("/settings.html")
    assert scriptless.find("#email").get_attribute("value") == ""


def test_settings_that_were_changed_meanwhile_are_not_overwritten(hotel, scriptless):
    guest, _ = sign_in(scriptless)
    scriptless.open("/settings.html")
    hotel.web.put("/notifications/settings", recipientId=guest, webhookUrl="http://127.0.0.1:9/hook")
    scriptless.fill(email="hana@example.com")
    scriptless.click("#settings button")
    scriptless.await_text("It was changed in the meantime")
    kept = hotel.web.get("/notifications/settings", recipientId=guest).json
    assert (kept["email"], kept["webhookUrl"]) == (None, "http://127.0.0.1:9/hook")
    assert scriptless.find("#webhookUrl").get_attribute("value") == "http://127.0.0.1:9/hook", "what is saved now"
    for _ in range(2):
        scriptless.fill(email="hana@example.com")
        scriptless.click("#settings button")
        scriptless.await_text("The settings apply to new messages.")
    kept = hotel.web.get("/notifications/settings", recipientId=guest).json
    assert (kept["email"], kept["webhookUrl"]) == ("hana@example.com", "http://127.0.0.1:9/hook")


def test_a_room_that_was_changed_meanwhile_is_not_deleted(hotel, scriptless):
    """Who deletes it has not seen what it is now."""
    _, host = sign_in(scriptless)
    room = offer_room(hotel, hostId=host, name="Sea view")
    scriptless.open(f"/host-room.html?id={room['id']}")
    hotel.web.patch(f"/rooms/{room['id']}", hostId=host, name="Harbour view")
    scriptless.click("#delete button")
    scriptless.await_text("It was changed in the meantime")
    assert hotel.web.get(f"/rooms/{room['id']}").json["status"] == "Open"
    assert scriptless.find("#name").get_attribute("value") == "Harbour view", "what is saved now"
    scriptless.click("#delete button")
    scriptless.await_text("Your room has been deleted.")


def test_a_host_changes_what_was_saved_and_overwrites_nothing(hotel, scriptless):
    """The form is filled with the room, and has its version: who comes later is told, and sees what is saved."""
    _, host = sign_in(scriptless)
    room = offer_room(hotel, hostId=host, name="\"Sea\" & view", description="one\ntwo $x", price=85000)
    scriptless.open("/host.html")
    scriptless.await_text("\"Sea\" & view")
    scriptless.click("main .room a")
    scriptless.await_path(f"/host-room.html?id={room['id']}")
    assert scriptless.find("#description").get_attribute("value") == "one\ntwo $x"
    assert scriptless.find("#amount").get_attribute("value") == "85000"
    hotel.web.patch(f"/rooms/{room['id']}", hostId=host, price=95000)
    scriptless.fill(city="Jeju")
    scriptless.click("#change button")
    scriptless.await_text("It was changed in the meantime")
    assert scriptless.find("#amount").get_attribute("value") == "95000", "what is saved now"
    scriptless.fill(city="Jeju")
    scriptless.click("#change button")
    scriptless.await_text("Your changes have been saved.")
    assert "registered" not in scriptless.text() and scriptless.find("#city").get_attribute("value") == "Jeju"
    now = hotel.web.get(f"/rooms/{room['id']}").json
    assert (now["price"], now["city"], now["description"], now["name"]) == (
        95000, "Jeju", "one\ntwo $x", "\"Sea\" & view")
    scriptless.open("/host-room.html?id=999999999")
    scriptless.await_text("does not exist, or it is not yours")
    assert not scriptless.find("#change").is_displayed(), "nothing to save"


def test_a_host_reads_bookings_and_messages(hotel, scriptless):
    _, host = sign_in(scriptless)
    room = offer_room(hotel, hostId=host)
    book = booked(hotel, room, name="김하나", phone="010-1234-5678")
    gone = booked(hotel, room, first=20, name="Gone")
    hotel.web.post(f"/books/{gone['id']}/cancel", guestId=gone["guestId"])
    scriptless.open("/host-bookings.html")
    said = scriptless.text()
    assert book["reference"] in said and "010-1234-5678" in said and "Gone" not in said
    assert [scriptless.find(f"#{name}").get_attribute("value") for name in ("show", "sort")] == [
        "upcoming", "startDate"]
    scriptless.fill(show="cancelled", sort="id,desc")
    scriptless.click("#filter button")
    scriptless.await_text("Gone")
    assert [scriptless.find(f"#{name}").get_attribute("value") for name in ("show", "sort")] == [
        "cancelled", "id,desc"]
    scriptless.open(f"/host-room.html?id={room['id']}")
    assert book["reference"] in scriptless.text("#booked"), "what a deletion would cancel"
    eventually(lambda: "BookCanceled" in notices(hotel, host), what="the host is notified")
    scriptless.open("/notifications.html?role=host")
    assert "김하나" in scriptless.text()
    # By the number of the message, as further ones may arrive meanwhile.
    unread = [form.get_attribute("action") for form in scriptless.all(".message.unread form")]
    scriptless.click(".message.unread form button")
    scriptless.await_text("Saved.")
    scriptless.open("/notifications.html?role=host")
    left = [form.get_attribute("action") for form in scriptless.all(".message.unread form")]
    assert set(unread) - set(left) == {unread[0]}


def test_a_service_that_is_down_is_reported_on_a_page(hotel, scriptless, guest):
    room = offer_room(hotel)
    book = booked(hotel, room, guestId=guest)
    await_mypage(hotel, book, payStatus="PayApproved")
    scriptless.open(f"/room.html?id={room['id']}&startDate={day(10)}&endDate={day(12)}")
    hotel.stop("fcgi-book")
    try:
        scriptless.click("#book .send button")
        scriptless.await_text("The service is temporarily unavailable.")
        scriptless.open(f"/booking.html?id={book['id']}&status=Booked")
        said = scriptless.await_text("The service is temporarily unavailable.")
        assert "booked and paid" not in said
        assert scriptless.all("header.top") and scriptless.text("h1") == "Booking"
    finally:
        hotel.start("fcgi-book")
    hotel.stop("fcgi-room", "fcgi-mypage")
    try:
        for page in ("/", f"/room.html?id={room['id']}"):
            scriptless.open(page)
            scriptless.await_text("The service is temporarily unavailable.")
            assert scriptless.all("header.top") and scriptless.all("footer")
        scriptless.open("/mypage.html")
        said = scriptless.await_text("These are your bookings without them.")
        assert f"Room {room['id']}" in said and "Booked" in said
        scriptless.open(f"/booking.html?id={book['id']}")
        scriptless.await_text("Your room is booked and paid for")
    finally:
        hotel.start("fcgi-room", "fcgi-mypage")


def test_no_parameter_of_a_url_becomes_markup(hotel, scriptless):
    evil = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    for page in ("booking", "room", "host-room", "notifications"):
        scriptless.open(f"/{page}.html?id={evil}&status=Booked&reference={evil}&payUntil={evil}"
                        f"&startDate={evil}&problem={evil}&errors={evil}")
        assert "alert(1)" not in scriptless.driver.page_source
    scriptless.driver.add_cookie({"name": "guest", "value": "\"><script>alert(1)</script>"})
    scriptless.open("/booking.html?id=1&status=Booked")
    assert "alert(1)" not in scriptless.driver.page_source
