"""Pictures of questions: uploaded first, and then named by a question's `media_url`."""

from __future__ import annotations

from protocol.envelope import Message
from protocol.jobs import JobKind


class UploadQuizPicture(Message, frozen=True, kw_only=True, tag="assessments.upload_quiz_picture"):
    """Store a picture for a quiz, as a teacher of its course. Replies `QuizPictureStored`.

    ValidationError for one that is too large, of another type, or cannot be read; RefusedError
    PICTURES_FULL.
    """

    by: str
    by_role: str
    quiz_id: str
    image: bytes


class QuizPictureStored(Message, frozen=True, kw_only=True, tag="assessments.quiz_picture_stored"):
    """`url` is a path of this site that nobody guesses."""

    url: str


class DiscardPictures(Message, frozen=True, kw_only=True, tag="assessments.discard_pictures"):
    """Job payload: remove the pictures that no question and no course has, and that no game has
    asked with."""


DISCARD_PICTURES = JobKind(
    payload=DiscardPictures, every_ms=3_600_000, timeout_seconds=600.0, concurrency=1
)
