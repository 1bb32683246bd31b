"""The tables of a backup, loaded into an empty database in one transaction.

The schema is first that of the backup, made by the same migrations; newer ones run afterwards on
the loaded rows, as they would have on the old installation.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from protocol.errors import StartupError
from storage.backup.catalogue import quoted, references, sequences, tables
from storage.backup.dump import DUMP_SECONDS, PATIENCE
from storage.backup.folder import Backup, Tell
from storage.backup.manifest import TableRows
from storage.migrate import HISTORY, Migration, apply_next, beside_tables, tables_of
from storage.node_lock import LOCK as NODE_LOCK

SET_VALUE = "select setval(format('%I', $1::text)::regclass, $2, $3)"


def wanted(backup: Backup, migrations: Sequence[Migration]) -> list[Migration]:
    """Those that made the backup's schema. Raises `StartupError` if this version lacks one."""
    known = {each.name: each for each in migrations}
    for name, sha256 in backup.manifest.database.migrations.items():
        if name not in known or known[name].sha256 != sha256:
            raise StartupError(
                f"the backup was made with migration {name}, which this version does not know",
                "restore it with the version of Stoa that made it, or a newer one",
            )
    return [each for each in migrations if each.name in backup.manifest.database.migrations]


async def check_target(
    connection: Any, migrations: Sequence[Migration], *, replace: bool
) -> frozenset[str]:
    """The tables of ours that are there. A unit in a transaction.

    Raises `StartupError` if a node works there, or if there are any and they are not to be
    replaced.
    """
    if not await connection.fetchval("select pg_try_advisory_xact_lock($1::bigint)", NODE_LOCK):
        raise StartupError("a node works on the database", "stop it first (`stoa serve`)")
    found = await tables(connection, tables_of(migrations) | {HISTORY})
    if found and not replace:
        raise StartupError(
            "the database is not empty",
            "name an empty one, or say --replace to lose everything that is in it",
        )
    return frozenset(found)


async def load(
    connection: Any,
    backup: Backup,
    migrations: Sequence[Migration],
    tell: Tell,
    *,
    replace: bool,
) -> int:
    """Make the backup's schema and load its rows; returns how many.

    A unit in a transaction, so that all of it is done or nothing. Raises `StartupError`.
    """
    await connection.execute(PATIENCE)
    schema = wanted(backup, migrations)
    there = await check_target(connection, migrations, replace=replace)
    if there:
        await connection.execute(f"drop table {', '.join(map(quoted, sorted(there)))} cascade")
        for kind, name in beside_tables(migrations):
            await connection.execute(f"drop {kind} if exists {quoted(name)}")
    while (applied := await apply_next(connection, schema)) is not None:
        tell(f"schema {applied}")
    found = await tables(connection, tables_of(schema))
    keys = await references(connection, found)
    for key in keys:
        await connection.execute(f"alter table {key.table} drop constraint {quoted(key.name)}")
    if found:
        await connection.execute(f"truncate {', '.join(map(quoted, found))}")
    rows = 0
    for table in backup.manifest.database.tables:
        rows += await _load_table(connection, backup, table, tell)
    tell("checking references")
    for key in keys:
        added = f"add constraint {quoted(key.name)} {key.definition}"
        await connection.execute(f"alter table {key.table} {added}", timeout=DUMP_SECONDS)
    await _set_sequences(connection, backup)
    return rows


async def _load_table(connection: Any, backup: Backup, table: TableRows, tell: Tell) -> int:
    async def source() -> AsyncIterator[bytes]:
        size = 0
        for chunk in backup.chunks(table.file):
            size += len(chunk)
            tell(f"table {table.name}, {size >> 20} MB")
            yield chunk

    done = await connection.copy_to_table(
        table.name, source=source(), columns=list(table.columns), timeout=DUMP_SECONDS
    )
    rows = int(done.rpartition(" ")[2])
    if rows != table.rows:
        raise StartupError(
            f"table {table.name} has {rows} rows in the backup, not {table.rows}",
            "use another backup",
        )
    return rows


async def _set_sequences(connection: Any, backup: Backup) -> None:
    there = {row["name"] for row in await sequences(connection)}
    for sequence in backup.manifest.database.sequences:
        if sequence.name in there:
            await connection.execute(SET_VALUE, sequence.name, sequence.value, sequence.called)
