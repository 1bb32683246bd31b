"""Whether a client answers a ping now, for somebody who cannot wait for the usual rhythm."""

from __future__ import annotations

from collections.abc import Callable

from gateway.engineio.ports import Handle, Timers
from protocol.errors import Overloaded

Told = Callable[[bool], None]

MAX_WAITING = 64
"""Who wait for one client: a socket hosts a few games, and each asks once at a time."""


class Liveness:
    """Those who wait for the next pong of one client, and when it is too late for it.

    `too_late` ends the session, which calls `tell(False)`.
    """

    __slots__ = ("_timer", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[Told] = []
        self._timer: Handle | None = None

    def wait(
        self, told: Told, timers: Timers, seconds: float, too_late: Callable[[], None]
    ) -> None:
        """`told` is called once; who asks while another waits gets the same answer.

        Raises `Overloaded`.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise Overloaded("Too many are waiting for this client; try again")
        self._waiting.append(told)
        if self._timer is None:
            self._timer = timers.call_later(seconds, too_late)

    def tell(self, alive: bool) -> None:
        """The client has answered, or its session is over."""
        waiting, self._waiting = self._waiting, []
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for told in waiting:
            told(alive)
