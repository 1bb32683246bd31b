"""A teacher's notes to questions: kept, copied, bounded, and given to no game."""

from __future__ import annotations

import msgspec
import pytest

from protocol.assessments.editing import (
    AddQuestion,
    CopyQuestions,
    DuplicateQuestion,
    DuplicateQuiz,
    UpdateQuestion,
)
from protocol.assessments.files import ExportQuiz, QuizExported
from protocol.assessments.live.commands import OpenLobby
from protocol.assessments.quizzes import MAX_NOTES
from protocol.errors import ValidationError
from storage.postgres import Database
from tests.actors.assessments.test_assessments_handler import TRUTH, Hall
from tests.storage.records.assessments.test_quiz_editing_records import Desk

NOTED = msgspec.structs.replace(TRUTH, notes=" Ask the last row first ")


@pytest.fixture
async def desk(database: Database) -> Desk:
    desk = Desk(Hall(database))
    await desk.furnish()
    return desk


async def notes(desk: Desk) -> list[str | None]:
    sql = "select notes from questions where question_text = $1 order by created_at, order_number"
    return [row["notes"] for row in await desk.school.rows(sql, TRUTH.text)]


async def test_notes_are_changed_and_emptied_and_each_change_is_a_revision(desk: Desk) -> None:
    added = await desk.do(AddQuestion, quiz_id=desk.quiz, question=NOTED)
    assert await notes(desk) == ["Ask the last row first"]
    change = {"question_id": added.question_id, "expected_revision": 1}
    same = await desk.do(UpdateQuestion, question=NOTED, **change)
    assert same.revision == added.revision
    emptied = await desk.do(UpdateQuestion, question=TRUTH, **change)
    assert emptied.revision == added.revision + 1
    assert await notes(desk) == [None]


async def test_copies_of_a_question_have_its_notes(desk: Desk) -> None:
    added = await desk.do(AddQuestion, quiz_id=desk.quiz, question=NOTED)
    await desk.do(DuplicateQuestion, question_id=added.question_id)
    await desk.do(DuplicateQuiz, quiz_id=desk.quiz, lesson_id=desk.hall.lesson)
    await desk.do(CopyQuestions, quiz_id=desk.quiz, question_ids=(added.question_id,))
    assert await notes(desk) == ["Ask the last row first"] * 5


async def test_notes_that_are_too_long_are_refused(desk: Desk) -> None:
    most = msgspec.structs.replace(TRUTH, notes="n" * MAX_NOTES)
    await desk.do(AddQuestion, quiz_id=desk.quiz, question=most)
    more = msgspec.structs.replace(TRUTH, notes="n" * (MAX_NOTES + 1))
    for draft in (False, True):
        with pytest.raises(ValidationError) as refusal:
            await desk.do(AddQuestion, quiz_id=desk.quiz, question=more, draft=draft)
        (wrong,) = refusal.value.details["fields"]
        assert (wrong["field"], wrong["code"], wrong["max"]) == (
            "input.notes",
            "TOO_LONG",
            MAX_NOTES,
        )


async def test_a_game_keeps_the_notes_beside_it_and_is_given_none(desk: Desk) -> None:
    hall = desk.hall
    quiz = await hall.quiz()
    await desk.do(AddQuestion, quiz_id=quiz, question=NOTED)
    await hall.handler.handle(hall.start(quiz))
    ((_, lobby),) = hall.post.sent
    assert isinstance(lobby, OpenLobby)
    assert lobby.questions
    assert {question.notes for question in lobby.questions} == {None}
    kept = "select notes from live_quiz_questions where notes is not null"
    assert [row["notes"] for row in await desk.school.rows(kept)] == ["Ask the last row first"]
    await desk.school.rows("update questions set notes = 'Later'")
    assert [row["notes"] for row in await desk.school.rows(kept)] == ["Ask the last row first"]


async def test_an_exported_quiz_is_without_them_and_says_so(desk: Desk) -> None:
    await desk.do(AddQuestion, quiz_id=desk.quiz, question=NOTED)
    exported = await desk.do(ExportQuiz, quiz_id=desk.quiz)
    assert isinstance(exported, QuizExported)
    assert "last row" not in exported.content.decode()
    assert "// the notes of 1 questions are left out" in exported.content.decode().splitlines()
