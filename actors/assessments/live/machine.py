"""The live quiz: one game, from the lobby to the final board.

It is pure: `decide` reads the given state and time and returns effects; `evolve` (in
`evolution.py`) applies events. `publications.py` has what an event makes public, `views.py` what
clients are shown, `entering.py` and `departures.py` the players' coming and going, `hosting.py` the
host's commands, and `phases.py` the table of legal transitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from actors.assessments.answers.shapes import check_id, check_shape
from actors.assessments.live import batches, boards, hosting, views
from actors.assessments.live.activation import activated
from actors.assessments.live.clocks import (
    closing_at,
    credit_of,
    elapsed_of,
    has_own_clock,
    in_time,
    nobody_has_time,
    was_paused,
)
from actors.assessments.live.departures import (
    last_out,
    learned,
    leave,
    returns_expired,
)
from actors.assessments.live.entering import join
from actors.assessments.live.evolution import evolve
from actors.assessments.live.openings import check_opening
from actors.assessments.live.pace import wait_ms
from actors.assessments.live.phases import ANSWERED, TRANSITIONS
from actors.assessments.live.publications import publications
from actors.assessments.live.rows import quiz_row
from actors.assessments.live.stalls import stalled
from actors.assessments.live.state import (
    LiveState,
    Player,
    forked,
    host_awaited,
    host_connected,
)
from actors.assessments.live.steps import (
    ABANDONED,
    AWAY,
    DEADLINE,
    LINGER_MS,
    alarms,
    attended,
    batch,
    closed,
    corrected,
    ending_events,
    look_again,
    next_events,
    publish_host,
    taken,
    tell_room,
    without,
)
from actors.assessments.live.volatile import (
    HostAttached,
    HostDetached,
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
from protocol.assessments.live.commands import (
    KIND,
    AddHost,
    AttachHost,
    DetachHost,
    DiscardGame,
    HostCommand,
    HostSilent,
    JoinGame,
    LeaveGame,
    Link,
    LinkMeasured,
    OpenLobby,
    RecountBoard,
    RemoveHost,
    SubmitAnswer,
    ViewGame,
)
from protocol.assessments.live.events import (
    AnswerSubmitted,
    BoardRecounted,
    LiveEvent,
    LobbyOpened,
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
            return hosting.host_command(state, command, now)
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
        if state.lobby.pin != command.pin:
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
        SaveRecord(quiz_row(lobby)),
        tell_room(lobby),
        *attended(state, now),
        Reply(Done()),
    ]


# --- players --------------------------------------------------------------------------------------


def _link_measured(state: LiveState, command: LinkMeasured, _now: int) -> Effects:
    return [*learned(state, command.player_id, command.link)]


def _view(state: LiveState, _: ViewGame, _now: int) -> Effects:
    return [Reply(views.game_view(state))]


def _submit(state: LiveState, command: SubmitAnswer, now: int) -> Effects:
    player = state.players.get(command.player_id)
    if player is None or not _was_player(player, command.received_at):
        raise RefusedError("NOT_A_PLAYER", "Join the game first")
    prior = player.answers.get(command.question_index)
    if prior is not None:
        if prior.answer_id != command.answer_id:
            raise RefusedError("ALREADY_ANSWERED", "You have already answered this question")
        return [Reply(_accepted(command, prior.received_at))]
    _check_in_time(state, player, command)
    check_id("answerId", command.answer_id)
    check_shape(state.question, command.answer)
    event = _answer(state, player, command)
    effects: list[Effect] = [Persist((event,)), Reply(_accepted(command, event.received_at))]
    if command.round_trip_ms and player.player_id not in state.presence.links:
        # An activation after a crash of this actor has forgotten links, and the gateway has not.
        effects += learned(state, player.player_id, Link(round_trip_ms=command.round_trip_ms))
    if state.phase not in ANSWERED:
        return [*effects, *batch(state, "late", now)]
    if _complete(state, player, command.received_at):
        return [*effects, *taken(state, closed(state, now), now)]
    if state.presence.hosts or state.presence.host_presumed:
        effects += batch(state, "histogram", now)
    if has_own_clock(state, player.player_id):
        effects += without(state, player)
    return effects


def _was_player(player: Player, at: int) -> bool:
    return not player.out or (player.out_at is not None and at < player.out_at)


def _check_in_time(state: LiveState, player: Player, command: SubmitAnswer) -> None:
    """Refuse what was read too early or too late, whenever it is decided."""
    index, at = command.question_index, command.received_at
    if index > state.index or index < player.since:
        raise RefusedError("QUESTION_NOT_OPEN", "This question is not open to you")
    if index < state.index or not in_time(state, player, at, command.round_trip_ms):
        raise RefusedError("QUESTION_CLOSED", "Time is up for this question")
    if was_paused(state, at):
        raise RefusedError("PAUSED", "The game is paused")


def _answer(state: LiveState, player: Player, command: SubmitAnswer) -> AnswerSubmitted:
    credit = credit_of(state, command.round_trip_ms)
    return AnswerSubmitted(
        player_id=command.player_id,
        question_index=command.question_index,
        answer_id=command.answer_id,
        answer=command.answer,
        received_at=command.received_at,
        elapsed_ms=elapsed_of(state, player, command.received_at, credit),
    )


def _accepted(command: SubmitAnswer, received_at: int) -> AnswerAccepted:
    return AnswerAccepted(
        answer_id=command.answer_id, index=command.question_index, received_at=received_at
    )


def _complete(state: LiveState, player: Player, at: int) -> bool:
    """Whether this player's answer, read at that moment, is the last one the game waits for."""
    if state.phase is not Phase.OPEN or state.paused_at is not None:
        return False
    player_id, pending = player.player_id, state.presence.pending
    others = len(pending) - (player_id in pending)
    if others == 0 and state.opening.config.close_when_all_answered:
        return True
    return nobody_has_time(state, at, besides=player_id)


# --- hosts' screens -------------------------------------------------------------------------------


def _recount(state: LiveState, command: RecountBoard, now: int) -> Effects:
    """A game that is over shows the scores that count now, and tells whoever is there."""
    done = Reply(Done())
    scores = boards.changed(state, command.scores) if state.phase is Phase.FINISHED else ()
    if not scores:
        return [done]
    event = BoardRecounted(scores=scores, at=now)
    return [Persist((event,)), *publications(evolve(forked(state), event), event), done]


def _attach(state: LiveState, command: AttachHost, now: int) -> Effects:
    hosting.check_host(state, command.user_id)
    event = HostAttached(user_id=command.user_id, connection_id=command.connection_id)
    effects: list[Effect] = [Volatile(event), *attended(state, now), Reply(views.host_view(state))]
    if command.user_id == state.host_id and not host_connected(state):
        effects += [publish_host(state, connected=True), *_go_on(state, now)]
    return effects


def _go_on(state: LiveState, now: int) -> list[Effect]:
    """Continue, after the usual time, a game that waited for its host."""
    if state.advance_at is None or state.paused_at is not None or state.advance_at > now:
        return []
    return [WakeAt("advance", now + (wait_ms(state) or 0))]


def _detach(state: LiveState, command: DetachHost, now: int) -> Effects:
    detached = Volatile(HostDetached(user_id=command.user_id, connection_id=command.connection_id))
    others = {u for screen, u in state.presence.hosts.items() if screen != command.connection_id}
    gone = command.user_id == state.host_id and state.host_id not in others
    effects: list[Effect] = [detached, *last_out(state, now), Reply(Done())]
    if gone and host_connected(state):
        effects.append(publish_host(state, connected=False))
    return effects


# --- the runtime ----------------------------------------------------------------------------------


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


def _correct(state: LiveState, now: int) -> Effects:
    """Score those who were heard after the reveal, all at once: everybody's rank may move."""
    events = corrected(state, now)
    return taken(state, events, now) if events else []


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
    DEADLINE: _deadline,
    "advance": _advance,
    **batches.ALARMS,
    "late": _correct,
    "leave": _leave_memory,
    AWAY: returns_expired,
    ABANDONED: _abandoned,
}

_DECIDE: dict[type[Message], Callable[[LiveState, Any, int], Effects]] = {
    OpenLobby: _open_lobby,
    JoinGame: join,
    LeaveGame: leave,
    LinkMeasured: _link_measured,
    SubmitAnswer: _submit,
    AttachHost: _attach,
    DetachHost: _detach,
    RemoveHost: hosting.remove_host,
    AddHost: hosting.add_host,
    HostSilent: hosting.host_silent,
    DiscardGame: hosting.discard_game,
    ViewGame: _view,
    RecountBoard: _recount,
    Activated: activated,
    Stalled: stalled,
    Reminded: _reminded,
}
