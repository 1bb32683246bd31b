"""Courses as commands: their text, price and status."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from gateway.graphql.commands import Names, acting_user, changes, lower
from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    ObjectValue,
    Outcome,
    PlainValue,
    Translate,
)
from gateway.graphql.pictures import read_picture
from protocol.courses.commands import CloneCourse, CreateCourse, UpdateCourse, UploadCoursePicture
from protocol.courses.events import CoursePictureStored
from protocol.courses.values import Difficulty
from protocol.envelope import Address, Message
from protocol.errors import ValidationError
from protocol.money import to_minor
from protocol.validation import Rule

HANDLER = Address("courses", "")
EMPTY = frozenset({"enrollmentLimit", "thumbnailUrl", "thumbnailAlt"})
"""Members that null empties; elsewhere null is the same as leaving the member out."""
COURSE_NAMES: Names = {
    "title": "title",
    "description": "description",
    "category": "category",
    "difficulty": ("difficulty", lower(Difficulty)),
    "enrollmentLimit": "enrollment_limit",
    "thumbnailUrl": "thumbnail_url",
    "thumbnailAlt": "thumbnail_alt",
}


def create_course(arguments: Arguments, acting: Acting) -> Addressed:
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
        raise ValidationError.of("price.amount", Rule.INVALID_FORMAT, str(error)) from error


def update_course(arguments: Arguments, acting: Acting) -> Addressed:
    given = arguments["input"]
    price = given.get("price")
    money = {} if price is None else {"price": minor_units(price), "currency": price["currency"]}
    return HANDLER, UpdateCourse(
        **acting_user(acting),
        course_id=arguments["id"],
        expected_revision=arguments.get("expectedRevision"),
        **money,
        **changes(given, COURSE_NAMES, EMPTY),
    )


def clone_course(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, CloneCourse(
        **acting_user(acting), course_id=arguments["id"], title=arguments.get("title")
    )


def upload_picture(arguments: Arguments, acting: Acting) -> Addressed:
    """Raises `ValidationError` for an image that is not base64."""
    image = read_picture(arguments["image"])
    return HANDLER, UploadCoursePicture(
        **acting_user(acting), course_id=arguments["courseId"], image=image
    )


def picture_stored(reply: CoursePictureStored) -> Outcome:
    """A `CoursePicture`."""
    return Outcome(payload=ObjectValue("CoursePicture", {"url": PlainValue(reply.url)}))


def of_course(command: Callable[..., Message]) -> Translate:
    """A command whose only argument is the course."""

    def translate(arguments: Arguments, acting: Acting) -> Addressed:
        return HANDLER, command(**acting_user(acting), course_id=arguments["id"])

    return translate
