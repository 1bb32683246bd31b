"""Several appends as one multi-row statement, with everything committed together with them.

The primary key (kind, key, version) is the fence against another writer of the same version; the
statement also checks that the version before the first new one exists, so no gap can arise. For an
append without events a query checks the newest version instead.

Most batches are one append: a single message, or the answers of a class. For these the statement
gets once what all its events share, which halves the work of encoding them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

from protocol.envelope import Address, Message
from protocol.ports import Append, OutboxEvent
from storage.journal.outbox import write_outbox
from storage.journal.reminders import write_reminders
from storage.postgres import Connection, transaction_on

RecordWriter = Callable[[Any, Sequence[Message]], Awaitable[None]]
"""Writes the rows of one class of messages, in the order given, in the caller's transaction."""
RecordWriters = Mapping[type[Message], RecordWriter]

INSERT = """
WITH stale AS (
    SELECT count(*) AS n
    FROM unnest($1::text[], $2::text[], $3::bigint[]) AS head (kind, key, version)
    LEFT JOIN journal AS j
        ON j.kind = head.kind AND j.key = head.key AND j.version = head.version
    WHERE j.version IS NULL
), written AS (
    INSERT INTO journal (kind, key, version, schema, event, at, position, node)
    SELECT e.kind, e.key, e.version, e.schema, e.event, e.at, e.position, $11
    FROM unnest(
        $4::text[], $5::text[], $6::bigint[], $7::integer[], $8::bytea[], $9::bigint[],
        $10::bigint[]
    ) AS e (kind, key, version, schema, event, at, position)
    WHERE (SELECT n FROM stale) = 0
)
SELECT n FROM stale
"""
INSERT_ONE = """
INSERT INTO journal (kind, key, version, schema, event, at, position, node)
SELECT $1::text, $2::text, $3::bigint + e.n, $4::integer, e.event, $5::bigint, $6::bigint + e.n, $7
FROM unnest($8::bytea[]) WITH ORDINALITY AS e (event, n)
WHERE $3 = 0 OR EXISTS (SELECT FROM journal WHERE kind = $1 AND key = $2 AND version = $3)
"""
NOTHING_INSERTED = "INSERT 0 0"
OVERTAKEN = """
SELECT count(*)
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS head (kind, key, version)
JOIN journal AS j ON j.kind = head.kind AND j.key = head.key AND j.version = head.version + 1
"""


class Stale(Exception):
    """An expected version is not the newest one of its address."""


class Queued(NamedTuple):
    """An append in progress. `at` dates its outbox rows; `position` is that of its first event."""

    append: Append
    done: Callable[[Any], None]
    at: int
    position: int


class Heads:
    """The version each address is expected to be at before the batch."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.keys: list[str] = []
        self.versions: list[int] = []

    def add(self, address: Address, version: int) -> None:
        """Expect `address` to be at `version`."""
        self.kinds.append(address.kind)
        self.keys.append(address.key)
        self.versions.append(version)

    def columns(self) -> tuple[list[str], list[str], list[int]]:
        """The columns for `unnest`."""
        return self.kinds, self.keys, self.versions


async def write_batch(
    connection: Connection, batch: Sequence[Queued], node: str, writers: RecordWriters
) -> None:
    """Commit all of it or nothing.

    Appends of one address must follow one another without a gap. Raises `Stale`, asyncpg's
    `UniqueViolationError` on `journal_pkey`, and whatever a record writer raises.
    """
    if any(q.append.records or q.append.outbox or q.append.reminders for q in batch) or any(
        not q.append.events for q in batch
    ):
        async with transaction_on(connection):
            await _insert(connection, batch, node)
            await _look_for_overtaken(connection, batch)
            await _write_companions(connection, batch, writers)
    else:
        # A single statement is a transaction of its own: one round trip instead of three.
        await _insert(connection, batch, node)


async def _insert(connection: Connection, batch: Sequence[Queued], node: str) -> None:
    if len(batch) == 1 and len({(e.schema, e.at) for e in batch[0].append.events}) == 1:
        await _insert_one(connection, batch[0], node)
    else:
        await _insert_many(connection, batch, node)


async def _insert_one(connection: Connection, queued: Queued, node: str) -> None:
    """An append with events, all of one schema and time."""
    append = queued.append
    address, version, events = append.address, append.expected_version, append.events
    status = await connection.execute(
        *(INSERT_ONE, address.kind, address.key, version, events[0].schema, events[0].at),
        *(queued.position - 1, node, [event.event for event in events]),
    )
    if status == NOTHING_INSERTED:
        raise Stale


async def _insert_many(connection: Connection, batch: Sequence[Queued], node: str) -> None:
    heads = Heads()
    seen: set[Address] = set()
    kinds: list[str] = []
    keys: list[str] = []
    versions: list[int] = []
    schemas: list[int] = []
    events: list[bytes] = []
    times: list[int] = []
    positions: list[int] = []
    for append, _, _, position in batch:
        address, new, size = append.address, append.events, len(append.events)
        if append.expected_version and address not in seen:
            heads.add(address, append.expected_version)
        seen.add(address)
        kinds += [address.kind] * size
        keys += [address.key] * size
        versions += [event.version for event in new]
        schemas += [event.schema for event in new]
        events += [event.event for event in new]
        times += [event.at for event in new]
        positions += range(position, position + size)
    stale = await connection.fetchval(
        INSERT, *heads.columns(), kinds, keys, versions, schemas, events, times, positions, node
    )
    if stale:
        raise Stale


async def _look_for_overtaken(connection: Connection, batch: Sequence[Queued]) -> None:
    """Check appends without events, which the primary key does not protect."""
    silent = Heads()
    loud = {queued.append.address for queued in batch if queued.append.events}
    for append, *_ in batch:
        if append.address not in loud:
            silent.add(append.address, append.expected_version)
    if silent.kinds and await connection.fetchval(OVERTAKEN, *silent.columns()):
        raise Stale


async def _write_companions(
    connection: Connection, batch: Sequence[Queued], writers: RecordWriters
) -> None:
    records: dict[type[Message], list[Message]] = {}
    announced: list[tuple[OutboxEvent, int]] = []
    reminders = {}
    for append, _, at, _ in batch:
        for record in append.records:
            records.setdefault(type(record), []).append(record)
        announced += [(event, at) for event in append.outbox]
        for reminder in append.reminders:
            reminders[reminder.address, reminder.name] = reminder
    for kind, messages in records.items():
        await writers[kind](connection, messages)
    if reminders:
        await write_reminders(connection, list(reminders.values()))
    if announced:
        # This comes last because other transactions of an aggregate wait for its locks.
        await write_outbox(connection, announced)
