#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
screenshots - takes the README's pictures, docs/screenshots/*.png, from a system of its own.

Run it by hand after the pages have changed, and look at the pictures.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e"), str(HERE.parent / "openapi")]

from actors import await_mypage, booked, cancel, day, register_room  # noqa: E402
from chromium import PHONE, Browser  # noqa: E402
from hotel import Hotel  # noqa: E402
from people import book_room, sign_in, send_booking, without_pay  # noqa: E402

TARGET = HERE.parents[1] / "docs" / "screenshots"
GUEST, HOST = 7, 3


def furnish(hotel):
    """Registers rooms and makes bookings of a guest; returns the first room."""
    sea, *others = [register_room(hotel, hostId=HOST, **fields) for fields in (
        {"name": "Sea view", "city": "Busan", "capacity": 3, "price": 85000,
         "description": "Two windows to the sea, a kettle and a balcony. Breakfast until ten."},
        {"name": "북촌 한옥", "city": "서울", "capacity": 4, "price": 120000,
         "description": "마당이 있는 조용한 한옥입니다."},
        {"name": "Garden room", "city": "Jeju", "capacity": 2, "price": 64000,
         "description": "Ground floor, tangerine trees in front of the door."},
        {"name": "Loft by the river", "city": "Seoul", "capacity": 2, "price": 98000,
         "description": "Under the roof, with a view of the bridges."})]
    booked(hotel, sea, first=5, nights=2)
    booked(hotel, sea, first=12, nights=3)
    for room, first, name in ((others[0], 20, "김하나"), (others[1], 30, "김하나")):
        last = booked(hotel, room, first, 2, guestId=GUEST, name=name)
    cancel(hotel, last)
    await_mypage(hotel, last, payStatus="PayCanceled")
    return sea


def take(browser, name, within=1600):
    """Takes the whole page, up to a height."""
    width = browser.driver.execute_script("return innerWidth")
    height = browser.driver.execute_script("return document.documentElement.scrollHeight")
    browser.size((width, min(height, within)))
    browser.driver.execute_script("scrollTo(0, 0)")
    browser.screenshot(TARGET / f"{name}.png")


def in_english(hotel, base, room):
    browser = Browser(base)
    try:
        sign_in(browser, GUEST, HOST)
        browser.size((1000, 700))
        browser.open(f"/?startDate={day(8)}&endDate={day(10)}&guests=2")
        browser.await_text("4 free rooms", "#found")
        take(browser, "search")
        send_booking(browser, room, first=12, nights=2, guests=2, name="Kim Hana", email="hana@example.com")
        browser.await_text("Available instead", "#instead")
        browser.size((960, 700))
        take(browser, "taken", within=1000)
        browser.size(PHONE)
        with without_pay(hotel):
            book_room(browser, room, first=20, nights=2, name="Kim Hana", guests=2)
            browser.await_text("Not booked yet", "#timeline")
            take(browser, "pending")
        browser.until(lambda: browser.text("#state") == "Booked", "Booked", within=30)
    finally:
        browser.close()


def in_korean(base):
    browser = Browser(base, language="ko-KR")
    try:
        sign_in(browser, GUEST, HOST)
        browser.size(PHONE)
        browser.open("/mypage.html")
        browser.await_text("환불 완료", "#bookings")
        take(browser, "mypage", within=1000)
    finally:
        browser.close()


def main():
    TARGET.mkdir(exist_ok=True)
    hotel = Hotel()
    try:
        hotel.up(HOTEL_BREAKER_OPEN_MS="1000")
        base = f"http://127.0.0.1:{hotel.port}"
        in_english(hotel, base, furnish(hotel))
        in_korean(base)
    finally:
        hotel.down()


if __name__ == "__main__":
    main()
