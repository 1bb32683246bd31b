"""Changes to courses, modules and lessons: cleaned, or refused field by field."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET

from actors.courses.machine import MAX_CATEGORY, MAX_LIMIT, MAX_MINUTES, clean_price
from actors.fields import Fields
from protocol.courses.commands import (
    MoveLesson,
    ReviewCourse,
    UpdateCourse,
    UpdateLesson,
    UpdateModule,
)
from protocol.courses.values import MAX_LESSONS, MAX_PREREQUISITES
from protocol.errors import ValidationError
from protocol.pictures import MAX_ALT
from protocol.records.courses import CourseChange, LessonChange, LessonMove, ModuleChange, NewReview
from protocol.validation import Rule

LOWEST, HIGHEST = 1, 5
"""Ratings."""


def course_change(command: UpdateCourse) -> CourseChange:
    """Clean and check. Raises `ValidationError` with every wrong field, also if nothing changes."""
    fields, given = Fields(), _given(command)
    clean: dict[str, Any] = {}
    if "title" in given:
        clean["title"] = fields.line("title", given["title"])
    if "description" in given:
        clean["description"] = fields.html("description", given["description"])
    if "category" in given:
        clean["category"] = fields.line("category", given["category"], most=MAX_CATEGORY)
    if "difficulty" in given:
        clean["difficulty"] = str(given["difficulty"].value)
    if "price" in given or "currency" in given:
        price, currency = given.get("price"), given.get("currency")
        if price is None or currency is None:
            fields.wrong("price", Rule.CONFLICTING, "needs both an amount and a currency")
        else:
            clean["price"], clean["currency"] = clean_price(fields, price, currency)
    if "enrollment_limit" in given:
        limit = given["enrollment_limit"]
        clean["enrollment_limit"] = fields.optional_number("enrollmentLimit", limit, 1, MAX_LIMIT)
    if "thumbnail_url" in given:
        clean["thumbnail_url"] = fields.url("thumbnailUrl", given["thumbnail_url"])
    if "thumbnail_alt" in given:
        alt = fields.optional("thumbnailAlt", given["thumbnail_alt"], most=MAX_ALT)
        clean["thumbnail_alt"] = alt
    _check(fields, clean)
    return CourseChange(course_id=command.course_id, **clean)


def module_change(command: UpdateModule) -> ModuleChange:
    """Clean and check. Raises `ValidationError` with every wrong field, also if nothing changes."""
    fields, given = Fields(), _given(command)
    clean: dict[str, Any] = {}
    if "title" in given:
        clean["title"] = fields.line("title", given["title"])
    if "description" in given:
        clean["description"] = fields.optional_html("description", given["description"])
    if "prerequisite_module_id" in given:
        clean["prerequisite_module_id"] = given["prerequisite_module_id"] or None
    _check(fields, clean)
    return ModuleChange(module_id=command.module_id, **clean)


def lesson_change(command: UpdateLesson) -> LessonChange:
    """Clean and check. Raises `ValidationError` with every wrong field, also if nothing changes."""
    fields, given = Fields(), _given(command)
    clean: dict[str, Any] = {}
    if "title" in given:
        clean["title"] = fields.line("title", given["title"])
    if "type" in given:
        clean["lesson_type"] = str(given["type"].value)
    for name, field in (("description", "description"), ("content_text", "contentText")):
        if name in given:
            clean[name] = fields.optional_html(field, given[name])
    if "content_url" in given:
        clean["content_url"] = fields.url("contentUrl", given["content_url"])
    if "video_id" in given:
        clean["video_id"] = given["video_id"] or None
    if "duration_minutes" in given:
        minutes = given["duration_minutes"]
        clean["duration_minutes"] = fields.optional_number(
            "durationMinutes", minutes, 0, MAX_MINUTES
        )
    if "is_preview" in given:
        clean["is_preview"] = given["is_preview"]
    _check(fields, clean)
    return LessonChange(lesson_id=command.lesson_id, **clean)


def new_review(command: ReviewCourse, review_id: str, now: int) -> NewReview:
    """Clean and check. Raises `ValidationError` with every wrong field."""
    fields = Fields()
    review = NewReview(
        id=review_id,
        course_id=command.course_id,
        student_id=command.by,
        rating=fields.number("rating", command.rating, LOWEST, HIGHEST),
        comment=fields.optional_html("comment", command.comment),
        at=now,
    )
    fields.check()
    return review


def lesson_move(command: MoveLesson) -> LessonMove:
    """Raises `ValidationError` for a position that no lesson can have."""
    fields = Fields()
    position = fields.optional_number("position", command.position, 1, MAX_LESSONS)
    fields.check()
    return LessonMove(lesson_id=command.lesson_id, module_id=command.module_id, position=position)


def distinct(field: str, ids: tuple[str, ...], *, most: int = MAX_PREREQUISITES) -> tuple[str, ...]:
    """The ids in their order. Raises `ValidationError` for one named twice, and for too many."""
    if len(set(ids)) != len(ids):
        raise ValidationError.of(field, Rule.DUPLICATE, "names one twice")
    if len(ids) > most:
        raise ValidationError.of(field, Rule.TOO_MANY, f"must be at most {most}", max=most)
    return ids


def _given(command: msgspec.Struct) -> dict[str, Any]:
    """The fields that the command sets, by name, without those that are UNSET."""
    values = {name: getattr(command, name) for name in command.__struct_fields__}
    return {name: value for name, value in values.items() if value is not UNSET}


def _check(fields: Fields, clean: dict[str, Any]) -> None:
    fields.check()
    if not clean:
        raise ValidationError.of("input", Rule.NO_CHANGE, "must change something")
