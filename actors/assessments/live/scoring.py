"""Points: exact, never negative, bounded, and a function of the player's own answer only.

Speed weighting is Kahoot's published formula, round((1 - (t / T) / 2) * P), with t the response
time, T the question's time and P its points ("How points work", Kahoot! Help Center): the slowest
right answer still earns half. The streak bonus follows the same source's former rule: 100 for the
second right answer in a row, rising by 100 to at most 500, here in proportion to P / 1000.
All arithmetic is on integers, so a replay cannot differ by a rounding: on whole points, or on
halves or hundredths of points where the game counts halves or the points of the question have such
parts. What lies between two is rounded, and up from the middle. What a wrong answer costs where a
quiz marks negatively is a matter of attempts: in a game it earns nothing, and no board goes down.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from actors.assessments.answers.grades import Grade
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.points import ONE, Points, hundredths, points_of, total

MAX_STREAK_STEPS = 5
STREAK_STEP_PER_MILLE = 100
HALF = ONE // 2


class Outcome(NamedTuple):
    """The points of one player for one question; `streak` is the new length."""

    correct: bool | None
    points: Points
    streak: int


class _Worth(NamedTuple):
    """P in units, of which each is so many hundredths of a point."""

    units: int
    unit: int


def worth(config: LiveConfig, question_points: Points) -> Points:
    """P: the points of a fast, right answer, without a streak."""
    return points_of(config.points * hundredths(question_points))


def _worth(config: LiveConfig, question_points: Points) -> _Worth:
    whole = config.points * hundredths(question_points)
    usual = HALF if config.half_points else ONE
    unit = next(unit for unit in (usual, HALF, 1) if whole % unit == 0)
    return _Worth(whole // unit, unit)


def speed_weighted(points: int, elapsed_ms: int, allotted_ms: int) -> int:
    """round((1 - t / 2T) * P), with t clamped to 0 … T."""
    if allotted_ms <= 0:
        return points
    elapsed = min(max(elapsed_ms, 0), allotted_ms)
    return (points * (2 * allotted_ms - elapsed) + allotted_ms) // (2 * allotted_ms)


def streak_bonus(points: int, streak: int) -> int:
    """The bonus for the `streak`-th right answer in a row."""
    steps = min(max(streak - 1, 0), MAX_STREAK_STEPS)
    return points * steps * STREAK_STEP_PER_MILLE // 1000


def bonus(config: LiveConfig, question_points: Points, streak: int) -> Points:
    """What the `streak`-th right answer in a row gives beside its own points."""
    if not config.streaks:
        return 0
    points, unit = _worth(config, question_points)
    return points_of(streak_bonus(points, streak) * unit)


def highest(config: LiveConfig, question_points: Points) -> Points:
    """The most points that one question can give."""
    points, unit = _worth(config, question_points)
    return total(points_of(points * unit), bonus(config, question_points, MAX_STREAK_STEPS + 1))


def score(
    config: LiveConfig,
    question_points: Points,
    grade: Grade | None,
    elapsed_ms: int,
    allotted_ms: int,
    streak: int,
) -> Outcome:
    """Score one answer. One that only a person can grade gives no points and keeps the streak."""
    if grade is None:
        return Outcome(None, 0, streak)
    points, unit = _worth(config, question_points)
    earned = speed_weighted(points, elapsed_ms, allotted_ms) if config.speed_weighted else points
    part = (2 * earned * grade.right + grade.of) // (2 * grade.of)
    if not grade.correct:
        return Outcome(False, points_of(part * unit), 0)
    extra = bonus(config, question_points, streak + 1)
    return Outcome(True, total(points_of(part * unit), extra), streak + 1)


def streak_after(outcomes: Iterable[bool | None]) -> int:
    """The streak after these questions, given whether each was answered right."""
    streak = 0
    for correct in outcomes:
        if correct is not None:
            streak = streak + 1 if correct else 0
    return streak


def ranks(scores: Iterable[Points]) -> list[int]:
    """Competition ranks (1, 2, 2, 4) of scores in descending order."""
    found: list[int] = []
    before: Points | None = None
    for place, points in enumerate(scores, start=1):
        found.append(found[-1] if points == before else place)
        before = points
    return found
