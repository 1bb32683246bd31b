"""Events of films: replies to commands, and announced to other domains."""

from __future__ import annotations

from typing import ClassVar

from protocol.content.video_values import VideoFault, VideoStatus
from protocol.envelope import Message


class VideoChanged(Message, frozen=True, kw_only=True, tag="videos.changed"):
    """Reply, and domain event: added, changed, or processed; then `by` is None."""

    actor: ClassVar[str | None] = "by"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"by", "course_id", "video_id", "status", "fault"}
    )

    by: str | None
    course_id: str
    video_id: str
    status: VideoStatus
    fault: VideoFault | None = None


class VideoDeleted(Message, frozen=True, kw_only=True, tag="videos.deleted"):
    """Reply, and domain event."""

    actor: ClassVar[str | None] = "by"
    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id", "video_id"})

    by: str
    course_id: str
    video_id: str


VIDEO_EVENTS: tuple[type[Message], ...] = (VideoChanged, VideoDeleted)
"""The events announced to other domains."""
