"""Throttling of PIN guesses, whichever way they come: Socket.IO or GraphQL.

Only wrong PINs count: a whole class behind one address may join at once. A wrong one counts for
the user who is signed in, or else for the network; over Socket.IO for the socket, too, whose limit
is reached first, so that one pupil who cannot type does not shut out the others. Whoever has
guessed wrong too often is refused before the look-up until the window has passed.

Look-ups run in parallel, so a guess is counted here, without waiting, at the moment its answer is
known, and a right one is told only to who is still below the limit: guesses sent all at once learn
no more than guesses sent one by one. The shared throttle then adds up what other nodes have seen.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import msgspec
import trio

from protocol.access import Throttle
from protocol.bounded import BoundedDict
from protocol.errors import RateLimited
from protocol.networks import network_of
from protocol.ports import Clock

SOCKET_LIMIT = 10
"""Wrong PINs per window and socket."""
USER_LIMIT = 10
"""Wrong PINs per window and signed-in user; the user's network has nothing to do with it."""
LIMIT = 300
"""Wrong PINs of guests per window and network.

A PIN is one in a million, so that at 300 a minute trying them all takes 1,000,000 / 300 = 3,333
minutes, more than two days, and an hour's game is found with a chance of 300 * 60 / 1,000,000 =
1.8 % by a network that does nothing else. A class of thirty may mistype ten times each.
"""
WINDOW_SECONDS = 60
MAX_COUNTED = 10_000
"""Users, networks and sockets remembered; the oldest is forgotten first, and is counted anew."""
AT_ONCE = 8
"""Look-ups of one network or user under way in `turn`."""


class Guesser(NamedTuple):
    """Who guesses. `socket` is a Socket.IO socket's id, empty for requests."""

    remote: str
    user_id: str | None = None
    socket: str = ""

    @property
    def shared(self) -> tuple[str, int]:
        """The counter that all nodes share, and its limit."""
        if self.user_id is not None:
            return f"pin:user:{self.user_id}", USER_LIMIT
        return f"pin:{network_of(self.remote)}", LIMIT

    @property
    def counters(self) -> list[tuple[str, int]]:
        """Every counter that a wrong PIN counts in."""
        own = [(f"pin:socket:{self.socket}", SOCKET_LIMIT)] if self.socket else []
        return [*own, self.shared]


class _Window(msgspec.Struct):
    count: int
    limit: int
    until: int
    """Milliseconds on the server's clock."""


class PinThrottle:
    """Counts wrong PINs, here at once and in the shared throttle after."""

    def __init__(self, throttle: Throttle, clock: Clock) -> None:
        self._throttle = throttle
        self._clock = clock
        self._windows: BoundedDict[str, _Window] = BoundedDict(MAX_COUNTED)
        self._turns: dict[str, trio.CapacityLimiter] = {}

    def check(self, guesser: Guesser) -> None:
        """Raises `RateLimited` while `guesser` is blocked. Before the look-up and after it."""
        now = self._clock.now()
        for key, limit in guesser.counters:
            window = self._windows.get(key)
            if window is None:
                continue
            if window.until <= now:
                del self._windows[key]
            elif window.count >= limit:
                raise RateLimited((window.until - now) / 1000)

    def count_nowait(self, guesser: Guesser) -> None:
        """Count a wrong PIN on this node. Raises `RateLimited` if there were too many before it."""
        self.check(guesser)
        for key, limit in guesser.counters:
            self._window(key, limit).count += 1

    async def count_shared(self, guesser: Guesser) -> None:
        """Count for all nodes what `count_nowait` has counted here. Raises `RateLimited`."""
        key, limit = guesser.shared
        try:
            await self._throttle.hit(key, limit, WINDOW_SECONDS)
        except RateLimited as limited:
            seconds: Any = limited.details["retry_after_seconds"]
            window = self._window(key, limit)
            window.count = limit
            window.until = self._clock.now() + int(seconds * 1000)
            raise

    async def count(self, guesser: Guesser) -> None:
        """Count a wrong PIN. Raises `RateLimited` if there were too many before it."""
        self.count_nowait(guesser)
        await self.count_shared(guesser)

    @contextlib.asynccontextmanager
    async def turn(self, guesser: Guesser) -> AsyncIterator[None]:
        """For a look-up with its `count` or second `check`: waits, and raises `RateLimited`."""
        key, _ = guesser.shared
        limiter = self._turns.setdefault(key, trio.CapacityLimiter(AT_ONCE))
        try:
            async with limiter:
                self.check(guesser)
                yield
        finally:
            if not limiter.borrowed_tokens and not limiter.statistics().tasks_waiting:
                self._turns.pop(key, None)

    def statistics(self) -> dict[str, int]:
        """Counters at their limit (some perhaps no longer), and those with look-ups under way."""
        blocked = sum(window.count >= window.limit for window in self._windows.values())
        return {"blocked": blocked, "under_way": len(self._turns)}

    def _window(self, key: str, limit: int) -> _Window:
        window = self._windows.get(key)
        if window is None:
            until = self._clock.now() + WINDOW_SECONDS * 1000
            window = _Window(0, limit, until)
            self._windows.remember(key, window)
        return window
