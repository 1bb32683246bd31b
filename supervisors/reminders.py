"""Wakes actors whose durable alarm is due, wherever its setter has gone.

Alarms of actors in memory ring from memory, on time; this poller catches those of actors that
are not, at once after a start too. It claims a batch, waits until the actors have committed what
they made of it, and only then deletes and claims the next: there is no flood after a downtime,
and no alarm is lost to a crash between the two.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
import trio

from protocol.envelope import Message
from protocol.errors import ClientError, PoisonMessage, StoaError
from protocol.lifecycle import Reminded
from protocol.ports import Clock, DueReminder, Post, Reminders

BATCH = 100
LEASE_MS = 30_000
DELIVERY_SECONDS = 20.0
"""Shorter than the lease: what is answered in time is never claimed twice."""
POLL_SECONDS = 0.5
FAULT_SECONDS = 2.0

log = structlog.get_logger(__name__)


class _Delivery:
    """Collects the answers of one batch."""

    def __init__(self, count: int) -> None:
        self._open = count
        self.delivered: list[DueReminder] = []
        self.finished = trio.Event()

    def settle(self, due: DueReminder | None) -> None:
        if due is not None:
            self.delivered.append(due)
        self._open -= 1
        if not self._open:
            self.finished.set()


class _Receipt:
    """The answer to one reminder."""

    def __init__(self, due: DueReminder, delivery: _Delivery) -> None:
        self._due = due
        self._delivery = delivery

    def answer(self, reply: Message) -> None:
        self._delivery.settle(self._due)

    def fail(self, error: StoaError) -> None:
        address = str(self._due.address)
        log.warning("reminder.failed", address=address, name=self._due.name, error=error.code)
        # It comes again after its lease, unless its receiver has said that it never takes it.
        is_final = isinstance(error, ClientError | PoisonMessage)
        self._delivery.settle(self._due if is_final else None)


async def run_reminders(
    reminders: Reminders,
    post: Post,
    clock: Clock,
    *,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Deliver due reminders until cancelled."""
    task_status.started()
    while True:
        try:
            claimed = await deliver_due(reminders, post, clock)
        except StoaError as error:
            log.warning("reminders.unavailable", error=error.code)
            await trio.sleep(FAULT_SECONDS)
            continue
        if claimed < BATCH:
            await trio.sleep(POLL_SECONDS)


async def deliver_due(reminders: Reminders, post: Post, clock: Clock) -> int:
    """One batch; answers how many were claimed. Raises what storage raises."""
    due: Sequence[DueReminder] = await reminders.claim(
        now=clock.now(), limit=BATCH, lease_ms=LEASE_MS
    )
    if not due:
        return 0
    delivery = _Delivery(len(due))
    for one in due:
        post.request(
            one.address,
            Reminded(name=one.name, due_at=one.due_at),
            _Receipt(one, delivery),
            timeout_seconds=DELIVERY_SECONDS,
        )
    await delivery.finished.wait()
    if delivery.delivered:
        await reminders.complete(delivery.delivered)
    return len(due)
