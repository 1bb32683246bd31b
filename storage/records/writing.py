"""Writing shared by several domains: setting columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET


async def set_columns(
    connection: Any, table: str, key: UUID, columns: Mapping[str, Any], at: datetime
) -> None:
    """Update one row. Table and columns never come from a request."""
    names = list(columns)
    sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(names, 3))
    statement = f"update {table} set updated_at = $2, {sets} where id = $1"  # noqa: S608
    await connection.execute(statement, key, at, *(columns[name] for name in names))


def changed_columns(change: msgspec.Struct, key: str) -> dict[str, Any]:
    """The values to write, by column."""
    values = {name: getattr(change, name) for name in change.__struct_fields__ if name != key}
    return {name: value for name, value in values.items() if value is not UNSET}
