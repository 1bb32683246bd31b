"""On the demonstration school no common read walks through a table that grows with it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec
import pytest

from bench.reads import CHOOSE, READS
from protocol.selection import Viewer
from storage.postgres import Database
from storage.reads.reads import CompiledReads
from storage.records.bulk import load
from supervisors.demo.crowd import Crowd
from tests.gateway.graphql.harness import Service

GROWING = {"users", "user_profiles", "enrollments", "lesson_progress", "lessons", "course_reviews"}
"""What grows with the students and with what they do. The list of courses is short: where half of
them are wanted, reading all of them is the best plan."""


class Explaining:
    """A database that keeps what it is asked."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.asked: list[tuple[str, tuple[Any, ...]]] = []

    async def run(self, unit: Any, *, transaction: bool = True) -> Any:
        return await self.database.run(self._noting(unit), transaction=transaction)

    def submit(self, unit: Any, done: Any, *, transaction: bool = True) -> None:
        self.database.submit(self._noting(unit), done, transaction=transaction)

    def _noting(self, unit: Any) -> Any:
        async def noted(connection: Any) -> Any:
            return await unit(_Noting(connection, self.asked))

        return noted


class _Noting:
    def __init__(self, connection: Any, asked: list[Any]) -> None:
        self._connection, self._asked = connection, asked

    async def fetchval(self, text: str, *arguments: Any) -> Any:
        self._asked.append((text, arguments))
        return await self._connection.fetchval(text, *arguments)


def scans(plan: dict[str, Any]) -> Iterator[str]:
    """The tables that are read from one end to the other."""
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for child in plan.get("Plans", ()):
        yield from scans(child)


async def explained(connection: Any, text: str, arguments: tuple[Any, ...]) -> Any:
    """The plan of a statement, as JSON."""
    return await connection.fetchval(f"explain (format json) {text}", *arguments)


async def test_no_plan_walks_through_what_grows(database: Database) -> None:
    await load(database, Crowd(800, 40, "!").tables(), unless="student1@crowd.stoa")
    rows = await database.run(lambda c: c.fetch(CHOOSE))
    school = dict(rows[0])
    variables = {"slug": school["slug"], "course": school["course"]}
    variables["enrollment"] = school["enrollment"]
    explaining: Any = Explaining(database)
    service = Service(CompiledReads(explaining))
    for name, (who, query) in READS.items():
        explaining.asked.clear()
        role = "student" if who == "student" else "educator"
        viewer = Viewer(user_id=school[who], role=role)
        given = {key: value for key, value in variables.items() if f"${key}" in query}
        answer = await service.ask(query, given, viewer=viewer)
        assert "errors" not in answer.json, name
        [(text, arguments)] = explaining.asked  # one statement for the one root field
        plan = await database.run(partial(explained, text=text, arguments=arguments))
        walked = set(scans(msgspec.json.decode(plan)[0]["Plan"]))
        assert not walked & GROWING, f"{name} walks through {walked}"


def test_the_larger_school_is_the_same_every_time() -> None:
    one, two = (Crowd(30, 12, "!").tables() for _ in range(2))
    assert {name: each.rows for name, each in one.items()} == {
        name: each.rows for name, each in two.items()
    }


COUNTS = """
select count(*) filter (where c.enrollment_count <> (select count(*) from enrollments e
           where e.course_id = c.id and e.status <> 'dropped')) as enrolled,
       count(*) filter (where c.average_rating is distinct from (select round(avg(rating), 2)
           from course_reviews r where r.course_id = c.id)) as rated,
       count(*) filter (where c.total_reviews <> (select count(*) from course_reviews r
           where r.course_id = c.id)) as reviewed
from courses c
"""
PERCENTAGES = """
select count(*) from enrollments e where progress_percentage <> (
    select round(100.0 * count(*) filter (where p.status = 'completed') / count(*), 2)
    from lesson_progress p where p.enrollment_id = e.id)
   or (status = 'completed') <> (progress_percentage = 100 and completed_at is not null)
"""


async def test_the_larger_school_is_true_in_itself(database: Database) -> None:
    tables = Crowd(120, 24, "!").tables()
    loaded = await load(database, tables, unless="student1@crowd.stoa")
    assert loaded == sum(len(each.rows) for each in tables.values())
    [counts] = await database.run(lambda c: c.fetch(COUNTS))
    assert tuple(counts) == (0, 0, 0)
    assert await database.run(lambda c: c.fetchval(PERCENTAGES)) == 0
    assert await load(database, tables, unless="student1@crowd.stoa") is None


@pytest.mark.parametrize("wrong", ["course_reviews", "enrollments"])
async def test_what_cannot_be_loaded_whole_is_not_loaded_at_all(
    database: Database, wrong: str
) -> None:
    tables = dict(Crowd(20, 12, "!").tables())
    rows = [*tables[wrong].rows, tables[wrong].rows[0]]
    tables[wrong] = msgspec.structs.replace(tables[wrong], rows=rows)
    with pytest.raises(Exception, match=r"duplicate key|at the same moment"):
        await load(database, tables, unless="student1@crowd.stoa")
    assert await database.run(lambda c: c.fetchval("select count(*) from users")) == 0
