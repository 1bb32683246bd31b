"""Changing quizzes in a real database: revisions, places, copies, and games that keep theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest
import trio

from protocol.assessments.editing import (
    AddQuestion,
    CopyQuestions,
    DeleteQuestion,
    DeleteQuiz,
    DuplicateQuestion,
    DuplicateQuiz,
    EditCommand,
    ImportQuestions,
    PreviewQuestions,
    QuestionsAdded,
    QuestionSaved,
    QuestionsRead,
    QuizDeleted,
    QuizUpdated,
    ReorderQuestions,
    UpdateQuestion,
    UpdateQuiz,
)
from protocol.assessments.files import ExportQuiz, QuizExported
from protocol.assessments.live.commands import OpenLobby
from protocol.assessments.pools import GivenPool, SetQuizPools
from protocol.assessments.quizzes import (
    MAX_QUESTIONS,
    MAX_QUIZ_BYTES,
    CreateQuiz,
    EssayKey,
    Question,
    QuestionType,
    QuizCreated,
    QuizSettings,
)
from protocol.assessments.tags import TagQuestions
from protocol.envelope import Message
from protocol.errors import AuthorizationError, NotFoundError, RefusedError, ValidationError
from storage.postgres import Database
from storage.records.assessments.locked import ALL_BYTES
from tests.actors.assessments.test_assessments_handler import TRUTH, Hall

NOBODY = "11111111-1111-4111-8111-111111111111"


def essay(text: str) -> Question:
    return Question(id="", type=QuestionType.ESSAY, text=text, key=EssayKey())


class Desk:
    """A teacher at a quiz of three questions."""

    def __init__(self, hall: Hall) -> None:
        self.hall, self.school = hall, hall.school

    async def furnish(self) -> None:
        await self.hall.furnish()
        by: Mapping[str, Any] = {"by": self.hall.teacher, "by_role": "educator"}
        made = await self.hall.handler.handle(
            CreateQuiz(
                **by, lesson_id=self.hall.lesson, settings=QuizSettings(title="A"), questions=()
            )
        )
        assert isinstance(made, QuizCreated)
        self.quiz = made.quiz_id
        for text in "abc":
            await self.do(AddQuestion, quiz_id=self.quiz, question=essay(text))

    async def do(self, kind: type[Message], **fields: Any) -> Any:
        by: Mapping[str, Any] = {"by": self.hall.teacher, "by_role": "educator"}
        return await self.hall.handler.handle(kind(**{**by, **fields}))

    async def refused(self, kind: type[Message], **fields: Any) -> RefusedError:
        with pytest.raises(RefusedError) as refusal:
            await self.do(kind, **fields)
        return refusal.value

    async def texts(self, quiz_id: str | None = None) -> str:
        """In their order, which is numbered without gaps."""
        rows = await self.school.rows(
            "select question_text, order_number from questions where quiz_id::text = $1"
            " order by order_number",
            quiz_id or self.quiz,
        )
        assert [row["order_number"] for row in rows] == list(range(1, len(rows) + 1))
        return "".join(row["question_text"] for row in rows)

    async def ids(self) -> dict[str, str]:
        rows = await self.school.rows("select id::text, question_text from questions")
        return {row["question_text"]: row["id"] for row in rows}

    async def revision(self) -> int:
        (row,) = await self.school.rows(
            "select revision from quizzes where id::text = $1", self.quiz
        )
        return int(row["revision"])


@pytest.fixture
async def desk(database: Database) -> Desk:
    desk = Desk(Hall(database))
    await desk.furnish()
    return desk


async def test_questions_stand_where_they_are_put(desk: Desk) -> None:
    await desk.do(AddQuestion, quiz_id=desk.quiz, question=essay("x"), position=1)
    await desk.do(AddQuestion, quiz_id=desk.quiz, question=essay("y"), position=3)
    await desk.do(AddQuestion, quiz_id=desk.quiz, question=essay("z"), position=MAX_QUESTIONS)
    assert await desk.texts() == "xaybcz"
    ids = await desk.ids()
    await desk.do(DeleteQuestion, question_id=ids["y"])
    await desk.do(DuplicateQuestion, question_id=ids["a"])
    assert await desk.texts() == "xaabcz"
    with pytest.raises(NotFoundError):
        await desk.do(DeleteQuestion, question_id=ids["y"])


async def test_the_order_is_that_of_the_ids_each_named_once(desk: Desk) -> None:
    ids = await desk.ids()
    order = (ids["c"], ids["a"], ids["b"])
    await desk.do(ReorderQuestions, quiz_id=desk.quiz, question_ids=order)
    assert await desk.texts() == "cab"
    for some in (order[:2], (*order, order[0]), (*order[:2], NOBODY), ("x",) * 3):
        with pytest.raises(ValidationError):
            await desk.do(ReorderQuestions, quiz_id=desk.quiz, question_ids=some)
    with pytest.raises(ValidationError) as refusal:
        await desk.do(
            ReorderQuestions, quiz_id=desk.quiz, question_ids=(NOBODY,) * (MAX_QUESTIONS + 1)
        )
    assert refusal.value.details["fields"][0]["code"] == "TOO_MANY"


async def test_every_change_has_a_revision_and_a_stale_one_is_refused(desk: Desk) -> None:
    assert await desk.revision() == 4
    ids = await desk.ids()
    updated = await desk.do(UpdateQuiz, quiz_id=desk.quiz, title="B", expected_revision=4)
    assert isinstance(updated, QuizUpdated)
    assert updated.revision == await desk.revision() == 5
    stale = await desk.refused(UpdateQuiz, quiz_id=desk.quiz, title="C", expected_revision=4)
    assert (stale.code, stale.details) == ("QUIZ_CHANGED", {"revision": 5})
    saved = await desk.do(
        UpdateQuestion, question_id=ids["a"], question=essay("A"), expected_revision=1
    )
    assert isinstance(saved, QuestionSaved)
    assert saved.revision == 6
    lost = await desk.refused(
        UpdateQuestion, question_id=ids["a"], question=essay("Z"), expected_revision=1
    )
    assert (lost.code, lost.details) == ("QUESTION_CHANGED", {"revision": 2})
    kept = await desk.refused(DeleteQuestion, question_id=ids["a"], expected_revision=1)
    assert kept.code == "QUESTION_CHANGED"
    other = {"question_id": ids["b"], "question": essay("B"), "expected_revision": 1}
    await desk.do(UpdateQuestion, **other)  # nobody has changed this one
    order = (ids["c"], ids["a"], ids["b"])
    for kind, more in ((ReorderQuestions, {"question_ids": order}), (DeleteQuiz, {})):
        late = await desk.refused(kind, quiz_id=desk.quiz, expected_revision=6, **more)
        assert (late.code, late.details) == ("QUIZ_CHANGED", {"revision": 7})
    await desk.do(DeleteQuestion, question_id=ids["a"], expected_revision=2)
    assert await desk.texts() == "Bc"


async def test_of_two_who_save_a_question_at_once_one_is_told(desk: Desk) -> None:
    ids = await desk.ids()
    outcomes: list[str] = []

    async def attempt(text: str) -> None:
        try:
            await desk.do(
                UpdateQuestion, question_id=ids["a"], question=essay(text), expected_revision=1
            )
            outcomes.append("done")
        except RefusedError as refusal:
            outcomes.append(refusal.code)

    async with trio.open_nursery() as nursery:
        for text in "123456":
            nursery.start_soon(attempt, text)
    assert sorted(outcomes) == [*["QUESTION_CHANGED"] * 5, "done"]


async def test_saving_once_more_changes_nothing_whatever_is_expected(desk: Desk) -> None:
    ids = await desk.ids()
    order = (ids["a"], ids["b"], ids["c"])
    await desk.do(UpdateQuiz, quiz_id=desk.quiz, title="B", available_from=5)
    draft = {"question": essay(""), "draft": True}
    await desk.do(UpdateQuestion, question_id=ids["c"], **draft)
    revision = await desk.revision()
    waiting = len(await desk.school.rows("select from outbox"))
    for kind, fields in (
        (UpdateQuiz, {"quiz_id": desk.quiz, "title": "B", "available_from": 5}),
        (UpdateQuestion, {"question_id": ids["a"], "question": essay("a")}),
        (UpdateQuestion, {"question_id": ids["c"], **draft}),
        (ReorderQuestions, {"quiz_id": desk.quiz, "question_ids": order}),
    ):
        reply = await desk.do(kind, **fields, expected_revision=99)
        assert reply.revision == revision
    assert await desk.revision() == revision
    assert len(await desk.school.rows("select from outbox")) == waiting


async def test_the_times_of_a_quiz_fit_those_it_has(desk: Desk) -> None:
    await desk.do(UpdateQuiz, quiz_id=desk.quiz, available_from=1_000)
    with pytest.raises(ValidationError):
        await desk.do(UpdateQuiz, quiz_id=desk.quiz, available_until=1_000)
    await desk.do(UpdateQuiz, quiz_id=desk.quiz, available_until=1_000, available_from=None)


async def test_a_quiz_is_copied_whole_into_a_lesson_of_ones_own(desk: Desk) -> None:
    await desk.do(UpdateQuiz, quiz_id=desk.quiz, decimal_comma=True, passing_score=70)
    _, lesson = await desk.school.published_course(desk.hall.teacher)
    copy = await desk.do(DuplicateQuiz, quiz_id=desk.quiz, lesson_id=lesson, title="Mine")
    assert isinstance(copy, QuizCreated)
    assert (copy.lesson_id, copy.question_count) == (lesson, 3)
    assert await desk.texts(copy.quiz_id) == "abc"
    rows = await desk.school.rows(
        "select title, decimal_comma, passing_score_percentage, revision from quizzes"
        " where id::text = $1",
        copy.quiz_id,
    )
    assert [tuple(row) for row in rows] == [("Mine", True, 70, 1)]
    _, foreign = await desk.school.published_course(await desk.school.user("educator"))
    with pytest.raises(AuthorizationError):
        await desk.do(DuplicateQuiz, quiz_id=desk.quiz, lesson_id=foreign)


async def test_a_full_quiz_takes_no_more(desk: Desk) -> None:
    await desk.school.rows(
        "insert into questions (quiz_id, question_type, question_text, correct_answer,"
        " order_number) select id, 'essay', n::text, '{\"type\":\"essay\"}', n"
        f" from quizzes, generate_series(4, {MAX_QUESTIONS}) n"
    )
    ids = await desk.ids()
    full = await desk.refused(AddQuestion, quiz_id=desk.quiz, question=essay("more"))
    again = await desk.refused(DuplicateQuestion, question_id=ids["a"])
    assert (full.code, again.code) == ("QUIZ_FULL", "QUIZ_FULL")


async def test_the_questions_of_a_quiz_have_one_bound_however_they_come(desk: Desk) -> None:
    size = int((await desk.school.rows(ALL_BYTES.replace("$1", "$1::text::uuid"), desk.quiz))[0][0])
    long = "\u00e4" * 5_000
    times = (MAX_QUIZ_BYTES - size) // (2 * len(long)) - 1
    await desk.school.rows(
        "insert into questions (quiz_id, question_type, question_text, correct_answer,"
        " order_number) select $1::text::uuid, 'essay', $2, '{\"type\":\"essay\"}', n"
        " from generate_series(4, 3 + $3) n",
        desk.quiz,
        long,
        times,
    )
    ids = await desk.ids()
    assert (await desk.do(DuplicateQuestion, question_id=ids["b"])).revision
    await desk.do(AddQuestion, quiz_id=desk.quiz, question=essay(long))
    before = await desk.school.rows("select count(*), max(revision) from questions")
    many, one = {"quiz_id": desk.quiz}, ids["a"]
    large = essay(long + long)
    refused = [
        await desk.refused(AddQuestion, **many, question=large),
        await desk.refused(UpdateQuestion, question_id=one, question=large),
        await desk.refused(DuplicateQuestion, question_id=ids[long]),
        await desk.refused(CopyQuestions, **many, question_ids=(ids[long], ids["c"])),
        await desk.refused(ImportQuestions, **many, gift=f"{long}\n{long[1:]} {{}}"),
    ]
    assert {each.code for each in refused} == {"QUIZ_FULL"}
    assert await desk.school.rows("select count(*), max(revision) from questions") == before


async def test_a_quiz_that_is_larger_already_is_read_and_shrinks_but_is_not_copied(
    desk: Desk,
) -> None:
    await desk.school.rows(
        "update questions set explanation = repeat('x', $1) where question_text <> 'c'",
        MAX_QUIZ_BYTES // 2,
    )
    ids = await desk.ids()
    copied = {"quiz_id": desk.quiz, "lesson_id": desk.hall.lesson}
    assert (await desk.refused(DuplicateQuiz, **copied)).code == "QUIZ_FULL"
    await desk.do(UpdateQuiz, quiz_id=desk.quiz, title="Read")
    larger = essay("c, and more")
    grown = await desk.refused(UpdateQuestion, question_id=ids["c"], question=larger)
    assert grown.code == "QUIZ_FULL"
    shorter = msgspec.structs.replace(essay("a"), explanation="x" * 10_000)
    await desk.do(UpdateQuestion, question_id=ids["a"], question=shorter)
    await desk.do(UpdateQuestion, question_id=ids["c"], question=larger)
    assert await desk.do(DuplicateQuiz, **copied)


@pytest.mark.parametrize("write", [str.upper, lambda each: each.replace("-", ""), "{{{}}}".format])
async def test_ids_of_questions_are_read_however_they_are_written(
    desk: Desk, write: Callable[[str], str]
) -> None:
    ids = await desk.ids()
    a, b, c = (write(ids[each]) for each in "abc")
    await desk.do(UpdateQuestion, question_id=a, question=essay("a"))
    await desk.do(ReorderQuestions, quiz_id=desk.quiz, question_ids=(c, b, a))
    revision = (await desk.do(UpdateQuiz, quiz_id=desk.quiz, title="Same")).revision
    same = await desk.do(ReorderQuestions, quiz_id=desk.quiz, question_ids=(c, ids["b"], a))
    assert same.revision == revision
    await desk.do(CopyQuestions, quiz_id=desk.quiz, question_ids=(a, c))
    assert await desk.texts() == "cbaac"
    with pytest.raises(ValidationError):
        await desk.do(CopyQuestions, quiz_id=desk.quiz, question_ids=(a, ids["a"]))
    tag: dict[str, Any] = {"add": ("Once",), "remove": ()}
    assert (await desk.do(TagQuestions, question_ids=(a, b), **tag)).count == 2
    with pytest.raises(ValidationError):
        await desk.do(TagQuestions, question_ids=(a, ids["a"]), **tag)
    pool = GivenPool(name="P", draw=1, question_ids=(a, b))
    await desk.do(SetQuizPools, quiz_id=desk.quiz, pools=(pool,))
    twice = GivenPool(name="P", draw=1, question_ids=(a, ids["a"]))
    with pytest.raises(ValidationError):
        await desk.do(SetQuizPools, quiz_id=desk.quiz, pools=(twice,))
    await desk.do(DuplicateQuestion, question_id=c)
    await desk.do(DeleteQuestion, question_id=c)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (UpdateQuiz, {"quiz_id": NOBODY, "title": "x"}),
        (DeleteQuiz, {"quiz_id": "nonsense"}),
        (DeleteQuestion, {"question_id": NOBODY}),
        (UpdateQuestion, {"question_id": "nonsense", "question": TRUTH}),
    ],
)
async def test_what_is_not_there_is_not_found(
    desk: Desk, kind: type[EditCommand], fields: dict[str, Any]
) -> None:
    with pytest.raises(NotFoundError):
        await desk.do(kind, **fields)


# --- games ----------------------------------------------------------------------------------------


async def test_a_quiz_with_a_draft_is_not_started_and_says_where(desk: Desk) -> None:
    draft = {"quiz_id": desk.quiz, "question": essay(" "), "draft": True}
    added = await desk.do(AddQuestion, **draft)
    with pytest.raises(RefusedError) as refusal:
        await desk.hall.handler.handle(desk.hall.start(desk.quiz))
    assert refusal.value.code == "QUIZ_INCOMPLETE"
    assert refusal.value.details == {"question_ids": [added.question_id]}
    await desk.do(UpdateQuestion, question_id=added.question_id, question=essay("d"))
    await desk.hall.handler.handle(desk.hall.start(desk.quiz))


async def test_a_start_that_is_repeated_opens_what_it_would_have_opened(desk: Desk) -> None:
    """The first try has made the row, and its answer was lost; then somebody edits."""
    start = msgspec.structs.replace(desk.hall.start(desk.quiz), idempotency_key="once")
    first = await desk.hall.handler.handle(start)
    ids = await desk.ids()
    await desk.do(UpdateQuestion, question_id=ids["a"], question=essay("other"))
    assert await desk.hall.handler.handle(start) == first
    lobbies = [lobby for _, lobby in desk.hall.post.sent if isinstance(lobby, OpenLobby)]
    assert [lobby.questions for lobby in lobbies] == [lobbies[0].questions] * 2


async def test_a_game_outlives_its_quiz_with_its_questions(desk: Desk) -> None:
    started: Any = await desk.hall.handler.handle(desk.hall.start(desk.quiz))
    ids = await desk.ids()
    await desk.do(UpdateQuestion, question_id=ids["a"], question=essay("other"))
    await desk.do(DeleteQuestion, question_id=ids["b"])
    deleted = await desk.do(DeleteQuiz, quiz_id=desk.quiz)
    assert isinstance(deleted, QuizDeleted)
    (game,) = await desk.school.rows("select quiz_id, lesson_id::text, pin from live_quizzes")
    assert tuple(game) == (None, desk.hall.lesson, started.pin)
    rows = await desk.school.rows(
        "select question_id::text, question_text from live_quiz_questions order by order_number"
    )
    assert [tuple(row) for row in rows] == [(ids[text], text) for text in "abc"]
    (audit,) = await desk.school.rows(
        "select action, resource_id from audit_trail where resource_type = 'quiz'"
    )
    assert tuple(audit) == ("delete", desk.quiz)


async def test_deleting_a_lesson_leaves_the_games_to_the_course(desk: Desk) -> None:
    await desk.hall.handler.handle(desk.hall.start(desk.quiz))
    await desk.school.rows("delete from lessons where id::text = $1", desk.hall.lesson)
    (game,) = await desk.school.rows("select quiz_id, lesson_id, course_id::text from live_quizzes")
    assert tuple(game) == (None, None, desk.hall.course)
    await desk.school.rows("delete from courses")
    assert await desk.school.rows("select from live_quiz_questions") == []


async def test_a_message_of_another_handler_is_none_of_its_business(desk: Desk) -> None:
    with pytest.raises(TypeError):
        await desk.hall.handler.handle(Message())


# --- questions from elsewhere ---------------------------------------------------------------------


async def test_questions_are_copied_from_all_of_ones_courses_in_the_order_named(desk: Desk) -> None:
    course, lesson = await desk.school.published_course(desk.hall.teacher)
    other = await desk.do(DuplicateQuiz, quiz_id=desk.quiz, lesson_id=lesson)
    await desk.do(AddQuestion, quiz_id=other.quiz_id, question=essay("x"))
    await desk.school.rows("update courses set status = 'archived' where id::text = $1", course)
    ids = await desk.ids()
    added = await desk.do(CopyQuestions, quiz_id=desk.quiz, question_ids=(ids["x"], ids["b"]))
    assert isinstance(added, QuestionsAdded)
    assert (added.question_count, added.revision) == (2, await desk.revision())
    assert await desk.texts() == "abcxb"
    archived = await desk.refused(CopyQuestions, quiz_id=other.quiz_id, question_ids=(ids["a"],))
    assert archived.code == "COURSE_ARCHIVED"


async def test_questions_of_others_are_not_copied(desk: Desk) -> None:
    ids = await desk.ids()
    stranger = await desk.school.user("educator")
    _, lesson = await desk.school.published_course(stranger)
    theirs = {"by": stranger, "lesson_id": lesson}
    quiz = await desk.do(CreateQuiz, **theirs, settings=QuizSettings(title="B"), questions=())
    with pytest.raises(AuthorizationError):
        await desk.do(CopyQuestions, by=stranger, quiz_id=quiz.quiz_id, question_ids=(ids["a"],))
    with pytest.raises(NotFoundError):
        await desk.do(CopyQuestions, quiz_id=desk.quiz, question_ids=(ids["a"], NOBODY))
    for wrong in ((), (ids["a"], ids["a"]), (NOBODY,) * (MAX_QUESTIONS + 1)):
        with pytest.raises(ValidationError):
            await desk.do(CopyQuestions, quiz_id=desk.quiz, question_ids=wrong)


async def test_a_text_is_looked_at_before_it_is_appended(desk: Desk) -> None:
    gift = "d {=x}\n\nno question\n\n[html]<b>e</b> {T}"
    read = await desk.do(PreviewQuestions, quiz_id=desk.quiz, gift=gift)
    assert isinstance(read, QuestionsRead)
    assert [(each.line, each.question.text) for each in read.questions] == [(1, "d"), (5, "e")]
    assert await desk.texts() == "abc"
    added = await desk.do(ImportQuestions, quiz_id=desk.quiz, gift=gift)
    assert isinstance(added, QuestionsAdded)
    assert added.skipped == read.skipped == ("line 3: a description is not a question",)
    assert await desk.texts() == "abcde"


async def test_a_text_with_nothing_in_it_is_shown_with_what_is_wrong_and_not_appended(
    desk: Desk,
) -> None:
    read = await desk.do(PreviewQuestions, quiz_id=desk.quiz, gift="none")
    assert (read.questions, read.skipped) == ((), ("line 1: a description is not a question",))
    with pytest.raises(ValidationError):
        await desk.do(ImportQuestions, quiz_id=desk.quiz, gift="none")
    with pytest.raises(ValidationError):
        await desk.do(PreviewQuestions, quiz_id=desk.quiz, gift="x" * 1_000_001)


async def test_a_repetition_that_waited_for_the_first_import_gets_its_answer(desk: Desk) -> None:
    replies = []

    async def attempt() -> None:
        command = {"quiz_id": desk.quiz, "gift": "d {=x}", "idempotency_key": "once"}
        replies.append(await desk.do(ImportQuestions, **command))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(attempt)
        nursery.start_soon(attempt)
    assert replies[0] == replies[1]
    assert await desk.texts() == "abcd"


async def test_an_import_that_does_not_fit_is_refused_whole(desk: Desk) -> None:
    gift = "\n\n".join(f"q{n} {{T}}" for n in range(MAX_QUESTIONS - 2))
    full = await desk.refused(ImportQuestions, quiz_id=desk.quiz, gift=gift)
    assert full.code == "QUIZ_FULL"
    assert await desk.texts() == "abc"


async def test_who_helps_to_teach_exports_what_is_finished(desk: Desk) -> None:
    await desk.do(AddQuestion, quiz_id=desk.quiz, question=essay(""), draft=True)
    exported = await desk.do(ExportQuiz, quiz_id=desk.quiz)
    assert isinstance(exported, QuizExported)
    assert exported.title == "A"
    gift = exported.content.decode()
    assert gift.startswith("// 1 unfinished questions are left out\n\n[plain]a{}\n")
    added = await desk.do(ImportQuestions, quiz_id=desk.quiz, gift=gift)
    assert (added.question_count, added.skipped) == (3, ())
    with pytest.raises(AuthorizationError):
        await desk.do(ExportQuiz, quiz_id=desk.quiz, by=await desk.school.user("educator"))
