# SPDX-License-Identifier: MIT
"""Hosts offer, change and delete rooms, and see their bookings, in a browser."""

from actors import await_mypage, booked, register_room, new_person
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
    assert english.find("#price").get_attribute("aria-invalid") == "true"
    assert english.find("#name").get_attribute("value") == name, "the entries are kept"
    english.fill(capacity=4, price=120000)
    english.click("#register button")
    english.await_text("Your room is now offered.", "#notice")
    english.await_text(name, "#rooms")

    (room,) = hotel.web.get("/rooms", role="host", hostId=host).items()
    assert (room["price"], room["capacity"], room["city"]) == (120000, 4, "서울")
    english.click("#rooms a")
    english.await_path(f"/host-room.html?id={room['id']}")
    english.until(lambda: english.find("#name").get_attribute("value") == name, "the form is filled")
    assert english.find("#description").get_attribute("value") == "Two rooms\nand a yard"
    english.fill(price=99000, city="")
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


def test_a_room_with_bookings_is_deleted_only_if_they_are_cancelled(hotel, english):
    _, host = sign_in(english)
    room = register_room(hotel, hostId=host)
    book = booked(hotel, room)
    english.open(f"/host-room.html?id={room['id']}")
    english.await_text(book["reference"], "#bookings")
    english.click("#delete button")
    english.confirm()
    english.await_text("has future bookings", "#delete .problem")
    assert hotel.web.get(f"/rooms/{room['id']}").json["status"] == "Open"
    english.click("#cancelBookings")
    english.click("#delete button")
    english.confirm()
    english.await_text("The room has been deleted.", "#notice")
    english.await_text("Cancelled", "#bookings")
    await_mypage(hotel, book, status="BookCanceled", payStatus="PayCanceled")


def test_a_room_of_another_host_cannot_be_changed(hotel, english):
    sign_in(english)
    room = register_room(hotel, name="Not yours", price=1500)
    english.open(f"/host-room.html?id={room['id']}")
    english.until(lambda: english.find("#price").get_attribute("value") == "1500", "the form is filled")
    english.fill(price=1)
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
