"""Tells living connections what the domains say happened: a subscriber of the outbox.

Domain events become publications on topics, and losses of rights are told to whoever lives on them.
Told at least once, in order per aggregate; an event of another kind is nobody's concern here. It
reaches the connections of this node.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from gateway.rights import Rights
from protocol import topics
from protocol.communication import AnnouncementPublished, DiscussionPostAdded, MessageSent
from protocol.courses import CourseDeleted, TeacherRemoved
from protocol.enrollments import ProgressChanged, StudentUnenrolled
from protocol.envelope import Message
from protocol.notifications import NotificationCreated
from protocol.ports import FanOut, OutboxEntry
from protocol.users import (
    PasswordReplaced,
    SessionEnded,
    SessionsEnded,
    UserDisabled,
    UserRoleChanged,
)

TOPICS: dict[type[Message], tuple[str, Callable[[Any], str]]] = {
    MessageSent: ("message.received", lambda event: topics.user(event.recipient_id)),
    DiscussionPostAdded: ("thread.post", lambda event: topics.thread(event.thread_id)),
    AnnouncementPublished: ("course.announcement", lambda event: topics.course(event.course_id)),
    NotificationCreated: ("notification.created", lambda event: topics.user(event.recipient_id)),
    ProgressChanged: ("progress.changed", lambda event: topics.user(event.student_id)),
}
"""What is published: under which name, and where."""

LOSSES: dict[type[Message], Callable[[Rights, Any], None]] = {
    UserDisabled: lambda rights, event: rights.user_closed(
        event.user_id, "The account is disabled"
    ),
    UserRoleChanged: lambda rights, event: rights.role_changed(event.user_id, event.role),
    StudentUnenrolled: lambda rights, event: rights.user_lost(event.student_id),
    TeacherRemoved: lambda rights, event: rights.user_lost(event.user_id),
    CourseDeleted: lambda rights, event: rights.course_lost(event.course_id),
    PasswordReplaced: lambda rights, event: rights.user_closed(
        event.user_id, "The password has changed"
    ),
    SessionsEnded: lambda rights, event: rights.user_closed(event.user_id, "Signed out everywhere"),
}
"""What takes rights away, and from whom."""

ENDS: dict[type[Message], Callable[[Any], str | None]] = {
    UserDisabled: lambda event: None,
    UserRoleChanged: lambda event: None,
    PasswordReplaced: lambda event: None,
    SessionsEnded: lambda event: None,
    SessionEnded: lambda event: event.session_id,
}
"""What ends sessions of a user, each known by the id it answers, or else all of them."""


Refuse = Callable[[str, int, str | None], Awaitable[None]]
"""`JwtTokens.refuse`: no access token of the user's sessions before that moment is good."""


class _Tagged(msgspec.Struct):
    type: str


_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    str(kind.__struct_config__.tag): msgspec.json.Decoder(kind)
    for kind in {**TOPICS, **LOSSES, **ENDS}
}
_tag = msgspec.json.Decoder(_Tagged)


class Announcer:
    """Idempotent as far as clients are: what is told twice has the same id."""

    def __init__(self, fan_out: FanOut, rights: Rights, refuse: Refuse) -> None:
        self._fan_out = fan_out
        self._rights = rights
        self._refuse = refuse

    async def announce(self, entry: OutboxEntry) -> None:
        """Tell of one domain event. Waits only for what has to last over a restart."""
        decoder = _DECODERS.get(_tag.decode(entry.event).type)
        if decoder is None:
            return
        event = decoder.decode(entry.event)
        kind = type(event)
        if kind in ENDS:
            await self._refuse(event.user_id, event.at, ENDS[kind](event))
        if kind in LOSSES:
            LOSSES[kind](self._rights, event)
        if kind in TOPICS:
            name, topic_of = TOPICS[kind]
            self._fan_out.publish(topic_of(event), name, event)
