"""Events of content: replies to commands, and announced to other domains."""

from __future__ import annotations

from typing import ClassVar

from protocol.content.values import ResourceKind
from protocol.content.video_events import VIDEO_EVENTS
from protocol.envelope import Message


class ResourceChanged(Message, frozen=True, kw_only=True, tag="content.resource_changed"):
    """Reply, and domain event. `added`: the resource, or a `version` of it, is new."""

    actor: ClassVar[str | None] = "by"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"by", "course_id", "resource_id", "kind", "version", "added"}
    )

    by: str
    course_id: str
    resource_id: str
    kind: ResourceKind
    version: int = 1
    added: bool = False


class ResourceDeleted(Message, frozen=True, kw_only=True, tag="content.resource_deleted"):
    """Reply, and domain event."""

    actor: ClassVar[str | None] = "by"
    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id", "resource_id"})

    by: str
    course_id: str
    resource_id: str


DOMAIN_EVENTS: tuple[type[Message], ...] = (ResourceChanged, ResourceDeleted, *VIDEO_EVENTS)
"""The events announced to other domains."""
