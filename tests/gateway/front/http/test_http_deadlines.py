"""How long is waited for whom."""

from __future__ import annotations

import pytest
import trio

from gateway.front.limits import Limits
from gateway.front.request import Request
from gateway.front.routes import Route, Routes
from tests.gateway.front.harness import serving
from tests.gateway.front.http.requests import HELLO, WAIT, post, tiny, wait_until, waiting_routes


async def test_a_silent_connection_is_closed_without_a_word() -> None:
    limits = tiny(first_byte_seconds=0.03)
    async with serving(limits) as harness, await harness.connect() as wire:
        assert await wire.rest() == b""
        assert harness.front.statistics()["refusals"] == {"idle": 1}


async def test_an_idle_kept_connection_is_closed() -> None:
    async with serving(tiny(keep_alive_seconds=0.03)) as harness, await harness.connect() as wire:
        await wire.send(HELLO)
        assert (await wire.answer()).body == b"hello"
        assert await wire.rest() == b""


@pytest.mark.parametrize("slow", [b"G", b"GET /hello HTTP/1.1\r\nHost: st", b"\r\n"])
async def test_a_head_that_takes_too_long_gets_408(slow: bytes) -> None:
    limits = tiny(head_seconds=0.03, keep_alive_seconds=0.03)
    async with serving(limits) as harness, await harness.connect() as wire:
        await wire.send(slow)
        if slow == b"\r\n":
            assert await wire.rest() == b"", "an empty line begins no request"
            return
        answer = await wire.answer()
        assert (answer.status, answer.error["code"]) == (408, "REQUEST_TIMEOUT")
        assert await wire.rest() == b""


async def test_a_head_that_drips_is_not_waited_for_longer() -> None:
    async with serving(tiny(head_seconds=0.05)) as harness, await harness.connect() as wire:
        start = trio.current_time()

        async def drip() -> None:
            while True:
                await wire.stream.send_all(b"X")
                await trio.lowlevel.checkpoint()

        async with trio.open_nursery() as nursery:
            await wire.send(b"GET /hello HTTP/1.1\r\nX: ")
            nursery.start_soon(drip)
            assert (await wire.answer()).status in (408, 431)
            assert trio.current_time() - start < 4
            nursery.cancel_scope.cancel()


async def test_a_body_that_takes_too_long_gets_408() -> None:
    async with serving(tiny(body_seconds=0.03)) as harness, await harness.connect() as wire:
        await wire.send(post(b"/echo", b"body")[:-1])
        answer = await wire.answer()
        assert (answer.status, answer.closes) == (408, True)


async def test_a_route_may_wait_longer_for_what_comes_slowly() -> None:
    routes = Routes()
    for path, slowest in (("/usual", None), ("/patient", 1)):
        route = Route(lambda request: request.respond(200), body_bytes_per_second=slowest)
        routes.http_prefix("POST", path, route)
    async with (
        serving(tiny(body_seconds=0.03), routes=routes) as harness,
        await harness.connect() as patient,
        await harness.connect() as usual,
    ):
        for wire, to in ((patient, b"/patient"), (usual, b"/usual")):
            await wire.send(post(to, b"a body of some length")[:-1])
        assert (await usual.answer()).status == 408
        await patient.send(b"h")
        assert (await patient.answer()).status == 200


async def test_a_client_that_reads_nothing_is_cut_off() -> None:
    routes = Routes()
    routes.http("GET", "/big", lambda request: request.respond(200, [], b"x" * 30_000_000))
    limits = tiny(send_stall_seconds=0.1)
    async with serving(limits, routes=routes) as harness, await harness.connect() as wire:
        await wire.send(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        with trio.fail_after(5):
            await wire.receive()
            assert harness.front.statistics()["outbox_bytes"] > 0
            await harness.front.reactor.wait_empty()
        assert harness.front.statistics()["refusals"] == {"send stalled": 1}


async def test_a_stream_that_cannot_wait_loses_a_client_that_does_not_read() -> None:
    waiting: list[Request] = []
    limits = Limits(outbox_bytes=100_000)
    async with (
        serving(limits, routes=waiting_routes(waiting)) as harness,
        harness.unaffected(),
        await harness.connect() as wire,
    ):
        await wire.send(WAIT % 0)
        await wait_until(harness, waiting, 1)
        stream = waiting[0].start(200, [(b"Content-Type", b"text/event-stream")])
        written = 0
        while not stream.closed:
            stream.write(b"x" * 10_000)
            written += 10_000
            assert written < 100_000_000
        assert harness.front.statistics()["slow_consumers"] == 1
        assert len(await wire.rest()) < written
