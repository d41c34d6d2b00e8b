# SPDX-License-Identifier: MIT
"""The text catalogues have the same keys in both languages, and every key that is used."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HTML = ROOT / "nginx" / "html"
ENTRY = re.compile(r'^\t"([^"]+)": "(.+)",$', re.MULTILINE)
WORD = re.compile(r"\{\w+\}")
ANY_TEXT = r'"((?:[^"\\]|\\.)+)"'


def catalogue(language):
    return dict(ENTRY.findall((HTML / "text" / f"{language}.js").read_text(encoding="utf-8")))


KO, EN = catalogue("ko"), catalogue("en")


def sources(*patterns):
    return "\n".join(path.read_text(encoding="utf-8") for pattern in patterns
                     for path in sorted(ROOT.glob(pattern)))


def test_both_languages_have_the_same_keys_and_placeholders():
    assert KO.keys() == EN.keys() and len(EN) > 200
    for key in EN:
        assert set(WORD.findall(KO[key])) <= set(WORD.findall(EN[key])), key


def test_limits_are_named_and_not_repeated():
    """Of how many nights and days ahead can be booked: lib/domain/stay.h has the numbers, and nginx tells pages."""
    scripts = sources("nginx/html/app/*.js", "nginx/html/text/*.js", "nginx/html/*.html", "nginx/html/fragments/*.html")
    assert re.findall(r"\b(?:30|365)(?=박|일| nights| days|;)", scripts) == []
    assert EN["fault.stay.length"].count("{nightsMax}") == EN["fault.date.far"].count("{daysAhead}") == 1


def test_every_line_of_a_catalogue_is_an_entry():
    for language, texts in (("ko", KO), ("en", EN)):
        lines = (HTML / "text" / f"{language}.js").read_text(encoding="utf-8").split("\n")
        entries = [line for line in lines if line.startswith("\t")]
        assert len(entries) == len(texts), language


def test_korean_texts_are_korean():
    same = {key for key in EN if KO[key] == EN[key]}
    assert same == {"room.sum"}, "only the sum has no words"


def keys_of(templates):
    """The keys that the commands of templates name (ops/lib/pages.awk)."""
    for command, *words in (found.split() for found in re.findall(r"\{\{([^{}]+)\}\}", templates)):
        if command == "count":
            yield from (f"{words[0]}.1", f"{words[0]}.n")
        elif command in ("each", "paragraph", "list"):
            yield from [key for key in EN if key.startswith(f"{words[0]}.")] or [f"{words[0]}.?"]
        elif command not in ("include", "value", "date", "moment", "problem", "rows"):
            yield command


def test_every_key_that_pages_and_scripts_use_exists():
    named = keys_of(sources("nginx/html/*.html", "nginx/html/parts/*.html", "nginx/html/fragments/*.html"))
    named = list(named)
    named += re.findall(r'\btext\("([^"]+)"', sources("nginx/html/app/*.js"))
    named += re.findall(r'(?:confirm|say)\w*(?:: |\()"([a-z]+\.[a-z.]+)"', sources("nginx/html/app/*.js"))
    assert len(named) > 150 and not (missing := set(named) - EN.keys()), missing


@pytest.mark.parametrize("prefix, source, pattern", [
    ("fault", ("fcgi/**/*.c", "lib/domain/**/*.c", "lib/app/**/*.c", "lib/adapters/json/*.c"),
     r'(?:faults_add\([^,;]*,|response_fault\([^,;]*,|fault\(slot,|response_fault\(\s*res,)\s*(?:"/[^"]*"[^,]*,\s*)?"([a-z]+(?:\.[a-z]+)*)"'),
    ("problem", ("fcgi/problem.c",), r'(?:PROBLEM|LATER)\(\d+,\s*"([a-z-]+)"'),
    ("status", ("lib/domain/**/*.c",), r'\[(?:BOOK|ROOM)_[A-Z_]+\] = "([A-Z]\w+)"'),
    ("why", ("lib/domain/book/book.h",), r'#define BOOK_WHY_[A-Z_]+ +"([^"]+)"'),
])
def test_every_code_of_the_server_has_a_text(prefix, source, pattern):
    words = set(re.findall(pattern, sources(*source)))
    assert len(words) > 4, f"the pattern finds only {words}"
    assert not (missing := {word for word in words if f"{prefix}.{word}" not in EN}), missing


def test_fragments_write_the_server_s_values_as_they_are_escaped():
    """nginx escapes by default, and what is escaped twice is shown with its escapes."""
    fragments = sources("nginx/html/fragments/*.html")
    echoed = set(re.findall(r'echo var="(\w+)"', fragments))
    assert echoed <= {"guest", "host_number", "role_argument", "query_room", "query_start", "query_end",
                      "query_guests", "recipient"}, "the others are {{value ...}}"


def test_scripts_never_write_markup():
    code = sources("nginx/html/app/*.js")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", code)
    pages = sources("nginx/html/*.html", "nginx/html/parts/*.html", "nginx/html/fragments/*.html")
    assert not re.search(r"\son\w+=|\sstyle=|<script(?![^>]*\ssrc=)|<style", pages)
