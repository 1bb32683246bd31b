"""Who a request comes from when proxies stand in between."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.front.limits import Limits
from gateway.front.proxies import MAX_HOPS, TrustedProxies
from gateway.front.request import Request
from gateway.front.routes import Routes
from tests.gateway.front.harness import HANDSHAKE, EchoSocket, serving, standard_routes

PROXIES = TrustedProxies(["10.0.0.0/8", "192.0.2.7", "fd00::/8"])
LOOPBACK = TrustedProxies(["127.0.0.0/8"])


@pytest.mark.parametrize(
    ("header", "client"),
    [
        (b"203.0.113.9", "203.0.113.9"),
        (b"198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (b"198.51.100.1, 203.0.113.9, 10.1.1.1", "203.0.113.9"),
        (b"198.51.100.1,203.0.113.9,192.0.2.7 , 10.1.1.1", "203.0.113.9"),
        (b"10.1.1.1, 10.2.2.2", "10.1.1.1"),
        (b"203.0.113.9:4711", "203.0.113.9"),
        (b"2001:db8::5", "2001:db8::5"),
        (b"[2001:db8::5]:443, fd00::1", "2001:db8::5"),
        (b"2001:DB8:0::5", "2001:db8::5"),
        (b"::ffff:203.0.113.9", "203.0.113.9"),
        (b"fe80::1%eth0", "fe80::1"),
    ],
)
def test_the_client_is_the_rightmost_address_that_is_no_proxy(header: bytes, client: str) -> None:
    assert PROXIES.client_of("10.0.0.1", header) == client


@pytest.mark.parametrize(
    ("header", "client"),
    [
        (b"", "10.0.0.1"),
        (b",", "10.0.0.1"),
        (b"unknown", "10.0.0.1"),
        (b"203.0.113.9, unknown", "10.0.0.1"),
        (b"203.0.113.9, _hidden, 10.3.3.3", "10.3.3.3"),
        (b"203.0.113.9, 1.2.3.4.5, 10.3.3.3", "10.3.3.3"),
        (b"\xff\xfe, [::1", "::1"),
        (b"[, 10.3.3.3", "10.3.3.3"),
    ],
)
def test_what_is_no_address_ends_the_reading(header: bytes, client: str) -> None:
    assert PROXIES.client_of("10.0.0.1", header) == client


@pytest.mark.parametrize("peer", ["203.0.113.1", "192.0.2.8", "2001:db8::1", "", "no address"])
def test_a_stranger_cannot_speak_for_others(peer: str) -> None:
    assert PROXIES.client_of(peer, b"198.51.100.1") == peer
    assert PROXIES.scheme_of(peer, b"https") == "http"


def test_without_proxies_nobody_is_believed() -> None:
    nobody = TrustedProxies()
    assert not nobody
    assert nobody.client_of("10.0.0.1", b"198.51.100.1") == "10.0.0.1"


def test_a_peer_of_a_socket_for_both_families_is_known_by_its_ipv4_address() -> None:
    assert PROXIES.client_of("::ffff:10.0.0.1", b"198.51.100.1") == "198.51.100.1"


def test_a_chain_without_end_is_read_only_so_far() -> None:
    header = b"203.0.113.9, " + b", ".join([b"10.0.0.1"] * MAX_HOPS)
    assert PROXIES.client_of("10.0.0.2", header) == "10.0.0.1"


@pytest.mark.parametrize(
    ("header", "scheme"),
    [(b"https", "https"), (b"http, HTTPS ", "https"), (b"https, http", "http"), (b"ftp", "http")],
)
def test_the_scheme_is_what_the_nearest_proxy_says(header: bytes, scheme: str) -> None:
    assert PROXIES.scheme_of("10.0.0.1", header) == scheme


@given(st.binary(max_size=200) | st.text("0123456789abf.:[]%, ", max_size=80).map(str.encode))
def test_no_header_can_break_the_reading(header: bytes) -> None:
    client = PROXIES.client_of("10.0.0.1", header)
    assert client == "10.0.0.1" or client.encode() != b""
    assert PROXIES.scheme_of("10.0.0.1", header) in ("http", "https")


# Over real sockets


def telling_routes() -> Routes:
    """Answers with the address and the scheme of who asks."""
    routes = Routes()

    def tell(request: Request) -> None:
        request.respond(200, (), f"{request.scheme} {request.remote}".encode())

    routes.http("GET", "/me", tell)
    return routes


ASK = (
    b"GET /me HTTP/1.1\r\nHost: stoa\r\nX-Forwarded-For: 198.51.100.1\r\n"
    b"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\r\n"
)


@pytest.mark.parametrize(
    ("proxies", "told"), [(LOOPBACK, b"https 203.0.113.9"), (PROXIES, b"http 127.0.0.1")]
)
async def test_a_request_is_its_clients_only_if_the_peer_is_trusted(
    proxies: TrustedProxies, told: bytes
) -> None:
    async with serving(routes=telling_routes(), proxies=proxies) as harness:
        assert (await harness.ask(ASK)).body == told


async def test_an_application_behind_the_bridge_sees_the_client() -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            seen.append((scope["scheme"], scope["client"][0]))
            await send({"type": "http.response.start", "status": 204})
            await send({"type": "http.response.body"})

    async with serving(routes=Routes(), asgi=app, proxies=LOOPBACK) as harness:
        assert (await harness.ask(ASK)).status == 204
    assert seen == [("https", "203.0.113.9")]


def handshake_from(address: str) -> bytes:
    return HANDSHAKE.replace(b"\r\n\r\n", b"\r\nX-Forwarded-For: " + address.encode() + b"\r\n\r\n")


async def test_websockets_behind_a_proxy_are_bounded_for_each_client() -> None:
    sockets: list[EchoSocket] = []
    limits = Limits(connections_per_address=2)
    routes = standard_routes(sockets)
    async with serving(limits, routes=routes, proxies=LOOPBACK) as harness:
        wires = [await harness.connect() for _ in range(5)]
        for wire in wires[:2]:
            await wire.send(handshake_from("203.0.113.9"))
            assert (await wire.receive()).startswith(b"HTTP/1.1 101")
        await wires[2].send(handshake_from("203.0.113.9"))
        assert (await wires[2].answer()).error["code"] == "TOO_MANY_CONNECTIONS"
        assert harness.front.statistics()["refusals"] == {"connections per address": 1}
        await wires[3].send(handshake_from("203.0.113.10"))
        assert (await wires[3].receive()).startswith(b"HTTP/1.1 101")
        assert [s.connection.remote for s in sockets if s.connection] == [
            "203.0.113.9",
            "203.0.113.9",
            "203.0.113.10",
        ]
        await wires[0].stream.aclose()
        await sockets[0].over.wait()
        await wires[4].send(handshake_from("203.0.113.9"))
        assert (await wires[4].receive()).startswith(b"HTTP/1.1 101")
        for wire in wires[1:]:
            await wire.stream.aclose()


async def test_the_addresses_of_one_ipv6_network_are_bounded_together() -> None:
    routes = standard_routes([])
    limits = Limits(connections_per_address=2)
    async with serving(limits, routes=routes, proxies=LOOPBACK) as harness:
        wires = [await harness.connect() for _ in range(4)]
        addresses = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1"]
        for wire, address in zip(wires, addresses, strict=True):
            await wire.send(handshake_from(address))
        statuses = [(await wire.receive()).split()[1] for wire in wires]
        assert statuses == [b"101", b"101", b"429", b"101"]
        for wire in wires:
            await wire.stream.aclose()


async def test_a_client_without_a_proxy_is_bounded_by_its_connections() -> None:
    limits = Limits(connections_per_address=1)
    async with (
        serving(limits, proxies=PROXIES) as harness,
        await harness.connect(),
        await harness.connect() as second,
    ):
        assert (await second.answer()).error["code"] == "TOO_MANY_CONNECTIONS"
