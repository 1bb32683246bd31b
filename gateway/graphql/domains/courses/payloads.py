"""What a cache must update after the mutations of courses that say only `true`.

What is gone is named by its id, and what contained it is given back.
"""

from __future__ import annotations

from uuid import UUID

from gateway.graphql.domain import Acting, Arguments, ObjectValue, PlainValue, ReadBack
from protocol.courses.events import CourseDeleted, CourseUpdated, TeacherRemoved


def course_deleted(arguments: Arguments, acting: Acting, reply: CourseDeleted) -> ObjectValue:
    return ObjectValue("DeleteCoursePayload", {"deletedCourseId": PlainValue(reply.course_id)})


def teacher_removed(arguments: Arguments, acting: Acting, reply: TeacherRemoved) -> ObjectValue:
    """Whoever has left may not see the course any more."""
    return ObjectValue(
        "RemoveTeacherPayload",
        {
            "removedUserId": PlainValue(reply.user_id),
            "course": ReadBack("course", reply.course_id, optional=True),
        },
    )


def module_deleted(arguments: Arguments, acting: Acting, reply: CourseUpdated) -> ObjectValue:
    return ObjectValue(
        "DeleteModulePayload",
        {"deletedModuleId": PlainValue(_id(arguments)), "course": _course(reply)},
    )


def modules_reordered(arguments: Arguments, acting: Acting, reply: CourseUpdated) -> ObjectValue:
    return ObjectValue("ReorderModulesPayload", {"course": _course(reply)})


def lesson_deleted(arguments: Arguments, acting: Acting, reply: CourseUpdated) -> ObjectValue:
    return ObjectValue(
        "DeleteLessonPayload",
        {
            "deletedLessonId": PlainValue(_id(arguments)),
            "module": ReadBack("courseModule", reply.module_id or ""),
            "course": _course(reply),
        },
    )


def lessons_reordered(arguments: Arguments, acting: Acting, reply: CourseUpdated) -> ObjectValue:
    module = ReadBack("courseModule", arguments["moduleId"])
    return ObjectValue("ReorderLessonsPayload", {"module": module, "course": _course(reply)})


def review_deleted(arguments: Arguments, acting: Acting, reply: CourseUpdated) -> ObjectValue:
    """Its author may not see the course any more."""
    return ObjectValue(
        "DeleteReviewPayload",
        {
            "deletedReviewId": PlainValue(_id(arguments)),
            "course": ReadBack("course", reply.course_id, optional=True),
        },
    )


def _id(arguments: Arguments) -> str:
    """As caches know it, however it was written."""
    return str(UUID(arguments["id"]))


def _course(reply: CourseUpdated) -> ReadBack:
    return ReadBack("course", reply.course_id)
