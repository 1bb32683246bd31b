"""Rubrics in a real database: copied, graded by, told in the history, erased, and compared."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from protocol.assessments.attempts.marks import Passage
from protocol.assessments.attempts.requests import GivenMark
from protocol.assessments.attempts.similar import MAX_COMPARED_TEXT, GradedAnswer
from protocol.assessments.quizzes import Question
from protocol.assessments.rubrics import Criterion, Level, Rubric
from protocol.errors import NotFoundError, ValidationError
from protocol.records.assessments import Compared, Edit, QuizCopy
from storage.postgres import Database
from storage.records.assessments import PostgresAssessmentRecords, PostgresQuizEditing
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from tests.actors.assessments.live.games import CHOICE, ESSAY
from tests.storage.records.assessments.test_quiz_submissions import Exam
from tests.storage.records.school import NOW, School

LEVELS = (Level(points=1.25, name="Well", description="So"), Level(points=0, name="Not"))
RUBRIC = Rubric(
    criteria=(Criterion(name="Depth", levels=LEVELS), Criterion(name="Style", levels=LEVELS)),
    shown=True,
)
RULED = msgspec.structs.replace(ESSAY, points=2.5, rubric=RUBRIC)
PASSAGE = Passage(start=0, end=4, comment="Who?")
MARKS = """
select given, levels::text, passages::text, comment from quiz_marks
where submission_id = $1::text::uuid
"""
HISTORY = """
select cause, given_before, given, levels_before::text, levels::text, passages_before::text,
       passages::text
from quiz_mark_history where submission_id = $1::text::uuid order by id
"""
SHOWN = '[{"end": 4, "start": 0, "comment": "Who?"}]'


@pytest.fixture
def school(database: Database) -> School:
    return School(database)


async def rows(school: School, statement: str, submission: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await school.rows(statement, submission)]


def by_rubric(exam: Exam, *levels: int, **more: Any) -> GivenMark:
    return GivenMark(question_id=exam.questions[0].id, levels=levels, **more)


async def test_a_rubric_goes_with_versions_and_with_copies_of_the_quiz(school: School) -> None:
    exam = await Exam.held(school, (RULED,))
    assert (await exam.begun()).version.questions == exam.questions
    editing = PostgresQuizEditing(school.database)
    copy = QuizCopy(id=str(uuid4()), quiz_id=exam.quiz, lesson_id=exam.lesson, title=None)
    edit = Edit(by=exam.teacher, at=NOW)
    await editing.duplicate_quiz(copy, edit, lambda _: None, lambda _: None)
    copied = await PostgresAssessmentRecords(school.database).quiz(copy.id)
    assert copied is not None
    assert [each.rubric for each in copied.questions] == [RUBRIC]


async def test_the_mark_is_the_sum_of_the_levels_and_its_history_tells_them(school: School) -> None:
    exam = await Exam.held(school, (RULED,))
    submission = await exam.taken("They wind")
    with pytest.raises(ValidationError):
        await exam.graded(submission, by_rubric(exam, 0))
    assert not (await exam.graded(submission)).final
    graded = await exam.graded(submission, by_rubric(exam, 0, 1, passages=(PASSAGE,)))
    assert (graded.final, graded.percentage) == (True, 50.0)
    marks = [(Decimal("1.25"), "[0, 1]", SHOWN, None)]
    assert await rows(school, MARKS, submission) == marks

    await exam.marked(submission)
    assert await rows(school, MARKS, submission) == marks
    await exam.graded(submission, by_rubric(exam, 0, 0, passages=()))
    assert await rows(school, HISTORY, submission) == [
        ("person", None, Decimal("1.25"), None, "[0, 1]", "[]", SHOWN),
        ("person", Decimal("1.25"), Decimal("2.50"), "[0, 1]", "[0, 0]", SHOWN, "[]"),
    ]


async def test_what_was_said_about_passages_is_erased_with_the_student(school: School) -> None:
    exam = await Exam.held(school, (RULED,))
    submission = await exam.taken("They wind")
    await exam.graded(submission, by_rubric(exam, 1, 1, passages=(PASSAGE,), comment="Una!"))
    accounts = user_ports(school.database, PERSONAL).administration
    await accounts.erase(exam.student, exam.student, NOW, lambda _: None)
    assert await rows(school, MARKS, submission) == [(Decimal(0), "[1, 1]", "[]", None)]
    [line] = await rows(school, HISTORY, submission)
    assert line[-2:] == ("[]", "[]")


# --- answers that are compared --------------------------------------------------------------------


async def compared(exam: Exam, submission: str, number: int = 0) -> Compared:
    facts = await exam.records.facts(submission)
    return await exam.records.compared(facts, exam.questions[number].id)


async def another(exam: Exam, *answers: Any) -> str:
    exam.student = await exam.school.user()
    await exam.school.enroll(exam.student, exam.course)
    return await exam.taken(*answers)


async def test_graded_answers_to_the_same_question_are_compared_the_last_first(
    school: School,
) -> None:
    exam = await Exam.held(school, (RULED, CHOICE))
    first = await exam.taken("One", [0])
    second = await another(exam, "x" * (MAX_COMPARED_TEXT + 9), [0])
    waiting = await another(exam, "Three", [0])
    await another(exam, None, [0])
    assert await compared(exam, waiting) == Compared(answer="Three")
    await exam.graded(first, by_rubric(exam, 0, 0))
    await school.rows("update quiz_marks set graded_at = graded_at - interval '1 hour'")
    points = GivenMark(question_id=exam.questions[0].id, points=Decimal("0.5"))
    await exam.graded(second, points)
    found = (
        GradedAnswer(answer="x" * MAX_COMPARED_TEXT, points=Decimal("0.50")),
        GradedAnswer(answer="One", points=Decimal("2.50"), levels=(0, 0)),
    )
    assert await compared(exam, waiting) == Compared(answer="Three", graded=found)
    assert (await compared(exam, first)).graded == found[:1]
    assert await compared(exam, waiting, 1) == Compared(answer=None)


async def test_levels_of_another_version_are_not_taken_over(school: School) -> None:
    exam = await Exam.held(school, (RULED,))
    await exam.graded(await exam.taken("One"), by_rubric(exam, 0, 1))
    await school.rows("update quizzes set revision = revision + 1")
    later = await another(exam, "Two")
    [found] = (await compared(exam, later)).graded
    assert found == GradedAnswer(answer="One", points=Decimal("1.25"))


async def test_a_question_that_was_not_asked_is_not_found(school: School) -> None:
    exam = await Exam.held(school, (RULED,))
    submission = await exam.taken("One")
    facts = await exam.records.facts(submission)
    for unknown in (str(uuid4()), "nonsense"):
        with pytest.raises(NotFoundError):
            await exam.records.compared(facts, unknown)


def test_questions_without_a_rubric_are_read_as_before() -> None:
    old = msgspec.json.encode(msgspec.structs.replace(ESSAY, rubric=None))
    without = msgspec.json.decode(old)
    del without["rubric"]
    assert msgspec.convert(without, Question).rubric is None
