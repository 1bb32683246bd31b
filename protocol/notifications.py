"""The notifications domain: what users are notified of."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from protocol.envelope import Message


class NotificationType(StrEnum):
    """The specification's `notification_type`."""

    NEW_MESSAGE = "new_message"
    ASSIGNMENT_DUE = "assignment_due"
    GRADE_POSTED = "grade_posted"
    COURSE_UPDATE = "course_update"
    ANNOUNCEMENT = "announcement"
    DISCUSSION_REPLY = "discussion_reply"
    ENROLLMENT_CONFIRMED = "enrollment_confirmed"


class Priority(StrEnum):
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class NotificationCreated(Message, frozen=True, kw_only=True, tag="notifications.created"):
    """Domain event: a new notification, unread. Published as `notification.created` to its user."""

    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset(
        {
            "notification_id",
            "recipient_id",
            "notification_type",
            "title",
            "action_url",
            "priority",
            "metadata",
            "expires_at",
            "at",
        }
    )

    notification_id: str
    recipient_id: str
    notification_type: NotificationType
    title: str
    content: str
    action_url: str | None = None
    priority: Priority = Priority.NORMAL
    metadata: dict[str, Any] | None = None
    expires_at: int | None = None
    at: int


DOMAIN_EVENTS: tuple[type[Message], ...] = (NotificationCreated,)
"""The events announced to other domains."""
