"""The live quiz: one game, from the lobby to the final board.

It is pure: `decide` reads the given state and time and returns effects; `evolve` (in
`evolution.py`) applies events. `publications.py` has what an event makes public, `views.py` what
clients are shown, `hosting.py` the host's commands, and `phases.py` the table of legal transitions.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from actors.assessments.live import views
from actors.assessments.live.answers import check_id, check_shape
from actors.assessments.live.departures import last_out, leave, returns_expired
from actors.assessments.live.evolution import evolve, newcomer
from actors.assessments.live.hosting import check_host, host_command, remove_host
from actors.assessments.live.nicknames import folded, normalised, numbered
from actors.assessments.live.openings import check_opening
from actors.assessments.live.phases import TRANSITIONS
from actors.assessments.live.publications import publications
from actors.assessments.live.stalls import stalled
from actors.assessments.live.state import (
    Awoken,
    HostAttached,
    HostDetached,
    LiveState,
    Player,
    PlayerConnected,
    closing_at,
    deadline_of,
    elapsed_of,
    forked,
    host_awaited,
    host_connected,
    seat_to_free,
)
from actors.assessments.live.steps import (
    ABANDONED,
    AWAY,
    LINGER_MS,
    alarms,
    attended,
    batch,
    closed,
    ending_events,
    look_again,
    next_events,
    publish_host,
    taken,
    tell_room,
)
from actors.effects import (
    Effect,
    Effects,
    Passivate,
    Persist,
    Publish,
    Refuse,
    Reply,
    SaveRecord,
    Volatile,
    WakeAt,
)
from protocol import topics
from protocol.assessments.live.commands import (
    KIND,
    AttachHost,
    DetachHost,
    HostCommand,
    JoinGame,
    LeaveGame,
    OpenLobby,
    RemoveHost,
    SubmitAnswer,
    ViewGame,
)
from protocol.assessments.live.events import (
    AnswerSubmitted,
    LiveEvent,
    LobbyOpened,
    OutageCredited,
    PlayerJoined,
    SeatFreed,
)
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.views import AnswerAccepted
from protocol.envelope import Message
from protocol.errors import NotFoundError, RefusedError, StoaError
from protocol.lifecycle import Activated, Done, Reminded, Stalled

__all__ = [
    "TRANSITIONS",
    "decide",
    "event_types",
    "evolve",
    "initial",
    "kind",
    "publications_of",
    "schema",
    "state_type",
]

kind = KIND
schema = 1
event_types = LiveEvent
state_type = LiveState


def initial(key: str) -> LiveState:
    """A game before its lobby is opened."""
    return LiveState(live_quiz_id=key)


def publications_of(key: str, events: Iterable[Message]) -> list[Publish]:
    """Everything that a journal made public, in order."""
    state, sent = initial(key), list[Publish]()
    for event in events:
        sent += publications(state := evolve(state, event), event)
    return sent


def decide(state: LiveState, command: Message, now: int) -> Effects:
    """The effects of a command at the time `now`."""
    try:
        if state.lobby is None and not isinstance(command, OpenLobby):
            return _unopened(state, command)
        if isinstance(command, HostCommand):
            return host_command(state, command, now)
        return _DECIDE[type(command)](state, command, now)
    except StoaError as error:
        return [Refuse(error)]


def _unopened(state: LiveState, command: Message) -> Effects:
    if isinstance(command, Stalled):
        return []
    if isinstance(command, (Activated, Reminded)):
        return [Passivate()]
    raise NotFoundError("live quiz", state.live_quiz_id)


def _open_lobby(state: LiveState, command: OpenLobby, now: int) -> Effects:
    if state.lobby is not None:
        if (state.lobby.seed, state.lobby.pin) != (command.seed, command.pin):
            raise RefusedError("ALREADY_OPENED", "This game is already open")
        return [Reply(Done())]
    check_opening(command)
    event = LobbyOpened(
        course_id=command.course_id,
        quiz_id=command.quiz_id,
        title=command.title,
        questions=command.questions,
        host_id=command.host_id,
        host_name=command.host_name,
        co_host_ids=command.co_host_ids,
        instructor_id=command.instructor_id,
        pin=command.pin,
        seed=command.seed,
        config=command.config,
        at=now,
    )
    lobby = evolve(initial(state.live_quiz_id), event)
    return [
        Persist((event,)),
        SaveRecord(views.quiz_row(lobby)),
        tell_room(lobby),
        *attended(state, now),
        Reply(Done()),
    ]


# --- players --------------------------------------------------------------------------------------


def _join(state: LiveState, command: JoinGame, now: int) -> Effects:
    connected = Volatile(
        PlayerConnected(player_id=command.player_id, connection_id=command.connection_id)
    )
    known = state.players.get(command.player_id)
    about = [*batch(state, "lobby", now), *attended(state, now)]
    if known is not None and not known.out:
        return [connected, *about, Reply(views.player_view(state, known))]
    event = _joined(state, command, known, now)
    freed = _room_for(state, command) if known is None else ()
    player = newcomer(state, event) if known is None else _returned(known, event.nickname)
    view = views.player_view(state, player)
    view = msgspec.structs.replace(view, players=view.players - len(freed))
    return [Persist((*freed, event)), connected, *about, Reply(view)]


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


def _view(state: LiveState, _: ViewGame, _now: int) -> Effects:
    return [Reply(views.game_view(state))]


def _submit(state: LiveState, command: SubmitAnswer, now: int) -> Effects:
    player = state.players.get(command.player_id)
    if player is None or player.out:
        raise RefusedError("NOT_A_PLAYER", "Join the game first")
    prior = player.answers.get(command.question_index)
    if prior is not None:
        if prior.answer_id != command.answer_id:
            raise RefusedError("ALREADY_ANSWERED", "You have already answered this question")
        return [Reply(_accepted(command, prior.received_at))]
    _check_open(state, player, command)
    check_id("answerId", command.answer_id)
    check_shape(state.question, command.answer)
    event = _answer(state, command)
    effects: list[Effect] = [Persist((event,)), Reply(_accepted(command, event.received_at))]
    if _complete(state, player.player_id, now):
        return [*effects, *taken(state, closed(state, now), now)]
    if state.presence.hosts or state.presence.host_presumed:
        effects += batch(state, "histogram", now)
    return effects


def _check_open(state: LiveState, player: Player, command: SubmitAnswer) -> None:
    index = command.question_index
    if index > state.index or index < player.since:
        raise RefusedError("QUESTION_NOT_OPEN", "This question is not open to you")
    if index < state.index or state.phase is not Phase.OPEN:
        raise RefusedError("QUESTION_CLOSED", "Time is up for this question")
    if state.paused_at is not None and command.received_at >= state.paused_at:
        raise RefusedError("PAUSED", "The game is paused")
    if command.received_at > deadline_of(state, player):
        raise RefusedError("QUESTION_CLOSED", "Time is up for this question")


def _answer(state: LiveState, command: SubmitAnswer) -> AnswerSubmitted:
    credit = max(0, min(command.latency_ms, state.opening.config.latency_cap_ms))
    return AnswerSubmitted(
        player_id=command.player_id,
        question_index=command.question_index,
        answer_id=command.answer_id,
        answer=command.answer,
        received_at=command.received_at,
        elapsed_ms=elapsed_of(state, command.received_at, credit),
    )


def _accepted(command: SubmitAnswer, received_at: int) -> AnswerAccepted:
    return AnswerAccepted(
        answer_id=command.answer_id, index=command.question_index, received_at=received_at
    )


def _complete(state: LiveState, player_id: str, now: int) -> bool:
    """Whether this player's answer is the last one that the game waits for."""
    if state.paused_at is not None:
        return False
    others = len(state.presence.pending) - (player_id in state.presence.pending)
    if others == 0 and state.opening.config.close_when_all_answered:
        return True
    return now > state.closes_at and now > closing_at(state, besides=player_id)


# --- hosts' screens -------------------------------------------------------------------------------


def _attach(state: LiveState, command: AttachHost, now: int) -> Effects:
    check_host(state, command.user_id)
    event = HostAttached(user_id=command.user_id, connection_id=command.connection_id)
    effects: list[Effect] = [Volatile(event), *attended(state, now), Reply(views.host_view(state))]
    if command.user_id == state.host_id and not host_connected(state):
        effects += [publish_host(state, connected=True), *_go_on(state, now)]
    return effects


def _go_on(state: LiveState, now: int) -> list[Effect]:
    """Continue, after the usual time, a game that waited for its host."""
    if state.advance_at is None or state.paused_at is not None or state.advance_at > now:
        return []
    return [WakeAt("advance", now + (state.opening.config.auto_advance_ms or 0))]


def _detach(state: LiveState, command: DetachHost, now: int) -> Effects:
    detached = Volatile(HostDetached(user_id=command.user_id, connection_id=command.connection_id))
    others = {u for screen, u in state.presence.hosts.items() if screen != command.connection_id}
    gone = command.user_id == state.host_id and state.host_id not in others
    effects: list[Effect] = [detached, *last_out(state, now), Reply(Done())]
    if gone and host_connected(state):
        effects.append(publish_host(state, connected=False))
    return effects


# --- the runtime ----------------------------------------------------------------------------------


def _activated(state: LiveState, command: Activated, now: int) -> Effects:
    awakening = Awoken(sockets_kept=command.down_ms == 0)
    awoken: list[Effect] = [Volatile(awakening), WakeAt("leave", now + LINGER_MS, durable=False)]
    if command.down_ms > 0 or command.after_crash:
        # Messages sent after the last commit may never have arrived.
        awoken.append(tell_room(state))
    if state.phase is Phase.FINISHED:
        return awoken
    state = evolve(forked(state), awakening)
    running = state.phase is Phase.OPEN and state.paused_at is None
    outage_ms = min(command.down_ms, now - state.last_at)
    if running and outage_ms > 0:
        event = OutageCredited(at=now, outage_ms=outage_ms)
        return [*awoken, *taken(state, (event,), now)]
    effects: list[Effect] = [*awoken, *alarms(state)]
    if command.down_ms > 0 and state.advance_at is not None and state.paused_at is None:
        again = now + (state.opening.config.auto_advance_ms or 0)
        effects.append(WakeAt("advance", max(again, state.advance_at)))
    return effects


def _reminded(state: LiveState, command: Reminded, now: int) -> Effects:
    alarm = _ALARMS.get(command.name)
    return [] if alarm is None else alarm(state, now)


def _deadline(state: LiveState, now: int) -> Effects:
    if state.phase is not Phase.OPEN or state.paused_at is not None:
        return []
    if now < closing_at(state):
        return alarms(state)
    return taken(state, closed(state, now), now)


def _advance(state: LiveState, now: int) -> Effects:
    if state.advance_at is None or state.paused_at is not None or host_awaited(state):
        return []
    if now < state.advance_at:
        return alarms(state)
    return taken(state, next_events(state, now), now)


def _publish_lobby(state: LiveState, _now: int) -> Effects:
    topic = topics.live(state.live_quiz_id)
    return [Publish(topic, "live.lobby", views.lobby(state), volatile=True)]


def _publish_histogram(state: LiveState, _now: int) -> Effects:
    if state.phase is not Phase.OPEN:
        return []
    topic = topics.live_hosts(state.live_quiz_id)
    return [Publish(topic, "live.histogram", views.histogram(state), volatile=True)]


def _abandoned(state: LiveState, now: int) -> Effects:
    """End a game that nobody has been connected to for long: frees the PIN, saves the results."""
    presence = state.presence
    if state.phase is Phase.FINISHED or presence.due.get(ABANDONED, 0) > now:
        return []
    if presence.connections or presence.hosts:
        return attended(state, now)
    if not presence.sockets_kept and ABANDONED not in presence.due:
        # It fell due while the server was down: clients are just reconnecting.
        return look_again(now, LINGER_MS)
    return taken(state, ending_events(state, now), now)


def _leave_memory(state: LiveState, _now: int) -> Effects:
    presence = state.presence
    alone = not presence.connections and not presence.hosts
    return [Passivate()] if alone or state.phase is Phase.FINISHED else []


_ALARMS: dict[str, Callable[[LiveState, int], Effects]] = {
    "deadline": _deadline,
    "advance": _advance,
    "lobby": _publish_lobby,
    "histogram": _publish_histogram,
    "leave": _leave_memory,
    AWAY: returns_expired,
    ABANDONED: _abandoned,
}

_DECIDE: dict[type[Message], Callable[[LiveState, Any, int], Effects]] = {
    OpenLobby: _open_lobby,
    JoinGame: _join,
    LeaveGame: leave,
    SubmitAnswer: _submit,
    AttachHost: _attach,
    DetachHost: _detach,
    RemoveHost: remove_host,
    ViewGame: _view,
    Activated: _activated,
    Stalled: stalled,
    Reminded: _reminded,
}
