"""What a game writes to its tables, in the same transaction as the events.

Only storage reads these messages; the read model and the exports read the tables.
"""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.assessments.live.phases import Phase
from protocol.assessments.points import Points
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
