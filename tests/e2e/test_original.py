# SPDX-License-Identifier: MIT
"""The original's command lines, character by character: all of its README that starts with http or siege.

Only the names of its hosts are replaced, because here all services have one address. By default some of
them are answered otherwise than there, on purpose; with --profile original they are answered as their
reader expects. docs/checklist.md says for each line which, and why.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import time

import pytest

from actors import day
from hotel import Hotel
from waiting import eventually

ROOM = "http POST http://room:8080/rooms price=1500"
BOOK = "http POST http://book:8080/books roomId=1 price=1000 startDate=20210505 endDate=20210508"
BOOKING = "http http://book:8080/books/1"
BOOK_2 = "http POST http://book:8080/books roomId=2 price=1500 startDate=20210505 endDate=20210508"
BOOK_3 = "http POST http://book:8080/books roomId=3 price=2000 startDate=20210505 endDate=20210508"
NOTIFICATIONS = "http http://alarm:8080/notifications"
SIEGE = (
    'siege -v -c255 -t180S -r10 --content-type "application/json" \'http://book:8080/books POST {"bookId":1, '
    '"roomId":1, "price":1000, "hostId":10, "guestId":10, "startDate":20200101, "endDate":20200103}\''
)
SIEGE_OF_ROOMS = "siege -c1 -t60S -v http://room:8080/rooms --delay=1S"
# These two are shown as pictures there.
PAYMENT = "http http://pay:8080/payments/1"
CANCEL = "http DELETE http://book:8080/books/1"

# siege may hang when its time is over, so its time is short here and it is ended from outside.
SIEGE_S = int(os.environ.get("ORIGINAL_SIEGE_S", "5"))
QUICKLY_S = 5.0  # half of what a request may take; there it was half a minute


class Reader:
    """Types the lines at a terminal."""

    def __init__(self, hotel, home):
        self.hotel = hotel
        self.home = home

    def words(self, line):
        here = f"http://127.0.0.1:{self.hotel.port}"
        return shlex.split(re.sub(r"http://(room|book|pay|alarm):8080", here, line))

    def types(self, line):
        """(status, body) of an answer to a line of httpie."""
        program, *arguments = self.words(line)
        done = subprocess.run([program, "--ignore-stdin", "--print=hb", *arguments], capture_output=True,
                              text=True, timeout=30, env={**os.environ, "HOME": str(self.home)})  # fmt: skip
        head, _, body = done.stdout.partition("\n\n")
        assert head.startswith("HTTP/1.1 "), done
        return int(head.split()[1]), json.loads(body)

    def besieges(self, line):
        """{status: number of answers} of a line of siege, whose time is SIEGE_S here."""
        words = [re.sub(r"^-t\d+S$", f"-t{SIEGE_S}S", word) for word in self.words(line)]
        printed = self.home / "siege"
        with open(printed, "w") as output:
            siege = subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                     env={**os.environ, "HOME": str(self.home)})  # fmt: skip
            try:
                siege.wait(SIEGE_S + 10)
            except subprocess.TimeoutExpired:
                siege.send_signal(signal.SIGKILL)
                siege.wait()
        statuses = re.findall(r"HTTP/1\.1 (\d+)", printed.read_text(errors="replace"))
        return {int(status): statuses.count(status) for status in set(statuses)}


@pytest.fixture
def reader(tmp_path):
    """A reader of the original with a new system, as its numbers begin with 1."""
    (tmp_path / ".siege").mkdir()
    # As siege was at the time: one line for each answer.
    (tmp_path / ".siege" / "siege.conf").write_text("verbose = true\njson_output = false\nlogging = false\n")
    hotel = Hotel()
    try:
        yield Reader(hotel, tmp_path)
        hotel.check()
    finally:
        hotel.down()


def up(reader, *arguments):
    reader.hotel.command("up", *arguments, settings={"HOTEL_PORT": str(reader.hotel.port)})


def test_with_the_profile_original_its_lines_are_answered_as_its_reader_expects(reader):
    up(reader, "--profile", "original")
    up(reader)  # recorded
    for _ in range(3):
        assert reader.types(ROOM)[0] == 201

    status, book = reader.types(BOOK)
    assert status == 201, book
    assert (book["id"], book["status"]) == (1, "Booked")
    assert (book["startDate"], book["endDate"]) == ("2021-05-05", "2021-05-08")
    assert book["price"] == 4500  # of the server: three nights of 1500
    assert reader.types(BOOKING)[1]["status"] == "Booked"

    # The payment service is taken down for a while: #Fail, #Fail; and back: #Success, #Success.
    reader.hotel.stop("pay")
    for line in (BOOK_2, BOOK_3):
        begin = time.monotonic()
        status, answer = reader.types(line)
        assert time.monotonic() - begin < QUICKLY_S
        assert (status, answer["type"]) == (503, "/problems/payment-unavailable"), answer
    reader.hotel.start("pay")
    booked = [reader.types(line) for line in (BOOK_2, BOOK_3)]
    assert [status for status, _ in booked] == [201, 201], booked

    # The same nights are not sold again, as they were there. The bookings before are cancelled first.
    assert reader.types(BOOK_2)[0] == 409
    for _, book in booked:
        status, canceled = reader.types(CANCEL.replace("/1", f"/{book['id']}"))
        assert (status, canceled["status"]) == (200, "BookCanceled"), canceled

    # Alarm is taken down: #Success, #Success; its list cannot be read until it is back.
    reader.hotel.stop("alarm")
    assert [reader.types(line)[0] for line in (BOOK_2, BOOK_3)] == [201, 201]
    assert reader.types(NOTIFICATIONS)[0] == 503
    reader.hotel.start("alarm")

    def told():
        status, answer = reader.types(NOTIFICATIONS)
        return status == 200 and answer["page"]["totalElements"] > 0

    eventually(told, what="the notifications are there")

    # Cancelling a booking finds exactly its payment.
    assert reader.types(PAYMENT)[1]["status"] == "PayApproved"
    assert reader.types(CANCEL)[0] == 200
    eventually(lambda: reader.types(PAYMENT)[1]["status"] == "PayCanceled", what="the payment is cancelled")

    # One room, one stay, 255 clients: one booking, and all others are told that the nights are taken.
    answers = reader.besieges(SIEGE)
    assert answers.get(201) == 1 and set(answers) <= {201, 409}, answers
    assert answers[409] > 255, answers
    assert reader.hotel.count("SELECT COUNT(*) FROM hotel_book.book WHERE start_date = '2020-01-01'") == 1
    assert set(reader.besieges(SIEGE_OF_ROOMS)) == {200}


def test_by_default_each_of_its_lines_is_answered_as_the_checklist_says(reader):
    done = reader.hotel.command("up", "--profile", "nonsense", expect=2)
    assert "unknown profile: nonsense; there are: original" in done.stderr, done
    up(reader)
    for _ in range(3):
        assert reader.types(ROOM)[0] == 201
    status, answer = reader.types(BOOK)
    assert status == 422, answer
    assert {fault["code"] for fault in answer["errors"]} == {"date.past"}
    ahead = {"20210505": day(10), "20210508": day(13)}
    today = re.sub(r"2021050\d", lambda date: ahead[date[0]], BOOK)
    status, answer = reader.types(today)
    assert (status, answer["type"]) == (409, "/problems/price-changed"), answer
    assert "3 nights x 1500 = 4500; you sent 1000" in answer["detail"]
    status, book = reader.types(today.replace("price=1000 ", ""))
    assert (status, book["id"]) == (201, 1)
    assert reader.types(BOOKING)[1]["status"] == "Booked"

    reader.hotel.stop("pay")
    line = re.sub(r"2021050\d", lambda date: ahead[date[0]], BOOK_2).replace("price=1500", "price=4500")
    status, held = reader.types(line)
    assert (status, held["status"]) == (202, "PaymentPending"), held
    reader.hotel.start("pay")
    mine = BOOKING.replace("/1", f"/{held['id']}")
    eventually(lambda: reader.types(mine)[1]["status"] == "Booked", what="it is booked by itself")

    assert reader.types(CANCEL)[0] == 200
    eventually(lambda: reader.types(PAYMENT)[1]["status"] == "PayCanceled", what="the payment is cancelled")
    assert set(reader.besieges(SIEGE)) == {422}
    assert reader.types(NOTIFICATIONS)[0] == 200
