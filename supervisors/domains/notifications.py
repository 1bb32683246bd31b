"""Notifications: each is published to its recipient as soon as it is written."""

from __future__ import annotations

from protocol import topics
from protocol.notifications import NotificationCreated
from supervisors.domain import NodeDomain
from supervisors.subscribers import Publish, Reactions

REACTIONS: Reactions = {
    NotificationCreated: (
        Publish("notification.created", lambda event: topics.user(event.recipient_id)),
    ),
}

DOMAIN = NodeDomain(name="notifications", reactions=REACTIONS)
