"""The enrollments domain's first slice: enrolling in a course."""

from __future__ import annotations

from protocol.envelope import Message

# Handler: `Address("enrollments", "")`.


class EnrollInCourse(Message, frozen=True, kw_only=True, tag="enrollments.enroll_in_course"):
    """The acting user enrols. Replies `Enrolled`.

    ConflictError when enrolled already or the limit is reached; RefusedError COURSE_NOT_PUBLISHED,
    PAYMENT_REQUIRED.
    """

    by: str
    by_role: str
    course_id: str


class Enrolled(Message, frozen=True, kw_only=True, tag="enrollments.enrolled"):
    """Reply, and domain event."""

    enrollment_id: str
    course_id: str
    student_id: str
