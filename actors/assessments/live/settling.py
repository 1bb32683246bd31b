"""Points for the question in play: at its reveal, and anew for whom something changes after it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from actors.assessments.answers import grading
from actors.assessments.answers.keys import with_text
from actors.assessments.live import boards, clocks, scoring
from actors.assessments.live.state import LiveState, Player, Result, presented
from protocol.assessments.live.events import TypedAccepted
from protocol.assessments.live.phases import Phase
from protocol.assessments.points import total
from protocol.assessments.quizzes import Question


def settle_all(state: LiveState) -> None:
    """Everybody who was asked gets what the answer is worth."""
    question, options = _asked(state)
    for player in state.players.values():
        player.before = player.rank if 0 < state.index >= player.since else 0
        if player.since <= state.index and not player.banned:
            _settle(state, player, _outcome(state, question, options, player))
    boards.rank(state)


def settle_late(state: LiveState) -> None:
    """Settle anew for those who were heard late; so far they had given no answer."""
    _resettle(state, (state.players[player_id] for player_id in state.late))
    state.late = {}
    if state.phase is Phase.FINISHED:
        state.grades = {}
    boards.rank(state)


def settle_accepted(state: LiveState, event: TypedAccepted) -> None:
    """Settle anew for all who have answered, with a key that accepts more."""
    question, index = state.question, event.question_index
    key = with_text(question.key, event.answer, event.blank)
    state.amended = {**state.amended, index: msgspec.structs.replace(question, key=key)}
    state.grades = {}
    answered = [player for player in state.players.values() if index in player.answers]
    for player in answered:
        grade = grading.grade(state.question, (), player.answers[index].answer)
        assert grade is not None
        state.grades[player.player_id] = grade
    state.right = sum(grade.correct for grade in state.grades.values())
    _resettle(state, answered)
    boards.rank(state)


def _asked(state: LiveState) -> tuple[Question, tuple[int, ...]]:
    """The question in play, and its options as they were presented."""
    question = state.question
    return question, presented(state, state.index, len(grading.choices(question)))


def _resettle(state: LiveState, players: Iterable[Player]) -> None:
    question, options = _asked(state)
    for player in players:
        if player.results and player.results[-1].index == state.index and not player.banned:
            _unsettle(player)
            _settle(state, player, _outcome(state, question, options, player))


def _settle(state: LiveState, player: Player, outcome: scoring.Outcome) -> None:
    player.results = (*player.results, Result(state.index, outcome.correct, outcome.points))
    player.score = total(player.score, outcome.points)
    player.correct += outcome.correct is True
    player.streak = outcome.streak


def _unsettle(player: Player) -> None:
    """As if the last question had not been revealed."""
    *results, last = player.results
    player.results = tuple(results)
    player.score = total(player.score, -last.points)
    player.correct -= last.correct is True
    player.streak = scoring.streak_after(result.correct for result in results)


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
        state.grades.get(player.player_id) or grading.grade(question, options, given.answer),
        given.elapsed_ms,
        clocks.allotted_to(state, player),
        player.streak,
    )
