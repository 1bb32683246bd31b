"""Packets whose attachments do not come: they are counted, they end, and some take none at all."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest
import trio.testing

from gateway.front.limits import Limits
from gateway.socketio.settings import Settings
from tests.gateway.front.harness import until
from tests.gateway.socketio.harness import Running, running, trio_now
from tests.gateway.socketio.wires import Polling, Web

NAMES = ",".join(f'{{"_placeholder":true,"num":{number}}}' for number in range(16))
HEAD = f'4516-["message",{NAMES}]'
PART = b"a" * 10_000


def held(server: Running) -> int:
    found: int = server.front.statistics()["unfinished_bytes"]
    return found


async def entered(server: Running) -> Web:
    client = await Web.open(server.port)
    await client.hear()
    await client.say("40")
    await client.hear()
    return client


async def begin(client: Web) -> None:
    """Announce sixteen attachments and send fifteen; returns when they were read."""
    await client.say(HEAD, *[PART] * 15)


async def test_what_is_held_of_unfinished_packets_is_counted_and_given_back() -> None:
    async with running() as server, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(await entered(server)) for _ in range(3)]
        for client in clients:
            await begin(client)
        whole = 3 * (len(HEAD) + 150_000)
        await until(lambda: held(server) == whole)
        await clients[0].say(PART)
        await until(lambda: held(server) == whole * 2 // 3)
        await clients[1].__aexit__(None, None, None)
        await until(lambda: held(server) == whole // 3)


async def test_the_packet_that_grows_past_the_budget_ends_its_session_and_no_other() -> None:
    limits = Limits(unfinished_bytes=200_000, timer_tick_seconds=0.005)
    async with running(limits=limits) as server:
        async with await entered(server) as first:
            await begin(first)
            await until(lambda: held(server) >= 150_000)
            async with await entered(server) as second:
                await begin(second)
                assert await second.notice() == (1013, "overloaded")
            assert held(server) == len(HEAD) + 150_000
            await first.say(PART)
            await until(lambda: held(server) == 0)
        assert server.server.statistics()["ended"]["overloaded"] == 1


async def test_over_polling_they_are_counted_as_well() -> None:
    async with running() as server, await Polling.open(server.port) as client:
        await client.enter()
        await client.post(HEAD.encode(), b"bAQID")
        assert held(server) == len(HEAD) + 3


async def test_attachments_that_do_not_come_in_time_end_the_session(
    mock_clock: trio.testing.MockClock,
) -> None:
    async with running(now=trio_now) as server:
        async with await entered(server) as client:
            await client.say(HEAD, PART)
            while held(server) < len(PART):
                await trio.testing.wait_all_tasks_blocked(0.01)
            mock_clock.jump(11)
            assert await client.notice() == (1000, "parse error")
        assert held(server) == 0


@pytest.mark.parametrize("count", [1, 16])
async def test_where_no_event_takes_attachments_none_are_taken(count: int) -> None:
    async with running(Settings(max_attachments=0)) as server:
        async with await entered(server) as client:
            await client.say(f'45{count}-["message",{NAMES}]')
            assert await client.notice() == (1000, "parse error")
        assert held(server) == 0
