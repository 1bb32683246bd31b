"""A Socket.IO connection as something that lives on its user's rights.

When a right is lost, the rules that let the connection in are asked again, place by place; it is
put out of those that refuse, and told so. An account that is no longer served is disconnected.
"""

from __future__ import annotations

from typing import Any

import msgspec
import structlog
import trio

from gateway.realtime.context import Context, Socket
from gateway.realtime.disconnect_notices import PAUSES, DisconnectNotices
from gateway.realtime.live import ASSESSMENTS, LiveEvents
from gateway.realtime.pin_events import Spawn
from gateway.realtime.rooms import COMMUNICATION
from gateway.realtime.session_saver import SessionSaver
from gateway.rights import Rights
from gateway.socketio.ports import Reason
from protocol import topics
from protocol.assessments.live.commands import FindLiveQuiz, LiveQuizFound
from protocol.communication import MayEnterRoom
from protocol.envelope import Address, Message
from protocol.errors import ClientError, StoaError
from protocol.ports import Identity, Post
from protocol.recovery import SessionRevoked
from protocol.users import SESSION_KIND, ExitRoom

log = structlog.get_logger()


class SocketAccess:
    """`gateway.rights.Holder` for one socket that speaks for a user, until it is `given_up`."""

    __slots__ = ("_courses", "_revoker", "_socket", "_user_id")

    def __init__(self, revoker: AccessRevoker, socket: Socket, user_id: str) -> None:
        self._revoker = revoker
        self._socket = socket
        self._user_id = user_id
        self._courses: frozenset[str] = frozenset()
        revoker.rights.users.add(user_id, self)
        self.moved()

    def moved(self) -> None:
        """The socket has entered or left rooms: it lives on those courses, too."""
        courses = frozenset(self._socket.context.rooms)
        holders = self._revoker.rights.courses
        for course_id in courses - self._courses:
            holders.add(course_id, self)
        for course_id in self._courses - courses:
            holders.remove(course_id, self)
        self._courses = courses

    def given_up(self) -> None:
        """The socket has ended."""
        rights = self._revoker.rights
        rights.users.remove(self._user_id, self)
        for course_id in self._courses:
            rights.courses.remove(course_id, self)

    def close(self, reason: str) -> None:
        """The client does not come back by itself; one not yet let in does, and is refused then."""
        log.info("socket_closed", reason=reason, socket=self._socket.id)
        if self._socket.context.accepted:
            self._socket.disconnect(close=True)
        else:
            self._socket.cut(Reason.SERVER_DISCONNECT)

    def recheck(self, role: str | None = None) -> None:
        """Ask again for every place where the connection is."""
        context: Context = self._socket.context
        if role is not None and context.identity is not None:
            context.identity = msgspec.structs.replace(context.identity, role=role)
        self._revoker.spawn(self._revoker.look_again, self._socket)


class AccessRevoker:
    """Asks the rules again, and puts connections out."""

    def __init__(
        self,
        *,
        post: Post,
        spawn: Spawn,
        rights: Rights,
        notices: DisconnectNotices,
        saver: SessionSaver,
        live: LiveEvents,
    ) -> None:
        self.spawn = spawn
        self.rights = rights
        self._post = post
        self._notices = notices
        self._saver = saver
        self._live = live

    async def look_again(self, socket: Socket) -> None:
        """Put the socket out of what its user may no longer be in, and tell the client."""
        context: Context = socket.context
        identity = context.identity
        if identity is None:
            return
        rooms = [c for c in tuple(context.rooms) if await self._room_refuses(identity, c)]
        games = {g: await self._find(identity, g) for g in {*context.hosting, *context.players}}
        if context.closed:
            return
        rooms = [course_id for course_id in rooms if course_id in context.rooms]
        hosting = [g for g, found in games.items() if g in context.hosting and not _hosts(found)]
        players = [g for g, found in games.items() if g in context.players and not _plays(found)]
        for course_id in rooms:
            self._leave_room(socket, identity, course_id)
        for live_quiz_id in hosting:
            self._live.put_out_host(socket, live_quiz_id)
        for live_quiz_id in players:
            self._live.put_out(socket, live_quiz_id)
        if rooms or hosting or players:
            self._saver.changed(socket)
            socket.emit(
                "session.revoked",
                SessionRevoked(
                    rooms=tuple(rooms), live_quizzes=tuple(players), hosting=tuple(hosting)
                ),
            )

    def _leave_room(self, socket: Socket, identity: Identity, course_id: str) -> None:
        context: Context = socket.context
        del context.rooms[course_id]
        socket.leave(topics.room(course_id))
        exit_room = ExitRoom(connection_id=context.connection_id, course_id=course_id)
        self._notices.say(Address(SESSION_KIND, identity.user_id), exit_room)

    async def _room_refuses(self, identity: Identity, course_id: str) -> bool:
        may = MayEnterRoom(user_id=identity.user_id, role=identity.role, course_id=course_id)
        return await self._answer(COMMUNICATION, may) is None

    async def _find(self, identity: Identity, live_quiz_id: str) -> LiveQuizFound | None:
        find = FindLiveQuiz(live_quiz_id=live_quiz_id, user_id=identity.user_id)
        found: LiveQuizFound | None = await self._answer(ASSESSMENTS, find)
        return found

    async def _answer(self, address: Address, message: Message) -> Any:
        """The reply, None for a refusal. Who does not answer is asked again; silence refuses."""
        for pause in (*PAUSES, None):
            try:
                return await self._post.ask(address, message)
            except ClientError:
                return None
            except StoaError as error:
                log.warning("right_not_rechecked", code=error.code, address=str(address))
            if pause is not None:
                await trio.sleep(pause)
        return None


def _hosts(found: LiveQuizFound | None) -> bool:
    return found is not None and found.may_host


def _plays(found: LiveQuizFound | None) -> bool:
    """Whether who plays already may go on; whoever knows the PIN may where guests may."""
    return found is not None and (found.enrolled or found.may_host or found.allow_guests)
