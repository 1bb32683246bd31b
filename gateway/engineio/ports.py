"""What a session needs from its surroundings, and the reasons for its end.

The front's timers, requests and WebSocket connections fit these protocols; tests use smaller ones.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol


class Reason(StrEnum):
    """Why a session or a socket ended, named as in python-engineio where possible."""

    SERVER_DISCONNECT = "server disconnect"
    CLIENT_DISCONNECT = "client disconnect"
    PING_TIMEOUT = "ping timeout"
    TRANSPORT_CLOSE = "transport close"
    TRANSPORT_ERROR = "transport error"
    PARSE_ERROR = "parse error"
    CONNECT_TIMEOUT = "connect timeout"
    SLOW_CONSUMER = "slow consumer"
    RATE_LIMIT = "rate limit"
    OVERLOADED = "overloaded"
    REPLACED = "replaced"
    SERVER_SHUTDOWN = "server shutdown"


class Handle(Protocol):
    """A timer that can be cancelled."""

    def cancel(self) -> None: ...


class Timers(Protocol):
    """The front's timer wheel."""

    def call_later(
        self, seconds: float, callback: Callable[[], None], *, together: int = 1
    ) -> Handle: ...


class Connection(Protocol):
    """What a session needs of the front's WebSocket connection. Nothing here waits or raises."""

    def send_text(self, payload: bytes) -> None: ...

    def send_binary(self, payload: bytes) -> None: ...

    def send_frame(self, frame: bytes, volatile: bool = False) -> None: ...

    def close(self, code: int = ..., reason: str = ...) -> None: ...


class ParkedGet(Protocol):
    """A GET that is answered later. `reply` is called once; it does nothing if the peer left."""

    def reply(self, payload: bytes) -> None: ...
