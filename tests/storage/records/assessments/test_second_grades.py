"""Grades of two persons in a real database: kept, told in the history, combined and erased."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from protocol.assessments.attempts.marks import Passage
from protocol.assessments.attempts.requests import GivenMark
from protocol.errors import ValidationError
from storage.postgres import Database
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from tests.actors.assessments.live.games import ESSAY
from tests.storage.records.assessments.test_quiz_submissions import Exam
from tests.storage.records.school import NOW, School

WORTH = msgspec.structs.replace(ESSAY, points=10)
GRADES = """
select number, grader_id::text, points, comment, passages::text from quiz_grades
where submission_id = $1::text::uuid order by number
"""
HISTORY = """
select cause, by_id::text, given_before, given, comment from quiz_mark_history
where submission_id = $1::text::uuid order by id
"""
SAID = (Passage(start=0, end=4, comment="Who?"),)
PASSAGES = '[{"end": 4, "start": 0, "comment": "Who?"}]'


@pytest.fixture
def school(database: Database) -> School:
    return School(database)


async def rows(school: School, statement: str, submission: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await school.rows(statement, submission)]


async def give(
    exam: Exam, submission: str, by: str, points: Any, *, of_all: str | None = None, **more: Any
) -> Any:
    teacher, exam.teacher = exam.teacher, by
    mark = GivenMark(question_id=exam.questions[0].id, points=Decimal(points), **more)
    try:
        return await exam.graded(submission, mark, feedback=of_all)
    finally:
        exam.teacher = teacher


async def held(school: School) -> tuple[Exam, str, str]:
    """A quiz with second graders, an answer to it, and another teacher of the course."""
    exam = await Exam.held(school, (WORTH,), second_grading=10)
    submission = await exam.taken("They wind")
    return exam, submission, await helper(exam)


async def helper(exam: Exam) -> str:
    """An assistant of the course."""
    other = await exam.school.user("educator")
    await exam.school.rows(
        "insert into course_teachers (course_id, user_id, role, added_at)"
        " values ($1::text::uuid, $2::text::uuid, 'assistant', now())",
        exam.course,
        other,
    )
    return other


async def test_the_mean_is_the_mark_once_both_have_graded(school: School) -> None:
    exam, submission, other = await held(school)
    assert not (await give(exam, submission, exam.teacher, 4, comment="So", passages=SAID)).final
    row = await exam.row(submission)
    assert (row["grading_status"], row["points_earned"]) == ("pending_review", 0)
    graded = await give(exam, submission, other, "4.55")
    assert (graded.final, graded.percentage) == (True, 42.8)
    assert await rows(school, GRADES, submission) == [
        (1, exam.teacher, Decimal(4), "So", PASSAGES),
        (2, other, Decimal("4.55"), None, "[]"),
    ]
    told = await rows(school, HISTORY, submission)
    assert sorted(told, key=str) == sorted(
        [
            ("grade", exam.teacher, None, Decimal(4), "So"),
            ("grade", other, None, Decimal("4.55"), None),
            ("person", other, None, Decimal("4.28"), "So"),
        ],
        key=str,
    )
    await exam.marked(submission)
    assert len(await rows(school, HISTORY, submission)) == 3


async def test_until_somebody_decides_what_is_too_far_apart_waits(school: School) -> None:
    exam, submission, other = await held(school)
    await give(exam, submission, exam.teacher, 2)
    await give(exam, submission, other, 9)
    assert (await exam.row(submission))["grading_status"] == "pending_review"
    with pytest.raises(ValidationError):
        await give(exam, submission, await helper(exam), 5)
    graded = await give(exam, submission, exam.teacher, 5, final=True)
    assert (graded.final, graded.percentage) == (True, 50.0)
    assert [line[2] for line in await rows(school, GRADES, submission)] == [2, 9]


async def test_what_the_keys_say_is_not_enough_for_what_two_grade(school: School) -> None:
    exam, submission, _ = await held(school)
    with pytest.raises(ValidationError):
        await exam.graded(submission, all_reviewed=True)


async def test_another_answer_has_no_grades_and_erasing_leaves_no_words(school: School) -> None:
    exam, submission, other = await held(school)
    await give(exam, submission, exam.teacher, 4, comment="So", passages=SAID)
    accounts = user_ports(school.database, PERSONAL).administration
    await accounts.erase(exam.student, exam.student, NOW, lambda _: None)
    assert await rows(school, GRADES, submission) == [(1, exam.teacher, Decimal(4), None, "[]")]

    exam.student = await school.user()
    await school.enroll(exam.student, exam.course)
    again = await exam.taken("They wind")
    await give(exam, again, other, 4)
    await exam.ended(again, None)
    await exam.marked(again)
    assert await rows(school, GRADES, again) == []
