"""The relay of the outbox to subscribers: at least once, in order per aggregate.

A subscriber is idempotent and raises to get the event again. An event that keeps failing holds back
only its own aggregate.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog
import trio

from protocol.ports import Clock, Outbox, OutboxEntry
from protocol.wakes import Waiter
from supervisors.polling import work_when_woken

Subscriber = Callable[[OutboxEntry], Awaitable[None]]

BATCH = 200
LEASE_MS = 30_000

log = structlog.get_logger()


class OutboxRelay:
    """One worker; several may run, the outbox gives each aggregate to one of them."""

    def __init__(
        self, outbox: Outbox, clock: Clock, subscribers: Sequence[Subscriber], waiter: Waiter
    ) -> None:
        self._outbox, self._clock, self._subscribers = outbox, clock, subscribers
        self._waiter = waiter
        self.delivered = 0
        self.failed = 0

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Deliver events until cancelled."""
        await work_when_woken(
            self.deliver_once,
            self._outbox.next_due,
            waiter=self._waiter,
            clock=self._clock,
            trouble="outbox.unavailable",
            task_status=task_status,
        )

    async def deliver_once(self) -> int:
        """Claim a batch, deliver what is possible, mark it. Returns how many were delivered."""
        entries = await self._outbox.claim(limit=BATCH, lease_ms=LEASE_MS, now=self._clock.now())
        done: list[int] = []
        held: set[object] = set()
        for entry in entries:
            if entry.aggregate in held:
                continue
            if await self._deliver(entry):
                done.append(entry.id)
            else:
                held.add(entry.aggregate)
        if done:
            await self._outbox.complete(done)
        self.delivered += len(done)
        return len(done)

    async def _deliver(self, entry: OutboxEntry) -> bool:
        for subscriber in self._subscribers:
            try:
                await subscriber(entry)
            except Exception:
                self.failed += 1
                log.exception(
                    "outbox.subscriber_failed", aggregate=str(entry.aggregate), id=entry.id
                )
                return False
        return True
