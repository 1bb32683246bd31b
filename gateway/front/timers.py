"""One hashed timer wheel for all of the front's deadlines.

After Varghese and Lauck, "Hashed and hierarchical timing wheels" (1987), scheme 6: a timer is in
the slot of its due tick, modulo the number of slots, and is checked once per revolution. Setting
and cancelling cost O(1), so tens of thousands of keep-alive deadlines cost almost nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import structlog
import trio

_log = structlog.get_logger(__name__)


class Timer:
    """A scheduled call; `cancel()` cancels it."""

    __slots__ = ("_slot", "callback", "due_tick")

    def __init__(
        self, due_tick: int, callback: Callable[[], None], slot: dict[Timer, None]
    ) -> None:
        self.due_tick = due_tick
        self.callback = callback
        self._slot = slot

    def cancel(self) -> None:
        """Cancel the call. Harmless if it has been made or cancelled already."""
        self._slot.pop(self, None)


class TimerWheel:
    """Calls back in the Trio thread, never early, and late by at most a tick plus the loop's delay.

    `clock` reads seconds; it is Trio's own if none is given, which is read inside `trio.run` only.
    `run` must be running for timers to fire. Callbacks must not block; exceptions are logged and do
    not affect others.
    """

    def __init__(
        self,
        *,
        tick_seconds: float = 0.05,
        slots: int = 1024,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.now = clock or trio.lowlevel.current_clock().current_time
        """The clock's reading, in seconds."""
        self._tick_seconds = tick_seconds
        self._slots: list[dict[Timer, None]] = [{} for _ in range(slots)]
        self._origin = 0.0
        self._tick = 0
        self._started = False
        self._added: trio.Event | None = None
        self._wakes_at: float = math.inf

    def __len__(self) -> int:
        return sum(map(len, self._slots))

    def call_later(
        self, seconds: float, callback: Callable[[], None], *, together: int = 1
    ) -> Timer:
        """Call `callback()` once, `seconds` from now.

        Timers that may be late by `together` ticks fire together, with one wake for all.
        """
        elapsed = self._elapsed_ticks()
        due = max(math.ceil(elapsed + seconds / self._tick_seconds), self._tick + 1)
        due += -due % together
        slot = self._slots[due % len(self._slots)]
        timer = Timer(due, callback, slot)
        slot[timer] = None
        if due < self._wakes_at and self._added is not None:
            self._added.set()
        return timer

    def advance(self) -> None:
        """Call everything that is due."""
        target = math.floor(self._elapsed_ticks())
        behind = target - self._tick
        if behind <= 0:
            return
        first = self._tick + 1 if behind < len(self._slots) else target - len(self._slots) + 1
        self._tick = target
        for tick in range(first, target + 1):
            slot = self._slots[tick % len(self._slots)]
            if slot:
                self._call_due(slot, target)

    async def run(self) -> None:
        """Advance when something may be due, and wait without waking until then."""
        while True:
            self._added = added = trio.Event()
            self._wakes_at = tick = self._next_tick()
            left = (tick - self._elapsed_ticks()) * self._tick_seconds
            with trio.move_on_after(max(left, 0.0)):
                await added.wait()
            self.advance()

    def _next_tick(self) -> float:
        """The next tick with timers in its slot, due then or revolutions later; inf for none."""
        slots, count = self._slots, len(self._slots)
        for tick in range(self._tick + 1, self._tick + count + 1):
            if slots[tick % count]:
                return tick
        return math.inf

    def _elapsed_ticks(self) -> float:
        if not self._started:
            self._started = True
            self._origin = self.now()
        return (self.now() - self._origin) / self._tick_seconds

    def _call_due(self, slot: dict[Timer, None], target: int) -> None:
        for timer in [timer for timer in slot if timer.due_tick <= target]:
            if slot.pop(timer, timer) is timer:
                continue  # an earlier callback of this tick cancelled it
            try:
                timer.callback()
            except Exception:
                _log.exception("front.timer_failed")
