"""A Socket.IO connection that depends on its user's rights.

When a right is lost, the rules that let the connection in are asked again, place by place; it is
put out of those that refuse, and told so. An account that is no longer served is disconnected, as
is a connection whose session has ended, or whose access token has expired without a newer one.
"""

from __future__ import annotations

import msgspec
import structlog
import trio

from gateway.engineio.ports import Reason
from gateway.realtime.context import Context, Socket
from gateway.realtime.disconnect_notices import PAUSES, DisconnectNotices
from gateway.realtime.games import Games
from gateway.realtime.pin_events import Spawn
from gateway.realtime.rooms import COMMUNICATION
from gateway.realtime.session_saver import SessionSaver
from gateway.realtime.timing import Later, Timer
from gateway.realtime.watchers import may_watch
from gateway.rights import Rights
from protocol import topics
from protocol.access import Identity
from protocol.assessments.live.entry import HANDLER, MayHostLiveQuiz, MayJoinLiveQuiz
from protocol.communication import MayEnterRoom
from protocol.envelope import Address, Message
from protocol.errors import ClientError, StoaError
from protocol.ports import Clock, Post
from protocol.recovery import SessionRevoked
from protocol.users.session import SESSION_KIND, ExitRoom

log = structlog.get_logger()

RENEWAL_SECONDS = 10.0
"""After an access token has expired, in which the client may still send a newer one."""


class SocketAccess:
    """`gateway.rights.Holder` for one socket that speaks for a user, until it is `given_up`."""

    __slots__ = ("_courses", "_revoker", "_socket", "_timer", "_user")

    def __init__(self, revoker: AccessRevoker, socket: Socket, user: Identity) -> None:
        self._revoker = revoker
        self._socket = socket
        self._user = user
        self._courses: frozenset[str] = frozenset()
        revoker.rights.hold(user, self)
        self._timer = self._wait_expired()
        self.moved()

    def renewed(self, user: Identity) -> None:
        """The socket goes on under another token of the same user."""
        self._revoker.rights.renewed(self._user, user, self)
        self._user = user
        self._timer.cancel()
        self._timer = self._wait_expired()

    def _wait_expired(self) -> Timer:
        left = (self._user.expires_at - self._revoker.clock.now()) / 1000
        return self._revoker.later(left + RENEWAL_SECONDS, self._expired)

    def _expired(self) -> None:
        """The client comes back by itself, with a newer token if it has one."""
        log.info("socket.expired", socket=self._socket.id)
        self._socket.cut(Reason.TRANSPORT_CLOSE)

    def moved(self) -> None:
        """The socket has entered or left something: it depends on those courses, too."""
        context: Context = self._socket.context
        courses = frozenset((*context.rooms, *context.watching.values()))
        holders = self._revoker.rights.courses
        for course_id in courses - self._courses:
            holders.add(course_id, self)
        for course_id in self._courses - courses:
            holders.remove(course_id, self)
        self._courses = courses

    def given_up(self) -> None:
        """The socket has ended."""
        rights = self._revoker.rights
        rights.let_go(self._user, self)
        self._timer.cancel()
        for course_id in self._courses:
            rights.courses.remove(course_id, self)

    def close(self, reason: str) -> None:
        """Disconnect the client, which does not come back by itself; one not yet admitted does,
        and is refused then."""
        log.info("socket.closed", reason=reason, socket=self._socket.id)
        if self._socket.context.accepted:
            self._socket.disconnect(close=True)
        else:
            self._socket.cut(Reason.SERVER_DISCONNECT)

    def recheck(self, role: str | None = None) -> None:
        """Check the rights again for everything that the connection has entered."""
        context: Context = self._socket.context
        if role is not None and context.identity is not None:
            context.identity = msgspec.structs.replace(context.identity, role=role)
        self._revoker.spawn(self._revoker.look_again, self._socket)


class AccessRevoker:
    """Checks the rules again, and removes connections."""

    def __init__(
        self,
        *,
        post: Post,
        spawn: Spawn,
        later: Later,
        clock: Clock,
        rights: Rights,
        notices: DisconnectNotices,
        saver: SessionSaver,
        games: Games,
    ) -> None:
        self.spawn = spawn
        self.later = later
        self.clock = clock
        self.rights = rights
        self._post = post
        self._notices = notices
        self._saver = saver
        self._games = games

    async def look_again(self, socket: Socket) -> None:
        """Remove the socket from what its user may no longer be in, and tell the client."""
        context: Context = socket.context
        identity = context.identity
        if identity is None:
            return
        rooms = [c for c in tuple(context.rooms) if await self._room_refused(identity, c)]
        hosting = [g for g in tuple(context.hosting) if await self._hosting_refused(identity, g)]
        players = [g for g in tuple(context.players) if await self._playing_refused(identity, g)]
        watching = [q for q in tuple(context.watching) if await self._watching_refused(identity, q)]
        if context.closed:
            return
        watching = [quiz_id for quiz_id in watching if quiz_id in context.watching]
        rooms = [course_id for course_id in rooms if course_id in context.rooms]
        hosting = [live_quiz_id for live_quiz_id in hosting if live_quiz_id in context.hosting]
        players = [live_quiz_id for live_quiz_id in players if live_quiz_id in context.players]
        for course_id in rooms:
            self._leave_room(socket, identity, course_id)
        for live_quiz_id in hosting:
            self._games.hosts.put_out(socket, live_quiz_id)
        for live_quiz_id in players:
            self._games.players.put_out(socket, live_quiz_id)
        for quiz_id in watching:
            self._games.watchers.put_out(socket, quiz_id)
        if rooms or hosting or players or watching:
            self._saver.changed(socket)
            socket.emit(
                "session.revoked",
                SessionRevoked(
                    rooms=tuple(rooms),
                    live_quizzes=tuple(players),
                    hosting=tuple(hosting),
                    watching=tuple(watching),
                ),
            )

    def _leave_room(self, socket: Socket, identity: Identity, course_id: str) -> None:
        context: Context = socket.context
        del context.rooms[course_id]
        context.overtake(course_id)
        socket.leave(topics.room(course_id))
        exit_room = ExitRoom(connection_id=context.connection_id, course_id=course_id)
        self._notices.say(Address(SESSION_KIND, identity.user_id), exit_room)

    async def _room_refused(self, identity: Identity, course_id: str) -> bool:
        may = MayEnterRoom(user_id=identity.user_id, role=identity.role, course_id=course_id)
        return await self._refused(COMMUNICATION, may)

    async def _hosting_refused(self, identity: Identity, live_quiz_id: str) -> bool:
        may = MayHostLiveQuiz(
            user_id=identity.user_id, role=identity.role, live_quiz_id=live_quiz_id
        )
        return await self._refused(HANDLER, may)

    async def _watching_refused(self, identity: Identity, quiz_id: str) -> bool:
        return await self._refused(HANDLER, may_watch(identity, quiz_id))

    async def _playing_refused(self, identity: Identity, live_quiz_id: str) -> bool:
        may = MayJoinLiveQuiz(
            user_id=identity.user_id, role=identity.role, live_quiz_id=live_quiz_id, joined=True
        )
        return await self._refused(HANDLER, may)

    async def _refused(self, address: Address, question: Message) -> bool:
        """Handle a refusal.

        If the actor does not answer, try again; no answer counts as a refusal.
        """
        for pause in (*PAUSES, None):
            try:
                await self._post.ask(address, question)
            except ClientError:
                return True
            except StoaError as error:
                log.warning("right.not_rechecked", code=error.code, address=str(address))
            else:
                return False
            if pause is not None:
                await trio.sleep(pause)
        return True
