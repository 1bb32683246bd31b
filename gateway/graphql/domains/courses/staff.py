"""Who teaches a course, as commands."""

from __future__ import annotations

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import Acting, Addressed, Arguments, Translate
from protocol.courses.commands import AddCoTeacher, RemoveTeacher
from protocol.courses.values import TeacherRole
from protocol.envelope import Address

HANDLER = Address("courses", "")


def add_teacher(role: TeacherRole) -> Translate:

    def translate(arguments: Arguments, acting: Acting) -> Addressed:
        return HANDLER, AddCoTeacher(
            **acting_user(acting),
            course_id=arguments["courseId"],
            user_id=arguments.get("userId"),
            email=arguments.get("email"),
            role=role,
        )

    return translate


def remove_teacher(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, RemoveTeacher(
        **acting_user(acting), course_id=arguments["courseId"], user_id=arguments["userId"]
    )
