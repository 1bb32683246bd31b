"""What tables get of each question that was revealed: how it was answered, and with what time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from actors.assessments.answers import grading
from actors.assessments.answers.shown_keys import right_answer
from actors.assessments.live import clocks
from actors.assessments.live.state import Given, LiveState, Player, Result, presented
from protocol.assessments.live.rows import LiveQuestionRow, LiveQuestionRows
from protocol.assessments.quizzes import Question, QuestionType
from protocol.envelope import Message


def revealed_row(state: LiveState, at: int) -> Message:
    """The question in play, at its reveal or after a correction of it."""
    tally = _Tally(state, state.index)
    for player in state.players.values():
        if player.results and player.results[-1].index == state.index:
            tally.add(player, player.results[-1])
    own_ms = {
        player_id: clocks.allotted_to(state, state.players[player_id])
        for player_id in {**state.extra, **state.asked_with}
        if player_id in state.players
    }
    row = tally.row(skipped=state.skipped, allotted_ms=state.allotted_ms, own_ms=own_ms, at=at)
    return LiveQuestionRows(live_quiz_id=state.live_quiz_id, rows=(row,))


def final_rows(state: LiveState, at: int) -> Message:
    """All questions, without those who were banned since; who joined late was not asked."""
    tallies = [_Tally(state, index) for index in range(state.index + 1)]
    for player in state.players.values():
        for result in player.results:
            tallies[result.index].add(player, result)
    rows = tuple(
        tally.row(skipped=False, allotted_ms=_usual_ms(state, tally.question), own_ms={}, at=at)
        for tally in tallies
    )
    return LiveQuestionRows(live_quiz_id=state.live_quiz_id, rows=rows)


def _usual_ms(state: LiveState, question: Question) -> int:
    """For a question whose reveal was before the release that writes rows."""
    seconds = question.seconds
    return state.opening.config.question_ms if seconds is None else seconds * 1_000


class _Tally:
    """Counts the answers to one question."""

    def __init__(self, state: LiveState, index: int) -> None:
        self.index = index
        self.question = state.question_at(index)
        self._places = presented(state, index, len(grading.choices(self.question)))
        self._counts = [0] * _bars(self.question)
        self._asked = self._answered = self._graded = self._correct = self._partly = 0
        self._elapsed_ms = 0

    def add(self, player: Player, result: Result) -> None:
        """One player's answer, or want of one."""
        if player.banned:
            return
        self._asked += 1
        self._graded += result.correct is not None
        self._correct += result.correct is True
        self._partly += result.correct is False and result.points > 0
        given = player.answers.get(self.index)
        if given is not None:
            self._count(given)

    def _count(self, given: Given) -> None:
        self._answered += 1
        self._elapsed_ms += given.elapsed_ms
        for place in self._chosen(given.answer):
            self._counts[place] += 1

    def _chosen(self, answer: Any) -> Iterable[int]:
        match self.question.type:
            case QuestionType.MULTIPLE_CHOICE:
                return (self._places[option] for option in answer)
            case QuestionType.TRUE_FALSE:
                return (0 if answer else 1,)
        return ()

    def row(
        self, *, skipped: bool, allotted_ms: int, own_ms: dict[str, int], at: int
    ) -> LiveQuestionRow:
        return LiveQuestionRow(
            index=self.index,
            question_id=self.question.id,
            question=self.question,
            right_answer=right_answer(self.question),
            by_person=grading.needs_person(self.question),
            skipped=skipped,
            asked=self._asked,
            answered=self._answered,
            graded=self._graded,
            correct=self._correct,
            partly=self._partly,
            elapsed_ms=self._elapsed_ms,
            option_counts=tuple(self._counts),
            allotted_ms=allotted_ms,
            own_ms=own_ms,
            revealed_at=at,
        )


def _bars(question: Question) -> int:
    match question.type:
        case QuestionType.MULTIPLE_CHOICE:
            return len(question.options)
        case QuestionType.TRUE_FALSE:
            return 2
    return 0
