"""Entering a game: who is let in, under which name, and who makes room."""

from __future__ import annotations

import copy

import msgspec

from actors.assessments.live import views
from actors.assessments.live.departures import come_back
from actors.assessments.live.evolution import newcomer
from actors.assessments.live.nicknames import folded, normalised, numbered
from actors.assessments.live.state import (
    LiveState,
    Player,
    seat_to_free,
)
from actors.assessments.live.steps import attended, batch
from actors.assessments.live.volatile import (
    PlayerConnected,
)
from actors.effects import Effects, Persist, Reply, Volatile
from protocol.assessments.live.commands import JoinGame
from protocol.assessments.live.events import PlayerJoined, SeatFreed
from protocol.assessments.live.phases import Phase
from protocol.errors import RefusedError


def join(state: LiveState, command: JoinGame, now: int) -> Effects:
    """A player comes, or comes back. Raises the `StoaError` that keeps the player out."""
    known = state.players.get(command.player_id)
    connected = PlayerConnected(
        player_id=command.player_id, connection_id=command.connection_id, link=command.link
    )
    if known is not None and not known.out:
        return come_back(state, known, connected, now)
    about = [*batch(state, "lobby", now), *attended(state, now)]
    event = _joined(state, command, known, now)
    freed = _room_for(state, command) if known is None else ()
    player = newcomer(state, event) if known is None else _returned(known, event.nickname)
    view = views.player_view(state, player)
    view = msgspec.structs.replace(view, players=view.players - len(freed))
    return [Persist((*freed, event)), Volatile(connected), *about, Reply(view)]


def _room_for(state: LiveState, newcomer: JoinGame) -> tuple[SeatFreed, ...]:
    """The events that make room for one more player. Raises GAME_FULL.

    Anybody can be a guest any number of times, so guests never keep out a user with an account.
    """
    bound = state.opening.config.max_players
    if state.active < bound:
        return ()
    gone = seat_to_free(state)
    if gone is not None:
        return (SeatFreed(player_id=gone.player_id),)
    if newcomer.user_id is not None and state.signed_in < bound:
        return ()
    raise RefusedError("GAME_FULL", "This game is full", max_players=bound)


def _returned(known: Player, nickname: str) -> Player:
    """A kicked player who comes back."""
    twin = copy.copy(known)
    twin.nickname, twin.out = nickname, False
    return twin


def _joined(state: LiveState, command: JoinGame, known: Player | None, now: int) -> PlayerJoined:
    config = state.opening.config
    if known is not None and known.banned:
        raise RefusedError("BANNED", "The host has banned you from this game")
    if state.phase is Phase.FINISHED:
        raise RefusedError("GAME_FINISHED", "This game is over")
    if state.locked:
        raise RefusedError("GAME_LOCKED", "The host has locked this game")
    if command.user_id is None and not config.allow_guests:
        raise RefusedError("GUESTS_NOT_ALLOWED", "Sign in to join this game")
    return PlayerJoined(
        player_id=command.player_id,
        user_id=command.user_id,
        nickname=_nickname(state, command),
        at=now,
        factor=command.extra_time,
    )


def _nickname(state: LiveState, command: JoinGame) -> str:
    """The nickname: as chosen, or the full name, with a number if it is taken."""
    wanted = normalised(command.nickname)
    free = (None, command.player_id)
    if state.names.get(folded(wanted)) in free:
        return wanted
    if command.chosen or command.user_id is None:
        raise RefusedError("NICKNAME_TAKEN", "Another player has this name")
    # One more number than there are names: at least one is free.
    numbers = range(2, len(state.names) + 3)
    candidates = (numbered(wanted, number) for number in numbers)
    return next(name for name in candidates if state.names.get(folded(name)) in free)
