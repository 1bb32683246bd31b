"""What follows for a module and a course when a student's lesson has another status."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.enrollments import ModuleCompleted, ProgressChanged
from protocol.envelope import Address, Message
from protocol.ports import OutboxEvent
from protocol.records.enrollments import EnrollmentFacts
from storage.records.progress import recount
from storage.records.values import as_uuid, instant, milliseconds

COUNTED = """
select e.progress_percentage::float as percentage, e.completed_at,
       count(*) filter (where p.status = 'completed') as completed, count(*) as total
from enrollments e join lesson_progress p on p.enrollment_id = e.id
where e.id = $1 group by e.id
"""
MODULE_DONE = "select completed from module_progress where enrollment_id = $1 and module_id = $2"


async def follow(
    connection: Any, facts: EnrollmentFacts, lesson_id: str, module: UUID, status: str, at: int
) -> list[OutboxEvent]:
    """Apply a lesson's new status to its module and the course; returns the events."""
    key = UUID(facts.id)
    through = await recount(connection, UUID(facts.course.id), instant(at), key)
    counted = await connection.fetchrow(COUNTED, key)
    completed_at = counted["completed_at"]
    who = {
        "enrollment_id": facts.id,
        "course_id": facts.course.id,
        "student_id": facts.student_id,
    }
    events: list[Message] = [
        ProgressChanged(
            **who,
            lesson_id=str(as_uuid(lesson_id, "lesson")),
            progress_percentage=counted["percentage"],
            completed_lessons=counted["completed"],
            total_lessons=counted["total"],
            completed_at=None if completed_at is None else milliseconds(completed_at),
            at=at,
        )
    ]
    if status == "completed" and await connection.fetchval(MODULE_DONE, key, module):
        events.append(ModuleCompleted(**who, module_id=str(module)))
    aggregate = Address("enrollment", facts.id)
    return [*(OutboxEvent(aggregate, event) for event in events), *through]
