"""Violated constraints are specified errors, whichever statement meets them."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.errors import ConflictError, NotFoundError, StoaError
from storage.postgres import Database
from storage.violations import RESOURCES
from tests.storage.records.school import School

FOREIGN_KEYS = """
select c.conname as name, t.relname as table, r.relname as referred, (
    select string_agg(a.attname, '_' order by k.place)
    from unnest(c.conkey) with ordinality k (number, place)
    join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number) as column
from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class r on r.oid = c.confrelid
where c.contype = 'f'
"""
SINGULAR = {
    "course_modules": "module",
    "course_resources": "resource",
    "courses": "course",
    "certificates": "certificate",
    "discussion_posts": "post",
    "discussion_threads": "thread",
    "enrollments": "enrollment",
    "files": "upload",
    "lessons": "lesson",
    "live_quiz_question_results": "question",
    "live_quizzes": "live quiz",
    "quiz_marks": "answer",
    "quiz_submissions": "quiz submission",
    "quiz_versions": "quiz version",
    "quizzes": "quiz",
    "users": "user",
    "video_encodings": "video",
    "videos": "video",
}
NOBODY = "11111111-1111-4111-8111-111111111111"


async def test_every_foreign_key_says_what_is_not_there(database: Database) -> None:
    rows = await School(database).rows(FOREIGN_KEYS)
    assert len(rows) > 20
    for row in rows:
        assert row["name"] == f"{row['table']}_{row['column']}_fkey"
        assert RESOURCES[row["column"]] == SINGULAR[row["referred"]], row["name"]


async def failure(school: School, statement: str, *arguments: Any) -> StoaError:
    with pytest.raises(StoaError) as caught:
        await school.rows(statement, *arguments)
    return caught.value


async def test_what_is_referred_to_is_not_found(database: Database) -> None:
    school = School(database)
    error = await failure(
        school,
        "insert into course_modules (course_id, title, order_number)"
        " values ($1::text::uuid, 'm', 1)",
        NOBODY,
    )
    assert isinstance(error, NotFoundError)
    assert error.details == {"resource_type": "course", "resource_id": NOBODY}


async def test_what_is_there_already_and_what_may_not_be_is_a_conflict(database: Database) -> None:
    school = School(database)
    course = await school.course(await school.user("educator"))
    doubled = await failure(
        school,
        "insert into course_modules (course_id, title, order_number)"
        " select id, 'm', 1 from courses, generate_series(1, 2)",
    )
    assert isinstance(doubled, ConflictError)
    assert doubled.details == {"conflict_field": "order_number"}
    wrong = await failure(
        school, "update courses set enrollment_count = -1 where id::text = $1", course
    )
    assert isinstance(wrong, ConflictError)
    assert wrong.details == {"conflict_field": "courses_enrollment_count_check"}
    missing = await failure(school, "update courses set title = null")
    assert isinstance(missing, ConflictError)
    assert missing.details == {"conflict_field": "title"}
