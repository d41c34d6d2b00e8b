# SPDX-License-Identifier: MIT
"""A guest and a host with HOTEL_AUTH=on and the keyboard alone: signing in where it is needed, and back again."""

import pathlib
import re
import sys
import uuid

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / "e2e")]

from actors import day  # noqa: E402  (it needs the path above)
from conftest import fresh  # noqa: E402
from waiting import eventually  # noqa: E402

PASSWORD = "four plain words here"
TABS = 60  # more than any page has places
WORDS = {
    "en-US": {"signed out": "You are signed out", "ended": "Sign in again", "expired": "nothing was sent", "host": "Your room is now offered"},
    "ko-KR": {"signed out": "로그아웃했습니다", "ended": "다시 로그인하기", "expired": "요청을 보내지 않았습니다", "host": "객실이 등록되었습니다"},
}  # fmt: skip


@pytest.fixture(scope="module")
def accounts(hotel):
    """The system with accounts, and afterwards without."""
    hotel.up(HOTEL_AUTH="on")
    yield hotel
    hotel.up(HOTEL_AUTH="off")


class Typist:
    """Somebody who has a keyboard and nothing else. Each page that is passed is checked by axe."""

    def __init__(self, hotel, browser, words, checkers):
        self.hotel, self.browser, self.words, self.checkers = hotel, browser, words, checkers
        self.found = {}

    def press(self, *keys):
        ActionChains(self.browser.driver).send_keys(*keys).perform()

    def has_focus(self, selector):
        script = "return document.activeElement.matches(arguments[0])"
        return self.browser.driver.execute_script(script, selector)

    def go(self, selector):
        """Tab by tab, until this has the focus."""
        self.browser.until(lambda: self.browser.find(selector).is_displayed(), selector)
        for _ in range(TABS):
            if self.has_focus(selector):
                return
            self.press(Keys.TAB)
        raise AssertionError(f"{selector} of {self.browser.path} is not reached by the keyboard")

    def enter(self, selector, text):
        self.go(selector)
        self.press(text)

    def follow(self, selector, path):
        self.go(selector)
        self.press(Keys.ENTER)
        self.passes(path)

    def passes(self, path):
        self.browser.await_path(path)
        self.found[path] = self.checkers.violations(self.browser)

    def sign_in(self, email, password, path):
        self.enter("#email", email)
        self.enter("#password", password)
        self.press(Keys.ENTER)
        self.passes(path)

    def sign_out(self):
        self.follow("header .own", "/account.html")
        self.follow("form[action='/tokens/delete'] button", "/signin.html?status=Saved")
        self.browser.await_text(self.words["signed out"])
        assert self.browser.driver.execute_script("return sessionStorage.length") == 0
        assert not self.browser.driver.get_cookie("session") and self.browser.driver.get_cookie("guest")

    def lose_session(self):
        """As if it had ended by itself."""
        self.browser.driver.delete_cookie("session")

    def leaves_nothing_to_complain_about(self):
        assert not any(self.found.values()), self.found


@pytest.fixture(params=sorted(WORDS))
def typist(accounts, browsers, checkers, request):
    for browser in fresh(browsers(language=request.param)):
        yield Typist(accounts, browser, WORDS[request.param], checkers)


def new_room(hotel):
    token = hotel.command("token", "host").stdout.strip()
    answer = hotel.web.post("/rooms", {"Authorization": f"Bearer {token}"}, name=f"Cove {uuid.uuid4().hex[:8]}", price=1500)
    assert answer.status == 201, answer
    return answer.json


def test_a_guest_signs_in_to_book_and_is_back_at_the_room_each_time(accounts, typist):
    browser, room = typist.browser, new_room(accounts)
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    assert accounts.web.post("/accounts", email=email, password=PASSWORD).status == 201
    path = f"/room.html?id={room['id']}&startDate={day(10)}&endDate={day(12)}"
    browser.open(path)
    browser.until(lambda: browser.all("#calendar:not([hidden])"), "the calendar")
    typist.follow("#optional a", "/signin.html")
    typist.sign_in(email, "a wrong password", "/signin.html?problem=unauthorized")
    typist.sign_in(email, PASSWORD, path)
    typist.enter("#contact", "Mina Kim")
    typist.lose_session()
    typist.follow("#book .send button", path)
    browser.await_text(typist.words["ended"], "#book")
    typist.follow("#book [role=alert] a", "/signin.html?status=Expired")
    browser.await_text(typist.words["expired"])
    typist.sign_in(email, PASSWORD, path)
    assert browser.find("#contact").get_attribute("value") == "Mina Kim", "what was entered is there again"
    typist.follow("#book .send button", "/booking.html?id=")
    typist.go("#actions .danger")
    typist.press(Keys.ENTER)
    typist.go("dialog button[value=yes]")
    typist.press(Keys.ENTER)
    browser.until(lambda: browser.all("#state.BookCanceled"), "the booking is cancelled")
    typist.sign_out()
    browser.open("/mypage.html")
    typist.sign_in(email, PASSWORD, "/mypage.html")
    eventually(lambda: browser.all("#bookings li") or browser.driver.refresh(), what="the booking is listed")
    typist.leaves_nothing_to_complain_about()


def test_a_host_signs_in_and_registers_a_room(accounts, typist):
    browser = typist.browser
    said = (accounts.state / "secrets" / "demo-host").read_text()
    password = re.search(r"^password: +(\S+)$", said, re.M)[1]
    browser.open("/host.html")
    typist.sign_in("host@demo.example", password, "/host.html")
    name = f"Pine {uuid.uuid4().hex[:8]}"
    typist.enter("#name", name)
    typist.enter("#amount", "1500")
    typist.press(Keys.ENTER)
    browser.await_text(typist.words["host"])
    browser.await_text(name, "#rooms")
    typist.follow("#rooms a", "/host-room.html?id=")
    typist.follow("nav a[href='/host-bookings.html']", "/host-bookings.html")
    typist.sign_out()
    typist.leaves_nothing_to_complain_about()
