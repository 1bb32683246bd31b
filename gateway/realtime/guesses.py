"""Throttling of PIN guesses per remote address.

Only wrong PINs count: a whole class behind one address may join at once. Whoever has guessed
wrong too often is refused before the look-up until the window has passed, so that not even a
right guess is told apart.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from gateway.realtime.exchange import Exchange
from protocol.errors import RateLimited, StoaError
from protocol.ports import Clock, Throttle

LIMIT = 40
"""Wrong PINs per window and address; at this rate six digits take half a month to try."""
WINDOW_SECONDS = 60
MAX_BLOCKED = 10_000
"""Addresses remembered as blocked; the oldest is forgotten first, and is counted anew."""

Spawn = Callable[..., None]
"""Runs `spawn(async_fn, *args)` as a task of the server, like `nursery.start_soon`."""


class PinGuesses:
    """Counts wrong PINs in the shared throttle and remembers who is blocked."""

    def __init__(self, throttle: Throttle, clock: Clock, spawn: Spawn) -> None:
        self._throttle = throttle
        self._clock = clock
        self._spawn = spawn
        self._blocked: OrderedDict[str, int] = OrderedDict()

    def check(self, remote: str) -> None:
        """Raises `RateLimited` while `remote` is blocked."""
        until = self._blocked.get(remote)
        if until is None:
            return
        left = until - self._clock.now()
        if left > 0:
            raise RateLimited(left / 1000)
        del self._blocked[remote]

    def wrong(self, remote: str, exchange: Exchange, error: StoaError) -> None:
        """Count a wrong PIN, then acknowledge: `error`, or that there were too many."""
        self._spawn(self._count, remote, exchange, error)

    async def _count(self, remote: str, exchange: Exchange, error: StoaError) -> None:
        try:
            await self._throttle.hit(f"pin:{remote}", LIMIT, WINDOW_SECONDS)
        except RateLimited as limited:
            self._block(remote, limited)
            exchange.fail(limited)
        except StoaError as unavailable:
            exchange.fail(unavailable)
        else:
            exchange.fail(error)

    def _block(self, remote: str, limited: RateLimited) -> None:
        seconds: Any = limited.details["retry_after_seconds"]
        self._blocked[remote] = self._clock.now() + int(seconds * 1000)
        self._blocked.move_to_end(remote)
        while len(self._blocked) > MAX_BLOCKED:
            self._blocked.popitem(last=False)
