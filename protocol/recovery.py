"""What outlives a Socket.IO connection, so that the next one can continue where it ended.

A client keeps the `pid` it was given and the place of the last publication it has seen (see
`protocol.topics`); the server keeps which rooms the client had entered. Both survive a restart of
the server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Protocol

import msgspec

from protocol.envelope import Message
from protocol.errors import StoaError

RECOVERY_MS = 120_000
"""How long a client may be away. Time in which the server was down does not count."""
MAX_MISSED = 500
"""How many publications of one topic are resent; a client that missed more starts afresh."""
MAX_MISSED_BYTES = 524_288
"""The bound over all topics; well below a client's outbox (`gateway.socketio.settings`)."""


class Player(msgspec.Struct, frozen=True):
    """Which player a socket is in one game. `chosen`: the player picked the nickname."""

    player_id: str
    user_id: str | None
    nickname: str
    chosen: bool = True


class SocketSession(msgspec.Struct, frozen=True, kw_only=True):
    """The rooms, games, attempts and watched quizzes of one client.

    `pid` is a secret that only this client knows; `sid` its socket's id.

    `rooms` gives, by course, the position of the state that the client has. `user_id` None is a
    guest.
    """

    pid: str
    sid: str
    user_id: str | None
    rooms: Mapping[str, int] = {}
    players: Mapping[str, Player] = {}
    hosting: tuple[str, ...] = ()
    attempts: tuple[str, ...] = ()
    watching: tuple[str, ...] = ()


class Kept(msgspec.Struct, frozen=True):
    """A session as it was last saved, and for how long its client has been away, in ms."""

    session: SocketSession
    away_ms: int


class SocketSessions(Protocol):
    """Keeps sessions by their `pid`, of which it stores only a hash.

    Changes of one session take effect in the order of the calls. The methods ending in `_nowait`
    raise `Overloaded` past a bound; `done` is called in the Trio thread, once, with None when the
    change is durable or with why it may not be, and must not raise.
    """

    def save_nowait(self, session: SocketSession, done: Callable[[StoaError | None], None]) -> None:
        """Save the state of a connected client."""

    def left_nowait(self, pid: str) -> None:
        """Record that the connection is gone and the client is away from now on."""

    def forget_nowait(self, pid: str) -> None:
        """Forget a client that left on purpose or has nothing to come back to."""

    async def find(self, pid: str) -> Kept | None:
        """Find a saved session; None if there is none, or none any more."""
        ...

    async def sweep(self) -> int:
        """Forget clients that have been away for longer than `RECOVERY_MS`; returns how many."""
        ...


class ResetReason(StrEnum):
    """Why a client that came back must start afresh."""

    EXPIRED = "expired"
    """It was away for too long, or the server does not know it."""
    GAP = "gap"
    """More was published meanwhile than is resent, or its place cannot be read."""
    REFUSED = "refused"
    """It lost the right to be where it was, or is another user now."""
    FAILED = "failed"
    """The server could not find out in time."""


class SessionRevoked(Message, frozen=True, kw_only=True, tag="session.revoked", rename="camel"):
    """`session.revoked`, to one socket: it was removed because it lost the right to be there."""

    rooms: tuple[str, ...] = ()
    live_quizzes: tuple[str, ...] = ()
    hosting: tuple[str, ...] = ()
    attempts: tuple[str, ...] = ()
    watching: tuple[str, ...] = ()


class SessionReset(Message, frozen=True, kw_only=True, tag="session.reset", rename="camel"):
    """`session.reset`, to one socket, before anything else: enter again, the former state is gone.

    Names where the client was, as far as the server knows.
    """

    reason: ResetReason
    rooms: tuple[str, ...] = ()
    live_quizzes: tuple[str, ...] = ()
    hosting: tuple[str, ...] = ()
    attempts: tuple[str, ...] = ()
    watching: tuple[str, ...] = ()
