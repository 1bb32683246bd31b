"""What has happened in an attempt: the journal, kept for ever and replayed by every later release.

Names, tags and fields stay. A field may be added with a default; any other change needs a new
event, or an upgrade where the journal is read. Together with the times at which they were written
they are the attempt's log, in the order in which the server decided.
"""

from __future__ import annotations

from typing import ClassVar

from protocol.assessments.attempts.values import (
    Activity,
    Ending,
    SealedAnswer,
    Shape,
    Timing,
)
from protocol.assessments.quizzes import Answer
from protocol.envelope import Message


class AttemptBegun(Message, frozen=True, kw_only=True, tag="assessments.attempt_begun"):
    """`questions` are all of the version; `drawn` the places of those it asks, None: all."""

    student_id: str
    quiz_id: str
    course_id: str
    version_id: str
    number: int
    questions: tuple[Shape, ...]
    seed: int
    timing: Timing
    shuffle_questions: bool
    shuffle_options: bool
    at: int
    drawn: tuple[int, ...] | None = None


class AttemptAnswerSaved(
    Message, frozen=True, kw_only=True, tag="assessments.attempt_answer_saved"
):
    """`question_index` counts in the quiz's order; `received_at` is when it was read.

    `changed`: there was an answer before. `unseen`: no page had reported that the question came
    into view, so the log says it before the answer.
    """

    question_index: int
    answer: Answer | None
    answer_id: str
    revision: int
    received_at: int
    changed: bool = False
    unseen: bool = False


class AttemptActivityNoted(
    Message, frozen=True, kw_only=True, tag="assessments.attempt_activity_noted"
):
    activity: Activity
    question_index: int | None = None
    at: int


class AttemptConnected(Message, frozen=True, kw_only=True, tag="assessments.attempt_connected"):
    """The first device of the student is there."""

    at: int


class AttemptDisconnected(
    Message, frozen=True, kw_only=True, tag="assessments.attempt_disconnected"
):
    """The last device of the student has gone, or an outage has cut off all of them.

    `seen_at` is when the last of them gave a sign of life; None: just then.
    """

    at: int
    seen_at: int | None = None


class AttemptMessaged(Message, frozen=True, kw_only=True, tag="assessments.attempt_messaged"):
    """A teacher has said something to the student."""

    message_id: str
    text: str
    by: str
    at: int


class AttemptExtended(Message, frozen=True, kw_only=True, tag="assessments.attempt_extended"):
    extra_ms: int
    by: str
    command_id: str
    at: int


class AttemptAccommodated(
    Message, frozen=True, kw_only=True, tag="assessments.attempt_accommodated"
):
    factor: float
    unlimited: bool
    at: int


class AttemptOutageCredited(
    Message, frozen=True, kw_only=True, tag="assessments.attempt_outage_credited"
):
    """The platform was not there from `began` for `outage_ms`; the student gets that time back."""

    began: int
    outage_ms: int


class AttemptCreditVetoed(
    Message, frozen=True, kw_only=True, tag="assessments.attempt_credit_vetoed"
):
    began: int
    by: str
    at: int


class AttemptEnded(Message, frozen=True, kw_only=True, tag="assessments.attempt_ended"):
    """`at` is when it ended for the student: its deadline, however late that was noticed."""

    at: int
    ending: Ending
    by: str = ""


class AttemptSealCommitted(
    Message, frozen=True, kw_only=True, tag="assessments.attempt_seal_committed"
):
    """After the end, the head of a chain of answers that were written without a connection.

    The server had not seen the student since `away_since`, and then not before the end; or it had
    again at `back_at`, just before. The device's clock was `offset_ms` behind.
    """

    number: int
    revision: int
    head: str
    length: int
    away_since: int
    offset_ms: int
    at: int
    back_at: int | None = None


class AttemptSealOpened(Message, frozen=True, kw_only=True, tag="assessments.attempt_seal_opened"):
    """The entries of the chain are right. `late` of them were written after the end."""

    number: int
    answers: tuple[SealedAnswer, ...]
    late: int
    at: int


class AttemptSealDecided(
    Message, frozen=True, kw_only=True, tag="assessments.attempt_seal_decided"
):
    """`accepted`: its answers replace what was saved. `by` empty: the quiz's setting decides."""

    number: int
    accepted: bool
    by: str
    reason: str | None
    at: int


class AttemptReopened(Message, frozen=True, kw_only=True, tag="assessments.attempt_reopened"):
    until: int
    by: str
    command_id: str
    at: int


AttemptEvent = (
    AttemptBegun
    | AttemptAnswerSaved
    | AttemptActivityNoted
    | AttemptConnected
    | AttemptDisconnected
    | AttemptMessaged
    | AttemptExtended
    | AttemptAccommodated
    | AttemptOutageCredited
    | AttemptCreditVetoed
    | AttemptEnded
    | AttemptReopened
    | AttemptSealCommitted
    | AttemptSealOpened
    | AttemptSealDecided
)


class QuizSubmitted(Message, frozen=True, kw_only=True, tag="assessments.quiz_submitted"):
    """Domain event: an attempt has ended, and can be graded."""

    actor: ClassVar[str | None] = "student_id"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"submission_id", "quiz_id", "student_id", "ending", "at"}
    )

    submission_id: str
    quiz_id: str
    student_id: str
    ending: Ending
    at: int
