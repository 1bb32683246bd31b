"""The rows that several in-memory twins share."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import msgspec
import trio

from protocol.envelope import Address, Message
from protocol.errors import StorageUnavailable
from protocol.jobs import JobState
from protocol.ports import Beat, OutboxEntry, Snapshot, StoredEvent
from protocol.wakes import Wakes


class JobRow(msgspec.Struct, kw_only=True):
    """A job as a table would hold it. `ready_at` is when it may be claimed."""

    id: int
    kind: str
    payload: bytes | None
    priority: int
    unique_key: str | None
    user_id: str | None
    created_at: int
    due_at: int
    ready_at: int
    token: int = 0
    attempts: int = 0
    worker: str | None = None
    cancelled: bool = False
    progress: int = 0
    note: str = ""
    last_error: str | None = None
    failed_at: int | None = None

    @property
    def state(self) -> JobState:
        """The state that operators see."""
        if self.failed_at is not None:
            return JobState.DEAD
        return JobState.WAITING if self.worker is None else JobState.RUNNING


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
        self.outbox_set_aside: list[tuple[OutboxEntry, str]] = []
        self.outbox_ids = itertools.count(1)
        self.jobs: dict[int, JobRow] = {}
        self.job_ids = itertools.count(1)
        self.beats: dict[str, Beat] = {}
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
