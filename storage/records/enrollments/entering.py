"""The one way into a course, in SQL: the student's row, the place, progress of every lesson."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from protocol.enrollments import Enrolled
from protocol.envelope import Address
from protocol.errors import ConflictError, NotFoundError
from protocol.records.common import CourseFacts
from protocol.records.enrollments import EntryRule, LinkRule, NewEnrollment
from storage.records.announcing import announce
from storage.records.course_facts import course_facts
from storage.records.living import living
from storage.records.progress import recount
from storage.records.values import as_uuid, instant, maybe_uuid

LOCK = "for no key update"
"""Of the course: its enrolments run one after the other, so the limit holds."""
# It returns no row if the student is enrolled already. A dropped enrolment comes back.
INSERT_ENROLLMENT = """
insert into enrollments (id, student_id, course_id, enrolled_at, created_at, updated_at, payment_id)
values ($1, $2, $3, $4, $4, $4, $5)
on conflict (student_id, course_id) do update
    set status = 'active', enrolled_at = excluded.enrolled_at, updated_at = excluded.updated_at,
        payment_id = coalesce(excluded.payment_id, enrollments.payment_id), withdrawn_at = null,
        withdrawal_reason = null
    where enrollments.status = 'dropped'
returning id
"""
COUNT = """
update courses set enrollment_count = enrollment_count + 1, updated_at = $2
where id = $1 and (enrollment_limit is null or enrollment_count < enrollment_limit)
"""
BEGIN_PROGRESS = """
insert into lesson_progress (enrollment_id, lesson_id)
select $1, l.id from lessons l join course_modules m on m.id = l.module_id where m.course_id = $2
on conflict (enrollment_id, lesson_id) do nothing
"""
REMOVED = """
select exists (select from enrollments
               where course_id = $1 and student_id = $2 and removed_at is not null)
"""
# Whoever is in waits for nothing. An address is somebody's only once it is confirmed.
ARRIVED = """
delete from enrollment_invitations i using users u
where i.course_id = $1 and u.id = $2 and u.email_verified and i.email = u.email
"""


async def led_to(connection: Any, statement: str, key: Any, good: LinkRule) -> CourseFacts:
    """The course that `statement` finds for a link or an invitation, locked.

    The rule refuses what leads nowhere, or whose course is deleted at this moment.
    """
    course_id = await connection.fetchval(statement, key)
    if course_id is not None:
        with suppress(NotFoundError):
            return await course_facts(connection, course_id, lock=LOCK)
    good(None)
    raise AssertionError("the rule refuses None")


async def enter(
    connection: Any, course: CourseFacts, enrollment: NewEnrollment, rule: EntryRule
) -> Enrolled:
    """Enrol in the course, which is locked. Announces the reply, so call it last."""
    student = maybe_uuid(enrollment.student_id)
    rule(course, await connection.fetchval(REMOVED, UUID(course.id), student))
    await living(connection, enrollment.student_id)
    key, now = UUID(course.id), instant(enrollment.at)
    kept = await _insert(connection, enrollment, key, now)
    if await connection.execute(COUNT, key, now) != "UPDATE 1":
        raise ConflictError("This course is full", conflict_field="enrollment_limit")
    await connection.execute(BEGIN_PROGRESS, kept, key)
    await connection.execute(ARRIVED, key, student)
    through = await recount(connection, key, now, kept)
    enrolled = Enrolled(
        enrollment_id=str(kept), course_id=course.id, student_id=enrollment.student_id
    )
    await announce(connection, Address("enrollment", str(kept)), enrolled, enrollment.at, through)
    return enrolled


async def _insert(connection: Any, enrollment: NewEnrollment, course: UUID, now: datetime) -> UUID:
    kept: UUID | None = await connection.fetchval(
        INSERT_ENROLLMENT,
        UUID(enrollment.id),
        as_uuid(enrollment.student_id, "user"),
        course,
        now,
        maybe_uuid(enrollment.payment_id),
    )
    if kept is None:
        raise ConflictError("You are enrolled in this course already", conflict_field="course_id")
    return kept
