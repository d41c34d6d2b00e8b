# SPDX-License-Identifier: MIT
"""What the API says about itself: links, problems and its description, for people and for programs."""

import pathlib
import re

import pytest
import yaml

from document import document, operations

ROOT = pathlib.Path(__file__).resolve().parents[3]
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
ENTRY = re.compile(r'^\t"([^"]+)": "(.+)",$', re.MULTILINE)

PROBLEMS = dict(reversed(line.split()) for line in (ROOT / "nginx/documents/problems").read_text().splitlines()
                if not line.startswith("#"))
OF_PROGRAMS = re.findall(r'(?:PROBLEM|LATER)\((\d+),\s*"([a-z-]+)",\s*"([^"]+)"\)', (ROOT / "fcgi/problem.c").read_text())


def texts(language):
    return dict(ENTRY.findall((ROOT / f"nginx/documents/{language}.js").read_text(encoding="utf-8")))


def of_nginx():
    """(status, slug, title) of each problem that nginx itself returns."""
    maps = re.findall(r"map \$status \$problem_(slug|title) \{(.*?)\n\}", (ROOT / "nginx/problems.conf").read_text(), re.S)
    slugs, titles = (dict(re.findall(r'^\t(\d+|default) "?([^";]+)"?;', body, re.M)) for _, body in maps)
    return [(status, slugs[status], titles[status]) for status in slugs if status.isdecimal()]


@pytest.mark.parametrize("accept", ["application/json", "application/hal+json", "application/json, text/plain, */*",
                                    "text/html;q=0.5, application/json"])
def test_the_root_has_links_for_programs(hotel, accept):
    answer = hotel.web.get("/", headers={"Accept": accept})
    links = answer.json["_links"]
    assert answer.status == 200 and "accept" in answer.headers["vary"].lower()
    assert links.keys() >= {"self", "rooms", "books", "payments", "mypages", "notifications", "openapi", "asyncapi"}
    for name, link in links.items():
        path = link["href"].partition("{")[0]
        query = {"recipientId": 1} if name == "settings" else {}
        wanted = 401 if path.startswith("/accounts/me") else 200  # whoever is signed in
        assert hotel.web.get(path, **query).status == wanted, link
        assert ("{" in link["href"]) == link.get("templated", False)


def test_the_templates_have_every_filter_of_their_list(hotel):
    links = hotel.web.get("/", headers={"Accept": "application/json"}).json["_links"]
    for name in ("rooms", "books", "payments", "mypages", "notifications"):
        operation = document()["paths"][f"/{name}"]["get"]
        wanted = {one["$ref"].rpartition("/")[2].lower() if "$ref" in one else one["name"].lower()
                  for one in operation["parameters"]}
        found = set(re.search(r"\{\?(.*)\}", links[name]["href"])[1].lower().split(","))
        assert wanted - {"ifnonematch", "ifmatch"} <= found, name


@pytest.mark.parametrize("accept", [None, "*/*", BROWSER, "text/html", "image/png"])
def test_everybody_else_gets_the_first_page(wire, accept):
    answer = wire.get("/", Accept=accept)
    assert (answer.status, answer.type) == (200, "text/html")


def test_every_problem_of_programs_and_nginx_has_a_page():
    assert len(OF_PROGRAMS) > 15 and len(of_nginx()) > 10
    for status, slug, title in [*OF_PROGRAMS, *of_nginx()]:
        if int(status) < 400:
            continue
        assert slug in PROBLEMS and (status == PROBLEMS[slug] or slug in ("unavailable", "too-large", "internal")), slug
        assert title == texts("en")[f"title.{slug}"], slug


def test_both_languages_have_the_same_texts():
    assert texts("en").keys() == texts("ko").keys() and len(texts("en")) > 3 * len(PROBLEMS)
    assert all(re.search("[가-힣]", text) for text in texts("ko").values())


@pytest.mark.parametrize("slug", PROBLEMS)
def test_a_problem_is_explained_to_people_and_programs(hotel, wire, slug):
    for language in ("en", "ko"):
        words = texts(language)
        answer = wire.get(f"/problems/{slug}", Accept=BROWSER, Accept_Language=language)
        assert (answer.status, answer.type) == (200, "text/html")
        assert f'<html lang="{language}">' in answer.text and "{{" not in answer.text and "@" not in answer.text
        assert all(words[f"{kind}.{slug}"] in answer.text for kind in ("title", "means", "cure"))
    told = hotel.web.get(f"/problems/{slug}").json
    assert (told["type"], str(told["status"])) == (f"/problems/{slug}", PROBLEMS[slug])
    assert told["title"] == texts("en")[f"title.{slug}"] and texts("en")[f"cure.{slug}"] in told["detail"]


def test_the_type_of_a_problem_leads_to_its_explanation(hotel):
    problem = hotel.web.post("/rooms").json
    told = hotel.web.get(problem["type"]).json
    assert (told["title"], told["status"]) == (problem["title"], problem["status"])


def test_an_unknown_problem_is_not_found(wire):
    assert wire.get("/problems/nothing").slug == "not-found"
    assert wire.get("/problems/nothing", Accept=BROWSER).type == "text/html"
    for path in ("/problems/", "/documents/docs.html", "/documents/problems.json", "/root.json", "/checksum"):
        assert wire.get(path).slug == "not-found", path


def test_all_problems_are_listed(hotel, wire):
    listed = hotel.web.get("/problems").items()
    assert {one["type"].rpartition("/")[2] for one in listed} == PROBLEMS.keys()
    page = wire.get("/problems", Accept=BROWSER).text
    assert all(f'href="/problems/{slug}"' in page for slug in PROBLEMS)


def test_the_description_has_every_public_operation_and_no_script_of_others(wire):
    for language, word in (("en", "Parameters"), ("ko", "매개변수")):
        page = wire.get("/docs", Accept=BROWSER, Accept_Language=language)
        assert (page.status, page.type) == (200, "text/html")
        assert f'<html lang="{language}">' in page.text and word in page.text and "{{" not in page.text
        for path, method, _, operation in operations(document()):
            shown = f"<code>{method.upper()} {path}</code>" in page.text
            assert shown != ("internal" in operation["tags"]), (method, path)
        scripts = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"', page.text)
        assert scripts and all(one.startswith("/") and not one.startswith("//") for one in scripts)
        anchors = re.findall(r'href="#([^"]+)"', page.text)
        assert anchors and all(f'id="{one}"' in page.text for one in anchors)


# Of the document's own parameters, those that are not numbers.
FILLED = {"slug": "room-taken", "reference": "K7Q4WMRT", "key": "b17-1-3q2-796tvu-erb7v3q2_7w"}


@pytest.mark.parametrize("path", [path for path, item in document()["paths"].items()
                                  if any("internal" not in one["tags"] for name, one in item.items() if name != "parameters")])
def test_every_documented_path_says_which_methods_it_has(hotel, path):
    filled = re.sub(r"\{(\w+)\}", lambda name: FILLED.get(name[1], "1"), path)
    assert hotel.web.send("OPTIONS", filled).status == 204  # with the document's methods in Allow
    for method in ("QUERY", "PUT" if "put" not in document()["paths"][path] else "COPY"):
        assert hotel.web.send(method, filled, b"{}").status == 405, method


def test_the_description_as_json_is_the_document(hotel):
    assert hotel.web.get("/openapi.json").json == yaml.safe_load((ROOT / "docs/openapi.yaml").read_text(encoding="utf-8"))


def test_the_footer_of_every_page_leads_there(wire):
    for path in ("/", "/room.html?id=1", "/mypage.html", "/nothing.html", "/docs"):
        assert '<footer><p>' in (text := wire.get(path, Accept=BROWSER).text) and 'href="/docs"' in text, path
