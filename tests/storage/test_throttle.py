"""Attempt counters in a real Valkey."""

from __future__ import annotations

from typing import Any

import pytest
import trio

from protocol.errors import RateLimited
from storage.throttle import ValkeyThrottle
from storage.valkey import Valkey


async def test_attempts_past_the_limit_are_refused_and_say_for_how_long(valkey: Valkey) -> None:
    throttle = ValkeyThrottle(valkey)
    for _ in range(3):
        await throttle.hit("a", 3, 60)
    with pytest.raises(RateLimited) as refusal:
        await throttle.hit("a", 3, 60)
    assert 0 < refusal.value.details["retry_after_seconds"] <= 60
    await throttle.hit("b", 3, 60)


async def test_a_released_attempt_was_none(valkey: Valkey) -> None:
    throttle = ValkeyThrottle(valkey)
    await throttle.release("a")
    for _ in range(5):
        await throttle.hit("a", 2, 60)
        await throttle.hit("a", 2, 60)
        await throttle.release("a")
        await throttle.release("a")


async def test_of_attempts_at_once_only_the_limit_passes(valkey: Valkey) -> None:
    throttle = ValkeyThrottle(valkey)
    refused = 0

    async def attempt() -> None:
        nonlocal refused
        try:
            await throttle.hit("a", 4, 60)
        except RateLimited:
            refused += 1

    async with trio.open_nursery() as nursery:
        for _ in range(10):
            nursery.start_soon(attempt)
    assert refused == 6


async def test_a_window_ends_by_itself(valkey: Valkey) -> None:
    throttle = ValkeyThrottle(valkey)
    await throttle.hit("a", 1, 60)

    async def expire(redis: Any) -> None:
        (key,) = await redis.keys("stoa:throttle:*")
        assert 0 < await redis.pttl(key) <= 60_000
        await redis.pexpire(key, 0)

    await valkey.run(expire)
    await throttle.hit("a", 1, 60)
