"""Guests and hosts at a browser: what they do on the pages, from the first to the last click."""

import contextlib

from actors import day, register_room, new_person


def comes_as(browser, guest=None, host=None):
    """Says who is there, as the form on top of each page does; (guest, host)."""
    guest, host = guest or new_person(), host or new_person()
    browser.open(f"/me?guest={guest}&host={host}")
    browser.await_path("/")
    return guest, host


def wishes(browser, room, first=10, nights=1, **fields):
    """Fills the form of a room and sends it."""
    browser.open(f"/room.html?id={room['id']}")
    browser.until(lambda: browser.all("#calendar:not([hidden])"), "the calendar")
    browser.fill(startDate=day(first), endDate=day(first + nights), **fields)
    browser.click("#book .send button")


def books(browser, room, first=10, nights=1, **fields):
    """Books a room; the number of the booking, whose page is shown then."""
    wishes(browser, room, first, nights, **fields)
    browser.await_path("/booking.html?id=")
    return int(browser.path.partition("id=")[2])


@contextlib.contextmanager
def without_pay(hotel):
    """pay is really stopped meanwhile."""
    hotel.stop("pay")
    try:
        yield
    finally:
        hotel.start("pay")


def offered(hotel, **fields):
    """A room of a host, registered by program."""
    return register_room(hotel, **{"name": "Sea view", "city": "Busan", "capacity": 3, **fields})
