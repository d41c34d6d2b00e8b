# SPDX-License-Identifier: MIT
"""The language of a page: the reader's choice, else Accept-Language by weight and order."""

import re

import pytest

PAGES = ("/", "/room.html?id=1", "/mypage.html", "/settings.html", "/nothing.html", "/nowhere")

WANTED = {
    "ja, ko;q=0.9, en;q=0.5": "ko",
    "en;q=0.1, ko": "ko",
    "ko;q=0, en": "en",
    "fr-FR, fr;q=0.9, ko-KR;q=0.8": "ko",
    "ko": "ko",
    "kok": "en",
    "*": "en",
    "en-US,en;q=0.9,ko;q=0.8": "en",
    "ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7": "ko",
    # Weights have up to three decimals, and 0.5 is 0.500.
    "ko;q=0.123, en;q=0.124": "en",
    "en;q=0.124, ko;q=0.123": "en",
    "en;q=0.5, ko;q=0.51": "ko",
    "en;q=0.51, ko;q=0.5": "en",
    "en;q=0.9, ko;q=0.909": "ko",
    "en;q=0.909, ko;q=0.91": "ko",
    "en;q=0.91, ko;q=0.909": "en",
    "en;q=0.001, ko;q=0.002": "ko",
    "en;q=0.999, ko;q=1.000": "ko",
    # The first of equals.
    "ko, en": "ko",
    "ko;q=0.5, en;q=0.500": "ko",
    "en;q=0.50, ko;q=0.5": "en",
    "ko;q=1.0, en": "ko",
    # A language with several ranges has the best of their weights.
    "en;q=0.2, ko-KR;q=0.1, ko;q=0.3": "ko",
    "ko;q=0.3, en;q=0.4, en-GB;q=0.1": "en",
    "ko;q=0, ko-KR;q=0.5, en;q=0.2": "ko",
    # Nothing that is refused, unless everything is.
    "ko;q=0": "en",
    "ko;q=0.000, *": "en",
    "en;q=0": "ko",
    "en;q=0, *": "ko",
    "en;q=0.0, ko;q=0.000": "en",
    # Spaces and letters of either case; what cannot be parsed does not count.
    " ko ; q=0.9 ,\ten ; q=0.8": "ko",
    "KO-kr;Q=0.9,EN;Q=0.8": "ko",
    "ko_KR, en;q=0.1": "en",
    "en;q=abc, ko;q=0.2": "ko",
    "ko;q=1.5, en;q=0.1": "en",
    "ko|en": "en",
    "xx;q=0.5, ko-Kore-KR;q=0.1": "ko",
    "eng, ko;q=0.1": "ko",
    "": "en",
    ", ".join(["fr;q=0.9"] * 15 + ["ko;q=0.1"]): "ko",
    ", ".join(["fr;q=0.9"] * 2000): "en",
}


def language(wire, path, **headers):
    answer = wire.get(path, Accept="text/html,*/*;q=0.8", **headers)
    assert answer.type == "text/html", answer
    return re.search('<html lang="([a-z]+)"', answer.text)[1]


@pytest.mark.parametrize("accepted", WANTED)
def test_the_accepted_language_with_the_highest_weight_is_shown(wire, accepted):
    if len(accepted) > 8000:  # nginx refuses longer headers
        accepted = accepted[:8000]
    assert language(wire, "/", Accept_Language=accepted) == WANTED.get(accepted, "en")


@pytest.mark.parametrize("accepted, cookie, wanted", [
    ("ja, ko;q=0.9, en;q=0.5", "", "ko"), ("en;q=0.124, ko;q=0.123", "", "en"), ("KO-kr;Q=0.9,EN;Q=0.8", "", "ko"),
    ("ko;q=0", "", None), ("en;q=0", "", None), ("kok", "", None), ("*", "", None), ("ja", "", None), ("", "", None),
    ("ko", "language=en", "en"), ("", "guest=42; language=ko; host=7", "ko"), ("en", "xlanguage=ko", "en"),
    ("en", "language=kok", "en"), ("ko", "language=", "ko"),
])
def test_a_program_is_told_the_language_that_is_wanted(wire, accepted, cookie, wanted):
    """Also that none is: the default of the messages is a setting of their program."""
    room = wire.ask("POST", "/rooms", b"price=1500", Accept_Language=accepted, Cookie=cookie)
    assert room.json["language"] == wanted


@pytest.mark.parametrize("path", PAGES)
def test_every_page_and_error_page_has_the_language(wire, path):
    assert language(wire, path, Accept_Language="ja, ko;q=0.9, en;q=0.5") == "ko"
    assert language(wire, path, Accept_Language="ko;q=0, en") == "en"
    assert language(wire, path) == "en"
    assert language(wire, path, Accept_Language="ko", Cookie="language=en") == "en"
    assert language(wire, path, Accept_Language="en", Cookie="language=ko") == "ko"
    assert language(wire, path, Accept_Language="ko", Cookie="language=fr") == "ko"
