"""The journal in PostgreSQL: one writer commits the appends of all actors in groups.

While a batch is in flight the next one forms, so there is no timer and no delay when idle. The
writer has its own connection and runs on the asyncio thread while there is work; results come back
to Trio in one handoff per batch.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import TypeVar

import asyncpg
import structlog
import trio

from protocol.distributions import Distribution
from protocol.envelope import Address
from protocol.errors import DatabaseError, Fenced, Overloaded, StoaError, StorageUnavailable
from protocol.ports import Append, Clock, Loaded, Snapshot, StoredEvent
from protocol.topics import first_position
from storage.journal.archives import read_events
from storage.journal.batch import Queued, RecordWriters, Stale, write_batch
from storage.postgres import (
    READ_ONLY,
    UNAVAILABLE_CLASSES,
    Connection,
    Database,
    storage_error,
)
from storage.wakes import take_wakes

T = TypeVar("T")

MAX_QUEUED = 20_000
"""Appends waiting or in flight; at 28,000 a second this is most of a second."""
MAX_BATCH = 1_000
"""Appends in one transaction; beyond this the cost of each no longer falls."""
MAX_BATCH_EVENTS = 4_000
CLOSE_SECONDS = 10.0

LOAD_SNAPSHOT = "SELECT version, schema, state FROM snapshots WHERE kind = $1 AND key = $2"
READ_SINCE = """
SELECT * FROM (
    SELECT version, schema, at, event, position FROM journal
    WHERE kind = $1 AND key = $2
    ORDER BY version DESC LIMIT $4
) AS newest
WHERE position > $3
ORDER BY version
"""
NEW_WRITER = "SELECT nextval('journal_writers')"
SAVE_SNAPSHOT = """
INSERT INTO snapshots (kind, key, version, schema, state) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (kind, key) DO UPDATE
SET version = excluded.version, schema = excluded.schema, state = excluded.state
WHERE snapshots.version <= excluded.version
"""
PLANNER = {
    # Plans are kept for long; a plan made while the journal was tiny must not scan it later.
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}

_log = structlog.get_logger()
Result = tuple[Queued, StoaError | None]


class PostgresJournal:
    """`protocol.ports.Journal`, made by `open_journal`.

    When the connection is lost before PostgreSQL confirmed a commit, the outcome is unknown: every
    append of that batch gets `StorageUnavailable`, and nobody checks for it afterwards. The
    activation ends, and the next one loads what was really committed. Senders give commands ids, so
    a repeated one does nothing twice.
    """

    def __init__(
        self,
        database: Database,
        writer: Database,
        *,
        number: int,
        clock: Clock,
        node: str,
        records: RecordWriters,
        max_queued: int = MAX_QUEUED,
    ) -> None:
        """`number` is unique to this writer; no other ever had it."""
        self.number = number
        self.position = first_position(number)
        self._database = database
        self._max_queued = max_queued
        self._writer = writer
        self._clock = clock
        self._node = node
        self._records = records
        self._queue: deque[Queued] = deque()
        self._awake = False
        self._pending: dict[Address, int] = {}
        self._pending_total = 0
        self._settled: dict[Address | None, trio.Event] = {}
        self._closing = False
        self._counts = {"batches": 0, "appends": 0, "events": 0, "failures": 0, "last_batch": 0}
        self._commit_seconds = 0.0
        self.commit_times = Distribution()
        # Only used on the asyncio thread:
        self._draining = False
        self._poisoned: set[Address] = set()

    # --- the Trio thread --------------------------------------------------------------------

    def append_nowait(self, append: Append, done: Callable[[StoaError | None], None]) -> int:
        """Raises ValueError for versions that do not follow `expected_version`."""
        self._check(append)
        if self._closing:
            raise Overloaded("The journal is closing; try again")
        if self._pending_total >= self._max_queued:
            raise Overloaded("Too many commits are waiting; try again")
        first = self.position + 1
        self.position += len(append.events)
        queued = Queued(append, done, self._clock.now() if append.outbox else 0, first)
        self._pending[append.address] = self._pending.get(append.address, 0) + 1
        self._pending_total += 1
        self._queue.append(queued)
        if not self._awake:
            self._wake_writer()
        return first

    async def load(self, address: Address) -> Loaded:
        """Waits for appends of `address` that are still on their way."""
        while address in self._pending:
            await self._wait_settled(address)
        return await self._database.run(partial(self._load, address), transaction=False)

    async def read(
        self, address: Address, *, after_version: int = 0, limit: int = 1000
    ) -> Sequence[StoredEvent]:
        return await self._database.run(
            lambda c: read_events(c, address, after=after_version, limit=limit), transaction=False
        )

    async def read_since(
        self, address: Address, *, after_position: int, limit: int
    ) -> Sequence[StoredEvent]:
        rows = await self._database.run(
            lambda c: c.fetch(READ_SINCE, address.kind, address.key, after_position, limit),
            transaction=False,
        )
        return [StoredEvent(*row) for row in rows]

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        address = snapshot.address
        await self._database.run(
            lambda c: c.execute(
                *(SAVE_SNAPSHOT, address.kind, address.key),
                *(snapshot.version, snapshot.schema, snapshot.state),
            ),
            transaction=False,
        )

    async def close(self) -> None:
        """Accept no more appends and wait for those queued, at most `CLOSE_SECONDS`."""
        self._closing = True
        with trio.move_on_after(CLOSE_SECONDS):
            while self._pending_total:
                await self._wait_settled(None)
        await self._writer.close()

    def statistics(self) -> dict[str, float]:
        """Queue depth and totals of what was written."""
        return {
            "pending": self._pending_total,
            "commit_seconds": self._commit_seconds,
            **self._counts,
        }

    def _check(self, append: Append) -> None:
        version = append.expected_version
        for event in append.events:
            version += 1
            if event.version != version:
                raise ValueError(f"{append.address}: version {event.version} is not {version}")
        for record in append.records:
            if type(record) not in self._records:
                raise ValueError(f"no writer for records of {type(record).__name__}")

    async def _wait_settled(self, address: Address | None) -> None:
        await self._settled.setdefault(address, trio.Event()).wait()

    def _wake(self, address: Address | None) -> None:
        event = self._settled.pop(address, None)
        if event is not None:
            event.set()

    def _deliver(self, results: Sequence[Result]) -> None:
        for queued, error in results:
            address = queued.append.address
            self._pending_total -= 1
            left = self._pending[address] - 1
            if left:
                self._pending[address] = left
            else:
                del self._pending[address]
                self._wake(address)
            try:
                queued.done(error)
            except Exception:
                _log.exception("journal.callback_failed")
        if not self._pending_total:
            self._wake(None)

    def _wake_writer(self) -> None:
        self._awake = True
        try:
            self._database.asyncio_thread.submit(self._drain, done=self._drained)
        except StoaError as error:
            # The asyncio thread has ended or is overloaded; what was just queued gets the error.
            self._drained(error)

    def _drained(self, outcome: object) -> None:
        if isinstance(outcome, BaseException):
            # The writer ended before its queue was empty: nobody may be left waiting.
            self._awake = False
            left = [(queued, StorageUnavailable()) for queued in self._queue]
            self._queue.clear()
            self._deliver(left)

    # --- the asyncio thread -------------------------------------------------------------------

    async def _drain(self) -> None:
        if self._draining:
            return
        self._draining = True
        try:
            while batch := self._take_or_rest():
                results = await self._commit_guarded(batch)
                self._database.asyncio_thread.post(self._deliver, results)
        finally:
            self._draining = False

    def _take_or_rest(self) -> list[Queued]:
        # The flag is cleared before the last look at the queue: an append missed by it finds the
        # flag cleared and starts the writer again.
        if not self._queue:
            self._awake = False
            if not self._queue:
                return []
            self._awake = True
        batch: list[Queued] = []
        events = 0
        while self._queue and len(batch) < MAX_BATCH and events < MAX_BATCH_EVENTS:
            queued = self._queue.popleft()
            events += len(queued.append.events)
            batch.append(queued)
        return batch

    async def _commit_guarded(self, batch: list[Queued]) -> list[Result]:
        try:
            return await self._commit(batch)
        except BaseException:
            # The asyncio thread is closing, or the writer has a bug: the outcome is unknown.
            failed: list[Result] = [(queued, StorageUnavailable()) for queued in batch]
            self._database.asyncio_thread.post(self._deliver, failed)
            raise

    async def _commit(self, batch: list[Queued]) -> list[Result]:
        ready, refused = self._sort_out(batch)
        started = time.perf_counter()
        results = await self._write(ready) if ready else []
        self._note(results)
        # Only now, so that appends that can be tried do not suffer from those behind them.
        results += [(queued, self._poison(queued)) for queued in refused]
        self._count(ready, results, time.perf_counter() - started)
        return results

    async def _write(self, ready: list[Queued]) -> list[Result]:
        error = await self._attempt(ready)
        if error is None:
            return [(queued, None) for queued in ready]
        if isinstance(error, StorageUnavailable) or len(ready) == 1:
            return [(queued, self._poison(queued, error)) for queued in ready]
        return await self._one_by_one(ready)

    def _sort_out(self, batch: list[Queued]) -> tuple[list[Queued], list[Queued]]:
        """Separate appends that can be tried from those that do not follow their predecessors."""
        ready: list[Queued] = []
        refused: list[Queued] = []
        broken: set[Address] = set()
        reached: dict[Address, int] = {}
        for queued in batch:
            address, expected = queued.append.address, queued.append.expected_version
            fits = address not in self._poisoned and address not in broken
            if fits and reached.get(address, expected) == expected:
                reached[address] = expected + len(queued.append.events)
                ready.append(queued)
            else:
                broken.add(address)
                refused.append(queued)
        return ready, refused

    async def _one_by_one(self, batch: list[Queued]) -> list[Result]:
        """Retry a failed batch one by one, so that a bad append harms only itself."""
        results: list[Result] = []
        away: StoaError | None = None
        for queued in batch:
            if queued.append.address in self._poisoned:
                results.append((queued, self._poison(queued)))
                continue
            error = away or await self._attempt([queued])
            if isinstance(error, StorageUnavailable):
                away = error
            results.append((queued, self._poison(queued, error) if error else None))
        return results

    async def _attempt(self, batch: list[Queued]) -> StoaError | None:
        """Try a batch; None when committed.

        `StorageUnavailable` means that trying one by one is useless.
        """
        try:
            async with self._writer.connection() as connection:
                try:
                    await write_batch(connection, batch, self._node, self._records)
                finally:
                    wakes = take_wakes(connection)
        except Stale:
            return _fenced(batch[0])
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == "journal_pkey":
                return _fenced(batch[0])
            return _failed(error)
        except Exception as error:
            return _failed(error)
        if wakes is not None and self._database.woken is not None:
            self._database.woken(wakes)
        return None

    def _poison(self, queued: Queued, error: StoaError | None = None) -> StoaError:
        """Write nothing more of this address until it has been loaded again."""
        self._poisoned.add(queued.append.address)
        return error or _fenced(queued)

    def _note(self, results: list[Result]) -> None:
        away = next((e for _, e in results if isinstance(e, StorageUnavailable)), None)
        if away is not None:
            self._database.writes.failed(away.message)
        elif any(error is None for _, error in results):
            self._database.writes.succeeded()

    def _count(self, ready: list[Queued], results: list[Result], seconds: float) -> None:
        self._commit_seconds += seconds
        self.commit_times.observe(seconds)
        self._counts["batches"] += 1
        self._counts["last_batch"] = len(ready)
        self._counts["appends"] += len(ready)
        self._counts["events"] += sum(len(queued.append.events) for queued in ready)
        self._counts["failures"] += sum(error is not None for _, error in results)

    async def _load(self, address: Address, connection: Connection) -> Loaded:
        row = await connection.fetchrow(LOAD_SNAPSHOT, address.kind, address.key)
        snapshot = None if row is None else Snapshot(address, *row)
        after = snapshot.version if snapshot else 0
        loaded = Loaded(snapshot, await read_events(connection, address, after=after, limit=None))
        self._poisoned.discard(address)
        return loaded


def _fenced(queued: Queued) -> Fenced:
    return Fenced(queued.append.address, queued.append.expected_version + 1)


def _failed(error: Exception) -> StoaError:
    """The error for an append; `StorageUnavailable` only for what would affect every append."""
    mapped = storage_error(error)
    if isinstance(error, asyncpg.PostgresError):
        state = getattr(error, "sqlstate", None) or ""
        if state[:2] not in UNAVAILABLE_CLASSES and state != READ_ONLY:
            mapped = DatabaseError()
    if mapped is None or isinstance(mapped, DatabaseError):
        _log.error("journal.commit_failed", exc_info=error)
        mapped = DatabaseError()
    mapped.__cause__ = error
    return mapped


@contextlib.asynccontextmanager
async def open_journal(
    database: Database,
    *,
    clock: Clock,
    node: str,
    records: RecordWriters,
    max_queued: int = MAX_QUEUED,
) -> AsyncIterator[PostgresJournal]:
    """The journal for the body; at the end it first writes what is queued.

    `node` is noted with each event. `records` writes the rows of `Append.records` by their class.
    """
    writer = await database.companion(settings=PLANNER)
    try:
        number = await database.run(lambda c: c.fetchval(NEW_WRITER), transaction=False)
    except BaseException:
        with trio.CancelScope(shield=True):
            await writer.close()
        raise
    journal = PostgresJournal(
        database,
        writer,
        number=number,
        clock=clock,
        node=node,
        records=records,
        max_queued=max_queued,
    )
    try:
        yield journal
    finally:
        with trio.CancelScope(shield=True):
            await journal.close()
