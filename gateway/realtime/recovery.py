"""Connection state recovery: a client that was cut off goes on as the same socket, in the same
places, with what it has missed.

Course rooms come back by what was said in them: the publications after the client's place, made
again from the journal, then those that came while it was being put back, each once and in order.
Games come back by their state: the view as of now replaces all that was missed. The protocol is
that of the JavaScript client (Socket.IO, "Connection state recovery"); that it works over a restart
of the server is ours. A client that cannot be put back is told so and why, and enters anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

import msgspec
import structlog
import trio

from gateway.engineio.ports import Reason
from gateway.fanout import Publication
from gateway.realtime.context import Context, Decision, Socket
from gateway.realtime.games import Games
from gateway.realtime.players import join_of
from gateway.realtime.rooms import COMMUNICATION, opening_of
from gateway.realtime.session_saver import SessionSaver
from protocol import topics
from protocol.assessments.live.commands import KIND, AttachHost
from protocol.assessments.live.entry import HANDLER, LiveQuizFound, MayHostLiveQuiz
from protocol.assessments.live.views import HostView, PlayerView
from protocol.communication import MayEnterRoom, PresenceDiff, RoomView
from protocol.envelope import Address, Message, expecting
from protocol.errors import ClientError, StoaError
from protocol.ports import Clock, Identity, Post
from protocol.recovery import (
    MAX_MISSED_BYTES,
    RECOVERY_MS,
    Player,
    ResetReason,
    SessionReset,
    SocketSession,
    SocketSessions,
)
from protocol.topics import place_of, position_of
from protocol.users import SESSION_KIND, EnterRoom

log = structlog.get_logger()

MAX_PID = 64
MAX_PLACE = 64


class History(Protocol):
    """What course rooms have published."""

    async def missed(self, course_id: str, after: int) -> Sequence[tuple[int, Publication]] | None:
        """All with a higher position that were released before the call, each with its own.

        None: more than are sent again. Raises `StoaError`.
        """
        ...


class Ticket(NamedTuple):
    """What a client gives to come back. `position` None: it has seen nothing that has a place."""

    pid: str
    position: int | None
    readable: bool = True


def ticket_of(auth: Mapping[str, Any]) -> Ticket | None:
    """The ticket in a handshake, None for a client that does not come back."""
    pid, offset = auth.get("pid"), auth.get("offset")
    if not isinstance(pid, str) or not 0 < len(pid) <= MAX_PID:
        return None
    if offset is None:
        return Ticket(pid, None)
    position = None
    if isinstance(offset, str) and len(offset) <= MAX_PLACE:
        position = position_of(offset)
    return Ticket(pid, position, position is not None)


class NotRecovered(Exception):
    """The client begins anew."""

    def __init__(self, reason: ResetReason) -> None:
        super().__init__(reason)
        self.reason = reason


class ClientLeft(Exception):
    """The client has gone while it was put back."""


class Recovery:
    """Puts clients back where they were."""

    def __init__(
        self,
        *,
        post: Post,
        clock: Clock,
        sessions: SocketSessions,
        history: History,
        saver: SessionSaver,
        games: Games,
    ) -> None:
        self._post = post
        self._clock = clock
        self._sessions = sessions
        self._history = history
        self._saver = saver
        self._games = games
        self._under_way: dict[str, trio.Event] = {}
        self.recovered = 0
        self.resets: dict[str, int] = dict.fromkeys(ResetReason, 0)

    async def recover(
        self, socket: Socket, ticket: Ticket, decision: Decision
    ) -> SessionReset | None:
        """None when it was done; else what to tell the client, which has entered nothing.

        Where it got is in `socket.context` meanwhile, for whoever gives notice if this fails.
        Raises `ClientLeft`.
        """
        session: SocketSession | None = None
        # A client that flaps comes again before its former return has ended, one way or the other.
        while (former := self._under_way.get(ticket.pid)) is not None:
            await former.wait()
        self._under_way[ticket.pid] = ended = trio.Event()
        try:
            session = await self._find(socket.context.identity, ticket)
            await _Return(self, socket, session, ticket).perform(decision)
        except NotRecovered as error:
            return self._reset(error.reason, session)
        except StoaError as error:
            if isinstance(error, ClientError):
                return self._reset(ResetReason.REFUSED, session)
            log.warning("recovery.failed", socket=socket.id, code=error.code, reason=error.message)
            return self._reset(ResetReason.FAILED, session)
        finally:
            del self._under_way[ticket.pid]
            ended.set()
        self.recovered += 1
        return None

    async def _find(self, identity: Identity | None, ticket: Ticket) -> SocketSession:
        kept = await self._sessions.find(ticket.pid)
        if kept is None or kept.away_ms > RECOVERY_MS:
            raise NotRecovered(ResetReason.EXPIRED)
        if kept.session.user_id != (None if identity is None else identity.user_id):
            # Not even where that other user was may be told.
            raise NotRecovered(ResetReason.EXPIRED)
        if not ticket.readable:
            raise NotRecovered(ResetReason.GAP)
        return kept.session

    def _reset(self, reason: ResetReason, session: SocketSession | None) -> SessionReset:
        self.resets[reason] += 1
        if session is None:
            return SessionReset(reason=reason)
        return SessionReset(
            reason=reason,
            rooms=tuple(session.rooms),
            live_quizzes=tuple(session.players),
            hosting=session.hosting,
        )


class _Return:
    """One client on its way back."""

    def __init__(
        self, recovery: Recovery, socket: Socket, session: SocketSession, ticket: Ticket
    ) -> None:
        self._post, self._clock = recovery._post, recovery._clock
        self._history, self._saver = recovery._history, recovery._saver
        self._games = recovery._games
        self._socket = socket
        self._context: Context = socket.context
        self._session = session
        self._ticket = ticket
        self._missed: list[tuple[int, Publication]] = []
        self._views: list[tuple[str, dict[str, Any]]] = []

    async def perform(self, decision: Decision) -> None:
        """Enter everywhere; then, in one step, accept, send what was missed, and go on."""
        former = self._saver.connected.get(self._session.pid)
        if former is not None:
            former.cut(Reason.REPLACED)
        self._socket.hold()
        for course_id in self._session.rooms:
            self._socket.join(topics.room(course_id))
        # What is published up to here is read from the journal, what comes later waits.
        position = self._socket.position
        await self._enter_rooms(position)
        for live_quiz_id, player in self._session.players.items():
            await self._join(live_quiz_id, player)
        for live_quiz_id in self._session.hosting:
            await self._attach(live_quiz_id)
        self._go_on(decision, position)

    def _go_on(self, decision: Decision, position: int) -> None:
        missed = [each for each in sorted(self._missed, key=_position) if each[0] <= position]
        if sum(len(publication.packet) for _, publication in missed) > MAX_MISSED_BYTES:
            raise NotRecovered(ResetReason.GAP)
        socket, session = self._socket, self._session
        socket.id = session.sid
        self._context.pid = session.pid
        if not decision.accept(session.pid):
            raise ClientLeft
        self._context.accepted = True
        self._saver.changed(socket)
        socket.replay([publication for _, publication in missed])
        for name, data in self._views:
            socket.emit(name, data)
        socket.release()

    # --- course rooms ---------------------------------------------------------------------------

    async def _enter_rooms(self, position: int) -> None:
        identity = self._context.identity
        if identity is None:
            return
        opening = opening_of(self._socket, identity)
        await self._ask(Address(SESSION_KIND, identity.user_id), opening, Message, _nothing)
        for course_id, since in self._session.rooms.items():
            after = max(since, self._ticket.position or 0)
            missed = await self._history.missed(course_id, after)
            if missed is None:
                raise NotRecovered(ResetReason.GAP)
            self._missed += missed
            await self._enter_room(identity, course_id, since, position)

    async def _enter_room(
        self, identity: Identity, course_id: str, since: int, position: int
    ) -> None:
        may = MayEnterRoom(user_id=identity.user_id, role=identity.role, course_id=course_id)
        await self._ask(COMMUNICATION, may, Message, _nothing)

        def entered(view: RoomView) -> None:
            self._context.rooms[course_id] = since
            # Above all that the room, started anew, has forgotten who is there: this client is.
            self._socket.drop_held(partial(_is_presence, course_id))
            bare = msgspec.structs.replace(view, messages=())
            self._views.append(("room.view", {"view": bare, "place": place_of(position)}))

        enter = EnterRoom(connection_id=self._context.connection_id, course_id=course_id)
        await self._ask(Address(SESSION_KIND, identity.user_id), enter, RoomView, entered)

    # --- games ----------------------------------------------------------------------------------

    async def _join(self, live_quiz_id: str, player: Player) -> None:
        context = self._context

        def joined(view: PlayerView) -> None:
            del context.unsure[live_quiz_id]
            reply = self._games.players.take_in(self._socket, live_quiz_id, player, view)
            self._views.append(("live.view", {"role": "player", **reply, **self._now()}))

        context.unsure[live_quiz_id] = player
        join = join_of(player, context.connection_id)
        await self._ask(Address(KIND, live_quiz_id), join, PlayerView, joined)

    async def _attach(self, live_quiz_id: str) -> None:
        context = self._context
        identity = context.require_user()
        user_id = identity.user_id
        may = MayHostLiveQuiz(user_id=user_id, role=identity.role, live_quiz_id=live_quiz_id)
        await self._ask(HANDLER, may, LiveQuizFound, _nothing)

        def attached(view: HostView) -> None:
            context.unsure_hosting.discard(live_quiz_id)
            reply = self._games.hosts.take_in(self._socket, live_quiz_id, view)
            self._views.append(("live.view", {"role": "host", **reply, **self._now()}))

        context.unsure_hosting.add(live_quiz_id)
        attach = AttachHost(user_id=user_id, connection_id=context.connection_id)
        await self._ask(Address(KIND, live_quiz_id), attach, HostView, attached)

    def _now(self) -> dict[str, Any]:
        return {"serverTime": self._clock.now(), "place": place_of(self._socket.position)}

    # --- asking ---------------------------------------------------------------------------------

    async def _ask(
        self, address: Address, message: Message, expected: type[Any], then: Callable[[Any], Any]
    ) -> Any:
        """What `then` makes of the reply, in the callback in which it arrives."""
        came = trio.Event()
        outcome: list[Any] = []
        refusals: list[StoaError] = []

        def answered(reply: Any) -> None:
            # At once: the next publication may come before the task runs.
            outcome.append(then(reply))
            came.set()

        def failed(error: StoaError) -> None:
            refusals.append(error)
            came.set()

        self._post.request(address, message, expecting(expected, answered, failed))
        await came.wait()
        if refusals:
            raise refusals[0]
        return outcome[0]


def _is_presence(course_id: str, publication: Publication) -> bool:
    data = publication.data
    return isinstance(data, PresenceDiff) and data.course_id == course_id


def _position(missed: tuple[int, Publication]) -> int:
    return missed[0]


def _nothing(_reply: Message) -> None:
    return None
