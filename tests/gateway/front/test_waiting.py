"""What all connections together may have waiting for clients that do not read."""

from __future__ import annotations

from contextlib import AsyncExitStack

import trio

from gateway.front.limits import Limits
from tests.gateway.front.harness import Harness, serving, until

LIMITS = Limits(waiting_bytes=12_000_000, outbox_bytes=64_000_000, body_bytes=16_000_000)
LARGE = b"x" * 8_000_000
ECHO = b"POST /echo HTTP/1.1\r\nHost: stoa\r\nContent-Length: %d\r\n\r\n" % len(LARGE) + LARGE


def waiting(harness: Harness) -> int:
    found: int = harness.front.statistics()["outbox_bytes"]
    return found


async def test_large_answers_to_slow_readers_are_bounded_over_all_connections() -> None:
    async with serving(LIMITS) as harness, harness.unaffected(), AsyncExitStack() as stack:
        refusals = harness.front.services.counters.refusals
        for _ in range(4):
            wire = await stack.enter_async_context(await harness.connect())
            await wire.send(ECHO)
            await trio.sleep(0.05)
        await until(lambda: refusals["waiting bytes"] > 0)
        await trio.sleep(0.05)
        assert 0 < waiting(harness) <= LIMITS.waiting_bytes
    assert waiting(harness) == 0


async def test_what_a_client_reads_is_given_back() -> None:
    async with serving(LIMITS) as harness:
        async with await harness.connect() as wire:
            await wire.send(ECHO)
            answer = await wire.answer("POST")
            assert len(answer.body) == len(LARGE)
        await until(lambda: waiting(harness) == 0)
        assert harness.front.services.counters.refusals["waiting bytes"] == 0
