"""Courses: creating and changing them, and revoking the rights of those who lose one."""

from __future__ import annotations

from functools import partial

from actors.courses.handler import CoursesHandler
from protocol.courses.events import CourseDeleted, TeacherRemoved
from storage.records.courses import course_ports
from supervisors.domain import NodeDomain, Resources
from supervisors.subscribers import Reactions, RevokeRights


def make_handler(node: Resources) -> CoursesHandler:
    """Make the handler of courses, their curriculum, staff and reviews."""
    return CoursesHandler(
        records=partial(course_ports, node.database),
        clock=node.clock,
        random=node.random,
        private=node.private_registration,
    )


REACTIONS: Reactions = {
    TeacherRemoved: (RevokeRights(lambda rights, event: rights.user_lost(event.user_id)),),
    CourseDeleted: (RevokeRights(lambda rights, event: rights.course_lost(event.course_id)),),
}

DOMAIN = NodeDomain(name="courses", handlers=(make_handler,), reactions=REACTIONS)
