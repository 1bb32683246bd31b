"""What each event, journalled or volatile, does to the state.

Events cannot fail or be refused here.

`evolve` changes and returns the given state, so an answer costs the same in a game of five as in
one of five thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actors.assessments.live import answers, grading, scoring
from actors.assessments.live.nicknames import folded
from actors.assessments.live.phases import TRANSITIONS
from actors.assessments.live.shuffles import permutation
from actors.assessments.live.state import (
    MAX_COMMANDS,
    MAX_DEVICES,
    MAX_HOST_SCREENS,
    Awoken,
    BatchDue,
    Given,
    HostAttached,
    HostDetached,
    LiveState,
    Player,
    PlayerConnected,
    PlayerDisconnected,
    Presence,
    Result,
    ReturnsDelayed,
    ReturnsExpired,
    allotted_to,
    board,
    may_answer,
    presented,
)
from protocol.assessments.live.events import (
    AnswersRevealed,
    AnswerSubmitted,
    ExtraTimeGranted,
    GameFinished,
    GameLocked,
    GamePaused,
    GameResumed,
    HostChanged,
    HostRemoved,
    LeaderboardShown,
    LobbyOpened,
    OutageCredited,
    PlayerJoined,
    PlayerKicked,
    QuestionClosed,
    QuestionExtended,
    QuestionOpened,
    SeatFreed,
)
from protocol.assessments.live.phases import Phase
from protocol.assessments.quizzes import Question
from protocol.envelope import Message


def evolve(state: LiveState, event: Any) -> LiveState:
    """Apply one event of the journal, or a volatile one."""
    _EVOLVE[type(event)](state, event)
    _remember(state, getattr(event, "command_id", None))
    return state


def _remember(state: LiveState, command_id: str | None) -> None:
    if command_id is None:
        return
    state.commands[command_id] = True
    if len(state.commands) > MAX_COMMANDS:
        del state.commands[next(iter(state.commands))]


def _step(state: LiveState, event: Message) -> None:
    """Go to the next phase by the table, with one publication for everybody."""
    state.phase = TRANSITIONS[state.phase][type(event)]
    state.step += 1
    state.offset += 1


def _lobby_opened(state: LiveState, event: LobbyOpened) -> None:
    state.lobby = event
    state.host_id = event.host_id
    state.last_at = event.at
    size = len(event.questions)
    shuffled = event.config.shuffle_questions
    state.order = permutation(event.seed, "questions", size) if shuffled else tuple(range(size))


def _player_joined(state: LiveState, event: PlayerJoined) -> None:
    known = state.players.get(event.player_id)
    state.names[folded(event.nickname)] = event.player_id
    if known is None:
        state.players[event.player_id] = newcomer(state, event)
        return
    if folded(known.nickname) != folded(event.nickname):
        state.names.pop(folded(known.nickname), None)
    known.nickname = event.nickname
    known.out = False
    state.kicked -= 1


def _seat_freed(state: LiveState, event: SeatFreed) -> None:
    player = state.players.pop(event.player_id)
    state.kicked -= player.out
    state.extra.pop(event.player_id, None)
    if state.names.get(folded(player.nickname)) == event.player_id:
        del state.names[folded(player.nickname)]
    _gone(state.presence, event.player_id)
    if any(standing.player_id == event.player_id for standing in state.top):
        _rank(state)


def newcomer(state: LiveState, event: PlayerJoined) -> Player:
    """A new player: plays from the next question on, and ranks behind all who have points."""
    return Player(
        player_id=event.player_id,
        user_id=event.user_id,
        nickname=event.nickname,
        since=state.index + 1,
        rank=state.scorers + 1,
    )


def _player_kicked(state: LiveState, event: PlayerKicked) -> None:
    player = state.players[event.player_id]
    state.kicked += (not event.banned) - player.out
    player.out = True
    _gone(state.presence, event.player_id)
    if event.banned:
        player.banned = True
        state.banned += 1
        state.extra.pop(event.player_id, None)
        _rank(state)


def _extra_time_granted(state: LiveState, event: ExtraTimeGranted) -> None:
    state.players[event.player_id].factor = event.factor
    state.extra.pop(event.player_id, None)
    if event.factor > 1.0:
        state.extra[event.player_id] = event.factor


def _game_locked(state: LiveState, event: GameLocked) -> None:
    state.locked = event.locked


def _question_opened(state: LiveState, event: QuestionOpened) -> None:
    _step(state, event)
    state.index = event.question_index
    state.opens_at = state.last_at = event.opens_at
    state.allotted_ms = event.closes_at - event.opens_at
    state.stopped_ms = state.last_stop_at = state.last_stop_ms = 0
    state.skipped = False
    state.advance_at = None
    state.counts = {}
    state.answered = 0
    if state.started_at is None:
        state.started_at = event.opens_at
    _await_answers(state)


def _await_answers(state: LiveState) -> None:
    presence = state.presence
    expected = (*presence.connections, *presence.presumed, *presence.away)
    players = state.players
    presence.pending = {p: True for p in expected if may_answer(state, players[p])}


def _answer_submitted(state: LiveState, event: AnswerSubmitted) -> None:
    state.players[event.player_id].answers[event.question_index] = Given(
        event.answer_id, event.answer, event.received_at, event.elapsed_ms
    )
    for bar in answers.choices_counted(state.question, event.answer):
        state.counts[bar] = state.counts.get(bar, 0) + 1
    state.answered += 1
    state.last_at = max(state.last_at, event.received_at)
    state.presence.pending.pop(event.player_id, None)


def _question_closed(state: LiveState, event: QuestionClosed) -> None:
    _step(state, event)
    state.skipped = event.skipped
    _advance_after(state, event.at)
    presence, index = state.presence, state.index
    presence.pending = {}
    presence.presumed = {p: True for p in presence.presumed if index in state.players[p].answers}


def _advance_after(state: LiveState, at: int) -> None:
    wait_ms = state.opening.config.auto_advance_ms
    state.advance_at = None if wait_ms is None else at + wait_ms
    state.last_at = at


def _answers_revealed(state: LiveState, event: AnswersRevealed) -> None:
    _step(state, event)
    _advance_after(state, event.at)
    question = state.question
    options = presented(state, state.index, len(grading.choices(question)))
    for player in state.players.values():
        if player.since <= state.index and not player.banned:
            _settle(state, player, _outcome(state, question, options, player))
    _rank(state)


def _settle(state: LiveState, player: Player, outcome: scoring.Outcome) -> None:
    player.results = (*player.results, Result(state.index, outcome.correct, outcome.points))
    player.score += outcome.points
    player.correct += outcome.correct is True
    player.streak = outcome.streak


def _outcome(
    state: LiveState, question: Question, options: tuple[int, ...], player: Player
) -> scoring.Outcome:
    given = player.answers.get(state.index)
    if state.skipped:
        return scoring.Outcome(None, 0, player.streak)
    if given is None:
        return scoring.Outcome(False, 0, 0)
    return scoring.score(
        state.opening.config,
        question.points,
        grading.grade(question, options, given.answer),
        given.elapsed_ms,
        allotted_to(state, player),
        player.streak,
    )


def _rank(state: LiveState) -> None:
    standings = board(state)
    for standing in standings:
        state.players[standing.player_id].rank = standing.rank
    state.scorers = sum(standing.score > 0 for standing in standings)
    state.top = tuple(standings[: state.opening.config.leaderboard_size])


def _leaderboard_shown(state: LiveState, event: LeaderboardShown) -> None:
    _step(state, event)
    _advance_after(state, event.at)
    _rank(state)


def _game_paused(state: LiveState, event: GamePaused) -> None:
    state.paused_at = event.at
    state.offset += 1


def _game_resumed(state: LiveState, event: GameResumed) -> None:
    state.paused_at = None
    state.offset += 1
    if state.phase is Phase.OPEN:
        _stopped(state, event.at, event.paused_ms)
    elif state.advance_at is not None:
        state.advance_at = event.at + (state.opening.config.auto_advance_ms or 0)


def _stopped(state: LiveState, at: int, stopped_ms: int) -> None:
    state.stopped_ms += stopped_ms
    state.last_stop_at = state.last_at = at
    state.last_stop_ms = stopped_ms


def _outage_credited(state: LiveState, event: OutageCredited) -> None:
    state.offset += 1
    _stopped(state, event.at, event.outage_ms)


def _question_extended(state: LiveState, event: QuestionExtended) -> None:
    state.offset += 1
    state.allotted_ms += event.extra_ms


def _host_changed(state: LiveState, event: HostChanged) -> None:
    state.host_id = event.host_id
    state.presence.host_presumed = False


def _host_removed(state: LiveState, event: HostRemoved) -> None:
    state.removed_hosts = (*state.removed_hosts, event.user_id)
    if event.host_id != state.host_id:
        state.host_id = event.host_id
        state.presence.host_presumed = False
    screens = state.presence.hosts.items()
    state.presence.hosts = {screen: user for screen, user in screens if user != event.user_id}


def _game_finished(state: LiveState, event: GameFinished) -> None:
    _step(state, event)
    state.finished_at = event.at
    state.paused_at = None
    state.advance_at = None
    _rank(state)


# --- volatile events ------------------------------------------------------------------------------


def _player_connected(state: LiveState, event: PlayerConnected) -> None:
    presence = state.presence
    presence.presumed.pop(event.player_id, None)
    presence.away.pop(event.player_id, None)
    devices = presence.connections.setdefault(event.player_id, [])
    if event.connection_id not in devices:
        devices.append(event.connection_id)
        del devices[:-MAX_DEVICES]
    if state.phase is Phase.OPEN and may_answer(state, state.players[event.player_id]):
        presence.pending[event.player_id] = True


def _player_disconnected(state: LiveState, event: PlayerDisconnected) -> None:
    presence = state.presence
    before = presence.connections.get(event.player_id, [])
    if devices := [device for device in before if device != event.connection_id]:
        presence.connections[event.player_id] = devices
        return
    was_here = [
        known.pop(event.player_id, None) is not None
        for known in (presence.connections, presence.presumed)
    ]
    if event.awaited_until is None:
        _gone(presence, event.player_id)
    elif any(was_here):
        presence.away[event.player_id] = event.awaited_until


def _gone(presence: Presence, player_id: str) -> None:
    """Nobody waits for this player any longer."""
    for known in (presence.connections, presence.presumed, presence.pending, presence.away):
        known.pop(player_id, None)


def _returns_expired(state: LiveState, event: ReturnsExpired) -> None:
    presence = state.presence
    for player_id in [p for p, until in presence.away.items() if until <= event.at]:
        _gone(presence, player_id)


def _returns_delayed(state: LiveState, event: ReturnsDelayed) -> None:
    presence = state.presence
    presence.away = {p: until + event.delay_ms for p, until in presence.away.items()}


def _host_attached(state: LiveState, event: HostAttached) -> None:
    presence = state.presence
    presence.hosts[event.connection_id] = event.user_id
    if event.user_id == state.host_id:
        presence.host_presumed = False
    if len(presence.hosts) > MAX_HOST_SCREENS:
        del presence.hosts[next(iter(presence.hosts))]


def _host_detached(state: LiveState, event: HostDetached) -> None:
    state.presence.hosts.pop(event.connection_id, None)
    if event.user_id == state.host_id:
        state.presence.host_presumed = False


def _batch_due(state: LiveState, event: BatchDue) -> None:
    state.presence.due[event.name] = event.due_at


def _awoken(state: LiveState, event: Awoken) -> None:
    presumed = {p.player_id: True for p in state.players.values() if not p.out}
    kept = event.sockets_kept
    state.presence = Presence(presumed=presumed, host_presumed=kept, sockets_kept=kept)
    if state.phase is Phase.OPEN:
        _await_answers(state)


_EVOLVE: dict[type, Callable[[LiveState, Any], None]] = {
    LobbyOpened: _lobby_opened,
    PlayerJoined: _player_joined,
    SeatFreed: _seat_freed,
    PlayerKicked: _player_kicked,
    ExtraTimeGranted: _extra_time_granted,
    GameLocked: _game_locked,
    QuestionOpened: _question_opened,
    AnswerSubmitted: _answer_submitted,
    QuestionClosed: _question_closed,
    AnswersRevealed: _answers_revealed,
    LeaderboardShown: _leaderboard_shown,
    GamePaused: _game_paused,
    GameResumed: _game_resumed,
    OutageCredited: _outage_credited,
    QuestionExtended: _question_extended,
    HostChanged: _host_changed,
    HostRemoved: _host_removed,
    GameFinished: _game_finished,
    PlayerConnected: _player_connected,
    PlayerDisconnected: _player_disconnected,
    ReturnsExpired: _returns_expired,
    ReturnsDelayed: _returns_delayed,
    HostAttached: _host_attached,
    HostDetached: _host_detached,
    BatchDue: _batch_due,
    Awoken: _awoken,
}
