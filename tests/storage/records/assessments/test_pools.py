"""Pools in a real database: how they are set, what an attempt keeps of them, and copies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from actors.assessments.attempts import rules
from protocol.assessments.attempts.rows import AttemptRow, GivenAnswer
from protocol.assessments.attempts.values import Ending
from protocol.assessments.editing import (
    DeleteQuestion,
    DuplicateQuestion,
    DuplicateQuiz,
    QuizUpdated,
    UpdateQuestion,
)
from protocol.assessments.live.commands import OpenLobby
from protocol.assessments.pools import MAX_POOLS, GivenPool, SetQuizPools
from protocol.assessments.quizzes import Pool, QuizCreated
from protocol.courses.commands import CloneCourse
from protocol.errors import AuthorizationError, RefusedError, ValidationError
from protocol.records.assessments import AttemptAllotted, EntryFacts, NewAttempt
from storage.postgres import Database
from storage.records.assessments import (
    PostgresAssessmentRecords,
    PostgresAttemptRecords,
    PostgresQuizWatching,
)
from storage.records.assessments.attempts import write_attempt_rows
from tests.actors.assessments.test_assessments_handler import Hall
from tests.storage.records.assessments.test_quiz_editing_records import Desk, essay
from tests.storage.records.school import NOW

NOBODY = "11111111-1111-4111-8111-111111111111"
SUBMISSION = "22222222-2222-4222-8222-222222222222"
VERSION = "33333333-3333-4333-8333-333333333333"
KEPT = "select question_text, pool from questions where quiz_id::text = $1 order by order_number"
MARKS = """
select order_number, question ->> 'text' as text from quiz_answers
where submission_id::text = $1 order by order_number
"""


@pytest.fixture
async def desk(database: Database) -> Desk:
    desk = Desk(Hall(database))
    await desk.furnish()
    return desk


async def put(desk: Desk, *pools: tuple[str, int, str], **more: Any) -> Any:
    """Pools by name, how many they draw, and the texts of their questions."""
    ids = await desk.ids()
    given = tuple(
        GivenPool(name=name, draw=draw, question_ids=tuple(ids[text] for text in texts))
        for name, draw, texts in pools
    )
    return await desk.do(SetQuizPools, **{"quiz_id": desk.quiz, "pools": given, **more})


async def kept(desk: Desk, quiz_id: str | None = None) -> tuple[tuple[Pool, ...], str]:
    """The pools, and for each question the first letter of its pool."""
    quiz = await PostgresAssessmentRecords(desk.school.database).quiz(quiz_id or desk.quiz)
    assert quiz is not None
    return quiz.pools, "".join((each.pool or "-")[0] for each in quiz.questions)


async def wrong(desk: Desk, *pools: tuple[str, int, str], **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refusal:
        await put(desk, *pools, **more)
    return [(each["field"], each["code"]) for each in refusal.value.details["fields"]]


async def test_questions_are_put_into_pools_and_taken_out_again(desk: Desk) -> None:
    revision = await desk.revision()
    reply = await put(desk, ("Easy", 1, "ab"))
    assert isinstance(reply, QuizUpdated)
    assert reply.revision == revision + 1 == await desk.revision()
    assert await kept(desk) == ((Pool(name="Easy", draw=1),), "EE-")
    await put(desk, ("Hard", 1, "bc"))
    assert await kept(desk) == ((Pool(name="Hard", draw=1),), "-HH")
    await put(desk)
    assert await kept(desk) == ((), "---")


async def test_what_is_so_already_changes_nothing(desk: Desk) -> None:
    await put(desk, ("Easy", 1, "ab"))
    revision = await desk.revision()
    await put(desk, ("Easy", 1, "ba"), expected_revision=1)
    assert await desk.revision() == revision


async def test_a_question_keeps_its_pool_when_it_is_written_anew(desk: Desk) -> None:
    await put(desk, ("Easy", 1, "ab"))
    ids = await desk.ids()
    await desk.do(UpdateQuestion, question_id=ids["a"], question=essay("A"))
    assert await kept(desk) == ((Pool(name="Easy", draw=1),), "EE-")
    revision = await desk.revision()
    await desk.do(UpdateQuestion, question_id=ids["a"], question=essay("A"))
    assert await desk.revision() == revision


async def test_somebody_who_was_quicker_is_not_overwritten(desk: Desk) -> None:
    with pytest.raises(RefusedError) as refusal:
        await put(desk, ("Easy", 1, "ab"), expected_revision=1)
    assert refusal.value.code == "QUIZ_CHANGED"


async def test_only_teachers_of_the_course_set_them(desk: Desk) -> None:
    stranger = await desk.school.user("educator")
    with pytest.raises(AuthorizationError):
        await put(desk, ("Easy", 1, "ab"), by=stranger)


async def test_a_pool_does_not_draw_more_than_it_has(desk: Desk) -> None:
    for draw in (0, -1, 3):
        assert await wrong(desk, ("Easy", draw, "ab")) == [("pools[0].draw", "OUT_OF_RANGE")]
    await put(desk, ("Easy", 2, "ab"))


async def test_a_question_is_in_one_pool_of_its_quiz(desk: Desk) -> None:
    twice = [("pools[1].questionIds", "DUPLICATE")]
    assert await wrong(desk, ("Easy", 1, "ab"), ("Hard", 1, "bc")) == twice
    other = GivenPool(name="Easy", draw=1, question_ids=(NOBODY,))
    unknown = [("pools[0].questionIds", "UNKNOWN_REFERENCE")]
    assert await wrong(desk, pools=(other,)) == unknown


async def test_names_of_pools_differ_and_are_names(desk: Desk) -> None:
    assert await wrong(desk, ("Easy", 1, "a"), ("EASY ", 1, "b")) == [
        ("pools[1].name", "DUPLICATE")
    ]
    assert await wrong(desk, (" ", 1, "a")) == [("pools[0].name", "REQUIRED")]
    assert await wrong(desk, ("Easy", 1, "")) == [("pools[0].questionIds", "REQUIRED")]
    many = tuple(GivenPool(name=str(n), draw=1, question_ids=()) for n in range(MAX_POOLS + 1))
    assert await wrong(desk, pools=many) == [("pools", "TOO_MANY")]


async def worth_two(desk: Desk, text: str) -> None:
    ids = await desk.ids()
    two = essay(text)
    await desk.do(
        UpdateQuestion, question_id=ids[text], question=type(two)(**{**_fields(two), "points": 2})
    )


def _fields(question: Any) -> dict[str, Any]:
    return {name: getattr(question, name) for name in question.__struct_fields__}


async def test_questions_of_a_pool_are_worth_the_same(desk: Desk) -> None:
    await worth_two(desk, "b")
    assert await wrong(desk, ("Easy", 1, "ab")) == [("pools[0].questionIds", "CONFLICTING")]


# --- attempts -------------------------------------------------------------------------------------


async def begun(desk: Desk, submission_id: str = SUBMISSION) -> AttemptAllotted:
    hall = desk.hall
    student = await hall.school.user()
    await hall.school.enroll(student, hall.course)

    def anybody(_: EntryFacts) -> None:
        pass

    new = NewAttempt(
        id=submission_id, version_id=VERSION, quiz_id=desk.quiz, student_id=student, at=NOW
    )
    return await PostgresAttemptRecords(desk.school.database).allot(new, anybody)


async def test_a_version_keeps_its_pools(desk: Desk) -> None:
    await put(desk, ("Easy", 1, "ab"))
    version = (await begun(desk)).version
    await put(desk)
    known = await PostgresAttemptRecords(desk.school.database).version(version.id)
    assert known == version
    assert known.pools == (Pool(name="Easy", draw=1),)
    assert [question.pool for question in known.questions] == ["Easy", "Easy", None]


@pytest.mark.parametrize("change", ["fewer", "points"])
async def test_a_quiz_whose_pools_do_not_fit_any_more_is_not_begun(desk: Desk, change: str) -> None:
    await put(desk, ("Easy", 2, "ab"))
    if change == "fewer":
        await desk.do(DeleteQuestion, question_id=(await desk.ids())["a"])
    else:
        await worth_two(desk, "b")
    with pytest.raises(RefusedError) as refusal:
        await begun(desk)
    assert refusal.value.code == "QUIZ_POOLS_UNFIT"
    assert refusal.value.details["pools"] == ["Easy"]


async def test_what_was_drawn_is_marked_and_nothing_else(desk: Desk) -> None:
    await put(desk, ("Easy", 1, "ab"))
    version = (await begun(desk)).version
    a, b, c = (question.id for question in version.questions)
    row = AttemptRow(
        submission_id=SUBMISSION,
        started_at=NOW,
        deadline_at=None,
        ended_at=NOW,
        ending=Ending.SUBMITTED,
        answers={b: GivenAnswer(answer="Because", revision=1, at=NOW)},
        drawn=(b, c),
    )
    await desk.school.database.run(lambda connection: write_attempt_rows(connection, [row]))
    records = PostgresAttemptRecords(desk.school.database)
    await records.mark(SUBMISSION, NOW, rules.by_keys)
    marks = await desk.school.rows(MARKS, SUBMISSION)
    assert [tuple(mark) for mark in marks] == [(1, "b"), (2, "c")]
    [scored] = await desk.school.rows("select points_possible from quiz_submissions")
    assert scored["points_possible"] == Decimal(2)
    watching = PostgresQuizWatching(desk.school.database)
    [seen] = await watching.sat(desk.quiz, since=0, limit=9)
    assert (seen.answered, seen.total) == (1, 2)
    assert a not in row.answers


# --- copies ---------------------------------------------------------------------------------------


async def test_copies_of_a_quiz_have_its_pools(desk: Desk) -> None:
    await put(desk, ("Easy", 1, "ab"))
    pools = await kept(desk)
    made = await desk.do(DuplicateQuiz, quiz_id=desk.quiz, lesson_id=desk.hall.lesson)
    assert isinstance(made, QuizCreated)
    assert await kept(desk, made.quiz_id) == pools
    clone = CloneCourse(by=desk.hall.teacher, by_role="educator", course_id=desk.hall.course)
    await desk.school.courses.handle(clone)
    rows = await desk.school.rows("select id::text from quizzes")
    assert {await kept(desk, row["id"]) for row in rows} == {pools}


async def test_a_copied_question_is_in_the_same_pool(desk: Desk) -> None:
    await put(desk, ("Easy", 1, "ab"))
    await desk.do(DuplicateQuestion, question_id=(await desk.ids())["a"])
    assert await kept(desk) == ((Pool(name="Easy", draw=1),), "EEE-")


# --- games ----------------------------------------------------------------------------------------


async def test_a_game_asks_all_questions_and_knows_no_pools(desk: Desk) -> None:
    """Whatever the pools, even of a quiz that no attempt could begin."""
    await put(desk, ("Easy", 2, "ab"))
    await desk.do(DeleteQuestion, question_id=(await desk.ids())["a"])
    start = msgspec.structs.replace(desk.hall.start(desk.quiz), idempotency_key="once")
    await desk.hall.handler.handle(start)
    await desk.hall.handler.handle(start)
    lobbies = [lobby for _, lobby in desk.hall.post.sent if isinstance(lobby, OpenLobby)]
    for lobby in lobbies:
        asked = [(each.text, each.pool, each.tags) for each in lobby.questions]
        assert asked == [("b", None, ()), ("c", None, ())]
