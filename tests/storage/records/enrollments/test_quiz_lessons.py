"""Completing quiz lessons in a real database: only with a result of the lesson's own quiz."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from protocol.courses.commands import AddLesson
from protocol.courses.values import LessonType
from protocol.enrollments import ProgressStatus
from protocol.errors import RefusedError
from storage.postgres import Database
from tests.storage.records.school import School

NEW_QUIZ = """
insert into quizzes (id, lesson_id, title, quiz_type, passing_score_percentage)
values ($1, $2, 'The planets', 'formative', 50)
"""
NEW_GAME = """
insert into live_quizzes
    (id, course_id, quiz_id, lesson_id, host_id, title, question_count, phase)
select $1, $2, id, lesson_id, $4, title, 1, $5 from quizzes where id = $3
"""
NEW_RESULT = """
insert into live_quiz_results
    (live_quiz_id, player_id, user_id, nickname, score, rank, correct, answered)
values ($1, $2, $3, 'Mira', 0, 1, 0, 0)
"""


class Quizzed:
    """A published course of one text lesson and two quiz lessons, and a student in it."""

    def __init__(self, database: Database) -> None:
        self.school = School(database)

    async def furnish(self) -> None:
        school = self.school
        self.teacher, self.student = await school.user("educator"), await school.user()
        self.course = await school.course(self.teacher)
        module = await school.module(self.teacher, self.course)
        self.text = await school.lesson(self.teacher, module)
        self.lessons = [await self._quiz_lesson(module, title) for title in ("One", "Two")]
        self.quizzes = [str(uuid4()) for _ in self.lessons]
        for quiz, lesson in zip(self.quizzes, self.lessons, strict=True):
            await school.rows(NEW_QUIZ, UUID(quiz), UUID(lesson))
        await school.rows("update courses set status = 'published'")
        self.enrollment = (await school.enroll(self.student, self.course)).enrollment_id

    async def _quiz_lesson(self, module: str, title: str) -> str:
        command = AddLesson(
            by=self.teacher, by_role="educator", module_id=module, title=title, type=LessonType.QUIZ
        )
        added: Any = await self.school.courses.handle(command)
        return str(added.lesson_id)

    async def play(self, quiz: int, *players: str | None, phase: str = "finished") -> str:
        """A game of that quiz with these players on its board, None for a guest."""
        game = uuid4()
        await self.school.rows(
            NEW_GAME,
            game,
            UUID(self.course),
            UUID(self.quizzes[quiz]),
            UUID(self.teacher),
            phase,
        )
        for player in players:
            user = None if player is None else UUID(player)
            await self.school.rows(NEW_RESULT, game, player or "guest-1", user)
        return str(game)

    async def complete(self, lesson: str) -> None:
        await self.school.complete(self.student, self.enrollment, lesson)

    async def refused(self, lesson: str) -> bool:
        try:
            await self.complete(lesson)
        except RefusedError as refusal:
            return refusal.code == "QUIZ_NOT_TAKEN"
        return False

    async def percentage(self) -> float:
        (row,) = await self.school.rows("select progress_percentage::float from enrollments")
        return float(row["progress_percentage"])


@pytest.fixture
async def quizzed(database: Database) -> Quizzed:
    quizzed = Quizzed(database)
    await quizzed.furnish()
    return quizzed


async def test_a_quiz_lesson_is_not_completed_by_saying_so(quizzed: Quizzed) -> None:
    (lesson, other), student = quizzed.lessons, quizzed.student
    await quizzed.complete(quizzed.text)
    before = await quizzed.percentage()
    assert await quizzed.refused(lesson)
    # Neither somebody else's result counts, nor a guest's, nor one of a game that still runs, nor
    # one of another lesson's quiz.
    await quizzed.play(0, await quizzed.school.user(), None)
    await quizzed.play(0, student, phase="leaderboard")
    await quizzed.play(1, student)
    assert await quizzed.refused(lesson)
    assert await quizzed.percentage() == before
    assert await quizzed.school.announced("enrollments.course_completed") == 0
    await quizzed.complete(other)


async def test_a_finished_game_lets_its_players_complete_the_lesson(quizzed: Quizzed) -> None:
    student = quizzed.student
    await quizzed.complete(quizzed.text)
    for number, lesson in enumerate(quizzed.lessons):
        assert await quizzed.refused(lesson)
        await quizzed.play(number, student)
        await quizzed.complete(lesson)
    assert await quizzed.percentage() == 100
    assert await quizzed.school.announced("enrollments.course_completed") == 1


async def test_working_on_a_quiz_lesson_needs_no_result(quizzed: Quizzed) -> None:
    """Neither before it is completed nor afterwards, when the game may be gone."""
    lesson = quizzed.lessons[0]

    async def report(status: ProgressStatus) -> None:
        await quizzed.school.advance(
            quizzed.student, quizzed.enrollment, lesson, status=status, add_seconds=60
        )

    await report(ProgressStatus.IN_PROGRESS)
    game = await quizzed.play(0, quizzed.student)
    await report(ProgressStatus.COMPLETED)
    await quizzed.school.rows("delete from live_quizzes where id = $1", UUID(game))
    await report(ProgressStatus.IN_PROGRESS)
    await report(ProgressStatus.COMPLETED)
    (row,) = await quizzed.school.rows(
        "select status, time_spent_seconds from lesson_progress where lesson_id = $1", UUID(lesson)
    )
    assert (row["status"], row["time_spent_seconds"]) == ("completed", 240)
