"""Loading many rows at once, with COPY."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from storage.postgres import Database

LOAD_SECONDS = 600.0
"""Seconds for each table: millions of rows take longer than a usual statement may."""
MUST_BE_EMPTY = "select exists (select from users where email = $1)"


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a table, each with a value for every column. JSON is given as text."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


async def load(database: Database, tables: Mapping[str, Rows], *, unless: str) -> int | None:
    """Load all tables in the order given, or none. Returns the number of rows.

    None, and nothing is loaded, if the e-mail address `unless` is known. Statistics are gathered at
    once, so that the first query has a good plan.
    """

    async def unit(connection: Any) -> int | None:
        if await connection.fetchval(MUST_BE_EMPTY, unless):
            return None
        count = 0
        for table, given in tables.items():
            done = await connection.copy_records_to_table(
                table, records=given.rows, columns=list(given.columns), timeout=LOAD_SECONDS
            )
            count += int(done.rpartition(" ")[2])
        for table in tables:
            await connection.execute(f"analyze {table}", timeout=LOAD_SECONDS)
        return count

    return await database.run(unit)
