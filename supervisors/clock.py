"""The server's clock: wall time at the start plus what Trio's clock has counted since.

So it never jumps while the process lives, and tests control it with Trio's `MockClock`.
"""

from __future__ import annotations

import time

import trio

ROUNDING_SECONDS = 1e-5
"""Added to wake-up times, so that `now()` has certainly reached the deadline at the wake-up."""


class TrioClock:
    """`protocol.ports.Clock`. Create it inside `trio.run`; `wall_ms` fixes the start in tests."""

    def __init__(self, wall_ms: int | None = None) -> None:
        started = time.time_ns() // 1_000_000 if wall_ms is None else wall_ms
        self._base = started - int(trio.current_time() * 1000)
        self._read = trio.lowlevel.current_clock().current_time

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        return self._base + int(self._read() * 1000)

    def trio_time(self, at: int) -> float:
        """The Trio clock reading at which `now()` has reached `at`."""
        return (at - self._base) / 1000 + ROUNDING_SECONDS
