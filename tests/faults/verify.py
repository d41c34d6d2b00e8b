# SPDX-License-Identifier: MIT
"""Compares what clients were told with the databases. Knows neither the checker nor the code of the services."""

import collections
import datetime

ACTIVE = ("Requested", "PaymentPending", "Booked")


def day(text):
    return datetime.date.fromisoformat(text)


class Facts:
    """The bookings, payments and nights as the databases have them."""

    def __init__(self, system):
        columns = ("id", "room_id", "guest_id", "start_date", "end_date", "price", "status")
        self.books = {int(row[0]): dict(zip(columns, row)) for row in system.rows(
            f"SELECT {', '.join(columns)} FROM hotel_book.book")}
        self.of_guest = collections.defaultdict(list)
        for book in self.books.values():
            self.of_guest[int(book["guest_id"])].append(book)
        self.nights = system.rows("SELECT room_id, night, book_id FROM hotel_book.night")
        self.payments = {int(row[0]): row[1:] for row in system.rows(
            "SELECT book_id, status, price FROM hotel_pay.payment")}


def nights_of(book):
    first, end = day(book["start_date"]), day(book["end_date"])
    return [(book["room_id"], str(first + datetime.timedelta(days=n))) for n in range((end - first).days)]


def of_nights(facts):
    """Each night of an active booking is its own, and nobody else has one."""
    sold = collections.defaultdict(list)
    for number, book in facts.books.items():
        if book["status"] in ACTIVE:
            for night in nights_of(book):
                sold[night].append(number)
    for night, owners in sold.items():
        if len(owners) > 1:
            yield f"room {night[0]}, night {night[1]} is sold to bookings {owners}"
    stored = {(room, night): [int(book)] for room, night, book in facts.nights}
    if stored != dict(sold):
        yield f"the table of nights differs in {sorted(set(stored) ^ set(sold))}"


def of_money(facts):
    """Money and bookings belong together."""
    for number, book in facts.books.items():
        status, price = facts.payments.get(number, (None, None))
        paid = status == "PayApproved"
        if paid != (book["status"] == "Booked"):
            yield f"booking {number} is {book['status']}, its payment {status}"
        if paid and price != book["price"]:
            yield f"booking {number} costs {book['price']}, {price} were paid"
    for number in facts.payments.keys() - facts.books.keys():
        yield f"a payment is of booking {number}, which does not exist"


def of_one_guest(guest, told, facts, cancelled):
    """What one guest was told is true, and the request had one effect."""
    books = facts.of_guest.get(guest, [])
    kept = [book for book in books if book["status"] != "Expired"]
    if len(kept) > 1:
        yield f"guest {guest} has bookings {[book['id'] for book in kept]} of one request"
    for status, problem, booking in told:
        if booking is not None:
            yield from of_booking(guest, status, booking, facts, cancelled)
        elif status in (402, 409) and problem in ("payment-declined", "room-taken") and any(
                book["status"] in ACTIVE for book in books) and not any(one[2] for one in told):
            yield f"guest {guest} was told {problem}, and has {books}"


def of_booking(guest, status, booking, facts, cancelled):
    """A 201 or a 202 that the guest was given."""
    now = facts.books.get(booking["id"])
    if now is None or int(now["guest_id"]) != guest or int(now["price"]) != booking["price"]:
        yield f"guest {guest} was given {booking}, and there is {now}"
    elif status == 201 and now["status"] not in ("Booked", "BookCanceled"):
        yield f"booking {booking['id']} was Booked and is {now['status']}"
    elif now["status"] == "BookCanceled" and booking["id"] not in cancelled:
        yield f"booking {booking['id']} was cancelled, and nobody asked for it"


def violations(system, journal):
    """Everything that is not as it was told, a sentence each."""
    facts = Facts(system)
    found = [*of_nights(facts), *of_money(facts)]
    for guest, told in journal.told.items():
        found += of_one_guest(guest, told, facts, journal.cancelled)
    return found
