"""How much of the disk the tables take, with their indexes and what does not fit into rows."""

from __future__ import annotations

from storage.postgres import Connection, Database

LARGEST = 20
SIZES = """
select c.relname as name, pg_total_relation_size(c.oid) as bytes
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = current_schema() and c.relkind in ('r', 'p')
order by bytes desc limit $1
"""
WHOLE = "select pg_database_size(current_database())"
LIMIT_TIME = "set local statement_timeout = '10s'"


class TableSizes:
    """What was measured last. Empty before `measure`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tables: dict[str, int] = {}
        self._whole = 0

    async def measure(self) -> None:
        """Look. Raises `StoaError` if storage fails."""

        async def unit(connection: Connection) -> tuple[dict[str, int], int]:
            await connection.execute(LIMIT_TIME)
            rows = await connection.fetch(SIZES, LARGEST)
            return {row["name"]: row["bytes"] for row in rows}, await connection.fetchval(WHOLE)

        self._tables, self._whole = await self._database.run(unit)

    def statistics(self) -> dict[str, float | dict[str, float]]:
        """In bytes."""
        return {"database_bytes": self._whole, "table_bytes": dict(self._tables)}
