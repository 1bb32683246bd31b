"""The state of one course room: the chat, from the journal, and presence, which is volatile."""

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
    """Who is here (user id to name), and which changes are not published yet.

    `told` is the count last published, `named` whether members know the names of all others. `due`
    is when the next diff goes out. `gone` has the names of those in `left`.
    """

    members: dict[str, str] = {}
    joined: dict[str, bool] = {}
    left: dict[str, bool] = {}
    gone: dict[str, str] = {}
    told: int = 0
    named: bool = True
    due: int = 0


class RoomState(msgspec.Struct):
    """`offset` counts all messages ever said; `recent` holds the newest, `said` their ids.

    `live` are the live quizzes that go on, by id. `spent` says what was used up of the quotas.
    """

    course_id: str
    offset: int = 0
    recent: list[RoomMessage] = []
    said: dict[str, int] = {}
    live: dict[str, RoomLive] = {}
    spent: Spent = {}
    presence: Presence = msgspec.field(default_factory=Presence)


class MemberJoined(Message, frozen=True, kw_only=True, tag="communication.member_joined"):
    """Volatile: a user entered."""

    user_id: str
    full_name: str


class MemberLeft(Message, frozen=True, kw_only=True, tag="communication.member_left"):
    """Volatile: a user left."""

    user_id: str


class PresenceDue(Message, frozen=True, kw_only=True, tag="communication.presence_due"):
    """Volatile: the alarm for the next diff is set."""

    due_at: int


class PresenceTold(Message, frozen=True, kw_only=True, tag="communication.presence_told"):
    """Volatile: the diff has been published."""


class RoomAwoken(Message, frozen=True, kw_only=True, tag="communication.room_awoken"):
    """Volatile: a new activation, which knows no members yet."""


def remembered(user_id: str, message_id: str) -> str:
    """The key of a message in `RoomState.said`."""
    return f"{user_id}/{message_id}"


def view(state: RoomState, entering: RoomMember) -> RoomView:
    """The room as it is once `entering` is in it."""
    members = {**state.presence.members, entering.user_id: entering.full_name}
    count = len(members)
    return RoomView(
        course_id=state.course_id,
        epoch=EPOCH,
        offset=state.offset,
        count=count,
        members=named(members) if count <= PRESENCE_NAMES_THRESHOLD else (),
        messages=tuple(state.recent),
        live=tuple(state.live.values()),
    )


def as_told(state: RoomState) -> PresenceState:
    """Who is there as far as members have been told; the next `diff` continues from it."""
    presence = state.presence
    known = {u: n for u, n in presence.members.items() if u not in presence.joined}
    known.update(presence.gone)
    return PresenceState(
        course_id=state.course_id,
        count=len(known),
        members=named(known) if presence.named else (),
    )


def named(members: dict[str, str]) -> tuple[RoomMember, ...]:
    """Members as clients see them."""
    return tuple(RoomMember(user_id=u, full_name=n) for u, n in members.items())


def diff(state: RoomState) -> PresenceDiff | None:
    """The changes not published yet; None if there are none."""
    presence = state.presence
    count = len(presence.members)
    if count > PRESENCE_NAMES_THRESHOLD:
        changed = count != presence.told
        return PresenceDiff(course_id=state.course_id, count=count) if changed else None
    if not presence.named:
        everybody = named(presence.members)
        return PresenceDiff(course_id=state.course_id, count=count, joined=everybody)
    if not presence.joined and not presence.left:
        return None
    newcomers = {u: presence.members[u] for u in presence.joined}
    return PresenceDiff(
        course_id=state.course_id,
        count=count,
        joined=named(newcomers),
        left=tuple(presence.left),
    )
