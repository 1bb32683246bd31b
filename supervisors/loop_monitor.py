"""How long the event loop was held: everybody waits for the longest turn.

A Trio instrument notes when the loop begins to run tasks and when it waits for input again. It has
no rhythm of its own, so an idle node stays idle, and it misses no turn.
"""

from __future__ import annotations

from time import perf_counter

import structlog
import trio

STALL_SECONDS = 0.05
"""A longer turn is counted as a stall."""
TOLD_SECONDS = 0.25
"""A longer turn is logged."""
WINDOW_SECONDS = 30.0
"""The longest stall is that of this window and the one before it."""

log = structlog.get_logger()


class LoopMonitor(trio.abc.Instrument):
    """Counts stalls, and knows the longest of the last half minute, and at most of the last."""

    def __init__(self) -> None:
        self._stalls = 0
        self._stalled_seconds = 0.0
        self._longest = 0.0
        self._longest_before = 0.0
        self._window_ends = 0.0
        self._began = 0.0

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Watch until cancelled."""
        self._began = perf_counter()
        trio.lowlevel.add_instrument(self)
        try:
            task_status.started()
            await trio.sleep_forever()
        finally:
            trio.lowlevel.remove_instrument(self)

    def after_io_wait(self, timeout: float) -> None:
        """A turn begins."""
        self._began = perf_counter()

    def before_io_wait(self, timeout: float) -> None:
        """A turn is over. Most are short and tell nothing new."""
        now = perf_counter()
        held = now - self._began
        if held > self._longest or now >= self._window_ends or held > STALL_SECONDS:
            self.ended(held=held, now=now)

    def ended(self, *, held: float, now: float) -> None:
        """Take in how long a turn held the loop."""
        if now >= self._window_ends:
            stale = now >= self._window_ends + WINDOW_SECONDS
            self._longest_before = 0.0 if stale else self._longest
            self._longest = 0.0
            self._window_ends = now + WINDOW_SECONDS
        self._longest = max(self._longest, held)
        if held > STALL_SECONDS:
            self._stalls += 1
            self._stalled_seconds += held
        if held > TOLD_SECONDS:
            log.warning("loop.stalled", seconds=round(held, 3))

    def statistics(self) -> dict[str, float]:
        """Numbers for the metrics."""
        return {
            "stall_seconds": max(self._longest, self._longest_before),
            "stalls": self._stalls,
            "stalled_seconds": self._stalled_seconds,
        }
