"""Commands and questions to the handler of films, `Address("videos", "")`.

Fields of an update that are UNSET stay as they are.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from protocol.content.commands import ContentCommand
from protocol.envelope import Message


class AddVideo(ContentCommand, frozen=True, kw_only=True, tag="videos.add"):
    """Make a finished upload a film of its course, and begin to process it. Replies `VideoChanged`.

    Once more gives the same film. RefusedError UPLOAD_INCOMPLETE, FILE_REFUSED, COURSE_ARCHIVED,
    VIDEOS_FULL. ValidationError, NotFoundError.
    """

    course_id: str
    upload_id: str
    title: str | None = None


class UpdateVideo(ContentCommand, frozen=True, kw_only=True, tag="videos.update"):
    """Change the title, or the film itself by a finished upload. Replies `VideoChanged`.

    The present film is shown until the new one is ready. The same upload once more changes nothing.
    The errors of `AddVideo`.
    """

    video_id: str
    title: str | UnsetType = UNSET
    upload_id: str | UnsetType = UNSET


class RetryVideo(ContentCommand, frozen=True, kw_only=True, tag="videos.retry"):
    """Process a film anew that could not be. Replies `VideoChanged`. Of another it changes nothing.

    RefusedError COURSE_ARCHIVED.
    """

    video_id: str


class DeleteVideo(ContentCommand, frozen=True, kw_only=True, tag="videos.delete"):
    """Delete a film that no lesson shows. Replies `VideoDeleted`.

    RefusedError VIDEO_IN_USE, COURSE_ARCHIVED.
    """

    video_id: str


class SetCaptions(ContentCommand, frozen=True, kw_only=True, tag="videos.set_captions"):
    """Add captions in a language (BCP 47), or replace those. Replies `VideoChanged`.

    `text` is WebVTT or SubRip; markup that a caption may not have is dropped. ValidationError for
    what is neither; RefusedError CAPTIONS_FULL, COURSE_ARCHIVED.
    """

    video_id: str
    language: str
    label: str
    text: str


class DeleteCaptions(ContentCommand, frozen=True, kw_only=True, tag="videos.delete_captions"):
    """Remove the captions in a language. Replies `VideoChanged`. NotFoundError once more."""

    video_id: str
    language: str


class StreamLesson(ContentCommand, frozen=True, kw_only=True, tag="videos.stream_lesson"):
    """Links to the film of a lesson that one may open. Replies `Stream`. `by` is empty for guests.

    NotFoundError; AuthorizationError for whoever may not open the lesson; RefusedError
    VIDEO_NOT_READY.
    """

    lesson_id: str


class StreamVideo(ContentCommand, frozen=True, kw_only=True, tag="videos.stream_video"):
    """Links to a film, for those who teach or assist in its course. Replies `Stream`.

    NotFoundError; RefusedError VIDEO_NOT_READY.
    """

    video_id: str


class CaptionLink(msgspec.Struct, frozen=True, kw_only=True):
    """A WebVTT file."""

    language: str
    label: str
    url: str


class Stream(Message, frozen=True, kw_only=True, tag="videos.stream"):
    """Reply. All links end at `expires_at`, after the length of the film.

    `url` is a path that ends in `/`; below it are the files of `protocol.transcoding`.
    """

    video_id: str
    url: str
    captions: tuple[CaptionLink, ...]
    duration_ms: int
    expires_at: int
