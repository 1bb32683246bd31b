"""The teachers of courses, in SQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.courses.commands import AddCoTeacher
from protocol.courses.events import CoTeacherAdded, TeacherRemoved
from protocol.errors import NotFoundError
from protocol.records.common import CourseFacts, CourseRule
from protocol.records.courses import TeacherRule
from storage.records.course_facts import course_facts
from storage.records.courses.units import CourseUnits
from storage.records.values import maybe_text, maybe_uuid

INSERT_TEACHER = """
insert into course_teachers (course_id, user_id, role)
select $1, u.id, $4 from users u join courses c on c.id = $1
where (u.id = $2 or (u.email = $3 and u.email_verified))
  and (u.role in ('educator', 'admin') or $4 = 'assistant')
  and u.disabled_at is null and u.deleted_at is null and u.id <> c.instructor_id
for share of u
on conflict (course_id, user_id) do update set role = excluded.role
returning user_id,
  (select before.role from course_teachers before
   where before.course_id = course_teachers.course_id
     and before.user_id = course_teachers.user_id) as before
"""
"""`before` is the role that the user had, since a statement does not see what it writes itself."""


class PostgresCourseStaffRecords:
    """Implements `protocol.records.courses.CourseStaffRecords`."""

    def __init__(self, units: CourseUnits) -> None:
        self._units = units

    async def add_teacher(
        self, command: AddCoTeacher, at: int, rule: CourseRule, change: TeacherRule
    ) -> CoTeacherAdded:
        """Make an educator or admin a co-teacher, or whomever an assistant; twice is once.

        An address names nobody before its owner has confirmed it: anybody may register it first.
        `change` is asked too if the user has another role there already.
        """

        async def unit(connection: Any) -> CoTeacherAdded:
            course = await course_facts(connection, command.course_id, lock="for no key update")
            rule(course)
            added = await connection.fetchrow(
                INSERT_TEACHER,
                UUID(course.id),
                maybe_uuid(command.user_id),
                maybe_text(command.email),
                command.role.value,
            )
            if added is None:
                raise NotFoundError("educator", command.user_id or command.email or "")
            user_id = str(added["user_id"])
            if added["before"] not in {None, command.role.value}:
                change(course, user_id)
            event = CoTeacherAdded(course_id=course.id, user_id=user_id, role=command.role)
            await self._units.announce(connection, course.id, event, at)
            return event

        return await self._units.run(unit)

    async def remove_teacher(
        self, course_id: str, user_id: str, at: int, rule: CourseRule
    ) -> TeacherRemoved:
        """Announces the reply.

        `NotFoundError` for a user who is neither co-teacher nor assistant.
        """

        async def operation(connection: Any, course: CourseFacts) -> TeacherRemoved:
            rule(course)
            removed = await connection.fetchval(
                "delete from course_teachers where course_id = $1 and user_id = $2"
                " returning user_id",
                UUID(course.id),
                maybe_uuid(user_id),
            )
            if removed is None:
                raise NotFoundError("teacher", user_id)
            return TeacherRemoved(course_id=course.id, user_id=str(removed))

        return await self._units.change(course_id, at, operation)
