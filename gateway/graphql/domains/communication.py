"""The communication domain in the schema: messages, discussions, announcements, presence."""

from __future__ import annotations

from typing import Any

from gateway.graphql.domain import (
    Arguments,
    Composed,
    Domain,
    Feed,
    Given,
    Initial,
    Listed,
    Payload,
    ReadBack,
    Right,
)
from gateway.graphql.scalars import iso, maybe_iso
from protocol import topics
from protocol.communication import (
    ROOM_KIND,
    AnnouncementPublished,
    DiscussionPostAdded,
    MayEnterRoom,
    MayReadThread,
    MessageSent,
    PresenceDiff,
    PresenceState,
    RoomMember,
    ViewRoom,
)
from protocol.envelope import Address
from protocol.errors import AuthorizationError
from protocol.ports import Identity

HANDLER = Address("communication", "")


# --- who may --------------------------------------------------------------------------------------


def oneself(arguments: Arguments, user: Identity) -> None:
    """Nobody reads what others are sent, admins included."""
    if arguments["userId"] != user.user_id:
        raise AuthorizationError("Users may follow only their own messages")


def of_course(arguments: Arguments, user: Identity) -> Right:
    """Members and teachers of a course."""
    course_id = arguments["courseId"]
    question = MayEnterRoom(user_id=user.user_id, role=user.role, course_id=course_id)
    return Right(HANDLER, question, lambda _: course_id)


def of_thread(arguments: Arguments, user: Identity) -> Right:
    """Members and teachers of a discussion's course."""
    question = MayReadThread(user_id=user.user_id, role=user.role, thread_id=arguments["threadId"])
    return Right(HANDLER, question, lambda reply: reply.course_id)


# --- what is shown --------------------------------------------------------------------------------


def message(sent: MessageSent) -> Payload:
    """A direct message, which nobody has read yet."""
    return Composed(
        "Message",
        {
            "id": Given(sent.message_id),
            "sender": ReadBack("eventUser", sent.sender_id),
            "recipient": ReadBack("eventUser", sent.recipient_id),
            "subject": Given(sent.subject),
            "content": Given(sent.content),
            "isRead": Given(False),
            "readAt": Given(None),
            "createdAt": Given(iso(sent.at)),
        },
    )


def post(added: DiscussionPostAdded) -> Payload:
    """A post, on which nobody has voted yet."""
    parent = added.parent_post_id
    return Composed(
        "DiscussionPost",
        {
            "id": Given(added.post_id),
            "thread": ReadBack("eventThread", added.thread_id),
            "author": ReadBack("eventUser", added.author_id),
            "content": Given(added.content),
            "parentPost": Given(None) if parent is None else ReadBack("eventPost", parent, True),
            "upvoteCount": Given(0),
            "isSolution": Given(False),
            "createdAt": Given(iso(added.at)),
        },
    )


def announcement(published: AnnouncementPublished) -> Payload:
    """An announcement that is out."""
    return Composed(
        "Announcement",
        {
            "id": Given(published.announcement_id),
            "course": ReadBack("eventCourse", published.course_id),
            "educator": ReadBack("eventUser", published.educator_id),
            "title": Given(published.title),
            "content": Given(published.content),
            "scheduledFor": Given(maybe_iso(published.scheduled_for)),
            "publishedAt": Given(iso(published.published_at)),
        },
    )


def who_is_there(state: PresenceState) -> Payload:
    """The snapshot that the first update is."""
    return presence("SNAPSHOT", state, state.members)


def who_changed(diff: PresenceDiff) -> Payload:
    """What a diff says. One that names all who are there stands for itself."""
    kind = "CHANGE"
    if diff.reset:
        kind = "RESET"
    elif diff.joined and len(diff.joined) == diff.count:
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
        "courseId": Given(of.course_id),
        "kind": Given(kind),
        "count": Given(of.count),
        "joined": Listed([present(member) for member in joined]),
        "left": Given(left),
    }
    return Composed("PresenceUpdate", members)


def present(member: RoomMember) -> Payload:
    """A `PresentUser`."""
    members = {"userId": Given(member.user_id), "fullName": Given(member.full_name)}
    return Composed("PresentUser", members)


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
            authorize=of_course,
            payloads={"course.announcement": announcement},
            reads={"course": "eventCourse", "educator": "eventUser"},
        ),
        "userPresence": Feed(
            topic=lambda arguments, user: topics.room(arguments["courseId"]),
            authorize=of_course,
            payloads={"room.presence": who_changed},
            initial=lambda arguments: Initial(
                Address(ROOM_KIND, arguments["courseId"]), ViewRoom(), who_is_there
            ),
        ),
    },
)
