"""Rules about a course that every domain has."""

from __future__ import annotations

from protocol.permissions import require
from protocol.records.common import CourseFacts, CourseRule


def permitted(operation: str, by: str, role: str) -> CourseRule:
    """The rule from the table of permissions alone."""

    def rule(course: CourseFacts) -> None:
        require(operation, course.relations(by, role), role)

    return rule
