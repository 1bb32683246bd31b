"""The rules of graphql-transport-ws for one client, without I/O.

Time goes in with every call, as seconds on any clock that never goes back, and comes out as
`wake_at`. Whatever the table does not allow raises `Violation`, which closes the socket.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, auto
from math import inf
from typing import Final

from gateway.graphql.transport_ws import messages
from gateway.graphql.transport_ws.messages import (
    Complete,
    Init,
    Malformed,
    Ping,
    Pong,
    Received,
    Subscribe,
)
from gateway.graphql.transport_ws.settings import Settings

CLOSE_BAD_REQUEST: Final = 4400
CLOSE_UNAUTHORIZED: Final = 4401
CLOSE_FORBIDDEN: Final = 4403
CLOSE_SUBPROTOCOL: Final = 4406
CLOSE_INIT_TIMEOUT: Final = 4408
CLOSE_ID_IN_USE: Final = 4409
CLOSE_TOO_MANY_INITS: Final = 4429
CLOSE_NO_PONG: Final = 4499
"""Our own code. Clients treat it as a lost connection, and reconnect."""


MAX_REASON: Final = 123
"""Bytes of a reason that a close frame holds (RFC 6455)."""


class Violation(Exception):
    """The client broke the protocol, or is gone; `code` and `reason` close the socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode(errors="replace")[:MAX_REASON].decode(errors="ignore")


class State(IntEnum):
    """The state of a client. It may ping in every state but the last."""

    NEW = auto()
    INITIALISING = auto()
    """It has sent its token and waits to be acknowledged."""
    READY = auto()
    CLOSED = auto()


class Act(IntEnum):
    """What to do with a message."""

    INITIALISE = auto()
    TELL = auto()
    START = auto()
    STOP = auto()
    REFUSE_UNAUTHORIZED = auto()
    REFUSE_INIT = auto()


_ACTS: Final[Mapping[tuple[State, type[Received]], Act]] = {
    (State.NEW, Init): Act.INITIALISE,
    (State.NEW, Ping): Act.TELL,
    (State.NEW, Pong): Act.TELL,
    (State.NEW, Subscribe): Act.REFUSE_UNAUTHORIZED,
    (State.NEW, Complete): Act.STOP,
    (State.INITIALISING, Init): Act.REFUSE_INIT,
    (State.INITIALISING, Ping): Act.TELL,
    (State.INITIALISING, Pong): Act.TELL,
    (State.INITIALISING, Subscribe): Act.REFUSE_UNAUTHORIZED,
    (State.INITIALISING, Complete): Act.STOP,
    (State.READY, Init): Act.REFUSE_INIT,
    (State.READY, Ping): Act.TELL,
    (State.READY, Pong): Act.TELL,
    (State.READY, Subscribe): Act.START,
    (State.READY, Complete): Act.STOP,
}


class Machine:
    """One client's state. `operations` are the ids that are in use."""

    __slots__ = ("_deadline", "_heard_at", "_pinged", "_settings", "operations", "state")

    def __init__(self, settings: Settings, now: float) -> None:
        self._settings = settings
        self.state = State.NEW
        self.operations: set[str] = set()
        self._heard_at = now
        self._pinged = False
        self._deadline = now + settings.init_seconds

    # --- messages ---------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float) -> Received | None:
        """Decode a text message; None if there is nothing to do. Raises `Violation`."""
        if self.state is State.CLOSED:
            return None
        self._heard_at, self._pinged = now, False
        try:
            message = messages.decode(data)
        except Malformed as malformed:
            raise self.malformed(malformed) from None
        act = _ACTS[self.state, type(message)]
        if act is Act.INITIALISE:
            self.state = State.INITIALISING
        elif act is Act.REFUSE_UNAUTHORIZED:
            raise self._violation(CLOSE_UNAUTHORIZED, "Unauthorized")
        elif act is Act.REFUSE_INIT:
            raise self._violation(CLOSE_TOO_MANY_INITS, "Too many initialisation requests")
        elif isinstance(message, Subscribe):
            self._start(message.id)
        elif isinstance(message, Complete) and not self.finish(message.id):
            return None
        return message

    def malformed(self, why: Malformed) -> Violation:
        """Handle an unreadable message."""
        return self._violation(CLOSE_BAD_REQUEST, f"Invalid message: {why}")

    def binary(self) -> Violation:
        """Handle a binary message; messages must be text."""
        return self._violation(CLOSE_BAD_REQUEST, "Invalid message: Messages are text")

    def _start(self, operation: str) -> None:
        if operation in self.operations:
            reason = f"Subscriber for {operation} already exists"
            raise self._violation(CLOSE_ID_IN_USE, reason)
        self.operations.add(operation)

    def finish(self, operation: str) -> bool:
        """An operation is over, its id free again. False if it was over already."""
        if operation not in self.operations:
            return False
        self.operations.discard(operation)
        return True

    def acknowledge(self, now: float) -> bool:
        """Acknowledge the client. False if it has left meanwhile."""
        if self.state is not State.INITIALISING:
            return False
        self.state = State.READY
        self._heard_at = now
        return True

    def refuse(self, code: int, reason: str) -> Violation:
        """Close the socket for a reason outside the protocol."""
        return self._violation(code, reason)

    def close(self) -> None:
        """The socket is gone, or being closed."""
        self.state = State.CLOSED
        self.operations.clear()

    def _violation(self, code: int, reason: str) -> Violation:
        self.close()
        return Violation(code, reason)

    # --- time -------------------------------------------------------------------------------------

    @property
    def wake_at(self) -> float:
        """When to call `wake`; `inf` for never, as long as nothing else happens."""
        if self.state is State.NEW:
            return self._deadline
        if self.state is not State.READY:
            return inf
        if self._pinged:
            return self._deadline
        return self._heard_at + self._settings.ping_seconds

    def wake(self, now: float) -> bool:
        """Whether to ping the client now. Raises `Violation` for a client that is too late."""
        if now < self.wake_at:
            return False
        if self.state is State.NEW:
            raise self._violation(CLOSE_INIT_TIMEOUT, "Connection initialisation timeout")
        if self._pinged:
            raise self._violation(CLOSE_NO_PONG, "No pong in time")
        self._pinged = True
        self._deadline = now + self._settings.pong_seconds
        return True
