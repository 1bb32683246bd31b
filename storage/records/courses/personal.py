"""Personal data in the courses domain: courses, posts as a teacher and reviews."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.courses.events import TeacherRemoved
from protocol.envelope import Address
from protocol.ports import OutboxEvent
from storage.records.traces import Trace

TEACHES = "select course_id from course_teachers where user_id = $1"
LEAVE = "delete from course_teachers where user_id = $1 returning course_id::text, user_id::text"

TRACES = (
    Trace(
        table="courses",
        columns=("instructor_id",),
        shows="id, title, slug, status, created_at",
        kept="students go on with it; its instructor is a former user",
    ),
    Trace(
        table="course_teachers",
        shows="course_id, role",
        erase="delete from course_teachers where user_id = $1",
    ),
    Trace(
        table="course_reviews",
        columns=("student_id",),
        shows="course_id, rating, comment, created_at, updated_at",
        erase="update course_reviews set comment = null where student_id = $1",
    ),
)


async def leave(connection: Any, user_id: UUID, at: int) -> list[OutboxEvent]:
    """Stop teaching and assisting beside the instructors, who may add the teacher again."""
    return [
        OutboxEvent(Address("course", row["course_id"]), TeacherRemoved(**row, by=str(user_id)))
        for row in await connection.fetch(LEAVE, user_id)
    ]
