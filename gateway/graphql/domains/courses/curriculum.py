"""Modules and lessons, as commands."""

from __future__ import annotations

from gateway.graphql.commands import Names, acting_user, changes, lower
from gateway.graphql.domain import Acting, Addressed, Arguments
from protocol.courses.commands import (
    AddLesson,
    AddModule,
    DeleteLesson,
    DeleteModule,
    MoveLesson,
    ReorderLessons,
    ReorderModules,
    SetLessonPrerequisites,
    UpdateLesson,
    UpdateModule,
)
from protocol.courses.values import LessonType
from protocol.envelope import Address

HANDLER = Address("courses", "")
EMPTY = frozenset(
    {"prerequisiteModuleId", "durationMinutes", "contentUrl", "videoId", "contentText"}
)
"""Members that null empties; elsewhere null is the same as leaving the member out. An empty text
empties a description."""
MODULE_NAMES: Names = {
    "title": "title",
    "description": "description",
    "prerequisiteModuleId": "prerequisite_module_id",
}
LESSON_NAMES: Names = {
    "title": "title",
    "type": ("type", lower(LessonType)),
    "description": "description",
    "contentUrl": "content_url",
    "videoId": "video_id",
    "contentText": "content_text",
    "durationMinutes": "duration_minutes",
    "isPreview": "is_preview",
}


def add_module(arguments: Arguments, acting: Acting) -> Addressed:
    given = arguments["input"]
    return HANDLER, AddModule(
        **acting_user(acting),
        course_id=arguments["courseId"],
        title=given["title"],
        description=given.get("description"),
        prerequisite_module_id=given.get("prerequisiteModuleId"),
    )


def update_module(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, UpdateModule(
        **acting_user(acting),
        module_id=arguments["id"],
        expected_revision=arguments.get("expectedRevision"),
        **changes(arguments["input"], MODULE_NAMES, EMPTY),
    )


def delete_module(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DeleteModule(**acting_user(acting), module_id=arguments["id"])


def reorder_modules(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ReorderModules(
        **acting_user(acting),
        course_id=arguments["courseId"],
        module_ids=tuple(arguments["moduleIds"]),
    )


def add_lesson(arguments: Arguments, acting: Acting) -> Addressed:
    given = arguments["input"]
    return HANDLER, AddLesson(
        **acting_user(acting),
        module_id=arguments["moduleId"],
        title=given["title"],
        type=LessonType(given["type"].lower()),
        description=given.get("description"),
        content_url=given.get("contentUrl"),
        video_id=given.get("videoId"),
        content_text=given.get("contentText"),
        duration_minutes=given.get("durationMinutes"),
        is_preview=bool(given.get("isPreview")),
    )


def update_lesson(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, UpdateLesson(
        **acting_user(acting),
        lesson_id=arguments["id"],
        expected_revision=arguments.get("expectedRevision"),
        **changes(arguments["input"], LESSON_NAMES, EMPTY),
    )


def delete_lesson(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DeleteLesson(**acting_user(acting), lesson_id=arguments["id"])


def reorder_lessons(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ReorderLessons(
        **acting_user(acting),
        module_id=arguments["moduleId"],
        lesson_ids=tuple(arguments["lessonIds"]),
    )


def move_lesson(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, MoveLesson(
        **acting_user(acting),
        lesson_id=arguments["lessonId"],
        module_id=arguments["moduleId"],
        position=arguments.get("position"),
    )


def set_prerequisites(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, SetLessonPrerequisites(
        **acting_user(acting),
        lesson_id=arguments["lessonId"],
        prerequisite_ids=tuple(arguments["prerequisiteIds"]),
        expected_revision=arguments.get("expectedRevision"),
    )
