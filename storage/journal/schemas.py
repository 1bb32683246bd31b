"""A journal that a newer version of Stoa wrote is found at the start, before anything is served."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.errors import StartupError
from storage.postgres import Connection, Database

LOWEST = 1
"""The number of each kind's first schema; the partial indexes hold those above it."""
HELD = ("journal", "snapshots", "journal_archives")
NEWER = """
SELECT '{table}' AS held, kind, schema FROM (
    SELECT kind, schema FROM {table} WHERE kind = $1 AND schema > {known}
    ORDER BY schema DESC LIMIT 1
) AS {table}_newest
"""


async def check_schemas(database: Database, known: Mapping[str, int]) -> None:
    """`known`: the newest schema that this version can read, by kind.

    Raises `StartupError` naming the first kind of which there are newer events or snapshots. Costs
    three looks into an index for each kind, however long the journal is.
    """

    async def unit(connection: Connection) -> None:
        for kind, schema in known.items():
            held = max(schema, LOWEST)
            statement = " UNION ALL ".join(
                NEWER.format(table=table, known=int(held)) for table in HELD
            )
            found = await connection.fetchrow(statement, kind)
            if found is not None:
                raise newer(found["held"], kind, found["schema"], schema)

    await database.run(unit, transaction=False)


def newer(table: str, kind: str, found: int, known: int) -> StartupError:
    """The one line for the operator."""
    what = "snapshots" if table == "snapshots" else "events"
    return StartupError(
        f"the database has {what} of {kind} in schema {found}, and this version knows {known}",
        "run the version of Stoa that wrote them, or a newer one",
    )
