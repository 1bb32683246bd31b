"""Stalls: the times in which this node could not read sockets, or could not make anything durable.

A stall is an outage for whoever plays against the clock. It is noted at its end, and the actors of
`timed` kinds are told of it before they decide anything that came or fell due meanwhile. Causes
that overlap become one stall.

Four causes: one turn held the `loop`; the process was `stopped` or the machine did not run it; the
machine was `suspended`; the `storage` did not answer.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable

import structlog

from protocol.errors import StorageUnavailable
from protocol.lifecycle import Stalled
from protocol.ports import Clock

SILENT_MS = 250
"""So long after its last answer, storage that owes one holds what is timed: if it is stalled, a
deadline of these moments must not be decided. A slow commit only delays these decisions."""
STORAGE_MS = 1_000
"""A shorter silence of storage is a hiccup: what was read meanwhile counts, nobody waits for it."""
REMEMBERED = 64
CAUSES = ("loop", "stopped", "suspended", "storage")

log = structlog.get_logger()


class Stalls:
    """`actors.runtime.Stalls`. `turn_is_long` is whether the loop's turn may be a stall itself.

    `on_change` wakes what is timed after a stall, or once storage answers again.
    """

    def __init__(self, clock: Clock, turn_is_long: Callable[[], bool] = lambda: False) -> None:
        self.serial = 0
        self.on_change: Callable[[], None] = _nobody_waits
        self.turn_is_long = turn_is_long
        self._clock = clock
        self._noted: deque[tuple[int, Stalled]] = deque(maxlen=REMEMBERED)
        self._owed = 0
        self._silent_since: int | None = None
        # From 0, not from the first: an alert does not see the rise of what was not there before.
        self._counts = Counter(dict.fromkeys(CAUSES, 0))
        self._ms = Counter(dict.fromkeys(CAUSES, 0))

    # --- what actors ask ---------------------------------------------------------------------

    def after(self, serial: int) -> list[Stalled]:
        """The stalls noted after that one, in order; they do not overlap."""
        return [stalled for number, stalled in self._noted if number > serial]

    def storage_is_silent(self) -> bool:
        """Whether storage owes an answer for so long that it may be a stall."""
        since = self._silent_since
        return since is not None and self._clock.now() - since >= SILENT_MS

    # --- what happens ------------------------------------------------------------------------

    def loop_held(self, cause: str, seconds: float) -> None:
        """The loop could not run for so long, until now."""
        now = self._clock.now()
        self.note(cause, now - int(seconds * 1000), now)

    def storage_asked(self) -> None:
        """Something is on its way to storage."""
        self._owed += 1
        if self._silent_since is None:
            self._silent_since = self._clock.now()

    def storage_answered(self, error: Exception | None) -> None:
        """One of these was answered. `StorageUnavailable` is no sign of life, a refusal is."""
        self._owed = max(0, self._owed - 1)
        since = self._silent_since
        if since is None or isinstance(error, StorageUnavailable):
            return
        now = self._clock.now()
        self._silent_since = now if self._owed else None
        if now - since >= SILENT_MS:
            if now - since - self._stalled_within(since, now) >= STORAGE_MS:
                self.note("storage", since, now)
            self.on_change()

    def storage_abandoned(self) -> None:
        """Nobody will answer what is owed: whoever was asked has ended."""
        self._owed, self._silent_since = 0, None
        self.on_change()

    def note(self, cause: str, since: int, until: int) -> None:
        """A stall ended at `until`, now."""
        self._counts[cause] += 1
        self._ms[cause] += until - since
        log.warning("node.stalled", cause=cause, seconds=round((until - since) / 1000, 3))
        while self._noted and self._noted[-1][1].until >= since:
            since = min(since, self._noted.pop()[1].since)
        self.serial += 1
        self._noted.append((self.serial, Stalled(since=since, until=until)))
        self.on_change()

    def _stalled_within(self, since: int, until: int) -> int:
        """Milliseconds of that time that are known as stalls: nobody could hear an answer."""
        known = (stalled for _, stalled in self._noted)
        return sum(max(0, min(until, s.until) - max(since, s.since)) for s in known)

    def statistics(self) -> dict[str, object]:
        """Numbers for the metrics."""
        return {
            "noted": dict(self._counts),
            "seconds": {cause: ms / 1000 for cause, ms in self._ms.items()},
            "storage_silent": self.storage_is_silent(),
        }


def _nobody_waits() -> None:
    """Nothing lives by the clock yet."""
