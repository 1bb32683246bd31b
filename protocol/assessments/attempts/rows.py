"""What an attempt writes to its row, in the same transaction as the events."""

from __future__ import annotations

import msgspec

from protocol.assessments.attempts.values import Ending, SealedStatus
from protocol.assessments.quizzes import Answer
from protocol.envelope import Message


class GivenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The newest answer to a question, options as the author ordered them."""

    answer: Answer
    revision: int
    at: int


class CreditedOutage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What an outage gave back, as clients see it: from when (ISO 8601), for how long."""

    began: str
    outage_ms: int
    vetoed: bool = False


class AttemptRow(Message, frozen=True, kw_only=True, tag="assessments.attempt_row"):
    """Update of `quiz_submissions` by id; written when an attempt begins, ends or goes on.

    `answers` by the question's id; written at the end. `sealed`: how the last chain of sealed
    answers stands. A running attempt has no `ended_at`. `drawn` are the ids of the questions that
    it asks; None: all of its version.
    """

    submission_id: str
    started_at: int
    deadline_at: int | None
    ended_at: int | None = None
    ending: Ending | None = None
    time_taken_ms: int | None = None
    answers: dict[str, GivenAnswer] = {}
    outages: tuple[CreditedOutage, ...] = ()
    sealed: SealedStatus | None = None
    drawn: tuple[str, ...] | None = None
