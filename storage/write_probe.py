"""A small write of our own, to learn whether PostgreSQL takes writes."""

from __future__ import annotations

from typing import Any

from storage.postgres import Database

PROBE_ROWS = 8
ROW_BYTES = 7_000
"""Of a row that fills a block, so that the file must grow by 64 kB."""

# STORAGE beside the column is only known to PostgreSQL 16 and newer.
MAKE = """
CREATE TEMPORARY TABLE write_probe (filler text) ON COMMIT DROP;
ALTER TABLE write_probe ALTER COLUMN filler SET STORAGE PLAIN
"""
FILL = "INSERT INTO write_probe SELECT repeat('x', $1) FROM generate_series(1, $2::integer)"


async def write_something(database: Database) -> None:
    """Commit a small write. Raises `StoaError` if PostgreSQL does not take it.

    It needs new blocks on the disk, a new entry in the catalogue and a flush of the log, since a
    change of a row that is there may still succeed on a full disk. It leaves nothing behind, and
    takes no lock that anybody waits for.
    """

    async def unit(connection: Any) -> None:
        await connection.execute(MAKE)
        await connection.execute(FILL, ROW_BYTES, PROBE_ROWS)

    await database.run(unit)
