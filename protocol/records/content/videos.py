"""The records of films: what courses have, what is made of it, and captions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from protocol.content.video_events import VideoChanged, VideoDeleted
from protocol.content.video_values import VideoFault
from protocol.permissions import Relation
from protocol.records.common import CourseFacts, CourseRule
from protocol.records.content import FileFacts
from protocol.transcoding import Transcoded


class NewVideo(msgspec.Struct, frozen=True, kw_only=True):
    """A film to be added, whose file `file_id` has `size` bytes."""

    id: str
    course_id: str
    title: str
    file_id: str
    size: int
    encoding_id: str
    by: str
    at: int


class VideoChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be changed; None stays as it is. `encoding_id` is for a new file."""

    video_id: str
    by: str
    at: int
    encoding_id: str
    title: str | None = None
    file_id: str | None = None
    size: int = 0


class CourseVideos(msgspec.Struct, frozen=True, kw_only=True):
    """`videos` are how many the course would have with one more."""

    course: CourseFacts
    videos: int


CourseVideosRule = Callable[[CourseVideos], None]


class VideoUse(msgspec.Struct, frozen=True, kw_only=True):
    """`lessons` are how many show the film."""

    course: CourseFacts
    lessons: int


VideoUseRule = Callable[[VideoUse], None]


class NewCaptions(msgspec.Struct, frozen=True, kw_only=True):
    """Captions, whose file has been stored."""

    video_id: str
    language: str
    label: str
    file_id: str
    size: int
    by: str
    at: int


class CaptionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`captions` are how many languages the film would have."""

    course: CourseFacts
    captions: int


CaptionRule = Callable[[CaptionFacts], None]


class StoredCaptions(msgspec.Struct, frozen=True, kw_only=True):
    language: str
    label: str
    key: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A film that may be shown; `encoding_id` is None before it is ready."""

    video_id: str
    title: str
    encoding_id: str | None
    duration_ms: int
    captions: tuple[StoredCaptions, ...]


class LessonAccess(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is to the course of a lesson, and whether the lesson is open to everybody or,
    for a student, unlocked. `published`: everybody sees the course."""

    relations: frozenset[Relation]
    published: bool
    is_preview: bool
    unlocked: bool


LessonAccessRule = Callable[[LessonAccess], None]
VideoAccessRule = Callable[[frozenset[Relation]], None]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What an encoding is made of; None: the file is gone."""

    key: str | None


class VideoRecords(Protocol):
    """Each method is a transaction. Rules are asked inside it, before anything is written."""

    async def permit(self, course_id: str, rule: CourseRule) -> None:
        """Ask the rule about a course before anything costs much. Raises `NotFoundError`."""

    async def permit_change(self, video_id: str, rule: CourseRule) -> str:
        """The same for the course of a film, whose id is returned."""
        ...

    async def add(self, video: NewVideo, rule: CourseVideosRule) -> VideoChanged:
        """Add a film, which takes its file over, and enqueue its processing. Announces the reply.

        One whose file a film of the course has is that film, unchanged. Raises `NotFoundError`.
        """
        ...

    async def update(self, change: VideoChange, rule: CourseRule) -> VideoChanged:
        """Change a film. Announces the reply, unless nothing changes. Raises `NotFoundError`."""
        ...

    async def retry(self, video_id: str, by: str, at: int, rule: CourseRule) -> VideoChanged:
        """Enqueue the processing of a film that failed. Announces the reply if it had."""
        ...

    async def delete(self, video_id: str, by: str, at: int, rule: VideoUseRule) -> VideoDeleted:
        """Delete a film; its files are collected later. Announces the reply."""
        ...

    async def note_captions(self, file: FileFacts) -> None:
        """Note a file of captions that is about to be stored."""

    async def set_captions(self, captions: NewCaptions, rule: CaptionRule) -> VideoChanged:
        """Add captions, or replace those in the language. Announces the reply."""
        ...

    async def delete_captions(
        self, video_id: str, language: str, by: str, at: int, rule: CourseRule
    ) -> VideoChanged:
        """Remove captions. Announces the reply. Raises `NotFoundError`."""
        ...

    async def of_lesson(self, lesson_id: str, by: str, role: str, rule: LessonAccessRule) -> Shown:
        """The film of a lesson. Raises `NotFoundError`, also for a lesson without one."""
        ...

    async def of_course(self, video_id: str, by: str, role: str, rule: VideoAccessRule) -> Shown:
        """A film, for those who work on its course. Raises `NotFoundError`."""
        ...

    # Processing

    async def begin(self, encoding_id: str) -> Source | None:
        """Note that the processing begins. None: it has ended before, or nothing wants it."""
        ...

    async def progress(self, encoding_id: str, percent: int) -> bool:
        """Note how far it is. False: nothing wants it any more."""
        ...

    async def complete(self, encoding_id: str, made: Transcoded, at: int) -> bool:
        """What was made is shown from now on, wherever it is wanted; lessons take over its length.

        Announces it. False, without effect, if the processing has ended before.
        """
        ...

    async def fail(self, encoding_id: str, fault: VideoFault, at: int) -> bool:
        """The file cannot be made ready. Announces it. False as for `complete`."""
        ...

    async def abandoned(self, *, before: int, limit: int) -> Sequence[str]:
        """Encodings from before that time that have not ended, and that no job works on."""
        ...

    async def collectable(self, *, before: int, limit: int) -> Sequence[str]:
        """Mark ended encodings from before that time that nothing shows, and return all marked."""
        ...

    async def forget(self, encoding_ids: Sequence[str]) -> None:
        """Forget marked encodings whose files are gone."""
