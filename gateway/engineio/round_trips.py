"""What the network between server and client costs, as far as the client cannot make it look worse.

Two measures, both upper bounds of the true round trip. The kernel's minimum (`front.tcp_info`) is
out of a client's reach, and exists on direct connections only. Echoes of WebSocket pings are sent
by the browser without its page, but a client of one's own can hold them back. So the smaller of the
two counts, and of echoes the smallest: waiting anywhere only ever adds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from gateway.engineio.ports import Connection, Timers

PINGS_TOGETHER: Final = 10
"""Ticks: half a second's pings leave together, so that their echoes come together."""
CALM_SECONDS: Final = 2.0
"""After which a thousand who came together have been served."""
KEPT_ECHOES: Final = 12
"""How many echoes are kept: five minutes at a ping every 25 seconds, as long as the kernel's."""
MAX_ROUND_TRIP_MS: Final = 10_000
"""Slower echoes count as this slow."""
ENOUGH_ECHOES: Final = 3
"""With fewer, a difference between the two measures is no news: one echo may just have waited."""
HELD_BACK_MS: Final = 100
"""Echoes that all come this much later than the kernel's minimum are not the network's doing: a
busy device takes some tens of milliseconds."""


class RoundTrips:
    """The measures of one client. Milliseconds throughout."""

    __slots__ = ("_burst", "_echoes", "network")

    def __init__(self) -> None:
        self._burst = 0
        self._echoes: tuple[int, ...] = ()
        self.network: float | None = None
        """The kernel's minimum, None where there is none."""

    def measure(
        self, connection: Connection, pings: int, timers: Timers, timed: Callable[[], None]
    ) -> None:
        """Ping so many times, each time when the echo has come; `timed` is called after each.

        What the kernel knows already can wait until a crowd that came at once has been served: its
        echoes would say how long they waited here.
        """
        self.network = connection.network_round_trip_ms
        if not pings:
            return
        if self.network is None:
            self._burst_of(pings, connection, timed)
        else:
            later = partial(self._burst_of, pings, connection, timed)
            timers.call_later(CALM_SECONDS, later, together=PINGS_TOGETHER)

    def _burst_of(self, pings: int, connection: Connection, timed: Callable[[], None]) -> None:
        self._burst = pings
        self.ping(connection, timed)

    def ping(self, connection: Connection, timed: Callable[[], None]) -> None:
        """Ping once, or go on with a burst."""

        def echoed(round_trip_ms: int) -> None:
            self.echoed(round_trip_ms)
            self.network = connection.network_round_trip_ms
            if self._is_settled(round_trip_ms):
                self._burst = 0
            elif self._burst:
                self.ping(connection, timed)
            timed()

        if connection.time_round_trip(echoed):
            self._burst = max(self._burst - 1, 0)

    def _is_settled(self, round_trip_ms: int) -> bool:
        """Whether further pings can say nothing new: the kernel's minimum is the smaller measure,
        and this echo was not held back."""
        return self.network is not None and 0 <= round_trip_ms - round(self.network) < HELD_BACK_MS

    def echoed(self, round_trip_ms: int) -> None:
        """A ping came back. Negative times, from a clock that was set back, count as 0."""
        capped = min(max(round_trip_ms, 0), MAX_ROUND_TRIP_MS)
        self._echoes = (*self._echoes[-(KEPT_ECHOES - 1) :], capped)

    @property
    def echoes(self) -> int:
        """How many echoes are kept."""
        return len(self._echoes)

    @property
    def credited_ms(self) -> int:
        """The round trip that may be credited; 0 while nothing was measured."""
        measures = [min(self._echoes)] if self._echoes else []
        if self.network is not None:
            measures.append(round(self.network))
        return min(measures, default=0)

    @property
    def held_back_ms(self) -> int:
        """How much later the echoes come than the network explains; 0 where that means nothing."""
        if self.network is None or len(self._echoes) < ENOUGH_ECHOES:
            return 0
        later = min(self._echoes) - round(self.network)
        return later if later >= HELD_BACK_MS else 0
