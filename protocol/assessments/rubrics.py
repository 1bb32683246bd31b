"""Rubrics: criteria with levels, by which a person marks what somebody has written.

A mark by a rubric is one level for each criterion, and worth the sum of their points. It knows
nothing of questions, so whatever persons grade can have one.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from protocol.assessments.points import ONE, Points, hundredths

MAX_CRITERIA = 20
MIN_LEVELS = 2
MAX_LEVELS = 10
MAX_NAME = 200
MAX_DESCRIPTION = 1_000
MAX_RUBRIC_BYTES = 16 * 1024
"""Of all its names and descriptions in UTF-8: several pages, where its parts could have half a
megabyte."""


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """How well a criterion may be met, and what that is worth."""

    points: Points
    name: str
    description: str = ""


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at, and its levels in the order in which they are shown."""

    name: str
    description: str = ""
    levels: tuple[Level, ...]


class Rubric(msgspec.Struct, frozen=True, kw_only=True):
    """`shown`: also to those who have not answered yet. With a result it is shown in any case."""

    criteria: tuple[Criterion, ...]
    shown: bool = False


def most(rubric: Rubric) -> Decimal:
    """What the best level of each criterion adds up to."""
    best = (
        max((hundredths(level.points) for level in criterion.levels), default=0)
        for criterion in rubric.criteria
    )
    return _points(sum(best))


def earned(rubric: Rubric, levels: Sequence[int]) -> Decimal:
    """The sum of the points of one level for each criterion, exactly.

    Raises `IndexError` for a level that there is not, `ValueError` for more or fewer than criteria.
    """
    chosen = zip(rubric.criteria, levels, strict=True)
    total = sum(hundredths(criterion.levels[level].points) for criterion, level in chosen)
    return _points(total)


def text_bytes(rubric: Rubric) -> int:
    """Of all names and descriptions in UTF-8."""
    levels = [level for each in rubric.criteria for level in each.levels]
    texts = [text for each in rubric.criteria for text in (each.name, each.description)]
    texts += [text for each in levels for text in (each.name, each.description)]
    return sum(len(text.encode()) for text in texts)


def _points(earned: int) -> Decimal:
    return Decimal(earned) / ONE
