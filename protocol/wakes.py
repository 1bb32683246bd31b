"""Wakes for those who wait for rows: topics, and when there is something to do.

A wake is a hint. It may be lost (a process dies, a connection breaks) and it may come for nothing,
so waiters also check by themselves now and then.
"""

from __future__ import annotations

from typing import Protocol

OUTBOX = "outbox"
REMINDERS = "reminders"
JOBS = "jobs"
CANCELLATIONS = "cancellations"
"""Topic: a running job was cancelled."""
REVOCATIONS = "revocations"
"""Topic: sessions were ended."""
TOPICS = (OUTBOX, REMINDERS, JOBS, CANCELLATIONS, REVOCATIONS)

Wakes = dict[str, int]
"""For each topic the earliest time, in milliseconds, at which there is something to do."""


class Waiter(Protocol):
    """Waits for one topic."""

    def wake(self, at: int = 0) -> None:
        """Announce that there is something to do from `at` on. Never waits."""

    async def wait(self, *, now: int, due_at: int | None, net_seconds: float) -> None:
        """Return at `due_at`, after a wake for an earlier time, or after the net interval.

        A wake that came since the last call counts. `now` is what the clock says.
        """
