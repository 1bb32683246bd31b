"""`live.join`: finds the game, and which player the client is in it. A resume token gives both.

Otherwise a PIN or an id names the game; the player is the one that this connection was there
before, the signed-in user, or a new guest.
"""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from secrets import token_hex

import msgspec

from gateway.realtime.context import Context
from gateway.realtime.exchange import Exchange
from gateway.realtime.guest_rate_limiter import GuestRateLimiter
from gateway.realtime.pin_events import PinEvents
from gateway.realtime.players import Players
from gateway.realtime.resume import ResumeTokens
from gateway.realtime.wire import Join
from protocol.assessments.bounds import MAX_NICKNAME
from protocol.assessments.live.entry import HANDLER, FindLiveQuiz, LiveQuizFound, MayJoinLiveQuiz
from protocol.errors import (
    AuthenticationError,
    ClientError,
    NotFoundError,
    RefusedError,
    StoaError,
    ValidationError,
)
from protocol.recovery import Player
from protocol.validation import Rule


class Joining:
    """Finds the game and the player, and lets the player enter."""

    def __init__(
        self,
        resume_tokens: ResumeTokens,
        pins: PinEvents,
        guest_limiter: GuestRateLimiter,
        players: Players,
    ) -> None:
        self._resume_tokens = resume_tokens
        self._pins = pins
        self._guest_limiter = guest_limiter
        self._players = players

    def join(self, exchange: Exchange, payload: Join) -> None:
        """Come back with a resume token, or enter by PIN or as a member of the course."""
        context = exchange.context
        if context.joining:
            raise RefusedError("JOIN_IN_PROGRESS", "This connection is already joining")
        sealed = None
        if payload.resume_token is not None:
            sealed = self._resume_tokens.open(payload.resume_token, context.identity)
            _require_game(sealed, payload.live_quiz_id)
            if payload.pin is None:
                self._players.enter(exchange, *sealed)
                return
        if payload.pin is None and payload.live_quiz_id is None:
            said = "Expected pin, liveQuizId or resumeToken"
            raise ValidationError.of("pin", Rule.REQUIRED, said)
        if payload.pin is not None:
            self._pins.check(exchange)
        context.joining = True
        exchange.ask(
            HANDLER,
            _may_join(context, payload) if sealed is None else FindLiveQuiz(pin=payload.pin or ""),
            LiveQuizFound,
            partial(self._found, exchange, payload, sealed),
            on_refusal=partial(self._refused, exchange, payload),
        )

    def _refused(self, exchange: Exchange, payload: Join, error: StoaError) -> None:
        """The game does not exist, or is not open to this client."""
        exchange.context.joining = False
        if payload.pin is not None and isinstance(error, NotFoundError):
            self._pins.wrong(exchange, error)
            return
        if payload.pin is not None and isinstance(error, ClientError):
            self._pins.check(exchange)
        exchange.refuse(error)

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
            self._players.enter(exchange, game, _renamed(sealed[1], payload))
            return
        known = context.players.get(game) or _renamed_if_there(context.unsure.get(game), payload)
        if known is None and game in context.former:
            known = _renamed(context.former[game], payload)
        player = known or self._new_player(exchange, payload, found)
        self._players.enter(exchange, game, player, found.extra_time)

    def _new_player(self, exchange: Exchange, payload: Join, found: LiveQuizFound) -> Player:
        player = _new_player(exchange.context, payload, found)
        if player.user_id is None:
            self._guest_limiter.count(exchange.socket.remote)
        return player


def _require_game(sealed: tuple[str, Player], wanted: str | None) -> None:
    if wanted is not None and sealed[0] != wanted:
        raise AuthenticationError("The resume token belongs to another live quiz", reason="game")


def _may_join(context: Context, payload: Join) -> MayJoinLiveQuiz:
    """The query whether the client may join; a given PIN names the game."""
    identity = context.identity
    return MayJoinLiveQuiz(
        user_id=None if identity is None else identity.user_id,
        role="" if identity is None else identity.role,
        pin=payload.pin,
        live_quiz_id=payload.live_quiz_id if payload.pin is None else None,
    )


def _new_player(context: Context, payload: Join, found: LiveQuizFound) -> Player:
    """A user plays under the user's id, a guest under an id that is sealed in the resume token."""
    user_id = context.identity.user_id if context.identity else None
    chosen = payload.nickname is not None
    nickname = payload.nickname
    if nickname is None and user_id is not None and found.full_name is not None:
        nickname = found.full_name[:MAX_NICKNAME]
    if nickname is None:
        raise ValidationError.of("nickname", Rule.REQUIRED, "Required")
    player_id = user_id or _guest_id(found.live_quiz_id, payload.join_id)
    return Player(player_id, user_id, nickname, chosen)


def _guest_id(game: str, join_id: str | None) -> str:
    """A new guest's id, or the one that the same join got before.

    It follows from the join's id, so a join that was decided but not acknowledged needs no look-up
    to be recognised. Others see the player's id, and cannot find the secret behind it.
    """
    if join_id is None:
        return f"guest-{token_hex(16)}"
    return f"guest-{sha256(f'{game}/{join_id}'.encode()).hexdigest()[:32]}"


def _renamed_if_there(player: Player | None, payload: Join) -> Player | None:
    return None if player is None else _renamed(player, payload)


def _renamed(player: Player, payload: Join) -> Player:
    """The same player; a kicked player may choose another name when coming back."""
    if payload.nickname is None:
        return player
    return msgspec.structs.replace(player, nickname=payload.nickname)
