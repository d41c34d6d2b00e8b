# SPDX-License-Identifier: MIT
"""The Back button: what somebody typed into a public form is still there, and a page with data of somebody
is asked for again once somebody else uses the browser."""

import pytest
from actors import new_person, register_room


@pytest.mark.parametrize("script", [True, False])
def test_back_to_a_form_of_a_public_page_keeps_what_was_typed(hotel, browsers, script):
    room = register_room(hotel)
    browser = browsers() if script else browsers(script=False)
    browser.forget()
    browser.open(f"/room.html?id={room['id']}")
    browser.until(lambda: browser.find("main [name=email]").is_displayed(), "the form is there")
    browser.fill(email="mina@example.com")
    browser.open("/docs")
    browser.driver.back()
    browser.await_path("/room.html")
    browser.until(lambda: browser.find("main [name=email]").get_attribute("value") == "mina@example.com", "it is kept")


@pytest.mark.parametrize("script", [True, False])
def test_back_to_a_page_of_somebody_else_shows_nothing_of_theirs(hotel, browsers, script):
    before, now = new_person(), new_person()
    for person in (before, now):
        answer = hotel.web.put("/notifications/settings", recipientId=person, email=f"of-{person}@example.com")
        assert answer.status == 200, answer
    browser = browsers() if script else browsers(script=False)
    browser.forget()
    browser.open(f"/me?guest={before}")
    browser.open("/settings.html")
    browser.until(lambda: shown(browser) == f"of-{before}@example.com", "the settings")
    browser.open(f"/me?guest={now}")
    browser.driver.back()
    browser.await_path("/settings.html")
    browser.until(lambda: shown(browser) == f"of-{now}@example.com", "the page was asked for again")
    browser.fill(email="last@example.com")
    browser.click("main form button")
    browser.until(lambda: hotel.web.get("/notifications/settings", recipientId=now).json["email"] == "last@example.com",
                  "its form works")


def shown(browser):
    return browser.find("main [name=email]").get_attribute("value")
