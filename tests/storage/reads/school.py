"""A small school with one of everything that a rule of visibility can tell apart.

Ada teaches with Cora; Stu is enrolled, Tim has dropped out, Una never came. Each domain adds the
rows of its tables.
"""

from __future__ import annotations

import msgspec

from storage.postgres import Connection, Database
from tests.domains import DOMAINS
from tests.storage.reads.rows import School


def make_school() -> School:
    """The whole school; domains add to it in their order."""
    school = School()
    for domain in DOMAINS:
        domain.reads.add_rows(school)
    return school


async def insert(database: Database, school: School) -> None:
    """Write the whole school, unless it is there already."""

    async def unit(connection: Connection) -> None:
        if await connection.fetchval("select exists (select 1 from users)"):
            return
        for table, rows in school.tables.items():
            for row in rows:
                values = [
                    msgspec.json.encode(value).decode()
                    if isinstance(value, (dict, list))
                    else value
                    for value in row.values()
                ]
                marks = ", ".join(f"${index + 1}" for index in range(len(row)))
                await connection.execute(
                    f"insert into {table} ({', '.join(row)}) values ({marks})", *values
                )

    await database.run(unit)
