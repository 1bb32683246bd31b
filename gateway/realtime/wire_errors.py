"""What msgspec says about a payload, as the field's error of the specification with its rule."""

from __future__ import annotations

import re
from collections.abc import Sequence

from protocol.errors import ValidationError
from protocol.validation import Problem, Rule

WHERE = re.compile(r" - at `(?:key in )?\$\.?(?P<path>[^`]*)`$")
MISSING = re.compile(r"missing required field `(?P<name>[^`]*)`")
RULES: Sequence[tuple[re.Pattern[str], Rule, str]] = tuple(
    (re.compile(pattern), rule, param)
    for pattern, rule, param in (
        (r"missing required field", Rule.REQUIRED, ""),
        (r"`str` of length >= (\d+)", Rule.TOO_SHORT, "min"),
        (r"`str` of length <= (\d+)", Rule.TOO_LONG, "max"),
        (r"of length >= (\d+)", Rule.TOO_FEW, "min"),
        (r"of length <= (\d+)", Rule.TOO_MANY, "max"),
        (r"`(?:int|float)` >= (-?[\d.]+)", Rule.TOO_SMALL, "min"),
        (r"`(?:int|float)` <= (-?[\d.]+)", Rule.TOO_LARGE, "max"),
        (r"matching regex|Invalid UUID|Invalid RFC3339", Rule.INVALID_FORMAT, ""),
        (r"Invalid enum value|Invalid value", Rule.INVALID_CHOICE, ""),
        (r"unknown field", Rule.UNKNOWN_FIELD, ""),
    )
)
"""The first that fits; anything else is a value of the wrong type."""


def as_field_error(text: str) -> ValidationError:
    """Turn msgspec's "... - at `$.a.b`" into the specification's field and message."""
    where = WHERE.search(text)
    field = where.group("path") if where else ""
    missing = MISSING.search(text)
    if missing:
        field = f"{field}.{missing.group('name')}" if field else missing.group("name")
    return ValidationError([broken(WHERE.sub("", text)).at(field or "payload")])


def broken(message: str) -> Problem:
    """The rule that is broken, with its number."""
    for pattern, rule, param in RULES:
        found = pattern.search(message)
        if found is not None:
            return Problem(rule, message, {param: _number(found[1])} if param else {})
    return Problem(Rule.INVALID_TYPE, message)


def _number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number
