"""A student's places in courses, given up with the account and taken again when it is restored, or
when a teacher readmits the student."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.enrollments import CourseCompleted, Enrolled, StudentUnenrolled
from protocol.envelope import Address
from protocol.ports import OutboxEvent
from storage.records.values import instant

COURSES = """
select course_id from enrollments where student_id = $1
union select course_id from enrollment_links where created_by = $1
union select i.course_id from enrollment_invitations i join users u on u.id = $1
where i.invited_by = u.id or i.email = u.email
"""
ROWS = "select from enrollments where student_id = $1 order by id for update"
"""Progress locks an enrolment before anything that refers to its student."""
GIVE_UP = """
update enrollments set status = 'dropped', withdrawn_at = $2, updated_at = $2
where student_id = $1 and status <> 'dropped'
returning id::text as enrollment_id, course_id::text, student_id::text
"""
COUNT_LESS = """
update courses set enrollment_count = enrollment_count - 1, updated_at = $2
where id = any($1::text[]::uuid[])
"""
FORGET_INVITATIONS = """
delete from enrollment_invitations i using users u where u.id = $1 and i.email = u.email
"""
# The deletion set both times alike. A place that somebody else has by now is not taken again, and
# neither is one from which a teacher has removed the student meanwhile.
GIVEN_UP = """
select e.id, e.course_id from enrollments e join users u on u.id = e.student_id
where u.id = $1 and e.status = 'dropped' and e.withdrawn_at = u.deleted_at
  and e.removed_at is null
order by e.course_id
"""
COUNT = """
update courses set enrollment_count = enrollment_count + 1, updated_at = $2
where id = $1 and (enrollment_limit is null or enrollment_count < enrollment_limit)
"""
TAKE_AGAIN = """
update enrollments set withdrawn_at = null, updated_at = $2,
    status = case when completed_at is null then 'active' else 'completed' end
where id = $1
returning id::text as enrollment_id, course_id::text, student_id::text,
    completed_at is not null and certificate_id is null as owed
"""


async def give_up(connection: Any, user_id: UUID, at: int) -> list[OutboxEvent]:
    """Drop every enrolment and free its place, and forget invitations to the address. The progress
    and the certificates stay."""
    left = await connection.fetch(GIVE_UP, user_id, instant(at))
    await connection.execute(COUNT_LESS, [row["course_id"] for row in left], instant(at))
    await connection.execute(FORGET_INVITATIONS, user_id)
    return [_of(row["enrollment_id"], StudentUnenrolled(**row)) for row in left]


async def take_again(connection: Any, user_id: UUID, at: int) -> list[OutboxEvent]:
    """Enrol again where the deletion of the account has ended it, as long as there is a place."""
    events: list[OutboxEvent] = []
    for place in await connection.fetch(GIVEN_UP, user_id):
        events += await take_place(connection, place["id"], place["course_id"], at) or ()
    return events


async def take_place(
    connection: Any, enrollment_id: UUID, course_id: UUID, at: int
) -> list[OutboxEvent] | None:
    """Make a dropped enrolment what it was. Returns what to announce, None without a place."""
    if await connection.execute(COUNT, course_id, instant(at)) != "UPDATE 1":
        return None
    row = dict(await connection.fetchrow(TAKE_AGAIN, enrollment_id, instant(at)))
    owed = row.pop("owed")
    events = [_of(row["enrollment_id"], Enrolled(**row))]
    if owed:
        events.append(_of(row["enrollment_id"], CourseCompleted(**row, at=at)))
    return events


def _of(enrollment_id: str, event: Enrolled | StudentUnenrolled | CourseCompleted) -> OutboxEvent:
    return OutboxEvent(Address("enrollment", enrollment_id), event)
