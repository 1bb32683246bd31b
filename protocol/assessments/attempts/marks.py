"""Marks: what the answers of an attempt are worth.

Points are decimals with at most two digits after the point, so nothing is lost in a float. One rule
rounds: what a question earns is rounded to hundredths, and up from the middle, once; totals are
sums of these, and a percentage is the total divided by the points of all questions, rounded in the
same way.
"""

from __future__ import annotations

import math
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

import msgspec

HUNDREDTH = Decimal("0.01")


class GradingStatus(StrEnum):
    """The specification's `grading_status` of a submission."""

    AUTO_GRADED = "auto_graded"
    PENDING_REVIEW = "pending_review"
    GRADED = "graded"


MAX_PASSAGES = 50
MAX_PASSAGE_COMMENT = 1_000


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says about a part of an answer: its characters from `start`, before `end`.

    They are counted in code points of the answer as the mark has it.
    """

    start: int
    end: int
    comment: str


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """What one of two persons gives for an answer, without knowing what the other does.

    `by` is empty once the account is gone.
    """

    by: str
    points: Decimal
    levels: tuple[int, ...] | None = None
    comment: str | None = None
    passages: tuple[Passage, ...] = ()


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer earns of `most`.

    `automatic` is what the key says, None where it cannot; `given` what a person gave, which
    counts instead. `correct` is whether all of it is right, None where only a person can say and
    none has. `review`: a person must look at it, and none has yet. `revision` is that of the
    answer it is for, 0 for none. `answer` and `right_answer` are readable by themselves, as in the
    results of a game. `left_out`: the question counts for nobody, whatever the rest says. `levels`
    are those of a rubric that `given` is the sum of, one for each criterion; None: it is not.
    `passages` are by where they begin. `grades` are those of two persons, in their order.
    """

    question_id: str
    most: Decimal
    automatic: Decimal | None
    given: Decimal | None = None
    correct: bool | None = None
    review: bool = False
    revision: int = 0
    comment: str | None = None
    answer: Any = None
    right_answer: Any = None
    left_out: bool = False
    levels: tuple[int, ...] | None = None
    passages: tuple[Passage, ...] = ()
    grades: tuple[Grade, ...] = ()

    @property
    def earned(self) -> Decimal:
        """What counts now; nothing as long as nobody has said."""
        return self.given if self.given is not None else self.automatic or Decimal(0)


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Of a whole attempt. `percentage` is 0 where no question has points."""

    points: Decimal
    most: Decimal
    percentage: Decimal
    status: GradingStatus


def rounded(value: Fraction) -> Decimal:
    """To hundredths, and up from the middle."""
    return Decimal(math.floor(value * 100 + Fraction(1, 2))).scaleb(-2)


def score(marks: tuple[Mark, ...]) -> Score:
    """The score of all marks of an attempt. It is never below zero."""
    counted = [mark for mark in marks if not mark.left_out]
    points = max(Decimal(0), sum((mark.earned for mark in counted), Decimal(0)))
    most = sum((mark.most for mark in counted), Decimal(0))
    percentage = rounded(Fraction(points) * 100 / Fraction(most)) if most else Decimal(0)
    if any(mark.review for mark in counted):
        status = GradingStatus.PENDING_REVIEW
    elif any(mark.given is not None for mark in counted):
        status = GradingStatus.GRADED
    else:
        status = GradingStatus.AUTO_GRADED
    return Score(points=points, most=most, percentage=percentage, status=status)
