"""How long the event loop was held: everybody waits for the longest turn.

A task sleeps at a steady rhythm and looks how late it is woken. What it misses of a turn is at most
the rhythm, so that long turns are seen for what they are at no cost to the others.
"""

from __future__ import annotations

import structlog
import trio

RHYTHM_SECONDS = 0.05
STALL_SECONDS = 0.05
"""Later than this is counted as a stall."""
TOLD_SECONDS = 0.25
"""Later than this is logged."""
WINDOW_SECONDS = 30.0
"""The longest stall is that of this window and the one before it."""

log = structlog.get_logger()


class LoopMonitor:
    """Counts stalls, and knows the longest of the last half minute, and at most of the last."""

    def __init__(self) -> None:
        self._stalls = 0
        self._stalled_seconds = 0.0
        self._longest = 0.0
        self._longest_before = 0.0
        self._window_ends = 0.0

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Watch until cancelled."""
        task_status.started()
        while True:
            due = trio.current_time() + RHYTHM_SECONDS
            await trio.sleep_until(due)
            now = trio.current_time()
            self.woken(late=now - due, now=now)

    def woken(self, *, late: float, now: float) -> None:
        """Take in by how much a turn came too late."""
        if now >= self._window_ends:
            stale = now >= self._window_ends + WINDOW_SECONDS
            self._longest_before = 0.0 if stale else self._longest
            self._longest = 0.0
            self._window_ends = now + WINDOW_SECONDS
        self._longest = max(self._longest, late)
        if late > STALL_SECONDS:
            self._stalls += 1
            self._stalled_seconds += late
        if late > TOLD_SECONDS:
            log.warning("loop.stalled", seconds=round(late, 3))

    def statistics(self) -> dict[str, float]:
        """Numbers for the metrics."""
        return {
            "stall_seconds": max(self._longest, self._longest_before),
            "stalls": self._stalls,
            "stalled_seconds": self._stalled_seconds,
        }
