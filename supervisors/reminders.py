"""Delivery of due durable alarms to actors, also to those no longer in memory.

Alarms of actors in memory ring from memory, on time; this poller delivers those of other actors,
also right after a start. It claims in batches, deletes a reminder only when the actor has committed
its reaction, and bounds the number in progress: there is no flood after a downtime, a slow actor
delays no other, and a crash in between loses no alarm.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
import trio

from protocol.envelope import Message
from protocol.errors import ClientError, HistoryUnreadable, PoisonMessage, StoaError
from protocol.lifecycle import Reminded
from protocol.ports import Clock, DueReminder, Post, Reminders
from protocol.wakes import Waiter
from supervisors.polling import work_when_woken

BATCH = 100
MAX_UNDER_WAY = 500
LEASE_MS = 30_000
DELIVERY_SECONDS = 20.0
"""Shorter than the lease: a reminder answered in time is never claimed twice."""
PATIENCE_SECONDS = 1.0
"""How long to wait for a batch before the next is claimed."""
GRACE_MS = 200
"""Time for an actor in memory to commit its reaction to its own alarm."""

log = structlog.get_logger(__name__)


class _Receipt:
    """The answer to one reminder."""

    def __init__(self, due: DueReminder, poller: ReminderPoller) -> None:
        self._due = due
        self._poller = poller

    def answer(self, reply: Message) -> None:
        self._poller.settle(self._due, handled=True)

    def fail(self, error: StoaError) -> None:
        if not isinstance(error, HistoryUnreadable):
            address = str(self._due.address)
            log.warning("reminder.failed", address=address, name=self._due.name, error=error.code)
        # It comes again after its lease, unless the receiver rejects it for good.
        self._poller.settle(self._due, handled=isinstance(error, ClientError | PoisonMessage))


class ReminderPoller:
    """Claims, delivers and deletes reminders."""

    def __init__(self, reminders: Reminders, post: Post, clock: Clock, waiter: Waiter) -> None:
        self._reminders = reminders
        self._waiter = waiter
        self._at_work = False
        self._post = post
        self._clock = clock
        self._handled: list[DueReminder] = []
        self._quiet = trio.Event()
        self.under_way = 0

    def settle(self, due: DueReminder, *, handled: bool) -> None:
        """Record that a reminder was answered."""
        self.under_way -= 1
        if handled:
            self._handled.append(due)
            if not self._at_work:
                self._waiter.wake()
        if not self.under_way:
            self._quiet.set()

    async def poll(self) -> int:
        """Claim and deliver one batch; returns how many were claimed.

        Raises what storage raises.
        """
        self._at_work = True
        try:
            return await self._poll()
        finally:
            self._at_work = False

    async def _poll(self) -> int:
        await self._complete()
        limit = min(BATCH, MAX_UNDER_WAY - self.under_way)
        due: Sequence[DueReminder] = ()
        if limit:
            due = await self._reminders.claim(now=self._clock.now(), limit=limit, lease_ms=LEASE_MS)
        self._quiet = trio.Event()
        for one in due:
            self._deliver(one)
        if self.under_way:
            with trio.move_on_after(PATIENCE_SECONDS):
                await self._quiet.wait()
            await self._complete()
        return len(due)

    def _deliver(self, due: DueReminder) -> None:
        self.under_way += 1
        self._post.request(
            due.address,
            Reminded(name=due.name, due_at=due.due_at),
            _Receipt(due, self),
            timeout_seconds=DELIVERY_SECONDS,
        )

    async def _complete(self) -> None:
        if self._handled:
            handled, self._handled = self._handled, []
            try:
                await self._reminders.complete(handled)
            except BaseException:
                self._handled += handled
                raise


async def run_reminders(
    reminders: Reminders,
    post: Post,
    clock: Clock,
    waiter: Waiter,
    *,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Deliver due reminders until cancelled."""
    poller = ReminderPoller(reminders, post, clock, waiter)
    await work_when_woken(
        poller.poll,
        reminders.next_due,
        waiter=waiter,
        clock=clock,
        trouble="reminders.unavailable",
        task_status=task_status,
    )
