"""Waking whoever waits for rows: topics, and from when on there is something to do.

A wake is a hint. It may be lost (a process dies, a connection breaks) and it may come for nothing;
whoever waits also looks by itself now and then.
"""

from __future__ import annotations

from typing import Protocol

OUTBOX = "outbox"
REMINDERS = "reminders"
JOBS = "jobs"
CANCELLATIONS = "cancellations"
"""Somebody cancelled a job that runs."""
TOPICS = (OUTBOX, REMINDERS, JOBS, CANCELLATIONS)

Wakes = dict[str, int]
"""By topic the earliest time, in milliseconds, from which on there is something to do."""


class Waiter(Protocol):
    """Waits for one topic."""

    def wake(self, at: int = 0) -> None:
        """There is something to do from `at` on. Never waits."""

    async def wait(self, *, now: int, due_at: int | None, net_seconds: float) -> None:
        """Return when `due_at` has come, after a wake for an earlier time, or after the net.

        A wake that came since the last call counts. `now` is what the clock says.
        """
