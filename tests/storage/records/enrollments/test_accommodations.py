"""A student's extra time in a real database: who sets it, what it may be, and when it goes."""

from __future__ import annotations

from uuid import uuid4

import pytest

from protocol.enrollments import SetAccommodation
from protocol.errors import AuthorizationError, NotFoundError, ValidationError
from storage.postgres import Database
from storage.records.personal import PERSONAL
from tests.storage.records.school import School, as_key


async def test_a_teacher_sets_it_and_it_is_given_out_and_erased_with_the_account(
    database: Database,
) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course, _ = await school.published_course(teacher)
    enrolled = await school.enroll(student, course)
    wish = SetAccommodation(
        by=teacher, by_role="educator", course_id=course, user_id=student, extra_time=1.5
    )
    reply = await school.enrollments.handle(wish)
    assert reply.enrollment_id == enrolled.enrollment_id  # type: ignore[attr-defined]
    assert await school.enrollments.handle(wish) == reply
    [audited] = await school.rows(
        "select distinct resource_id, details::text from audit_trail"
        " where action = 'set_accommodation'"
    )
    assert tuple(audited) == (student, f'{{"course": "{course}"}}')
    given = await database.run(lambda c: PERSONAL.export(c, as_key(student)))
    assert given["enrollments"]["enrollments"][0]["extra_time"] == 1.5
    await database.run(lambda c: PERSONAL.erase(c, as_key(student)))
    [row] = await school.rows("select extra_time from enrollments")
    assert row["extra_time"] == 1.0


@pytest.mark.parametrize("factor", [0.99, 4.01, float("nan"), float("inf"), -1.0])
async def test_it_is_a_factor_from_one_to_four(database: Database, factor: float) -> None:
    school = School(database)
    teacher = await school.user("educator")
    course, _ = await school.published_course(teacher)
    with pytest.raises(ValidationError) as refusal:
        await school.enrollments.handle(
            SetAccommodation(
                by=teacher, by_role="educator", course_id=course, user_id=teacher, extra_time=factor
            )
        )
    assert refusal.value.details["fields"] == [
        {
            "field": "extraTime",
            "message": "must be from 1 to 4",
            "code": "OUT_OF_RANGE",
            "min": 1,
            "max": 4.0,
        }
    ]


async def test_only_teachers_set_it_and_only_for_students(database: Database) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course, _ = await school.published_course(teacher)
    for user_id in (student, "nonsense", str(uuid4())):
        with pytest.raises(NotFoundError):
            await school.enrollments.handle(
                SetAccommodation(
                    by=teacher, by_role="educator", course_id=course, user_id=user_id, extra_time=2
                )
            )
    await school.enroll(student, course)
    with pytest.raises(AuthorizationError):
        await school.enrollments.handle(
            SetAccommodation(
                by=student, by_role="student", course_id=course, user_id=student, extra_time=2
            )
        )
