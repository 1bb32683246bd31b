"""The rules of a key with numbers and units, field by field."""

from __future__ import annotations

import math

import msgspec

from actors.assessments.answers.numeric import folded_unit
from actors.fields import Fields
from protocol.assessments.quizzes import (
    MAX_OPTIONS,
    MAX_UNIT,
    WHOLE,
    AcceptedNumber,
    NumericKey,
    Unit,
)
from protocol.validation import Rule


def numeric_key(fields: Fields, at: str, key: NumericKey) -> NumericKey:
    """The key, cleaned; problems are recorded in `fields`."""
    answers, units = key.answers, key.units
    for name, given in (("answers", answers), ("units", units)):
        if len(given) > MAX_OPTIONS:
            said = f"must be at most {MAX_OPTIONS}"
            fields.wrong(f"{at}.{name}", Rule.TOO_MANY, said, max=MAX_OPTIONS)
    if not any(answer.weight == WHOLE for answer in answers):
        fields.wrong(f"{at}.answers", Rule.REQUIRED, "must have one that earns all points")
    for n, answer in enumerate(answers[:MAX_OPTIONS]):
        _answer(fields, f"{at}.answers[{n}]", answer)
    clean = tuple(_unit(fields, f"{at}.units[{n}]", u) for n, u in enumerate(units[:MAX_OPTIONS]))
    names = [folded_unit(unit.name) for unit in clean]
    if len(set(names)) < len(names):
        fields.wrong(f"{at}.units", Rule.DUPLICATE, "must differ from each other")
    if key.unit_required and not units:
        fields.wrong(f"{at}.units", Rule.REQUIRED, "must name a unit where one is required")
    if not 0 <= key.unit_penalty <= WHOLE:
        said = f"must be from 0 to {WHOLE}"
        fields.wrong(f"{at}.unitPenalty", Rule.OUT_OF_RANGE, said, min=0, max=WHOLE)
    return msgspec.structs.replace(key, answers=answers[:MAX_OPTIONS], units=clean)


def _answer(fields: Fields, at: str, answer: AcceptedNumber) -> None:
    if not 0 < answer.weight <= WHOLE:
        said = f"must be from 1 to {WHOLE}"
        fields.wrong(f"{at}.weight", Rule.OUT_OF_RANGE, said, min=1, max=WHOLE)
    ends = (answer.low, answer.high)
    if answer.number is None and None in ends:
        fields.wrong(f"{at}.number", Rule.REQUIRED, "needs a number, or both ends of a range")
    elif answer.number is not None and ends != (None, None):
        fields.wrong(f"{at}.low", Rule.NOT_APPLICABLE, "is for a range, which has no number")
    for name, value in (("number", answer.number), ("low", answer.low), ("high", answer.high)):
        if value is not None and not math.isfinite(value):
            fields.wrong(f"{at}.{name}", Rule.INVALID_FORMAT, "must be a finite number")
    if answer.low is not None and answer.high is not None and answer.high < answer.low:
        said = "must not be below the other end"
        fields.wrong(f"{at}.high", Rule.TOO_SMALL, said, min=answer.low)
    if not (math.isfinite(answer.tolerance) and answer.tolerance >= 0):
        fields.wrong(f"{at}.tolerance", Rule.TOO_SMALL, "must be 0 or more", min=0)


def _unit(fields: Fields, at: str, unit: Unit) -> Unit:
    name = fields.line(f"{at}.name", unit.name, most=MAX_UNIT)
    if any(character.isdecimal() for character in name[:1]):
        fields.wrong(f"{at}.name", Rule.INVALID_FORMAT, "must not begin with a digit")
    elif name and not folded_unit(name):
        fields.wrong(f"{at}.name", Rule.NOTHING_VISIBLE, "has nothing to compare")
    if not (math.isfinite(unit.factor) and unit.factor > 0):
        fields.wrong(f"{at}.factor", Rule.INVALID_FORMAT, "must be a number above 0")
    return Unit(name=name, factor=unit.factor)
