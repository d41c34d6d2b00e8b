# SPDX-License-Identifier: MIT
"""Accounts on the pages, without JavaScript: signing up, in and out, sessions, passwords, second factor."""

import sys
import uuid
import pathlib

import pytest
import requests
from chromium import DESKTOP, PHONE

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / "e2e")]

from actors import stay  # noqa: E402  (it needs the path above)
from one_time_codes import code_of  # noqa: E402
from people import offer_room  # noqa: E402
from waiting import eventually  # noqa: E402

PASSWORD = "four plain words here"
OTHER = "five other plain words"


@pytest.fixture
def email():
    return f"{uuid.uuid4().hex[:12]}@example.org"


def sign_up(browser, email, password=PASSWORD):
    browser.open("/signup.html")
    browser.fill(email=email, name="Mina <b>Kim</b>", password=password)
    browser.click("#signup .send button")
    browser.await_path("/signup.html?")


def sign_in(browser, email, password=PASSWORD, otp=""):
    browser.open("/signin.html")
    browser.fill(email=email, password=password, otp=otp)
    browser.click("#signin .send button")


def test_who_signs_up_signs_in_and_out(scriptless, email):
    sign_up(scriptless, email)
    scriptless.await_text("Your account is ready")
    sign_in(scriptless, email, "a wrong password")
    scriptless.await_path("/signin.html?")
    scriptless.await_text("E-mail, password or code are wrong")
    sign_in(scriptless, email)
    scriptless.await_path("/account.html?")
    assert "Mina <b>Kim</b>" in scriptless.text() and email in scriptless.text()
    assert not any(secret in scriptless.driver.current_url for secret in (PASSWORD, "token", email))
    scriptless.click("form[action='/tokens/delete'] button")
    scriptless.await_path("/signin.html?")
    scriptless.await_text("You are signed out")
    scriptless.open("/account.html")
    scriptless.await_text("You are not signed in")


def test_an_email_with_an_account_and_a_common_password_are_explained(scriptless, email):
    sign_up(scriptless, email)
    sign_up(scriptless, email, OTHER)
    scriptless.await_text("This e-mail has an account already")
    sign_up(scriptless, f"x{email}", "password1")
    scriptless.await_text("Please check these fields")
    assert "Password" in scriptless.text() and "password1" not in scriptless.driver.current_url


def test_name_language_and_password_are_changed(scriptless, email):
    sign_up(scriptless, email)
    sign_in(scriptless, email)
    scriptless.await_path("/account.html?")
    scriptless.fill(name="Hana", language="ko")
    scriptless.click("#details .send button")
    scriptless.await_text("Saved.")
    assert "Hana" in scriptless.text()
    scriptless.fill(oldPassword="a wrong password", newPassword=OTHER)
    scriptless.click("#password .send button")
    scriptless.await_text("This is not your present password")
    scriptless.fill(oldPassword=PASSWORD, newPassword=OTHER)
    scriptless.click("#password .send button")
    scriptless.await_text("Saved.")
    sign_in(scriptless, email, OTHER)
    scriptless.await_path("/account.html?")


def test_sessions_are_shown_and_ended(hotel, scriptless, email):
    sign_up(scriptless, email)
    assert hotel.web.post("/tokens", grant_type="password", email=email, password=PASSWORD).status == 200
    sign_in(scriptless, email)
    scriptless.await_path("/account.html?")
    assert len(scriptless.all("#sessions li")) == 2 and len(scriptless.all("#sessions .badge")) == 1
    scriptless.click("form[action='/accounts/me/sessions/delete'] button")
    scriptless.await_text("Saved.")
    assert len(scriptless.all("#sessions li")) == 1
    scriptless.click("#sessions form button")
    scriptless.await_text("You are not signed in")


def test_a_second_factor_is_set_up_and_removed(scriptless, email):
    sign_up(scriptless, email)
    sign_in(scriptless, email)
    scriptless.await_path("/account.html?")
    scriptless.open("/second-factor.html")
    scriptless.fill(password=PASSWORD)
    scriptless.click("#set-up .send button")
    scriptless.until(lambda: scriptless.all("#key"), "the key")
    secret = scriptless.find("#key").text
    recovery = [item.text for item in scriptless.all("#recovery li")]
    assert len(recovery) == 10 and len(set(recovery)) == 10
    scriptless.fill(otp=code_of(secret))
    scriptless.click("#confirm .send button")
    scriptless.await_path("/account.html?")
    sign_in(scriptless, email)
    scriptless.await_text("E-mail, password or code are wrong")
    sign_in(scriptless, email, otp=recovery[0])
    scriptless.await_path("/account.html?")
    scriptless.find("#factor-password").send_keys(PASSWORD)
    scriptless.find("#factor-otp").send_keys(recovery[1])
    scriptless.click("#factor-off .send button")
    scriptless.await_text("Saved.")
    assert not scriptless.all("#factor-off")


def test_earlier_bookings_are_brought_into_the_account(hotel, english, checkers, email):
    room = offer_room(hotel, name="Cedar room")
    made = hotel.web.post("/books", roomId=room["id"], name="Mina Kim", email=email, **stay(10)).json
    assert made["guestId"] == 0 and made["accessKey"]
    sign_up(english, email)
    sign_in(english, email)
    english.await_path("/account.html?")
    assert not english.all("form[action='/books/claims']"), "the e-mail is not verified"
    hotel.rows(f"UPDATE hotel_account.account SET verified = TRUE WHERE email = '{email}'")
    sign_in(english, email)
    english.await_path("/account.html?")
    assert not checkers.violations(english)
    english.click("form[action='/books/claims'] button")
    english.await_path("/mypage.html?claimed=1")
    english.await_text("Your earlier bookings are in your account now")
    assert not checkers.violations(english)

    def listed():
        english.open("/mypage.html")
        return english.await_text("Cedar room", within=2)

    eventually(listed, what="the booking is in the list")
    english.open("/account.html")
    english.click("form[action='/books/claims'] button")
    english.await_text("There are no other bookings with your e-mail address")


def test_the_email_is_changed_by_the_link_that_was_sent_to_it(hotel, scriptless, email):
    new, token = f"new-{email}", "a" * 43
    sign_up(scriptless, email)
    sign_in(scriptless, email)
    scriptless.await_path("/account.html?")
    scriptless.fill(email=new)
    scriptless.find("#email-password").send_keys(OTHER)
    scriptless.click("#email-change .send button")
    scriptless.await_text("This is not your present password")
    scriptless.fill(email=new)
    scriptless.find("#email-password").send_keys(PASSWORD)
    scriptless.click("#email-change .send button")
    scriptless.await_path("/account.html?status=EmailAsked")
    scriptless.await_text("a mail with a link is on its way")
    hotel.rows(f"UPDATE hotel_account.email_change SET hash = SHA2('{token}', 256), sent_at = UTC_TIMESTAMP(3)"
               f" WHERE email = '{new}'")
    scriptless.open(f"/email.html?token={token}")
    scriptless.click("#email .send button")
    scriptless.await_text("The e-mail address of your account is changed")
    scriptless.open("/account.html")
    assert new in scriptless.text()
    scriptless.open(f"/email.html?token={token}")
    scriptless.click("#email .send button")
    scriptless.await_text("older than 30 minutes")


PAGES = ("/signin.html", "/signup.html", "/reset.html", f"/reset.html?token={'a' * 43}",
         f"/verify.html?token={'a' * 43}", f"/email.html?token={'a' * 43}", "/account.html", "/signin.html?problem=unauthorized", "/signin.html?status=Expired")
OF_AN_ACCOUNT = ("/account.html?status=Saved", "/second-factor.html", "/leave.html")


def test_pages_say_what_an_account_lacks_and_how_to_get_it(english, checkers, email):
    sign_up(english, email)
    sign_in(english, email)
    english.await_path("/account.html?")
    english.open("/host.html")
    english.await_text("Become a host", "#become")
    assert not english.all("#register") and email in english.text()
    assert checkers.violations(english) == []
    english.open("/settings.html")
    english.until(lambda: not english.find("#unconfirmed").is_displayed(), "nothing is to be confirmed")
    english.fill(email=f"other.{email}")
    english.click("#settings button")
    english.await_text("is not confirmed", "#unconfirmed")
    assert f"The address of your account, {email}" in english.text("#unconfirmed")
    assert checkers.violations(english) == []
    english.click("#unconfirmed button")
    english.await_path("/account.html?")


def test_account_pages_are_accessible_and_fit_a_phone(korean, checkers, email):
    sign_up(korean, email)
    found = {}

    def look(page):
        korean.open(page)
        assert korean.find("h1").text and korean.driver.execute_script("return document.documentElement.lang") == "ko"
        found[page] = checkers.violations(korean)
        korean.size(PHONE)
        assert korean.driver.execute_script("return document.documentElement.scrollWidth") <= PHONE[0], page
        korean.size(DESKTOP)

    for page in PAGES:
        look(page)
    sign_in(korean, email)
    korean.await_path("/account.html?")
    for page in OF_AN_ACCOUNT:
        look(page)
    assert not any(found.values()), found


def test_account_pages_are_valid_html_as_they_are_sent(hotel, checkers, email, tmp_path):
    session = requests.Session()
    base = f"http://127.0.0.1:{hotel.port}"
    hotel.web.post("/accounts", email=email, password=PASSWORD)
    sent = {f"{number}.html": session.get(base + page).text for number, page in enumerate(PAGES)}
    answer = session.post(f"{base}/tokens", data={"grant_type": "password", "email": email, "password": PASSWORD})
    assert answer.status_code == 200 and "session" in session.cookies
    for number, path in enumerate(OF_AN_ACCOUNT):
        page = session.get(f"{base}{path}")
        assert page.status_code == 200
        sent[f"own-{number}.html"] = page.text
    html = {"Accept": "text/html"}
    shown = session.post(f"{base}/accounts/me/second-factor", data={"password": PASSWORD}, headers=html)
    assert shown.status_code == 200 and "id=\"key\"" in shown.text
    assert shown.headers["Cache-Control"] == "no-store", "what is shown once is kept nowhere"
    sent["shown.html"] = shown.text
    assert not (found := checkers.errors(tmp_path, sent)), found
