"""Saving of what each socket has entered, so that the client can be put back there.

It must be saved before the client is told, or after a crash in between the client would come back
to less than it expects. So the acknowledgement waits for storage, and publications wait for the
acknowledgement.
"""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_urlsafe

import structlog

from gateway.engineio.ports import Reason
from gateway.realtime.context import Context, Socket
from gateway.realtime.exchange import Exchange
from gateway.realtime.replies import Ack
from protocol.errors import StoaError
from protocol.recovery import SocketSessions

FINAL = frozenset((Reason.CLIENT_DISCONNECT, Reason.SERVER_DISCONNECT))
"""Reasons after which clients do not come back by themselves."""
UNCHANGED = frozenset((Reason.SERVER_SHUTDOWN, Reason.REPLACED))
"""Reasons that leave what is saved unchanged: the time away begins with the next start, if at
all."""

log = structlog.get_logger()


def new_pid() -> str:
    """120 random bits, known only to the client."""
    return token_urlsafe(15)


class SessionSaver:
    """Saves sessions of sockets. `connected` has the sockets with a saved session, by `pid`."""

    def __init__(self, sessions: SocketSessions) -> None:
        self._sessions = sessions
        self.connected: dict[str, Socket] = {}

    def entered(self, exchange: Exchange, reply: Ack) -> None:
        """Save the session, then acknowledge, then release publications."""
        socket = exchange.socket
        socket.hold()

        def kept(error: StoaError | None) -> None:
            if error is None:
                exchange.ok(reply)
            else:
                exchange.refuse(error)
            socket.release()

        self._save(socket, kept)

    def left(self, exchange: Exchange) -> None:
        """Save that the socket has left something, then acknowledge."""

        def kept(error: StoaError | None) -> None:
            if error is None:
                exchange.ok()
            else:
                exchange.refuse(error)

        self._save(exchange.socket, kept)

    def changed(self, socket: Socket) -> None:
        """Save a change that nobody waits for."""
        self._save(socket, lambda _error: None)

    def _save(self, socket: Socket, kept: Callable[[StoaError | None], None]) -> None:
        context: Context = socket.context
        if context.closed or context.pid is None:
            kept(None)
            return
        if context.access is not None:
            context.access.moved()
        context.kept = True
        self.connected[context.pid] = socket
        try:
            self._sessions.save_nowait(context.as_session(socket.id, context.pid), kept)
        except StoaError as error:
            kept(error)

    def disconnected(self, socket: Socket, reason: str) -> None:
        """The socket has ended; the reason decides whether its client may come back."""
        context: Context = socket.context
        if not context.kept or context.pid is None:
            return
        if self.connected.get(context.pid) is socket:
            del self.connected[context.pid]
        try:
            if reason in FINAL:
                self._sessions.forget_nowait(context.pid)
            elif reason not in UNCHANGED:
                self._sessions.left_nowait(context.pid)
        except StoaError as error:
            # Then it may come back for longer than other clients.
            log.warning("session.not_kept", code=error.code, socket=socket.id)
