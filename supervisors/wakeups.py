"""Who waits in this process for rows, and what wakes them.

Wakes come from the commits of this process and, through `NOTIFY`, from those of others. One that
comes while its waiter is at work is remembered, so that nothing written meanwhile is missed.
"""

from __future__ import annotations

import math

import trio

from protocol.wakes import REMINDERS, TOPICS, Waiter, Wakes
from supervisors.reminders import GRACE_MS

LEAST_SECONDS = 0.02
"""Between two looks that a due time asks for: another may hold the row, or a clock be behind."""


class TopicWaiter:
    """`protocol.wakes.Waiter` in the Trio thread. Wakes for a time come `grace_ms` after it."""

    def __init__(self, grace_ms: int = 0) -> None:
        self._grace_ms = grace_ms
        self._pending: float = math.inf
        self._scope: trio.CancelScope | None = None
        self._now = 0
        self._began = 0.0

    def wake(self, at: int = 0) -> None:
        """There is something to do from `at` on. Never waits."""
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
    """One waiter for each topic. A topic that nobody knows is nobody's concern."""

    def __init__(self) -> None:
        self._waiters = {topic: TopicWaiter() for topic in TOPICS}
        self._waiters[REMINDERS] = TopicWaiter(GRACE_MS)

    def deliver(self, wakes: Wakes) -> None:
        """In the Trio thread: wake who waits for these topics."""
        for topic, at in wakes.items():
            waiter = self._waiters.get(topic)
            if waiter is not None:
                waiter.wake(at)

    def deliver_all(self) -> None:
        """Wakes may have been lost: everybody looks."""
        for waiter in self._waiters.values():
            waiter.wake()

    def waiter(self, topic: str) -> Waiter:
        """For the one task of this node that waits for `topic`."""
        return self._waiters[topic]
