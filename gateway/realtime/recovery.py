"""Connection state recovery: a client that lost its connection continues as the same socket.

It is in the same rooms and games, and gets what it has missed.

The protocol is that of the JavaScript client (Socket.IO, "Connection state recovery"); that it
survives a restart of the server is our addition. A client that cannot be put back is told so and
why, and enters again.
"""

from __future__ import annotations

import structlog
import trio

from gateway.realtime.context import Decision, Socket
from gateway.realtime.games import Games
from gateway.realtime.returning import History, NotRecovered, Return, Services
from gateway.realtime.session_saver import SessionSaver
from gateway.realtime.tickets import Ticket
from protocol.access import Identity
from protocol.errors import ClientError, StoaError
from protocol.ports import Clock, Post
from protocol.recovery import (
    RECOVERY_MS,
    ResetReason,
    SessionReset,
    SocketSession,
    SocketSessions,
)

log = structlog.get_logger()


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
        self._sessions = sessions
        self._services = Services(post, clock, history, saver, games)
        self._under_way: dict[str, trio.Event] = {}
        self.recovered = 0
        self.resets: dict[str, int] = dict.fromkeys(ResetReason, 0)

    async def recover(
        self, socket: Socket, ticket: Ticket, decision: Decision
    ) -> SessionReset | None:
        """Recover the client.

        None if that succeeded; otherwise what to tell the client, which has then entered nothing.
        `socket.context` has what was entered so far, for the notices if this fails. Raises
        `ClientLeft`.
        """
        session: SocketSession | None = None
        # A client with an unstable connection may come again before its former return has ended.
        while (former := self._under_way.get(ticket.pid)) is not None:
            await former.wait()
        self._under_way[ticket.pid] = ended = trio.Event()
        try:
            session = await self._find(socket.context.identity, ticket)
            await Return(self._services, socket, session, ticket).perform(decision)
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
            # Where that other user was must not be revealed either.
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
            attempts=session.attempts,
            watching=session.watching,
        )
