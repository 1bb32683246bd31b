"""Progress rows and percentages, kept correct in the transaction that changes them.

A percentage is the share of a course's lessons that a student has completed, rounded to hundredths;
a completed enrolment stays completed when lessons are added later. A course is completed with its
last lesson, also if another lesson was deleted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from protocol.enrollments import CourseCompleted
from protocol.envelope import Address
from protocol.ports import OutboxEvent
from storage.records.values import milliseconds

BEGIN_LESSON = """
insert into lesson_progress (enrollment_id, lesson_id)
select id, $2 from enrollments where course_id = $1
on conflict (enrollment_id, lesson_id) do nothing
"""
RECOUNT = """
update enrollments e set progress_percentage = counted.percentage, updated_at = $2
from (
    select p.enrollment_id,
           round(100.0 * count(*) filter (where p.status = 'completed') / count(*), 2) as percentage
    from lesson_progress p join enrollments o on o.id = p.enrollment_id
    where o.course_id = $1 and ($3::uuid is null or o.id = $3)
    group by p.enrollment_id
) counted
where e.id = counted.enrollment_id and e.progress_percentage <> counted.percentage
"""
WITHOUT_LESSONS = """
update enrollments e set progress_percentage = 0, updated_at = $2
where e.course_id = $1 and e.progress_percentage <> 0
  and not exists (select from lesson_progress p where p.enrollment_id = e.id)
"""
COMPLETE = """
update enrollments e set status = 'completed', completed_at = $2, updated_at = $2
where e.course_id = $1 and ($3::uuid is null or e.id = $3) and e.status = 'active'
  and exists (select from lesson_progress p where p.enrollment_id = e.id)
  and not exists (
      select from lesson_progress p where p.enrollment_id = e.id and p.status <> 'completed')
returning e.id::text as enrollment_id, e.student_id::text
"""


async def begin_lesson(connection: Any, course_id: UUID, lesson_id: UUID) -> None:
    """Create the rows of a new lesson, which nobody has started yet."""
    await connection.execute(BEGIN_LESSON, course_id, lesson_id)


async def recount(
    connection: Any, course_id: UUID, at: datetime, enrollment_id: UUID | None = None
) -> list[OutboxEvent]:
    """Recompute the percentages of a course's enrolments, or of one, from their rows.

    Completes enrolments with no lesson left, and returns the events for them.
    """
    await connection.execute(RECOUNT, course_id, at, enrollment_id)
    if enrollment_id is None:
        await connection.execute(WITHOUT_LESSONS, course_id, at)
    through = await connection.fetch(COMPLETE, course_id, at, enrollment_id)
    return [
        OutboxEvent(
            Address("enrollment", row["enrollment_id"]),
            CourseCompleted(**row, course_id=str(course_id), at=milliseconds(at)),
        )
        for row in through
    ]
