"""The communication domain in the schema: messages, discussions, announcements, presence."""

from __future__ import annotations

from typing import Any

from gateway.graphql.domain import (
    Arguments,
    Composed,
    Domain,
    Feed,
    Given,
    Listed,
    Payload,
    ReadBack,
    Right,
    View,
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

SDL = '''
type Message {
  id: ID!
  sender: User!
  recipient: User!
  subject: String
  content: String!
  isRead: Boolean!
  readAt: DateTime
  createdAt: DateTime!
}

type DiscussionThread {
  id: ID!
  course: Course!
  author: User!
  category: String!
  title: String!
  content: String!
  isPinned: Boolean!
  isLocked: Boolean!
  posts: [DiscussionPost!]!
  viewCount: Int!
  replyCount: Int!
  lastActivityAt: DateTime!
}

type DiscussionPost {
  id: ID!
  thread: DiscussionThread!
  author: User!
  content: String!
  parentPost: DiscussionPost
  upvoteCount: Int!
  isSolution: Boolean!
  createdAt: DateTime!
}

type Announcement {
  id: ID!
  course: Course!
  educator: User!
  title: String!
  content: String!
  scheduledFor: DateTime
  publishedAt: DateTime
}

"""Who is in a course room. The first update is a SNAPSHOT, and each follows upon the one before."""
type PresenceUpdate {
  courseId: ID!
  kind: PresenceKind!
  """How many are there now."""
  count: Int!
  joined: [PresentUser!]!
  """The ids of those who went."""
  left: [ID!]!
}
enum PresenceKind {
  """`joined` names everybody who is there, or nobody where more than 200 are."""
  SNAPSHOT
  """Who came and went since; only `count` where more than 200 are there."""
  CHANGE
  """The room has forgotten who was there; whoever still is comes in again."""
  RESET
}
type PresentUser { userId: ID! fullName: String! }

extend type Subscription {
  """Direct messages to oneself, as they are sent."""
  messageReceived(userId: ID!): Message!
  """New posts in a discussion, for members and teachers of its course."""
  newDiscussionPost(threadId: ID!): DiscussionPost!
  """Announcements of a course, for its members and teachers."""
  announcementPublished(courseId: ID!): Announcement!
  """Who is in a course's room, for its members and teachers; whoever looks does not enter."""
  userPresence(courseId: ID!): PresenceUpdate!
}
'''


# --- who may --------------------------------------------------------------------------------------


def oneself(arguments: Arguments, user: Identity) -> None:
    """Nobody reads what others are sent, admins included."""
    if arguments["userId"] != user.user_id:
        raise AuthorizationError("Only one's own messages can be followed")


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
    sdl=SDL,
    feeds={
        "messageReceived": Feed(
            topic=lambda arguments, user: topics.user(user.user_id),
            may=oneself,
            shows={"message.received": message},
            reads={"sender": "eventUser", "recipient": "eventUser"},
        ),
        "newDiscussionPost": Feed(
            topic=lambda arguments, user: topics.thread(arguments["threadId"]),
            may=of_thread,
            shows={"thread.post": post},
            reads={"thread": "eventThread", "author": "eventUser", "parentPost": "eventPost"},
        ),
        "announcementPublished": Feed(
            topic=lambda arguments, user: topics.course(arguments["courseId"]),
            may=of_course,
            shows={"course.announcement": announcement},
            reads={"course": "eventCourse", "educator": "eventUser"},
        ),
        "userPresence": Feed(
            topic=lambda arguments, user: topics.room(arguments["courseId"]),
            may=of_course,
            shows={"room.presence": who_changed},
            view=lambda arguments: View(
                Address(ROOM_KIND, arguments["courseId"]), ViewRoom(), who_is_there
            ),
        ),
    },
)
