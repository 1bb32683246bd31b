"""Loading of the demonstration school, through the same commands that clients use.

Only the students are plain rows, with the educator's password: hashing it forty times is slow.

Loading twice changes nothing, because existing parts are found and not created again. A school left
incomplete by an interrupted start is completed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from typing import Any

import msgspec

from protocol.assessments.live.commands import StartLiveQuiz
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.quizzes import ImportGift, QuizSettings
from protocol.courses.commands import AddLesson, AddModule, CreateCourse
from protocol.courses.commands import PublishCourse as Publish
from protocol.courses.values import Difficulty, LessonType
from protocol.enrollments import EnrollInCourse
from protocol.envelope import Address, Message
from protocol.errors import ConflictError
from protocol.ports import Post
from protocol.users.commands import Register
from protocol.users.values import Role
from storage.postgres import Database
from storage.records.demo import (
    DemoState,
    confirm_address,
    discard_half_made,
    find_demo,
    make_students,
)

EDUCATOR = "vera@demo.stoa"
EDUCATOR_NAME = "Vera Castellan"
TITLE = "A walk through the solar system"
PASSWORD = "Demo-school-1"  # noqa: S105 - printed on purpose; production refuses the demonstration
STUDENTS = 40
ASK_SECONDS = 60.0

FIRST_NAMES = (
    *("Amara", "Ben", "Chloé", "Dmitri", "Elif", "Farid", "Greta", "Hana", "Ines", "Jonas"),
    *("Keiko", "Luca", "Mira", "Noah", "Olga", "Pedro", "Quinn", "Rosa", "Samir", "Tessa"),
)
LAST_NAMES = ("Okafor", "Lindqvist")

MODULES = (
    (
        "The Sun and its family",
        (
            ("What belongs to the solar system", "The Sun holds 99.8% of all the mass there is."),
            ("How it began", "A cloud of gas and dust fell together 4.6 billion years ago."),
        ),
    ),
    (
        "The rocky planets",
        (("Mercury to Mars", "Four worlds of stone, and only one of them with oceans."),),
    ),
    (
        "The giants and beyond",
        (("Jupiter to Neptune", "Giants with rings, storms and more than two hundred moons."),),
    ),
)


class School(msgspec.Struct, frozen=True, kw_only=True):
    """What a person needs to look around in the school."""

    educator: str = EDUCATOR
    password: str = PASSWORD
    student: str
    live_quiz_id: str
    pin: str


Progress = Callable[[str], None]


def student_email(number: int) -> str:
    """The e-mail address of the `number`-th student, counted from 1."""
    return f"student{number:02d}@demo.stoa"


def student_name(number: int) -> str:
    """A name for the `number`-th student."""
    first = FIRST_NAMES[(number - 1) % len(FIRST_NAMES)]
    return f"{first} {LAST_NAMES[(number - 1) // len(FIRST_NAMES) % len(LAST_NAMES)]}"


async def load_school(post: Post, database: Database, progress: Progress) -> School:
    """Create or complete the school, and make sure that a game of its quiz runs or waits."""
    await _register_educator(post)
    await database.run(partial(confirm_address, EDUCATOR))
    state = await database.run(partial(find_demo, EDUCATOR))
    assert state.educator_id is not None
    course_id = state.course_id
    if course_id is None:
        progress("making the course")
        await database.run(partial(discard_half_made, EDUCATOR, TITLE))
        course_id = await _Author(post, state.educator_id).make_course()
    if state.enrolled < STUDENTS:
        await _make_students(post, database, course_id, progress)
    state = await database.run(partial(find_demo, EDUCATOR))
    live_quiz_id, pin = await _game(post, state)
    return School(student=student_email(1), live_quiz_id=live_quiz_id, pin=pin)


async def _register_educator(post: Post) -> None:
    command = Register(
        email=EDUCATOR,
        password=PASSWORD,
        full_name=EDUCATOR_NAME,
        role=Role.EDUCATOR,
        device="demo",
    )
    with contextlib.suppress(ConflictError):  # registered by an earlier start
        await post.ask(Address("users", ""), command, timeout_seconds=ASK_SECONDS)


class _Author:
    """The educator at work: each step is the command a client would send."""

    def __init__(self, post: Post, educator_id: str) -> None:
        self._post, self._educator_id = post, educator_id

    async def make_course(self) -> str:
        """Create the published course with its quiz; returns its id."""
        created = await self._ask(
            CreateCourse,
            title=TITLE,
            description="Eight planets, one star, and a quiz at the end.",
            category="science",
            difficulty=Difficulty.BEGINNER,
        )
        course_id = str(created.course_id)
        module_id = ""
        for title, lessons in MODULES:
            module_id = (await self._ask(AddModule, course_id=course_id, title=title)).module_id
            for lesson, text in lessons:
                await self._add_lesson(module_id, lesson, LessonType.TEXT, text)
        lesson = await self._add_lesson(module_id, "The great quiz", LessonType.QUIZ)
        await self._ask(
            ImportGift,
            domain="assessments",
            lesson_id=lesson.lesson_id,
            settings=QuizSettings(title=TITLE),
            gift=(files("supervisors.demo") / "solar_system.gift").read_text("utf-8"),
        )
        await self._ask(Publish, course_id=course_id)
        return course_id

    async def _add_lesson(
        self, module_id: str, title: str, kind: LessonType, text: str | None = None
    ) -> Any:
        return await self._ask(
            AddLesson,
            module_id=module_id,
            title=title,
            type=kind,
            content_text=text,
            duration_minutes=10,
        )

    async def _ask(
        self, command: Callable[..., Message], domain: str = "courses", **fields: Any
    ) -> Any:
        message = command(by=self._educator_id, by_role="educator", **fields)
        return await self._post.ask(Address(domain, ""), message, timeout_seconds=ASK_SECONDS)


async def _make_students(
    post: Post, database: Database, course_id: str, progress: Progress
) -> None:
    """Make and enrol missing students."""
    people = {student_email(n): student_name(n) for n in range(1, STUDENTS + 1)}
    await database.run(partial(make_students, EDUCATOR, people))
    state = await database.run(partial(find_demo, EDUCATOR))
    for number, student_id in enumerate(state.students.values(), start=1):
        with contextlib.suppress(ConflictError):  # enrolled by an earlier, interrupted start
            await post.ask(
                Address("enrollments", ""),
                EnrollInCourse(by=student_id, by_role="student", course_id=course_id),
            )
        progress(f"enrolling students {number}/{STUDENTS}")


async def _game(post: Post, state: DemoState) -> tuple[str, str]:
    """The id and the PIN of the game that runs, of a lobby that waits, or of a new one."""
    if state.live_quiz_id and state.pin:
        return state.live_quiz_id, state.pin
    assert state.educator_id is not None
    assert state.quiz_id is not None
    started = await post.ask(
        Address("assessments", ""),
        StartLiveQuiz(
            by=state.educator_id,
            by_role="educator",
            quiz_id=state.quiz_id,
            config=LiveConfig(shuffle_options=True, streaks=True),
        ),
    )
    return started.live_quiz_id, started.pin
