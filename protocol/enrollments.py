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


class StudentUnenrolled(Message, frozen=True, kw_only=True, tag="enrollments.student_unenrolled"):
    """Domain event: the student withdrew, or was taken out. What only members may see ends."""

    enrollment_id: str
    course_id: str
    student_id: str


class ProgressChanged(Message, frozen=True, kw_only=True, tag="enrollments.progress_changed"):
    """Domain event: a student got on in a course. Published as `progress.changed` to the student.

    `lesson_id` is the lesson that moved it, None where it was something else, such as a lesson
    that was added. `completed_at` is when the course was completed, None while it is not.
    """

    enrollment_id: str
    course_id: str
    student_id: str
    lesson_id: str | None = None
    progress_percentage: float
    completed_lessons: int
    total_lessons: int
    completed_at: int | None = None
    at: int
