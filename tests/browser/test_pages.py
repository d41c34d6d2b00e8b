# SPDX-License-Identifier: MIT
"""Every page is accessible, fits a phone, exists in both languages, and is safe."""

import json

import pytest
import requests
from actors import await_mypage, booked, cancel, day, pending, register_room, new_person, stay
from checkers import OF_WRITING
from chromium import DESKTOP, PHONE
from people import sign_in, offer_room, send_booking

HOSTILE = "<script>document.title='taken'</script>&amp; \"방\" 🏨 <img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def world(hotel):
    """A guest and a host with bookings in every status, and names that try to inject markup."""
    guest, host = new_person(), new_person()
    hotel.web.put("/notifications/settings", recipientId=host, webhookUrl="http://127.0.0.1:9/hook")
    room = register_room(hotel, hostId=host, name=HOSTILE, city="서울", description=HOSTILE, capacity=4)
    plain = register_room(hotel, hostId=host, name="W" * 100, description="w" * 2000)
    whole = booked(hotel, room, guestId=guest, name=HOSTILE, guests=4)
    pending(hotel, room, first=20, guestId=guest, paymentToken="tok_error")
    hotel.web.post("/books", roomId=plain["id"], guestId=guest, paymentToken="tok_decline", **stay(5))
    canceled = booked(hotel, plain, guestId=guest)
    cancel(hotel, canceled)
    await_mypage(hotel, canceled, payStatus="PayCanceled")
    await_mypage(hotel, whole, payStatus="PayApproved", roomName=HOSTILE)
    return {"guest": guest, "host": host, "room": room, "book": whole,
            "pages": {
                "/": "#rooms .room",
                f"/?startDate={day(3)}&endDate={day(1)}": "#search .problem",
                f"/room.html?id={room['id']}": "#months td",
                f"/booking.html?id={whole['id']}": "#timeline li",
                f"/booking.html?id={canceled['id']}": "#timeline li",
                "/booking.html": "#problem h2, #problem p",
                "/mypage.html": "#bookings .booking",
                "/host.html": "#rooms .room",
                f"/host-room.html?id={room['id']}": "#bookings li",
                "/host-bookings.html": "#bookings .booking",
                "/notifications.html": "#messages .message",
                "/notifications.html?role=host": "#messages form[action$='/deliveries']",
                "/settings.html": "#settings button",
                "/nothing.html": ".problem",
                "/docs": "#room_list",
                "/problems": "main li",
                "/problems/validation": "main h2",
            }}


# Pages made from documents; they show braces, as in a path.
DOCUMENTS = {"/docs": "main h2", "/problems": "main a", "/problems/validation": "main h2"}


def shown(browser, world, more={}):
    """Opens each page in turn and waits for its content."""
    sign_in(browser, world["guest"], world["host"])
    for page, content in {**world["pages"], **more}.items():
        browser.open(page)
        browser.until(lambda: browser.all(content), f"{content} of {page}")
        yield page


@pytest.mark.parametrize("language", ["english", "korean"])
def test_axe_finds_nothing_and_no_page_is_wider_than_a_phone(request, hotel, world, checkers, language):
    browser = request.getfixturevalue(language)
    found = {}
    for page in shown(browser, world, DOCUMENTS):
        found[page] = checkers.violations(browser)
        with browser.media(prefers_color_scheme="dark"):
            found[page] += checkers.violations(browser, "color-contrast")
        browser.size(PHONE)
        found[page] += checkers.violations(browser)
        width = browser.driver.execute_script("return document.documentElement.scrollWidth")
        assert width <= PHONE[0], f"{page} is {width} wide"
        browser.size(DESKTOP)
    assert not any(found.values()), json.dumps(found, indent=1, ensure_ascii=False)


def test_axe_finds_nothing_in_problems_and_dialogs(hotel, world, checkers, english):
    def violations():
        found = checkers.violations(english)
        with english.media(prefers_color_scheme="dark"):
            return found + checkers.violations(english, "color-contrast")

    room = offer_room(hotel)
    booked(hotel, room)
    sign_in(english)
    send_booking(english, room, email="nobody")
    english.await_text("Please check these fields:", "#book .problem")
    assert violations() == []
    english.fill(email="")
    english.click("#book .send button")
    english.await_text("Available instead", "#instead")
    assert violations() == []
    english.click("#instead button")
    english.click("#book .send button")
    english.click("#actions .danger")
    english.await_text("Are you sure?", "dialog")
    assert violations() == []


SCRIPTLESS = ("/booking.html?id=1&status=PaymentPending&reference=ABC",
              "/booking.html?problem=validation&errors=startDate,phone")


def test_a_form_that_is_being_sent_says_so_in_words(hotel, english):
    sign_in(english)
    english.open("/host.html")
    english.await_text("You have not offered any rooms yet.", "#notice")
    english.driver.execute_script("window.fetch = () => new Promise(() => {})")  # no answer comes
    english.fill(name="Sea view", amount=1000)
    english.click("#register button")
    english.await_text("Please wait", "#register button")
    english.await_text("Please wait", "#register [role=status].busy")
    assert english.find("#register").get_attribute("aria-busy") == "true"


def test_focus_goes_on_where_the_news_is(hotel, english):
    guest, _ = sign_in(english)
    await_mypage(hotel, booked(hotel, offer_room(hotel), guestId=guest))
    english.open("/mypage.html")
    english.click("#bookings .danger")
    english.confirm()
    english.await_text("Cancelled", "#bookings")
    english.until(lambda: english.driver.switch_to.active_element.tag_name != "body", "something has the focus")


def test_colours_follow_the_reader_and_paper_has_no_buttons(hotel, world, english):
    def background():
        return english.driver.execute_script("return getComputedStyle(document.body).backgroundColor")

    sign_in(english, world["guest"], world["host"])
    english.open(f"/booking.html?id={world['book']['id']}")
    english.await_text(world["book"]["reference"])
    light = background()
    with english.media(prefers_color_scheme="dark"):
        assert background() != light
    with english.media("print", prefers_color_scheme="dark"):
        assert background() == "rgba(0, 0, 0, 0)", "no ink for the ground"
        assert english.text("body").startswith("Booking"), "no navigation on paper"
        assert not [one for one in english.all("button, nav, footer") if one.is_displayed()]
        assert world["book"]["reference"] in english.text()


def test_axe_finds_nothing_without_javascript(hotel, world, checkers, english):
    sign_in(english)
    for page in (*world["pages"], *SCRIPTLESS):
        with english.script_off():  # axe itself needs JavaScript
            english.open(page)
            assert english.all("main") and not english.all("#rooms li, #months td, #facts dd"), page
        assert checkers.violations(english) == [], page
        with english.media(prefers_color_scheme="dark"):
            assert checkers.violations(english, "color-contrast") == [], page


def test_pages_are_valid_html_as_they_are_sent(hotel, world, checkers, tmp_path):
    pages = {}
    for page in (*world["pages"], *DOCUMENTS, *SCRIPTLESS, "/host.html?id=1&status=Open", "/settings.html?status=Saved",
                 "/host-room.html?problem=version-conflict&errors=name", "/notifications.html?id=1"):
        for language in ("en", "ko"):
            answer = requests.get(f"http://127.0.0.1:{hotel.port}{page}", timeout=10, headers={
                "Accept": "text/html",
                "Cookie": f"language={language}; guest={world['guest']}; host={world['host']}"})
            assert answer.headers["Content-Type"].startswith("text/html"), page
            assert f'<html lang="{language}"' in answer.text, page
            pages[f"{page} ({language})"] = answer.text
    assert checkers.errors(tmp_path, pages) == []


@pytest.mark.parametrize("language", ["english", "korean"])
def test_pages_are_valid_html_as_scripts_complete_them(request, hotel, world, checkers, tmp_path, language):
    browser = request.getfixturevalue(language)
    pages = {page: browser.driver.page_source for page in shown(browser, world)}
    assert checkers.errors(tmp_path, pages, off=OF_WRITING) == []


def test_the_checkers_find_what_is_wrong(checkers, english, tmp_path):
    wrong = "<!DOCTYPE html><html lang=en><head><title>x</title></head><body><h1></h1><img src=x></body></html>"
    said = checkers.errors(tmp_path, {"wrong": wrong})
    assert any("empty-heading" in one for one in said), said
    sign_in(english)
    english.driver.execute_script("document.querySelector('main').append(document.createElement('button'))")
    assert [rule for rule, _ in checkers.violations(english)] == ["button-name"]


@pytest.mark.parametrize("language", ["english", "korean"])
def test_every_page_has_one_language_and_names_inject_nothing(request, hotel, world, language):
    browser = request.getfixturevalue(language)
    for page in shown(browser, world):
        title = browser.driver.title
        assert browser.find("html").get_attribute("lang") == language[:2]
        assert title.endswith("MyHotel") and title != "taken", f"{page}: {title}"
        assert not browser.all("main script, main img"), page
        assert page == "/docs" or "{" not in browser.text("body"), f"{page} shows a placeholder"
    assert HOSTILE[:30] in browser_text(browser, f"/room.html?id={world['room']['id']}")


def browser_text(browser, page):
    browser.open(page)
    return browser.await_text("<script>")


@pytest.mark.parametrize("letter, place, said", [
    ("x", "#register .fault", "This text is too short or too long."),
    ("방", "#register .problem", "The text is too long."),  # 90,000 bytes when encoded
])
def test_a_text_of_ten_thousand_characters_is_refused(hotel, english, letter, place, said):
    sign_in(english)
    english.open("/host.html")
    english.driver.execute_script(
        "document.getElementById('name').value = arguments[0].repeat(10000)", letter)
    english.fill(amount=1000)
    english.click("#register button")
    english.await_text(said, place)
    assert english.find("#name").get_attribute("value") == letter * 10000, "the entry is kept"


def test_security_headers_allow_only_what_pages_need(hotel):
    answer = requests.get(f"http://127.0.0.1:{hotel.port}/", timeout=10)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-cache", "Back keeps what is in the form"
    script = requests.get(f"http://127.0.0.1:{hotel.port}/app/room.js", timeout=10)
    assert script.headers["Cache-Control"] == "no-cache" and script.headers["ETag"]
    assert script.headers["Content-Type"].startswith("text/javascript")
    for hidden in ("/parts/head.html", "/error.html"):
        assert requests.get(f"http://127.0.0.1:{hotel.port}{hidden}", timeout=10).status_code == 404


def test_me_redirects_only_to_own_pages(hotel):
    base = f"http://127.0.0.1:{hotel.port}"
    for referer, where in {
            f"{base}/room.html?id=1": "/room.html?id=1", f"{base}/": "/", "": "/",
            f"{base}//evil.example/": "/", "http://evil.example/\\evil": "/",
            f"{base}/rooms/1": "/", f"{base}/docs": "/docs",
            f"{base}/problems/validation": "/problems/validation", f"{base}/docs/x": "/"}.items():
        answer = requests.get(f"{base}/me?guest=7", headers={"Referer": referer},
                              allow_redirects=False, timeout=10)
        assert (answer.status_code, answer.headers["Location"]) == (303, where), referer
    answer = requests.get(f"{base}/me?guest=7%3B+x&language=fr", allow_redirects=False, timeout=10)
    assert "Set-Cookie" not in answer.headers
