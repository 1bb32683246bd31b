"""No trace of a person is forgotten when it is given out or erased."""

from __future__ import annotations

from storage.postgres import Database
from storage.records.personal import PERSONAL
from tests.storage.records.school import School, as_key

REFERENCES = """
select c.conrelid::regclass::text as table, a.attname as column
from pg_constraint c
join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
where c.contype = 'f' and c.confrelid = 'users'::regclass
"""
NAMED = """
select table_name as table, column_name as column from information_schema.columns
where table_schema = 'public' and data_type = 'uuid'
  and column_name in ('user_id', 'student_id', 'author_id', 'by_id', 'host_id', 'instructor_id',
                      'recipient_id', 'sender_id', 'educator_id', 'grader_id')
"""


async def test_every_column_that_names_a_user_belongs_to_a_trace(database: Database) -> None:
    school = School(database)
    traced = {
        (trace.table, column)
        for section in PERSONAL.sections
        for trace in section.traces
        for column in trace.columns
    }
    found = {tuple(row) for row in await school.rows(REFERENCES)}
    found |= {tuple(row) for row in await school.rows(NAMED)}
    assert len(found) > 10
    assert found <= traced
    # And nothing is traced that is not there.
    assert traced <= found | {("users", "id")}


def test_what_is_not_erased_says_why() -> None:
    for section in PERSONAL.sections:
        for trace in section.traces:
            assert bool(trace.erase) != bool(trace.kept), trace.table


async def test_every_statement_runs_and_gives_rows(database: Database) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user(name="Mira Secret")
    course, lesson = await school.published_course(teacher)
    enrolled = await school.enroll(student, course)
    await school.complete(student, enrolled.enrollment_id, lesson)
    found = await database.run(lambda c: PERSONAL.export(c, as_key(student)))
    assert set(found) == {section.name for section in PERSONAL.sections}
    [enrollment] = found["enrollments"]["enrollments"]
    assert enrollment["course_id"] == course
    assert {each["status"] for each in enrollment["lessons"]} == {"completed", "not_started"}
    await database.run(lambda c: PERSONAL.erase(c, as_key(student)))
    after = await database.run(lambda c: PERSONAL.export(c, as_key(student)))
    assert "Mira Secret" not in str(after)
    assert len(after["enrollments"]["enrollments"]) == 1
