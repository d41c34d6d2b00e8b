# SPDX-License-Identifier: MIT
"""People sign in at an OpenID provider, link it to their account, and a provider that lies lets nobody in."""

import base64
import concurrent.futures
import json
import re
import uuid

import pytest

from identity_provider import AUDIENCE, CLIENT, SECRET, Browser, Provider
from one_time_codes import code_of
from waiting import eventually

PASSWORD = "four plain words here"
SIGNED_IN, LINKED = "/account.html?status=SignedIn", "/account.html?status=Linked"


@pytest.fixture(scope="module")
def opened(first_system):
    """The provider of the first system during these scenarios."""
    provider = Provider()
    provider.open()
    first_system.up(**provider.settings)
    yield provider
    provider.close()


@pytest.fixture
def provider(opened):
    opened.reset()
    yield opened
    opened.go_on.set()


def person():
    """(sub, e-mail) of somebody whom nobody knows yet."""
    name = uuid.uuid4().hex[:12]
    return f"sub|{name}", f"{name}@example.org"


def comes_as(browser, provider, sub, begin="/accounts/oidc", **claims):
    """Where a browser ends that signs in there."""
    return browser.comes_back(provider.authorize(browser.goes_to(begin), sub, **claims))


def verified(email, **claims):
    return {"email": email, "email_verified": True, **claims}


def account(browser):
    status, _, text = browser.get("/accounts/me", Accept="application/json")
    return json.loads(text) if status == 200 else None


def accounts(hotel):
    return hotel.count("SELECT COUNT(*) FROM hotel_account.account")


def with_password(hotel, email=None):
    """A browser that is signed in by password."""
    email = email or person()[1]
    answer = hotel.web.post("/accounts", email=email, password=PASSWORD)
    assert answer.status == 201, answer
    return password_in(hotel, email)


def password_in(hotel, email):
    browser = Browser(hotel)
    status, location, _ = browser.post("/tokens", grant_type="password", email=email, password=PASSWORD)
    assert (status, location) == (303, SIGNED_IN)
    return browser


def identities(browser):
    status, _, text = browser.get("/accounts/me/identities", Accept="application/json")
    assert status == 200, text
    return json.loads(text)["_embedded"]["identities"]


def links(browser, provider, sub, **claims):
    status, location, text = browser.post("/accounts/me/identities")
    assert (status, location) == (303, "/account.html?status=Link"), text
    page = browser.get(location)[2]
    assert 'href="/accounts/oidc?link=true"' in page
    return comes_as(browser, provider, sub, "/accounts/oidc?link=true", **claims)


# As it should be


# Before there is a provider.
def test_without_a_provider_nothing_is_offered(hotel):
    browser = Browser(hotel)
    assert "/accounts/oidc" not in browser.get("/signin.html")[2]
    location = browser.goes_to("/accounts/oidc")
    assert location == "/signin.html?external=none" and "not offered here" in browser.get(location)[2]
    assert hotel.web.get("/accounts/oidc/provider").status == 404
    answer = exchanged(hotel, "a.b.c")
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "/grant_type", answer
    assert hotel.command("up", settings={"HOTEL_OIDC_ISSUER": "http://id.example.com"}, expect=2).stderr


@pytest.mark.parametrize("key", [0, 1], ids=["RS256", "ES256"])
def test_whoever_is_unknown_gets_an_account_and_the_same_one_next_time(hotel, provider, key):
    provider.key = provider.keys[key]
    sub, email = person()
    browser = Browser(hotel)
    assert comes_as(browser, provider, sub, **verified(email, name="김하나")) == SIGNED_IN
    made = account(browser)
    assert (made["email"], made["name"], made["verified"], made["roles"]) == (email, "김하나", True, ["guest"])
    assert "oidc" not in browser.cookies and "session" in browser.cookies
    again = Browser(hotel)
    assert comes_as(again, provider, sub, **verified("changed@example.org")) == SIGNED_IN
    assert account(again) == made
    answer = hotel.web.post("/tokens", grant_type="password", email=email, password="")
    assert answer.status in (401, 422), answer


def test_the_pages_offer_it_and_show_what_is_linked_in_both_languages(hotel, provider):
    sub, email = person()
    for language, words in (("en", "Sign in with {}"), ("ko", "{} 계정으로 로그인")):
        page = Browser(hotel, language).get("/signin.html")[2]
        name = words.format("Kim &#38; Lee &#60;ID&#62;")
        assert f'href="/accounts/oidc">{name}</a>' in page, page
    browser = Browser(hotel)
    comes_as(browser, provider, sub, **verified(email))
    page = browser.get("/account.html")[2]
    (identity,) = identities(browser)
    assert f'action="/accounts/me/identities/{identity["id"]}/delete"' in page and "Kim &#38; Lee" in page
    assert (identity["issuer"], identity["subject"]) == (provider.issuer, sub)
    export = json.loads(browser.get("/accounts/me/export", Accept="application/json")[2])
    assert [one["subject"] for one in export["identities"]] == [sub]
    status, location, _ = browser.post(f"/accounts/me/identities/{identity['id']}/delete")
    assert status == 303 and "problem=state-conflict" in location
    assert "only way to sign in" in browser.get(location)[2]
    assert identities(browser) == [identity]


def test_an_email_alone_links_nothing_and_who_is_signed_in_links(hotel, provider):
    sub, email = person()
    browser = with_password(hotel, email)
    number = account(browser)["id"]
    stranger = Browser(hotel)
    location = comes_as(stranger, provider, sub, **verified(email))
    assert location == "/signin.html?external=email-taken" and "session" not in stranger.cookies
    page = stranger.get(location)[2]
    assert "Sign in with your password first" in page and 'action="/tokens"' in page
    assert links(browser, provider, sub, **verified("another@example.org")) == LINKED
    assert comes_as(stranger, provider, sub) == SIGNED_IN
    assert account(stranger)["id"] == number and account(stranger)["email"] == email
    other = with_password(hotel)
    location = links(other, provider, sub)
    assert location == "/account.html?external=taken" and "another account" in other.get(location)[2]
    (identity,) = identities(browser)
    status, location, _ = browser.post(f"/accounts/me/identities/{identity['id']}/delete")
    assert status == 303 and "problem" not in location and identities(browser) == []
    assert links(other, provider, sub) == LINKED
    entries = json.loads(hotel.command("audit", "--since", "1h", "--json", "--who", str(number)).stdout)
    assert {"sign-in-linked", "sign-in-unlinked"} <= {entry["what"] for entry in entries}
    assert [entry["detail"] for entry in entries if entry["what"] == "sign-in"].count("elsewhere") == 1


def test_an_email_of_the_userinfo_endpoint_counts_for_the_same_subject(hotel, provider):
    sub, email = person()
    provider.user = {"sub": "somebody-else", **verified(email)}
    assert comes_as(Browser(hotel), provider, sub) == "/signin.html?external=invalid"
    provider.user = {"sub": sub, **verified(email)}
    browser = Browser(hotel)
    assert comes_as(browser, provider, sub) == SIGNED_IN and account(browser)["email"] == email


@pytest.mark.parametrize("claims", [{}, {"email_verified": False}, {"email_verified": "true"}, {"email_verified": 1}],
                         ids=["silent", "false", "text", "number"])  # fmt: skip
def test_without_a_verified_email_nobody_gets_an_account(hotel, provider, claims):
    sub, email = person()
    before = accounts(hotel)
    browser = Browser(hotel, "ko")
    location = comes_as(browser, provider, sub, email=email, **claims)
    assert location == "/signin.html?external=no-email" and "확인된 이메일" in browser.get(location)[2]
    assert accounts(hotel) == before and account(browser) is None


def test_operators_and_second_factors_need_password_and_code(hotel, provider):
    sub, email = person()
    assert comes_as(Browser(hotel), provider, sub, **verified(email)) == SIGNED_IN
    hotel.command("account", "role", email, "operator")
    hotel.command("account", "second-factor", email)
    location = comes_as(Browser(hotel), provider, sub)
    assert location == "/signin.html?external=needs-factor"
    browser = with_password(hotel)
    email = account(browser)["email"]
    shown = hotel.command("account", "second-factor", email).stdout
    key = next(line.split(":", 1)[1].strip() for line in shown.splitlines() if line.startswith("second factor"))
    browser = Browser(hotel)
    fields = {"grant_type": "password", "email": email, "password": PASSWORD, "otp": code_of(key)}
    assert browser.post("/tokens", **fields)[1] == SIGNED_IN
    status, location, _ = browser.post("/accounts/me/identities")
    assert status == 303 and "problem=forbidden" in location


# Browsers that do not fit


def test_an_answer_counts_once_and_in_the_browser_that_began(hotel, provider):
    sub, email = person()
    browser, other = Browser(hotel), Browser(hotel)
    back = provider.authorize(browser.goes_to("/accounts/oidc"), sub, **verified(email))
    kept = dict(browser.cookies)
    other.goes_to("/accounts/oidc")
    assert other.comes_back(back) == "/signin.html?external=stale", "login CSRF"
    assert Browser(hotel).comes_back(back) == "/signin.html?external=stale"
    assert browser.comes_back(re.sub("state=[^&]*", "state=" + "0" * 64, back)) == "/signin.html?external=stale"
    browser.cookies = dict(kept)
    assert browser.comes_back(back) == SIGNED_IN
    assert browser.comes_back(back) == "/signin.html?external=stale"
    browser.cookies = dict(kept)
    assert browser.comes_back(back) == "/signin.html?external=invalid", "the code was used"
    page = browser.get("/signin.html?external=stale")[2]
    assert "Begin again" in page and 'href="/accounts/oidc"' in page


@pytest.mark.parametrize("query", ["", "?state=x", "?code=x", "?code=" + "x" * 3000, "?state=" + "x" * 3000,
                                   "?error=access_denied", "?state=%00", "?code=%FF%FE"])  # fmt: skip
def test_an_answer_that_nobody_asked_for_is_refused_by_a_page(hotel, provider, query):
    browser = Browser(hotel)
    status, location, _ = browser.get("/accounts/oidc/callback" + query)
    assert status == 400 or (status == 303 and location.startswith("/signin.html?external=stale")), (status, location)
    assert "session" not in browser.cookies and not provider.asked


def test_who_does_not_want_to_is_led_back(hotel, provider):
    browser = Browser(hotel)
    location = browser.goes_to("/accounts/oidc")
    state = re.search("state=([0-9a-f]+)", location)[1]
    back = browser.comes_back(f"/accounts/oidc/callback?error=access_denied&state={state}")
    assert back == "/signin.html?external=refused" and "e-mail and password" in browser.get(back)[2]


def test_nobody_links_without_our_page_or_with_another_session(hotel, provider):
    sub, _ = person()
    browser = with_password(hotel)
    assert browser.goes_to("/accounts/oidc?link=true") == "/account.html?external=stale"
    status, _, _ = browser.send("POST", "/accounts/me/identities", "", **{
        "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site"})  # fmt: skip
    assert status == 403
    browser.post("/accounts/me/identities")
    back = provider.authorize(browser.goes_to("/accounts/oidc?link=true"), sub)
    browser.cookies["session"] = with_password(hotel).cookies["session"]
    assert browser.comes_back(back) == "/account.html?external=stale"
    assert identities(browser) == []


# A provider that lies

LIES = ["foreign-key", "foreign-kid", "embedded-key", "none", "hs256", "crit", "no-kid", "altered", "long"]
CLAIMS = {
    "issuer": {"iss": "https://evil.example"}, "no-issuer": {"iss": None}, "audience": {"aud": "another"},
    "no-audience": {"aud": None}, "audiences": {"aud": [CLIENT, "another"]}, "azp": {"azp": "another"},
    "nonce": {"nonce": "0" * 64}, "no-nonce": {"nonce": None}, "expired": {"iat": 1_000_000_000, "exp": 1_000_000_300},
    "no-exp": {"exp": None}, "text-exp": {"exp": "9999999999"}, "future": {"iat": 9_000_000_000, "exp": 9_000_000_300},
    "not-yet": {"nbf": 9_000_000_000}, "old": {"iat": 1_000_000_000, "exp": 9_000_000_000},
    "no-subject": {"sub": None}, "number-subject": {"sub": 17}, "long-subject": {"sub": "x" * 256},
    "empty-subject": {"sub": ""},
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_signed_by_the_provider_lets_nobody_in(hotel, provider, lie):
    refused(hotel, provider, lie=lie)


@pytest.mark.parametrize("lie", CLAIMS)
def test_a_token_that_says_what_is_not_so_lets_nobody_in(hotel, provider, lie):
    refused(hotel, provider, claims=CLAIMS[lie])


def refused(hotel, provider, lie=None, claims=()):
    sub, email = person()
    before = accounts(hotel)
    provider.lie, provider.claims = lie, dict(claims)
    browser = Browser(hotel)
    location = comes_as(browser, provider, sub, **verified(email))
    assert location == "/signin.html?external=invalid", location
    assert "session" not in browser.cookies and accounts(hotel) == before
    assert "could not be trusted" in browser.get(location)[2]


# Programs that show its token

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
TYPE = "urn:ietf:params:oauth:token-type:"


def exchanged(hotel, token, **fields):
    return hotel.web.post("/tokens", **{"grant_type": EXCHANGE, "subject_token": token,
                                        "subject_token_type": TYPE + "access_token", **fields})  # fmt: skip


def links_token(browser, token):
    return browser.send("POST", "/accounts/me/identities", json.dumps({"subject_token": token}), **{
        "Content-Type": "application/json", "Accept": "application/json", "Sec-Fetch-Site": "same-origin"})  # fmt: skip


def claims_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_a_program_acts_as_the_account_that_its_identity_is_linked_to(hotel, provider):
    sub, _ = person()
    token = provider.access_token(sub, aud=[CLIENT, AUDIENCE])
    answer = exchanged(hotel, token)
    assert answer.status == 401 and answer.json["error"] == "invalid_grant", answer
    assert "linked to no account" in answer.json["detail"]
    browser = with_password(hotel)
    assert links_token(browser, token)[0] == 204
    assert [one["subject"] for one in identities(browser)] == [sub]
    assert json.loads(links_token(with_password(hotel), token)[2])["status"] == 409
    answer = exchanged(hotel, token, requested_token_type=TYPE + "jwt")
    assert answer.status == 200 and "refresh_token" not in answer.json and not answer.headers.get("set-cookie")
    assert (answer.json["token_type"], answer.json["issued_token_type"]) == ("Bearer", TYPE + "jwt")
    ours = claims_of(answer.json["access_token"])
    assert ours["sub"] == str(account(browser)["id"]) and ours["roles"] == ["guest"] and ours["aud"] == "myhotel"
    assert ours["exp"] <= claims_of(token)["exp"], "ours does not outlive theirs"
    bearer = {"Authorization": "Bearer " + answer.json["access_token"]}
    assert hotel.web.get("/accounts/me", bearer).json["id"] == account(browser)["id"]
    assert hotel.web.get("/books", bearer).status == 200
    assert hotel.web.get("/books", {"Authorization": "Bearer " + token}).status == 401, "services know our tokens only"
    number = str(account(browser)["id"])
    entries = json.loads(hotel.command("audit", "--since", "1h", "--json", "--who", number).stdout)
    assert "token of elsewhere" in [entry["detail"] for entry in entries if entry["what"] == "sign-in"]


def test_a_token_is_linked_by_a_session_alone(hotel, provider):
    sub, _ = person()
    browser = with_password(hotel)
    answer = hotel.web.post("/tokens", grant_type="password", email=account(browser)["email"], password=PASSWORD)
    token = provider.access_token(sub)
    bearer = {"Authorization": "Bearer " + answer.json["access_token"]}
    assert hotel.web.post("/accounts/me/identities", bearer, subject_token=token).status == 401
    assert hotel.web.post("/accounts/me/identities", subject_token=token).status == 401
    assert identities(browser) == []


def test_the_issuer_takes_roles_away_and_gives_none(hotel, provider):
    sub, _ = person()
    browser = with_password(hotel)
    assert links_token(browser, provider.access_token(sub))[0] == 204

    def roles(**claims):
        return claims_of(exchanged(hotel, provider.access_token(sub, **claims)).json["access_token"])["roles"]

    assert roles(roles=["host", "operator", "admin"]) == ["guest"], "the account is a guest's"
    hotel.command("account", "role", account(browser)["email"], "host")
    assert roles() == ["guest"] and roles(roles=["operator"]) == ["guest"] and roles(roles=[1, {}]) == ["guest"]
    assert roles(roles=["host", "operator"]) == ["guest", "host"] and roles(roles="host") == ["guest", "host"]


def test_no_token_of_elsewhere_is_an_operator_s(hotel, provider):
    sub, _ = person()
    browser = with_password(hotel)
    token = provider.access_token(sub, roles=["operator"])
    assert links_token(browser, token)[0] == 204
    hotel.command("account", "role", account(browser)["email"], "operator")
    answer = exchanged(hotel, token)
    assert answer.status == 401 and "password and code only" in answer.json["detail"], answer


BEARER_LIES = {
    **{lie: {"lie": lie} for lie in LIES},
    **{name: {"claims": CLAIMS[name]} for name in CLAIMS if name not in ("audiences", "azp", "nonce", "no-nonce", "old")},
    "for-our-pages": {"claims": {"aud": CLIENT}}, "logout": {"typ": "logout+jwt"}, "bound": {"claims": {"cnf": {"jkt": "x"}}},
}  # fmt: skip


def test_a_token_that_lies_is_exchanged_for_nothing(hotel, provider):
    sub, _ = person()
    browser = with_password(hotel)
    assert links_token(browser, provider.access_token(sub))[0] == 204
    for name, wrong in BEARER_LIES.items():
        provider.lie, provider.claims = wrong.get("lie"), wrong.get("claims", {})
        answer = exchanged(hotel, provider.access_token(sub, typ=wrong.get("typ", "at+jwt")))
        expected = 422 if name == "long" else 401
        assert answer.status == expected and "access_token" not in answer.json, (name, answer)
    provider.reset()
    assert exchanged(hotel, provider.access_token(sub)).status == 200
    answer = exchanged(hotel, provider.access_token(sub), subject_token_type=TYPE + "saml2")
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "/subject_token_type", answer
    assert exchanged(hotel, "").status == 422


# A provider that is away


DISCOVERY = "/.well-known/openid-configuration"


@pytest.mark.parametrize(("lie", "path"), [
    ("hangs", DISCOVERY), ("redirects", DISCOVERY), ("hangs", "/jwks"), ("huge", "/jwks"),
    ("hangs", "/token"), ("redirects", "/token"), ("html", "/token"), ("huge", "/token")])  # fmt: skip
def test_a_provider_that_does_not_do_its_work_keeps_nobody_from_a_password(hotel, provider, lie, path):
    """What the service knew of it is forgotten first, and afterwards that it was away."""
    if path != "/token":
        hotel.restart("fcgi-account")
    sub, email = person()
    browser = Browser(hotel)
    provider.lie = (lie, path)
    location = browser.goes_to("/accounts/oidc")
    if path != DISCOVERY:
        location = browser.comes_back(provider.authorize(location, sub, **verified(email)))
    assert location == "/signin.html?external=away", location
    assert "at the moment" in browser.get("/signin.html?external=away")[2]
    assert not any(asked.startswith("/elsewhere") for asked in provider.asked), "a redirect was followed"
    with_password(hotel)
    if path != "/token":
        provider.reset()
        hotel.restart("fcgi-account")


@pytest.mark.parametrize("lie", [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}],
                         ids=["issuer", "plain"])  # fmt: skip
def test_metadata_that_lead_elsewhere_are_not_believed(hotel, provider, lie):
    hotel.restart("fcgi-account")
    provider.lie = lie
    assert Browser(hotel).goes_to("/accounts/oidc") == "/signin.html?external=away"
    provider.reset()
    hotel.restart("fcgi-account")


def test_calls_that_hang_hold_few_threads(hotel, provider):
    """More browsers wait for the provider than the service has threads; a password goes on meanwhile."""
    hotel.restart("fcgi-account")
    provider.lie = ("hangs", DISCOVERY)
    with concurrent.futures.ThreadPoolExecutor(60) as pool:
        waiting = [pool.submit(Browser(hotel).goes_to, "/accounts/oidc") for _ in range(60)]
        with_password(hotel)
        assert {one.result() for one in waiting} == {"/signin.html?external=away"}
    assert provider.asked.count(DISCOVERY) <= 8
    provider.lie = None
    provider.go_on.set()
    eventually(lambda: all(Browser(hotel).goes_to("/accounts/oidc").startswith(provider.issuer) for _ in range(8)),
               what="the provider is asked again")
    hotel.restart("fcgi-account")  # each of its processes


# What nobody else sees


def test_neither_code_nor_secret_is_in_a_log_or_a_process(hotel, provider):
    sub, email = person()
    browser = Browser(hotel)
    back = provider.authorize(browser.goes_to("/accounts/oidc"), sub, **verified(email))
    attempt = browser.cookies["oidc"]
    hotel.stop("fcgi-account")
    status, _, page = browser.get(back)
    assert status in (502, 503) and "</html>" in page, (status, page)
    hotel.start("fcgi-account")
    assert browser.comes_back(back) == SIGNED_IN
    code, state = re.search("code=([^&]+)", back)[1], re.search("state=([^&]+)", back)[1]
    logs = "".join(log.read_text(errors="replace") for log in (hotel.state / "log").glob("*.log"))
    assert "/accounts/oidc/callback" in logs
    processes = str(hotel.environments())
    for secret in (SECRET, code, state, attempt, sub):
        assert secret not in logs and secret not in processes, secret
    assert SECRET not in hotel.command("settings").stdout
