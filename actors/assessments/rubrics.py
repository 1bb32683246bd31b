"""The rules of rubrics: what an author may make, and what a grader may choose."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from actors.fields import Fields
from protocol.assessments.bounds import QUESTION_POINTS
from protocol.assessments.points import Points, are_exact, hundredths, points_of
from protocol.assessments.rubrics import (
    MAX_CRITERIA,
    MAX_DESCRIPTION,
    MAX_LEVELS,
    MAX_NAME,
    MAX_RUBRIC_BYTES,
    MIN_LEVELS,
    Criterion,
    Level,
    Rubric,
    earned,
    most,
    text_bytes,
)
from protocol.errors import ValidationError
from protocol.validation import Rule


def checked_rubric(fields: Fields, at: str, given: Rubric, points: Points) -> Rubric:
    """The rubric, cleaned; problems are recorded in `fields`.

    The best levels must add up to `points`, which is what is marked by it can earn.
    """
    criteria = given.criteria
    if not criteria:
        fields.wrong(f"{at}.criteria", Rule.TOO_FEW, "must be 1 or more", min=1)
    elif len(criteria) > MAX_CRITERIA:
        said = f"must be at most {MAX_CRITERIA}"
        fields.wrong(f"{at}.criteria", Rule.TOO_MANY, said, max=MAX_CRITERIA)
    clean = tuple(
        _criterion(fields, f"{at}.criteria[{n}]", each)
        for n, each in enumerate(criteria[:MAX_CRITERIA])
    )
    rubric = Rubric(criteria=clean, shown=given.shown)
    if text_bytes(rubric) > MAX_RUBRIC_BYTES:
        said = f"must have at most {MAX_RUBRIC_BYTES} bytes of names and descriptions"
        fields.wrong(at, Rule.TOO_MANY_BYTES, said, max=MAX_RUBRIC_BYTES)
    if clean and hundredths(most(rubric)) != hundredths(points):
        said = f"the best levels must add up to the points, which are {points}"
        fields.wrong(at, Rule.WRONG_SUM, said, expected=points)
    return rubric


def _criterion(fields: Fields, at: str, given: Criterion) -> Criterion:
    levels = given.levels
    if len(levels) < MIN_LEVELS:
        said = f"must be {MIN_LEVELS} or more"
        fields.wrong(f"{at}.levels", Rule.TOO_FEW, said, min=MIN_LEVELS)
    elif len(levels) > MAX_LEVELS:
        said = f"must be at most {MAX_LEVELS}"
        fields.wrong(f"{at}.levels", Rule.TOO_MANY, said, max=MAX_LEVELS)
    return Criterion(
        name=fields.line(f"{at}.name", given.name, most=MAX_NAME),
        description=_description(fields, at, given.description),
        levels=tuple(
            _level(fields, f"{at}.levels[{n}]", each) for n, each in enumerate(levels[:MAX_LEVELS])
        ),
    )


def _level(fields: Fields, at: str, given: Level) -> Level:
    points, bounds = given.points, QUESTION_POINTS
    if not bounds.holds(points):
        said = f"must be from {bounds.low} to {bounds.high}"
        fields.wrong(f"{at}.points", Rule.OUT_OF_RANGE, said, min=bounds.low, max=bounds.high)
        points = bounds.low
    elif not are_exact(points):
        said = "must have at most two digits after the point"
        fields.wrong(f"{at}.points", Rule.INVALID_FORMAT, said)
    return Level(
        points=points_of(hundredths(points)),
        name=fields.line(f"{at}.name", given.name, most=MAX_NAME),
        description=_description(fields, at, given.description),
    )


def _description(fields: Fields, at: str, given: str) -> str:
    return fields.optional_words(f"{at}.description", given, most=MAX_DESCRIPTION) or ""


def chosen(rubric: Rubric | None, levels: Sequence[int], field: str) -> Decimal:
    """What these levels earn. Raises `ValidationError` unless they are one for each criterion."""
    if rubric is None:
        raise ValidationError.of(field, Rule.NOT_APPLICABLE, "are for what has a rubric")
    count = len(rubric.criteria)
    if len(levels) != count:
        said = f"must be one for each of the {count} criteria"
        raise ValidationError.of(field, Rule.COUNT_MISMATCH, said, expected=count)
    for n, (criterion, level) in enumerate(zip(rubric.criteria, levels, strict=True)):
        last = len(criterion.levels) - 1
        if not 0 <= level <= last:
            said = f"must be from 0 to {last}"
            raise ValidationError.of(f"{field}[{n}]", Rule.OUT_OF_RANGE, said, min=0, max=last)
    return earned(rubric, levels)
