"""Pairs of changes to the same rows, tried at the same moment: each ends in a specified answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import asyncpg
import pytest
import trio

from protocol.assessments.quizzes import QuizSettings
from protocol.courses.commands import (
    AddLesson,
    DeleteLesson,
    DeleteModule,
    SetLessonPrerequisites,
    UpdateLesson,
)
from protocol.courses.values import LessonType
from protocol.errors import NotFoundError, RefusedError
from protocol.records.assessments import NewQuiz
from storage.postgres import Database
from storage.records.assessments import PostgresAssessmentRecords
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from tests.storage.records.courses.teaching import do
from tests.storage.records.school import NOW, School

ROUNDS = 12
DONE, GONE = "done", "NOT_FOUND"

Try = Callable[[], Awaitable[Any]]


async def at_once(*tries: Try) -> list[str]:
    """What became of each. Anything but done and not found is a fault, and is raised."""
    outcomes = [""] * len(tries)

    async def attempt(n: int) -> None:
        try:
            await tries[n]()
            outcomes[n] = DONE
        except (NotFoundError, RefusedError) as refusal:
            outcomes[n] = refusal.code

    async with trio.open_nursery() as nursery:
        for n in range(len(tries)):
            nursery.start_soon(attempt, n)
    return outcomes


class Bench:
    """One course with a module of two lessons, and what a teacher may try on them."""

    def __init__(self, school: School, teacher: str, module: str, lessons: tuple[str, str]) -> None:
        self.school, self.teacher, self.module, self.lessons = school, teacher, module, lessons

    @classmethod
    async def made(cls, database: Database) -> Bench:
        school = School(database)
        teacher = await school.user("educator")
        module = await school.module(teacher, await school.course(teacher))
        one, two = [await school.lesson(teacher, module) for _ in range(2)]
        return cls(school, teacher, module, (one, two))

    async def delete_lesson(self) -> None:
        await do(self.school, DeleteLesson, self.teacher, lesson_id=self.lessons[0])

    async def update_lesson(self) -> None:
        await do(self.school, UpdateLesson, self.teacher, lesson_id=self.lessons[0], title="New")

    async def set_prerequisites(self) -> None:
        lesson, needed = self.lessons
        ids = (needed,)
        command = SetLessonPrerequisites
        await do(self.school, command, self.teacher, lesson_id=lesson, prerequisite_ids=ids)

    async def create_quiz(self) -> None:
        quiz = NewQuiz(
            id=self.module,
            by=self.teacher,
            lesson_id=self.lessons[0],
            settings=QuizSettings(title="Quiz"),
            questions=(),
            at=NOW,
        )
        await PostgresAssessmentRecords(self.school.database).create_quiz(quiz, lambda course: None)

    async def delete_module(self) -> None:
        await do(self.school, DeleteModule, self.teacher, module_id=self.module)

    async def add_lesson(self) -> None:
        await do(
            self.school,
            AddLesson,
            self.teacher,
            module_id=self.module,
            title="More",
            type=LessonType.TEXT,
            content_text="Look up.",
        )


@pytest.mark.parametrize(
    ("deletion", "beside"),
    [
        ("delete_lesson", "update_lesson"),
        ("delete_lesson", "set_prerequisites"),
        ("delete_lesson", "create_quiz"),
        ("delete_module", "add_lesson"),
        ("delete_module", "update_lesson"),
        ("delete_module", "delete_lesson"),
    ],
)
async def test_a_change_beside_a_deletion_is_made_or_finds_nothing(
    database: Database, deletion: str, beside: str
) -> None:
    for _ in range(ROUNDS):
        bench = await Bench.made(database)
        outcomes = await at_once(getattr(bench, deletion), getattr(bench, beside))
        assert outcomes[0] == DONE
        assert outcomes[1] in (DONE, GONE)


@pytest.mark.parametrize("deletion", ["delete_lesson", "delete_module"])
async def test_of_two_deletions_one_is_done(database: Database, deletion: str) -> None:
    for _ in range(ROUNDS):
        bench = await Bench.made(database)
        outcomes = await at_once(getattr(bench, deletion), getattr(bench, deletion))
        assert sorted(outcomes) == [GONE, DONE]


async def test_an_erasure_beside_progress_is_done(database: Database) -> None:
    school = School(database)
    accounts = user_ports(database, PERSONAL).administration
    course, lesson = await school.published_course(await school.user("educator"))
    for _ in range(ROUNDS):
        student = await school.user()
        enrolled = await school.enroll(student, course)
        outcomes = await at_once(
            partial(accounts.erase, student, student, NOW, lambda facts: None),
            partial(school.complete, student, enrolled.enrollment_id, lesson),
        )
        assert outcomes[0] == DONE
        assert outcomes[1] in (DONE, "NOT_ENROLLED")


async def test_whoever_is_erased_is_not_enrolled_afterwards(database: Database) -> None:
    school = School(database)
    accounts = user_ports(database, PERSONAL).administration
    course, _ = await school.published_course(await school.user("educator"))
    student = await school.user()
    await accounts.erase(student, student, NOW, lambda facts: None)
    with pytest.raises(NotFoundError):
        await school.enroll(student, course)
    for _ in range(ROUNDS):
        student = await school.user()
        outcomes = await at_once(
            partial(accounts.erase, student, student, NOW, lambda facts: None),
            partial(school.enroll, student, course),
        )
        assert outcomes[0] == DONE
        assert outcomes[1] in (DONE, GONE)


@pytest.mark.parametrize("collisions", [1, 2])
async def test_a_deadlock_is_tried_again(database: Database, collisions: int) -> None:
    tries = 0

    async def unit(_: Any) -> str:
        nonlocal tries
        tries += 1
        if tries <= collisions:
            raise asyncpg.DeadlockDetectedError("deadlock detected")
        return "through"

    assert await database.run(unit) == "through"
    assert tries == collisions + 1
