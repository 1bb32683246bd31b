"""One user over many devices: how many there may be, and which rooms each has entered.

Volatile: nothing is journalled, and the session leaves memory with its last device. Rooms know for
themselves which devices are there, so a session that has crashed and forgotten some makes nobody
leave who is there, and keeps nobody who is not. A room's view goes to the asker directly
(`Forward`), so that entering costs the session no waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actors.effects import Effect, Effects, Forward, Passivate, Refuse, Reply, Send, Volatile
from actors.users.session.state import (
    ConnectionClosed,
    ConnectionOpened,
    Device,
    RoomEntered,
    RoomExited,
    SessionNote,
    SessionState,
)
from protocol.communication import ROOM_KIND, JoinRoom, LeaveRoom
from protocol.envelope import Address, Message
from protocol.errors import RefusedError, StoaError
from protocol.lifecycle import Done
from protocol.users.session import (
    MAX_CONNECTIONS,
    MAX_ROOMS,
    SESSION_KIND,
    CloseConnection,
    EnterRoom,
    ExitRoom,
    OpenConnection,
)

kind = SESSION_KIND
schema = 1
event_types = SessionNote
state_type = SessionState


def initial(key: str) -> SessionState:
    """A user without a device."""
    return SessionState(user_id=key)


def decide(state: SessionState, command: Message, now: int) -> Effects:
    """The effects of a command; a session ignores the runtime's own messages."""
    rule = _DECIDE.get(type(command))
    if rule is None:
        return []
    try:
        return rule(state, command)
    except StoaError as error:
        return [Refuse(error)]


def evolve(state: SessionState, event: Any) -> SessionState:
    """Apply a volatile event; changes and returns `state`."""
    _EVOLVE[type(event)](state, event)
    return state


# --- decide ---------------------------------------------------------------------------------------


def _open(state: SessionState, command: OpenConnection) -> Effects:
    if command.connection_id in state.devices:
        return [Reply(Done())]
    if len(state.devices) >= MAX_CONNECTIONS:
        raise RefusedError(
            "TOO_MANY_CONNECTIONS", "Too many devices at once", max_connections=MAX_CONNECTIONS
        )
    event = ConnectionOpened(
        connection_id=command.connection_id,
        full_name=command.full_name,
        device=command.device,
    )
    return [Volatile(event), Reply(Done())]


def _close(state: SessionState, command: CloseConnection) -> Effects:
    device = state.devices.get(command.connection_id)
    effects: list[Effect] = []
    if device is not None:
        effects.append(Volatile(ConnectionClosed(connection_id=command.connection_id)))
        effects += [_leave(state, room, command.connection_id) for room in device.rooms]
    if state.devices.keys() <= {command.connection_id}:
        effects.append(Passivate())
    return [*effects, Reply(Done())]


def _leave(state: SessionState, course_id: str, connection_id: str) -> Send:
    leave = LeaveRoom(user_id=state.user_id, connection_id=connection_id)
    return Send(Address(ROOM_KIND, course_id), leave)


def _enter(state: SessionState, command: EnterRoom) -> Effects:
    device = state.devices.get(command.connection_id)
    if device is None:
        raise RefusedError("NOT_CONNECTED", "This connection is not open")
    join = Forward(
        Address(ROOM_KIND, command.course_id),
        JoinRoom(
            user_id=state.user_id,
            full_name=device.full_name,
            connection_id=command.connection_id,
        ),
    )
    if command.course_id in device.rooms:
        return [join]
    if len(device.rooms) >= MAX_ROOMS:
        raise RefusedError("TOO_MANY_ROOMS", "Leave another room first", max_rooms=MAX_ROOMS)
    event = RoomEntered(connection_id=command.connection_id, course_id=command.course_id)
    return [Volatile(event), join]


def _exit(state: SessionState, command: ExitRoom) -> Effects:
    """The room is told in any case: it may know more of this device than a session that has
    crashed."""
    device = state.devices.get(command.connection_id)
    effects: list[Effect] = []
    if device is not None and command.course_id in device.rooms:
        event = RoomExited(connection_id=command.connection_id, course_id=command.course_id)
        effects.append(Volatile(event))
    effects.append(_leave(state, command.course_id, command.connection_id))
    if not state.devices:
        effects.append(Passivate())
    return [*effects, Reply(Done())]


_DECIDE: dict[type[Message], Callable[[SessionState, Any], Effects]] = {
    OpenConnection: _open,
    CloseConnection: _close,
    EnterRoom: _enter,
    ExitRoom: _exit,
}


# --- evolve ---------------------------------------------------------------------------------------


def _opened(state: SessionState, event: ConnectionOpened) -> None:
    state.devices[event.connection_id] = Device(full_name=event.full_name, name=event.device)


def _closed(state: SessionState, event: ConnectionClosed) -> None:
    del state.devices[event.connection_id]


def _entered(state: SessionState, event: RoomEntered) -> None:
    state.devices[event.connection_id].rooms.append(event.course_id)


def _exited(state: SessionState, event: RoomExited) -> None:
    state.devices[event.connection_id].rooms.remove(event.course_id)


_EVOLVE: dict[type[Message], Callable[[SessionState, Any], None]] = {
    ConnectionOpened: _opened,
    ConnectionClosed: _closed,
    RoomEntered: _entered,
    RoomExited: _exited,
}
