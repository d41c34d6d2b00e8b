# SPDX-License-Identifier: MIT
"""Signing in at npm's oidc-provider, which nobody here has written; without a real browser, by its redirects."""

import http.cookiejar
import json
import pathlib
import subprocess
import urllib.error
import urllib.parse
import urllib.request
import uuid

import checkers
import pytest

from hotel import free_port

HERE = pathlib.Path(__file__).resolve().parent
CLIENT, SECRET = "myhotel", "a secret: 100 % & + /"
NOWHERE = {"HOTEL_OIDC_ISSUER": "", "HOTEL_OIDC_CLIENT": "", "HOTEL_OIDC_SECRET_FILE": "/dev/null"}


@pytest.fixture(scope="module")
def elsewhere(hotel, tmp_path_factory):
    """The provider, and the system that has people sign in there."""
    checkers.installed()
    port, secret = free_port(), tmp_path_factory.mktemp("provider") / "secret"
    secret.write_text(SECRET, encoding="ascii")
    given = {"port": port, "client": CLIENT, "secret": SECRET, "modules": str(checkers.FOLDER / "node_modules"),
             "redirect": f"http://127.0.0.1:{hotel.port}/accounts/oidc/callback"}  # fmt: skip
    provider = subprocess.Popen([checkers.node(), HERE / "provider.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True)  # fmt: skip
    try:
        provider.stdin.write(json.dumps(given))
        provider.stdin.close()
        assert provider.stdout.readline() == "ready\n"
        hotel.up(HOTEL_OIDC_ISSUER=f"http://127.0.0.1:{port}", HOTEL_OIDC_CLIENT=CLIENT, HOTEL_OIDC_SECRET_FILE=str(secret))
        yield hotel
        hotel.up(**NOWHERE)
    finally:
        provider.terminate()
        provider.wait(30)


class Person:
    """A browser of redirects, cookies and forms, and nothing else."""

    def __init__(self, hotel):
        self.base = f"http://127.0.0.1:{hotel.port}"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path, **headers):
        return self.opener.open(urllib.request.Request(self.base + path, headers=headers), timeout=30)

    def post(self, url, **fields):
        request = urllib.request.Request(url, urllib.parse.urlencode(fields).encode())
        request.add_header("Accept", "text/html")
        request.add_header("Sec-Fetch-Site", "same-origin")
        return self.opener.open(request, timeout=30)

    def signs_in(self, name, begin="/accounts/oidc"):
        """The path where it ends."""
        asked = self.get(begin)
        assert "/interaction/" in asked.url, asked.url
        return self.post(asked.url, person=name).url.removeprefix(self.base)

    def account(self):
        return json.load(self.get("/accounts/me", Accept="application/json"))


def test_a_provider_of_others_signs_people_in(elsewhere):
    person = "p" + uuid.uuid4().hex[:12]
    ana = Person(elsewhere)
    assert ana.signs_in(person) == "/account.html?status=SignedIn"
    account = ana.account()
    assert (account["email"], account["name"], account["verified"]) == (f"{person}@example.org", person, True)
    again = Person(elsewhere)
    assert again.signs_in(person) == "/account.html?status=SignedIn"
    assert again.account()["id"] == account["id"]


def test_a_sign_in_at_a_provider_of_others_is_linked(elsewhere):
    email, person = f"{uuid.uuid4().hex[:12]}@example.org", "p" + uuid.uuid4().hex[:12]
    ana = Person(elsewhere)
    ana.post(ana.base + "/accounts", email=email, password="four plain words here")
    ana.post(ana.base + "/tokens", grant_type="password", email=email, password="four plain words here")
    page = ana.post(ana.base + "/accounts/me/identities").read().decode()
    assert 'href="/accounts/oidc?link=true"' in page
    assert ana.signs_in(person, "/accounts/oidc?link=true") == "/account.html?status=Linked"
    other = Person(elsewhere)
    assert other.signs_in(person) == "/account.html?status=SignedIn"
    assert other.account()["email"] == email
