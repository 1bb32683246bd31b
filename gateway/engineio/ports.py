"""What a session needs from its surroundings, and the reasons for its end.

The front's timers, requests and WebSocket connections fit these protocols; tests use smaller ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, Protocol

from gateway.front.limits import CLOSE_SERVICE_RESTART, CLOSE_TOO_MANY, CLOSE_TRY_LATER


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


CLOSE_CODES: Final[Mapping[str, int]] = {
    Reason.SERVER_SHUTDOWN: CLOSE_SERVICE_RESTART,
    Reason.OVERLOADED: CLOSE_TRY_LATER,
    Reason.RATE_LIMIT: CLOSE_TOO_MANY,
}
"""Of ends that are not `CLOSE_NORMAL`."""
ORDERLY: Final = frozenset((Reason.SERVER_DISCONNECT, Reason.SERVER_SHUTDOWN))
"""Reasons that a polling client is told, even if it is between two GETs."""


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

    deflates: bool

    def send_text(self, payload: bytes) -> None: ...

    def send_binary(self, payload: bytes) -> None: ...

    def send_frame(self, frame: bytes, volatile: bool = False) -> None: ...

    def close(self, code: int = ..., reason: str = ...) -> None: ...

    def time_round_trip(self, timed: Callable[[int], None]) -> bool: ...

    @property
    def network_round_trip_ms(self) -> float | None: ...


class ParkedGet(Protocol):
    """A GET that is answered later. `reply` is called once; it does nothing if the peer left."""

    def reply(self, payload: bytes) -> None: ...
