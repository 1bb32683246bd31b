"""The order numbers of modules, lessons and questions: 1, 2, 3, … without gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from protocol.errors import ValidationError
from protocol.validation import Rule
from storage.records.values import instant, maybe_uuid

ORDER = """
update {table} t set order_number = o.place, updated_at = $2
from unnest($1::uuid[]) with ordinality as o (id, place)
where t.id = o.id and t.order_number <> o.place
"""


async def reorder(
    connection: Any, place: tuple[str, str, UUID], field: str, ids: Sequence[str], at: int
) -> None:
    """Number the rows of `place` (table, column, key) in the order named.

    Each must be named once.
    """
    table, column, key = place
    statement = f"select id from {table} where {column} = $1"  # noqa: S608 - names of our own
    rows = await connection.fetch(statement, key)
    wanted = [maybe_uuid(each) for each in ids]
    if len(wanted) != len(rows) or set(wanted) != {row["id"] for row in rows}:
        raise ValidationError.of(
            field, Rule.INCOMPLETE, "must name every one there is, and no other"
        )
    await _number(connection, table, wanted, at)


async def make_gap(connection: Any, table: str, column: str, key: UUID, place: int) -> None:
    """Move the rows from this place on one place down."""
    moved = f"update {table} set order_number = order_number + 1"  # noqa: S608 - names of our own
    await connection.execute("set constraints all deferred")
    await connection.execute(f"{moved} where {column} = $1 and order_number >= $2", key, place)
    await connection.execute("set constraints all immediate")


async def close_gap(connection: Any, table: str, column: str, key: UUID, at: int) -> None:
    """Number the remaining rows from 1."""
    ordered = f"where {column} = $1 order by order_number"
    statement = f"select id from {table} {ordered}"  # noqa: S608 - names of our own
    rows = await connection.fetch(statement, key)
    await _number(connection, table, [row["id"] for row in rows], at)


async def _number(connection: Any, table: str, ids: Sequence[UUID | None], at: int) -> None:
    await connection.execute("set constraints all deferred")
    await connection.execute(ORDER.format(table=table), ids, instant(at))
    await connection.execute("set constraints all immediate")
