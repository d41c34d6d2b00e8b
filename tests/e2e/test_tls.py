# SPDX-License-Identifier: MIT
"""TLS of a system that ./hotel starts, and what the script beside nginx does meanwhile."""

import contextlib
import http.client
import shutil
import socket
import ssl

import pytest

from actors import new_person
from certificates import Authority
from conftest import plain
from hotel import free_port
from load import Load
from waiting import eventually
from web import Web

WITHIN_S = 15.0
LIFE_S = 2


# The scenarios without TLS come first.
@pytest.fixture(scope="module")
def with_tls(second_system):
    """With a certificate that `up --tls` made, and what that said."""
    done = second_system.command("up", "--tls", settings={"HOTEL_PORT": str(second_system.port), **plain()})
    return second_system, done.stdout


@pytest.fixture
def secure(with_tls):
    return with_tls[0]


def web(system, context):
    return Web(lambda: http.client.HTTPSConnection("127.0.0.1", system.port, timeout=WITHIN_S, context=context))


def trusting_anybody():
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    return trusting


def served(system):
    """The certificate that a new connection gets."""
    return ssl.get_server_certificate(("127.0.0.1", system.port), timeout=WITHIN_S)


def certificate_of(authority, kind):
    return authority.make(kind, f"/CN={kind}", "-CA", authority.file, "-CAkey", authority.key,
                          "-addext", "subjectAltName=IP:127.0.0.1")


def test_a_body_that_drips_does_not_outlive_the_age_of_a_connection(second):
    second.up(**plain(HOTEL_CONNECTION_S=str(LIFE_S), HOTEL_REQUEST_TIMEOUT_MS="1000"))
    try:
        with socket.create_connection(("127.0.0.1", second.port), timeout=WITHIN_S) as one:
            one.sendall(b"POST /books HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n{")
            one.settimeout(0.2)
            eventually(lambda: ended(one), within=40, every=0.2, what="the connection is closed")
        assert second.web.get("/rooms").status == 200
    finally:
        second.up(**plain(HOTEL_CONNECTION_S="3600", HOTEL_REQUEST_TIMEOUT_MS="5000"))


def ended(connection):
    """Sends one more byte; whether the other side has closed."""
    with contextlib.suppress(TimeoutError):
        try:
            connection.sendall(b"1")
            return connection.recv(100) == b""
        except ConnectionError:
            return True
    return False


@pytest.mark.parametrize("url", ["https://hotel.example", "http://10.0.0.1:8080", "https://localhost.evil.example"])
def test_without_accounts_a_public_address_is_refused(second, url):
    done = second.command("up", settings=plain(HOTEL_URL=url), expect=2)
    assert "HOTEL_AUTH=off needs a loopback HOTEL_URL" in done.stderr and url in done.stderr


def test_up_with_tls_serves_https_and_a_new_certificate_without_a_failed_request(with_tls, tmp_path):
    secure, said = with_tls
    files = [secure.state / "tls" / name for name in ("cert.pem", "key.pem")]
    answer = web(secure, ssl.create_default_context(cafile=files[0])).get("/rooms")
    assert answer.status == 200 and "strict-transport-security" not in answer.headers, "localhost is not ours alone"
    assert f"https://127.0.0.1:{secure.port}/rooms" in said and f"curl --cacert {files[0]}" in said
    assert f"https://127.0.0.1:{secure.port}" in secure.command("status").stdout
    assert files[1].stat().st_mode & 0o077 == 0

    first = served(secure)
    client = web(secure, trusting_anybody())

    def ask(number):
        return client.post("/rooms", hostId=new_person(), price=1) if number % 2 else client.get("/rooms")

    certificate, key = certificate_of(Authority(tmp_path, "other"), "renewed")
    with Load(3, ask, every=0.02) as load:
        shutil.copy(certificate, files[0])
        eventually(lambda: "key values mismatch" in (secure.state / "log" / "nginx.log").read_text(),
                   within=20, what="nginx refuses a certificate without its key")
        assert served(secure) == first, "and keeps the one it has"
        shutil.copy(key, files[1])
        eventually(lambda: served(secure) == certificate.read_text(), within=20, what="the new certificate is served")
    assert {getattr(answer, "status", answer) for answer in load.results} <= {200, 201} and len(load.results) > 20


def test_a_session_over_tls_has_a_cookie_that_no_plain_connection_gets(secure):
    client = web(secure, trusting_anybody())
    credentials = {"email": f"tls-{new_person()}@example.org", "password": "eleven plain words"}
    assert client.post("/accounts", **credentials).status == 201
    cookie = client.post("/tokens", grant_type="password", **credentials).headers["set-cookie"]
    assert cookie.startswith("__Host-session=") and cookie.endswith("; Secure"), cookie
    session = cookie.split(";")[0]
    assert client.get("/accounts/me", headers={"Cookie": session}).json["email"] == credentials["email"]
    plain_name = session.removeprefix("__Host-")
    assert client.get("/accounts/me", headers={"Cookie": plain_name}).status == 401, "a name that others can set"


def test_a_certificate_without_its_key_is_refused_before_anything_changes(secure, tmp_path):
    authority = Authority(tmp_path, "other")
    certificate, _ = certificate_of(authority, "one")
    _, key = certificate_of(authority, "two")
    for bad, word in (({"HOTEL_TLS_CERT": str(certificate), "HOTEL_TLS_KEY": str(key)}, "is not the key"),
                      ({"HOTEL_TLS_CERT": str(certificate), "HOTEL_TLS_KEY": "/nowhere"}, "cannot be read"),
                      ({"HOTEL_TLS_KEY": ""}, "belong together")):
        done = secure.command("up", settings=bad, expect=2)
        assert word in done.stderr and "HOTEL_TLS_KEY" in done.stderr
    assert served(secure) == (secure.state / "tls" / "cert.pem").read_text()


def test_doctor_names_a_certificate_that_ends_soon(secure, tmp_path):
    files = certificate_of(Authority(tmp_path, "brief"), "brief")  # two days
    for new, name in zip(files, ("cert.pem", "key.pem")):
        shutil.copy(new, secure.state / "tls" / name)
    done = secure.command("doctor", expect=None)
    assert f"the certificate {secure.state}/tls/cert.pem ends within 14 days" in done.stdout
    eventually(lambda: served(secure) == files[0].read_text(), within=20, what="it is served as well")


def test_another_port_leads_browsers_to_https_and_serves_nothing(with_tls):
    system, _ = with_tls
    port = free_port()
    system.up(HOTEL_HTTP_PORT=str(port))
    plain_web = Web(lambda: http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN_S))
    page = plain_web.get("/room.html?id=1&q=%20", {"Host": f"127.0.0.1:{port}", "Accept": "text/html"})
    assert (page.status, page.headers["location"]) == (308, f"https://127.0.0.1:{system.port}/room.html?id=1&q=%20")
    assert "set-cookie" not in page.headers
    for answer in (plain_web.get("/rooms"), plain_web.post("/books", roomId=1)):
        assert (answer.status, answer.problem) == (400, "malformed") and "TLS" in answer.json["detail"], answer
    foreign = plain_web.get("/", {"Host": "evil.example", "Accept": "text/html"})
    assert foreign.status == 421 and "location" not in foreign.headers
    system.up(HOTEL_HTTP_PORT="0")
    with pytest.raises(OSError):
        plain_web.get("/")
