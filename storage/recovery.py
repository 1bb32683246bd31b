"""Sessions of Socket.IO clients in PostgreSQL, written in groups like the journal.

While one group is being written the next one forms. Several changes to one session in a group are
combined into one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec
import structlog

from protocol.errors import DatabaseError, Overloaded, StoaError
from protocol.ports import Clock
from protocol.recovery import RECOVERY_MS, Kept, SocketSession
from storage.gathering import Gatherer
from storage.postgres import Connection, Database

MAX_QUEUED = 50_000
"""Waiting changes: enough for every client of a node at once."""
MAX_BATCH = 2_000

SAVE = """
insert into socket_sessions (key, session, node, writer, left_at)
select s.key, s.session, $3, $4, s.left_at
from unnest($1::bytea[], $2::bytea[], $5::bigint[]) as s (key, session, left_at)
on conflict (key) do update set session = excluded.session, node = excluded.node,
    writer = excluded.writer, left_at = excluded.left_at
"""
LEAVE = """
update socket_sessions as s set left_at = l.left_at
from unnest($1::bytea[], $2::bigint[]) as l (key, left_at) where s.key = l.key
"""
FORGET = "delete from socket_sessions where key = any($1::bytea[])"
FIND = """
select key, session, writer, left_at from socket_sessions where key = any($1::bytea[])
"""
SWEEP = """
with swept as (
    delete from socket_sessions
    where left_at < $1 or (left_at is null and node = $2 and writer <> $3)
    returning 1
)
select count(*) from swept
"""

_log = structlog.get_logger()
Done = Callable[[StoaError | None], None]


class _Change(msgspec.Struct):
    """The combined changes of one session in a group."""

    session: bytes | None = None
    left_at: int | None = None
    forgotten: bool = False


class _Group:
    """Changes that are written together, and the callbacks to call then."""

    def __init__(self) -> None:
        self.changes: dict[bytes, _Change] = {}
        self.waiting: list[Done] = []

    def save(self, key: bytes, session: bytes, done: Done) -> None:
        self.changes[key] = _Change(session)
        self.waiting.append(done)

    def leave(self, key: bytes, at: int) -> None:
        change = self.changes.setdefault(key, _Change())
        if not change.forgotten:
            change.left_at = at

    def forget(self, key: bytes) -> None:
        self.changes[key] = _Change(forgotten=True)

    async def write(self, node: str, writer: int, connection: Connection) -> None:
        """Write the group in the caller's transaction."""
        saved = [(k, c.session, c.left_at) for k, c in self.changes.items() if c.session]
        if saved:
            keys, sessions, times = map(list, zip(*saved, strict=True))
            await connection.execute(SAVE, keys, sessions, node, writer, times)
        left = [(k, c.left_at) for k, c in self.changes.items() if c.left_at and not c.session]
        if left:
            await connection.execute(LEAVE, *map(list, zip(*left, strict=True)))
        forgotten = [key for key, change in self.changes.items() if change.forgotten]
        if forgotten:
            await connection.execute(FORGET, forgotten)


class PostgresSocketSessions:
    """`protocol.recovery.SocketSessions`.

    `writer` is the number of this start of the node, the same as the journal writer's. Clients that
    were connected to an earlier one have been away since this one began.
    """

    def __init__(self, database: Database, *, clock: Clock, node: str, writer: int) -> None:
        self._database = database
        self._clock = clock
        self._node = node
        self._writer = writer
        self._started = clock.now()
        self._kept = Gatherer(database, _rows)
        self._next = _Group()
        self._writing = False
        self.saved = 0
        self.failed = 0

    def save_nowait(self, session: SocketSession, done: Done) -> None:
        self._admit()
        self._next.save(_key(session.pid), msgspec.json.encode(session), done)
        self._write()

    def left_nowait(self, pid: str) -> None:
        self._admit()
        self._next.leave(_key(pid), self._clock.now())
        self._write()

    def forget_nowait(self, pid: str) -> None:
        self._admit()
        self._next.forget(_key(pid))
        self._write()

    async def find(self, pid: str) -> Kept | None:
        row = await self._kept.get(_key(pid))
        if row is None:
            return None
        try:
            session = msgspec.json.decode(row["session"], type=SocketSession)
        except msgspec.MsgspecError:
            return None  # another version of Stoa wrote it
        left_at = row["left_at"]
        if left_at is None:
            left_at = self._clock.now() if row["writer"] == self._writer else self._started
        elif row["writer"] != self._writer:
            left_at = max(left_at, self._started)
        return Kept(session, max(0, self._clock.now() - left_at))

    async def sweep(self) -> int:
        before = self._clock.now() - RECOVERY_MS
        if before < self._started:
            return 0
        swept: int = await self._database.run(
            lambda c: c.fetchval(SWEEP, before, self._node, self._writer)
        )
        return swept

    def statistics(self) -> dict[str, float]:
        """Sessions saved and changes lost since the start, and how many are waiting."""
        return {"waiting": len(self._next.changes), "saved": self.saved, "failed": self.failed}

    def _admit(self) -> None:
        if len(self._next.changes) >= MAX_QUEUED:
            raise Overloaded("Too many sessions wait to be kept; try again")

    def _write(self) -> None:
        if self._writing or not self._next.changes:
            return
        group, self._next = self._next, _Group()
        self._writing = True

        async def unit(connection: Connection) -> None:
            await group.write(self._node, self._writer, connection)

        try:
            self._database.submit(unit, lambda outcome: self._written(group, outcome))
        except StoaError as error:
            self._written(group, error)

    def _written(self, group: _Group, outcome: Any) -> None:
        self._writing = False
        error = _error(outcome)
        if error is None:
            self.saved += len(group.waiting)
        else:
            self.failed += len(group.changes)
        for done in group.waiting:
            done(error)
        self._write()


def _error(outcome: Any) -> StoaError | None:
    if outcome is None or isinstance(outcome, StoaError):
        return outcome
    _log.error("sessions.save_failed", exc_info=outcome)
    return DatabaseError()


async def _rows(connection: Connection, keys: Sequence[bytes]) -> Mapping[bytes, Any]:
    return {row["key"]: row for row in await connection.fetch(FIND, keys)}


def _key(pid: str) -> bytes:
    return sha256(pid.encode()).digest()
