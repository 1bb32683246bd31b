"""A row is left out of a statement only where the database guarantees that it is there."""

from __future__ import annotations

import pytest

from protocol.selection import Field
from storage.postgres import Database
from storage.reads import content_videos
from storage.reads.foreign_keys import BY_KEY, key_of
from storage.reads.model import One
from storage.reads.reads import MODEL

CONSTRAINT = """
select exists (
    select from pg_constraint f
    join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
    where f.contype = 'f' and cardinality(f.conkey) = 1 and f.conrelid = $1::text::regclass
      and a.attname = $2 and a.attnotnull and f.confrelid = $3::text::regclass
)
"""
ID = (Field(name="id", alias="id"),)
VIEWS = {"module_progress", content_videos.VIDEOS}
"""These are made of the rows of `course_modules`, by an inner join, and of `videos`, by left ones:
their keys are those of the tables."""
RELATIONS = [
    (type_.table, key, MODEL.types[shape.type].table)
    for type_ in MODEL.types.values()
    for shape in type_.fields.values()
    if type_.table not in VIEWS
    and isinstance(shape, One)
    and (key := key_of(shape, MODEL.types[shape.type], ID)) is not None
]


@pytest.mark.parametrize(("table", "column", "of"), RELATIONS)
async def test_a_key_that_stands_for_its_row_is_a_foreign_key_that_is_never_null(
    database: Database, table: str, column: str, of: str
) -> None:
    assert await database.run(lambda c: c.fetchval(CONSTRAINT, table, column, of))


def test_there_are_such_keys_and_a_relation_that_may_be_null_has_none() -> None:
    assert ("courses", "instructor_id", "users") in RELATIONS
    one = One(type="User", join="{t}.id = {p}.user_id", nullable=True)
    assert BY_KEY.fullmatch(one.join)
    assert key_of(one, MODEL.types["User"], ID) is None
