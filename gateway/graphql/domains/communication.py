"""The communication domain in the schema: messages, discussions, announcements, presence."""

from __future__ import annotations

from typing import Any

from gateway.graphql.accounts import to_account
from gateway.graphql.domain import (
    Arguments,
    Domain,
    Feed,
    Initial,
    ListValue,
    ObjectValue,
    Payload,
    PlainValue,
    ReadBack,
    Right,
)
from protocol import topics
from protocol.access import Identity
from protocol.communication import (
    ROOM_KIND,
    AnnouncementPublished,
    DiscussionPostAdded,
    MayEnterRoom,
    MayReadAnnouncements,
    MayReadThread,
    MessageSent,
    PresenceDiff,
    PresenceState,
    RoomMember,
    ViewRoom,
)
from protocol.envelope import Address
from protocol.permissions import permits, refused
from protocol.times import iso, maybe_iso

HANDLER = Address("communication", "")


# --- authorize ------------------------------------------------------------------------------------


def oneself(arguments: Arguments, user: Identity) -> None:
    """Only the user's own messages, for admins too."""
    if not permits("messageReceived", to_account(user, arguments["userId"])):
        raise refused("messageReceived", user.role, "Users may follow only their own messages")


def of_announcements(arguments: Arguments, user: Identity) -> Right:
    """For members and teachers of the course."""
    course_id = arguments["courseId"]
    question = MayReadAnnouncements(user_id=user.user_id, role=user.role, course_id=course_id)
    return Right(HANDLER, question, lambda _: course_id)


def of_room(arguments: Arguments, user: Identity) -> Right:
    """For members and teachers of the course."""
    course_id = arguments["courseId"]
    question = MayEnterRoom(user_id=user.user_id, role=user.role, course_id=course_id)
    return Right(HANDLER, question, lambda _: course_id)


def of_thread(arguments: Arguments, user: Identity) -> Right:
    """For members and teachers of the discussion's course."""
    question = MayReadThread(user_id=user.user_id, role=user.role, thread_id=arguments["threadId"])
    return Right(HANDLER, question, lambda reply: reply.course_id)


# --- payloads -------------------------------------------------------------------------------------


def message(sent: MessageSent) -> Payload:
    """A `Message`, unread."""
    return ObjectValue(
        "Message",
        {
            "id": PlainValue(sent.message_id),
            "sender": ReadBack("eventUser", sent.sender_id),
            "recipient": ReadBack("eventUser", sent.recipient_id),
            "subject": PlainValue(sent.subject),
            "content": PlainValue(sent.content),
            "isRead": PlainValue(False),
            "readAt": PlainValue(None),
            "createdAt": PlainValue(iso(sent.at)),
        },
    )


def post(added: DiscussionPostAdded) -> Payload:
    """A `DiscussionPost` without votes."""
    parent: Payload = PlainValue(None)
    if added.parent_post_id is not None:
        parent = ReadBack("eventPost", added.parent_post_id, optional=True)
    return ObjectValue(
        "DiscussionPost",
        {
            "id": PlainValue(added.post_id),
            "thread": ReadBack("eventThread", added.thread_id),
            "author": ReadBack("eventUser", added.author_id),
            "content": PlainValue(added.content),
            "parentPost": parent,
            "upvoteCount": PlainValue(0),
            "isSolution": PlainValue(False),
            "createdAt": PlainValue(iso(added.at)),
        },
    )


def announcement(published: AnnouncementPublished) -> Payload:
    """An `Announcement`."""
    return ObjectValue(
        "Announcement",
        {
            "id": PlainValue(published.announcement_id),
            "course": ReadBack("eventCourse", published.course_id),
            "educator": ReadBack("eventUser", published.educator_id),
            "title": PlainValue(published.title),
            "content": PlainValue(published.content),
            "scheduledFor": PlainValue(maybe_iso(published.scheduled_for)),
            "publishedAt": PlainValue(iso(published.published_at)),
        },
    )


def snapshot(state: PresenceState) -> Payload:
    """The snapshot with which the updates begin."""
    return presence("SNAPSHOT", state, state.members)


def change(diff: PresenceDiff) -> Payload:
    """A change of presence. A diff that names everybody present is a snapshot."""
    kind = "CHANGE"
    if diff.reset:
        kind = "RESET"
    elif len(diff.joined) == diff.count and (diff.joined or not diff.left):
        kind = "SNAPSHOT"
    return presence(kind, diff, diff.joined, diff.left)


def presence(
    kind: str,
    of: PresenceState | PresenceDiff,
    joined: tuple[RoomMember, ...],
    left: tuple[str, ...] = (),
) -> Payload:
    """A `PresenceUpdate`."""
    members: dict[str, Any] = {
        "courseId": PlainValue(of.course_id),
        "kind": PlainValue(kind),
        "count": PlainValue(of.count),
        "joined": ListValue([present(member) for member in joined]),
        "left": PlainValue(left),
    }
    return ObjectValue("PresenceUpdate", members)


def present(member: RoomMember) -> Payload:
    """A `PresentUser`."""
    members = {"userId": PlainValue(member.user_id), "fullName": PlainValue(member.full_name)}
    return ObjectValue("PresentUser", members)


DOMAIN = Domain(
    "communication",
    feeds={
        "messageReceived": Feed(
            topic=lambda arguments, user: topics.user(user.user_id),
            authorize=oneself,
            payloads={"message.received": message},
            reads={"sender": "eventUser", "recipient": "eventUser"},
        ),
        "newDiscussionPost": Feed(
            topic=lambda arguments, user: topics.thread(arguments["threadId"]),
            authorize=of_thread,
            payloads={"thread.post": post},
            reads={"thread": "eventThread", "author": "eventUser", "parentPost": "eventPost"},
        ),
        "announcementPublished": Feed(
            topic=lambda arguments, user: topics.course(arguments["courseId"]),
            authorize=of_announcements,
            payloads={"course.announcement": announcement},
            reads={"course": "eventCourse", "educator": "eventUser"},
        ),
        "userPresence": Feed(
            topic=lambda arguments, user: topics.room(arguments["courseId"]),
            authorize=of_room,
            payloads={"room.presence": change},
            initial=lambda arguments: Initial(
                Address(ROOM_KIND, arguments["courseId"]), ViewRoom(), snapshot
            ),
        ),
    },
)
