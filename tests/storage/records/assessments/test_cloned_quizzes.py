"""A copy of a course has its quizzes, and everything in them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.assessments.editing import AddQuestion, DuplicateQuiz, UpdateQuestion, UpdateQuiz
from protocol.assessments.pictures import UploadQuizPicture
from protocol.assessments.quizzes import MAX_QUIZ_BYTES
from protocol.courses.commands import ArchiveCourse, CloneCourse, DeleteCourse
from protocol.errors import RefusedError
from protocol.pictures import KEPT_UNUSED_MS
from storage.postgres import Database
from storage.records.assessments import cloning
from tests.actors.assessments.test_assessments_handler import TRUTH, Hall

PNG = b"\x89PNG\r\n\x1a\n"
QUIZZES = """
select q.id::text, q.title, q.passing_score_percentage, q.available_from, q.revision,
       l.title as lesson
from quizzes q join lessons l on l.id = q.lesson_id join course_modules m on m.id = l.module_id
where m.course_id::text = $1 order by q.created_at, q.id
"""
QUESTIONS = """
select q.question_text, q.question_media_url, q.lacks is not null as draft, q.order_number,
       q.revision
from questions q where q.quiz_id::text = $1 order by q.order_number
"""


async def made(database: Database) -> tuple[Hall, str, str]:
    """A course with two quizzes in a lesson, a picture and a draft in the second; the picture."""
    hall = Hall(database)
    await hall.furnish()
    by: dict[str, Any] = {"by": hall.teacher, "by_role": "educator"}
    await hall.quiz()
    quiz = await hall.quiz()
    await hall.handler.handle(
        UpdateQuiz(**by, quiz_id=quiz, title="Second", passing_score=70, available_from=1_000)
    )
    stored: Any = await hall.handler.handle(UploadQuizPicture(**by, quiz_id=quiz, image=PNG))
    shown = msgspec.structs.replace(TRUTH, media_url=stored.url, text="What is this?")
    await hall.handler.handle(AddQuestion(**by, quiz_id=quiz, question=shown))
    empty = msgspec.structs.replace(TRUTH, text="")
    await hall.handler.handle(AddQuestion(**by, quiz_id=quiz, question=empty, draft=True))
    return hall, quiz, str(stored.url)


async def cloned(hall: Hall, by: str | None = None) -> str:
    command = CloneCourse(by=by or hall.teacher, by_role="educator", course_id=hall.course)
    reply: Any = await hall.school.courses.handle(command)
    return str(reply.course_id)


async def test_quizzes_come_along_in_their_order_and_with_all_questions(database: Database) -> None:
    hall, quiz, picture = await made(database)
    before = [tuple(row) for row in await hall.school.rows(QUESTIONS, quiz)]
    copy = await cloned(hall)
    originals = await hall.school.rows(QUIZZES, hall.course)
    quizzes = await hall.school.rows(QUIZZES, copy)
    assert [row["title"] for row in quizzes] == [row["title"] for row in originals]
    assert [row["lesson"] for row in quizzes] == [row["lesson"] for row in originals]
    second = quizzes[-1]
    assert (second["passing_score_percentage"], second["available_from"]) == (70, None)
    assert second["revision"] == 1
    after = [tuple(row) for row in await hall.school.rows(QUESTIONS, second["id"])]
    assert [row[:4] for row in after] == [row[:4] for row in before]
    assert [row[2] for row in after] == [False, False, False, True]
    assert picture in {row[1] for row in after}


async def test_a_copy_is_its_own(database: Database) -> None:
    hall, quiz, _ = await made(database)
    copy = await cloned(hall)
    by: dict[str, Any] = {"by": hall.teacher, "by_role": "educator"}
    [*_, second] = await hall.school.rows(QUIZZES, copy)
    [(first_id,), *_] = await hall.school.rows(
        "select id::text from questions where quiz_id::text = $1 order by order_number", quiz
    )
    changed = msgspec.structs.replace(TRUTH, text="Changed")
    await hall.handler.handle(UpdateQuestion(**by, question_id=first_id, question=changed))
    [first, *_] = await hall.school.rows(QUESTIONS, second["id"])
    assert first["question_text"] == TRUTH.text


async def test_pictures_stay_as_long_as_the_copy_shows_them(database: Database) -> None:
    hall, _, picture = await made(database)
    copy = await cloned(hall)
    for course, left in ((hall.course, {picture}), (copy, set[str]())):
        delete = DeleteCourse(by=hall.teacher, by_role="educator", course_id=course)
        await hall.school.courses.handle(delete)
        hall.school.clock.at += KEPT_UNUSED_MS + 1
        await hall.pictures.discard_unused()
        assert {f"/{key}" for key in hall.shelf.kept} == left


async def test_an_archived_course_is_copied_with_its_quizzes(database: Database) -> None:
    hall, _, _ = await made(database)
    archive = ArchiveCourse(by=hall.teacher, by_role="educator", course_id=hall.course)
    await hall.school.courses.handle(archive)
    assert len(await hall.school.rows(QUIZZES, await cloned(hall))) == 2


async def test_too_many_questions_are_refused_and_nothing_is_copied(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, _, _ = await made(database)
    monkeypatch.setattr(cloning, "MAX_QUESTIONS", 5)
    with pytest.raises(RefusedError) as refusal:
        await cloned(hall)
    assert refusal.value.code == "COURSE_TOO_LARGE"
    assert (refusal.value.details["questions"], refusal.value.details["max"]) == (6, 5)
    assert (await hall.school.rows("select count(*) from courses"))[0][0] == 1
    monkeypatch.setattr(cloning, "MAX_QUESTIONS", 6)
    assert await cloned(hall)


async def test_a_quiz_that_is_larger_than_one_may_be_is_not_copied(database: Database) -> None:
    hall, quiz, _ = await made(database)
    grow = "update questions set explanation = repeat('x', $2) where quiz_id::text = $1"
    await hall.school.rows(grow, quiz, MAX_QUIZ_BYTES // 4 - 1_000)
    assert await cloned(hall)
    await hall.school.rows(grow, quiz, MAX_QUIZ_BYTES // 4)
    with pytest.raises(RefusedError) as refusal:
        await cloned(hall)
    assert refusal.value.code == "QUIZ_FULL"


async def test_a_quiz_without_questions_and_a_lesson_without_quizzes_are_copied(
    database: Database,
) -> None:
    hall = Hall(database)
    await hall.furnish()
    copy = await cloned(hall)
    assert await hall.school.rows(QUIZZES, copy) == []
    quiz = await hall.quiz()
    duplicate = DuplicateQuiz(
        by=hall.teacher, by_role="educator", quiz_id=quiz, lesson_id=hall.lesson, title="Empty"
    )
    twin: Any = await hall.handler.handle(duplicate)
    await hall.school.rows("delete from questions where quiz_id::text = $1", twin.quiz_id)
    assert [row["title"] for row in await hall.school.rows(QUIZZES, await cloned(hall))][-1] == (
        "Empty"
    )
