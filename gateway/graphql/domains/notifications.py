"""The notifications domain in the schema."""

from __future__ import annotations

from gateway.graphql.accounts import own_account
from gateway.graphql.domain import Domain, Feed, ObjectValue, Payload, PlainValue
from protocol import topics
from protocol.notifications import NotificationCreated
from protocol.times import iso, maybe_iso


def notification(created: NotificationCreated) -> Payload:
    """A `Notification`, unread."""
    return ObjectValue(
        "Notification",
        {
            "id": PlainValue(created.notification_id),
            "type": PlainValue(created.notification_type.upper()),
            "title": PlainValue(created.title),
            "content": PlainValue(created.content),
            "actionUrl": PlainValue(created.action_url),
            "priority": PlainValue(created.priority.upper()),
            "isRead": PlainValue(False),
            "readAt": PlainValue(None),
            "metadata": PlainValue(created.metadata),
            "createdAt": PlainValue(iso(created.at)),
            "expiresAt": PlainValue(maybe_iso(created.expires_at)),
        },
    )


DOMAIN = Domain(
    "notifications",
    feeds={
        "notificationReceived": Feed(
            topic=lambda arguments, user: topics.user(user.user_id),
            authorize=own_account("notificationReceived"),
            payloads={"notification.created": notification},
        )
    },
)
