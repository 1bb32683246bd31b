"""Numbers with units: read from what was typed, and compared exactly.

`5 cm`, `5cm` and `$5` are numbers with units; those are compared with their case, since mm is not
Mm, and without spaces, carets and the difference between raised digits and others.
"""

from __future__ import annotations

import re
from fractions import Fraction

from actors.assessments.answers.grades import Grade
from actors.assessments.answers.numbers import exact, exact_number_in, written
from protocol.assessments.quizzes import MAX_UNIT, WHOLE, AcceptedNumber, NumericKey
from protocol.texts import unit_of_measure

NUMBER = re.compile(
    r"[+\-\u2212]?\s?(?:[.,\u066b]?\d)(?:[\d.,\'\u2019\s\u066b\u066c]*\d)?[.,]?"
    r"(?:[eE][+\-\u2212]?\d{1,4}(?!\d))?"
)
"""The number in a text; `numbers` says whether it is one."""


def grade(key: NumericKey, text: str, *, decimal_comma: bool = False) -> Grade:
    """What a text earns."""
    number, factor, fits = _read(key, text, decimal_comma=decimal_comma)
    if number is None:
        return Grade(0, 1)
    value = number / factor
    weight = max((each.weight for each in key.answers if _accepts(each, value)), default=0)
    kept = WHOLE if fits else WHOLE - key.unit_penalty
    return Grade(weight * kept, WHOLE * WHOLE)


def _read(
    key: NumericKey, text: str, *, decimal_comma: bool
) -> tuple[Fraction | None, Fraction, bool]:
    """The number, the factor of its unit, and whether that unit is as it should be."""
    whole = exact_number_in(text, decimal_comma=decimal_comma)
    if whole is not None or not key.units:
        return whole, Fraction(1), not key.unit_required
    found = NUMBER.search(text)
    if found is None:
        return None, Fraction(1), False
    unit = folded_unit(text[: found.start()] + text[found.end() :])
    factors = {folded_unit(each.name): exact(each.factor) for each in key.units}
    number = exact_number_in(found[0], decimal_comma=decimal_comma)
    return number, factors.get(unit, Fraction(1)), unit in factors


def _accepts(answer: AcceptedNumber, value: Fraction) -> bool:
    if answer.number is None:
        assert answer.low is not None
        assert answer.high is not None
        return exact(answer.low) <= value <= exact(answer.high)
    number, tolerance = exact(answer.number), exact(answer.tolerance)
    if answer.percent:
        tolerance *= abs(number) / 100
    return abs(value - number) <= tolerance


def folded_unit(name: str) -> str:
    """A unit as it is compared."""
    if len(name) > 4 * MAX_UNIT:
        return name
    return unit_of_measure(name)


def shown(key: NumericKey, *, decimal_comma: bool = False) -> tuple[str, ...]:
    """What earns all points, for people."""
    whole = (answer for answer in key.answers if answer.weight == WHOLE)
    return tuple(_text(key, answer, decimal_comma=decimal_comma) for answer in whole)


def example(key: NumericKey, *, decimal_comma: bool = False) -> str | None:
    """An answer that earns all points."""
    for answer in key.answers:
        if answer.weight == WHOLE:
            number = answer.low if answer.number is None else answer.number
            assert number is not None
            return written(number, decimal_comma=decimal_comma) + _own_unit(key)
    return None


def _text(key: NumericKey, answer: AcceptedNumber, *, decimal_comma: bool) -> str:
    def spelled(number: float | None) -> str:
        return written(number or 0, decimal_comma=decimal_comma)

    if answer.number is None:
        text = f"{spelled(answer.low)} \u2013 {spelled(answer.high)}"
    elif answer.tolerance:
        within = spelled(answer.tolerance) + ("\u00a0%" if answer.percent else "")
        text = f"{spelled(answer.number)} \u00b1 {within}"
    else:
        text = spelled(answer.number)
    unit = _own_unit(key)
    return f"({text}){unit}" if unit and not text.replace(".", "").isdigit() else text + unit


def _own_unit(key: NumericKey) -> str:
    """After a space: the unit that the key's numbers are in."""
    return next((f" {unit.name}" for unit in key.units if unit.factor == 1), "")
