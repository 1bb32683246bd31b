"""Students whom a teacher removes, and lets back, in SQL.

Both run with the course and the enrolment locked, after the rule has been asked.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.enrollments import (
    ReadmitStudent,
    RemoveStudent,
    StudentReadmitted,
    StudentRemoved,
    StudentUnenrolled,
)
from protocol.envelope import Address
from protocol.errors import ConflictError
from protocol.ports import OutboxEvent
from protocol.records.enrollments import EnrollmentFacts
from storage.records.announcing import announce
from storage.records.audit import note
from storage.records.enrollments.membership import take_place
from storage.records.living import living
from storage.records.notifying import about_course
from storage.records.progress import recount
from storage.records.values import instant

# Who had left before keeps the time of then, which tells the two apart at a readmission.
REMOVE = """
update enrollments
set status = 'dropped', removed_at = $2, removed_by = $3, removal_reason = $4, updated_at = $2,
    withdrawn_at = case when status = 'dropped' then withdrawn_at else $2 end
where id = $1
"""
READMIT = """
update enrollments e
set removed_at = null, removed_by = null, removal_reason = null, updated_at = $2
from (select id, withdrawn_at = removed_at as was_in from enrollments where id = $1) before
where e.id = before.id
returning before.was_in
"""
COUNT_LESS = """
update courses set enrollment_count = enrollment_count - 1, updated_at = $2 where id = $1
"""
TITLE = "select title from courses where id = $1"


async def remove(
    connection: Any, facts: EnrollmentFacts, command: RemoveStudent, at: int
) -> StudentRemoved:
    """Drop the enrolment, free its place, and keep the student out. Announces the reply."""
    course, by = facts.course.id, await living(connection, command.by)
    await connection.execute(REMOVE, UUID(facts.id), instant(at), by, command.reason)
    which = {
        "enrollment_id": facts.id,
        "course_id": course,
        "student_id": facts.student_id,
    }
    also: list[OutboxEvent] = []
    if facts.status != "dropped":
        await connection.execute(COUNT_LESS, UUID(course), instant(at))
        also.append(OutboxEvent(Address("enrollment", facts.id), StudentUnenrolled(**which)))
    title = await connection.fetchval(TITLE, UUID(course))
    told = "You were removed from a course"
    also.append(about_course(facts.student_id, course, told, title, at))
    await _note(connection, "remove_student", facts, command.by, at, reason=command.reason)
    removed = StudentRemoved(by=command.by, **which)
    await announce(connection, Address("enrollment", facts.id), removed, at, also)
    return removed


async def readmit(
    connection: Any, facts: EnrollmentFacts, command: ReadmitStudent, at: int
) -> StudentReadmitted:
    """Let the student back, to the place of before if there was one. Announces the reply."""
    key, course = UUID(facts.id), UUID(facts.course.id)
    await living(connection, facts.student_id)
    also: list[OutboxEvent] = []
    if await connection.fetchval(READMIT, key, instant(at)):
        taken = await take_place(connection, key, course, at)
        if taken is None:
            raise ConflictError("This course is full", conflict_field="enrollment_limit")
        also = [*taken, *await recount(connection, course, instant(at), key)]
    title = await connection.fetchval(TITLE, course)
    told = "You are let back into a course"
    also.append(about_course(facts.student_id, facts.course.id, told, title, at))
    await _note(connection, "readmit_student", facts, command.by, at)
    readmitted = StudentReadmitted(
        by=command.by,
        enrollment_id=facts.id,
        course_id=facts.course.id,
        student_id=facts.student_id,
    )
    await announce(connection, Address("enrollment", facts.id), readmitted, at, also)
    return readmitted


async def _note(
    connection: Any, action: str, facts: EnrollmentFacts, by: str, at: int, **more: str
) -> None:
    """About the student, so that it is given out with what else is kept of the account, and its
    details go when the account is erased."""
    await note(connection, by, action, "user", facts.student_id, at, course=facts.course.id, **more)
