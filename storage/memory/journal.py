"""The journal's twin in memory.

Commits happen at the event loop's next turn, never inside `append_nowait`, as with the real one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence

import msgspec
import structlog
import trio

from protocol.envelope import Address, Message
from protocol.errors import DatabaseError, Fenced, Overloaded, StoaError, StorageUnavailable
from protocol.ports import Append, Clock, Loaded, OutboxEntry, Snapshot, StoredEvent
from protocol.topics import first_position
from protocol.wakes import OUTBOX, REMINDERS
from storage.memory.store import MemoryStore

MAX_QUEUED = 20_000

_log = structlog.get_logger()
Done = Callable[[StoaError | None], None]
Writer = Callable[[Message], None]


class MemoryJournal:
    """`protocol.ports.Journal`. Create it inside `trio.run`.

    `records` may give a class of records a function that raises to refuse one; without it every
    record is taken. `hold` delays commits until `release`, for tests of what waits for them.
    """

    def __init__(
        self,
        store: MemoryStore,
        clock: Clock,
        *,
        records: Mapping[type[Message], Writer] | None = None,
        max_queued: int = MAX_QUEUED,
    ) -> None:
        self.store = store
        self._clock = clock
        self._records = records
        self._max_queued = max_queued
        self._token = trio.lowlevel.current_trio_token()
        self._queue: deque[tuple[Append, Done, int, int]] = deque()
        self.position = first_position(next(store.writers))
        self._poisoned: set[Address] = set()
        self._settled: dict[Address, trio.Event] = {}
        self._scheduled = False
        self._held = False

    def append_nowait(self, append: Append, done: Done) -> int:
        """Raises ValueError for versions that do not follow `expected_version`."""
        for version, event in enumerate(append.events, append.expected_version + 1):
            if event.version != version:
                raise ValueError(f"{append.address}: version {event.version} is not {version}")
        for record in append.records:
            if self._records is not None and type(record) not in self._records:
                raise ValueError(f"no writer for records of {type(record).__name__}")
        if len(self._queue) >= self._max_queued:
            raise Overloaded("Too many commits are waiting; try again")
        first = self.position + 1
        self.position += len(append.events)
        self._queue.append((append, done, self._clock.now(), first))
        self._schedule()
        return first

    def hold(self) -> None:
        """Let appends queue up."""
        self._held = True

    def release(self) -> None:
        """Commit what has queued up, and then commit at once again."""
        self._held = False
        self._schedule()

    async def load(self, address: Address) -> Loaded:
        """Waits for appends of `address` that are still on their way."""
        await trio.lowlevel.checkpoint()
        while any(append.address == address for append, *_ in self._queue):
            await self._settled.setdefault(address, trio.Event()).wait()
        self._must_be_available()
        self._poisoned.discard(address)
        snapshot = self.store.snapshots.get(address)
        after = snapshot.version if snapshot else 0
        return Loaded(snapshot, self._after(address, after))

    async def read(
        self, address: Address, *, after_version: int = 0, limit: int = 1000
    ) -> Sequence[StoredEvent]:
        await trio.lowlevel.checkpoint()
        self._must_be_available()
        return self._after(address, after_version)[:limit]

    async def read_since(
        self, address: Address, *, after_position: int, limit: int
    ) -> Sequence[StoredEvent]:
        await trio.lowlevel.checkpoint()
        self._must_be_available()
        return [e for e in self._after(address, 0)[-limit:] if e.position > after_position]

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        await trio.lowlevel.checkpoint()
        self._must_be_available()
        present = self.store.snapshots.get(snapshot.address)
        if present is None or present.version <= snapshot.version:
            self.store.snapshots[snapshot.address] = snapshot

    def _after(self, address: Address, version: int) -> list[StoredEvent]:
        return [e for e in self.store.events.get(address, ()) if e.version > version]

    def _must_be_available(self) -> None:
        if not self.store.available:
            raise StorageUnavailable()

    def _schedule(self) -> None:
        if not self._scheduled and not self._held and self._queue:
            self._scheduled = True
            self._token.run_sync_soon(self._commit_all)

    def _commit_all(self) -> None:
        self._scheduled = False
        while self._queue and not self._held:
            append, done, at, first = self._queue.popleft()
            error = self._commit(append, at, first)
            if error is not None:
                self._poisoned.add(append.address)
            event = self._settled.pop(append.address, None)
            if event is not None:
                event.set()
            try:
                done(error)
            except Exception:
                _log.exception("journal.callback_failed")

    def _commit(self, append: Append, at: int, first: int) -> StoaError | None:
        if append.address in self._poisoned:
            return Fenced(append.address, append.expected_version + 1)
        if not self.store.available:
            return StorageUnavailable()
        if self.store.version(append.address) != append.expected_version:
            return Fenced(append.address, append.expected_version + 1)
        jobs = dict(self.store.jobs)
        try:
            for record in append.records:
                if self._records is not None:
                    self._records[type(record)](record)
        except Exception:
            self.store.jobs = jobs  # what the writers enqueued belongs to the transaction
            return DatabaseError()
        self._write(append, at, first)
        return None

    def _write(self, append: Append, at: int, first: int) -> None:
        store = self.store
        if append.events:
            written = (
                msgspec.structs.replace(event, position=position)
                for position, event in enumerate(append.events, first)
            )
            store.events.setdefault(append.address, []).extend(written)
        store.records += append.records
        for announced in append.outbox:
            number = next(store.outbox_ids)
            body = msgspec.json.encode(announced.event)
            store.outbox[number] = OutboxEntry(
                number, announced.aggregate, body, at, announced.request_id
            )
        for reminder in append.reminders:
            name = (reminder.address, reminder.name)
            store.reminder_leases.pop(name, None)
            store.reminders.pop(name, None)
            if reminder.due_at is not None:
                store.reminders[name] = reminder.due_at
                store.wake(REMINDERS, reminder.due_at)
        if append.outbox:
            store.wake(OUTBOX)
