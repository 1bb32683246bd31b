"""The state of one course room: the chat, from the journal, and presence, which is volatile.

**Whoever got a view and every later diff knows who is here.** A view (`view`, `present`) shows the
room as it is at that moment. A diff names everybody whose presence has changed since the diff
before it, with the outcome, even if that is what it was before: so it is right on top of every view
made in between, whatever had happened by then. It follows that a diff may be applied twice, or on
top of a newer view as long as those after it come too. Above `PRESENCE_NAMES_THRESHOLD` views and
diffs have no names, and the first diff after that names everybody.
"""

from __future__ import annotations

import msgspec

from actors.communication.room.quotas import Spent
from protocol.communication import (
    EPOCH,
    PRESENCE_NAMES_THRESHOLD,
    PresenceDiff,
    PresenceState,
    RoomLive,
    RoomMember,
    RoomMessage,
    RoomView,
)
from protocol.envelope import Message

MAX_REMEMBERED = 1_000
"""Remembered message ids; a client repeats an id within seconds, not after a thousand others."""


class Presence(msgspec.Struct):
    """Who is here (user id to name), and with which connections.

    A member has at least one connection. The room keeps them itself: nobody else has to remember
    who is still there when one leaves. `touched` are those whose presence has changed since the
    last diff; while there are any, an alarm is set for the next one. `named` says whether that last
    diff, and every view since, had names.
    """

    members: dict[str, str] = {}
    connections: dict[str, list[str]] = {}
    touched: dict[str, bool] = {}
    named: bool = True


class RoomState(msgspec.Struct):
    """`offset` counts all messages ever said; `recent` holds the newest, `said` their ids.

    `live` are the live quizzes that go on, by id. `spent` says what was used up of the quotas.
    What was said before `removed_before` is not kept; 0 if everything is.
    """

    course_id: str
    offset: int = 0
    recent: list[RoomMessage] = []
    said: dict[str, int] = {}
    live: dict[str, RoomLive] = {}
    spent: Spent = {}
    removed_before: int = 0
    presence: Presence = msgspec.field(default_factory=Presence)


class MemberJoined(Message, frozen=True, kw_only=True, tag="communication.member_joined"):
    """Volatile: a user entered, perhaps with one more connection, or under another name."""

    user_id: str
    full_name: str
    connection_id: str


class MemberLeft(Message, frozen=True, kw_only=True, tag="communication.member_left"):
    """Volatile: a connection of a user left."""

    user_id: str
    connection_id: str


class PresenceTold(Message, frozen=True, kw_only=True, tag="communication.presence_told"):
    """Volatile: the diff has been published."""


class RoomAwoken(Message, frozen=True, kw_only=True, tag="communication.room_awoken"):
    """Volatile: a new activation, which knows no members yet."""


def remembered(user_id: str, message_id: str) -> str:
    """The key of a message in `RoomState.said`."""
    return f"{user_id}/{message_id}"


def view(state: RoomState, entering: RoomMember) -> RoomView:
    """The room as it is once `entering` is in it."""
    members = state.presence.members
    count = len(members) + (entering.user_id not in members)
    shown = count <= PRESENCE_NAMES_THRESHOLD
    return RoomView(
        course_id=state.course_id,
        epoch=EPOCH,
        offset=state.offset,
        count=count,
        members=named({**members, entering.user_id: entering.full_name}) if shown else (),
        messages=tuple(state.recent),
        live=tuple(state.live.values()),
        removed_before=state.removed_before or None,
    )


def present(state: RoomState) -> PresenceState:
    """Who is there."""
    members = state.presence.members
    count = len(members)
    return PresenceState(
        course_id=state.course_id,
        count=count,
        members=named(members) if count <= PRESENCE_NAMES_THRESHOLD else (),
    )


def named(members: dict[str, str]) -> tuple[RoomMember, ...]:
    """Members as clients see them."""
    return tuple(RoomMember(user_id=u, full_name=n) for u, n in members.items())


def diff(state: RoomState) -> PresenceDiff | None:
    """The changes not published yet; None if there are none."""
    members, touched = state.presence.members, state.presence.touched
    count = len(members)
    if not touched:
        return None
    if count > PRESENCE_NAMES_THRESHOLD:
        return PresenceDiff(course_id=state.course_id, count=count)
    if not state.presence.named:
        return PresenceDiff(course_id=state.course_id, count=count, joined=named(members))
    return PresenceDiff(
        course_id=state.course_id,
        count=count,
        joined=named({u: members[u] for u in touched if u in members}),
        left=tuple(u for u in touched if u not in members),
    )
