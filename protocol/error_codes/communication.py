"""Codes of rooms, and of the connections of a user."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.error_codes.vocabulary import SHOW, ErrorCode

CODES: Mapping[str, ErrorCode] = {
    "ROOM_FULL": ErrorCode("the room has as many members as it may", SHOW),
    "NOT_IN_ROOM": ErrorCode("this connection has not entered the room", "enter, then send again"),
    "TOO_MANY_ROOMS": ErrorCode("this connection is in too many rooms", "leave one"),
    "NOT_CONNECTED": ErrorCode("the user's session does not know this connection", "connect again"),
    "TOO_MANY_CONNECTIONS": ErrorCode(
        "too many connections of this user, or of this address", "close another one", 429
    ),
    "TOO_MANY_OPERATIONS": ErrorCode(
        "too many operations run on this socket; `details.limit`", "complete another one first"
    ),
}
