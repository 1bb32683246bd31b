"""Waiters for rows in this process, and what wakes them.

Wakes come from the commits of this process and, through `NOTIFY`, from those of others. A wake that
comes while its waiter is busy is remembered, so that nothing written meanwhile is missed.
"""

from __future__ import annotations

import math

import trio

from protocol.wakes import REMINDERS, TOPICS, Waiter, Wakes
from supervisors.reminders import GRACE_MS

LEAST_SECONDS = 0.02
"""Least seconds between two looks at a due time: another worker may hold the row, or a clock be
slow."""


class TopicWaiter:
    """`protocol.wakes.Waiter` in the Trio thread.

    Wakes for a time are given `grace_ms` after it.
    """

    def __init__(self, grace_ms: int = 0) -> None:
        self._grace_ms = grace_ms
        self._pending: float = math.inf
        self._scope: trio.CancelScope | None = None
        self._now = 0
        self._began = 0.0

    def wake(self, at: int = 0) -> None:
        """Wake the waiter: there is something to do from `at` on. Never waits."""
        self._pending = min(self._pending, at)
        if self._scope is not None:
            self._scope.deadline = min(self._scope.deadline, self._time_of(at))

    async def wait(self, *, now: int, due_at: int | None, net_seconds: float) -> None:
        self._now, self._began = now, trio.current_time()
        deadline = self._began + net_seconds
        if due_at is not None:
            deadline = min(deadline, max(self._time_of(due_at), self._began + LEAST_SECONDS))
        deadline = min(deadline, self._time_of(self._pending))
        try:
            with trio.CancelScope(deadline=deadline) as self._scope:
                await trio.sleep_forever()
        finally:
            self._scope = None
            self._pending = math.inf

    def _time_of(self, at: float) -> float:
        return self._began + max(0.0, at + self._grace_ms - self._now) / 1000


class Wakeups:
    """One waiter for each topic. Wakes for topics without a waiter are ignored."""

    def __init__(self) -> None:
        self._waiters = {topic: TopicWaiter() for topic in TOPICS}
        self._waiters[REMINDERS] = TopicWaiter(GRACE_MS)

    def deliver(self, wakes: Wakes) -> None:
        """Wake the waiters for these topics. Called in the Trio thread."""
        for topic, at in wakes.items():
            waiter = self._waiters.get(topic)
            if waiter is not None:
                waiter.wake(at)

    def deliver_all(self) -> None:
        """Wake every waiter, because wakes may have been lost."""
        for waiter in self._waiters.values():
            waiter.wake()

    def waiter(self, topic: str) -> Waiter:
        """Make the waiter for the one task of this node that waits for `topic`."""
        return self._waiters[topic]
