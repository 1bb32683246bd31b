"""What the application keeps for one socket, and what it needs of a socket.

A `Context` holds who speaks and where this one connection has entered, so that an event needs a
single dictionary look-up, and a disconnect knows what to leave.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from protocol.errors import AuthenticationError, RefusedError
from protocol.ports import Identity

AckCallback = Callable[[Any], None]

MAX_GAMES = 8
"""Games and hosted games one socket may be in; a browser tab shows one."""
MAX_ROOMS = 32
"""Course rooms one socket may be in."""


class Socket(Protocol):
    """What is used of `gateway.socketio.socket.Socket`. Nothing waits."""

    id: str
    context: Any
    headers: Mapping[bytes, bytes]

    @property
    def remote(self) -> str: ...

    @property
    def latency_ms(self) -> float: ...

    @property
    def place(self) -> str: ...

    def join(self, topic: str) -> bool: ...

    def leave(self, topic: str) -> None: ...


class Decision(Protocol):
    """Whether a connecting socket is let in; told once, at once or later.

    `accept` says False when the client has left meanwhile; no disconnect follows then.
    """

    def accept(self) -> bool: ...

    def refuse(self, error: dict[str, Any]) -> None: ...


MAX_FORMER = 32
"""Games that one socket has left and of which it still knows as whom it played."""


class Player(msgspec.Struct, frozen=True):
    """As whom a socket plays one game. `chosen`: the nickname is not the full name by default."""

    player_id: str
    user_id: str | None
    nickname: str
    chosen: bool = True


class Context:
    """State of one socket. `closed` is set by the disconnect and never taken back.

    `former` remembers as whom it played where it has left or was put out, so that coming back by
    PIN is coming back as the same player: no ban is got round, and no lobby filled by coming and
    going. `unsure` and `unsure_hosting` are games that may have let this socket in though they did
    not answer in time.
    """

    __slots__ = (
        "closed",
        "events",
        "former",
        "hosting",
        "identity",
        "joining",
        "players",
        "rooms",
        "unsure",
        "unsure_hosting",
    )

    def __init__(self, identity: Identity | None) -> None:
        self.identity = identity
        self.players: dict[str, Player] = {}
        self.former: dict[str, Player] = {}
        self.unsure: dict[str, Player] = {}
        self.hosting: set[str] = set()
        self.unsure_hosting: set[str] = set()
        self.rooms: set[str] = set()
        self.joining = False
        self.closed = False
        self.events = 0

    def count_event(self) -> int:
        """The number of another event of this socket, from 1."""
        self.events += 1
        return self.events

    def remember(self, live_quiz_id: str) -> None:
        """Keep as whom this socket plays the game; the oldest of too many is forgotten."""
        player = self.players.get(live_quiz_id)
        if player is None:
            return
        self.former[live_quiz_id] = player
        if len(self.former) > MAX_FORMER:
            del self.former[next(iter(self.former))]

    def require_user(self) -> Identity:
        """The signed-in user. Guests are refused with `AuthenticationError`."""
        if self.identity is None:
            raise AuthenticationError("Sign in to do this")
        return self.identity

    def require_player(self, live_quiz_id: str) -> Player:
        """As whom this socket plays the game. Refused with NOT_A_PLAYER."""
        player = self.players.get(live_quiz_id)
        if player is None:
            raise RefusedError("NOT_A_PLAYER", "This connection has not joined the live quiz")
        return player

    def require_space(self, taken: int, bound: int) -> None:
        """Refuse with TOO_MANY_JOINED when one more would pass the bound."""
        if taken >= bound:
            raise RefusedError(
                "TOO_MANY_JOINED", "This connection has entered too many places", limit=bound
            )
