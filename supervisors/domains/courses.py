"""Courses: creating and changing them, and revoking the rights of those who lose one."""

from __future__ import annotations

from functools import partial

from actors.courses.handler import CoursesHandler
from gateway.emails.courses import EMAILS
from gateway.rights import Rights
from protocol.courses.events import (
    CoTeacherAdded,
    CourseDeleted,
    CourseTransferred,
    TeacherRemoved,
)
from protocol.courses.values import TeacherRole
from storage.records.courses import course_ports
from storage.records.lesson_contents import CONTENTS
from supervisors.domain import NodeDomain, Resources
from supervisors.subscribers import Reactions, RevokeRights


def make_handler(node: Resources) -> CoursesHandler:
    """Make the handler of courses, their curriculum, staff and reviews."""
    return CoursesHandler(
        records=partial(course_ports, node.database, CONTENTS),
        pictures=node.pictures,
        clock=node.clock,
        random=node.random,
        throttle=node.throttle,
        private=node.private_registration,
    )


def teacher_added(rights: Rights, event: CoTeacherAdded) -> None:
    """An assistant may have been a co-teacher, and has lost those rights then."""
    if event.role is TeacherRole.ASSISTANT:
        rights.user_lost(event.user_id)


REACTIONS: Reactions = {
    CoTeacherAdded: (RevokeRights(teacher_added),),
    TeacherRemoved: (RevokeRights(lambda rights, event: rights.user_lost(event.user_id)),),
    CourseTransferred: (RevokeRights(lambda rights, event: rights.user_lost(event.former_id)),),
    CourseDeleted: (RevokeRights(lambda rights, event: rights.course_lost(event.course_id)),),
}

DOMAIN = NodeDomain(name="courses", handlers=(make_handler,), reactions=REACTIONS, emails=EMAILS)
