"""Throttling of PIN guesses per network, whichever way they come: Socket.IO or GraphQL.

Only wrong PINs count: a whole class behind one address may join at once. Whoever has guessed
wrong too often is refused before the look-up until the window has passed, so that not even a
right guess is told apart.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Any

import trio

from protocol.errors import RateLimited
from protocol.networks import network_of
from protocol.ports import Clock, Throttle

LIMIT = 40
"""Wrong PINs per window and network; at this rate six digits take half a month to try."""
WINDOW_SECONDS = 60
MAX_BLOCKED = 10_000
"""Networks remembered as blocked; the oldest is forgotten first, and is counted anew."""
AT_ONCE = 8
"""Look-ups of one network under way in `turn`, and so the most guesses past the limit."""


class WrongPins:
    """Counts wrong PINs in the shared throttle and remembers who is blocked."""

    def __init__(self, throttle: Throttle, clock: Clock) -> None:
        self._throttle = throttle
        self._clock = clock
        self._blocked: OrderedDict[str, int] = OrderedDict()
        self._turns: dict[str, trio.CapacityLimiter] = {}

    def check(self, remote: str) -> None:
        """Raises `RateLimited` while `remote` is blocked."""
        network = network_of(remote)
        until = self._blocked.get(network)
        if until is None:
            return
        left = until - self._clock.now()
        if left > 0:
            raise RateLimited(left / 1000)
        del self._blocked[network]

    async def count(self, remote: str) -> None:
        """Count a wrong PIN. Raises `RateLimited` if there were too many before it."""
        network = network_of(remote)
        try:
            await self._throttle.hit(f"pin:{network}", LIMIT, WINDOW_SECONDS)
        except RateLimited as limited:
            self._block(network, limited)
            raise

    @contextlib.asynccontextmanager
    async def turn(self, remote: str) -> AsyncIterator[None]:
        """For a look-up and its `count`: waits for its turn. Raises `RateLimited` if blocked.

        Guesses sent all at once would otherwise all be looked up before the first one counts.
        """
        network = network_of(remote)
        limiter = self._turns.setdefault(network, trio.CapacityLimiter(AT_ONCE))
        try:
            async with limiter:
                self.check(remote)
                yield
        finally:
            if not limiter.borrowed_tokens and not limiter.statistics().tasks_waiting:
                self._turns.pop(network, None)

    def statistics(self) -> dict[str, int]:
        """Networks blocked (some perhaps no longer), and with look-ups under way."""
        return {"blocked": len(self._blocked), "under_way": len(self._turns)}

    def _block(self, network: str, limited: RateLimited) -> None:
        seconds: Any = limited.details["retry_after_seconds"]
        self._blocked[network] = self._clock.now() + int(seconds * 1000)
        self._blocked.move_to_end(network)
        while len(self._blocked) > MAX_BLOCKED:
            self._blocked.popitem(last=False)
