"""Clients' errors: Engine.IO's numbered errors, and packets that break the protocol."""

from __future__ import annotations

from enum import Enum

import msgspec


class Malformed(Exception):
    """The peer broke the protocol; its session is closed. The text says how."""


class EngineError(Enum):
    """Engine.IO's numbered errors: code, HTTP status, message, and what the log says instead.

    The log and the counters distinguish those that share the numbers 3 and 1. The last two are our
    own.
    """

    UNKNOWN_TRANSPORT = (0, 400, "Transport unknown")
    UNKNOWN_SID = (1, 400, "Session ID unknown")
    FOREIGN_SID = (1, 400, "Session ID unknown", "Session ID of another address")
    BAD_HANDSHAKE_METHOD = (2, 400, "Bad handshake method")
    BAD_REQUEST = (3, 400, "Bad request")
    WRONG_TRANSPORT = (3, 400, "Bad request", "Session on another transport")
    FORBIDDEN = (4, 403, "Forbidden")
    UNSUPPORTED_PROTOCOL_VERSION = (5, 400, "Unsupported protocol version")
    TOO_MANY_SESSIONS = (3, 503, "Too many sessions; try again")
    TOO_MANY_FROM_ADDRESS = (3, 429, "Too many polling sessions from one address; try again")

    @property
    def status(self) -> int:
        return int(self.value[1])

    @property
    def reason(self) -> str:
        return str(self.value[-1])

    @property
    def body(self) -> bytes:
        code, _, message, *_ = self.value
        return msgspec.json.encode({"code": code, "message": message})
