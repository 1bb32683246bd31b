"""How connections end, and how many there may be."""

from __future__ import annotations

import contextlib
import socket
import struct

import pytest
import trio

from gateway.front.limits import Limits
from gateway.front.request import Request
from gateway.front.routes import Route, Routes
from protocol.errors import NotFoundError
from protocol.platforms import PORTABLE
from tests.gateway.front.harness import Harness, serving
from tests.gateway.front.http.requests import HELLO, post


async def test_a_half_closed_client_still_gets_what_was_answered() -> None:
    routes = Routes()
    routes.http("GET", "/big", lambda request: request.respond(200, [], b"x" * 10_000_000))
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        await wire.stream.send_eof()
        assert len((await wire.answer()).body) == 10_000_000


class Held:
    """A handler that answers when it is told to."""

    def __init__(self, *, grace_seconds: float = 10.0) -> None:
        self.requests: list[Request] = []
        self.lost: list[Request] = []
        self.came = trio.Event()
        self.gone = trio.Event()
        self._grace_seconds = grace_seconds
        self.routes = Routes()
        self.routes.http("GET", "/held", self.hold)
        self.routes.http("POST", "/held", self.hold)

    def hold(self, request: Request) -> None:
        request.grace_seconds = self._grace_seconds
        self.requests.append(request)
        request.on_close(lambda: self._leave(request))
        self.came.set()

    def _leave(self, request: Request) -> None:
        self.lost.append(request)
        self.gone.set()


HELD = b"GET /held HTTP/1.1\r\nHost: a\r\n\r\n"


async def until_half_closed(harness: Harness) -> None:
    """Wait until the server has read the end of what the only client sends."""
    [stream] = harness.front.reactor.streams.values()
    with trio.fail_after(5):
        while not getattr(stream.interpreter, "_half_closed", False):
            await trio.lowlevel.checkpoint()


async def test_a_client_that_half_closes_before_the_answer_gets_it() -> None:
    held = Held()
    async with serving(routes=held.routes) as harness, await harness.connect() as wire:
        await wire.send(post(b"/held", b"login"))
        await wire.stream.send_eof()
        await until_half_closed(harness)
        held.requests[0].respond(200, [], b"welcome")
        answer = await wire.answer()
        assert (answer.status, answer.body, answer.closes) == (200, b"welcome", True)
        assert await wire.rest() == b""
        assert not held.lost


async def test_a_client_that_half_closes_gets_every_answer_it_is_owed_and_in_order() -> None:
    held = Held()
    async with serving(routes=held.routes) as harness, await harness.connect() as wire:
        await wire.send(HELD + HELD + b"GET /hel")
        await wire.stream.send_eof()
        await until_half_closed(harness)
        for number, request in reversed(list(enumerate(held.requests))):
            request.respond(200, [], b"x%d" % number * 500_000)
        assert [(await wire.answer()).body[:2] for _ in range(2)] == [b"x0", b"x1"]
        assert await wire.rest() == b""


async def test_a_body_that_ends_early_costs_no_earlier_answer() -> None:
    held = Held()
    async with serving(routes=held.routes) as harness, await harness.connect() as wire:
        await wire.send(HELD + post(b"/held", b"x" * 100)[:-50])
        await wire.stream.send_eof()
        await until_half_closed(harness)
        held.requests[0].respond(200, [], b"first")
        assert [(await wire.answer()).status for _ in range(2)] == [200, 400]
        assert await wire.rest() == b""


async def test_an_answer_that_lasts_ends_with_what_its_client_sends() -> None:
    held = Held(grace_seconds=0.0)
    async with serving(routes=held.routes) as harness, await harness.connect() as wire:
        await wire.send(HELD)
        await wire.stream.send_eof()
        assert await wire.rest() == b""
        assert held.lost == held.requests


async def test_who_half_closed_waits_for_a_bounded_time() -> None:
    held = Held(grace_seconds=0.01)
    async with (
        serving(Limits(timer_tick_seconds=0.01), routes=held.routes) as harness,
        await harness.connect() as wire,
    ):
        await wire.send(HELD)
        await wire.stream.send_eof()
        assert await wire.rest() == b""
        assert held.lost == held.requests


async def test_an_answer_that_has_begun_may_take_its_time() -> None:
    held = Held()
    async with serving(routes=held.routes) as harness:
        async with await harness.connect() as wire:
            await wire.send(HELD)
            await wire.stream.send_eof()
            with trio.fail_after(5):
                await held.came.wait()
            answer = held.requests[0].start(200)
            await until_half_closed(harness)
            [stream] = harness.front.reactor.streams.values()
            stream.interpreter.timed_out()
            answer.write(b"late")
            answer.finish()
            assert (await wire.answer()).body == b"late"
        assert not held.lost


@pytest.mark.skipif(PORTABLE, reason="only epoll tells of one from whom nothing is awaited")
async def test_who_half_closed_and_then_goes_is_noticed_at_once() -> None:
    held = Held()
    async with serving(routes=held.routes) as harness, await harness.connect() as wire:
        await wire.send(HELD)
        await wire.stream.send_eof()
        await until_half_closed(harness)
        wire.stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await trio.aclose_forcefully(wire.stream)
        with trio.fail_after(5):
            await held.gone.wait()


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
