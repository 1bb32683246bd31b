"""Reviews of a course, as commands."""

from __future__ import annotations

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import Acting, Addressed, Arguments
from protocol.courses.commands import DeleteReview, ReviewCourse
from protocol.envelope import Address

HANDLER = Address("courses", "")


def review(arguments: Arguments, acting: Acting) -> Addressed:
    given = arguments["input"]
    return HANDLER, ReviewCourse(
        **acting_user(acting),
        course_id=arguments["courseId"],
        rating=given["rating"],
        comment=given.get("comment"),
    )


def delete_review(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DeleteReview(**acting_user(acting), review_id=arguments["id"])
