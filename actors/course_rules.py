"""Rules about a course that every domain has."""

from __future__ import annotations

from protocol.courses.values import CourseStatus
from protocol.errors import RefusedError
from protocol.permissions import require
from protocol.records.common import CourseFacts, CourseRule


def permitted(operation: str, by: str, role: str) -> CourseRule:
    """The rule from the table of permissions alone."""

    def rule(course: CourseFacts) -> None:
        require(operation, course.relations(by, role), role)

    return rule


def unarchived(course: CourseFacts) -> None:
    """Raises `RefusedError` COURSE_ARCHIVED."""
    if course.status == CourseStatus.ARCHIVED:
        raise RefusedError("COURSE_ARCHIVED", "An archived course cannot be changed")


def changeable(operation: str, by: str, role: str) -> CourseRule:
    """The rule from the table of permissions, for a course that is not archived.

    Raises `AuthorizationError`, and `RefusedError` COURSE_ARCHIVED.
    """

    def rule(course: CourseFacts) -> None:
        require(operation, course.relations(by, role), role)
        unarchived(course)

    return rule
