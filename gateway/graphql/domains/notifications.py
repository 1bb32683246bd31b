"""The notifications domain in the schema."""

from __future__ import annotations

from gateway.graphql.domain import Arguments, Composed, Domain, Feed, Given, Payload
from gateway.graphql.scalars import iso, maybe_iso
from protocol import topics
from protocol.notifications import NotificationCreated
from protocol.ports import Identity


def anybody(arguments: Arguments, user: Identity) -> None:
    """Everybody has notifications of their own."""


def notification(created: NotificationCreated) -> Payload:
    """A notification, which nobody has read yet."""
    return Composed(
        "Notification",
        {
            "id": Given(created.notification_id),
            "type": Given(created.notification_type.upper()),
            "title": Given(created.title),
            "content": Given(created.content),
            "actionUrl": Given(created.action_url),
            "priority": Given(created.priority.upper()),
            "isRead": Given(False),
            "readAt": Given(None),
            "metadata": Given(created.metadata),
            "createdAt": Given(iso(created.at)),
            "expiresAt": Given(maybe_iso(created.expires_at)),
        },
    )


DOMAIN = Domain(
    "notifications",
    feeds={
        "notificationReceived": Feed(
            topic=lambda arguments, user: topics.user(user.user_id),
            authorize=anybody,
            payloads={"notification.created": notification},
        )
    },
)
