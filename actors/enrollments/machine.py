"""The rules of enrolling. Duplicates and the limit are the database's to decide."""

from __future__ import annotations

from protocol.courses import CourseStatus
from protocol.errors import RefusedError
from protocol.records import CourseFacts, CourseRule


def enrollable(student_id: str) -> CourseRule:
    """Published, free of charge, and not one's own. Runs inside the enrolling transaction."""

    def rule(course: CourseFacts) -> None:
        if course.staffed_by(student_id):
            raise RefusedError("TEACHES_COURSE", "You teach this course")
        if course.status != CourseStatus.PUBLISHED:
            raise RefusedError("COURSE_NOT_PUBLISHED", "This course is not open for enrolment")
        if course.price > 0:
            raise RefusedError("PAYMENT_REQUIRED", "This course must be paid for first")

    return rule
