"""What all connections together may hold of bodies and messages that have not arrived whole."""

from __future__ import annotations

import pytest

from gateway.front.limits import CLOSE_TRY_LATER, Limits
from tests.gateway.front.harness import Harness, SocketClient, serving
from tests.gateway.front.test_websocket import masked

LIMITS = Limits(unfinished_bytes=1_000)
FRAGMENT = masked(2, b"a" * 600, fin=False)
WHOLE = masked(2, b"b" * 600)
HEAD = b"POST /echo HTTP/1.1\r\nHost: stoa\r\nContent-Length: 700\r\n\r\n"
HELLO = b"GET /hello HTTP/1.1\r\nHost: stoa\r\n\r\n"


async def hold(client: SocketClient, data: bytes) -> None:
    """Send part of a message; returns when the front has read it."""
    await client.raw(masked(9, b"") + data if data is not FRAGMENT else data + masked(9, b""))
    await client.frame()


def held(harness: Harness) -> int:
    found: int = harness.front.statistics()["unfinished_bytes"]
    return found


@pytest.mark.parametrize("part", [FRAGMENT, WHOLE[:-1]], ids=["fragment", "part of a frame"])
async def test_the_message_that_grows_past_the_budget_is_refused_and_no_other(part: bytes) -> None:
    async with serving(LIMITS) as harness, harness.unaffected():
        async with await harness.websocket() as first, await harness.websocket() as second:
            await hold(first, part)
            assert held(harness) in (600, len(part))
            await second.raw(part)
            assert await second.close_code() == CLOSE_TRY_LATER
            assert held(harness) in (600, len(part))
            await first.raw(masked(0, b"c") if part is FRAGMENT else WHOLE[-1:])
            assert len((await first.frame()).data) in (600, 601)
            assert held(harness) == 0
        assert harness.front.services.counters.refusals["unfinished bytes"] == 1


async def test_a_body_past_the_budget_is_refused_and_given_back() -> None:
    async with serving(LIMITS) as harness, harness.unaffected():
        async with await harness.websocket() as first, await harness.connect() as wire:
            await hold(first, FRAGMENT)
            await wire.send(HEAD + b"x" * 600)
            answer = await wire.answer("POST")
            assert (answer.status, answer.error["code"]) == (503, "OVERLOADED")
            assert held(harness) == 600
            await first.raw(masked(0, b"c"))
            await first.frame()
        async with await harness.connect() as wire:
            await wire.send(HELLO + HEAD + b"x" * 600)
            await wire.answer()
            assert held(harness) == 600
            await wire.send(b"x" * 100)
            assert (await wire.answer("POST")).body == b"x" * 700
            assert held(harness) == 0


async def test_what_a_lost_connection_held_is_given_back() -> None:
    async with serving(LIMITS) as harness:
        async with await harness.websocket() as client, await harness.connect() as wire:
            await hold(client, WHOLE[:300])
            await wire.send(HELLO + HEAD + b"x" * 600)
            await wire.answer()
            assert held(harness) == 900
        await harness.front.drain(5)
        assert held(harness) == 0
