"""The records of regrading: what was decided about a question, and what its marks become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from protocol.assessments.attempts.marks import Mark
from protocol.assessments.attempts.regrading import (
    QuestionRegraded,
    Regrade,
    RegradePolicy,
    RegradePreview,
    ResultsSet,
)
from protocol.assessments.attempts.rows import GivenAnswer
from protocol.assessments.quizzes import Question, QuizSettings
from protocol.records.common import CourseFacts, CourseRule


class AskedQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question as a version of its quiz asks it."""

    question: Question
    revision: int
    settings: QuizSettings


class RegradeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """For the rule about a decision. `present` is the quiz's own question; None if it is gone.

    `lacking`: its key is not finished. `asked` is how versions ask it, `known` what was decided
    about it before.
    """

    course: CourseFacts
    question_id: str
    revision: int
    present: Question | None
    lacking: bool = False
    asked: Sequence[Question]
    known: tuple[Regrade, ...] = ()


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a question, and the mark that it has."""

    asked: AskedQuestion
    given: GivenAnswer | None
    mark: Mark


class NewRegrade(msgspec.Struct, frozen=True, kw_only=True):
    quiz_id: str
    question_id: str
    policy: RegradePolicy
    by: str
    at: int


RegradeRule = Callable[[RegradeFacts], tuple[Regrade, ...]]
"""What is decided about the question from now on."""
Remarking = Callable[[Sequence[Regrade], Answered], Mark]
"""The new mark; it costs too much for the loop."""


class RegradeRecords(Protocol):
    """Marks of all attempts at a quiz that have ended, and whether students are shown results.

    `NotFoundError` for a quiz that there is not, and a question that no attempt was asked.
    """

    async def preview(
        self,
        decision: NewRegrade,
        rule: RegradeRule,
        remark: Remarking,
        *,
        first: int,
        after: int,
    ) -> RegradePreview:
        """What `regrade` would change, `first` attempts after so many. Writes nothing."""
        ...

    async def regrade(
        self, decision: NewRegrade, rule: RegradeRule, remark: Remarking
    ) -> QuestionRegraded:
        """Keep the decision and change the marks, in one transaction. Twice is once."""
        ...

    async def release(self, quiz_id: str, by: str, at: int, rule: CourseRule) -> ResultsSet:
        """Show results from now on, and let follow what was held back. Twice is once."""
        ...

    async def hold(self, quiz_id: str, by: str, at: int, rule: CourseRule) -> ResultsSet:
        """Show no results until they are released. Twice is once."""
        ...

    async def show_due(self, at: int) -> int:
        """Let follow what is shown since a time has come; how many attempts that were."""
        ...
