"""The round trip to a client: from the kernel where the client is its peer, and from echoes."""

from __future__ import annotations

import socket
import sys
from typing import Any

import pytest
from websockets.frames import Opcode

from gateway.front.proxies import TrustedProxies
from gateway.front.request import Request
from gateway.front.routes import Routes
from gateway.front.tcp_info import MIN_RTT_OFFSET, min_round_trip_ms
from tests.gateway.front import harness as front_harness
from tests.gateway.front.harness import NOW, EchoSocket, SocketClient, serving, until
from tests.gateway.front.test_websocket import masked

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="TCP_INFO's layout is Linux's")


class FakeSocket:
    """Answers `getsockopt` with the given bytes."""

    def __init__(self, info: bytes) -> None:
        self.info = info

    def getsockopt(self, level: int, option: int, size: int) -> bytes:
        return self.info[:size]


def of_info(info: bytes) -> float | None:
    fake: Any = FakeSocket(info)
    return min_round_trip_ms(fake)


@LINUX
def test_the_minimum_stands_where_linux_puts_it() -> None:
    field = (123_456).to_bytes(4, sys.byteorder)
    assert of_info(bytes(MIN_RTT_OFFSET) + field + bytes(80)) == 123.456
    assert of_info(bytes(MIN_RTT_OFFSET) + field) == 123.456


def test_a_kernel_that_does_not_say_is_not_guessed_for() -> None:
    assert of_info(bytes(MIN_RTT_OFFSET)) is None
    assert of_info(bytes(MIN_RTT_OFFSET) + b"\xff\xff\xff\xff") is None
    one, other = socket.socketpair()
    with one, other:
        assert min_round_trip_ms(one) is None
    assert min_round_trip_ms(one) is None


@LINUX
def test_the_fields_around_it_are_those_of_this_kernel() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    with client, server:
        for _ in range(3):
            client.sendall(b"segment")
            assert server.recv(100) == b"segment"
        info = server.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
        after = int.from_bytes(info[MIN_RTT_OFFSET + 4 :][:4], sys.byteorder)
        bytes_received = int.from_bytes(info[128:136], sys.byteorder)
        assert (after, bytes_received) == (3, 21), "tcpi_data_segs_in, tcpi_bytes_received"
        measured = min_round_trip_ms(server)
        assert measured is not None
        assert 0 < measured < 1_000


@LINUX
@pytest.mark.parametrize("trusted", [(), ("127.0.0.0/8",)])
async def test_the_kernel_is_asked_only_where_its_peer_is_the_client(
    trusted: tuple[str, ...],
) -> None:
    routes, asked = Routes(), list[float | None]()
    sockets: list[EchoSocket] = []

    def answer(request: Request) -> None:
        asked.append(request.network_round_trip_ms)
        request.respond(204)

    def accept(request: Request) -> EchoSocket:
        sockets.append(EchoSocket())
        return sockets[-1]

    routes.http("GET", "/ask", answer)
    routes.websocket("/ws", accept)
    async with serving(routes=routes, proxies=TrustedProxies(trusted)) as harness:
        await harness.ask(b"GET /ask HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n")
        async with await harness.websocket():
            connection = sockets[0].connection
            assert connection is not None
            asked.append(connection.network_round_trip_ms)
    assert [each is None for each in asked] == [bool(trusted)] * 2


# Echoes


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = NOW
        monkeypatch.setattr(front_harness, "now", lambda: self.now)


async def ping_of(client: SocketClient) -> bytes:
    frame = await client.frame()
    assert frame.opcode is Opcode.PING
    return bytes(frame.data)


async def test_an_echo_is_timed_from_its_ping_to_when_it_was_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, timed = Clock(monkeypatch), list[int]()
    async with serving() as harness, await harness.websocket() as client:
        connection = harness.sockets[0].connection
        assert connection is not None
        assert connection.time_round_trip(timed.append)
        payload = await ping_of(client)
        clock.now += 70
        await client.raw(masked(10, payload))
        await until(lambda: bool(timed))
        assert timed == [70]
        await client.raw(masked(10, payload))
        clock.now = NOW
        assert connection.time_round_trip(timed.append)
        again = await ping_of(client)
        assert again != payload
        clock.now -= 5
        await client.raw(masked(10, again))
        await until(lambda: len(timed) == 2)
        assert timed == [70, 0], "a repeated echo counts once, a clock set back as no time"


async def test_echoes_that_were_not_asked_for_are_not_timed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, timed = Clock(monkeypatch), list[int]()
    async with serving() as harness, await harness.websocket() as client:
        connection = harness.sockets[0].connection
        assert connection is not None
        await client.raw(masked(10, b"") + masked(10, b"12345678"))
        assert connection.time_round_trip(timed.append)
        first = await ping_of(client)
        assert connection.time_round_trip(timed.append)
        second = await ping_of(client)
        await client.raw(masked(10, first) + masked(10, b"") + masked(10, second[:-1]))
        clock.now += 9
        await client.raw(masked(10, second))
        await until(lambda: bool(timed))
        assert timed == [9]


async def test_nothing_is_timed_while_the_peer_has_not_taken_what_was_sent() -> None:
    async with serving() as harness, await harness.websocket():
        connection = harness.sockets[0].connection
        assert connection is not None
        while not connection.outbox_bytes:
            connection.send_text(b"x" * 65_536)
        assert not connection.time_round_trip(lambda _: None)
        connection.close()
        assert not connection.time_round_trip(lambda _: None)
