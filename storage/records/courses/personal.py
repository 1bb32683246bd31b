"""Personal data in the courses domain: courses, offers, posts as a teacher and reviews."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.courses.events import CourseOfferEnded, TeacherRemoved
from protocol.envelope import Address
from protocol.ports import OutboxEvent
from storage.records.traces import Trace

TEACHES = """
select course_id from course_teachers where user_id = $1
union select course_id from course_offers where to_id = $1 or by_id = $1
"""
LEAVE = "delete from course_teachers where user_id = $1 returning course_id::text, user_id::text"
END_OFFERS = """
delete from course_offers where to_id = $1 or by_id = $1
returning course_id::text, to_id::text as user_id
"""

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
        table="course_offers",
        columns=("to_id", "by_id"),
        shows="course_id, offered_at, expires_at",
        erase="delete from course_offers where to_id = $1 or by_id = $1",
    ),
    Trace(
        table="course_reviews",
        columns=("student_id",),
        shows="course_id, rating, comment, created_at, updated_at",
        erase="update course_reviews set comment = null where student_id = $1",
    ),
)


async def leave(connection: Any, user_id: UUID, at: int) -> list[OutboxEvent]:
    """Stop teaching and assisting beside the instructors, who may add the teacher again. Courses
    offered to or by the user are so no more."""
    by = str(user_id)
    left = await connection.fetch(LEAVE, user_id)
    offers = await connection.fetch(END_OFFERS, user_id)
    return [
        *(_of(row["course_id"], TeacherRemoved(**row, by=by)) for row in left),
        *(_of(row["course_id"], CourseOfferEnded(**row, by=by)) for row in offers),
    ]


def _of(course_id: str, event: TeacherRemoved | CourseOfferEnded) -> OutboxEvent:
    return OutboxEvent(Address("course", course_id), event)
