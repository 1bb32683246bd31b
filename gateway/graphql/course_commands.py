"""The mutations of the courses domain as commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from gateway.graphql.commands import Names, acting_user, changes, lower
from gateway.graphql.domain import Acting
from protocol.courses import (
    AddCoTeacher,
    AddLesson,
    AddModule,
    CloneCourse,
    CreateCourse,
    DeleteLesson,
    DeleteModule,
    DeleteReview,
    Difficulty,
    LessonType,
    RemoveTeacher,
    ReorderLessons,
    ReorderModules,
    ReviewCourse,
    SetLessonPrerequisites,
    TeacherRole,
    UpdateCourse,
    UpdateLesson,
    UpdateModule,
)
from protocol.envelope import Address, Message
from protocol.errors import ValidationError
from protocol.money import to_minor

HANDLER = Address("courses", "")

EMPTY = frozenset(
    {
        "enrollmentLimit",
        "thumbnailUrl",
        "prerequisiteModuleId",
        "durationMinutes",
        "contentUrl",
        "contentText",
    }
)
"""What null takes away; any other member that is null is as if it were not given. A description of
a module or lesson is taken away by an empty text."""

COURSE_NAMES: Names = {
    "title": "title",
    "description": "description",
    "category": "category",
    "difficulty": ("difficulty", lower(Difficulty)),
    "enrollmentLimit": "enrollment_limit",
    "thumbnailUrl": "thumbnail_url",
}
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
    "contentText": "content_text",
    "durationMinutes": "duration_minutes",
    "isPreview": "is_preview",
}


def create_course(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A new draft."""
    given = arguments["input"]
    price = given.get("price") or {"amount": Decimal(0), "currency": "USD"}
    return HANDLER, CreateCourse(
        **acting_user(acting),
        title=given["title"],
        description=given["description"],
        category=given["category"],
        difficulty=Difficulty(given["difficulty"].lower()),
        price=minor_units(price),
        currency=price["currency"],
        enrollment_limit=given.get("enrollmentLimit"),
    )


def minor_units(price: Mapping[str, Any]) -> int:
    """A `MoneyInput` in minor units of its currency."""
    try:
        return to_minor(price["amount"], price["currency"])
    except ValueError as error:
        raise ValidationError.of("price.amount", str(error)) from error


def update_course(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """What is given is to be otherwise."""
    given = arguments["input"]
    price = given.get("price")
    money = {} if price is None else {"price": minor_units(price), "currency": price["currency"]}
    return HANDLER, UpdateCourse(
        **acting_user(acting),
        course_id=arguments["id"],
        **money,
        **changes(given, COURSE_NAMES, EMPTY),
    )


def clone_course(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A draft of one's own."""
    return HANDLER, CloneCourse(
        **acting_user(acting), course_id=arguments["id"], title=arguments.get("title")
    )


def of_course(
    command: Callable[..., Message],
) -> Callable[[Mapping[str, Any], Acting], tuple[Address, Message]]:
    """A command that says nothing but which course."""

    def translate(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
        return HANDLER, command(**acting_user(acting), course_id=arguments["id"])

    return translate


def add_teacher(
    role: TeacherRole,
) -> Callable[[Mapping[str, Any], Acting], tuple[Address, Message]]:
    """Another teacher of a course."""

    def translate(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
        return HANDLER, AddCoTeacher(
            **acting_user(acting),
            course_id=arguments["courseId"],
            user_id=arguments.get("userId"),
            email=arguments.get("email"),
            role=role,
        )

    return translate


def remove_teacher(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A teacher less."""
    return HANDLER, RemoveTeacher(
        **acting_user(acting), course_id=arguments["courseId"], user_id=arguments["userId"]
    )


def add_module(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A module at the end of a course."""
    given = arguments["input"]
    return HANDLER, AddModule(
        **acting_user(acting),
        course_id=arguments["courseId"],
        title=given["title"],
        description=given.get("description"),
        prerequisite_module_id=given.get("prerequisiteModuleId"),
    )


def update_module(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """What is given is to be otherwise."""
    return HANDLER, UpdateModule(
        **acting_user(acting),
        module_id=arguments["id"],
        **changes(arguments["input"], MODULE_NAMES, EMPTY),
    )


def delete_module(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A module less."""
    return HANDLER, DeleteModule(**acting_user(acting), module_id=arguments["id"])


def reorder_modules(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """All modules, in their new order."""
    return HANDLER, ReorderModules(
        **acting_user(acting),
        course_id=arguments["courseId"],
        module_ids=tuple(arguments["moduleIds"]),
    )


def add_lesson(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A lesson at the end of a module."""
    given = arguments["input"]
    return HANDLER, AddLesson(
        **acting_user(acting),
        module_id=arguments["moduleId"],
        title=given["title"],
        type=LessonType(given["type"].lower()),
        description=given.get("description"),
        content_url=given.get("contentUrl"),
        content_text=given.get("contentText"),
        duration_minutes=given.get("durationMinutes"),
        is_preview=bool(given.get("isPreview")),
    )


def update_lesson(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """What is given is to be otherwise."""
    return HANDLER, UpdateLesson(
        **acting_user(acting),
        lesson_id=arguments["id"],
        **changes(arguments["input"], LESSON_NAMES, EMPTY),
    )


def delete_lesson(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A lesson less."""
    return HANDLER, DeleteLesson(**acting_user(acting), lesson_id=arguments["id"])


def reorder_lessons(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """All lessons of a module, in their new order."""
    return HANDLER, ReorderLessons(
        **acting_user(acting),
        module_id=arguments["moduleId"],
        lesson_ids=tuple(arguments["lessonIds"]),
    )


def set_prerequisites(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """What opens a lesson."""
    return HANDLER, SetLessonPrerequisites(
        **acting_user(acting),
        lesson_id=arguments["lessonId"],
        prerequisite_ids=tuple(arguments["prerequisiteIds"]),
    )


def review(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """What a student thinks."""
    given = arguments["input"]
    return HANDLER, ReviewCourse(
        **acting_user(acting),
        course_id=arguments["courseId"],
        rating=given["rating"],
        comment=given.get("comment"),
    )


def delete_review(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A review less."""
    return HANDLER, DeleteReview(**acting_user(acting), review_id=arguments["id"])
