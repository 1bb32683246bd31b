"""The server's clock: wall time at the start plus what Trio's clock has counted since.

So it never jumps while the process lives, and tests control it with Trio's `MockClock`. What moves
it on purpose is `supervisors.wall_time`, and it never goes back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from time import perf_counter

import trio

RATE = 1000.0
"""Milliseconds that the clock counts in a second of Trio's."""
ROUNDING_SECONDS = 1e-5
"""Added to wake-up times, so that `now()` has certainly reached the deadline at the wake-up."""


def wall_ms() -> int:
    """What the system says the time is, in milliseconds since the Unix epoch."""
    return time.time_ns() // 1_000_000


class LoopClock(trio.abc.Clock):
    """Trio's clock for a node: it stands still while the process is stopped.

    So nobody's timeout runs out then: neither that of a client whose bytes wait in the kernel, nor
    that of a request that was read before. `TrioClock` goes on meanwhile.
    """

    def __init__(self) -> None:
        self._stood_seconds = 0.0

    def start_clock(self) -> None:
        """Nothing: it runs always."""

    def current_time(self) -> float:
        """Seconds since some moment."""
        return perf_counter() - self._stood_seconds

    def deadline_to_sleep_time(self, deadline: float) -> float:
        """Seconds until then, if nothing stops it."""
        return deadline - self.current_time()

    def stood_still(self, seconds: float) -> None:
        """It should have stood still for the last seconds, in which nobody has read it."""
        self._stood_seconds += seconds


class TrioClock:
    """`protocol.ports.Clock`. Create it inside `trio.run`; `wall_ms` fixes the start in tests.

    `on_move` is called when what `trio_time` has said does not hold any more.
    """

    def __init__(self, wall_ms: int | None = None) -> None:
        self._base = _system_ms() if wall_ms is None else wall_ms
        self._trio_clock = trio.lowlevel.current_clock()
        self._read = self._trio_clock.current_time
        self._anchor = self._read()
        self._rate = RATE
        self.on_move: Callable[[], None] = _nobody_waits

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        return self._base + int((self._read() - self._anchor) * self._rate)

    def trio_time(self, at: int) -> float:
        """The Trio clock reading at which `now()` has reached `at`."""
        return self._anchor + (at - self._base) / self._rate + ROUNDING_SECONDS

    def start_at(self, now: int) -> None:
        """Go on from `now`, be it earlier. Only before anybody has read the clock."""
        self._base, self._anchor = now, self._read()

    def set_forward(self, now: int) -> None:
        """Go on from `now`; an earlier time than the clock's changes nothing."""
        self._base, self._anchor = max(self.now(), now), self._read()
        self.on_move()

    def leap(self, seconds: float) -> None:
        """Trio's clock stood still for so long, as if the time had not passed; it has."""
        now = self.now()
        if isinstance(self._trio_clock, LoopClock):
            self._trio_clock.stood_still(seconds)
            self._base, self._anchor = now, self._read()
            self.on_move()

    def steer(self, rate: float) -> None:
        """Count that many milliseconds in a second from now on."""
        if rate != self._rate:
            self._base, self._anchor = self.now(), self._read()
            self._rate = rate
            self.on_move()


_system_ms = wall_ms


def _nobody_waits() -> None:
    """No alarm is set by this clock yet."""
