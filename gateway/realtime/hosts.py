"""The hosts of live quizzes: `live.host` attaches a host's screen, `live.command` controls games.

Attaching is atomic like joining: the view arrives in one callback, and in that same callback the
socket enters the topics and the acknowledgement leaves.

Whoever wants to take a game over from a host who seems to be there has the host's screens asked
(`host_screens.py`). If there is no sign of the host, those that were asked count as gone, and the
game decides again by what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from gateway.realtime.context import MAX_GAMES, Context, Socket
from gateway.realtime.disconnect_notices import DisconnectNotices
from gateway.realtime.exchange import Exchange
from gateway.realtime.host_commands import GivenCommand
from gateway.realtime.host_screens import HostScreens
from gateway.realtime.replies import Ack
from gateway.realtime.session_saver import SessionSaver
from gateway.realtime.wire import OfGame
from protocol import topics
from protocol.assessments.live.commands import (
    KIND,
    AttachHost,
    DetachHost,
    HandOver,
    HostCommand,
    HostSilent,
)
from protocol.assessments.live.entry import HANDLER, LiveQuizFound, MayHostLiveQuiz
from protocol.assessments.live.refusals import AnotherHosts
from protocol.assessments.live.views import HostDone, HostView
from protocol.envelope import Address
from protocol.errors import RefusedError, StoaError
from protocol.lifecycle import Done
from protocol.topics import place_of


class HostIsThere(RefusedError):
    """The host's page answers."""

    def __init__(self, host_id: str) -> None:
        super().__init__(
            "NOT_ACTING_HOST",
            "The host is here; ask the host to hand the game over to you",
            host_id=host_id,
        )


class TakeOver:
    """Somebody asks for a game whose host seems to be there (an `Asker` of `HostScreens`).

    `stale` are connections that the game still knows, and that are gone.
    """

    def __init__(
        self,
        exchange: Exchange,
        refused: AnotherHosts,
        stale: Collection[str],
        silent: Callable[[HostSilent], None],
    ) -> None:
        self._exchange = exchange
        self._host_id = refused.host_id
        self._stale = stale
        self._silent = silent

    def host_is_there(self) -> None:
        self._exchange.refuse(HostIsThere(self._host_id))

    def host_is_silent(self, asked: Collection[str]) -> None:
        if self._exchange.context.closed:
            return
        gone = tuple(sorted({*asked, *self._stale}))
        message = HostSilent(user_id=self._host_id, connection_ids=gone)
        self._exchange.guard(self._silent, message)


class Hosts:
    """Handlers of the hosts' events. Each ends in exactly one acknowledgement."""

    def __init__(
        self, notices: DisconnectNotices, saver: SessionSaver, screens: HostScreens
    ) -> None:
        self._notices = notices
        self._saver = saver
        self._screens = screens

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
        context = exchange.context
        if context.closed:
            return
        context.require_space(len((context.hosting | context.attaching) - {game}), MAX_GAMES)
        self.coming(exchange.socket, game)
        exchange.ask(
            Address(KIND, game),
            AttachHost(user_id=user_id, connection_id=context.connection_id),
            HostView,
            partial(self._attached, exchange, game, user_id),
            on_refusal=partial(self._not_attached, exchange, game, user_id),
        )

    def coming(self, socket: Socket, game: str) -> None:
        """The game is about to be asked to accept this socket as a host's screen."""
        socket.context.attaching.add(game)
        self._screens.add(game, socket)

    def _not_attached(self, exchange: Exchange, game: str, user_id: str, error: StoaError) -> None:
        """Refused, or the outcome is unknown and the game may count this screen as attached."""
        context = exchange.context
        context.attaching.discard(game)
        if error.retryable and game not in context.hosting:
            if context.closed or len(context.unsure_hosting) >= MAX_GAMES:
                self._say_detach(game, user_id, context.connection_id)
            else:
                context.unsure_hosting.add(game)
        if game not in context.hosting | context.unsure_hosting:
            self._screens.discard(game, context)
        exchange.refuse(error)

    def _attached(self, exchange: Exchange, game: str, user_id: str, view: HostView) -> None:
        context, socket = exchange.context, exchange.socket
        if context.closed:
            self._say_detach(game, user_id, context.connection_id)
            return
        reply = self.take_in(socket, game, view)
        place = place_of(socket.position)
        self._saver.entered(exchange, {**reply, "serverTime": exchange.now(), "place": place})

    def take_in(self, socket: Socket, game: str, view: HostView) -> Ack:
        """The game has accepted this socket as a host's screen."""
        context: Context = socket.context
        context.attaching.discard(game)
        context.unsure_hosting.discard(game)
        context.hosting.add(game)
        self._screens.add(game, socket)
        self._screens.heard(game, context.require_user().user_id)
        socket.join(topics.live(game))
        socket.join(topics.live_hosts(game))
        return {"view": view}

    # --- steering -------------------------------------------------------------------------------

    def command(self, exchange: Exchange, payload: GivenCommand) -> None:
        """`live.command`: control the game. The actor decides whether this user is its host."""
        user_id = exchange.context.require_user().user_id
        if payload.live_quiz_id not in exchange.context.hosting:
            raise RefusedError("NOT_HOSTING", "This connection does not host the live quiz")
        message = payload.message(user_id)
        takes_over = isinstance(message, HandOver) and message.to_user_id == user_id
        game = payload.live_quiz_id
        self._screens.heard(game, user_id)
        refused = partial(self._not_taken_over, exchange, game, message) if takes_over else None
        self._steer(exchange, game, message, refused)

    def _steer(
        self,
        exchange: Exchange,
        game: str,
        message: HostCommand,
        refused: Callable[[StoaError], None] | None = None,
    ) -> None:
        exchange.ask(
            Address(KIND, game),
            message,
            HostDone,
            lambda done: exchange.ok({"step": done.step, "phase": done.phase.value}),
            on_refusal=refused,
        )

    # --- taking over ----------------------------------------------------------------------------

    def _not_taken_over(
        self, exchange: Exchange, game: str, message: HostCommand, error: StoaError
    ) -> None:
        """The game believes that its host is there: ask the host's screens."""
        if not isinstance(error, AnotherHosts):
            exchange.refuse(error)
            return
        stale = error.screens.difference(self._screens.of(game, error.host_id))
        silent = partial(self._host_silent, exchange, game, message)
        asker = TakeOver(exchange, error, stale, silent)
        self._screens.ask(game, error.host_id, asker)

    def _host_silent(
        self, exchange: Exchange, game: str, message: HostCommand, silent: HostSilent
    ) -> None:
        exchange.ask(
            Address(KIND, game), silent, Done, lambda _done: self._steer(exchange, game, message)
        )

    # --- leaving --------------------------------------------------------------------------------

    def put_out(self, socket: Socket, game: str) -> None:
        """The user may no longer host the game."""
        context: Context = socket.context
        self._say_detach(game, context.require_user().user_id, context.connection_id)
        context.hosting.discard(game)
        self._screens.discard(game, context)
        socket.leave(topics.live_hosts(game))
        if game not in context.players:
            socket.leave(topics.live(game))

    def disconnect(self, context: Context) -> None:
        """Tell every game that had this socket as a host's screen, or may have, that it is gone."""
        if context.identity is None:
            return
        for game in context.hosting | context.unsure_hosting | context.attaching:
            self._screens.discard(game, context)
        for game in context.hosting | context.unsure_hosting:
            self._say_detach(game, context.identity.user_id, context.connection_id)

    def _say_detach(self, game: str, user_id: str, connection_id: str) -> None:
        message = DetachHost(user_id=user_id, connection_id=connection_id)
        self._notices.say(Address(KIND, game), message)
