"""What each event, journalled or volatile, does to the state.

Events cannot fail or be refused here.

`evolve` changes and returns the given state, so an answer costs the same in a game of five as in
one of five thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actors.assessments.answers import grading, shapes
from actors.assessments.answers.shuffles import permutation
from actors.assessments.live import boards, clocks, settling
from actors.assessments.live.nicknames import folded
from actors.assessments.live.pace import wait_ms
from actors.assessments.live.phases import ANSWERED, TRANSITIONS
from actors.assessments.live.presences import VOLATILE, await_answers, gone
from actors.assessments.live.state import (
    MAX_COMMANDS,
    Given,
    LiveState,
    Player,
)
from protocol.assessments.live.events import (
    AnswersRevealed,
    AnswerSubmitted,
    BoardRecounted,
    ExtraTimeGranted,
    GameFinished,
    GameLocked,
    GamePaused,
    GameResumed,
    HostAdded,
    HostChanged,
    HostRemoved,
    LeaderboardShown,
    LobbyOpened,
    OutageCredited,
    PlayerJoined,
    PlayerKicked,
    PlayerReturned,
    QuestionAnnounced,
    QuestionClosed,
    QuestionExtended,
    QuestionOpened,
    ScoresCorrected,
    SeatFreed,
    TypedAccepted,
)
from protocol.assessments.live.phases import Phase
from protocol.envelope import Message


def evolve(state: LiveState, event: Any) -> LiveState:
    """Apply one event of the journal, or a volatile one."""
    _EVOLVE[type(event)](state, event)
    if type(event) in _OF_COMMANDS:
        _remember(state, event.command_id)
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
        if event.factor > 1.0:
            state.extra[event.player_id] = event.factor
        return
    if folded(known.nickname) != folded(event.nickname):
        state.names.pop(folded(known.nickname), None)
    known.nickname = event.nickname
    known.out = False
    known.out_at = None
    state.absent.pop(event.player_id, None)
    state.kicked -= 1


def _seat_freed(state: LiveState, event: SeatFreed) -> None:
    player = state.players.pop(event.player_id)
    state.kicked -= player.out
    for players in (state.extra, state.asked_with, state.returning, state.waits, state.absent):
        players.pop(event.player_id, None)
    if state.names.get(folded(player.nickname)) == event.player_id:
        del state.names[folded(player.nickname)]
    gone(state.presence, event.player_id)
    if any(standing.player_id == event.player_id for standing in state.top):
        boards.rank(state)


def newcomer(state: LiveState, event: PlayerJoined) -> Player:
    """A new player: plays from the next question on, and ranks behind all who have points."""
    return Player(
        player_id=event.player_id,
        user_id=event.user_id,
        nickname=event.nickname,
        since=state.index + 1,
        rank=state.scorers + 1,
        factor=event.factor,
    )


def _player_kicked(state: LiveState, event: PlayerKicked) -> None:
    player = state.players[event.player_id]
    state.kicked += (not event.banned) - player.out
    if not player.out:
        player.out, player.out_at = True, event.at
    state.returning.pop(event.player_id, None)
    gone(state.presence, event.player_id)
    if event.banned:
        player.banned, player.ahead, player.behind = True, 0, 0
        state.banned += 1
        state.extra.pop(event.player_id, None)
        boards.rank(state)


def _extra_time_granted(state: LiveState, event: ExtraTimeGranted) -> None:
    player = state.players[event.player_id]
    if state.phase not in ANSWERED:
        state.asked_with.setdefault(event.player_id, player.factor)
    player.factor = event.factor
    state.extra.pop(event.player_id, None)
    if event.factor > 1.0:
        state.extra[event.player_id] = event.factor


def _game_locked(state: LiveState, event: GameLocked) -> None:
    state.locked = event.locked


def _question_announced(state: LiveState, event: QuestionAnnounced) -> None:
    _step(state, event)
    state.advance_at = event.opens_at
    state.last_at = event.at


def _question_opened(state: LiveState, event: QuestionOpened) -> None:
    _step(state, event)
    state.index = event.question_index
    state.last_at = event.opens_at
    clocks.start(state, event.opens_at, event.closes_at - event.opens_at)
    state.absent.update(dict.fromkeys(event.left, True))
    state.skipped = False
    state.advance_at = None
    state.counts = {}
    state.answered = 0
    state.right = 0 if grading.counts_typed(state.question) else None
    state.grades = {}
    if state.started_at is None:
        state.started_at = event.opens_at
    await_answers(state)


def _answer_submitted(state: LiveState, event: AnswerSubmitted) -> None:
    if state.right is not None:
        grade = grading.grade(state.question, (), event.answer)
        assert grade is not None
        state.grades[event.player_id] = grade
        state.right += grade.correct
    state.players[event.player_id].answers[event.question_index] = Given(
        event.answer_id, event.answer, event.received_at, event.elapsed_ms
    )
    for bar in shapes.choices_counted(state.question, event.answer):
        state.counts[bar] = state.counts.get(bar, 0) + 1
    state.answered += 1
    state.last_at = max(state.last_at, event.received_at)
    state.presence.pending.pop(event.player_id, None)
    if state.phase not in ANSWERED:
        state.late[event.player_id] = True


def _question_closed(state: LiveState, event: QuestionClosed) -> None:
    _step(state, event)
    clocks.close(state, event.at)
    state.skipped = event.skipped
    _advance_after(state, event.at)
    presence, index = state.presence, state.index
    presence.pending = {}
    presence.presumed = {p: True for p in presence.presumed if index in state.players[p].answers}


def _advance_after(state: LiveState, at: int) -> None:
    wait = wait_ms(state)
    state.advance_at = None if wait is None else at + wait
    state.last_at = at


def _answers_revealed(state: LiveState, event: AnswersRevealed) -> None:
    _step(state, event)
    _advance_after(state, event.at)
    settling.settle_all(state)


def _scores_corrected(state: LiveState, _: ScoresCorrected) -> None:
    state.offset += 1
    settling.settle_late(state)


def _typed_accepted(state: LiveState, event: TypedAccepted) -> None:
    state.offset += 1
    settling.settle_accepted(state, event)


def _leaderboard_shown(state: LiveState, event: LeaderboardShown) -> None:
    _step(state, event)
    _advance_after(state, event.at)
    boards.rank(state)


def _game_paused(state: LiveState, event: GamePaused) -> None:
    state.paused_at = event.at
    state.offset += 1


def _game_resumed(state: LiveState, event: GameResumed) -> None:
    state.paused_at = None
    state.offset += 1
    if state.phase is Phase.OPEN:
        clocks.stop(state, event.at - event.paused_ms, event.at, paused=True)
        state.last_at = event.at
    elif state.advance_at is not None:
        state.advance_at = event.at + (wait_ms(state) or 0)


def _outage_credited(state: LiveState, event: OutageCredited) -> None:
    stopped_at = event.at - event.outage_ms
    if event.return_ms:
        began = stopped_at if event.began is None else event.began
        clocks.await_returns(state, began, event.at, event.return_ms)
    elif stopped_at < state.returns_until:
        # The server stood still: nobody could come back meanwhile.
        state.returns_until += event.outage_ms
    if event.outage_ms:
        state.offset += 1
        clocks.stop(state, stopped_at, event.at, paused=False)
    state.last_at = event.at


def _player_returned(state: LiveState, event: PlayerReturned) -> None:
    state.last_at = max(state.last_at, event.at)
    state.absent.pop(event.player_id, None)
    clocks.returned(state, event.player_id, event.at)


def _question_extended(state: LiveState, event: QuestionExtended) -> None:
    state.offset += 1
    state.allotted_ms += event.extra_ms


def _host_changed(state: LiveState, event: HostChanged) -> None:
    state.host_id = event.host_id
    state.presence.host_presumed = False


def _host_removed(state: LiveState, event: HostRemoved) -> None:
    state.removed_hosts = (*state.removed_hosts, event.user_id)
    state.added_hosts = tuple(u for u in state.added_hosts if u != event.user_id)
    if event.host_id != state.host_id:
        state.host_id = event.host_id
        state.presence.host_presumed = False
    screens = state.presence.hosts.items()
    state.presence.hosts = {screen: user for screen, user in screens if user != event.user_id}


def _host_added(state: LiveState, event: HostAdded) -> None:
    known = dict.fromkeys((*state.added_hosts, event.user_id))
    state.added_hosts = tuple(known)
    state.removed_hosts = tuple(u for u in state.removed_hosts if u != event.user_id)
    if event.instructor:
        state.new_instructor_id = event.user_id


def _game_finished(state: LiveState, event: GameFinished) -> None:
    _step(state, event)
    state.finished_at = event.at
    state.paused_at = None
    state.advance_at = None
    state.returning, state.absent = {}, {}
    state.right, state.grades = None, {}
    for player in state.players.values():
        player.before = 0
    boards.rank(state)


def _board_recounted(state: LiveState, event: BoardRecounted) -> None:
    state.offset += 1
    boards.recount(state, event.scores)


_EVOLVE: dict[type[Message], Callable[[LiveState, Any], None]] = {
    **VOLATILE,
    LobbyOpened: _lobby_opened,
    PlayerJoined: _player_joined,
    SeatFreed: _seat_freed,
    PlayerReturned: _player_returned,
    PlayerKicked: _player_kicked,
    ExtraTimeGranted: _extra_time_granted,
    GameLocked: _game_locked,
    QuestionAnnounced: _question_announced,
    QuestionOpened: _question_opened,
    AnswerSubmitted: _answer_submitted,
    QuestionClosed: _question_closed,
    AnswersRevealed: _answers_revealed,
    ScoresCorrected: _scores_corrected,
    TypedAccepted: _typed_accepted,
    LeaderboardShown: _leaderboard_shown,
    GamePaused: _game_paused,
    GameResumed: _game_resumed,
    OutageCredited: _outage_credited,
    QuestionExtended: _question_extended,
    HostChanged: _host_changed,
    HostRemoved: _host_removed,
    HostAdded: _host_added,
    GameFinished: _game_finished,
    BoardRecounted: _board_recounted,
}

_OF_COMMANDS = frozenset(kind for kind in _EVOLVE if "command_id" in kind.__struct_fields__)
