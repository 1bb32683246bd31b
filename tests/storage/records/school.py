"""A school in a real database, made through the records ports, and a clock that is set by hand."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from actors.courses.handler import CoursesHandler
from actors.enrollments.handler import EnrollmentsHandler
from protocol.courses.commands import AddLesson, AddModule, CreateCourse
from protocol.courses.commands import PublishCourse as Publish
from protocol.courses.values import Difficulty, LessonType
from protocol.enrollments import (
    EnrollInCourse,
    LessonMoved,
    ProgressStatus,
    UpdateLessonProgress,
    WithdrawEnrollment,
)
from protocol.records.users import NewAccount, OneTimeToken
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Database
from storage.records.courses import course_ports
from storage.records.enrollments import PostgresEnrollmentRecords, PostgresInvitationRecords
from storage.records.lesson_contents import CONTENTS
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from storage.seal import JwtSeal
from tests.support.fakes import FakeThrottle, Shelf
from tests.support.pictures import AsItIs, shelf_of

NOW = 1_790_000_000_000


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self, now: int = NOW) -> None:
        self.at = now

    def now(self) -> int:
        return self.at


@asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[School]:
    """A school for one example of a property, each of which has an event loop of its own."""
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, database_url, max_size=4)
        try:
            yield School(database)
        finally:
            await database.close()


class School:
    """Makes what a test needs, with as few words as possible."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = SetClock()
        self.shelf, self.cleaner = Shelf(), AsItIs()
        self.users = user_ports(database, PERSONAL).accounts
        self.courses = CoursesHandler(
            records=partial(course_ports, database, CONTENTS),
            pictures=shelf_of(database, self.shelf, self.clock, self.cleaner),
            clock=self.clock,
            random=os.urandom,
            throttle=FakeThrottle(),
        )
        self.enrollments = EnrollmentsHandler(
            records=PostgresEnrollmentRecords(database),
            invitations=PostgresInvitationRecords(database),
            seal=JwtSeal(b"s" * 32, self.clock, lifetime_seconds=7 * 24 * 3600),
            clock=self.clock,
            random=os.urandom,
        )

    async def user(self, role: str = "student", name: str = "Mira Okafor") -> str:
        user_id = str(uuid4())
        await self.users.create(
            NewAccount(
                id=user_id,
                email=f"{user_id}@school.example",
                password_hash="x",
                role=role,
                full_name=name,
                verification=OneTimeToken(digest=user_id, expires_at=self.clock.now()),
                at=self.clock.now(),
            )
        )
        return user_id

    async def course(self, teacher: str, title: str = "The sky", **more: Any) -> str:
        made = await self.courses.handle(
            CreateCourse(
                by=teacher,
                by_role="educator",
                title=title,
                description="Stars and planets",
                category="science",
                difficulty=Difficulty.BEGINNER,
                **more,
            )
        )
        return str(made.course_id)  # type: ignore[attr-defined]

    async def module(self, teacher: str, course_id: str, title: str = "One") -> str:
        added = await self.courses.handle(
            AddModule(by=teacher, by_role="educator", course_id=course_id, title=title)
        )
        return str(added.module_id)  # type: ignore[attr-defined]

    async def lesson(self, teacher: str, module_id: str, title: str = "A text") -> str:
        added = await self.courses.handle(
            AddLesson(
                by=teacher,
                by_role="educator",
                module_id=module_id,
                title=title,
                type=LessonType.TEXT,
                content_text="Look up.",
            )
        )
        return str(added.lesson_id)  # type: ignore[attr-defined]

    async def published_course(self, teacher: str, **more: Any) -> tuple[str, str]:
        """A course of three modules with a lesson each, and its last lesson."""
        course_id = await self.course(teacher, **more)
        lesson_id = ""
        for title in ("One", "Two", "Three"):
            lesson_id = await self.lesson(teacher, await self.module(teacher, course_id, title))
        await self.courses.handle(Publish(by=teacher, by_role="educator", course_id=course_id))
        return course_id, lesson_id

    async def enroll(self, student: str, course_id: str) -> Any:
        return await self.enrollments.handle(
            EnrollInCourse(by=student, by_role="student", course_id=course_id)
        )

    async def advance(
        self, student: str, enrollment_id: str, lesson_id: str, **more: Any
    ) -> LessonMoved:
        moved = await self.enrollments.handle(
            UpdateLessonProgress(
                by=student,
                by_role="student",
                enrollment_id=enrollment_id,
                lesson_id=lesson_id,
                **more,
            )
        )
        assert isinstance(moved, LessonMoved)
        return moved

    async def complete(self, student: str, enrollment_id: str, lesson_id: str) -> None:
        await self.advance(student, enrollment_id, lesson_id, status=ProgressStatus.COMPLETED)

    async def withdraw(
        self, by: str, enrollment_id: str, role: str = "student", **more: Any
    ) -> Any:
        return await self.enrollments.handle(
            WithdrawEnrollment(by=by, by_role=role, enrollment_id=enrollment_id, **more)
        )

    async def rows(self, statement: str, *arguments: Any) -> list[Any]:
        async def unit(connection: Any) -> list[Any]:
            return list(await connection.fetch(statement, *arguments))

        return await self.database.run(unit)

    async def announced(self, tag: str) -> int:
        """How many events of that tag wait in the outbox."""
        rows = await self.rows("select convert_from(event, 'UTF8') as event from outbox")
        return sum(f'"type":"{tag}"' in row["event"] for row in rows)


def as_key(user_id: str) -> UUID:
    """For the parts that take the id as the database has it."""
    return UUID(user_id)
