"""Questions that are marked anew for all who answered them, and results held back or released."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from protocol.assessments.attempts.requests import AttemptRequest
from protocol.assessments.quizzes import Question
from protocol.envelope import Message
from protocol.jobs import JobKind

MAX_REGRADES = 20
"""Decisions about one question that bear on each other."""
MAX_PREVIEWED = 200
"""Attempts on one page of a preview."""


class RegradePolicy(StrEnum):
    """What a decision makes of the marks for a question.

    PRESENT_KEY: as the key of the quiz says now, whether that is more or less. ONLY_UPWARD: so,
    too, but nobody gets less than before. FULL_POINTS: everybody gets all points, with an answer
    or without. LEAVE_OUT: it counts for nobody, neither what it earned nor what it could earn.
    """

    PRESENT_KEY = "present_key"
    ONLY_UPWARD = "only_upward"
    FULL_POINTS = "full_points"
    LEAVE_OUT = "leave_out"


NEEDS_KEY = frozenset({RegradePolicy.PRESENT_KEY, RegradePolicy.ONLY_UPWARD})


class Regrade(msgspec.Struct, frozen=True, kw_only=True):
    """A decision about a question, with the question and the revision of the quiz at that time.

    `question` is None if it was gone. The decision is about the versions of the quiz up to
    `revision`, and about later ones as long as they ask the same.
    """

    policy: RegradePolicy
    question: Question | None
    revision: int


class RegradeRequest(AttemptRequest, frozen=True, kw_only=True):
    """Base of what is asked about marking a question anew, for all attempts that have ended.

    What persons gave stays, unless `over_given`: then what the policy says counts there, too.
    NotFoundError for a question that no attempt was asked. RefusedError QUESTION_GONE and
    QUESTION_DIFFERS where the policy needs a key that there is not, or that old answers cannot be
    compared with; QUIZ_INCOMPLETE for a key that is not finished. ValidationError on `policy` past
    `MAX_REGRADES`.
    """

    quiz_id: str
    question_id: str
    policy: RegradePolicy
    over_given: bool = False


class PreviewRegrade(RegradeRequest, frozen=True, kw_only=True, tag="assessments.preview_regrade"):
    """What it would change. Replies `RegradePreview`. Changes nothing.

    `first` attempts after a cursor ("": from the beginning); ValidationError on both.
    """

    first: int
    after: str = ""


class RegradedAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt that has another score. `passed` is the student's result in the quiz.

    Percentages are None while a mark waits for a person.
    """

    submission_id: str
    student_id: str
    student_name: str
    attempt_number: int
    most: Decimal
    points_before: Decimal
    points: Decimal
    left_out: bool
    percentage_before: Decimal | None
    percentage: Decimal | None
    passed_before: bool
    passed: bool


class RegradeCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many attempts there are, and have another score; students who pass now, or did."""

    attempts: int = 0
    changed: int = 0
    newly_passing: int = 0
    no_longer_passing: int = 0


class RegradePreview(Message, frozen=True, kw_only=True, tag="assessments.regrade_preview"):
    """Reply: one page of the attempts that change. `revision` is that of the quiz."""

    revision: int
    counts: RegradeCounts
    changes: tuple[RegradedAttempt, ...]
    cursor: str
    more: bool


class RegradeQuestion(
    RegradeRequest, frozen=True, kw_only=True, tag="assessments.regrade_question"
):
    """Mark the question anew. Replies `QuestionRegraded`; twice is once.

    Attempts that end later are marked so, too. RefusedError QUIZ_CHANGED, with the revision of now
    in the details, where the quiz is not at `expected_revision` any more.
    """

    expected_revision: int | None = None


class QuestionRegraded(Message, frozen=True, kw_only=True, tag="assessments.question_regraded"):
    """Reply: what has changed."""

    quiz_id: str
    counts: RegradeCounts


class ReleaseResults(AttemptRequest, frozen=True, kw_only=True, tag="assessments.release_results"):
    """Show students what their attempts at a quiz have earned. Replies `ResultsSet`.

    What was held back of their progress follows, and they are told. Twice is once.
    """

    quiz_id: str


class HoldResults(AttemptRequest, frozen=True, kw_only=True, tag="assessments.hold_results"):
    """Show no results of a quiz until they are released. Replies `ResultsSet`; twice is once.

    What students have been told of their progress is not taken back.
    """

    quiz_id: str


class ResultsSet(Message, frozen=True, kw_only=True, tag="assessments.results_set"):
    """Reply: the results are shown, or held back."""

    quiz_id: str


class ShowDueResults(Message, frozen=True, kw_only=True, tag="assessments.show_due_results"):
    """Job payload: let progress follow where results are shown since a time has come."""


SHOW_DUE_RESULTS = JobKind(
    payload=ShowDueResults, every_ms=60_000, timeout_seconds=600.0, concurrency=1
)
"""Results are shown at a quiz's end without anybody doing anything."""
