# SPDX-License-Identifier: MIT
"""A browser gets a page for everything that nginx refuses, a program gets the problem."""

import datetime
import re

import pytest
from wire import Wire

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/nope", "/booking/1", "/nope.html", "/books1", "/rooms/1%2Fcalendar", "/app/"])
def test_a_wrong_path_is_a_page_for_browsers_in_both_languages(wire, path):
    for language, sentence in (("en", "does not exist"), ("ko", "없")):
        answer = wire.get(path, Accept=BROWSER, Accept_Language=language)
        assert (answer.status, answer.type) == (404, "text/html"), answer
        assert f'lang="{language}"' in answer.text and sentence in answer.text
        assert '<a href="/"' in answer.text and "default-src 'none'" in answer.header("content-security-policy")
        assert answer.header("cache-control") == "no-store" and answer.header("x-request-id")


OF_PROGRAMS = [
    "*/*", None, "application/json", "application/hal+json, application/problem+json",
    "application/json, text/html;q=0.9", "text/html;q=0", "image/png,*/*", "application/json, text/plain, */*",
    "text/html;q=0.8, application/json;q=0.81", "application/json;charset=utf-8, text/html;q=0.9", "text/htmlx",
    "text/html;q=4e300, application/json;q=0.001", "text/html;level=1;q=0.3, application/json;v=2;q=0.301",
]
OF_BROWSERS = [
    BROWSER, "text/html", "text/html, application/json;q=0.9", "TEXT/HTML",
    "application/json;q=0.1, text/html;q=0.11", "text/html, */*;q=0.1", "text/html;level=1;q=0.5, application/json;q=0.4",
    "application/json;v=2;q=0.3, text/html;q=0.301", "text/html ; level=1 , application/json",
]


@pytest.mark.parametrize("accept", OF_PROGRAMS)
def test_a_wrong_path_is_a_problem_for_programs(wire, accept):
    for path in ("/nope", "/nope.html", "/booking/1"):
        answer = wire.get(path, Accept=accept)
        assert (answer.status, answer.slug) == (404, "not-found"), answer


@pytest.mark.parametrize("accept", OF_BROWSERS)
def test_whoever_prefers_pages_gets_one(wire, accept):
    assert wire.get("/nope", Accept=accept).type == "text/html"


@pytest.mark.parametrize("accept, status", [(accept, 201) for accept in OF_PROGRAMS]
                         + [(accept, 303) for accept in OF_BROWSERS])
def test_a_form_leads_on_to_a_page_where_pages_are_preferred(wire, accept, status):
    """nginx and the programs agree, because the programs are told."""
    assert wire.ask("POST", "/rooms", b"price=1500", Accept=accept).status == status


@pytest.mark.parametrize("status, method, path, header", [
    (405, "POST", "/index.html", {}),
    (403, "POST", "/books", {"Sec_Fetch_Site": "cross-site"}),
    (403, "GET", "/me?guest=1", {"Sec_Fetch_Site": "cross-site"}),
    (417, "GET", "/", {"Expect": "x"}),
])
def test_other_refusals_are_pages_for_browsers_too(wire, status, method, path, header):
    answer = wire.ask(method, path, Accept=BROWSER, **header)
    assert (answer.status, answer.type) == (status, "text/html"), answer
    assert "<p>" in answer.text.partition('class="problem"')[2], "it says what is wrong"


def test_a_foreign_name_has_no_pages(wire):
    """Their files would come from that name as well."""
    assert wire.get("/", Accept=BROWSER, Host="evil.example").slug == "misdirected-request"


@pytest.mark.parametrize("query", ["sort=", "size=", "sort=&size=&q=&page=", "q=x&size=", "SIZE=5", "resize=1"])
def test_an_empty_parameter_of_a_search_is_none(wire, query):
    answer = wire.get(f"/?{query}", Accept=BROWSER)
    assert (answer.status, "problem" in answer.text.partition("<noscript>")[2]) == (200, False)


@pytest.mark.parametrize("asked, shown", [("show=all", "all"), ("show=cancelled", "cancelled"), ("", "upcoming"),
                                          ("show=allx", "upcoming"), ("show=", "upcoming")])
def test_the_pages_of_bookings_without_script_show_the_same_ones(wire, bookings, asked, shown):
    page = wire.get(f"/host-bookings.html?page=1&{asked}", Accept=BROWSER, Cookie=f"host={bookings}")
    assert f'"/host-bookings.html?page=0&amp;show={shown}&amp;sort=startDate"' in page.text


@pytest.fixture(scope="module")
def bookings(hotel):
    """The number of a host with two pages of bookings, and two of cancelled ones."""
    host, wire = 4711, Wire(hotel.port)
    room = wire.ask("POST", "/rooms", b"hostId=%d&price=1" % host).json["id"]
    first = datetime.date.today() + datetime.timedelta(days=30)
    for night in range(26):
        stay = [first + datetime.timedelta(days=night + more) for more in (0, 1)]
        book = wire.ask("POST", "/books", b"roomId=%d&startDate=%s&endDate=%s" % (
            room, *(str(day).encode() for day in stay)))
        assert book.status == 201, book
        if night % 2:
            assert wire.ask("POST", f"/books/{book.json['id']}/cancel").status == 200
    return host


def test_a_page_tells_its_script_what_the_server_knows(wire):
    """The limits of a booking, and what the hotel's clocks are called; texts have them too."""
    page = wire.get("/nope?problem=validation", Accept=BROWSER).text
    for told in ('data-timezone="Asia/Seoul"', 'data-zones="+09:00=KST"', 'data-nights-max="30"', 'data-days-ahead="365"'):
        assert told in page, told
    for cookie, text in (("en", "at most 30 nights"), ("ko", "최대 30박")):
        room = wire.get("/room.html?id=0&problem=stay.length", Accept=BROWSER, Cookie=f"language={cookie}").text
        assert "{nightsMax}" not in room


def test_the_number_of_a_new_host_tells_nothing_of_the_guest_s(wire):
    """Everybody sees the numbers of hosts. Both come from one random id of 32 letters and digits, which often has
    fewer digits than both together need: none of them may be in both."""
    shared = needy = 0
    for _ in range(300):
        page = wire.get("/nope", Accept=BROWSER)
        guest, host = re.search('data-guest="(\\d{9})" data-host="2(\\d{8})"', page.text).groups()
        digits = re.sub("^0+", "", re.sub("[a-f]", "", page.header("x-request-id")))
        missing = len(guest) + len(host) - len(digits)
        if missing > 0:
            needy += 1
            shared += guest[-missing:] == host[:missing]
    assert needy > 5 and shared < needy / 2
