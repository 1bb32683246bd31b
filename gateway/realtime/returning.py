"""How one client comes back: it enters where it was, gets what it missed, and continues.

Course rooms are recovered by publications: those after the client's place, rebuilt from the
journal, then those that came during the recovery, each once and in order. Games are recovered by
their state: the current view replaces everything that was missed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

import msgspec
import trio

from gateway.engineio.ports import Reason
from gateway.fanout import Publication
from gateway.realtime.attempts import enter_of, network_of
from gateway.realtime.context import Context, Decision, Socket
from gateway.realtime.games import Games
from gateway.realtime.players import join_of
from gateway.realtime.rooms import COMMUNICATION, opening_of
from gateway.realtime.session_saver import SessionSaver
from gateway.realtime.tickets import Ticket
from gateway.realtime.watchers import may_watch
from protocol import topics
from protocol.access import Identity
from protocol.assessments.attempts.commands import KIND as ATTEMPT_KIND
from protocol.assessments.attempts.progress import WATCH, QuizProgress, ShowQuizProgress
from protocol.assessments.attempts.staff import QuizWatched
from protocol.assessments.attempts.views import AttemptView
from protocol.assessments.live.commands import KIND, AttachHost
from protocol.assessments.live.entry import HANDLER, LiveQuizFound, MayHostLiveQuiz
from protocol.assessments.live.views import HostView, PlayerView
from protocol.communication import MayEnterRoom, PresenceDiff, RoomView
from protocol.envelope import Address, M, Message, expecting
from protocol.errors import StoaError
from protocol.lifecycle import Done
from protocol.ports import Clock, Post
from protocol.recovery import MAX_MISSED_BYTES, Player, ResetReason, SocketSession
from protocol.topics import place_of
from protocol.users.session import SESSION_KIND, EnterRoom


class History(Protocol):
    """Past publications of course rooms."""

    async def missed(self, course_id: str, after: int) -> Sequence[tuple[int, Publication]] | None:
        """All publications with a higher position that were released before the call, each with
        its position. None: more than are resent. Raises `StoaError`."""
        ...


class NotRecovered(Exception):
    """The client must start afresh."""

    def __init__(self, reason: ResetReason) -> None:
        super().__init__(reason)
        self.reason = reason


class ClientLeft(Exception):
    """The client left while it was being put back."""


class Services(NamedTuple):
    """What putting clients back needs."""

    post: Post
    clock: Clock
    history: History
    saver: SessionSaver
    games: Games


class Return:
    """The return of one client."""

    def __init__(
        self, services: Services, socket: Socket, session: SocketSession, ticket: Ticket
    ) -> None:
        self._post, self._clock, self._history, self._saver, self._games = services
        self._socket = socket
        self._context: Context = socket.context
        self._session = session
        self._ticket = ticket
        self._missed: list[tuple[int, Publication]] = []
        self._views: list[tuple[str, dict[str, Any]]] = []

    async def perform(self, decision: Decision) -> None:
        """Enter everything; then, in one step, accept, send what was missed, and continue.

        Raises `NotRecovered`, `ClientLeft`, and the `StoaError` of an actor that refuses.
        """
        former = self._saver.connected.get(self._session.pid)
        if former is not None:
            former.cut(Reason.REPLACED)
        self._socket.hold()
        for course_id in self._session.rooms:
            self._socket.join(topics.room(course_id))
        # Publications up to here are read from the journal, later ones wait.
        position = self._socket.position
        await self._enter_rooms(position)
        for live_quiz_id, player in self._session.players.items():
            await self._join(live_quiz_id, player)
        for live_quiz_id in self._session.hosting:
            await self._attach(live_quiz_id)
        for submission_id in self._session.attempts:
            await self._enter_attempt(submission_id)
        for quiz_id in self._session.watching:
            await self._watch(quiz_id)
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
        session = Address(SESSION_KIND, identity.user_id)
        # All at once: what the session says first is heard first.
        opening = self._request(session, opening_of(self._socket, identity), Message, _nothing)
        rights = [self._may_enter(identity, course_id) for course_id in self._session.rooms]
        await opening.wait()
        for right, (course_id, since) in zip(rights, self._session.rooms.items(), strict=True):
            after = max(since, self._ticket.position or 0)
            missed = await self._history.missed(course_id, after)
            if missed is None:
                raise NotRecovered(ResetReason.GAP)
            self._missed += missed
            await right.wait()
            await self._enter_room(session, course_id, since, position)

    def _may_enter(self, identity: Identity, course_id: str) -> Question:
        may = MayEnterRoom(user_id=identity.user_id, role=identity.role, course_id=course_id)
        return self._request(COMMUNICATION, may, Message, _nothing)

    async def _enter_room(
        self, session: Address, course_id: str, since: int, position: int
    ) -> None:
        def entered(view: RoomView) -> None:
            self._context.rooms[course_id] = since
            # Most important, that a restarted room has forgotten who is there: this client is.
            self._socket.drop_held(partial(_is_presence, course_id))
            bare = msgspec.structs.replace(view, messages=())
            self._views.append(("room.view", {"view": bare, "place": place_of(position)}))

        enter = EnterRoom(connection_id=self._context.connection_id, course_id=course_id)
        await self._ask(session, enter, RoomView, entered)

    # --- games ----------------------------------------------------------------------------------

    async def _join(self, live_quiz_id: str, player: Player) -> None:
        context = self._context

        def joined(view: PlayerView) -> None:
            del context.unsure[live_quiz_id]
            reply = self._games.players.take_in(self._socket, live_quiz_id, player, view)
            self._views.append(("live.view", {"role": "player", **reply, **self._now()}))

        context.unsure[live_quiz_id] = player
        join = join_of(player, self._socket)
        await self._ask(Address(KIND, live_quiz_id), join, PlayerView, joined)

    async def _attach(self, live_quiz_id: str) -> None:
        context = self._context
        identity = context.require_user()
        user_id = identity.user_id
        self._games.hosts.coming(self._socket, live_quiz_id)
        may = MayHostLiveQuiz(user_id=user_id, role=identity.role, live_quiz_id=live_quiz_id)
        await self._ask(HANDLER, may, LiveQuizFound, _nothing)

        def attached(view: HostView) -> None:
            reply = self._games.hosts.take_in(self._socket, live_quiz_id, view)
            self._views.append(("live.view", {"role": "host", **reply, **self._now()}))

        context.unsure_hosting.add(live_quiz_id)
        attach = AttachHost(user_id=user_id, connection_id=context.connection_id)
        await self._ask(Address(KIND, live_quiz_id), attach, HostView, attached)

    # --- attempts -------------------------------------------------------------------------------

    async def _enter_attempt(self, submission_id: str) -> None:
        def entered(view: AttemptView) -> None:
            reply = self._games.attempts.take_in(self._socket, submission_id, view)
            self._views.append(("attempt.view", {**reply, **self._now()}))

        await self._ask(HANDLER, network_of(self._socket, submission_id), Done, _nothing)
        enter = enter_of(self._context)
        try:
            await self._ask(Address(ATTEMPT_KIND, submission_id), enter, AttemptView, entered)
        except StoaError:
            # It may count this device though it did not answer.
            self._games.attempts.say_leave(self._socket, submission_id)
            raise

    async def _watch(self, quiz_id: str) -> None:
        rights: list[QuizWatched] = []
        may = may_watch(self._context.require_user(), quiz_id)
        await self._ask(HANDLER, may, QuizWatched, rights.append)

        def watched(view: QuizProgress) -> None:
            reply = self._games.watchers.take_in(self._socket, rights[0], view)
            self._views.append(("quiz.view", {**reply, **self._now()}))

        await self._ask(Address(WATCH, quiz_id), ShowQuizProgress(), QuizProgress, watched)

    def _now(self) -> dict[str, Any]:
        return {"serverTime": self._clock.now(), "place": place_of(self._socket.position)}

    # --- asking ---------------------------------------------------------------------------------

    async def _ask(
        self, address: Address, message: Message, expected: type[M], then: Callable[[M], None]
    ) -> None:
        """Send a request and wait for its answer. Raises the refusal."""
        await self._request(address, message, expected, then).wait()

    def _request(
        self, address: Address, message: Message, expected: type[M], then: Callable[[M], None]
    ) -> Question:
        """Send a request; `then` gets the reply in the callback in which it arrives."""
        question = Question()

        def answered(reply: M) -> None:
            # Called at once: the next publication may come before the task runs.
            then(reply)
            question.came.set()

        self._post.request(address, message, expecting(expected, answered, question.fail))
        return question


class Question:
    """A request that is under way."""

    __slots__ = ("came", "refusal")

    def __init__(self) -> None:
        self.came = trio.Event()
        self.refusal: StoaError | None = None

    def fail(self, error: StoaError) -> None:
        """It was refused, or not answered."""
        self.refusal = error
        self.came.set()

    async def wait(self) -> None:
        """Until it is answered. Raises the refusal."""
        if not self.came.is_set():
            await self.came.wait()
        if self.refusal is not None:
            # One error may go to many, who must not see each other's stack frames.
            raise self.refusal.with_traceback(None)


def _is_presence(course_id: str, publication: Publication) -> bool:
    data = publication.data
    return isinstance(data, PresenceDiff) and data.course_id == course_id


def _position(missed: tuple[int, Publication]) -> int:
    return missed[0]


def _nothing(_reply: Message) -> None:
    return None
