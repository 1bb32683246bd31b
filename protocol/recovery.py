"""What outlives a Socket.IO connection, so that another one can go on where it ended.

A client keeps the `pid` it was given and the place of the last publication it has seen (see
`protocol.topics`); the server keeps where the client had entered. Both outlive the server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Protocol

import msgspec

from protocol.envelope import Message
from protocol.errors import StoaError

RECOVERY_MS = 120_000
"""How long a client may be away. Time in which the server was away does not count."""
MAX_MISSED = 500
"""Publications of one topic that are sent again; who missed more enters anew."""
MAX_MISSED_BYTES = 524_288
"""Of all topics; well below what may wait for a client (see `gateway.socketio.settings`)."""


class Player(msgspec.Struct, frozen=True):
    """Which player a socket is in one game. `chosen`: somebody picked the nickname."""

    player_id: str
    user_id: str | None
    nickname: str
    chosen: bool = True


class SocketSession(msgspec.Struct, frozen=True, kw_only=True):
    """Where one client is. `pid` is a secret that only this client knows; `sid` its socket's id.

    `rooms` gives, by course, the position as of which the client has its state. `user_id` None is
    a guest.
    """

    pid: str
    sid: str
    user_id: str | None
    rooms: Mapping[str, int] = {}
    players: Mapping[str, Player] = {}
    hosting: tuple[str, ...] = ()


class Kept(msgspec.Struct, frozen=True):
    """A session as it was last saved, and for how long its client has been away, in ms."""

    session: SocketSession
    away_ms: int


class SocketSessions(Protocol):
    """Keeps sessions by their `pid`, of which it stores only a hash.

    Changes of one session take effect in the order in which they were asked for. The methods ending
    in `_nowait` raise `Overloaded` past a bound; `done` is called in the Trio thread, once, with
    None when the change is durable or with why it may not be, and must not raise.
    """

    def save_nowait(self, session: SocketSession, done: Callable[[StoaError | None], None]) -> None:
        """Keep where the client is now; it is connected."""

    def left_nowait(self, pid: str) -> None:
        """Its connection is gone: from now on it is away."""

    def forget_nowait(self, pid: str) -> None:
        """It left on purpose, or nothing is left to come back to."""

    async def find(self, pid: str) -> Kept | None:
        """What was kept, None if there is nothing (any more)."""
        ...

    async def sweep(self) -> int:
        """Forget those who have been away for longer than `RECOVERY_MS`; how many those were."""
        ...


class ResetReason(StrEnum):
    """Why a client that came back begins anew."""

    EXPIRED = "expired"
    """It was away for too long, or the server does not know it."""
    GAP = "gap"
    """More was published meanwhile than is sent again, or its place cannot be read."""
    REFUSED = "refused"
    """It may no longer be where it was, or is another user now."""
    FAILED = "failed"
    """The server could not find out in time."""


class SessionRevoked(Message, frozen=True, kw_only=True, tag="session.revoked", rename="camel"):
    """`session.revoked`, to one socket: it has been put out there, for the right to it is gone."""

    rooms: tuple[str, ...] = ()
    live_quizzes: tuple[str, ...] = ()
    hosting: tuple[str, ...] = ()


class SessionReset(Message, frozen=True, kw_only=True, tag="session.reset", rename="camel"):
    """`session.reset`, to one socket, before anything else: enter anew, whatever you had is gone.

    Names where the client was, as far as the server knows.
    """

    reason: ResetReason
    rooms: tuple[str, ...] = ()
    live_quizzes: tuple[str, ...] = ()
    hosting: tuple[str, ...] = ()
