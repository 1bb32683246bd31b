"""What a game writes to its tables, in the same transaction as the events.

Only storage reads these messages; the read model and the exports read the tables.
"""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.assessments.live.phases import Phase
from protocol.assessments.points import Points
from protocol.assessments.quizzes import Question
from protocol.envelope import Message


class LiveQuizRow(Message, frozen=True, kw_only=True, tag="assessments.live_quiz_row"):
    """Upsert of `live_quizzes` by id; written whenever the phase changes."""

    id: str
    course_id: str
    quiz_id: str
    host_id: str
    title: str
    pin: str | None
    phase: Phase
    question_index: int
    question_count: int
    player_count: int
    opens_at: int | None
    closes_at: int | None
    started_at: int | None
    finished_at: int | None
    created_at: int


class LiveAnswerResult(msgspec.Struct, frozen=True):
    """One player's outcome of one question, for the exports. `key` is not repeated here.

    `answer` is readable by itself: it holds the texts of chosen options and matches.
    """

    question_id: str
    answer: Any
    correct: bool | None
    points: Points
    elapsed_ms: int | None


class LiveResultRow(msgspec.Struct, frozen=True, kw_only=True):
    player_id: str
    user_id: str | None
    nickname: str
    score: Points
    rank: int
    correct: int
    answered: int
    answers: tuple[LiveAnswerResult, ...]


class LiveResultRows(Message, frozen=True, kw_only=True, tag="assessments.live_result_rows"):
    """The final board: replaces all rows of `live_quiz_results` of this game."""

    live_quiz_id: str
    rows: tuple[LiveResultRow, ...]


class LiveQuestionRow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one question, of those who are on the board.

    `asked`: to how many it was open; `graded`: whose answer, or want of one, was right or wrong;
    `partly`: who was not right and got points. `elapsed_ms` is the sum over the answers.
    `right_answer` has the form of `LiveAnswerResult.answer`, but has all accepted texts where one
    is typed. `option_counts` are in the order of the question's options, or of true and false.

    Only what is written at the reveal is kept of `allotted_ms`, everybody's time for it, of
    `own_ms`, the time of those who had another, of `skipped` and of `revealed_at`.
    """

    index: int
    question_id: str
    question: Question
    right_answer: Any
    by_person: bool
    skipped: bool
    asked: int
    answered: int
    graded: int
    correct: int
    partly: int
    elapsed_ms: int
    option_counts: tuple[int, ...]
    allotted_ms: int
    own_ms: dict[str, int]
    revealed_at: int


class LiveQuestionRows(Message, frozen=True, kw_only=True, tag="assessments.live_question_rows"):
    """Upsert of `live_quiz_question_results` by the game and the index."""

    live_quiz_id: str
    rows: tuple[LiveQuestionRow, ...]
