"""The hosts of live quizzes: `live.host` attaches a host's screen, `live.command` controls games.

Attaching is atomic like joining: the view arrives in one callback, and in that same callback the
socket enters the topics and the acknowledgement leaves.

Whoever wants to take a game over from a host who seems to be there has the host's screens asked:
if none answers within `ANSWER_SECONDS`, they count as gone and the game is asked again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gateway.realtime.context import MAX_GAMES, Context, Socket
from gateway.realtime.disconnect_notices import DisconnectNotices
from gateway.realtime.exchange import Exchange
from gateway.realtime.host_commands import GivenCommand
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
from protocol.assessments.live.views import HostDone, HostView
from protocol.envelope import Address
from protocol.errors import RefusedError, StoaError
from protocol.lifecycle import Done
from protocol.topics import place_of

ANSWER_SECONDS = 3.0
"""For the echo of a ping: a slow mobile network needs one, a page that is asleep gives none."""


class HostIsThere(RefusedError):
    """The host's page answers."""

    def __init__(self, host_id: str) -> None:
        super().__init__(
            "NOT_ACTING_HOST",
            "The host is here; ask the host to hand the game over to you",
            host_id=host_id,
        )


class Asked:
    """Several screens were asked whether they are there: one that answers is enough."""

    __slots__ = ("_answered", "_silent", "_waiting")

    def __init__(
        self, screens: int, *, answered: Callable[[], None], silent: Callable[[], None]
    ) -> None:
        self._waiting = screens
        self._answered = answered
        self._silent = silent
        if not screens:
            silent()

    def hear(self, alive: bool) -> None:
        """One screen has answered, or not."""
        if self._waiting <= 0:
            return
        self._waiting = 0 if alive else self._waiting - 1
        if alive:
            self._answered()
        elif not self._waiting:
            self._silent()


class Hosts:
    """Handlers of the hosts' events. Each ends in exactly one acknowledgement."""

    def __init__(self, notices: DisconnectNotices, saver: SessionSaver) -> None:
        self._notices = notices
        self._saver = saver
        self._screens: dict[str, dict[str, Socket]] = {}
        """The sockets of each game's hosts, by their connection."""

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
        context: Context = socket.context
        context.hosting.add(game)
        self._screens.setdefault(game, {})[context.connection_id] = socket
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
        host_id = error.details.get("host_id")
        if error.code != "NOT_ACTING_HOST" or not isinstance(host_id, str):
            exchange.fail(error)
            return
        screens = self._screens_of(game, host_id)
        asked = Asked(
            len(screens),
            answered=lambda: exchange.fail(HostIsThere(host_id)),
            silent=lambda: self._host_silent(exchange, game, host_id, message),
        )
        for screen in screens:
            screen.ask_alive(ANSWER_SECONDS, asked.hear)

    def _screens_of(self, game: str, user_id: str) -> list[Socket]:
        screens = self._screens.get(game, {}).values()
        return [screen for screen in screens if screen.context.identity.user_id == user_id]

    def _host_silent(
        self, exchange: Exchange, game: str, host_id: str, message: HostCommand
    ) -> None:
        if exchange.context.closed:
            return
        exchange.ask(
            Address(KIND, game),
            HostSilent(user_id=host_id),
            Done,
            lambda _done: self._steer(exchange, game, message),
        )

    # --- leaving --------------------------------------------------------------------------------

    def put_out(self, socket: Socket, game: str) -> None:
        """The user may no longer host the game."""
        context: Context = socket.context
        self._say_detach(game, context.require_user().user_id, context.connection_id)
        context.hosting.discard(game)
        self._forget_screen(game, context)
        socket.leave(topics.live_hosts(game))
        if game not in context.players:
            socket.leave(topics.live(game))

    def disconnect(self, context: Context) -> None:
        """Tell every game that had this socket as a host's screen, or may have, that it is gone."""
        if context.identity is None:
            return
        for game in context.hosting | context.unsure_hosting:
            self._forget_screen(game, context)
            self._say_detach(game, context.identity.user_id, context.connection_id)

    def _forget_screen(self, game: str, context: Context) -> None:
        screens = self._screens.get(game, {})
        screens.pop(context.connection_id, None)
        if not screens:
            self._screens.pop(game, None)

    def _say_detach(self, game: str, user_id: str, connection_id: str) -> None:
        message = DetachHost(user_id=user_id, connection_id=connection_id)
        self._notices.say(Address(KIND, game), message)
