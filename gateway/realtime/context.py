"""What the application keeps for one socket, and what it needs of a socket.

A `Context` holds the user and what this connection has entered, so that an event needs a single
dictionary look-up, and a disconnect knows what to leave.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from gateway.fanout import Publication
from gateway.rights import Holder
from protocol.access import Identity
from protocol.assessments.live.commands import Link
from protocol.errors import AuthenticationError, RefusedError
from protocol.recovery import Player, SocketSession

AckCallback = Callable[[Any], None]

MAX_GAMES = 8
"""Games, hosted games, attempts, watched quizzes of one socket; a browser tab shows one."""
MAX_ROOMS = 32
"""Course rooms one socket may be in."""


class RoundTrips(Protocol):
    """The used part of `gateway.engineio.round_trips.RoundTrips`. Milliseconds."""

    @property
    def credited_ms(self) -> int: ...

    @property
    def held_back_ms(self) -> int: ...


class Socket(Protocol):
    """The used part of `gateway.socketio.socket.Socket`. Nothing waits."""

    id: str
    context: Any
    headers: Mapping[bytes, bytes]

    @property
    def remote(self) -> str: ...

    @property
    def heard_at(self) -> int: ...

    @property
    def round_trips(self) -> RoundTrips: ...

    @property
    def position(self) -> int: ...

    def join(self, topic: str) -> bool: ...

    def leave(self, topic: str) -> None: ...

    def emit(self, name: str, *arguments: Any) -> None: ...

    def hold(self) -> None: ...

    def release(self) -> None: ...

    def drop_held(self, superseded: Callable[[Publication], bool]) -> None: ...

    def replay(self, publications: Sequence[Publication]) -> None: ...

    def ask_alive(self, seconds: float, told: Callable[[bool], None]) -> None: ...

    def cut(self, reason: str) -> None: ...

    def disconnect(self, *, close: bool = False) -> None: ...

    def let_go(self) -> None: ...


class Decision(Protocol):
    """Whether a connecting socket is let in; decided once, now or later.

    `accept` returns False if the client has left meanwhile; then no disconnect follows.
    """

    def accept(self, pid: str | None = None) -> bool: ...

    def refuse(self, error: dict[str, Any]) -> None: ...


MAX_FORMER = 32
"""Games that one socket has left and may still come back to as the same player."""


class Access(Holder, Protocol):
    """What tracks the rights of a socket's user; implemented in
    `gateway.realtime.socket_access`."""

    def moved(self) -> None: ...

    def renewed(self, user: Identity) -> None: ...

    def given_up(self) -> None: ...


class Context:
    """State of one socket.

    `accepted` says whether the client has been let in; `closed` is set by the disconnect and never
    reset. `access` tracks its user's rights, None for a guest. `connection_id` names this
    connection to actors; a recovered socket keeps its id, but messages about its earlier connection
    must not be taken for this one. `entering` are the requests to enter a course room that are
    under way and that no later departure has overtaken. `pid` is the key for recovering it, `kept`
    whether anything is stored under it. `link` is what games were last told of the network. `rooms`
    gives the position as of which the client has each course room. `former` remembers which player
    it was in games that it has left or was removed from, so that coming back by PIN resumes the
    same player: this prevents evading a ban, or filling a lobby by leaving and joining. `unsure`
    and `unsure_hosting` are games that may have let this socket in though they did not answer in
    time. `attempts` are those that this socket shows, `watching` the quizzes that it watches, each
    with its course. `attaching` are games that are being asked to take it in as a host's screen.
    """

    __slots__ = (
        "accepted",
        "access",
        "attaching",
        "attempts",
        "closed",
        "connection_id",
        "entering",
        "events",
        "former",
        "hosting",
        "identity",
        "joining",
        "kept",
        "link",
        "pid",
        "players",
        "rooms",
        "unsure",
        "unsure_hosting",
        "watching",
    )

    def __init__(self, identity: Identity | None, connection_id: str) -> None:
        self.identity = identity
        self.connection_id = connection_id
        self.pid: str | None = None
        self.access: Access | None = None
        self.kept = False
        self.link = Link()
        self.players: dict[str, Player] = {}
        self.former: dict[str, Player] = {}
        self.unsure: dict[str, Player] = {}
        self.hosting: set[str] = set()
        self.unsure_hosting: set[str] = set()
        self.attaching: set[str] = set()
        self.attempts: dict[str, None] = {}
        self.watching: dict[str, str] = {}
        self.rooms: dict[str, int] = {}
        self.entering: dict[object, str] = {}
        self.joining = False
        self.accepted = False
        self.closed = False
        self.events = 0

    def count_event(self) -> int:
        """Count an event of this socket; returns its number, from 1."""
        self.events += 1
        return self.events

    def give_up(self) -> None:
        """Stop tracking the user's rights."""
        if self.access is not None:
            self.access.given_up()

    def overtake(self, course_id: str) -> None:
        """The socket asks to leave the room: what it asked before does not bring it in again."""
        stay = {one: course for one, course in self.entering.items() if course != course_id}
        self.entering = stay

    def remember(self, live_quiz_id: str) -> None:
        """Remember which player this socket is in the game; past the bound the oldest is
        forgotten."""
        player = self.players.get(live_quiz_id)
        if player is None:
            return
        self.former[live_quiz_id] = player
        if len(self.former) > MAX_FORMER:
            del self.former[next(iter(self.former))]

    def as_session(self, sid: str, pid: str) -> SocketSession:
        """The state of this connection, to be stored."""
        return SocketSession(
            pid=pid,
            sid=sid,
            user_id=None if self.identity is None else self.identity.user_id,
            rooms=self.rooms,
            players=self.players,
            hosting=tuple(sorted(self.hosting)),
            attempts=tuple(self.attempts),
            watching=tuple(self.watching),
        )

    def require_user(self) -> Identity:
        """The signed-in user. Guests are refused with `AuthenticationError`."""
        if self.identity is None:
            raise AuthenticationError("Sign in to do this")
        return self.identity

    def require_player(self, live_quiz_id: str) -> Player:
        """The player that this socket is in the game. Refused with NOT_A_PLAYER."""
        player = self.players.get(live_quiz_id)
        if player is None:
            raise RefusedError("NOT_A_PLAYER", "This connection has not joined the live quiz")
        return player

    def require_space(self, taken: int, bound: int) -> None:
        """Refuse with TOO_MANY_JOINED if one more would exceed the bound."""
        if taken >= bound:
            raise RefusedError(
                "TOO_MANY_JOINED",
                "This connection has entered too many rooms or games",
                limit=bound,
            )
