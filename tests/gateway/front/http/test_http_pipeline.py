"""Answers in the order of the requests, and what is held until it is their turn."""

from __future__ import annotations

import h11
import pytest
import trio

from gateway.front.limits import Limits
from gateway.front.request import Request
from gateway.front.routes import Routes
from tests.gateway.front.harness import serving
from tests.gateway.front.http.requests import HELLO, WAIT, post, wait_until, waiting_routes


async def test_pipelined_requests_are_answered_in_order_whatever_the_order_of_answers() -> None:
    waiting: list[Request] = []
    async with serving(routes=waiting_routes(waiting)) as harness, await harness.connect() as wire:
        await wire.send(b"".join(WAIT % n for n in range(4)) + HELLO)
        await wait_until(harness, waiting, 4)
        for number in (2, 0, 3, 1):
            waiting[number].respond(200, [], b"%d" % number)
        assert [(await wire.answer()).body for _ in range(5)] == [b"0", b"1", b"2", b"3", b"hello"]


async def test_streamed_answers_wait_for_their_turn_too() -> None:
    waiting: list[Request] = []
    async with serving(routes=waiting_routes(waiting)) as harness, await harness.connect() as wire:
        await wire.send(WAIT % 0 + WAIT % 1)
        await wait_until(harness, waiting, 2)
        stream = waiting[1].start(200)
        stream.write(b"streamed ")
        waiting[0].respond(200, [], b"first")
        stream.write(b"and more")
        stream.finish()
        assert (await wire.answer()).body == b"first"
        answer = await wire.answer()
        assert answer.body == b"streamed and more"
        assert answer.headers[b"transfer-encoding"] == b"chunked"


async def test_a_stream_out_of_turn_has_no_more_room_than_an_outbox() -> None:
    waiting: list[Request] = []
    limits = Limits(outbox_bytes=1_000)
    async with (
        serving(limits, routes=waiting_routes(waiting)) as harness,
        await harness.connect() as wire,
    ):
        await wire.send(WAIT % 0 + WAIT % 1 + WAIT % 2)
        await wait_until(harness, waiting, 3)
        streams = [waiting[number].start(200) for number in (1, 2)]
        while not waiting[0].closed:
            for stream in streams:
                stream.write(b"x" * 100)
            assert harness.front.services.owed.held <= 1_200
        assert harness.front.services.owed.held == 0
        assert harness.front.services.counters.slow_consumers == 1


async def test_answers_out_of_turn_have_one_bound_for_all_connections() -> None:
    waiting: list[Request] = []
    limits = Limits(owed_bytes=1_000)
    async with (
        serving(limits, routes=waiting_routes(waiting)) as harness,
        await harness.connect() as one,
        await harness.connect() as other,
    ):
        await one.send(WAIT % 0 + WAIT % 1)
        await wait_until(harness, waiting, 2)
        await other.send(WAIT % 0 + WAIT % 1)
        await wait_until(harness, waiting, 4)
        waiting[1].respond(200, [], b"x" * 500)
        assert not waiting[0].closed
        waiting[3].respond(200, [], b"x" * 500)
        assert waiting[2].closed
        waiting[0].respond(200, [], b"first")
        assert [len((await one.answer()).body) for _ in range(2)] == [5, 500]
        assert harness.front.services.owed.held == 0


async def test_no_more_is_read_than_the_pipeline_may_hold() -> None:
    waiting: list[Request] = []
    routes = waiting_routes(waiting)
    async with (
        serving(Limits(pipeline_depth=3), routes=routes) as harness,
        await harness.connect() as wire,
    ):
        await wire.send(b"".join(WAIT % n for n in range(10)))
        await wait_until(harness, waiting, 3)
        for number in range(10):
            assert len(waiting) <= number + 3
            await wait_until(harness, waiting, number + 1)
            waiting[number].respond(200, [], b"%d" % number)
            assert (await wire.answer()).body == b"%d" % number


async def test_answering_twice_is_the_handlers_mistake() -> None:
    waiting: list[Request] = []
    async with serving(routes=waiting_routes(waiting)) as harness, await harness.connect() as wire:
        await wire.send(WAIT % 0)
        await wait_until(harness, waiting, 1)
        waiting[0].respond(200)
        with pytest.raises(RuntimeError, match="answered already"):
            waiting[0].respond(200)


async def test_a_handler_learns_that_its_client_has_gone() -> None:
    waiting: list[Request] = []
    async with serving(routes=waiting_routes(waiting)) as harness:
        gone = trio.Event()
        async with await harness.connect() as wire:
            await wire.send(WAIT % 0)
            await wait_until(harness, waiting, 1)
            waiting[0].grace_seconds = 0.0
            waiting[0].on_close(gone.set)
        with trio.fail_after(5):
            await gone.wait()
        assert waiting[0].closed
        waiting[0].respond(200, [], b"into the void")


async def test_who_asks_without_reading_is_not_read_from() -> None:
    routes = Routes()
    answered: list[Request] = []

    def big(request: Request) -> None:
        answered.append(request)
        request.respond(200, [], b"x" * 10_000_000)

    routes.http("GET", "/big", big)
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n" * 5)
        for number in range(1, 6):
            answer = await wire.answer()
            assert len(answer.body) == 10_000_000
            assert len(answered) <= number + 1


async def test_100_continue_waits_until_earlier_requests_are_answered() -> None:
    waiting: list[Request] = []
    async with serving(routes=waiting_routes(waiting)) as harness, await harness.connect() as wire:
        await wire.send(WAIT % 0 + post(b"/echo", b"body", b"Expect: 100-continue")[:-4])
        await wait_until(harness, waiting, 1)
        waiting[0].respond(200, [], b"first")
        assert (await wire.answer()).body == b"first"
        received = wire.reader.trailing_data[0] or await wire.receive()
        assert received == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.reader = h11.Connection(h11.CLIENT)
        await wire.send(b"body")
        assert (await wire.answer()).body == b"body"
