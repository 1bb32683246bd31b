"""A course room: presence, chat, running live quizzes, and signals such as typing.

Messages and the list of live quizzes are journalled, and published once they are durable. Presence
is volatile: it is published in batches (`state` says how views and diffs fit together), and an
activation that may have forgotten members says so (`PresenceDiff.reset`). The room leaves memory by
itself some time after its last member; it must not be passivated merely for being idle, since its
members would be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from actors.communication.room import quotas
from actors.communication.room.state import (
    MAX_REMEMBERED,
    MemberJoined,
    MemberLeft,
    Presence,
    PresenceTold,
    RoomAwoken,
    RoomState,
    diff,
    present,
    remembered,
    view,
)
from actors.effects import (
    Effect,
    Effects,
    Passivate,
    Persist,
    Publish,
    Refuse,
    Reply,
    Volatile,
    WakeAt,
)
from protocol import topics
from protocol.communication import (
    EPOCH,
    MAX_CHAT_TEXT,
    MAX_LISTED,
    MAX_MEMBERS,
    MAX_MESSAGE_ID,
    MAX_SIGNAL_BYTES,
    PRESENCE_NAMES_THRESHOLD,
    RECENT_MESSAGES,
    ROOM_KIND,
    JoinRoom,
    LeaveRoom,
    LivePhase,
    LiveQuizInRoom,
    LiveQuizListed,
    MessagesRemoved,
    PresenceDiff,
    RemoveMessages,
    RoomEvent,
    RoomLive,
    RoomMember,
    RoomMessage,
    RoomSignal,
    Said,
    SaidInRoom,
    Say,
    Signal,
    ViewRoom,
)
from protocol.envelope import Message
from protocol.errors import RefusedError, StoaError, ValidationError
from protocol.lifecycle import Activated, Done, Reminded
from protocol.texts import MAX_MARKS, has_stacked_marks
from protocol.validation import Rule

BATCH_MS = 250
"""Interval of presence diffs."""
LINGER_MS = 60_000
"""An empty room stays in memory this long."""

kind = ROOM_KIND
schema = 1
event_types = RoomEvent
state_type = RoomState


def initial(key: str) -> RoomState:
    """A room in which nothing has been said yet."""
    return RoomState(course_id=key)


def decide(state: RoomState, command: Message, now: int) -> Effects:
    """The effects of a command at the time `now`."""
    try:
        return _DECIDE[type(command)](state, command, now)
    except StoaError as error:
        return [Refuse(error)]


def evolve(state: RoomState, event: Any) -> RoomState:
    """Apply a journalled or a volatile event; changes and returns `state`."""
    _EVOLVE[type(event)](state, event)
    return state


def publications_of(key: str, events: Iterable[Message]) -> list[Publish]:
    """Everything that a journal made public, in order."""
    state, sent = initial(key), list[Publish]()
    for event in events:
        if isinstance(event, SaidInRoom):
            sent.append(_publication(key, _numbered(state, event)))
        elif isinstance(event, LiveQuizListed):
            sent.append(_live_publication(state, event))
        state = evolve(state, event)
    return sent


def durable_publication(key: str, event: Message) -> Publish | None:
    """The publication of an event that a client who was away gets again."""
    return _publication(key, event) if isinstance(event, SaidInRoom) else None


# --- decide ---------------------------------------------------------------------------------------


def _join(state: RoomState, command: JoinRoom, now: int) -> Effects:
    members = state.presence.members
    if command.user_id not in members and len(members) >= MAX_MEMBERS:
        raise RefusedError("ROOM_FULL", "This room is full")
    entering = RoomMember(user_id=command.user_id, full_name=command.full_name)
    here = members.get(command.user_id) == command.full_name
    if here and command.connection_id in state.presence.connections[command.user_id]:
        return [Reply(view(state, entering))]
    event = MemberJoined(
        user_id=command.user_id,
        full_name=command.full_name,
        connection_id=command.connection_id,
    )
    changes = [] if here else _batch(state, now)
    return [Volatile(event), *changes, Reply(view(state, entering))]


def _leave(state: RoomState, command: LeaveRoom, now: int) -> Effects:
    connections = state.presence.connections.get(command.user_id, [])
    if command.connection_id not in connections:
        return [Reply(Done())]
    event = MemberLeft(user_id=command.user_id, connection_id=command.connection_id)
    if len(connections) > 1:
        return [Volatile(event), Reply(Done())]
    effects: list[Effect] = [Volatile(event), *_batch(state, now)]
    if len(state.presence.members) == 1:
        effects.append(WakeAt("leave", now + LINGER_MS, durable=False))
    return [*effects, Reply(Done())]


def _view(state: RoomState, _: ViewRoom, now: int) -> Effects:
    if state.presence.members:
        return [Reply(present(state))]
    return [Reply(present(state)), WakeAt("leave", now + LINGER_MS, durable=False)]


def _batch(state: RoomState, now: int) -> list[Effect]:
    if state.presence.touched:
        return []
    return [WakeAt("presence", now + BATCH_MS, durable=False)]


def _say(state: RoomState, command: Say, now: int) -> Effects:
    known = state.said.get(remembered(command.user_id, command.message_id))
    if known is not None:
        return [Reply(Said(message_id=command.message_id, offset=known))]
    full_name = _name_of(state, command.user_id)
    if not 1 <= len(command.message_id) <= MAX_MESSAGE_ID:
        message = f"1 to {MAX_MESSAGE_ID} characters"
        raise ValidationError.of("messageId", Rule.WRONG_LENGTH, message, min=1, max=MAX_MESSAGE_ID)
    text = command.text.strip()
    if not 1 <= len(text) <= MAX_CHAT_TEXT:
        message = f"1 to {MAX_CHAT_TEXT} characters"
        raise ValidationError.of("text", Rule.WRONG_LENGTH, message, min=1, max=MAX_CHAT_TEXT)
    if has_stacked_marks(text):
        message = f"At most {MAX_MARKS} marks on a character"
        raise ValidationError.of("text", Rule.TOO_MANY_MARKS, message, max=MAX_MARKS)
    quotas.check(state.spent, command.user_id, now)
    event = SaidInRoom(
        user_id=command.user_id,
        full_name=full_name,
        message_id=command.message_id,
        text=text,
        at=now,
        offset=state.offset + 1,
    )
    said = Said(message_id=command.message_id, offset=state.offset + 1)
    return [Persist((event,)), Reply(said), _publication(state.course_id, event)]


def _signal(state: RoomState, command: Signal, _now: int) -> Effects:
    _name_of(state, command.user_id)
    if len(msgspec.json.encode(command.data)) > MAX_SIGNAL_BYTES:
        message = f"At most {MAX_SIGNAL_BYTES} bytes"
        raise ValidationError.of("data", Rule.TOO_MANY_BYTES, message, max=MAX_SIGNAL_BYTES)
    data = RoomSignal(course_id=state.course_id, user_id=command.user_id, data=command.data)
    topic = topics.room(state.course_id)
    return [Publish(topic, "room.signal", data, volatile=True), Reply(Done())]


def _name_of(state: RoomState, user_id: str) -> str:
    full_name = state.presence.members.get(user_id)
    if full_name is None:
        raise RefusedError("NOT_IN_ROOM", "Enter the room first")
    return full_name


def _live_quiz(state: RoomState, command: LiveQuizInRoom, now: int) -> Effects:
    known = state.live.get(command.live_quiz_id)
    over = command.phase is LivePhase.FINISHED
    if known is None if over else known == _shown_live(state, command):
        return []
    event = LiveQuizListed(
        live_quiz_id=command.live_quiz_id,
        title=command.title,
        phase=command.phase,
        host_name=command.host_name,
    )
    effects: list[Effect] = [Persist((event,)), _live_publication(state, event)]
    if not state.presence.members:
        effects.append(WakeAt("leave", now + LINGER_MS, durable=False))
    return effects


def _remove(state: RoomState, command: RemoveMessages, now: int) -> Effects:
    before = min(command.before, now)
    if before <= state.removed_before:
        return [Reply(Done())]
    live = tuple(state.live.values())
    event = MessagesRemoved(before=before, offset=state.offset, live=live)
    return [Persist((event,)), Reply(Done())]


def _activated(state: RoomState, _: Activated, now: int) -> Effects:
    forgotten = PresenceDiff(course_id=state.course_id, count=0, reset=True)
    return [
        Volatile(RoomAwoken()),
        Publish(topics.room(state.course_id), "room.presence", forgotten),
        WakeAt("leave", now + LINGER_MS, durable=False),
    ]


def _reminded(state: RoomState, command: Reminded, _now: int) -> Effects:
    if command.name == "presence":
        return _tell_presence(state)
    if command.name == "leave" and not state.presence.members:
        return [Passivate()]
    return []


def _tell_presence(state: RoomState) -> Effects:
    told = diff(state)
    if told is None:
        return []
    return [Volatile(PresenceTold()), Publish(topics.room(state.course_id), "room.presence", told)]


def _numbered(state: RoomState, event: SaidInRoom) -> SaidInRoom:
    """The event with its offset, which older events lack; `state` is the one before it."""
    return event if event.offset else msgspec.structs.replace(event, offset=state.offset + 1)


def _message(course_id: str, event: SaidInRoom) -> RoomMessage:
    """The message as clients see it."""
    return RoomMessage(
        course_id=course_id,
        user_id=event.user_id,
        full_name=event.full_name,
        message_id=event.message_id,
        text=event.text,
        at=event.at,
        offset=event.offset,
    )


def _publication(course_id: str, event: SaidInRoom) -> Publish:
    data = _message(course_id, event)
    topic = topics.room(course_id)
    return Publish(topic, "room.message", data, offset=data.offset, epoch=EPOCH)


def _shown_live(state: RoomState, told: LiveQuizInRoom | LiveQuizListed) -> RoomLive:
    return RoomLive(
        course_id=state.course_id,
        live_quiz_id=told.live_quiz_id,
        title=told.title,
        phase=told.phase,
        host_name=told.host_name,
    )


def _live_publication(state: RoomState, event: LiveQuizListed) -> Publish:
    return Publish(topics.room(state.course_id), "room.live", _shown_live(state, event))


_DECIDE: dict[type[Message], Callable[[RoomState, Any, int], Effects]] = {
    JoinRoom: _join,
    LeaveRoom: _leave,
    ViewRoom: _view,
    Say: _say,
    Signal: _signal,
    LiveQuizInRoom: _live_quiz,
    RemoveMessages: _remove,
    Activated: _activated,
    Reminded: _reminded,
}


# --- evolve ---------------------------------------------------------------------------------------


def _said(state: RoomState, event: SaidInRoom) -> None:
    message = _message(state.course_id, _numbered(state, event))
    state.offset = message.offset
    state.recent.append(message)
    del state.recent[:-RECENT_MESSAGES]
    state.said[remembered(event.user_id, event.message_id)] = message.offset
    quotas.spend(state.spent, event.user_id, event.at)
    if len(state.said) > MAX_REMEMBERED:
        del state.said[next(iter(state.said))]


def _live_listed(state: RoomState, event: LiveQuizListed) -> None:
    if event.phase is LivePhase.FINISHED:
        state.live.pop(event.live_quiz_id, None)
        return
    state.live[event.live_quiz_id] = _shown_live(state, event)
    if len(state.live) > MAX_LISTED:
        del state.live[next(iter(state.live))]


def _removed(state: RoomState, event: MessagesRemoved) -> None:
    state.removed_before = event.before
    state.recent = [message for message in state.recent if message.at >= event.before]
    state.offset = event.offset
    state.live = {each.live_quiz_id: each for each in event.live}


def _member_joined(state: RoomState, event: MemberJoined) -> None:
    presence = state.presence
    connections = presence.connections.setdefault(event.user_id, [])
    if event.connection_id not in connections:
        connections.append(event.connection_id)
    if presence.members.get(event.user_id) == event.full_name:
        return
    presence.members[event.user_id] = event.full_name
    presence.touched[event.user_id] = True
    if len(presence.members) > PRESENCE_NAMES_THRESHOLD:
        presence.named = False


def _member_left(state: RoomState, event: MemberLeft) -> None:
    presence = state.presence
    connections = presence.connections[event.user_id]
    connections.remove(event.connection_id)
    if not connections:
        del presence.connections[event.user_id], presence.members[event.user_id]
        presence.touched[event.user_id] = True


def _presence_told(state: RoomState, _: PresenceTold) -> None:
    presence = state.presence
    presence.touched = {}
    presence.named = len(presence.members) <= PRESENCE_NAMES_THRESHOLD


def _awoken(state: RoomState, _: RoomAwoken) -> None:
    state.presence = Presence()


_EVOLVE: dict[type[Message], Callable[[RoomState, Any], None]] = {
    SaidInRoom: _said,
    LiveQuizListed: _live_listed,
    MessagesRemoved: _removed,
    MemberJoined: _member_joined,
    MemberLeft: _member_left,
    PresenceTold: _presence_told,
    RoomAwoken: _awoken,
}
