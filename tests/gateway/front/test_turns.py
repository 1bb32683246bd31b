"""A connection whose messages are slow to handle takes turns with the others, by time."""

from __future__ import annotations

import time

import pytest

from gateway.front.request import Request
from gateway.front.routes import Routes
from tests.gateway.front.harness import TEXT_PLAIN, EchoSocket, Wire, serving, standard_routes

HELLO = b"GET /hello HTTP/1.1\r\nHost: stoa\r\n\r\n"
SLOW = b"GET /slow HTTP/1.1\r\nHost: stoa\r\n\r\n"
LAST = b"GET /slow HTTP/1.1\r\nHost: stoa\r\nConnection: close\r\n\r\n"
MANY = 30


class SlowSocket(EchoSocket):
    """Takes 10 ms for each message, and lets nobody in meanwhile."""

    def text(self, data: bytes, received_at: int) -> None:
        time.sleep(0.01)
        super().text(data, received_at)


async def answered_meanwhile(wire: Wire) -> None:
    await wire.send(HELLO)
    assert (await wire.answer()).body == b"hello"


async def test_another_connection_is_answered_between_slow_messages_of_a_websocket() -> None:
    slow = SlowSocket()
    routes = Routes()
    routes.http("GET", "/hello", lambda request: request.respond(200, TEXT_PLAIN, b"hello"))
    routes.websocket("/ws", lambda _: slow)
    async with (
        serving(routes=routes) as harness,
        await harness.connect() as other,
        await harness.websocket() as client,
    ):
        for n in range(MANY):
            client.protocol.send_text(str(n).encode())
        await client.wire.send(b"".join(client.protocol.data_to_send()))
        await answered_meanwhile(other)
        assert len(slow.messages) < MANY
        assert [(await client.frame()).data for _ in range(MANY)] == [
            str(n).encode() for n in range(MANY)
        ]


@pytest.mark.parametrize("last", [SLOW, LAST, LAST + HELLO], ids=["open", "close", "and more"])
async def test_another_connection_is_answered_between_slow_requests(last: bytes) -> None:
    handled: list[Request] = []

    def slow(request: Request) -> None:
        time.sleep(0.01)
        handled.append(request)
        request.respond(200, TEXT_PLAIN, b"slow")

    routes = standard_routes([])
    routes.http("GET", "/slow", slow)
    async with (
        serving(routes=routes) as harness,
        await harness.connect() as busy,
        await harness.connect() as other,
    ):
        await busy.send(SLOW * (MANY - 1) + last)
        await answered_meanwhile(other)
        assert len(handled) < MANY
        answers = [await busy.answer() for _ in range(MANY)]
        assert [answer.body for answer in answers] == [b"slow"] * MANY
        assert answers[-1].closes is (last != SLOW)
        if last != SLOW:
            assert await busy.rest() == b""
