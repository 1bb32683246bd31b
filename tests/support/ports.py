"""The storage ports over either store, with an outage at hand, for the conformance suite."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, quote, urlsplit

import msgspec
import trio

from protocol.envelope import Address, Message
from protocol.errors import StoaError
from protocol.jobs import JobKind, Jobs
from protocol.ports import (
    Append,
    Heartbeats,
    Journal,
    Outbox,
    OutboxEvent,
    Reminder,
    Reminders,
    StoredEvent,
)
from protocol.wakes import Wakes
from storage.asyncio_thread import open_asyncio_thread
from storage.jobs import PostgresJobs, enqueue
from storage.journal import (
    PostgresHeartbeats,
    PostgresOutbox,
    PostgresReminders,
    RecordWriters,
    open_journal,
)
from storage.memory import (
    MemoryHeartbeats,
    MemoryJobs,
    MemoryJournal,
    MemoryOutbox,
    MemoryReminders,
    MemoryStore,
)
from storage.memory.jobs import enqueue_nowait
from storage.postgres import Database

NOW = 1_700_000_000_000


class Noted(Message, frozen=True, kw_only=True, tag="test.noted"):
    """A record for tests; the text "bad" cannot be written."""

    text: str


class Chore(Message, frozen=True, kw_only=True, tag="test.chore"):
    """The payload of a job for tests."""

    number: int = 0


CHORE = JobKind(payload=Chore, lease_ms=60_000, pauses_ms=(1_000, 5_000), attempts=3)


class Asked(Message, frozen=True, kw_only=True, tag="test.asked"):
    """A record for tests from which a job follows; the text "bad" cannot be written."""

    number: int
    text: str = ""


class Happened(Message, frozen=True, kw_only=True, tag="test.happened"):
    """A domain event for tests."""

    number: int


class Unknown(Message, frozen=True, kw_only=True, tag="test.unknown"):
    """A record that nobody writes."""


class StillClock:
    """A clock that stands."""

    def now(self) -> int:
        """Always `NOW`."""
        return NOW


class Ports(Protocol):
    """What the suite needs of a store."""

    journal: Journal
    other_node: Journal
    reminders: Reminders
    outbox: Outbox
    heartbeats: Heartbeats
    jobs: Jobs
    woken: list[Wakes]

    def small_journal(self, max_queued: int) -> contextlib.AbstractAsyncContextManager[Journal]:
        """One more node with a small bound."""
        ...

    async def notes(self) -> list[str]:
        """The texts of the records written."""
        ...

    async def go_away(self) -> None:
        """The engine stops answering."""

    async def come_back(self) -> None:
        """It answers again."""


def _refuse_bad(record: Message) -> None:
    assert isinstance(record, Noted)
    if record.text == "bad":
        raise ValueError(record.text)


class MemoryPorts:
    """The twins."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.journal: Journal = self._node()
        self.other_node: Journal = self._node()
        self.reminders: Reminders = MemoryReminders(self.store)
        self.outbox: Outbox = MemoryOutbox(self.store)
        self.heartbeats: Heartbeats = MemoryHeartbeats(self.store)
        self.jobs: Jobs = MemoryJobs(self.store)
        self.woken: list[Wakes] = []
        self.store.woken = self.woken.append

    def _node(self, **options: Any) -> MemoryJournal:
        records: dict[type[Message], Callable[[Message], None]] = {
            Noted: _refuse_bad,
            Asked: self._write_asked,
        }
        return MemoryJournal(self.store, StillClock(), records=records, **options)

    def _write_asked(self, record: Message) -> None:
        assert isinstance(record, Asked)
        enqueue_nowait(self.store, CHORE.job(Chore(number=record.number), due_at=NOW), now=NOW)
        _refuse_bad(Noted(text=record.text))

    @contextlib.asynccontextmanager
    async def small_journal(self, max_queued: int) -> AsyncIterator[Journal]:
        yield self._node(max_queued=max_queued)

    async def notes(self) -> list[str]:
        return [record.text for record in self.store.records if isinstance(record, Noted)]

    async def go_away(self) -> None:
        self.store.available = False

    async def come_back(self) -> None:
        self.store.available = True


async def _write_notes(connection: Any, records: Sequence[Message]) -> None:
    await connection.executemany(
        "INSERT INTO notes (text) VALUES ($1)", [(r.text,) for r in records if isinstance(r, Noted)]
    )


async def _write_asked(connection: Any, records: Sequence[Message]) -> None:
    for record in records:
        assert isinstance(record, Asked)
        await enqueue(connection, CHORE.job(Chore(number=record.number), due_at=NOW), now=NOW)
        await _write_notes(connection, [Noted(text=record.text)])


WRITERS: RecordWriters = {Noted: _write_notes, Asked: _write_asked}
NOTES = """
CREATE TABLE IF NOT EXISTS notes (
    place integer GENERATED ALWAYS AS IDENTITY,
    text text CHECK (text <> 'bad')
)
"""


class PostgresPorts:
    """The real ones. An outage takes the way to the socket away and ends the connections."""

    journal: Journal
    other_node: Journal

    def __init__(self, database: Database, admin: Database, link: Path, sockets: Path) -> None:
        self._database, self._admin = database, admin
        self._link, self._sockets = link, sockets
        self.reminders: Reminders = PostgresReminders(database)
        self.outbox: Outbox = PostgresOutbox(database)
        self.heartbeats: Heartbeats = PostgresHeartbeats(database)
        self.jobs: Jobs = PostgresJobs(database)
        self.woken: list[Wakes] = []
        database.woken = self.woken.append

    def small_journal(self, max_queued: int) -> contextlib.AbstractAsyncContextManager[Journal]:
        return open_journal(
            self._database, clock=StillClock(), node="small", records=WRITERS, max_queued=max_queued
        )

    async def notes(self) -> list[str]:
        rows = await self._database.run(lambda c: c.fetch("SELECT text FROM notes ORDER BY place"))
        return [row["text"] for row in rows]

    async def empty(self) -> None:
        """Remove every row."""
        await self._admin.run(
            lambda c: c.execute(
                "TRUNCATE journal, snapshots, reminders, outbox, heartbeats, jobs, notes"
                " RESTART IDENTITY"
            )
        )

    async def go_away(self) -> None:
        self._link.unlink()
        await self._admin.run(
            lambda c: c.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )

    async def come_back(self) -> None:
        self._link.symlink_to(self._sockets)


@contextlib.asynccontextmanager
async def postgres_ports(url: str) -> AsyncIterator[PostgresPorts]:
    """Open everything on that database, through a link that can be taken away."""
    sockets = Path(parse_qs(urlsplit(url).query)["host"][0])
    async with contextlib.AsyncExitStack() as stack:
        link = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stoa-"))) / "run"
        link.symlink_to(sockets)
        asyncio_thread = await stack.enter_async_context(open_asyncio_thread())
        admin = await Database.open(asyncio_thread, url, max_size=1)
        stack.push_async_callback(admin.close)
        linked = url.replace(quote(str(sockets)), quote(str(link)))
        database = await Database.open(asyncio_thread, linked, max_size=4)
        stack.push_async_callback(database.close)
        await admin.run(lambda c: c.execute(NOTES))
        ports = PostgresPorts(database, admin, link, sockets)
        for name, node in (("journal", "one"), ("other_node", "two")):
            journal = await stack.enter_async_context(
                open_journal(database, clock=StillClock(), node=node, records=WRITERS)
            )
            setattr(ports, name, journal)
        yield ports


# --- shorthands for tests -----------------------------------------------------------------------


def unplaced(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """As they were before they were written, without their positions."""
    return [msgspec.structs.replace(event, position=0) for event in events]


def stored(version: int, text: str = "") -> StoredEvent:
    """An event with recognisable bytes."""
    return StoredEvent(version, 1, NOW + version, f'{{"n":{version},"t":"{text}"}}'.encode())


def an_append(
    address: Address,
    expected: int,
    events: int = 1,
    *,
    text: str = "",
    records: Sequence[Message] = (),
    announce: Sequence[int] = (),
    reminders: dict[str, int | None] | None = None,
) -> Append:
    """An append of so many events after `expected`."""
    return Append(
        address,
        expected,
        [stored(expected + n + 1, text) for n in range(events)],
        records,
        [OutboxEvent(address, Happened(number=number)) for number in announce],
        [Reminder(address, name, due_at) for name, due_at in (reminders or {}).items()],
    )


class Outcomes:
    """Collects what `done` is called with, in order."""

    def __init__(self) -> None:
        self.arrived: list[tuple[Any, StoaError | None]] = []
        self._wanted = 0
        self._complete = trio.Event()

    def expect(self, label: Any = None) -> Callable[[StoaError | None], None]:
        """A `done` whose call is noted under `label`."""
        self._wanted += 1

        def done(error: StoaError | None) -> None:
            self.arrived.append((label, error))
            if len(self.arrived) == self._wanted:
                self._complete.set()

        return done

    async def wait(self) -> list[tuple[Any, StoaError | None]]:
        """Every outcome, once all are there."""
        if self._wanted:
            await self._complete.wait()
        return self.arrived


async def commit(journal: Journal, append: Append) -> StoaError | None:
    """Append and wait; the error or None."""
    outcomes = Outcomes()
    journal.append_nowait(append, outcomes.expect())
    return (await outcomes.wait())[0][1]
