# SPDX-License-Identifier: MIT
"""Forms have amounts as people write them, in a currency with decimals; test_host.py has one without."""

import pytest

from actors import booked, new_person
from chromium import Browser
from hotel import Hotel
from people import sign_in


@pytest.fixture(scope="module")
def euros():
    made = Hotel()
    try:
        made.up(HOTEL_CURRENCY="EUR")
        yield made
    finally:
        made.down()


@pytest.fixture(params=["en-US", "ko-KR"])
def browser(request, euros):
    made = Browser(f"http://127.0.0.1:{euros.port}", language=request.param)
    yield made
    made.close()


def test_a_host_writes_and_reads_prices_with_decimals(euros, browser):
    _, host = sign_in(browser)
    browser.open("/host.html")
    assert "(EUR)" in browser.text("label[for=amount]")
    browser.fill(name="Sea view", amount="15,00")
    browser.click("#register button")
    browser.await_text("45.00", "#register .fault")
    browser.fill(amount="1,015.50")
    browser.click("#register button")
    browser.await_text("€1,015.50", "#rooms")
    (room,) = euros.web.get("/rooms", role="host", hostId=host).items()
    assert (room["price"], room["currency"]) == (101550, "EUR")
    browser.click("#rooms a")
    browser.until(lambda: browser.find("#amount").get_attribute("value") == "1015.50", "the price with decimals")
    browser.fill(amount="15")
    browser.click("#change .send button")
    browser.until(lambda: browser.find("#amount").get_attribute("value") == "15.00", "as it was saved")
    assert euros.web.get(f"/rooms/{room['id']}").json["price"] == 1500
    book = booked(euros, room, nights=3, guestId=new_person())
    browser.open(f"/host-room.html?id={room['id']}")
    browser.await_text(f"€{book['price'] / 100:,.2f}", "#affected")
