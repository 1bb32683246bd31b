"""Journals folded into one compressed record, and reading them as if they still were rows.

The format: zstd (RFC 8878) of pages, each a length of four bytes, big-endian, and MessagePack of an
array of events as `[version, schema, at, event, position]`. Which node wrote an event is not kept.

An archive is written before its rows are deleted, in batches; in between both are there, and the
rows count. The newest row always stays: it is the fence for the next append, and says when the
history ended.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
import zstandard

from protocol.archives import Archived, StoredKey
from protocol.envelope import Address
from protocol.ports import Snapshot, StoredEvent
from storage.postgres import Connection, Database

LEVEL: Final = 6
STATEMENT_SECONDS: Final = 10
_length = struct.Struct(">I")
_Row = tuple[int, int, int, bytes, int]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[_Row]).decode

LIMIT_TIME = f"set local statement_timeout = '{STATEMENT_SECONDS}s'"
# From key to key by the primary key: the events in between are not read.
KEYS = """
with recursive found (key, n) as (
    (select key, 1 from journal where kind = $1 and key > $2 order by key limit 1)
    union all
    select (select key from journal where kind = $1 and key > found.key order by key limit 1), n + 1
    from found where found.key is not null and n < $3
)
select found.key, oldest.version as first, oldest.at as first_at, newest.version as last,
       newest.at as last_at
from found
cross join lateral (
    select version, at from journal where kind = $1 and key = found.key order by version limit 1
) as oldest
cross join lateral (
    select version, at from journal where kind = $1 and key = found.key
    order by version desc limit 1
) as newest
where found.key is not null
order by found.key
"""
READ = """
select version, schema, at, event, position from journal
where kind = $1 and key = $2 and version > $3
order by version limit $4
"""
SNAPSHOT = "select version, schema, state from snapshots where kind = $1 and key = $2"
KEEP = """
insert into journal_archives (kind, key, version, schema, events, first_at, last_at, archived_at,
                              data)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (kind, key) do update
set version = excluded.version, schema = excluded.schema, events = excluded.events,
    first_at = excluded.first_at, last_at = excluded.last_at,
    archived_at = excluded.archived_at, data = excluded.data
where journal_archives.version <= excluded.version
"""
PRUNE = """
with kept as (
    select least(
        (select version from journal_archives where kind = $1 and key = $2),
        (select max(version) - 1 from journal where kind = $1 and key = $2)
    ) as version
)
delete from journal where kind = $1 and key = $2 and version = any(array(
    select j.version from journal as j, kept
    where j.kind = $1 and j.key = $2 and j.version <= kept.version
    order by j.version limit $3
))
"""
FORGET_SNAPSHOT = """
delete from snapshots as s using journal_archives as a
where s.kind = $1 and s.key = $2 and a.kind = s.kind and a.key = s.key and s.version <= a.version
"""
FORGET_EVENTS = """
delete from journal where kind = $1 and key = $2 and version = any(array(
    select version from journal where kind = $1 and key = $2 order by version limit $3
))
"""
FORGET_STATE = "delete from snapshots where kind = $1 and key = $2"
FORGET_ARCHIVE = "delete from journal_archives where kind = $1 and key = $2"
DATA = "select data from journal_archives where kind = $1 and key = $2"


async def stored_keys(
    connection: Connection, kind: str, *, after: str, limit: int
) -> list[StoredKey]:
    """What the journal has of the actors of a kind, in the order of keys."""
    return [StoredKey(**dict(row)) for row in await connection.fetch(KEYS, kind, after, limit)]


async def read_events(
    connection: Connection, address: Address, *, after: int, limit: int | None
) -> list[StoredEvent]:
    """The events after that version, at most `limit`.

    What was deleted once it had been archived is read from the archive. That costs a look only
    where the next event is not there: a new actor has none, and of an archived one the newest
    stays.
    """
    rows = await connection.fetch(READ, address.kind, address.key, after, limit)
    events = [StoredEvent(*row) for row in rows]
    if not events or events[0].version == after + 1:
        return events
    before = events[0].version
    archived = await _archived(connection, address, after=after, before=before, limit=limit)
    return (archived + events)[:limit]


async def _archived(
    connection: Connection, address: Address, *, after: int, before: int, limit: int | None
) -> list[StoredEvent]:
    """Those with versions between these, both excluded."""
    data: bytes | None = await connection.fetchval(DATA, address.kind, address.key)
    found: list[StoredEvent] = []
    for event in () if data is None else archived_in(data):
        if event.version >= before or len(found) == limit:
            break
        if event.version > after:
            found.append(event)
    return found


def archived_in(data: bytes) -> Iterator[StoredEvent]:
    """The events of an archive, in order."""
    with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as reader:
        while header := _exactly(reader, _length.size):
            (size,) = _length.unpack(header)
            for row in _decode(_exactly(reader, size)):
                yield StoredEvent(*row)


def _exactly(reader: Any, size: int) -> bytes:
    """That many bytes; fewer at the end."""
    data = b""
    while len(data) < size and (more := reader.read(size - len(data))):
        data += more
    return data


class Compressor:
    """Implements `protocol.archives.ArchiveWriter`."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=LEVEL).compressobj()
        self._data = bytearray()
        self._size = 0

    def add(self, events: Sequence[StoredEvent]) -> int:
        page = _encode([(e.version, e.schema, e.at, e.event, e.position) for e in events])
        self._data += self._compressor.compress(_length.pack(len(page)) + page)
        self._size += len(page)
        return self._size

    def finish(self) -> bytes:
        return bytes(self._data) + self._compressor.flush()


class PostgresArchives:
    """Implements `protocol.archives.Archives`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keys(self, kind: str, *, after: str, limit: int) -> Sequence[StoredKey]:
        found: list[StoredKey] = await self._limited(
            lambda c: stored_keys(c, kind, after=after, limit=limit)
        )
        return found

    async def events(self, address: Address, *, after: int, limit: int) -> Sequence[StoredEvent]:
        found: list[StoredEvent] = await self._limited(
            lambda c: read_events(c, address, after=after, limit=limit)
        )
        return found

    async def snapshot(self, address: Address) -> Snapshot | None:
        row = await self._limited(lambda c: c.fetchrow(SNAPSHOT, address.kind, address.key))
        return None if row is None else Snapshot(address, *row)

    def writer(self) -> Compressor:
        return Compressor()

    async def keep(self, archived: Archived, now: int) -> None:
        address = archived.address
        row = (archived.version, archived.schema, archived.events, archived.first_at)
        await self._limited(
            lambda c: c.execute(
                KEEP, address.kind, address.key, *row, archived.last_at, now, archived.data
            )
        )

    async def forget(self, address: Address, *, limit: int) -> int:
        row = (address.kind, address.key)
        removed = _count(await self._limited(lambda c: c.execute(FORGET_EVENTS, *row, limit)))
        if removed < limit:
            for statement in (FORGET_STATE, FORGET_ARCHIVE):
                await self._limited(lambda c, s=statement: c.execute(s, *row))
        return removed

    async def prune(self, address: Address, *, limit: int) -> int:
        done = await self._limited(lambda c: c.execute(PRUNE, address.kind, address.key, limit))
        removed = _count(done)
        if removed < limit:
            done = await self._limited(
                lambda c: c.execute(FORGET_SNAPSHOT, address.kind, address.key)
            )
            removed += min(_count(done), limit - removed - 1)
        return removed

    async def _limited(self, statement: Any) -> Any:
        async def unit(connection: Connection) -> Any:
            await connection.execute(LIMIT_TIME)
            return await statement(connection)

        return await self._database.run(unit)


def _count(done: str) -> int:
    return int(done.rpartition(" ")[2])
