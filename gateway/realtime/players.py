"""The players of live quizzes: entering a game, answering, leaving and being removed.

Entering is atomic: the game's view arrives in one callback, and in that same callback the socket
enters the topics and the acknowledgement leaves, so no publication is missed or doubled in between.
`gateway.realtime.joining` finds the game and the player.
"""

from __future__ import annotations

from functools import partial

import msgspec

from gateway.realtime.context import MAX_GAMES, Context, Socket
from gateway.realtime.disconnect_notices import DisconnectNotices
from gateway.realtime.exchange import Exchange
from gateway.realtime.links import link_of
from gateway.realtime.replies import Ack
from gateway.realtime.resume import ResumeTokens
from gateway.realtime.session_saver import SessionSaver
from gateway.realtime.wire import GivenAnswer, OfGame, check_answer
from protocol import topics
from protocol.assessments.live.commands import KIND, JoinGame, LeaveGame, SubmitAnswer
from protocol.assessments.live.views import AnswerAccepted, PlayerView
from protocol.envelope import Address, Message
from protocol.errors import RefusedError, StoaError
from protocol.recovery import Player
from protocol.topics import place_of


class Players:
    """Handlers of the players' events. Each ends in exactly one acknowledgement."""

    def __init__(
        self, resume_tokens: ResumeTokens, notices: DisconnectNotices, saver: SessionSaver
    ) -> None:
        self._resume_tokens = resume_tokens
        self._notices = notices
        self._saver = saver

    # --- entering -------------------------------------------------------------------------------

    def enter(self, exchange: Exchange, game: str, player: Player, extra_time: float = 1.0) -> None:
        """Ask the game to admit this socket as that player, with that much time if it is new."""
        context = exchange.context
        context.require_space(len(context.players.keys() - {game}), MAX_GAMES)
        joined = context.players.get(game) or context.former.get(game)
        if joined is not None and joined.player_id != player.player_id:
            raise RefusedError("ALREADY_JOINED", "This connection plays here under another name")
        context.joining = True
        exchange.ask(
            Address(KIND, game),
            join_of(player, exchange.socket, extra_time),
            PlayerView,
            partial(self._entered, exchange, game, player),
            on_refusal=partial(self._not_entered, exchange, game, player),
        )

    def _not_entered(self, exchange: Exchange, game: str, player: Player, error: StoaError) -> None:
        """Refused, or the outcome is unknown and the game may count this socket as joined."""
        context = exchange.context
        context.joining = False
        if error.retryable and context.players.get(game) is None:
            self._remember_unsure(context, game, player)
        exchange.refuse(error)

    def _remember_unsure(self, context: Context, game: str, player: Player) -> None:
        """Remember the game for the disconnect; if that is impossible, leave at once."""
        before = context.unsure.pop(game, None)
        if before is not None and before.player_id != player.player_id:
            self._say_leave(game, before, context.connection_id)
        context.unsure[game] = player
        while context.unsure and (context.closed or len(context.unsure) > MAX_GAMES):
            oldest = next(iter(context.unsure))
            unsure = context.unsure.pop(oldest)
            self._say_leave(oldest, unsure, context.connection_id, dropped=context.closed)

    def _entered(self, exchange: Exchange, game: str, player: Player, view: PlayerView) -> None:
        context, socket = exchange.context, exchange.socket
        context.joining = False
        if context.closed:
            self._say_leave(game, player, context.connection_id, dropped=True)
            return
        context.former.pop(game, None)
        unsure = context.unsure.pop(game, None)
        if unsure is not None and unsure.player_id != player.player_id:
            self._say_leave(game, unsure, context.connection_id)
        reply = self.take_in(socket, game, player, view)
        place = place_of(socket.position)
        self._saver.entered(exchange, {**reply, "serverTime": exchange.now(), "place": place})

    def take_in(self, socket: Socket, game: str, player: Player, view: PlayerView) -> Ack:
        """The game has admitted this socket as that player: subscribe it to everything."""
        player = msgspec.structs.replace(player, nickname=view.nickname, chosen=True)
        socket.context.players[game] = player
        socket.join(topics.live(game))
        socket.join(topics.live_player(game, player.player_id))
        return {"view": view, "resumeToken": self._resume_tokens.seal(game, player)}

    # --- answering ------------------------------------------------------------------------------

    def answer(self, exchange: Exchange, payload: GivenAnswer) -> None:
        """`live.answer`: the hot path. One look-up and one message; acknowledged when durable."""
        player = exchange.context.require_player(payload.live_quiz_id)
        exchange.ask(
            Address(KIND, payload.live_quiz_id),
            SubmitAnswer(
                player_id=player.player_id,
                question_index=payload.index,
                answer_id=payload.answer_id,
                answer=check_answer(payload.answer),
                received_at=exchange.received_at,
                round_trip_ms=exchange.socket.round_trips.credited_ms,
            ),
            AnswerAccepted,
            lambda accepted: exchange.ok(
                {
                    "answerId": accepted.answer_id,
                    "index": accepted.index,
                    "receivedAt": accepted.received_at,
                }
            ),
        )

    # --- leaving --------------------------------------------------------------------------------

    def leave(self, exchange: Exchange, payload: OfGame) -> None:
        """`live.leave`. The player stays in the game and may come back."""
        context, game = exchange.context, payload.live_quiz_id
        player = context.require_player(game)
        context.remember(game)
        self.forget(exchange.socket, game)
        exchange.ask(
            Address(KIND, game),
            LeaveGame(player_id=player.player_id, connection_id=context.connection_id),
            Message,
            lambda _: self._saver.left(exchange),
            on_refusal=partial(self._not_left, exchange, game, player),
        )

    def _not_left(self, exchange: Exchange, game: str, player: Player, error: StoaError) -> None:
        if error.retryable and game not in exchange.context.players:
            self._remember_unsure(exchange.context, game, player)
        exchange.refuse(error)

    def forget(self, socket: Socket, game: str) -> None:
        """Remove the socket from a game's topics, as a player."""
        context: Context = socket.context
        player = context.players.pop(game, None)
        if player is None:
            return
        socket.leave(topics.live_player(game, player.player_id))
        if game not in context.hosting:
            socket.leave(topics.live(game))

    def put_out(self, socket: Socket, game: str) -> None:
        """The player may no longer be in the game."""
        context: Context = socket.context
        self._say_leave(game, context.players[game], context.connection_id)
        self.forget(socket, game)

    def disconnect(self, context: Context) -> None:
        """Tell every game this socket played in, or may have, that it has gone."""
        for game, player in (*context.players.items(), *context.unsure.items()):
            self._say_leave(game, player, context.connection_id, dropped=True)

    def _say_leave(
        self, game: str, player: Player, connection_id: str, *, dropped: bool = False
    ) -> None:
        message = LeaveGame(
            player_id=player.player_id, connection_id=connection_id, dropped=dropped
        )
        self._notices.say(Address(KIND, game), message)


def join_of(player: Player, socket: Socket, extra_time: float = 1.0) -> JoinGame:
    """The message that asks a game to admit this player over this socket, whose link it tells."""
    context: Context = socket.context
    context.link = link_of(socket)
    return JoinGame(
        player_id=player.player_id,
        user_id=player.user_id,
        nickname=player.nickname,
        connection_id=context.connection_id,
        chosen=player.chosen,
        link=context.link,
        extra_time=extra_time,
    )
