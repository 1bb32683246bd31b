"""A GIFT file from the command to what a student and a teacher read of it."""

from __future__ import annotations

import os
from typing import Any
from uuid import uuid4

import msgspec

from actors.assessments.handler import AssessmentsHandler
from protocol.assessments.quizzes import ImportGift, QuizCreated, QuizSettings
from protocol.records.assessments import NewAttempt
from protocol.selection import Argument, Field, Selection, Viewer
from storage.passwords import BcryptPasswords
from storage.postgres import Database
from storage.reads.reads import CompiledReads
from storage.records.assessments import (
    PostgresAssessmentRecords,
    PostgresAttemptRecords,
    PostgresQuizAccess,
    PostgresQuizEditing,
    PostgresQuizWatching,
    PostgresRegrading,
    PostgresResultRecords,
)
from tests.actors.users.desk import Shelf
from tests.storage.records.school import School
from tests.support.fakes import FakePost, FakeSigner, FakeThrottle
from tests.support.pictures import shelf_of

GIFT = """
[html]<p>Is 2<sup>5</sup> <b onclick\\="x">even</b>?</p><script>1</script>{
  =10<sup>3</sup>#[markdown]*Yes*
  ~no
}
"""
SHOWN = (
    *("questionText", "questionFormat", "questionHtml", "options", "optionsHtml"),
    *("points", "exactPoints", "explanation", "explanationHtml", "formats"),
)
QUIZ = Field(
    "quiz",
    "quiz",
    {"id": Argument("id")},
    (Field("questions", "questions", children=tuple(Field(name, name) for name in SHOWN)),),
)


async def read(database: Database, quiz_id: str, viewer: Viewer) -> list[dict[str, Any]]:
    """The questions of the quiz."""
    (raw,) = await CompiledReads(database).execute([Selection(QUIZ, {"id": quiz_id})], viewer)
    questions: list[dict[str, Any]] = msgspec.json.decode(raw)["questions"]
    return questions


async def test_formats_of_an_import_are_read_by_who_may(database: Database) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course, lesson = await school.published_course(teacher)
    await school.enroll(student, course)
    handler = AssessmentsHandler(
        post=FakePost(),
        records=PostgresAssessmentRecords(database),
        results=PostgresResultRecords(database),
        editing=PostgresQuizEditing(database),
        pictures=shelf_of(database, Shelf(), school.clock),
        attempts=PostgresAttemptRecords(database),
        watching=PostgresQuizWatching(database),
        access=PostgresQuizAccess(database),
        passwords=BcryptPasswords(rounds=4),
        throttle=FakeThrottle(),
        regrading=PostgresRegrading(database),
        clock=school.clock,
        random=os.urandom,
        signer=FakeSigner(),
    )
    made = await handler.handle(
        ImportGift(
            by=teacher,
            by_role="educator",
            lesson_id=lesson,
            settings=QuizSettings(title="Powers"),
            gift=GIFT,
        )
    )
    assert isinstance(made, QuizCreated)
    assert made.skipped == ("line 2: imported without scripts",)
    await school.rows("update questions set points = 1.5 returning id")
    viewer = Viewer(user_id=student, role="student")
    assert await read(database, made.quiz_id, viewer) == []
    attempt = NewAttempt(
        id=str(uuid4()),
        version_id=str(uuid4()),
        quiz_id=made.quiz_id,
        student_id=student,
        at=school.clock.now(),
    )
    await PostgresAttemptRecords(database).allot(attempt, lambda _: None)
    [seen] = await read(database, made.quiz_id, viewer)
    assert seen == {
        "questionText": "Is 2⁵ even?",
        "questionFormat": "HTML",
        "questionHtml": "Is 2<sup>5</sup> <b>even</b>?",
        "options": ["10³", "no"],
        "optionsHtml": ["10<sup>3</sup>", "no"],
        "points": 2,
        "exactPoints": 1.5,
        "explanation": None,
        "explanationHtml": None,
        "formats": None,
    }
    [taught] = await read(database, made.quiz_id, Viewer(user_id=teacher, role="educator"))
    assert taught["explanationHtml"] == "<em>Yes</em>"
    assert taught["formats"]["explanation"] == {
        "format": "markdown",
        "html": "<em>Yes</em>",
        "source": "*Yes*",
    }
