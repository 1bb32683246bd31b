"""Attempt counters in Redis: fixed windows that begin with the first attempt, on all nodes."""

from __future__ import annotations

import hashlib
from typing import Any

from protocol.errors import RateLimited
from storage.valkey import Valkey

# KEYS[1] counter; ARGV limit, window in ms. Answers the ms to wait, 0 when the attempt was counted.
HIT = """
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
if count >= tonumber(ARGV[1]) then return math.max(1, redis.call('PTTL', KEYS[1])) end
if redis.call('INCR', KEYS[1]) == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
"""
# A counter that has run out meanwhile must not come back, below zero and without an end.
RELEASE = """
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
if count == 1 then redis.call('DEL', KEYS[1]) elseif count > 1 then redis.call('DECR', KEYS[1]) end
return 0
"""


class ValkeyThrottle:
    """Implements `protocol.access.Throttle`."""

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey

    async def hit(self, key: str, limit: int, window_seconds: int) -> None:
        """Count one attempt. Raises `RateLimited` when `limit` were counted in this window."""
        wait_ms = await self._valkey.run(
            lambda redis: _eval(redis, HIT, key, limit, window_seconds * 1000)
        )
        if wait_ms:
            raise RateLimited(wait_ms / 1000)

    async def release(self, key: str) -> None:
        """Take one attempt back: it turned out to be harmless."""
        await self._valkey.run(lambda redis: _eval(redis, RELEASE, key))


async def _eval(redis: Any, script: str, key: str, *arguments: int) -> int:
    # Hashed: bounded in length, and no e-mail address lies about in Redis.
    digest = hashlib.sha256(key.encode(errors="replace")).hexdigest()
    return int(await redis.eval(script, 1, f"stoa:throttle:{digest}", *arguments))
