# SPDX-License-Identifier: MIT
"""A browser gets a page for everything that nginx refuses, a program gets the problem."""

import pytest

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/nope", "/booking/1", "/nope.html", "/books1", "/rooms/1%2Fcalendar", "/app/"])
def test_a_wrong_path_is_a_page_for_browsers_in_both_languages(wire, path):
    for language, sentence in (("en", "does not exist"), ("ko", "없")):
        answer = wire.get(path, Accept=BROWSER, Accept_Language=language)
        assert (answer.status, answer.type) == (404, "text/html"), answer
        assert f'lang="{language}"' in answer.text and sentence in answer.text
        assert '<a href="/"' in answer.text and "default-src 'none'" in answer.header("content-security-policy")
        assert answer.header("cache-control") == "no-store" and answer.header("x-request-id")


@pytest.mark.parametrize("accept", ["*/*", None, "application/json", "application/hal+json, application/problem+json",
                                    "application/json, text/html;q=0.9", "text/html;q=0", "image/png,*/*",
                                    "application/json, text/plain, */*", "text/html;q=0.8, application/json;q=0.81"])
def test_a_wrong_path_is_a_problem_for_programs(wire, accept):
    for path in ("/nope", "/nope.html", "/booking/1"):
        answer = wire.get(path, Accept=accept)
        assert (answer.status, answer.slug) == (404, "not-found"), answer


@pytest.mark.parametrize("accept", ["text/html", "text/html, application/json;q=0.9", "TEXT/HTML",
                                    "application/json;q=0.1, text/html;q=0.11", "text/html, */*;q=0.1"])
def test_whoever_prefers_pages_gets_one(wire, accept):
    assert wire.get("/nope", Accept=accept).type == "text/html"


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
