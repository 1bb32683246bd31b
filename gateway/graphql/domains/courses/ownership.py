"""Whose course it is, as commands."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    ObjectValue,
    Outcome,
    Payload,
    PlainValue,
    ReadBack,
    Translate,
)
from protocol.courses.commands import AcceptCourse, DeclineCourse, OfferCourse, TransferCourse
from protocol.courses.events import CourseOfferEnded
from protocol.envelope import Address

HANDLER = Address("courses", "")


def to_educator(command: type[OfferCourse] | type[TransferCourse]) -> Translate:
    """A command about a course and an educator, who is named by id or e-mail address."""

    def translate(arguments: Arguments, acting: Acting) -> Addressed:
        return HANDLER, command(
            **acting_user(acting),
            course_id=arguments["courseId"],
            user_id=arguments.get("userId"),
            email=arguments.get("email"),
        )

    return translate


def accept(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, AcceptCourse(**acting_user(acting), course_id=arguments["courseId"])


def decline(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DeclineCourse(**acting_user(acting), course_id=arguments["courseId"])


def declined(ended: CourseOfferEnded) -> Outcome:
    """A `DeclineCoursePayload`; a draft is seen no more by whom it was offered to."""
    members: Mapping[str, Payload] = {
        "courseId": PlainValue(ended.course_id),
        "course": ReadBack("course", ended.course_id, optional=True),
    }
    return Outcome(payload=ObjectValue("DeclineCoursePayload", members))
