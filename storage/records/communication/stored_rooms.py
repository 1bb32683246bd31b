"""The journals of course rooms in SQL: what is stored, and the deletion of what is old.

Every statement has a time limit and is a transaction of its own. Deleting what another deletes
as well is harmless.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from protocol.communication import ROOM_KIND
from protocol.records.communication import StoredRoom
from storage.journal.archives import stored_keys
from storage.postgres import Database

STATEMENT_SECONDS = 10

LIMIT_TIME = f"set local statement_timeout = '{STATEMENT_SECONDS}s'"
SIZE = """
select coalesce(sum(octet_length(event)), 0) from journal
where kind = $1 and key = $2 and version > $3 and version <= $4
"""
BEYOND = """
select at from (
    select version, at, sum(octet_length(event)) over newest as size, row_number() over newest as n
    from journal where kind = $1 and key = $2
    window newest as (order by version desc rows unbounded preceding)
) as counted
where size > $3 and n > $4
order by version desc limit 1
"""
DELETE = """
with oldest as (
    select version, at from journal where kind = $1 and key = $2 order by version limit $4
), bounds as (
    select (select min(version) from oldest where at >= $3) as kept,
           (select max(version) from journal where kind = $1 and key = $2) as newest
)
delete from journal where kind = $1 and key = $2 and version = any(array(
    select version from oldest, bounds
    where version < coalesce(kept, newest) and version < newest
))
"""
DELETE_SET_ASIDE = """
delete from journal_set_aside where id = any(array(
    select id from journal_set_aside where kind = $1 and at < $2 order by id limit $3
))
"""


class PostgresStoredRooms:
    """Implements `protocol.records.communication.StoredRooms`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rooms(self, *, after: str, limit: int) -> Sequence[StoredRoom]:
        found = await self._limited(lambda c: stored_keys(c, ROOM_KIND, after=after, limit=limit))
        return [
            StoredRoom(course_id=each.key, first=each.first, first_at=each.first_at, last=each.last)
            for each in found
        ]

    async def size(self, course_id: str, *, after: int, to: int) -> int:
        found = await self._limited(lambda c: c.fetchval(SIZE, ROOM_KIND, course_id, after, to))
        return int(found)

    async def beyond(self, course_id: str, *, size: int, spared: int) -> int | None:
        at: int | None = await self._limited(
            lambda c: c.fetchval(BEYOND, ROOM_KIND, course_id, size, spared)
        )
        return at

    async def delete(self, course_id: str, *, before: int, limit: int) -> int:
        return _count(
            await self._limited(lambda c: c.execute(DELETE, ROOM_KIND, course_id, before, limit))
        )

    async def delete_set_aside(self, *, before: int, limit: int) -> int:
        return _count(
            await self._limited(lambda c: c.execute(DELETE_SET_ASIDE, ROOM_KIND, before, limit))
        )

    async def _limited(self, statement: Any) -> Any:
        async def unit(connection: Any) -> Any:
            await connection.execute(LIMIT_TIME)
            return await statement(connection)

        return await self._database.run(unit)


def _count(done: str) -> int:
    return int(done.rpartition(" ")[2])
