"""PIN guesses over Socket.IO: a wrong one is counted before it is acknowledged."""

from __future__ import annotations

from collections.abc import Callable

from gateway.guesses import WrongPins
from gateway.realtime.exchange import Exchange
from protocol.errors import StoaError

Spawn = Callable[..., None]
"""Runs `spawn(async_fn, *args)` as a task of the server, like `nursery.start_soon`."""


class PinGuesses:
    """Lets events, which are not tasks, use the counter of wrong PINs."""

    def __init__(self, pins: WrongPins, spawn: Spawn) -> None:
        self._pins = pins
        self._spawn = spawn

    def check(self, remote: str) -> None:
        """Raises `RateLimited` while `remote` is blocked."""
        self._pins.check(remote)

    def wrong(self, remote: str, exchange: Exchange, error: StoaError) -> None:
        """Count a wrong PIN, then acknowledge: `error`, or that there were too many."""
        self._spawn(self._count, remote, exchange, error)

    async def _count(self, remote: str, exchange: Exchange, error: StoaError) -> None:
        try:
            await self._pins.count(remote)
        except StoaError as instead:
            exchange.fail(instead)
        else:
            exchange.fail(error)
