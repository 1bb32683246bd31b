"""The tables of a database, read in one snapshot while others write."""

# ruff: noqa: S608 - names come from our migrations and from the catalogue, quoted
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from protocol.errors import StartupError
from storage.backup.catalogue import quoted, sequences, tables
from storage.backup.folder import Draft, Tell
from storage.backup.manifest import DatabaseContents, SequenceValue, TableRows
from storage.connections import drop
from storage.migrate import HISTORY, Migration, pending, tables_of
from storage.records.files import Referenced, referenced_files

PATIENCE = """
set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0;
set local lock_timeout = '60s'
"""
"""A table of an old school takes long to copy; nobody can be in the way for long."""
DUMP_SECONDS = 7 * 86_400.0


async def dump(
    connection: Any, migrations: Sequence[Migration], draft: Draft, tell: Tell
) -> tuple[DatabaseContents, Referenced]:
    """Write the rows of every table, as of one moment; also which files they name then.

    A unit of `Database.run` outside a transaction. Raises `StartupError`.
    """
    transaction = connection.transaction(isolation="repeatable_read", readonly=True)
    await transaction.start()
    try:
        await connection.execute(PATIENCE)
        found = await tables(connection, tables_of(migrations))
        applied = await applied_migrations(connection, migrations)
        written = [
            await _dump_table(connection, name, columns, draft, tell)
            for name, columns in found.items()
        ]
        files = await referenced_files(connection)
        values = await sequences(connection)
        server = await connection.fetchval("show server_version")
    except BaseException:
        # Whoever stops reading a COPY gets no other answer; closing ends the transaction, too.
        drop(connection)
        raise
    await transaction.rollback()
    contents = DatabaseContents(
        server=server,
        migrations=applied,
        tables=tuple(written),
        sequences=tuple(
            SequenceValue(name=row["name"], value=row["value"], called=row["called"])
            for row in values
        ),
    )
    return contents, files


async def applied_migrations(connection: Any, migrations: Sequence[Migration]) -> dict[str, str]:
    """All of these, with their hashes. Raises `StartupError` if the database lacks one."""
    if not await tables(connection, [HISTORY]):
        raise StartupError("the database is empty", "there is nothing to back up")
    rows = await connection.fetch(f"select name, sha256 from {HISTORY} order by name")
    applied = {row["name"]: row["sha256"] for row in rows}
    if missing := pending(applied, migrations):
        raise StartupError(
            f"the database has the schema of an older version, without {missing[0].name}",
            "back it up with that version, or run `stoa migrate` first",
        )
    return applied


async def _dump_table(
    connection: Any, name: str, columns: tuple[str, ...], draft: Draft, tell: Tell
) -> TableRows:
    table = TableRows(name=name, columns=columns, rows=0)
    size = 0
    with draft.compressed(table.file) as write:

        async def keep(chunk: bytes) -> None:
            nonlocal size
            write(chunk)
            size += len(chunk)
            tell(f"table {name}, {size >> 20} MB")

        shown = ", ".join(map(quoted, columns))
        done = await connection.copy_from_query(
            f"select {shown} from {quoted(name)}", output=keep, timeout=DUMP_SECONDS
        )
    return TableRows(name=name, columns=columns, rows=int(done.rpartition(" ")[2]))
