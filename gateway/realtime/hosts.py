"""The hosts of live quizzes: `live.host` attaches a host's screen, `live.command` controls games.

Attaching is atomic like joining: the view arrives in one callback, and in that same callback the
socket enters the topics and the acknowledgement leaves.
"""

from __future__ import annotations

from functools import partial

from gateway.realtime.context import MAX_GAMES, Context, Socket
from gateway.realtime.disconnect_notices import DisconnectNotices
from gateway.realtime.exchange import Exchange
from gateway.realtime.host_commands import GivenCommand
from gateway.realtime.replies import Ack
from gateway.realtime.session_saver import SessionSaver
from gateway.realtime.wire import OfGame
from protocol import topics
from protocol.assessments.live.commands import KIND, AttachHost, DetachHost
from protocol.assessments.live.entry import HANDLER, LiveQuizFound, MayHostLiveQuiz
from protocol.assessments.live.views import HostDone, HostView
from protocol.envelope import Address
from protocol.errors import RefusedError, StoaError
from protocol.topics import place_of


class Hosts:
    """Handlers of the hosts' events. Each ends in exactly one acknowledgement."""

    def __init__(self, notices: DisconnectNotices, saver: SessionSaver) -> None:
        self._notices = notices
        self._saver = saver

    # --- attaching ------------------------------------------------------------------------------

    def attach(self, exchange: Exchange, payload: OfGame) -> None:
        """`live.host`: attach a host's screen, if this user may host here."""
        context = exchange.context
        identity = context.require_user()
        user_id, game = identity.user_id, payload.live_quiz_id
        context.require_space(len(context.hosting - {game}), MAX_GAMES)
        exchange.ask(
            HANDLER,
            MayHostLiveQuiz(user_id=user_id, role=identity.role, live_quiz_id=game),
            LiveQuizFound,
            partial(self._may_host, exchange, game, user_id),
        )

    def _may_host(self, exchange: Exchange, game: str, user_id: str, _found: LiveQuizFound) -> None:
        exchange.ask(
            Address(KIND, game),
            AttachHost(user_id=user_id, connection_id=exchange.context.connection_id),
            HostView,
            partial(self._attached, exchange, game, user_id),
            on_refusal=partial(self._not_attached, exchange, game, user_id),
        )

    def _not_attached(self, exchange: Exchange, game: str, user_id: str, error: StoaError) -> None:
        """Refused, or the outcome is unknown and the game may count this screen as attached."""
        context = exchange.context
        if error.retryable and game not in context.hosting:
            if context.closed or len(context.unsure_hosting) >= MAX_GAMES:
                self._say_detach(game, user_id, context.connection_id)
            else:
                context.unsure_hosting.add(game)
        exchange.fail(error)

    def _attached(self, exchange: Exchange, game: str, user_id: str, view: HostView) -> None:
        context, socket = exchange.context, exchange.socket
        if context.closed:
            self._say_detach(game, user_id, context.connection_id)
            return
        context.unsure_hosting.discard(game)
        reply = self.take_in(socket, game, view)
        place = place_of(socket.position)
        self._saver.entered(exchange, {**reply, "serverTime": exchange.now(), "place": place})

    def take_in(self, socket: Socket, game: str, view: HostView) -> Ack:
        """The game has accepted this socket as a host's screen."""
        socket.context.hosting.add(game)
        socket.join(topics.live(game))
        socket.join(topics.live_hosts(game))
        return {"view": view}

    # --- steering -------------------------------------------------------------------------------

    def command(self, exchange: Exchange, payload: GivenCommand) -> None:
        """`live.command`: control the game. The actor decides whether this user is its host."""
        user_id = exchange.context.require_user().user_id
        if payload.live_quiz_id not in exchange.context.hosting:
            raise RefusedError("NOT_HOSTING", "This connection does not host the live quiz")
        exchange.ask(
            Address(KIND, payload.live_quiz_id),
            payload.message(user_id),
            HostDone,
            lambda done: exchange.ok({"step": done.step, "phase": done.phase.value}),
        )

    # --- leaving --------------------------------------------------------------------------------

    def put_out(self, socket: Socket, game: str) -> None:
        """The user may no longer host the game."""
        context: Context = socket.context
        self._say_detach(game, context.require_user().user_id, context.connection_id)
        context.hosting.discard(game)
        socket.leave(topics.live_hosts(game))
        if game not in context.players:
            socket.leave(topics.live(game))

    def disconnect(self, context: Context) -> None:
        """Tell every game that had this socket as a host's screen, or may have, that it is gone."""
        if context.identity is None:
            return
        for game in context.hosting | context.unsure_hosting:
            self._say_detach(game, context.identity.user_id, context.connection_id)

    def _say_detach(self, game: str, user_id: str, connection_id: str) -> None:
        message = DetachHost(user_id=user_id, connection_id=connection_id)
        self._notices.say(Address(KIND, game), message)
