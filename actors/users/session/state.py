"""The state of one user's session. All of it is volatile: it reflects open sockets."""

from __future__ import annotations

import msgspec

from protocol.envelope import Message


class Device(msgspec.Struct):
    """One connection, and the course rooms it has entered."""

    full_name: str
    name: str = ""
    rooms: list[str] = []


class SessionState(msgspec.Struct):
    """The devices of one user by connection id."""

    user_id: str
    devices: dict[str, Device] = {}


class ConnectionOpened(Message, frozen=True, kw_only=True, tag="users.connection_opened"):
    connection_id: str
    full_name: str
    device: str


class ConnectionClosed(Message, frozen=True, kw_only=True, tag="users.connection_closed"):
    connection_id: str


class RoomEntered(Message, frozen=True, kw_only=True, tag="users.room_entered"):
    connection_id: str
    course_id: str


class RoomExited(Message, frozen=True, kw_only=True, tag="users.room_exited"):
    connection_id: str
    course_id: str


SessionNote = ConnectionOpened | ConnectionClosed | RoomEntered | RoomExited
