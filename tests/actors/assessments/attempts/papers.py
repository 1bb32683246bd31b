"""A quiz of every type of question, and an attempt at it without a runtime."""

from __future__ import annotations

from typing import Any

from actors.assessments.attempts import machine
from actors.assessments.attempts.shapes import shape_of
from protocol.assessments.attempts.commands import BeginAttempt, SaveAnswer, ViewAttempt
from protocol.assessments.attempts.values import Drawing, Timing
from protocol.assessments.attempts.views import AnswerSaved, AttemptView
from protocol.assessments.quizzes import Question
from tests.actors.assessments.live.games import (
    BLANKS,
    CHOICE,
    ESSAY,
    HOTSPOT,
    MATCHING,
    NUMERIC,
    ORDERING,
    TEXT,
    TRUE_FALSE,
)
from tests.actors.driver import Driver

QUESTIONS: tuple[Question, ...] = (
    CHOICE,
    TRUE_FALSE,
    TEXT,
    BLANKS,
    MATCHING,
    ESSAY,
    NUMERIC,
    ORDERING,
    HOTSPOT,
)
MINUTE = 60_000


UNTIMED = Timing()


class Attempt(Driver):
    """One that has begun. `now` is the clock of the server."""

    def __init__(
        self,
        *,
        timing: Timing = UNTIMED,
        shuffled: bool = False,
        seed: int = 1,
        drawings: tuple[Drawing, ...] = (),
    ) -> None:
        super().__init__(machine, "attempt-1", strict=True)
        self.count = 0
        self.do(
            BeginAttempt(
                student_id="ada",
                quiz_id="quiz",
                course_id="course",
                version_id=f"version-{len(QUESTIONS)}",
                number=1,
                questions=tuple(map(shape_of, QUESTIONS)),
                seed=seed,
                timing=timing,
                shuffle_questions=shuffled,
                shuffle_options=shuffled,
                drawings=drawings,
            )
        )

    def save(
        self, question: Question, answer: Any, answer_id: str = "", **more: Any
    ) -> AnswerSaved:
        """As Ada, with an id of its own unless one is given."""
        self.count = getattr(self, "count", 0) + 1
        reply = self.do(
            SaveAnswer(
                by=more.pop("by", "ada"),
                question_id=question.id,
                answer=answer,
                answer_id=answer_id or f"answer-{self.count}",
                received_at=more.pop("received_at", self.now),
                **more,
            )
        )
        assert isinstance(reply, AnswerSaved)
        return reply

    def view(self) -> AttemptView:
        """What Ada sees."""
        reply = self.do(ViewAttempt(by="ada"))
        assert isinstance(reply, AttemptView)
        return reply
