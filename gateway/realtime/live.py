"""The `live.*` events: joining, answering, hosting and steering a live quiz.

Joining is atomic: the actor's view arrives in one callback, and in that same callback the socket
enters the topics and the acknowledgement leaves, so that no publication is missed or doubled in
between.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from secrets import token_hex

import msgspec

from gateway.realtime.context import MAX_GAMES, Context, Socket
from gateway.realtime.disconnect_notices import DisconnectNotices
from gateway.realtime.exchange import Exchange
from gateway.realtime.guest_rate_limiter import GuestRateLimiter
from gateway.realtime.pin_events import PinEvents
from gateway.realtime.replies import Ack
from gateway.realtime.resume import ResumeTokens
from gateway.realtime.session_saver import SessionSaver
from gateway.realtime.wire import (
    GivenAnswer,
    GivenCommand,
    HostVerb,
    Join,
    OfGame,
    check_answer,
)
from protocol import topics
from protocol.assessments.bounds import MAX_NICKNAME
from protocol.assessments.live.commands import (
    KIND,
    AttachHost,
    BanPlayer,
    DetachHost,
    EndGame,
    ExtendQuestion,
    FindLiveQuiz,
    GrantExtraTime,
    HandOver,
    HostCommand,
    JoinGame,
    KickPlayer,
    LeaveGame,
    LiveQuizFound,
    LockGame,
    NextStep,
    PauseGame,
    ResumeGame,
    SkipQuestion,
    StartGame,
    SubmitAnswer,
)
from protocol.assessments.live.views import AnswerAccepted, HostDone, HostView, PlayerView
from protocol.envelope import Address, Message
from protocol.errors import (
    AuthenticationError,
    AuthorizationError,
    NotFoundError,
    RefusedError,
    StoaError,
    ValidationError,
)
from protocol.recovery import Player
from protocol.topics import place_of

ASSESSMENTS = Address("assessments", "")


class LiveEvents:
    """Handlers of the `live.*` events. Each ends in exactly one acknowledgement."""

    def __init__(
        self,
        resume_tokens: ResumeTokens,
        pins: PinEvents,
        guest_limiter: GuestRateLimiter,
        notices: DisconnectNotices,
        saver: SessionSaver,
    ) -> None:
        self._resume_tokens = resume_tokens
        self._pins = pins
        self._guest_limiter = guest_limiter
        self._notices = notices
        self._saver = saver

    # --- joining --------------------------------------------------------------------------------

    def join(self, exchange: Exchange, payload: Join) -> None:
        """`live.join`: come back with a resume token, or enter by PIN or as somebody enrolled."""
        context = exchange.context
        if context.joining:
            raise RefusedError("JOIN_IN_PROGRESS", "This connection is joining already")
        sealed = None
        if payload.resume_token is not None:
            sealed = self._resume_tokens.open(payload.resume_token, context.identity)
            _require_game(sealed, payload.live_quiz_id)
            if payload.pin is None:
                self._enter(exchange, *sealed)
                return
        if payload.pin is None and payload.live_quiz_id is None:
            raise ValidationError.of("pin", "Expected pin, liveQuizId or resumeToken")
        if payload.pin is not None:
            self._pins.check(exchange)
        context.joining = True
        exchange.ask(
            ASSESSMENTS,
            FindLiveQuiz(
                pin=payload.pin,
                live_quiz_id=None if payload.pin is not None else payload.live_quiz_id,
                user_id=context.identity.user_id if context.identity else None,
            ),
            LiveQuizFound,
            partial(self._found, exchange, payload, sealed),
            on_refusal=partial(self._not_found, exchange, payload),
        )

    def _not_found(self, exchange: Exchange, payload: Join, error: StoaError) -> None:
        exchange.context.joining = False
        if payload.pin is not None and isinstance(error, NotFoundError):
            self._pins.wrong(exchange, error)
        else:
            exchange.fail(error)

    def _found(
        self,
        exchange: Exchange,
        payload: Join,
        sealed: tuple[str, Player] | None,
        found: LiveQuizFound,
    ) -> None:
        context = exchange.context
        context.joining = False
        if payload.pin is not None:
            self._pins.check(exchange)
        game = found.live_quiz_id
        if sealed is not None:
            _require_game(sealed, game)
            self._enter(exchange, game, _renamed(sealed[1], payload))
            return
        _require_entry(context, payload, found)
        known = context.players.get(game) or _renamed_if_there(context.unsure.get(game), payload)
        if known is None and game in context.former:
            known = _renamed(context.former[game], payload)
        self._enter(exchange, game, known or self._new_player(exchange, payload, found))

    def _new_player(self, exchange: Exchange, payload: Join, found: LiveQuizFound) -> Player:
        player = _new_player(exchange.context, payload, found)
        if player.user_id is None:
            self._guest_limiter.count(exchange.socket.remote)
        return player

    def _enter(self, exchange: Exchange, game: str, player: Player) -> None:
        players = exchange.context.players
        exchange.context.require_space(len(players.keys() - {game}), MAX_GAMES)
        joined = players.get(game) or exchange.context.former.get(game)
        if joined is not None and joined.player_id != player.player_id:
            raise RefusedError("ALREADY_JOINED", "This connection plays here under another name")
        exchange.context.joining = True
        exchange.ask(
            Address(KIND, game),
            JoinGame(
                player_id=player.player_id,
                user_id=player.user_id,
                nickname=player.nickname,
                connection_id=exchange.context.connection_id,
                chosen=player.chosen,
            ),
            PlayerView,
            partial(self._entered, exchange, game, player),
            on_refusal=partial(self._not_entered, exchange, game, player),
        )

    def _not_entered(self, exchange: Exchange, game: str, player: Player, error: StoaError) -> None:
        """Refused; or nobody knows, and then the game may believe this socket to be there."""
        context = exchange.context
        context.joining = False
        if error.retryable and context.players.get(game) is None:
            self._remember_unsure(exchange.socket, game, player)
        exchange.fail(error)

    def _remember_unsure(self, socket: Socket, game: str, player: Player) -> None:
        """For the disconnect; where it has been already, or there are too many, leave at once."""
        context: Context = socket.context
        before = context.unsure.pop(game, None)
        if before is not None and before.player_id != player.player_id:
            self._say_leave(game, before, context.connection_id)
        context.unsure[game] = player
        while context.unsure and (context.closed or len(context.unsure) > MAX_GAMES):
            oldest = next(iter(context.unsure))
            self._say_leave(oldest, context.unsure.pop(oldest), context.connection_id)

    def _entered(self, exchange: Exchange, game: str, player: Player, view: PlayerView) -> None:
        context, socket = exchange.context, exchange.socket
        context.joining = False
        if context.closed:
            self._say_leave(game, player, context.connection_id)
            return
        context.former.pop(game, None)
        unsure = context.unsure.pop(game, None)
        if unsure is not None and unsure.player_id != player.player_id:
            self._say_leave(game, unsure, context.connection_id)
        reply = self.take_in(socket, game, player, view)
        place = place_of(socket.position)
        self._saver.entered(exchange, {**reply, "serverTime": exchange.now(), "place": place})

    def take_in(self, socket: Socket, game: str, player: Player, view: PlayerView) -> Ack:
        """The game has let this socket in as that player: from here on it is told everything."""
        player = msgspec.structs.replace(player, nickname=view.nickname, chosen=True)
        socket.context.players[game] = player
        socket.join(topics.live(game))
        socket.join(topics.live_player(game, player.player_id))
        return {"view": view, "resumeToken": self._resume_tokens.seal(game, player)}

    def leave(self, exchange: Exchange, payload: OfGame) -> None:
        """`live.leave`. The player stays in the game and may come back."""
        player = exchange.context.require_player(payload.live_quiz_id)
        exchange.context.remember(payload.live_quiz_id)
        self.forget(exchange.socket, payload.live_quiz_id)
        exchange.ask(
            Address(KIND, payload.live_quiz_id),
            LeaveGame(player_id=player.player_id, connection_id=exchange.context.connection_id),
            Message,
            lambda _: self._saver.left(exchange),
            on_refusal=partial(self._not_left, exchange, payload.live_quiz_id, player),
        )

    def _not_left(self, exchange: Exchange, game: str, player: Player, error: StoaError) -> None:
        if error.retryable and game not in exchange.context.players:
            self._remember_unsure(exchange.socket, game, player)
        exchange.fail(error)

    def forget(self, socket: Socket, game: str) -> None:
        """Take the socket out of a game's topics, as a player."""
        context: Context = socket.context
        player = context.players.pop(game, None)
        if player is None:
            return
        socket.leave(topics.live_player(game, player.player_id))
        if game not in context.hosting:
            socket.leave(topics.live(game))

    # --- answering ------------------------------------------------------------------------------

    def answer(self, exchange: Exchange, payload: GivenAnswer) -> None:
        """`live.answer`: the hot path. One look-up, one message; acknowledged when durable."""
        player = exchange.context.require_player(payload.live_quiz_id)
        exchange.ask(
            Address(KIND, payload.live_quiz_id),
            SubmitAnswer(
                player_id=player.player_id,
                question_index=payload.index,
                answer_id=payload.answer_id,
                answer=check_answer(payload.answer),
                received_at=exchange.received_at,
                latency_ms=round(exchange.socket.latency_ms),
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

    # --- hosting --------------------------------------------------------------------------------

    def host(self, exchange: Exchange, payload: OfGame) -> None:
        """`live.host`: attach a host's screen, if this user may host here."""
        context = exchange.context
        user_id = context.require_user().user_id
        game = payload.live_quiz_id
        context.require_space(len(context.hosting - {game}), MAX_GAMES)
        exchange.ask(
            ASSESSMENTS,
            FindLiveQuiz(live_quiz_id=game, user_id=user_id),
            LiveQuizFound,
            partial(self._may_host, exchange, game, user_id),
        )

    def _may_host(self, exchange: Exchange, game: str, user_id: str, found: LiveQuizFound) -> None:
        if not found.may_host:
            raise AuthorizationError("Only teachers of the course host its live quizzes")
        exchange.ask(
            Address(KIND, game),
            AttachHost(user_id=user_id, connection_id=exchange.context.connection_id),
            HostView,
            partial(self._attached, exchange, game, user_id),
            on_refusal=partial(self._not_attached, exchange, game, user_id),
        )

    def _not_attached(self, exchange: Exchange, game: str, user_id: str, error: StoaError) -> None:
        """Refused; or nobody knows, and then the game may believe this screen to be there."""
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
        reply = self.take_in_host(socket, game, view)
        place = place_of(socket.position)
        self._saver.entered(exchange, {**reply, "serverTime": exchange.now(), "place": place})

    def take_in_host(self, socket: Socket, game: str, view: HostView) -> Ack:
        """The game has taken this socket as a host's screen."""
        socket.context.hosting.add(game)
        socket.join(topics.live(game))
        socket.join(topics.live_hosts(game))
        return {"view": view}

    def command(self, exchange: Exchange, payload: GivenCommand) -> None:
        """`live.command`: steer the game. The actor decides whether this user is its host."""
        user_id = exchange.context.require_user().user_id
        if payload.live_quiz_id not in exchange.context.hosting:
            raise RefusedError("NOT_HOSTING", "This connection does not host the live quiz")
        exchange.ask(
            Address(KIND, payload.live_quiz_id),
            COMMANDS[payload.command](user_id, payload),
            HostDone,
            lambda done: exchange.ok({"step": done.step, "phase": done.phase.value}),
        )

    # --- leaving --------------------------------------------------------------------------------

    def put_out(self, socket: Socket, game: str) -> None:
        """The player may no longer be in the game."""
        context: Context = socket.context
        self._say_leave(game, context.players[game], context.connection_id)
        self.forget(socket, game)

    def put_out_host(self, socket: Socket, game: str) -> None:
        """The user may no longer host the game."""
        context: Context = socket.context
        self._say_detach(game, context.require_user().user_id, context.connection_id)
        context.hosting.discard(game)
        socket.leave(topics.live_hosts(game))
        if game not in context.players:
            socket.leave(topics.live(game))

    def disconnect(self, socket: Socket) -> None:
        """Tell every game this socket was in, or may have been in, that it has gone."""
        context: Context = socket.context
        for game, player in (*context.players.items(), *context.unsure.items()):
            self._say_leave(game, player, context.connection_id)
        if context.identity is not None:
            for game in context.hosting | context.unsure_hosting:
                self._say_detach(game, context.identity.user_id, context.connection_id)

    def _say_leave(self, game: str, player: Player, connection_id: str) -> None:
        message = LeaveGame(player_id=player.player_id, connection_id=connection_id)
        self._notices.say(Address(KIND, game), message)

    def _say_detach(self, game: str, user_id: str, connection_id: str) -> None:
        message = DetachHost(user_id=user_id, connection_id=connection_id)
        self._notices.say(Address(KIND, game), message)


def _require_game(sealed: tuple[str, Player], wanted: str | None) -> None:
    if wanted is not None and sealed[0] != wanted:
        raise AuthenticationError("The resume token is of another live quiz", reason="game")


def _require_entry(context: Context, payload: Join, found: LiveQuizFound) -> None:
    """The PIN lets in whom the game lets in; without it, one must belong to the course."""
    if found.enrolled or found.may_host:
        return
    if context.identity is None and not found.allow_guests:
        raise RefusedError("GUESTS_NOT_ALLOWED", "Sign in to join this live quiz")
    if payload.pin is None or not found.allow_guests:
        raise AuthorizationError("Only members of the course may join this live quiz")


def _new_player(context: Context, payload: Join, found: LiveQuizFound) -> Player:
    """A user plays under the own id; a guest under a fresh one that the resume token seals."""
    user_id = context.identity.user_id if context.identity else None
    chosen = payload.nickname is not None
    nickname = payload.nickname
    if nickname is None and user_id is not None and found.full_name is not None:
        nickname = found.full_name[:MAX_NICKNAME]
    if nickname is None:
        raise ValidationError.of("nickname", "Required")
    player_id = user_id or f"guest-{token_hex(16)}"
    return Player(player_id, user_id, nickname, chosen)


def _renamed_if_there(player: Player | None, payload: Join) -> Player | None:
    return None if player is None else _renamed(player, payload)


def _renamed(player: Player, payload: Join) -> Player:
    """The same player; one who was kicked may choose another name on the way back."""
    if payload.nickname is None:
        return player
    return msgspec.structs.replace(player, nickname=payload.nickname)


def _needed(name: str, value: object) -> None:
    if value is None:
        raise ValidationError.of(name, "Required by this command")


def _next_step(by: str, given: GivenCommand) -> HostCommand:
    _needed("step", given.step)
    return NextStep(by=by, command_id=given.command_id, from_step=given.step or 0)


def _extend(by: str, given: GivenCommand) -> HostCommand:
    _needed("extraMs", given.extra_ms)
    return ExtendQuestion(by=by, command_id=given.command_id, extra_ms=given.extra_ms or 0)


def _kick(by: str, given: GivenCommand) -> HostCommand:
    _needed("playerId", given.player_id)
    return KickPlayer(by=by, command_id=given.command_id, player_id=given.player_id or "")


def _ban(by: str, given: GivenCommand) -> HostCommand:
    _needed("playerId", given.player_id)
    return BanPlayer(by=by, command_id=given.command_id, player_id=given.player_id or "")


def _extra_time(by: str, given: GivenCommand) -> HostCommand:
    _needed("playerId", given.player_id)
    _needed("factor", given.factor)
    return GrantExtraTime(
        by=by,
        command_id=given.command_id,
        player_id=given.player_id or "",
        factor=given.factor or 1.0,
    )


def _hand_over(by: str, given: GivenCommand) -> HostCommand:
    _needed("toUserId", given.to_user_id)
    return HandOver(by=by, command_id=given.command_id, to_user_id=given.to_user_id or "")


COMMANDS: dict[HostVerb, Callable[[str, GivenCommand], HostCommand]] = {
    HostVerb.START: lambda by, given: StartGame(by=by, command_id=given.command_id),
    HostVerb.NEXT: _next_step,
    HostVerb.PAUSE: lambda by, given: PauseGame(by=by, command_id=given.command_id),
    HostVerb.RESUME: lambda by, given: ResumeGame(by=by, command_id=given.command_id),
    HostVerb.EXTEND: _extend,
    HostVerb.SKIP: lambda by, given: SkipQuestion(by=by, command_id=given.command_id),
    HostVerb.END: lambda by, given: EndGame(by=by, command_id=given.command_id),
    HostVerb.LOCK: lambda by, given: LockGame(by=by, command_id=given.command_id, locked=True),
    HostVerb.UNLOCK: lambda by, given: LockGame(by=by, command_id=given.command_id, locked=False),
    HostVerb.KICK: _kick,
    HostVerb.BAN: _ban,
    HostVerb.EXTRA_TIME: _extra_time,
    HostVerb.HAND_OVER: _hand_over,
}
