"""The relay of the outbox to subscribers: at least once, in order per aggregate.

A subscriber is idempotent and raises to be asked again. One that keeps failing, or does not end,
holds back its own aggregate only, never the others, and is told of ever more seldom. It raises
`UnreadableEvent` for what nobody can read, which is set aside.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog
import trio

from protocol.decoding import UnreadableEvent
from protocol.envelope import Address
from protocol.ports import Clock, Outbox, OutboxEntry
from protocol.tracing import CURRENT, Trace
from protocol.wakes import Waiter
from supervisors.polling import work_when_woken

Subscriber = Callable[[OutboxEntry], Awaitable[None]]

BATCH = 200
LEASE_MS = 30_000
LEASE_USED = 0.9
"""Of a lease; after it another node may have what is left of a batch."""
DELIVERY_SECONDS = 12.0
"""For one event: somewhat longer than an `ask` takes."""
MAX_FAILING = 10_000
"""Aggregates whose failures are counted."""
HOURLY = 3_600_000 // LEASE_MS
"""Failures of one aggregate in an hour."""

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
        self.set_aside = 0
        self.trouble: str | None = None
        """Why the outbox cannot be read or marked now."""
        self._failing: dict[Address, int] = {}

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Deliver events until cancelled."""
        await work_when_woken(
            self.deliver_once,
            self._outbox.next_due,
            waiter=self._waiter,
            clock=self._clock,
            trouble="outbox.unavailable",
            noted=self._note_trouble,
            task_status=task_status,
        )

    def _note_trouble(self, why: str | None) -> None:
        self.trouble = why

    async def deliver_once(self) -> int:
        """Claim a batch, deliver what is possible, mark it. Returns how many were delivered."""
        ends_at = trio.current_time() + LEASE_MS / 1000 * LEASE_USED
        entries = await self._outbox.claim(limit=BATCH, lease_ms=LEASE_MS, now=self._clock.now())
        done: list[int] = []
        set_aside = self.set_aside
        held: set[Address] = set()
        for entry in entries:
            if trio.current_time() >= ends_at:
                break
            if entry.aggregate in held:
                continue
            if await self._deliver(entry, ends_at):
                done.append(entry.id)
            else:
                held.add(entry.aggregate)
        if done:
            await self._outbox.complete(done)
        self.delivered += len(done) - (self.set_aside - set_aside)
        return len(done)

    async def _deliver(self, entry: OutboxEntry, ends_at: float) -> bool:
        """For the request that led to the event, whatever follows from it."""
        before = CURRENT.set(Trace(entry.request_id) if entry.request_id else None)
        try:
            return await self._deliver_one(entry, ends_at)
        finally:
            CURRENT.reset(before)

    async def _deliver_one(self, entry: OutboxEntry, ends_at: float) -> bool:
        try:
            with trio.fail_at(min(ends_at, trio.current_time() + DELIVERY_SECONDS)):
                for subscriber in self._subscribers:
                    await subscriber(entry)
        except UnreadableEvent as error:
            await self._set_aside(entry, error)
            return True
        except Exception as error:
            self._note_failure(entry, error)
            return False
        if self._failing:
            self._failing.pop(entry.aggregate, None)
        return True

    async def _set_aside(self, entry: OutboxEntry, error: UnreadableEvent) -> None:
        """Nobody will ever be able to read it, and later ones of its aggregate wait behind it."""
        await self._outbox.set_aside(entry, reason=str(error), now=self._clock.now())
        self.set_aside += 1
        log.error("outbox.set_aside", aggregate=str(entry.aggregate), id=entry.id, why=str(error))

    def _note_failure(self, entry: OutboxEntry, error: Exception) -> None:
        """Logged at the first, second, fourth... failure of an aggregate, and hourly."""
        self.failed += 1
        times = self._failing.get(entry.aggregate, 0) + 1
        if times > 1 or len(self._failing) < MAX_FAILING:
            self._failing[entry.aggregate] = times
        if times & (times - 1) == 0 or times % HOURLY == 0:
            log.error(
                "outbox.subscriber_failed",
                aggregate=str(entry.aggregate),
                id=entry.id,
                times=times,
                exc_info=error,
            )
