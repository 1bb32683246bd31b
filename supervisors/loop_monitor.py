"""How long the event loop was held: everybody waits for the longest turn.

A Trio instrument notes when the loop begins to run tasks and when it waits for input again. It has
no rhythm of its own, so an idle node stays idle, and it misses no turn. A wait that ends long after
its time is a process that was stopped, or that the machine did not run.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import trio

from protocol.distributions import TURN_SECONDS, Distribution

STALL_SECONDS = 0.05
"""A longer turn is counted as a stall."""
TOLD_SECONDS = 0.25
"""A longer stall is told to `on_stall`."""
WINDOW_SECONDS = 30.0
"""The longest stall is that of this window and the one before it."""


class LoopMonitor(trio.abc.Instrument):
    """Counts stalls, and knows the longest of the last half minute, and at most of the last.

    `on_stall(cause, seconds)` is called at the end of a long one, before any task runs again. It
    must not raise, and neither may `on_overslept`, which is told how much later than its time such
    a wait ended.
    """

    on_stall: Callable[[str, float], None] | None = None
    on_overslept: Callable[[float], None] | None = None

    def __init__(self) -> None:
        self._stalls = 0
        self._stalled_seconds = 0.0
        self._longest = 0.0
        self._longest_before = 0.0
        self._window_ends = 0.0
        self.turns = Distribution(TURN_SECONDS)
        self._began = 0.0
        self._waiting_since = 0.0
        self._runs = False

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Watch until cancelled."""
        self._began = self._waiting_since = perf_counter()
        trio.lowlevel.add_instrument(self)
        self._runs = True
        try:
            task_status.started()
            await trio.sleep_forever()
        finally:
            self._runs = False
            trio.lowlevel.remove_instrument(self)

    def turn_is_long(self) -> bool:
        """Whether the turn that runs now is already a stall that will be told at its end."""
        return self._runs and perf_counter() - self._began > TOLD_SECONDS

    def after_io_wait(self, timeout: float) -> None:
        """A turn begins."""
        self._began = now = perf_counter()
        waited = now - self._waiting_since
        if waited > timeout + TOLD_SECONDS:
            # When in its wait the process was stopped is not known: all of it is told.
            self.ended(held=waited, now=now, cause="stopped")
            if self.on_overslept is not None:
                self.on_overslept(waited - timeout)

    def before_io_wait(self, timeout: float) -> None:
        """A turn is over. Most are short and tell nothing new."""
        self._waiting_since = now = perf_counter()
        held = now - self._began
        self.turns.observe(held)
        if held > self._longest or now >= self._window_ends or held > STALL_SECONDS:
            self.ended(held=held, now=now)

    def ended(self, *, held: float, now: float, cause: str = "loop") -> None:
        """Take in how long the loop was held."""
        if now >= self._window_ends:
            stale = now >= self._window_ends + WINDOW_SECONDS
            self._longest_before = 0.0 if stale else self._longest
            self._longest = 0.0
            self._window_ends = now + WINDOW_SECONDS
        self._longest = max(self._longest, held)
        if held > STALL_SECONDS:
            self._stalls += 1
            self._stalled_seconds += held
        if held > TOLD_SECONDS and self.on_stall is not None:
            self.on_stall(cause, held)

    def statistics(self) -> dict[str, float]:
        """Numbers for the metrics."""
        return {
            "stall_seconds": max(self._longest, self._longest_before),
            "stalls": self._stalls,
            "stalled_seconds": self._stalled_seconds,
        }
