"""Cleaning up after a socket that is gone or was removed from a room or game.

Notices tell games and the session actor; what is stored for the client's return is updated.
"""

from __future__ import annotations

from gateway.realtime.context import Context, Socket
from gateway.realtime.disconnect_notices import DisconnectNotices
from gateway.realtime.games import Games
from gateway.realtime.session_saver import SessionSaver
from protocol import topics
from protocol.envelope import Address
from protocol.users.session import SESSION_KIND, CloseConnection, ExitRoom


class Departures:
    """Cleans up after sockets. All methods are synchronous."""

    def __init__(self, *, notices: DisconnectNotices, saver: SessionSaver, games: Games) -> None:
        self._notices = notices
        self._saver = saver
        self._games = games

    def disconnect(self, socket: Socket, reason: str) -> None:
        """The socket is gone: leave its games and close its connection in the session."""
        context: Context | None = socket.context
        if context is None or context.closed:
            return
        self._saver.disconnected(socket, reason)
        context.closed = True
        self._games.disconnect(socket)
        if context.identity is not None:
            user_id = context.identity.user_id
            context.give_up()
            for course_id in sorted({*context.rooms, *context.entering.values()}):
                # A session that has crashed does not know which rooms this device is in.
                message = ExitRoom(connection_id=context.connection_id, course_id=course_id)
                self._notices.say(Address(SESSION_KIND, user_id), message)
            self.say_closed(user_id, context.connection_id)

    def say_closed(self, user_id: str, connection_id: str) -> None:
        """Tell the session actor that this device is gone."""
        message = CloseConnection(connection_id=connection_id)
        self._notices.say(Address(SESSION_KIND, user_id), message)

    def topic_closed(self, socket: Socket, topic: str) -> None:
        """The server has removed the socket from `topic`: a player was removed, or a room
        closed."""
        context: Context = socket.context
        game = topics.game_of_player(topic)
        if game is not None:
            context.remember(game)
            self._games.players.forget(socket, game)
        elif (course_id := topics.course_of_room(topic)) is not None:
            context.rooms.pop(course_id, None)
        self._saver.changed(socket)
