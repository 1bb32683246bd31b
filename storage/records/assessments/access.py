"""Who may take a quiz, and how long, in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from protocol.assessments.access import AccommodateInQuiz, QuizAccess, QuizAccommodationSet
from protocol.envelope import Address
from protocol.errors import NotFoundError
from protocol.records.assessments import AccessChange
from protocol.records.common import CourseFacts, CourseRule
from storage.postgres import Database
from storage.records.announcing import announce
from storage.records.assessments.locked import LockedQuiz, locked_quiz
from storage.records.audit import note
from storage.records.course_facts import course_of_quiz_facts
from storage.records.values import as_uuid, json_text, maybe_uuid

ACCESS = "select password_hash, networks::text, invited_only from quiz_access where quiz_id = $1"
INVITED = "select exists (select from quiz_invitations where quiz_id = $1 and enrollment_id = $2)"
KEEP = "insert into quiz_access (quiz_id) values ($1) on conflict do nothing"
SET = {
    "password_hash": "update quiz_access set password_hash = $2 where quiz_id = $1",
    "networks": "update quiz_access set networks = $2::text::jsonb where quiz_id = $1",
    "invited": "update quiz_access set invited_only = $2 where quiz_id = $1",
}
STUDENTS = """
select student_id::text, id from enrollments
where course_id = $1 and student_id = any($2::uuid[]) order by id for key share
"""
UNINVITE = "delete from quiz_invitations where quiz_id = $1 and enrollment_id <> all($2)"
INVITE = """
insert into quiz_invitations (quiz_id, enrollment_id) select $1, unnest($2::uuid[])
on conflict do nothing
"""
STUDENT = """
select id, student_id::text from enrollments where course_id = $1 and student_id = $2 for key share
"""
ACCOMMODATE = """
insert into quiz_accommodations (quiz_id, enrollment_id, extra_time, unlimited)
values ($1, $2, $3, $4)
on conflict (quiz_id, enrollment_id)
do update set extra_time = excluded.extra_time, unlimited = excluded.unlimited
"""
AS_IN_COURSE = "delete from quiz_accommodations where quiz_id = $1 and enrollment_id = $2"
PASSWORD = "select password_hash from quiz_access where quiz_id = $1"  # noqa: S105
NETWORKS = """
select a.networks::text from quiz_submissions s join quiz_access a on a.quiz_id = s.quiz_id
where s.id = $1 and s.student_id = $2
"""


class PostgresQuizAccess:
    """Implements `protocol.records.assessments.QuizAccessRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def course_of(self, quiz_id: str) -> CourseFacts:
        """The course of a quiz. Raises `NotFoundError`."""
        return await self._database.run(
            lambda connection: course_of_quiz_facts(connection, quiz_id), transaction=False
        )

    async def set_access(self, change: AccessChange, by: str, at: int, rule: CourseRule) -> None:
        """Raises `NotFoundError` for a quiz, and for a user who was never a student there."""

        async def unit(connection: Any) -> None:
            quiz = await locked_quiz(connection, change.quiz_id)
            rule(quiz.course)
            await connection.execute(KEEP, quiz.key)
            values = _values(change)
            for name, value in values.items():
                await connection.execute(SET[name], quiz.key, value)
            if isinstance(change.invited, tuple):
                await _invite(connection, quiz, change.invited)
            course, parts = quiz.course.id, sorted(name.removesuffix("_hash") for name in values)
            where = ("quiz", str(quiz.key), at)
            await note(connection, by, "set_access", *where, course=course, parts=parts)

        await self._database.run(unit)

    async def accommodate(
        self, command: AccommodateInQuiz, at: int, rule: CourseRule
    ) -> QuizAccommodationSet:
        """Raises `NotFoundError`."""

        async def unit(connection: Any) -> QuizAccommodationSet:
            quiz = await locked_quiz(connection, command.quiz_id)
            rule(quiz.course)
            student = maybe_uuid(command.user_id)
            row = await connection.fetchrow(STUDENT, UUID(quiz.course.id), student)
            if row is None:
                raise NotFoundError("student", command.user_id)
            keys = quiz.key, row["id"]
            if command.extra_time is None:
                await connection.execute(AS_IN_COURSE, *keys)
            else:
                values = command.extra_time, command.unlimited
                await connection.execute(ACCOMMODATE, *keys, *values)
            return await _accommodated(connection, quiz, row, command.by, at)

        return await self._database.run(unit)

    async def password_of(self, quiz_id: str) -> str | None:
        """The hash of the quiz's password; None without one."""

        async def unit(connection: Any) -> str | None:
            hashed: str | None = await connection.fetchval(PASSWORD, maybe_uuid(quiz_id))
            return hashed

        return await self._database.run(unit, transaction=False)

    async def networks_of(self, submission_id: str, student_id: str) -> tuple[str, ...]:
        """From where that student's attempt may be taken."""

        async def unit(connection: Any) -> tuple[str, ...]:
            keys = maybe_uuid(submission_id), maybe_uuid(student_id)
            return _networks(await connection.fetchval(NETWORKS, *keys))

        return await self._database.run(unit, transaction=False)


def _values(change: AccessChange) -> Mapping[str, Any]:
    """The columns that are set, by the name of the part."""
    found: dict[str, Any] = {}
    if change.password_hash is not UNSET:
        found["password_hash"] = change.password_hash
    if change.networks is not UNSET:
        found["networks"] = json_text(change.networks)
    if change.invited is not UNSET:
        found["invited"] = change.invited is not None
    return found


async def _invite(connection: Any, quiz: LockedQuiz, users: tuple[str, ...]) -> None:
    """These students of the course, and no others."""
    keys = [as_uuid(user, "student") for user in users]
    rows = await connection.fetch(STUDENTS, UUID(quiz.course.id), keys)
    known = {row["student_id"] for row in rows}
    for key in map(str, keys):
        if key not in known:
            raise NotFoundError("student", key)
    enrollments = [row["id"] for row in rows]
    await connection.execute(UNINVITE, quiz.key, enrollments)
    await connection.execute(INVITE, quiz.key, enrollments)


async def _accommodated(
    connection: Any, quiz: LockedQuiz, row: Any, by: str, at: int
) -> QuizAccommodationSet:
    quiz_id, student = str(quiz.key), row["student_id"]
    about = ("user", student, at)
    await note(connection, by, "set_accommodation", *about, course=quiz.course.id, quiz=quiz_id)
    accommodated = QuizAccommodationSet(
        quiz_id=quiz_id, course_id=quiz.course.id, student_id=student
    )
    await announce(connection, Address("enrollment", str(row["id"])), accommodated, at)
    return accommodated


def _networks(column: str | None) -> tuple[str, ...]:
    return () if column is None else msgspec.json.decode(column, type=tuple[str, ...])


async def access_of(connection: Any, quiz_id: UUID) -> QuizAccess:
    """What stands between students and the quiz."""
    row = await connection.fetchrow(ACCESS, quiz_id)
    if row is None:
        return QuizAccess()
    return QuizAccess(
        password_hash=row["password_hash"],
        networks=_networks(row["networks"]),
        invited_only=row["invited_only"],
    )


async def is_invited(connection: Any, quiz_id: UUID, enrollment_id: UUID) -> bool:
    """Whether it is for that student, where it is for some alone."""
    found: bool = await connection.fetchval(INVITED, quiz_id, enrollment_id)
    return found
