"""Answers that are like one that waits for a person, and what persons gave for them."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from protocol.assessments.attempts.requests import SubmissionRequest
from protocol.envelope import Message

MAX_SIMILAR = 5
"""Answers in a reply."""
MAX_COMPARED = 300
"""Graded answers that are looked at, those that were graded last."""
MAX_COMPARED_TEXT = 2_000
"""Characters of each that are compared."""
LEAST_SIMILARITY = 60
"""In per cent; what is less alike says nothing."""


class FindSimilarAnswers(
    SubmissionRequest, frozen=True, kw_only=True, tag="assessments.find_similar_answers"
):
    """Find graded answers like that to this question. Replies `SimilarAnswers`. Changes nothing.

    `NotFoundError` for whoever is no staff of the course, and for a question that was not asked.
    """

    question_id: str


class GradedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, cut to what is compared, and what a person gave.

    `levels` are None where it has another version of the rubric, too.
    """

    answer: str
    points: Decimal
    levels: tuple[int, ...] | None = None


class SimilarAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One of them. `similarity` is in per cent."""

    graded: GradedAnswer
    similarity: int


class SimilarAnswers(Message, frozen=True, kw_only=True, tag="assessments.similar_answers"):
    """Reply: the most similar first, without saying whose they are; each text and mark once."""

    answers: tuple[SimilarAnswer, ...]
