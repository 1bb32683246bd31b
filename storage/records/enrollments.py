"""Enrolments and the progress rows that begin with them, in SQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.enrollments import Enrolled
from protocol.envelope import Address
from protocol.errors import ConflictError
from protocol.records import CourseRule
from storage.postgres import Database
from storage.records.rows import announce, as_uuid, course_facts, instant, on_behalf_of

# No row is answered when the student is enrolled already. A dropped enrolment comes back.
INSERT_ENROLLMENT = """
insert into enrollments (id, student_id, course_id, enrolled_at, created_at, updated_at)
values ($1, $2, $3, $4, $4, $4)
on conflict (student_id, course_id) do update
    set status = 'active', enrolled_at = excluded.enrolled_at, updated_at = excluded.updated_at
    where enrollments.status = 'dropped'
returning id
"""
# Enrolments of one course run one after the other under its row lock, so the limit holds.
COUNT = """
update courses set enrollment_count = enrollment_count + 1, updated_at = $2
where id = $1 and (enrollment_limit is null or enrollment_count < enrollment_limit)
"""
BEGIN_PROGRESS = """
insert into lesson_progress (enrollment_id, lesson_id)
select $1, l.id from lessons l join course_modules m on m.id = l.module_id where m.course_id = $2
on conflict (enrollment_id, lesson_id) do nothing
"""


class PostgresEnrollmentRecords:
    """Implements `protocol.records.EnrollmentRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enroll(
        self, enrollment_id: str, student_id: str, course_id: str, at: int, rule: CourseRule
    ) -> Enrolled:
        """Enrol, count, and begin the progress of every lesson. Announces the reply."""

        async def unit(connection: Any) -> Enrolled:
            course = await course_facts(connection, course_id, lock="for no key update")
            rule(course)
            key, now = UUID(course.id), instant(at)
            student = as_uuid(student_id, "user")
            with on_behalf_of(student_id):
                kept = await connection.fetchval(
                    INSERT_ENROLLMENT, UUID(enrollment_id), student, key, now
                )
            if kept is None:
                raise ConflictError(
                    "You are enrolled in this course already", conflict_field="course_id"
                )
            if await connection.execute(COUNT, key, now) != "UPDATE 1":
                raise ConflictError("This course is full", conflict_field="enrollment_limit")
            await connection.execute(BEGIN_PROGRESS, kept, key)
            enrolled = Enrolled(enrollment_id=str(kept), course_id=course.id, student_id=student_id)
            await announce(connection, Address("enrollment", str(kept)), enrolled, at)
            return enrolled

        return await self._database.run(unit)
