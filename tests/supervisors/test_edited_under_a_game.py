"""A quiz is changed and deleted under a game, which notices nothing, and neither do its results."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.assessments.exports import read_results
from protocol.assessments.editing import DeleteQuestion, DeleteQuiz, UpdateQuestion, UpdateQuiz
from protocol.assessments.live.commands import AttachHost, EndGame, NextStep, SubmitAnswer
from protocol.assessments.quizzes import EssayKey, Question, QuestionType
from protocol.envelope import Address
from protocol.selection import Viewer
from storage.postgres import Database
from storage.reads.reads import CompiledReads
from tests.actors.assessments.test_assessments_handler import Hall
from tests.supervisors.test_game_archive import Archivist, leave_memory
from tests.supervisors.test_histories import Rig, directory_on

OTHER = Question(id="", type=QuestionType.ESSAY, text="Something else", key=EssayKey())


@pytest.fixture
async def rig(database: Database) -> AsyncIterator[Rig]:
    """A game in which the first of two questions was played."""
    hall = Hall(database)
    await hall.furnish()
    async with directory_on(database) as directory:
        rig = Rig(database, hall, directory)
        await rig.begin()
        yield rig


async def edit(rig: Rig, kind: Any, **fields: Any) -> None:
    by = {"by": rig.hall.teacher, "by_role": "educator"}
    await rig.directory.ask(Address("assessments", ""), kind(**by, **fields))


async def tear_up(rig: Rig) -> None:
    """Change everything about the quiz, and then delete it."""
    first, second = [
        row["id"] for row in await rig.sql("select id::text from questions order by order_number")
    ]
    (quiz,) = [row["id"] for row in await rig.sql("select id::text from quizzes")]
    await edit(rig, UpdateQuestion, question_id=first, question=OTHER)
    await edit(rig, DeleteQuestion, question_id=second)
    await edit(rig, UpdateQuiz, quiz_id=quiz, title="Other")
    await edit(rig, DeleteQuiz, quiz_id=quiz)


async def play_on(rig: Rig) -> str:
    """The second question, whose text it returns; then the game is over."""
    view = await rig.ask(AttachHost(user_id=rig.hall.teacher, connection_id="h"))
    await rig.ask(NextStep(by=rig.hall.teacher, command_id="on", from_step=view.step))
    view = await rig.ask(AttachHost(user_id=rig.hall.teacher, connection_id="h"))
    await rig.ask(
        SubmitAnswer(
            player_id="p1",
            question_index=1,
            answer_id="a",
            answer=True,
            received_at=rig.directory.clock.now(),
        )
    )
    await rig.ask(EndGame(by=rig.hall.teacher, command_id="end"))
    assert (view.question.index, view.question.total) == (1, 2)
    return str(view.question.text)


async def test_a_running_game_goes_on_with_the_questions_it_began_with(rig: Rig) -> None:
    await tear_up(rig)
    await leave_memory(rig)
    assert await play_on(rig) == "Is it?"
    (row,) = await rig.sql("select phase, pin, quiz_id, title from live_quizzes")
    assert tuple(row) == ("finished", None, None, "A quiz")


async def test_results_are_read_with_the_questions_that_were_played(rig: Rig) -> None:
    await play_on(rig)
    reads = CompiledReads(rig.database)
    teacher = Viewer(user_id=rig.hall.teacher, role="educator")
    table = await read_results(reads, rig.game.key, teacher)
    assert next(name for name in table.header if name.startswith("Q1")) == "Q1 Is it?"
    assert [row[1] for row in table.rows] == ["p1", "p2"]
    assert table.rows[0][9:11] == ["true", table.rows[0][3]]
    await tear_up(rig)
    assert await read_results(reads, rig.game.key, teacher) == table


async def test_a_game_whose_quiz_is_gone_is_archived_like_any_other(rig: Rig) -> None:
    await tear_up(rig)
    await play_on(rig)
    await leave_memory(rig)
    archivist = Archivist(rig.database)
    assert await archivist.run() > 0
    assert await rig.sql("select key from journal_archives")
    assert await archivist.run() == 0
