# SPDX-License-Identifier: MIT
"""What guests and hosts do on the pages, shared by the tests."""

import contextlib

from actors import day, register_room, new_person


def sign_in(browser, guest=None, host=None):
    """Sets guest and host as the form at the top of each page does; returns both."""
    guest, host = guest or new_person(), host or new_person()
    browser.open(f"/me?guest={guest}&host={host}")
    browser.await_path("/")
    return guest, host


def send_booking(browser, room, first=10, nights=1, **fields):
    """Fills in the booking form of a room and sends it."""
    browser.open(f"/room.html?id={room['id']}")
    browser.until(lambda: browser.all("#calendar:not([hidden])"), "the calendar")
    browser.fill(startDate=day(first), endDate=day(first + nights), **fields)
    browser.click("#book .send button")


def book_room(browser, room, first=10, nights=1, **fields):
    """Books a room and waits for the page of the booking; returns its id."""
    send_booking(browser, room, first, nights, **fields)
    browser.await_path("/booking.html?id=")
    return int(browser.path.partition("id=")[2])


@contextlib.contextmanager
def without_pay(hotel):
    """Stops the payment service while the block runs."""
    hotel.stop("pay")
    try:
        yield
    finally:
        hotel.start("pay")


def offer_room(hotel, **fields):
    """Registers a room by the API and returns it."""
    return register_room(hotel, **{"name": "Sea view", "city": "Busan", "capacity": 3, **fields})
