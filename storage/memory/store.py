"""The rows that several in-memory twins share."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

import trio

from protocol.envelope import Address, Message
from protocol.errors import StorageUnavailable
from protocol.ports import OutboxEntry, Snapshot, StoredEvent
from protocol.wakes import Wakes

if TYPE_CHECKING:
    from storage.memory.jobs import JobRow


class MemoryStore:
    """The rows. `records` holds every record written, in order; `available` False is an outage.

    `woken` is called with what commits wake, like `storage.postgres.Database.woken`.
    """

    woken: Callable[[Wakes], None] | None = None

    def __init__(self) -> None:
        self.available = True
        self.events: dict[Address, list[StoredEvent]] = {}
        self.snapshots: dict[Address, Snapshot] = {}
        self.records: list[Message] = []
        self.reminders: dict[tuple[Address, str], int] = {}
        self.reminder_leases: dict[tuple[Address, str], int] = {}
        self.outbox: dict[int, OutboxEntry] = {}
        self.outbox_leases: dict[int, int] = {}
        self.outbox_ids = itertools.count(1)
        self.jobs: dict[int, JobRow] = {}
        self.job_ids = itertools.count(1)
        self.beats: dict[str, int] = {}
        self.writers = itertools.count(1)

    def version(self, address: Address) -> int:
        """The newest version of `address`, 0 if it never wrote."""
        return len(self.events.get(address, ()))

    def wake(self, topic: str, at: int = 0) -> None:
        """Wake waiters: there is something to do for `topic` from `at` on."""
        if self.woken is not None:
            self.woken({topic: at})


async def visit(store: MemoryStore) -> None:
    """The first step of every call of a twin: a checkpoint, and a simulated outage."""
    await trio.lowlevel.checkpoint()
    if not store.available:
        raise StorageUnavailable()
