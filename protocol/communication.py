"""The communication domain: course rooms with presence, chat and signals, and who may follow them.

One actor per course room, `Address("room", course_id)`. Presence is shown per user and kept per
connection: a user is there as long as one connection is. Messages, discussions and
announcements are only domain events here, for the outbox.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

import msgspec

from protocol.envelope import Message
from protocol.jobs import JobKind

ROOM_KIND = "room"
MAX_CHAT_TEXT = 4_000
MAX_SIGNAL_BYTES = 1_024
PRESENCE_NAMES_THRESHOLD = 200
"""Above this many members, presence diffs carry counts only."""
RECENT_MESSAGES = 50
MAX_MEMBERS = 50_000
MAX_MESSAGE_ID = 64
MAX_LISTED = 32
"""How many live quizzes a room lists; beyond that the oldest is dropped."""
EPOCH = 1
"""Epoch of a room's topic: its offsets never restart, even when old messages are removed."""


class JoinRoom(Message, frozen=True, kw_only=True, tag="communication.join_room"):
    """A user enters with a connection. Replies `RoomView`.

    The right to enter is checked before (`MayEnterRoom`). Entering twice is the same as once.
    Refused with ROOM_FULL.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id"})

    user_id: str
    full_name: str
    connection_id: str = ""


class LeaveRoom(Message, frozen=True, kw_only=True, tag="communication.leave_room"):
    """A connection of a user leaves, the user with the last one. Replies `lifecycle.Done`."""

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id"})

    user_id: str
    connection_id: str = ""


class MayEnterRoom(Message, frozen=True, kw_only=True, tag="communication.may_enter_room"):
    """To the handler `Address("communication", "")`: enrolled, teaching or admin?

    Replies `lifecycle.Done`, AuthorizationError or NotFoundError.
    """

    user_id: str
    role: str
    course_id: str


class MayReadAnnouncements(
    Message, frozen=True, kw_only=True, tag="communication.may_read_announcements"
):
    """To the handler: may this user read the announcements in a course?

    Replies `lifecycle.Done`, AuthorizationError or NotFoundError.
    """

    user_id: str
    role: str
    course_id: str


class MayReadThread(Message, frozen=True, kw_only=True, tag="communication.may_read_thread"):
    """To the handler: may this user read a course discussion?

    Replies `ThreadReadable`; AuthorizationError or NotFoundError.
    """

    user_id: str
    role: str
    thread_id: str


class ThreadReadable(Message, frozen=True, kw_only=True, tag="communication.thread_readable"):
    course_id: str


class ViewRoom(Message, frozen=True, kw_only=True, tag="communication.view_room"):
    """Read who is in the room, without entering it. Replies `PresenceState`.

    The `PresenceDiff`s that are published after the reply build on it.
    """


class Say(Message, frozen=True, kw_only=True, tag="communication.say"):
    """A chat message, durable. The client chooses `message_id`; a repeated one is said once.

    Replies `Said`.

    Refused with NOT_IN_ROOM, VALIDATION_ERROR (empty, over `MAX_CHAT_TEXT`).
    """

    user_id: str
    message_id: str
    text: str


class Signal(Message, frozen=True, kw_only=True, tag="communication.signal"):
    """Typing and the like: volatile, published as `room.signal`. Replies `lifecycle.Done`.

    Refused with NOT_IN_ROOM, VALIDATION_ERROR (over `MAX_SIGNAL_BYTES` as JSON).
    """

    user_id: str
    data: Any


class RemoveMessages(Message, frozen=True, kw_only=True, tag="communication.remove_messages"):
    """Forget what was said before a time, in ms. Replies `lifecycle.Done`.

    After the reply the events from before then may be deleted from the room's journal.
    """

    before: int


class SaidInRoom(Message, frozen=True, kw_only=True, tag="communication.said_in_room"):
    """Journalled event; offset n of the topic is the n-th of these.

    `offset` is that n, so an event shows by itself what was published; 0 in events older than the
    field.
    """

    offset: int = 0
    user_id: str
    full_name: str
    message_id: str
    text: str
    at: int


class LivePhase(StrEnum):
    """The phases of a live quiz that its course room distinguishes."""

    LOBBY = "lobby"
    RUNNING = "running"
    FINISHED = "finished"


class LiveQuizInRoom(Message, frozen=True, kw_only=True, tag="communication.live_quiz_in_room"):
    """A live quiz tells its course room which phase it is in; no reply. Repeating it is harmless.

    FINISHED removes it from the room's list.
    """

    live_quiz_id: str
    title: str
    phase: LivePhase
    host_name: str


class LiveQuizListed(Message, frozen=True, kw_only=True, tag="communication.live_quiz_listed"):
    """Journalled event: this game has changed the list of running games."""

    live_quiz_id: str
    title: str
    phase: LivePhase
    host_name: str


class RoomLive(Message, frozen=True, kw_only=True, tag="room.live", rename="camel"):
    """Publication `room.live`: a live quiz of this course has opened its lobby, started, or ended.

    `host_name` is who opened it. The PIN is not included, because not everybody in the room may
    have it; members of the course enter by `live_quiz_id`.
    """

    course_id: str
    live_quiz_id: str
    title: str
    phase: LivePhase
    host_name: str


class MessagesRemoved(Message, frozen=True, kw_only=True, tag="communication.messages_removed"):
    """Journalled event: what was said before this time, in ms, is no longer kept.

    It stands for all events from before then, which may be deleted: `offset` is how many
    messages had been said by now, and `live` are the games that go on.
    """

    before: int
    offset: int
    live: tuple[RoomLive, ...]


RoomEvent = SaidInRoom | LiveQuizListed | MessagesRemoved


class RoomMember(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    user_id: str
    full_name: str


class RoomMessage(Message, frozen=True, kw_only=True, tag="room.message", rename="camel"):
    """Publication `room.message` on `room:<course_id>`."""

    course_id: str
    user_id: str
    full_name: str
    message_id: str
    text: str
    at: int
    offset: int


class RoomSignal(Message, frozen=True, kw_only=True, tag="room.signal", rename="camel"):
    """Publication `room.signal`, volatile."""

    course_id: str
    user_id: str
    data: Any


class PresenceDiff(Message, frozen=True, kw_only=True, tag="room.presence", rename="camel"):
    """Publication `room.presence`, batched. `joined` and `left` are empty above the threshold.

    It names everybody whose presence has changed since the diff before it: `joined` are here now,
    whether or not they were before, and `left` are not. A client removes `left` and puts in
    `joined`, by user id; but when `joined` holds `count` members it is the complete list, as when a
    room falls back to the threshold. Then the client knows `count` members; if it knows another
    number, the names are not known, as above the threshold. `reset`: the room has forgotten who was
    there; those who are still there enter again.
    """

    course_id: str
    count: int
    joined: tuple[RoomMember, ...] = ()
    left: tuple[str, ...] = ()
    reset: bool = False


class PresenceState(Message, frozen=True, kw_only=True, tag="room.presence_state", rename="camel"):
    """Who is in the room. `members` is empty above the threshold."""

    course_id: str
    count: int
    members: tuple[RoomMember, ...] = ()


class RoomView(Message, frozen=True, kw_only=True, tag="room.view", rename="camel"):
    """State of the room at `offset` of its topic. `members` is empty above the threshold.

    `members` are those of this moment, with the one who enters; every `PresenceDiff` that is
    published afterwards builds on it, whatever had changed since the diff before. `live` lists the
    running live quizzes of this course. `removed_before`: messages from before then, in ms, were
    removed because of their age or their number; None if all are kept.
    """

    course_id: str
    epoch: int
    offset: int
    count: int
    members: tuple[RoomMember, ...]
    messages: tuple[RoomMessage, ...]
    live: tuple[RoomLive, ...] = ()
    removed_before: int | None = None


class Said(Message, frozen=True, kw_only=True, tag="room.said", rename="camel"):
    """The acknowledgement; the message is durable."""

    message_id: str
    offset: int


class RemoveOldMessages(
    Message, frozen=True, kw_only=True, tag="communication.remove_old_messages"
):
    """Job payload: remove messages of all rooms that are too old or too many."""


REMOVE_OLD_MESSAGES = JobKind(
    payload=RemoveOldMessages, every_ms=3_600_000, timeout_seconds=1_800.0, concurrency=1
)

# --- domain events, from the outbox ---------------------------------------------------------------
# Each holds what a subscriber is shown, so only related rows have to be read for it.


class MessageSent(Message, frozen=True, kw_only=True, tag="communication.message_sent"):
    """A direct message, new and unread. Published as `message.received` to its recipient."""

    actor: ClassVar[str | None] = "sender_id"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"message_id", "conversation_id", "sender_id", "recipient_id", "at"}
    )

    message_id: str
    conversation_id: str
    sender_id: str
    recipient_id: str
    subject: str | None = None
    content: str
    at: int


class DiscussionPostAdded(
    Message, frozen=True, kw_only=True, tag="communication.discussion_post_added"
):
    """A new post in a discussion. Published as `thread.post` to followers of the thread."""

    actor: ClassVar[str | None] = "author_id"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"post_id", "thread_id", "course_id", "author_id", "parent_post_id", "at"}
    )

    post_id: str
    thread_id: str
    course_id: str
    author_id: str
    parent_post_id: str | None = None
    content: str
    at: int


class AnnouncementPublished(
    Message, frozen=True, kw_only=True, tag="communication.announcement_published"
):
    """An announcement is out. Published as `course.announcement` to followers of the course.

    `scheduled_for` is the planned time, None if it was published at once.
    """

    actor: ClassVar[str | None] = "educator_id"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"announcement_id", "course_id", "educator_id", "title", "scheduled_for", "published_at"}
    )

    announcement_id: str
    course_id: str
    educator_id: str
    title: str
    content: str
    scheduled_for: int | None = None
    published_at: int


DOMAIN_EVENTS: tuple[type[Message], ...] = (
    MessageSent,
    DiscussionPostAdded,
    AnnouncementPublished,
)
"""The events announced to other domains."""
