"""The session actor of a user's devices: `Address("session", user_id)`, volatile."""

from __future__ import annotations

from typing import ClassVar

from protocol.envelope import Message

SESSION_KIND = "session"
MAX_CONNECTIONS = 20
"""Devices of one user at the same time."""
MAX_ROOMS = 50
"""Course rooms that one device may be in."""


class OpenConnection(Message, frozen=True, kw_only=True, tag="users.open_connection"):
    """A device of this user connected. Replies `lifecycle.Done`.

    Refused with TOO_MANY_CONNECTIONS past the bound for one user.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id"})

    connection_id: str
    full_name: str
    device: str = ""


class CloseConnection(Message, frozen=True, kw_only=True, tag="users.close_connection"):
    """The device's socket is gone; it leaves the rooms that the session knows it in."""

    connection_id: str


class EnterRoom(Message, frozen=True, kw_only=True, tag="users.enter_room"):
    """Enter a course room with this device; forwarded as `communication.JoinRoom` with the
    caller, so the reply is the room's `RoomView`. Refused with NOT_CONNECTED (open the
    connection first), TOO_MANY_ROOMS."""

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id"})

    connection_id: str
    course_id: str


class ExitRoom(Message, frozen=True, kw_only=True, tag="users.exit_room"):
    """Leave a room with this device; the user leaves with the last one. Replies `lifecycle.Done`.

    The room is told even if the session does not know the device (any more).
    """

    connection_id: str
    course_id: str
