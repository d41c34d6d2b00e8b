# SPDX-License-Identifier: MIT
"""Hosts offer, change and delete rooms, and see their bookings, in a browser."""

import pytest
from actors import await_mypage, booked, cancel, notices, pending, register_room, new_person
from people import sign_in
from waiting import eventually


def test_a_host_offers_and_changes_a_room(hotel, english):
    _, host = sign_in(english)
    name = f"한옥 {new_person()}"
    english.open("/host.html")
    english.await_text("You have not offered any rooms yet.", "#notice")
    english.fill(name=name, city="서울", description="Two rooms\nand a yard", capacity=0)
    english.click("#register button")
    english.await_text("This field is required.", "#register")
    english.await_text("too small or too large", "#register")
    assert english.find("#amount").get_attribute("aria-invalid") == "true"
    assert english.find("#name").get_attribute("value") == name, "the entries are kept"
    english.fill(capacity=4, amount="120,000")
    english.click("#register button")
    english.await_text("Your room is now offered.", "#notice")
    english.await_text(name, "#rooms")

    (room,) = hotel.web.get("/rooms", role="host", hostId=host).items()
    assert (room["price"], room["capacity"], room["city"]) == (120000, 4, "서울")
    english.click("#rooms a")
    english.await_path(f"/host-room.html?id={room['id']}")
    english.until(lambda: english.find("#name").get_attribute("value") == name, "the form is filled")
    assert english.find("#description").get_attribute("value") == "Two rooms\nand a yard"
    english.fill(amount=99000, city="")
    english.click("#change button")
    english.await_text("Your changes have been saved.", "#notice")
    changed = hotel.web.get(f"/rooms/{room['id']}").json
    assert (changed["price"], changed["city"]) == (99000, "")


def test_a_host_sees_bookings_and_can_cancel_them(hotel, english):
    _, host = sign_in(english)
    room = register_room(hotel, hostId=host, name="Garden room")
    book = booked(hotel, room, name="김하나")
    await_mypage(hotel, book, payStatus="PayApproved", roomName="Garden room")
    english.open("/host-bookings.html")
    said = english.await_text("김하나", "#bookings")
    assert "Garden room" in said and "Booked" in said and "paid" in said
    english.click("#bookings h2 a")
    english.await_text(book["reference"])
    english.click("#actions .danger")
    english.confirm()
    english.await_text("Cancelled by the host.", "#timeline")
    english.await_text("refunded", "#facts")
    english.open("/notifications.html?role=host")
    english.await_text("was cancelled", "#messages")


def test_bookings_of_my_rooms_are_listed_by_arrival(hotel, english):
    """Who arrives today stands first and is marked; cancelled ones are apart; phone and reference are shown."""
    _, host = sign_in(english)
    room = register_room(hotel, hostId=host, name="Garden room", price=50000)
    later = booked(hotel, room, first=20, name="Later")
    soon = booked(hotel, room, first=0, nights=2, name="김하나", phone="010-1234-5678", email="hana@example.com")
    gone = booked(hotel, room, first=5, name="Gone")
    cancel(hotel, gone)
    for book in (later, soon, gone):
        await_mypage(hotel, book)
    english.open("/host-bookings.html")
    english.await_text("Later", "#bookings")
    first, second = english.all("#bookings .booking")
    assert "Arrives today" in first.text and soon["reference"] in first.text and "010-1234-5678" in first.text
    assert "Arrives today" not in second.text and "Later" in second.text
    assert english.find("#bookings a[href^='tel:']").get_attribute("href") == "tel:010-1234-5678"
    assert "1 arrival, 0 staying on, 0 departures" in english.text("#today")
    assert "Gone" not in english.text("#bookings")
    english.fill(show="cancelled")
    english.click("#filter button")
    assert "Later" not in english.await_text("Gone", "#bookings")
    english.open("/host-bookings.html?show=all&sort=price,desc")
    english.await_text("Gone", "#bookings")
    names = [one.text for one in english.all("#bookings [data-put=guest]")]
    assert names[0].startswith("김하나"), "two nights cost more than one"
    english.open("/host-bookings.html?sort=startDate,desc")
    english.await_text("Later", "#bookings")
    assert "Later" in english.find("#bookings .booking").text


def test_after_a_booking_was_cancelled_the_news_has_the_focus(hotel, english):
    _, host = sign_in(english)
    book = booked(hotel, register_room(hotel, hostId=host))
    await_mypage(hotel, book)
    english.open("/host-bookings.html")
    english.click("#bookings .danger")
    english.confirm()
    english.await_text(f"Booking {book['reference']} is cancelled.", "#notice")
    english.until(lambda: english.driver.switch_to.active_element.get_attribute("id") == "notice", "focus")


def test_unread_messages_are_counted_and_can_all_be_marked(hotel, english):
    _, host = sign_in(english)
    english.open("/host.html")
    assert not english.find("#unread").is_displayed()
    for _ in range(2):
        register_room(hotel, hostId=host)
    eventually(lambda: notices(hotel, host) == 2 * ["RoomRegistered"], what="the host is notified")
    english.open("/")
    english.await_text("2 new", "header nav")
    english.click("header nav a[href*='/notifications']")
    english.await_text("2 new", "#unread-host")
    assert english.path == "/notifications.html?role=host"
    english.click("#read-all button")
    english.await_text("Marked as read.", "#notice")
    english.until(lambda: not english.find("#unread").is_displayed(), "nothing is new")
    assert all(one["read"] for one in hotel.web.get("/notifications", recipientId=host).items())


@pytest.mark.parametrize("language", ["english", "korean"])
def test_the_navigation_says_what_the_page_is_called(request, hotel, language):
    browser = request.getfixturevalue(language)
    sign_in(browser)
    for page in ("/", "/mypage.html", "/notifications.html", "/host.html", "/host-bookings.html"):
        browser.open(page)
        browser.await_text(browser.text("h1"), "header nav [aria-current=page]")


def edited_room(hotel, browser, **fields):
    """Opens the form of a new room of the host and returns the room."""
    _, host = sign_in(browser)
    room = register_room(hotel, hostId=host, **{"name": "Sea view", "description": "one\ntwo", **fields})
    browser.open(f"/host-room.html?id={room['id']}")
    await_read(browser, f"/rooms/{room['id']}")
    browser.until(lambda: browser.find("#name").get_attribute("value") == room["name"], "the form is filled")
    return room


def await_read(browser, path):
    """Waits until the page's script has read the resource."""
    browser.until(lambda: browser.driver.execute_script(
        "return performance.getEntriesByType('resource').some((one) => new URL(one.name).pathname === arguments[0])",
        path), f"{path} is read")


def change(hotel, room, **fields):
    """Another window of the host changes the room."""
    done = hotel.web.patch(f"/rooms/{room['id']}", hostId=room["hostId"], **fields)
    assert done.status == 200, done


def test_saving_what_was_not_changed_changes_nothing(hotel, english):
    room = edited_room(hotel, english)
    english.click("#change .send button")
    english.await_text("Nothing was changed", "#notice")
    english.fill(city="Busan")
    english.click("#change .send button")
    english.await_text("Your changes have been saved.", "#notice")
    now = hotel.web.get(f"/rooms/{room['id']}").json
    assert (now["city"], now["description"], now["version"]) == ("Busan", "one\ntwo", 2)


def test_what_was_saved_meanwhile_is_not_overwritten(hotel, english, checkers):
    """Two windows with one room: the later one is told, sees both values, and decides."""
    room = edited_room(hotel, english, price=110000)
    change(hotel, room, price=150000, name="Sea view 2")
    english.fill(description="A quiet room", name="Harbour view")
    english.click("#change .send button")
    said = english.await_text("Nothing of yours has been saved yet", "#change .problem")
    assert "150000" in said and "Sea view 2" in said and "Harbour view" in said
    assert checkers.violations(english) == []
    now = hotel.web.get(f"/rooms/{room['id']}").json
    assert (now["price"], now["name"], now["description"]) == (150000, "Sea view 2", "one\ntwo")
    assert english.find("#amount").get_attribute("value") == "150000", "what the host left alone follows"
    assert english.find("#name").get_attribute("value") == "Harbour view", "what the host wrote stays"
    english.click("#change fieldset label:nth-of-type(2) input")
    assert english.find("#name").get_attribute("value") == "Sea view 2", "the other value can be taken"
    english.click("#change fieldset label:nth-of-type(1) input")
    english.click("#change .send button")
    english.await_text("Your changes have been saved.", "#notice")
    now = hotel.web.get(f"/rooms/{room['id']}").json
    assert (now["price"], now["name"], now["description"]) == (150000, "Harbour view", "A quiet room")
    assert not english.all("#change .problem")


def test_a_room_with_bookings_is_deleted_only_if_they_are_cancelled(hotel, english):
    _, host = sign_in(english)
    room = register_room(hotel, hostId=host, price=85000)
    book = booked(hotel, room, first=10, nights=2)
    booked(hotel, room, first=20, nights=3)
    cancel(hotel, booked(hotel, room, first=30))
    pending(hotel, room, first=40, paymentToken="tok_error")
    english.open(f"/host-room.html?id={room['id']}")
    english.await_text(book["reference"], "#bookings")
    figures = ("3 bookings", "6 nights", "₩425,000")
    said = english.await_text("Upcoming:", "#affected")
    assert all(figure in said for figure in figures), said
    english.click("#delete button")
    said = english.await_text("has future bookings", "#delete .problem")
    assert all(figure in said for figure in figures), said
    assert not english.all("dialog"), "there is nothing to confirm"
    assert hotel.web.get(f"/rooms/{room['id']}").json["status"] == "Open"
    english.click("#cancelBookings")
    english.click("#delete button")
    said = english.await_text("The room will be deleted.", "dialog")
    assert all(figure in said for figure in figures), said
    english.confirm()
    english.await_text("The room has been deleted.", "#notice")
    english.await_text("Cancelled", "#bookings")
    await_mypage(hotel, book, status="BookCanceled", payStatus="PayCanceled")


def test_a_room_without_bookings_is_deleted(hotel, korean):
    _, host = sign_in(korean)
    room = register_room(hotel, hostId=host)
    korean.open(f"/host-room.html?id={room['id']}")
    korean.await_text("예정된 예약이 없습니다", "#affected")
    korean.click("#delete button")
    korean.await_text("객실이 삭제되며", "dialog")
    korean.confirm()
    korean.await_text("객실이 삭제되었습니다.", "#notice")
    assert hotel.web.get(f"/rooms/{room['id']}").json["status"] == "Deleted"


def test_a_room_that_was_changed_meanwhile_is_deleted_only_once_that_is_shown(hotel, english):
    room = edited_room(hotel, english)
    change(hotel, room, city="Jeju")
    english.click("#delete .send button")
    english.confirm()
    english.await_text("It was changed in the meantime", "#delete .problem")
    assert hotel.web.get(f"/rooms/{room['id']}").json["status"] == "Open"
    english.until(lambda: english.find("#city").get_attribute("value") == "Jeju", "what is saved now")
    english.click("#delete .send button")
    english.confirm()
    english.await_text("The room has been deleted.", "#notice")


def test_a_room_is_offered_with_a_name(hotel, english):
    """The API takes a room without one; the pages ask for it, and name what has none by its number."""
    _, host = sign_in(english)
    english.open("/host.html")
    english.fill(amount=50000)
    english.click("#register button")
    english.await_text("Room name: This field is required.", "#register .problem")
    assert hotel.web.get("/rooms", role="host", hostId=host).items() == []
    nameless = register_room(hotel, hostId=host, name="")
    english.open("/host.html")
    english.await_text(f"Room {nameless['id']}", "#rooms")
    english.open(f"/host-room.html?id={nameless['id']}")
    english.await_text(f"Room {nameless['id']}", "#title")
    english.fill(city="Busan")
    english.click("#change .send button")
    english.await_text("Your changes have been saved.", "#notice")


def test_a_room_without_a_name_can_be_changed_before_its_page_has_loaded(hotel, english):
    _, host = sign_in(english)
    nameless = register_room(hotel, hostId=host, name="")
    path = f"/rooms/{nameless['id']}"
    with english.without_answers(path):
        english.open(f"/host-room.html?id={nameless['id']}")
        english.until(lambda: english.find("#change").get_attribute("novalidate") is not None, "the script is there")
        english.fill(city="Busan")
        english.click("#change .send button")
        english.await_text("Your changes have been saved.", "#notice")
    assert hotel.web.get(path).json["city"] == "Busan"


def test_a_room_of_another_host_cannot_be_changed(hotel, english):
    sign_in(english)
    room = register_room(hotel, name="Not yours", price=1500)
    english.open(f"/host-room.html?id={room['id']}")
    english.until(lambda: english.find("#amount").get_attribute("value") == "1500", "the form is filled")
    english.fill(amount=1)
    english.click("#change button")
    english.await_text("does not exist, or it is not yours", "#change .problem")
    assert hotel.web.get(f"/rooms/{room['id']}").json["price"] == 1500


def notification_with_failed_webhook(hotel, host):
    """Makes a message whose webhook fails, because its URL is not public (SSRF)."""
    chosen = hotel.web.put("/notifications/settings", recipientId=host,
                           webhookUrl="http://127.0.0.1:9/hook")
    assert chosen.status == 200, chosen
    register_room(hotel, hostId=host)

    def has_failed():
        told = hotel.web.get("/notifications", recipientId=host).items()
        return told and "failed" in [one["state"] for one in told[0]["deliveries"]]

    eventually(has_failed, what="the webhook has failed")


def test_a_message_can_be_sent_again_or_the_page_says_why_not(hotel, english):
    _, host = sign_in(english)
    notification_with_failed_webhook(hotel, host)
    english.open("/notifications.html?role=host")
    english.await_text("webhook: failed", "#messages")
    hotel.web.put("/notifications/settings", recipientId=host)
    english.click("form[action$='/deliveries'] button")
    english.await_text("There is no address for this channel in your message settings.", "#messages .problem")
    hotel.web.put("/notifications/settings", recipientId=host, webhookUrl="http://127.0.0.1:9/hook")
    english.click("form[action$='/deliveries'] button")
    english.await_text("It is being sent again by webhook.", "#notice")

    def failed_again():
        english.open("/notifications.html?role=host")
        return "Send again by webhook" in english.await_text("webhook:", "#messages")

    eventually(failed_again, what="the page offers it again")
    english.click("form[action$='/deliveries'] button")
    english.await_text("Too many requests.", "#messages .problem")


def test_settings_are_stored_and_their_faults_shown(hotel, english):
    guest, _ = sign_in(english)
    english.open("/settings.html")
    english.fill(email="nobody", webhookUrl="ftp://example.com")
    english.click("#settings button")
    english.await_text("This is not a valid e-mail address.", "#settings")
    english.await_text("must begin with http", "#settings")
    english.fill(email="hana@example.com", webhookUrl="", language="ko")
    english.click("#settings button")
    english.await_text("Saved.", "#notice")
    kept = hotel.web.get("/notifications/settings", recipientId=guest).json
    assert (kept["email"], kept["webhookUrl"], kept["language"]) == ("hana@example.com", None, "ko")
    english.open("/settings.html")
    english.until(lambda: english.find("#email").get_attribute("value") == "hana@example.com", "kept")


def test_settings_that_were_saved_elsewhere_are_not_overwritten(hotel, english):
    """Two windows with the settings: the later one is told, sees both values, and decides."""
    guest, _ = sign_in(english)
    english.open("/settings.html")
    await_read(english, "/notifications/settings")
    hotel.web.put("/notifications/settings", recipientId=guest, email="here@example.com", language="ko")
    english.fill(email="there@example.com")
    english.click("#settings button")
    said = english.await_text("Nothing of yours has been saved yet", "#settings .problem")
    assert "here@example.com" in said and "there@example.com" in said and "한국어" in said
    assert hotel.web.get("/notifications/settings", recipientId=guest).json["email"] == "here@example.com"
    english.click("#settings .send button")
    english.await_text("Saved.", "#notice")
    english.fill(email="third@example.com")
    english.click("#settings .send button")
    english.until(lambda: hotel.web.get("/notifications/settings", recipientId=guest).json["email"]
                  == "third@example.com", "what is saved has the newest ETag")
    assert hotel.web.get("/notifications/settings", recipientId=guest).json["language"] == "ko"
