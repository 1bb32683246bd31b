"""Draining, accepting and the reactor's own duties."""

from __future__ import annotations

import errno
import socket
from typing import Any

import pytest
import trio

from gateway.front.limits import Limits
from gateway.front.request import Request
from gateway.front.server import Front
from tests.gateway.front.harness import now, serving, standard_routes

HELLO = b"GET /hello HTTP/1.1\r\nHost: stoa\r\n\r\n"
WAIT = b"GET /wait HTTP/1.1\r\nHost: stoa\r\n\r\n"


async def test_draining_finishes_requests_closes_websockets_with_1012_and_refuses_new() -> None:
    waiting: list[Request] = []
    sockets: list[Any] = []
    routes = standard_routes(sockets)
    routes.http("GET", "/wait", waiting.append)
    async with serving(routes=routes) as harness:
        idle, busy = await harness.connect(), await harness.connect()
        client = await harness.websocket()
        await idle.send(HELLO)
        assert not (await idle.answer()).closes
        await busy.send(WAIT)
        with trio.fail_after(5):
            while not waiting:
                await trio.lowlevel.checkpoint()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(harness.front.drain, 5)
            assert await idle.rest() == b""
            assert await client.close_code() == 1012
            await client.flush()
            with pytest.raises(OSError, match="all attempts to connect"):
                await harness.connect()
            waiting[0].respond(200, [], b"finished")
            answer = await busy.answer()
            assert (answer.body, answer.closes) == (b"finished", True)
            for wire in (idle, busy, client.wire):
                await wire.__aexit__()
        assert sockets[0].closes == [(1012, "the server restarts")]
        assert harness.front.statistics()["connections"] == 0
        assert harness.front.statistics()["draining"] is True


async def test_draining_cuts_what_has_not_ended_at_the_deadline() -> None:
    waiting: list[Request] = []
    routes = standard_routes([])
    routes.http("GET", "/wait", waiting.append)
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(WAIT)
        with trio.fail_after(5):
            while not waiting:
                await trio.lowlevel.checkpoint()
            await harness.front.drain(0.02)
        assert await wire.rest() == b""
        assert waiting[0].closed


async def test_cancelling_the_front_tells_every_websocket() -> None:
    async with serving() as harness:
        client = await harness.websocket()
        socket_ = harness.sockets[0]
    assert [code for code, _ in socket_.closes] == [1006]
    await client.wire.__aexit__()


async def test_statistics_tell_connections_by_protocol() -> None:
    async with (
        serving() as harness,
        await harness.connect() as wire,
        await harness.websocket() as client,
    ):
        await wire.send(HELLO)
        await wire.answer()
        await client.send_text("x")
        await client.frame()
        statistics = harness.front.statistics()
    assert (statistics["connections_http"], statistics["connections_websocket"]) == (1, 1)
    assert (statistics["requests"], statistics["frames_received"]) == (2, 1)
    assert statistics["bytes_received"] > 0
    assert statistics["bytes_sent"] > 0


async def test_who_holds_an_answer_open_is_told_of_the_drain() -> None:
    waiting: list[Request] = []
    routes = standard_routes([])
    routes.http("GET", "/wait", waiting.append)
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        harness.front.on_drain(lambda: waiting[0].respond(200, [], b"poll again elsewhere"))
        await wire.send(WAIT)
        with trio.fail_after(5):
            while not waiting:
                await trio.lowlevel.checkpoint()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(harness.front.drain, 5)
            assert (await wire.answer()).body == b"poll again elsewhere"
            await wire.__aexit__()
        assert harness.front.statistics()["timers"] == 0


class Exhausted:
    """A listener in a process without file descriptors, for the first call."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.failed = False

    def accept(self) -> tuple[socket.socket, Any]:
        if not self.failed:
            self.failed = True
            raise OSError(errno.EMFILE, "Too many open files")
        return self._listener.accept()

    def fileno(self) -> int:
        return self._listener.fileno()

    def close(self) -> None:
        self._listener.close()


async def test_running_out_of_descriptors_is_survived() -> None:
    limits = Limits(accept_pause_seconds=0.02, timer_tick_seconds=0.01)
    async with serving(limits) as harness, harness.unaffected():
        listeners = harness.front.reactor._listeners
        ((fd, listener),) = listeners.items()
        exhausted = Exhausted(listener)
        listeners[fd] = exhausted  # type: ignore[assignment]
        assert (await harness.ask(HELLO)).body == b"hello"
        assert exhausted.failed
        assert harness.front.statistics()["refusals"] == {"descriptors": 1}


async def test_a_port_in_use_is_an_oserror_and_reuse_port_shares_it() -> None:
    async with serving() as harness, trio.open_nursery() as nursery:
        front = Front(standard_routes([]), now=now)
        with pytest.raises(BaseExceptionGroup) as caught:
            await front.serve(host="127.0.0.1", port=harness.port)
        assert caught.group_contains(OSError)

        async def serve(port: int, task_status: trio.TaskStatus[int]) -> None:
            shared = Front(standard_routes([]), now=now)
            await shared.serve(
                host="127.0.0.1", port=port, reuse_port=True, task_status=task_status
            )

        port = await nursery.start(serve, 0)
        assert await nursery.start(serve, port) == port
        nursery.cancel_scope.cancel()


async def test_no_delay_is_set_on_accepted_sockets() -> None:
    async with serving() as harness, await harness.websocket():
        (stream,) = harness.front.reactor.streams.values()
        assert stream.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_one_busy_connection_does_not_keep_others_waiting() -> None:
    """A connection with thousands of requests read at once takes turns with a second one."""
    limits = Limits(messages_per_turn=4)
    async with (
        serving(limits) as harness,
        await harness.connect() as busy,
        await harness.connect() as other,
    ):
        await busy.send(HELLO * 1_000)
        await other.send(HELLO)
        assert (await other.answer()).body == b"hello"
        assert harness.front.services.counters.requests < 1_000
        for _ in range(1_000):
            assert (await busy.answer()).body == b"hello"
