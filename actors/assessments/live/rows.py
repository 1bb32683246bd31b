"""What tables get of a state: the row of the game, and its final board with every answer."""

from __future__ import annotations

from actors.assessments.answers import grading
from actors.assessments.answers.shown_keys import readable
from actors.assessments.live.state import Given, LiveState, Player, presented
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.rows import (
    LiveAnswerResult,
    LiveQuizRow,
    LiveResultRow,
    LiveResultRows,
)
from protocol.assessments.quizzes import Question
from protocol.envelope import Message


def quiz_row(state: LiveState) -> LiveQuizRow:
    """The game's row; its PIN is free for another game once it is finished."""
    opening = state.opening
    started = state.index >= 0
    return LiveQuizRow(
        id=state.live_quiz_id,
        course_id=opening.course_id,
        quiz_id=opening.quiz_id,
        host_id=state.host_id,
        title=opening.title,
        pin=None if state.phase is Phase.FINISHED else opening.pin,
        phase=state.phase,
        question_index=state.index + (state.phase is Phase.ANNOUNCED),
        question_count=state.total,
        player_count=state.active,
        opens_at=state.opens_at if started else None,
        closes_at=state.closes_at if started else None,
        started_at=state.started_at,
        finished_at=state.finished_at,
        created_at=opening.at,
    )


def result_rows(state: LiveState) -> Message:
    """The whole final board with every answer."""
    asked = [_asked(state, index) for index in range(state.index + 1)]
    rows = [_result_row(p, asked) for p in state.players.values() if not p.banned]
    rows.sort(key=lambda row: (row.rank, -row.correct, row.nickname, row.player_id))
    return LiveResultRows(live_quiz_id=state.live_quiz_id, rows=tuple(rows))


def _asked(state: LiveState, index: int) -> tuple[Question, tuple[str, ...]]:
    """A question, and the texts that the ids in its answers name."""
    question = state.question_at(index)
    texts = grading.choices(question)
    return question, tuple(texts[place] for place in presented(state, index, len(texts)))


def _result_row(player: Player, asked: list[tuple[Question, tuple[str, ...]]]) -> LiveResultRow:
    results = {result.index: result for result in player.results}
    outcomes: list[LiveAnswerResult] = []
    for index, (question, texts) in enumerate(asked):
        given: Given | None = player.answers.get(index)
        result = results.get(index)
        outcomes.append(
            LiveAnswerResult(
                question_id=question.id,
                answer=None if given is None else readable(question, given.answer, texts),
                correct=None if result is None else result.correct,
                points=0 if result is None else result.points,
                elapsed_ms=None if given is None else given.elapsed_ms,
            )
        )
    return LiveResultRow(
        player_id=player.player_id,
        user_id=player.user_id,
        nickname=player.nickname,
        score=player.score,
        rank=player.rank,
        correct=player.correct,
        answered=len(player.answers),
        answers=tuple(outcomes),
    )
