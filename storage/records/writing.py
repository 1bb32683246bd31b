"""Writing shared by several domains: setting columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from protocol.records.common import RevisionFacts, RevisionRule


async def set_columns(
    connection: Any, table: str, key: UUID, columns: Mapping[str, Any], at: datetime
) -> None:
    """Update one row. Table and columns never come from a request."""
    names = list(columns)
    sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(names, 3))
    statement = f"update {table} set updated_at = $2, {sets} where id = $1"  # noqa: S608
    await connection.execute(statement, key, at, *(columns[name] for name in names))


async def revise(
    connection: Any,
    table: str,
    row: Mapping[str, Any],
    columns: Mapping[str, Any],
    at: datetime,
    seen: RevisionRule,
) -> None:
    """Give the locked row these values and its next revision, unless it has them already."""
    unchanged = all(row[name] == value for name, value in columns.items())
    seen(RevisionFacts(revision=row["revision"], unchanged=unchanged))
    if not unchanged:
        columns = {**columns, "revision": row["revision"] + 1}
        await set_columns(connection, table, row["id"], columns, at)


def changed_columns(change: msgspec.Struct, key: str) -> dict[str, Any]:
    """The values to write, by column."""
    values = {name: getattr(change, name) for name in change.__struct_fields__ if name != key}
    return {name: value for name, value in values.items() if value is not UNSET}
