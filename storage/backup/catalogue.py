"""What PostgreSQL's catalogue says about our tables, for dumping and loading them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

TABLES = """
select c.relname::text as name, array_agg(a.attname::text order by a.attnum) as columns
from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
    join pg_attribute a on a.attrelid = c.oid
where c.relkind in ('r', 'p') and not c.relispartition and c.relname = any($1::text[])
  and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
group by c.relname order by c.relname
"""
SEQUENCES = """
select sequencename::text as name, coalesce(last_value, start_value) as value,
       last_value is not null as called
from pg_sequences where schemaname = current_schema() order by sequencename
"""
REFERENCES = """
select k.conname::text as name, quote_ident(c.relname) as in_table,
       pg_get_constraintdef(k.oid) as definition
from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
where k.contype = 'f' and k.conparentid = 0 and c.relname = any($1::text[])
order by c.relname, k.conname
"""


class Reference(NamedTuple):
    """A foreign key of `table`, whose name is quoted already."""

    table: str
    name: str
    definition: str


async def tables(connection: Any, names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The tables of these names that exist in the current schema, with their columns."""
    rows = await connection.fetch(TABLES, list(names))
    return {row["name"]: tuple(row["columns"]) for row in rows}


async def references(connection: Any, names: Collection[str]) -> list[Reference]:
    """The foreign keys of these tables."""
    rows = await connection.fetch(REFERENCES, list(names))
    return [Reference(row["in_table"], row["name"], row["definition"]) for row in rows]


async def sequences(connection: Any) -> list[Any]:
    """Rows with `name`, `value` and `called` of every sequence in the current schema."""
    found: list[Any] = await connection.fetch(SEQUENCES)
    return found


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'
