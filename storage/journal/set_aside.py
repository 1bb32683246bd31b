"""Taking events that cannot be read out of a journal, without deleting them."""

from __future__ import annotations

from collections.abc import Sequence

from protocol.envelope import Address
from protocol.ports import StoredEvent
from storage.postgres import Connection, Database

MOVE = """
WITH moved AS (
    DELETE FROM journal
    WHERE kind = $1 AND key = $2 AND version BETWEEN $3 AND coalesce($4::bigint, version)
    RETURNING kind, key, version, schema, event, at, node, position
), kept AS (
    INSERT INTO journal_set_aside
        (kind, key, version, schema, event, at, node, position, reason, set_aside_at)
    SELECT *, $5, $6::bigint FROM moved
)
SELECT count(*) FROM moved
"""
FORGET_SNAPSHOT = "DELETE FROM snapshots WHERE kind = $1 AND key = $2 AND version >= $3"
SET_ASIDE = """
SELECT version, schema, at, event, position FROM journal_set_aside
WHERE kind = $1 AND key = $2 ORDER BY version, id
"""


class PostgresSetAside:
    """`protocol.ports.SetAside`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set_aside(
        self, address: Address, *, first: int, last: int | None, reason: str, now: int
    ) -> int:
        """Move the events from `first` to `last` (None: to the end); returns how many there were.

        A snapshot that was made after any of them goes; it can be made again.
        """

        async def unit(connection: Connection) -> int:
            row = (address.kind, address.key, first, last, reason, now)
            moved: int = await connection.fetchval(MOVE, *row)
            if moved:
                await connection.execute(FORGET_SNAPSHOT, address.kind, address.key, first)
            return moved

        return await self._database.run(unit)

    async def forget_snapshot(self, address: Address) -> None:
        """Have the next load read the whole journal, which holds everything."""
        await self._database.run(
            lambda c: c.execute(FORGET_SNAPSHOT, address.kind, address.key, 0), transaction=False
        )

    async def events(self, address: Address) -> Sequence[StoredEvent]:
        """What was set aside of this actor."""
        rows = await self._database.run(
            lambda c: c.fetch(SET_ASIDE, address.kind, address.key), transaction=False
        )
        return [StoredEvent(*row) for row in rows]
