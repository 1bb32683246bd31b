"""A student's extra time in a course, in SQL. The course is locked first, as always."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.enrollments import AccommodationSet, SetAccommodation
from protocol.envelope import Address
from protocol.errors import NotFoundError
from protocol.records.common import CourseRule
from storage.records.announcing import announce
from storage.records.audit import note
from storage.records.course_facts import course_facts
from storage.records.enrollments.entering import LOCK
from storage.records.values import instant, maybe_uuid

SET = """
update enrollments set
    extra_time = $3, unlimited_time = coalesce($5, unlimited_time), updated_at = $4
where course_id = $1 and student_id = $2 returning id::text, student_id::text
"""


async def accommodate(
    connection: Any, command: SetAccommodation, at: int, rule: CourseRule
) -> AccommodationSet:
    """Keep it with the enrolment. The audit trail has that it was set, and not to what."""
    course = await course_facts(connection, command.course_id, lock=LOCK)
    rule(course)
    keys, wanted = (UUID(course.id), maybe_uuid(command.user_id)), command.extra_time
    row = await connection.fetchrow(SET, *keys, wanted, instant(at), command.unlimited)
    if row is None:
        raise NotFoundError("student", command.user_id)
    student, action = row["student_id"], "set_accommodation"
    await note(connection, command.by, action, "user", student, at, course=course.id)
    accommodated = AccommodationSet(
        enrollment_id=row["id"],
        course_id=course.id,
        student_id=student,
        extra_time=command.extra_time,
    )
    await announce(connection, Address("enrollment", row["id"]), accommodated, at)
    return accommodated
