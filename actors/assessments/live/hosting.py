"""What the acting host may do, and in which phases."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import msgspec

from actors.assessments.answers.shapes import check_id
from actors.assessments.live.accepting import accepted
from actors.assessments.live.phases import RUNNING, TRANSITIONS, UNFINISHED
from actors.assessments.live.state import (
    LiveState,
    Player,
    host_connected,
    host_screens,
)
from actors.assessments.live.steps import (
    batch,
    closed,
    closed_if_all_answered,
    ending_events,
    next_events,
    onward,
    publish_host,
    taken,
)
from actors.assessments.live.volatile import (
    HostScreensGone,
)
from actors.effects import Effect, Effects, Reply, Volatile
from protocol.assessments.bounds import EXTEND_MS, MAX_EXTRA_TIME
from protocol.assessments.live.commands import (
    AcceptTyped,
    AddHost,
    BanPlayer,
    DiscardGame,
    EndGame,
    ExtendQuestion,
    GrantExtraTime,
    HandOver,
    HostCommand,
    HostSilent,
    KickPlayer,
    LockGame,
    NextStep,
    PauseGame,
    RemoveHost,
    ResumeGame,
    SkipQuestion,
    StartGame,
)
from protocol.assessments.live.events import (
    ExtraTimeGranted,
    GameLocked,
    GamePaused,
    GameResumed,
    HostAdded,
    HostChanged,
    HostRemoved,
    PlayerKicked,
    QuestionExtended,
)
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.refusals import AnotherHosts
from protocol.assessments.live.views import HostDone
from protocol.envelope import Message
from protocol.errors import AuthorizationError, NotFoundError, RefusedError, ValidationError
from protocol.lifecycle import Done
from protocol.validation import Rule

ALLOWED: dict[type[HostCommand], frozenset[Phase]] = {
    StartGame: frozenset({Phase.LOBBY}),
    NextStep: RUNNING,
    PauseGame: RUNNING,
    ResumeGame: RUNNING,
    ExtendQuestion: frozenset({Phase.OPEN}),
    SkipQuestion: frozenset({Phase.OPEN}),
    AcceptTyped: frozenset({Phase.REVEAL}),
    EndGame: UNFINISHED,
    LockGame: UNFINISHED,
    KickPlayer: UNFINISHED,
    BanPlayer: UNFINISHED,
    GrantExtraTime: UNFINISHED,
    HandOver: UNFINISHED,
}

Events = tuple[Message, ...]


def host_command(state: LiveState, command: HostCommand, now: int) -> Effects:
    """Carry out a host's command once. Raises the `StoaError` that refuses it."""
    check_id("commandId", command.command_id)
    check_host(state, command.by)
    command = msgspec.structs.replace(command, command_id=f"{command.by}/{command.command_id}")
    # Before asking who hosts now: who has just handed over may not have heard that it was done.
    if command.command_id in state.commands:
        return [Reply(HostDone(step=state.step, phase=state.phase))]
    _check_acting(state, command)
    _check_phase(state, command)
    events = _EVENTS[type(command)](state, command, now)
    if isinstance(command, (KickPlayer, BanPlayer, ResumeGame)):
        events += closed_if_all_answered(state, events, now)
    effects = taken(state, events, now)
    effects.append(Reply(_done(state, events)))
    return effects + _lobby_changes(state, command, now)


def check_host(state: LiveState, user_id: str) -> None:
    """Raises `AuthorizationError` unless the user may host this game now."""
    if user_id not in state.host_ids:
        raise AuthorizationError("Only a teacher of this game may host it")


def remove_host(state: LiveState, command: RemoveHost, now: int) -> Effects:
    """The user teaches the course no longer; an acting host gives way to the instructor."""
    effects: Effects = [Reply(Done())]
    if command.user_id not in state.host_ids or state.phase is Phase.FINISHED:
        return effects
    left = [user_id for user_id in state.host_ids if user_id != command.user_id]
    host_id = state.host_id
    if host_id == command.user_id and left:
        instructor = state.instructor_id
        host_id = instructor if instructor in left else left[0]
    return [*taken(state, (HostRemoved(user_id=command.user_id, host_id=host_id),), now), *effects]


def add_host(state: LiveState, command: AddHost, now: int) -> Effects:
    """The user teaches the course since the lobby opened, or again, or it is theirs now."""
    effects: Effects = [Reply(Done())]
    known = command.user_id in state.host_ids
    if command.instructor:
        known = known and command.user_id == state.instructor_id
    if known or state.phase is Phase.FINISHED:
        return effects
    added = HostAdded(user_id=command.user_id, instructor=command.instructor)
    return [*taken(state, (added,), now), *effects]


def host_silent(state: LiveState, command: HostSilent, _now: int) -> Effects:
    """These screens do not answer; if no other is left, everybody sees that the host is away."""
    gone = HostScreensGone(user_id=command.user_id, connection_ids=command.connection_ids)
    left = host_screens(state).difference(command.connection_ids)
    effects: list[Effect] = [Volatile(gone), Reply(Done())]
    if command.user_id == state.host_id and host_connected(state) and not left:
        effects.append(publish_host(state, connected=False))
    return effects


def discard_game(state: LiveState, _command: DiscardGame, now: int) -> Effects:
    """It ends with the answers that it has."""
    if state.phase is Phase.FINISHED:
        return [Reply(Done())]
    return [*taken(state, ending_events(state, now), now), Reply(Done())]


def _done(state: LiveState, events: Events) -> HostDone:
    """The reply: the phase and step of the game after these events."""
    step, phase = state.step, state.phase
    for event in events:
        if type(event) in TRANSITIONS[phase]:
            step, phase = step + 1, TRANSITIONS[phase][type(event)]
    return HostDone(step=step, phase=phase)


def _lobby_changes(state: LiveState, command: HostCommand, now: int) -> list[Effect]:
    if isinstance(command, (LockGame, KickPlayer, BanPlayer)):
        return batch(state, "lobby", now)
    return []


def _check_acting(state: LiveState, command: HostCommand) -> None:
    if command.by == state.host_id:
        return
    takes_over = isinstance(command, HandOver) and command.to_user_id == command.by
    if command.by == state.instructor_id and (takes_over or isinstance(command, EndGame)):
        return
    if not takes_over or host_connected(state):
        raise AnotherHosts(state.host_id, host_screens(state))


def _check_phase(state: LiveState, command: HostCommand) -> None:
    if state.phase in ALLOWED[type(command)]:
        return
    if state.phase is Phase.FINISHED:
        raise RefusedError("GAME_FINISHED", "This game is over")
    if isinstance(command, StartGame):
        raise RefusedError("ALREADY_STARTED", "This game has already started")
    if state.phase is Phase.LOBBY:
        raise RefusedError("NOT_STARTED", "This game has not started yet")
    if isinstance(command, AcceptTyped):
        raise RefusedError("NOT_REVEALED", "No answer is shown")
    raise RefusedError("QUESTION_NOT_OPEN", "No question is open")


def _start(state: LiveState, command: StartGame, now: int) -> Events:
    return onward(state, now, command.command_id)


def _accept(state: LiveState, command: AcceptTyped, now: int) -> Events:
    _check_step(state, command)
    return accepted(state, command, now)


def _check_step(state: LiveState, command: NextStep | AcceptTyped) -> None:
    if command.from_step != state.step:
        raise RefusedError(
            "STALE_STEP", "The game has moved on", step=state.step, phase=state.phase.value
        )


def _next(state: LiveState, command: NextStep, now: int) -> Events:
    _check_step(state, command)
    if state.paused_at is not None:
        raise RefusedError("PAUSED", "Resume the game first")
    return next_events(state, now, command.command_id, board=command.board)


def _pause(state: LiveState, command: PauseGame, now: int) -> Events:
    if state.paused_at is not None:
        raise RefusedError("ALREADY_PAUSED", "The game is paused")
    return (GamePaused(at=now, command_id=command.command_id),)


def _resume(state: LiveState, command: ResumeGame, now: int) -> Events:
    if state.paused_at is None:
        raise RefusedError("NOT_PAUSED", "The game is not paused")
    paused_ms = max(0, now - state.paused_at)
    return (GameResumed(at=now, paused_ms=paused_ms, command_id=command.command_id),)


def _extend(state: LiveState, command: ExtendQuestion, _now: int) -> Events:
    if not EXTEND_MS.holds(command.extra_ms):
        low, high = EXTEND_MS
        said = f"{low} to {high} milliseconds"
        raise ValidationError.of("extraMs", Rule.OUT_OF_RANGE, said, min=low, max=high)
    event = QuestionExtended(
        question_index=state.index, extra_ms=command.extra_ms, command_id=command.command_id
    )
    return (event,)


def _skip(state: LiveState, command: SkipQuestion, now: int) -> Events:
    return closed(state, now, command.command_id, skipped=True)


def _end(state: LiveState, command: EndGame, now: int) -> Events:
    return ending_events(state, now, command.command_id)


def _lock(_state: LiveState, command: LockGame, _now: int) -> Events:
    return (GameLocked(locked=command.locked, command_id=command.command_id),)


def _player(state: LiveState, player_id: str) -> Player:
    player = state.players.get(player_id)
    if player is None or player.banned:
        raise NotFoundError("player", player_id)
    return player


def _kick(state: LiveState, command: KickPlayer, now: int) -> Events:
    if _player(state, command.player_id).out:
        raise RefusedError("ALREADY_OUT", "This player has been removed already")
    return (_put_out(command, now, banned=False),)


def _ban(state: LiveState, command: BanPlayer, now: int) -> Events:
    _player(state, command.player_id)
    return (_put_out(command, now, banned=True),)


def _put_out(command: KickPlayer | BanPlayer, now: int, *, banned: bool) -> PlayerKicked:
    return PlayerKicked(
        player_id=command.player_id, banned=banned, command_id=command.command_id, at=now
    )


def _extra_time(state: LiveState, command: GrantExtraTime, _now: int) -> Events:
    player = _player(state, command.player_id)
    if not (math.isfinite(command.factor) and 1.0 <= command.factor <= MAX_EXTRA_TIME):
        said = f"1 to {MAX_EXTRA_TIME:g}"
        raise ValidationError.of("factor", Rule.OUT_OF_RANGE, said, min=1, max=MAX_EXTRA_TIME)
    event = ExtraTimeGranted(
        player_id=player.player_id, factor=command.factor, command_id=command.command_id
    )
    return (event,)


def _hand_over(state: LiveState, command: HandOver, _now: int) -> Events:
    if command.to_user_id not in state.host_ids:
        raise ValidationError.of("toUserId", Rule.UNKNOWN_REFERENCE, "Not a teacher of this game")
    return (HostChanged(host_id=command.to_user_id, command_id=command.command_id),)


_EVENTS: dict[type[HostCommand], Callable[[LiveState, Any, int], Events]] = {
    StartGame: _start,
    NextStep: _next,
    PauseGame: _pause,
    ResumeGame: _resume,
    ExtendQuestion: _extend,
    SkipQuestion: _skip,
    AcceptTyped: _accept,
    EndGame: _end,
    LockGame: _lock,
    KickPlayer: _kick,
    BanPlayer: _ban,
    GrantExtraTime: _extra_time,
    HandOver: _hand_over,
}
