"""Tells living connections what the domains say happened: a subscriber of the outbox.

Domain events become publications on topics, and losses of rights are told to whoever lives on them.
Told at least once, in order per aggregate; an event of another kind is nobody's concern here. It
reaches the connections of this node.
"""

from __future__ import annotations

from collections.abc import Callable
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
from protocol.users import UserDisabled, UserRoleChanged

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
}
"""What takes rights away, and from whom."""


class _Tagged(msgspec.Struct):
    type: str


_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    str(kind.__struct_config__.tag): msgspec.json.Decoder(kind) for kind in (*TOPICS, *LOSSES)
}
_tag = msgspec.json.Decoder(_Tagged)


class Announcer:
    """Idempotent as far as clients are: what is told twice has the same id."""

    def __init__(self, fan_out: FanOut, rights: Rights) -> None:
        self._fan_out = fan_out
        self._rights = rights

    async def announce(self, entry: OutboxEntry) -> None:
        """Tell of one domain event. Never waits, since the fan-out and the rights do not."""
        decoder = _DECODERS.get(_tag.decode(entry.event).type)
        if decoder is None:
            return
        event = decoder.decode(entry.event)
        lose = LOSSES.get(type(event))
        if lose is not None:
            lose(self._rights, event)
            return
        name, topic_of = TOPICS[type(event)]
        self._fan_out.publish(topic_of(event), name, event)
