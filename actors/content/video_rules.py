"""The rules of films: who may, how many, and what they are called.

The functions that return a rule are called by the handler; the rule itself runs inside the
transaction that it guards.
"""

from __future__ import annotations

import re
from typing import Final

from actors.course_rules import changeable
from actors.fields import Fields
from protocol.content.commands import ContentCommand
from protocol.content.values import MAX_TITLE
from protocol.content.video_commands import AddVideo, SetCaptions, UpdateVideo
from protocol.content.video_values import MAX_CAPTION_LABEL, MAX_CAPTIONS, MAX_VIDEOS
from protocol.errors import AuthorizationError, NotFoundError, RefusedError
from protocol.permissions import VISIBLE, Relation
from protocol.records.content import FileFacts
from protocol.records.content.videos import (
    CaptionFacts,
    CaptionRule,
    CourseVideos,
    CourseVideosRule,
    LessonAccess,
    LessonAccessRule,
    NewVideo,
    Shown,
    VideoAccessRule,
    VideoChange,
    VideoUse,
    VideoUseRule,
)
from protocol.validation import Rule

LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Z]{2}|[0-9]{3}))?", re.ASCII)
"""Of BCP 47: a language, its script and region, as they are usually written."""
MAX_LANGUAGE: Final = 12


def addable(by: str, role: str) -> CourseVideosRule:
    """Raises what `changeable` does, and `RefusedError` VIDEOS_FULL."""
    permitted = changeable("addVideo", by, role)

    def rule(facts: CourseVideos) -> None:
        permitted(facts.course)
        if facts.videos > MAX_VIDEOS:
            raise RefusedError("VIDEOS_FULL", f"A course has at most {MAX_VIDEOS} films")

    return rule


def removable(by: str, role: str) -> VideoUseRule:
    """Raises what `changeable` does, and `RefusedError` VIDEO_IN_USE."""
    permitted = changeable("deleteVideo", by, role)

    def rule(facts: VideoUse) -> None:
        permitted(facts.course)
        if facts.lessons:
            said = "Lessons show this film; give them another one first"
            raise RefusedError("VIDEO_IN_USE", said, lessons=facts.lessons)

    return rule


def captionable(by: str, role: str) -> CaptionRule:
    """Raises what `changeable` does, and `RefusedError` CAPTIONS_FULL."""
    permitted = changeable("setVideoCaptions", by, role)

    def rule(facts: CaptionFacts) -> None:
        permitted(facts.course)
        if facts.captions > MAX_CAPTIONS:
            said = f"A film has captions in at most {MAX_CAPTIONS} languages"
            raise RefusedError("CAPTIONS_FULL", said)

    return rule


def opens(command: ContentCommand, lesson_id: str) -> LessonAccessRule:
    """Who may open a lesson, as `VISIBLE` says of `Lesson.video`.

    Raises `NotFoundError` for whoever does not see the course, else `AuthorizationError`.
    """
    to = VISIBLE["Lesson.video"].to

    def rule(facts: LessonAccess) -> None:
        seen = facts.published or not VISIBLE["Course"].to.isdisjoint(facts.relations)
        if not seen:
            raise NotFoundError("lesson", lesson_id)
        studies = Relation.STUDENT in facts.relations and facts.unlocked
        others = facts.relations - {Relation.STUDENT}
        if not (facts.is_preview or studies or not to.isdisjoint(others)):
            said = "This lesson is for students who have completed what comes before it"
            raise AuthorizationError(said, user_role=command.by_role)

    return rule


def works_on(video_id: str) -> VideoAccessRule:
    """Raises `NotFoundError` for whoever does not work on the film's course."""

    def rule(relations: frozenset[Relation]) -> None:
        if VISIBLE["Video"].to.isdisjoint(relations):
            raise NotFoundError("video", video_id)

    return rule


def check_ready(shown: Shown) -> str:
    """The encoding that is shown. Raises `RefusedError` VIDEO_NOT_READY."""
    if shown.encoding_id is None:
        raise RefusedError("VIDEO_NOT_READY", "This film has not been processed yet")
    return shown.encoding_id


def new_video(
    command: AddVideo, file: FileFacts, video_id: str, encoding_id: str, at: int
) -> NewVideo:
    """A film, called as its file is unless it has a title. Raises `ValidationError`."""
    fields = Fields()
    title = file.name.rpartition(".")[0] if command.title is None else command.title
    new = NewVideo(
        id=video_id,
        course_id=command.course_id,
        title=fields.line("title", title, most=MAX_TITLE),
        file_id=file.id,
        size=file.size,
        encoding_id=encoding_id,
        by=command.by,
        at=at,
    )
    fields.check()
    return new


def change_of(
    command: UpdateVideo, file: FileFacts | None, encoding_id: str, at: int
) -> VideoChange:
    """Raises `ValidationError`."""
    fields = Fields()
    title = command.title
    change = VideoChange(
        video_id=command.video_id,
        by=command.by,
        at=at,
        encoding_id=encoding_id,
        title=fields.line("title", title, most=MAX_TITLE) if isinstance(title, str) else None,
        file_id=None if file is None else file.id,
        size=0 if file is None else file.size,
    )
    fields.check()
    return change


def captions_head(command: SetCaptions) -> tuple[str, str]:
    """The language and the label of captions. Raises `ValidationError`."""
    fields = Fields()
    language = command.language
    if len(language) > MAX_LANGUAGE or LANGUAGE.fullmatch(language) is None:
        fields.wrong("language", Rule.INVALID_FORMAT, "must be a language such as de or pt-BR")
    label = fields.line("label", command.label, most=MAX_CAPTION_LABEL)
    fields.check()
    return language, label
