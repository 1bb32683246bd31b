"""Pictures of questions, as commands."""

from __future__ import annotations

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import Acting, Addressed, Arguments, ObjectValue, Outcome, PlainValue
from gateway.graphql.pictures import read_picture
from protocol.assessments.pictures import QuizPictureStored, UploadQuizPicture
from protocol.envelope import Address

HANDLER = Address("assessments", "")


def upload(arguments: Arguments, acting: Acting) -> Addressed:
    """Raises `ValidationError` for an image that is not base64."""
    return HANDLER, UploadQuizPicture(
        **acting_user(acting), quiz_id=arguments["quizId"], image=read_picture(arguments["image"])
    )


def stored(reply: QuizPictureStored) -> Outcome:
    """A `QuizPicture`."""
    return Outcome(payload=ObjectValue("QuizPicture", {"url": PlainValue(reply.url)}))
