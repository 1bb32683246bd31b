"""How connections end, and how many there may be."""

from __future__ import annotations

import contextlib

import pytest

from gateway.front.limits import Limits
from gateway.front.request import Request
from gateway.front.routes import Route, Routes
from protocol.errors import NotFoundError
from tests.gateway.front.harness import serving
from tests.gateway.front.http.requests import HELLO, post


async def test_a_half_closed_client_still_gets_what_was_answered() -> None:
    routes = Routes()
    routes.http("GET", "/big", lambda request: request.respond(200, [], b"x" * 10_000_000))
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        await wire.stream.send_eof()
        assert len((await wire.answer()).body) == 10_000_000


async def test_an_answer_before_the_body_was_read_ends_the_connection() -> None:
    routes = Routes()

    async def refuse(request: Request) -> None:
        raise NotFoundError("course", "7")

    routes._exact["POST", "/up"] = Route(
        lambda request: request.front.spawn(refuse, request), stream=True
    )
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(post(b"/up", b"x" * 100)[:-50])
        answer = await wire.answer()
        assert (answer.status, answer.closes) == (404, True)
        await wire.send(b"x" * 50 + HELLO)
        assert await wire.rest() == b""
        assert harness.front.services.counters.requests == 1


async def test_an_http_1_0_client_gets_a_streamed_answer_up_to_the_close() -> None:
    routes = Routes()

    def stream(request: Request) -> None:
        answer = request.start(200)
        answer.write(b"one ")
        answer.write(b"two")
        answer.finish()
        answer.finish()
        answer.write(b"three")

    routes.http("GET", "/stream", stream)
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(b"GET /stream HTTP/1.0\r\n\r\n")
        head, _, body = (await wire.rest()).partition(b"\r\n\r\n")
        assert body == b"one two"
        assert b"chunked" not in head


async def test_a_defect_in_one_connection_ends_that_one_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving() as harness, harness.unaffected(), await harness.connect() as wire:
        await wire.send(HELLO)
        await wire.answer()
        victim = list(harness.front.reactor.streams.values())[-1]

        class Broken:
            def __getattr__(self, name: str) -> object:
                raise RuntimeError(name)

        victim.interpreter = Broken()  # type: ignore[assignment]
        with contextlib.suppress(RuntimeError):
            await wire.send(HELLO)
            assert await wire.rest() == b""
        assert harness.front.statistics()["failures"] == 2, "in reading, and in the clean-up"


async def test_connections_past_the_bound_get_503_and_others_live_on() -> None:
    async with serving(Limits(connections=2)) as harness, harness.unaffected():
        async with await harness.connect() as wire:
            answer = await wire.answer()
            assert (answer.status, answer.error["code"]) == (503, "OVERLOADED")
            assert answer.headers[b"retry-after"] == b"5"
        assert harness.front.statistics()["refusals"] == {"connections": 1}


async def test_connections_past_the_bound_of_an_address_get_429() -> None:
    async with (
        serving(Limits(connections_per_address=2)) as harness,
        harness.unaffected(),
        await harness.connect() as wire,
    ):
        answer = await wire.answer()
        assert (answer.status, answer.error["code"]) == (429, "TOO_MANY_CONNECTIONS")
