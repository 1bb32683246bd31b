"""Tags in a real database: given to one question or to several, copied, and counted."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.assessments.editing import (
    AddQuestion,
    CopyQuestions,
    DuplicateQuiz,
    UpdateQuestion,
)
from protocol.assessments.tags import MAX_TAG, MAX_TAGS, QuestionsTagged, TagQuestions
from protocol.errors import AuthorizationError, NotFoundError, ValidationError
from storage.postgres import Database
from tests.actors.assessments.test_assessments_handler import Hall
from tests.storage.records.assessments.test_quiz_editing_records import Desk, essay

TAGS = "select tags::text from questions where quiz_id::text = $1 order by order_number"
LISTED = "select tag, questions from question_tags where owner_id::text = $1 order by tag_key"
NOBODY = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
async def desk(database: Database) -> Desk:
    desk = Desk(Hall(database))
    await desk.furnish()
    return desk


async def tags(desk: Desk, quiz_id: str | None = None) -> list[list[str]]:
    """Of each question of the quiz, in their order."""
    rows = await desk.school.rows(TAGS, quiz_id or desk.quiz)
    return [msgspec.json.decode(row["tags"]) for row in rows]


async def tag(desk: Desk, texts: str, **more: Any) -> int:
    ids = await desk.ids()
    chosen = tuple(ids[text] for text in texts)
    reply = await desk.do(TagQuestions, **{"question_ids": chosen, **more})
    assert isinstance(reply, QuestionsTagged)
    return reply.count


async def wrong(desk: Desk, texts: str, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refusal:
        await tag(desk, texts, **more)
    return [(each["field"], each["code"]) for each in refusal.value.details["fields"]]


async def test_several_questions_get_tags_and_lose_them(desk: Desk) -> None:
    revision = await desk.revision()
    assert await tag(desk, "ab", add=("Algebra", " year 7 ")) == 2
    assert await desk.revision() == revision + 1
    assert await tags(desk) == [["Algebra", "year 7"], ["Algebra", "year 7"], []]
    assert await tag(desk, "bc", add=("ALGEBRA",), remove=("Year 7",)) == 2
    assert await tags(desk) == [["Algebra", "year 7"], ["Algebra"], ["ALGEBRA"]]


async def test_what_is_so_already_changes_nothing(desk: Desk) -> None:
    await tag(desk, "a", add=("Algebra",))
    revision = await desk.revision()
    assert await tag(desk, "a", add=("algebra",), remove=("other",)) == 0
    assert await desk.revision() == revision


async def test_tags_are_bounded(desk: Desk) -> None:
    many = tuple(f"tag {n}" for n in range(MAX_TAGS + 1))
    assert await wrong(desk, "a", add=many) == [("add", "TOO_MANY")]
    await tag(desk, "a", add=many[:MAX_TAGS])
    assert await wrong(desk, "ab", add=many[MAX_TAGS:]) == [("add", "TOO_MANY")]
    assert await tags(desk) == [list(many[:MAX_TAGS]), [], []]
    assert await wrong(desk, "a", add=("x" * (MAX_TAG + 1),)) == [("add[0]", "TOO_LONG")]
    assert await wrong(desk, "a", add=("a\nb",)) == [("add[0]", "NOT_ONE_LINE")]
    assert await wrong(desk, "a") == [("add", "NO_CHANGE")]
    assert await wrong(desk, "", add=("x",)) == [("questionIds", "REQUIRED")]
    assert await wrong(desk, "aa", add=("x",)) == [("questionIds", "DUPLICATE")]
    too_many = tuple(f"{n}" for n in range(101))
    assert await wrong(desk, "", question_ids=too_many, add=("x",)) == [("questionIds", "TOO_MANY")]


async def test_only_teachers_of_all_the_courses_tag(desk: Desk) -> None:
    stranger = await desk.school.user("educator")
    with pytest.raises(AuthorizationError):
        await tag(desk, "a", by=stranger, add=("x",))
    ids = await desk.ids()
    with pytest.raises(NotFoundError):
        await tag(desk, "", question_ids=(ids["a"], NOBODY), add=("x",))
    assert await tags(desk) == [[], [], []]


async def test_a_question_is_written_with_its_tags(desk: Desk) -> None:
    question = msgspec.structs.replace(essay("d"), tags=("One", "ONE", "Two"))
    await desk.do(AddQuestion, quiz_id=desk.quiz, question=question)
    assert (await tags(desk))[-1] == ["One", "Two"]
    ids = await desk.ids()
    revision = await desk.revision()
    await desk.do(UpdateQuestion, question_id=ids["d"], question=question)
    assert await desk.revision() == revision
    await desk.do(UpdateQuestion, question_id=ids["d"], question=essay("d"))
    assert (await tags(desk))[-1] == []


async def test_copies_have_their_tags(desk: Desk) -> None:
    await tag(desk, "ab", add=("Algebra",))
    made = await desk.do(DuplicateQuiz, quiz_id=desk.quiz, lesson_id=desk.hall.lesson)
    assert await tags(desk, made.quiz_id) == await tags(desk)
    rows = await desk.school.rows(
        "select id::text from questions where quiz_id::text = $1", desk.quiz
    )
    await desk.do(CopyQuestions, quiz_id=made.quiz_id, question_ids=(rows[0]["id"],))
    assert len(await tags(desk, made.quiz_id)) == 4


async def test_tags_are_counted_however_they_are_written(desk: Desk) -> None:
    await tag(desk, "a", add=("Algebra", "Äpfel"))
    await tag(desk, "b", add=("algebra", "apfel"))
    rows = await desk.school.rows(LISTED, desk.hall.teacher)
    assert {row["tag"]: row["questions"] for row in rows} == {"Algebra": 2, "apfel": 1, "Äpfel": 1}
