# SPDX-License-Identifier: MIT
"""What clients of other machines meet: limits of connections, proxies, TLS and names."""

import contextlib
import socket
import ssl
import threading

import pytest

import outside
from actors import new_person, register_room, stay
from waiting import eventually

REFUSAL = outside.why_not()
pytestmark = pytest.mark.skipif(bool(REFUSAL), reason=f"NO CLIENT OF ANOTHER MACHINE WAS TESTED: {REFUSAL}")

FLOOD = 8500
LIMIT = 200  # HOTEL_CLIENT_CONNECTIONS
BOOKINGS = 5
HALF_HEADER = b"POST /books HTTP/1.1\r\nHost: localhost\r\nX-Half: "
STOPPED_BODY = b"POST /books HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"
URL = "https://hotel.example"


@pytest.fixture(scope="module")
def network():
    made = outside.Network()
    yield made
    made.close()


@contextlib.contextmanager
def edge_of(hotel, network, **settings):
    edge = outside.Edge(hotel, network, **settings)
    try:
        yield edge
    finally:
        edge.close()


@pytest.fixture(scope="module")
def edge(first_system, network):
    with edge_of(first_system, network) as made:
        yield made


def flood(edge, addresses, number, begin):
    """So many connections from these addresses in turn, each with the same first bytes."""
    made = []
    for n in range(number):
        one = edge.connect(addresses[n % len(addresses)])
        with contextlib.suppress(OSError):  # it may be closed already
            one.sendall(begin)
        one.setblocking(False)
        made.append(one)
    return made


def is_open(one):
    try:
        return one.recv(4096) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def drip(connections):
    for one in connections:
        with contextlib.suppress(OSError):
            one.send(b"1")


def book(hotel, web, first):
    room = register_room(hotel)
    answer = web.post("/books", {"Host": "localhost"}, roomId=room["id"], guestId=new_person(), **stay(first))
    assert answer.status == 201, answer
    return answer


@pytest.mark.parametrize("begin, goes_on", [(HALF_HEADER, False), (STOPPED_BODY, False), (STOPPED_BODY, True)],
                         ids=["half a header", "a body that stops", "a body that drips"])
def test_a_flood_from_one_address_shuts_nobody_else_out(hotel, edge, begin, goes_on):
    bad, good = edge.network.addresses[:2]
    with outside.many_sockets(), contextlib.ExitStack() as stack:
        held = flood(edge, [bad], FLOOD, begin)
        for one in held:
            stack.enter_context(one)
        for first in range(BOOKINGS):
            if goes_on:
                drip(held)
            book(hotel, edge.web(good), first + 1)
        eventually(lambda: sum(map(is_open, held)) <= LIMIT, within=20, what="no more than the limit stays open")
    eventually(lambda: answers(edge, bad), within=20, what="the address has its connections back")


def answers(edge, address):
    with contextlib.suppress(OSError):
        return edge.web(address).get("/rooms", {"Host": "localhost"}).status == 200


def test_many_addresses_each_have_their_own_limit(hotel, edge):
    *bad, good = edge.network.addresses[:31]
    with outside.many_sockets(), contextlib.ExitStack() as stack:
        # Few enough to be made and looked at before the first is closed by the time limit of its header.
        held = flood(edge, bad, len(bad) * (LIMIT // 4), HALF_HEADER)
        for one in held:
            stack.enter_context(one)
        book(hotel, edge.web(good), 1)
        assert all(map(is_open, held)), "below its limit every address keeps its connections"


def test_a_near_network_is_not_limited(hotel, network):
    near, far = network.addresses[:2]
    with edge_of(hotel, network, HOTEL_NEAR=f"{near}/32", HOTEL_CLIENT_CONNECTIONS="20") as edge, \
            contextlib.ExitStack() as stack:
        held = [stack.enter_context(one) for one in flood(edge, [near], 100, HALF_HEADER)]
        other = [stack.enter_context(one) for one in flood(edge, [far], 100, HALF_HEADER)]
        eventually(lambda: sum(map(is_open, other)) == 20, within=10)
        assert all(map(is_open, held))


def test_loopback_is_far_if_the_setting_says_so(hotel, network):
    far = network.addresses[0]
    with edge_of(hotel, network, HOTEL_NEAR="", HOTEL_CLIENT_RATE="1") as edge:
        seen = {edge.web(far).get("/rooms", {"Host": "localhost"}).status for _ in range(10)}
        assert seen == {200, 429}


def test_of_an_ipv6_address_its_network_counts(hotel, network):
    first, second, other = network.addresses6
    with edge_of(hotel, network, HOTEL_LISTEN=network.here6, HOTEL_CLIENT_CONNECTIONS="20") as edge, \
            contextlib.ExitStack() as stack:
        held = [stack.enter_context(one) for one in flood(edge, [first, second], 60, HALF_HEADER)]
        eventually(lambda: sum(map(is_open, held)) == 20, within=10)
        assert edge.web(other).get("/rooms", {"Host": "localhost"}).status == 200


# ---- proxies ----

def test_only_a_trusted_proxy_says_who_its_client_is(hotel, network):
    proxy, other, client = network.addresses[0], network.addresses[1], "198.51.100.7"
    with edge_of(hotel, network, HOTEL_PROXY="forwarded-for", HOTEL_PROXY_FROM=f"{proxy} 192.0.2.0/24",
                 HOTEL_CLIENT_RATE="2") as edge:
        told = {"Host": "localhost", "X-Forwarded-For": f"127.0.0.1, {client}, 192.0.2.9"}
        assert edge.web(proxy).get("/from-proxy", told).status == 404
        assert edge.web(other).get("/forged", told).status == 404
        eventually(lambda: edge.logged("/from-proxy") == [client] and edge.logged("/forged") == [other],
                   what="the log has the address of the client, and of a forger its own")
        seen = [edge.web(proxy).get("/rooms", told).status for _ in range(10)]
        assert 429 in seen, "its client is limited, though the first address it names is near"
        assert edge.web(proxy).get("/rooms", {"Host": "localhost", "X-Forwarded-For": "198.51.100.8"}).status == 200
        assert edge.web(other).get("/rooms", {"Host": "localhost"}).status == 200


def test_a_proxy_has_the_connections_of_all_its_clients(hotel, network):
    proxy, other = network.addresses[:2]
    with edge_of(hotel, network, HOTEL_PROXY="forwarded-for", HOTEL_PROXY_FROM=proxy,
                 HOTEL_CLIENT_CONNECTIONS="20") as edge, contextlib.ExitStack() as stack:
        held = [stack.enter_context(one) for one in flood(edge, [proxy], 100, HALF_HEADER)]
        forged = [stack.enter_context(one) for one in flood(edge, [other], 100, HALF_HEADER)]
        eventually(lambda: sum(map(is_open, forged)) == 20, within=10)
        assert all(map(is_open, held))


def test_the_proxy_protocol_counts_from_a_trusted_proxy_only(hotel, network):
    proxy, other, client = network.addresses[0], network.addresses[1], "198.51.100.7"
    header = f"PROXY TCP4 {client} {network.here} 4711 80\r\n".encode()
    with edge_of(hotel, network, HOTEL_PROXY="proxy-protocol", HOTEL_PROXY_FROM=proxy) as edge:
        told = {"Host": "localhost", "X-Forwarded-For": "198.51.100.99"}
        assert edge.web(proxy, header).get("/from-proxy", told).status == 404
        assert edge.web(other, header).get("/forged", told).status == 404
        eventually(lambda: edge.logged("/from-proxy") == [client] and edge.logged("/forged") == [other],
                   what="the log has the address of the client, and of a forger its own")
        for wrong in (b"", b"PROXY TCP4 nonsense\r\n"):
            with pytest.raises(OSError):
                edge.web(proxy, wrong).get("/rooms", told)


def test_x_forwarded_for_counts_for_nothing_by_default(edge):
    address = edge.network.addresses[3]
    assert edge.web(address).get("/unasked", {"Host": "localhost", "X-Forwarded-For": "127.0.0.1"}).status == 404
    eventually(lambda: edge.logged("/unasked") == [address], what="the log has the address of the connection")


# ---- TLS and names ----

@pytest.fixture(scope="module")
def secure(first_system, network, tmp_path_factory):
    """With a certificate, a public address and accounts."""
    from certificates import Authority

    authority = Authority(tmp_path_factory.mktemp("tls"), "edge")
    certificate, key = authority.make("server", "/CN=server", "-CA", authority.file, "-CAkey", authority.key,
                                      "-addext", f"subjectAltName=IP:{network.here},DNS:hotel.example")
    with edge_of(first_system, network, HOTEL_TLS_CERT=str(certificate), HOTEL_TLS_KEY=str(key), HOTEL_URL=URL,
                 HOTEL_AUTH="on") as made:
        made.authority = authority
        yield made


def trusting(edge, **limits):
    context = ssl.create_default_context(cafile=edge.authority.file)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # whatever this side allows, the server decides
    context.minimum_version = limits.get("least", ssl.TLSVersion.TLSv1_2)
    context.maximum_version = limits.get("most", ssl.TLSVersion.TLSv1_3)
    return context


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version, taken", [("TLSv1", False), ("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)])
def test_tls_is_1_2_or_1_3(secure, version, taken):
    version = ssl.TLSVersion[version]
    with secure.connect(secure.network.addresses[0]) as one:
        context = trusting(secure, least=version, most=version)
        if not taken:
            with pytest.raises(ssl.SSLError):
                context.wrap_socket(one, server_hostname="hotel.example")
            return
        with context.wrap_socket(one, server_hostname="hotel.example") as tls:
            assert tls.version().replace(".", "_") == version.name
            assert "GCM" in tls.cipher()[0] or "CHACHA20" in tls.cipher()[0]


def test_a_browser_without_tls_is_led_on_and_a_program_is_told(secure):
    web = secure.web(secure.network.addresses[0])
    page = web.get("/room.html?id=1", {"Host": "hotel.example", "Accept": "text/html"})
    assert (page.status, page.headers["location"]) == (308, f"{URL}/room.html?id=1")
    for method, headers in (("GET", {}), ("POST", {}), ("GET", {"Host": "evil.example", "Accept": "text/html"})):
        answer = web.send(method, "/books", headers={"Host": "hotel.example", **headers})
        assert (answer.status, answer.problem) == (400, "malformed"), answer
        assert "TLS" in answer.json["detail"] and "location" not in answer.headers
    form = web.send("POST", "/books", headers={"Host": "hotel.example", "Accept": "text/html"})
    assert form.status == 400 and "location" not in form.headers


HOSTS = [("hotel.example", True), ("HOTEL.example", True), ("hotel.example:443", True), ("localhost", True),
         ("127.0.0.1:8080", True), ("[::1]", True), ("evil.example", False), ("hotel.example.evil.example", False),
         ("www.hotel.example", False), ("example", False)]


@pytest.mark.parametrize("host, ours", HOSTS)
def test_only_names_of_the_public_address_and_of_loopback_are_answered(secure, host, ours):
    web = secure.web(secure.network.addresses[0], tls=trusting(secure))
    answer = web.get("/rooms", {"Host": host})
    assert (answer.status, answer.problem) == ((200, None) if ours else (421, "misdirected-request")), answer
    lasting = answer.headers.get("strict-transport-security")
    cookie = web.get("/me?language=ko", {"Host": host}).headers.get("set-cookie", "")
    assert ours == cookie.endswith("; Secure"), cookie
    assert lasting == ("max-age=31536000" if host.lower().startswith("hotel.example") and ours else None)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
COOKIE = {"Cookie": "language=ko"}
TOKEN = {"Authorization": "Bearer none"}
# What a write says of itself, and whether it is refused.
WRITES = [
    (FORM, True), (FORM | {"Sec-Fetch-Site": "same-origin"}, False), (FORM | {"Sec-Fetch-Site": "none"}, False),
    (FORM | {"Sec-Fetch-Site": "cross-site"}, True), (FORM | {"Sec-Fetch-Site": "same-site"}, True),
    (FORM | {"Sec-Fetch-Site": "else"}, True), (FORM | {"Origin": URL}, False),
    (FORM | {"Origin": "http://hotel.example"}, True), (FORM | {"Origin": "null"}, True),
    (FORM | {"Origin": "https://evil.example"}, True), (FORM | {"Origin": URL + ".evil.example"}, True),
    (FORM | {"Origin": "https://localhost"}, True), (FORM | {"Origin": URL, "Sec-Fetch-Site": "cross-site"}, True),
    (FORM | {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, True),
    (JSON, False), (JSON | COOKIE, True), (JSON | COOKIE | {"Sec-Fetch-Site": "same-origin"}, False),
    (JSON | COOKIE | {"Origin": URL}, False), (JSON | COOKIE | TOKEN, False), (FORM | TOKEN, False),
    (FORM | TOKEN | {"Sec-Fetch-Site": "cross-site"}, True),
]


@pytest.mark.parametrize("said, refused", WRITES, ids=lambda value: str(value) if isinstance(value, bool) else "; ".join(
    f"{name}={text}" for name, text in value.items()))
def test_with_accounts_a_write_of_a_browser_says_that_it_is_from_here(secure, said, refused):
    web = secure.web(secure.network.addresses[0], tls=trusting(secure))
    answer = web.send("POST", "/rooms", b"", {"Host": "hotel.example", **said})
    assert (answer.status == 403) == refused, answer
    assert not refused or answer.problem == "forbidden"


def test_a_slow_handshake_counts_as_a_connection(secure):
    address = secure.network.addresses[5]
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(one) for one in flood(secure, [address], LIMIT + 50, b"\x16\x03\x01")]
        eventually(lambda: sum(map(is_open, held)) <= LIMIT, within=10)
        other = secure.web(secure.network.addresses[6], tls=trusting(secure))
        assert other.get("/rooms", {"Host": "hotel.example"}).status == 200
