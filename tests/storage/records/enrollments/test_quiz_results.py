"""What the result of a quiz means for its lesson: completed, taken back, or of nobody's concern."""

from __future__ import annotations

from uuid import uuid4

import pytest

from protocol.enrollments import RecordQuizResult
from protocol.lifecycle import Done
from storage.postgres import Database
from tests.storage.records.school import School

LESSON = """
select p.status, p.quiz_score, p.attempts_count, p.completed_at is not null as completed
from lesson_progress p join enrollments e on e.id = p.enrollment_id
where e.student_id = $1::text::uuid and p.lesson_id = $2::text::uuid
"""


def result(course: str, lesson: str, student: str, percentage: float | None) -> RecordQuizResult:
    """Fifty percent are enough."""
    return RecordQuizResult(
        course_id=course,
        lesson_id=lesson,
        student_id=student,
        attempts=2,
        percentage=percentage,
        passed=percentage is not None and percentage >= 50,
    )


async def test_passing_completes_a_lesson_and_a_result_that_is_not_enough_takes_that_back(
    database: Database,
) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course, lesson = await school.published_course(teacher)
    await school.enroll(student, course)
    for percentage, expected in (
        (None, ("in_progress", None, 2, False)),
        (66.5, ("completed", 67, 2, True)),
        (66.5, ("completed", 67, 2, True)),
        (49.4, ("in_progress", 49, 2, False)),
    ):
        await school.enrollments.handle(result(course, lesson, student, percentage))
        [row] = await school.rows(LESSON, student, lesson)
        assert tuple(row) == expected


@pytest.mark.parametrize("gone", ["student", "lesson"])
async def test_a_result_of_what_has_gone_concerns_nobody(database: Database, gone: str) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course, lesson = await school.published_course(teacher)
    await school.enroll(student, course)
    ids = {"student": student, "lesson": lesson, gone: str(uuid4())}
    told = result(course, ids["lesson"], ids["student"], 80.0)
    assert await school.enrollments.handle(told) == Done()
    [row] = await school.rows(LESSON, student, lesson)
    assert row["status"] == "not_started"
