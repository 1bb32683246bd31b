"""PIN guesses over Socket.IO: a wrong one is counted before it is acknowledged."""

from __future__ import annotations

from collections.abc import Callable

from gateway.pin_throttle import Guesser, PinThrottle
from gateway.realtime.exchange import Exchange
from protocol.errors import StoaError

Spawn = Callable[..., None]
"""Runs `spawn(async_fn, *args)` as a task of the server, like `nursery.start_soon`."""


class PinEvents:
    """Gives events, which are not tasks, access to the counter of wrong PINs."""

    def __init__(self, pins: PinThrottle, spawn: Spawn) -> None:
        self._pins = pins
        self._spawn = spawn

    def check(self, exchange: Exchange) -> None:
        """Raise `RateLimited` while the client is blocked.

        Call it before the look-up, and before revealing whether a PIN is right.
        """
        self._pins.check(_guesser(exchange))

    def wrong(self, exchange: Exchange, error: StoaError) -> None:
        """Count a wrong PIN, then acknowledge with `error`, or with `RateLimited`."""
        guesser = _guesser(exchange)
        self._pins.count_nowait(guesser)
        self._spawn(self._count, guesser, exchange, error)

    async def _count(self, guesser: Guesser, exchange: Exchange, error: StoaError) -> None:
        try:
            await self._pins.count_shared(guesser)
        except StoaError as instead:
            exchange.refuse(instead)
        else:
            exchange.refuse(error)


def _guesser(exchange: Exchange) -> Guesser:
    identity, socket = exchange.context.identity, exchange.socket
    return Guesser(socket.remote, identity.user_id if identity else None, socket.id)
