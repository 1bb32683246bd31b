"""Enrolling in a real database: no duplicates, no place too many, progress from the start."""

from __future__ import annotations

from uuid import uuid4

import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.errors import ConflictError, NotFoundError, RefusedError
from storage.postgres import Database
from tests.storage.records.school import School, opened

PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@PROPERTY
@given(tries=st.lists(st.integers(0, 2), min_size=1, max_size=8))
async def test_of_concurrent_enrolments_of_one_student_one_succeeds(
    database_url: str, tries: list[int]
) -> None:
    """Property 22: Duplicate enrollment prevention

    Validates: Requirements 5.1
    """
    async with opened(database_url) as school:
        await school.rows("delete from courses")
        await school.rows("delete from outbox")
        course, _ = await school.published_course(await school.user("educator"))
        students = [await school.user() for _ in range(3)]
        outcomes: list[tuple[int, str]] = []

        async def enroll(who: int) -> None:
            try:
                await school.enroll(students[who], course)
                outcomes.append((who, "enrolled"))
            except ConflictError as error:
                outcomes.append((who, error.details["conflict_field"]))

        async with trio.open_nursery() as nursery:
            for who in tries:
                nursery.start_soon(enroll, who)
        again = [(who, "course_id") for who in set(tries) for _ in range(tries.count(who) - 1)]
        assert sorted(outcomes) == sorted([(who, "enrolled") for who in set(tries)] + again)
        (row,) = await school.rows("select enrollment_count from courses")
        assert row["enrollment_count"] == len(set(tries))
        assert await school.announced("enrollments.enrolled") == len(set(tries))


async def test_the_limit_holds_when_many_enrol_at_once(database: Database) -> None:
    school = School(database)
    teacher = await school.user("educator")
    course, _ = await school.published_course(teacher, enrollment_limit=3)
    refused: list[str] = []

    async def enroll(student: str) -> None:
        try:
            await school.enroll(student, course)
        except ConflictError as error:
            refused.append(error.details["conflict_field"])

    students = [await school.user() for _ in range(7)]
    async with trio.open_nursery() as nursery:
        for student in students:
            nursery.start_soon(enroll, student)
    assert refused == ["enrollment_limit"] * 4
    assert len(await school.rows("select from enrollments")) == 3


@PROPERTY
@given(lessons=st.lists(st.integers(0, 3), max_size=4))
async def test_progress_begins_with_a_row_for_each_lesson(
    database_url: str, lessons: list[int]
) -> None:
    """Property 23: Progress record initialization

    Validates: Requirements 5.3
    """
    async with opened(database_url) as school:
        await school.rows("delete from courses")
        teacher, student = await school.user("educator"), await school.user()
        course = await school.course(teacher)
        expected = set()
        for count in lessons:
            module = await school.module(teacher, course)
            expected |= {await school.lesson(teacher, module) for _ in range(count)}
        await school.rows("update courses set status = 'published'")
        await school.enroll(student, course)
        rows = await school.rows("select lesson_id::text as id, status from lesson_progress")
        assert {row["id"] for row in rows} == expected
        assert len(rows) == len(expected)
        assert {row["status"] for row in rows} <= {"not_started"}


async def test_who_dropped_out_may_come_back_to_the_old_enrolment(database: Database) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course, _ = await school.published_course(teacher)
    first = await school.enroll(student, course)
    await school.rows("update enrollments set status = 'dropped'")
    assert (await school.enroll(student, course)).enrollment_id == first.enrollment_id
    with pytest.raises(ConflictError):
        await school.enroll(student, course)


async def test_a_student_who_is_no_more_is_not_found(database: Database) -> None:
    school = School(database)
    course, _ = await school.published_course(await school.user("educator"))
    with pytest.raises(NotFoundError):
        await school.enroll(str(uuid4()), course)


async def test_a_course_that_does_not_exist_is_not_found(database: Database) -> None:
    school = School(database)
    student = await school.user()
    for course in ("nonsense", student):
        with pytest.raises(NotFoundError):
            await school.enroll(student, course)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("status = 'draft'", "COURSE_NOT_PUBLISHED"),
        ("status = 'archived'", "COURSE_NOT_PUBLISHED"),
        ("price = 5", "PAYMENT_REQUIRED"),
    ],
)
async def test_a_course_that_is_not_open_or_not_free_refuses(
    database: Database, change: str, code: str
) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course, _ = await school.published_course(teacher)
    await school.rows(f"update courses set {change}")
    with pytest.raises(RefusedError) as refusal:
        await school.enroll(student, course)
    assert refusal.value.code == code


async def test_nobody_enrols_in_a_course_of_their_own(database: Database) -> None:
    school = School(database)
    teacher = await school.user("educator")
    course, _ = await school.published_course(teacher)
    with pytest.raises(RefusedError) as refusal:
        await school.enroll(teacher, course)
    assert refusal.value.code == "TEACHES_COURSE"
