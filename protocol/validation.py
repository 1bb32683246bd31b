"""The rules that a field can break, as codes that programs read, with their parameters.

Beside the message for people each wrong field has the code of its rule and the rule's numbers, so
that a client can say the same in its own words and language.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec


class Rule(StrEnum):
    """Stable: one is never renamed, and never gets other parameters."""

    REQUIRED = "REQUIRED"
    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    WRONG_LENGTH = "WRONG_LENGTH"
    TOO_MANY_BYTES = "TOO_MANY_BYTES"
    TOO_MANY_MARKS = "TOO_MANY_MARKS"
    TOO_SMALL = "TOO_SMALL"
    TOO_LARGE = "TOO_LARGE"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    TOO_FEW = "TOO_FEW"
    TOO_MANY = "TOO_MANY"
    WRONG_COUNT = "WRONG_COUNT"
    COUNT_MISMATCH = "COUNT_MISMATCH"
    WRONG_SUM = "WRONG_SUM"
    INVALID_TYPE = "INVALID_TYPE"
    INVALID_FORMAT = "INVALID_FORMAT"
    INVALID_CHOICE = "INVALID_CHOICE"
    INVALID_CHARACTERS = "INVALID_CHARACTERS"
    NOT_ONE_LINE = "NOT_ONE_LINE"
    CHANGES_DIRECTION = "CHANGES_DIRECTION"
    NOTHING_VISIBLE = "NOTHING_VISIBLE"
    TOO_COMPLEX = "TOO_COMPLEX"
    NEEDS_UPPER_CASE = "NEEDS_UPPER_CASE"
    NEEDS_LOWER_CASE = "NEEDS_LOWER_CASE"
    NEEDS_DIGIT = "NEEDS_DIGIT"
    TOO_COMMON = "TOO_COMMON"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    UNSUPPORTED = "UNSUPPORTED"
    DAMAGED = "DAMAGED"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    NOT_ALLOWED = "NOT_ALLOWED"
    INVITATION_REQUIRED = "INVITATION_REQUIRED"
    INVITATION_INVALID = "INVITATION_INVALID"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    MUST_BE_TRUE = "MUST_BE_TRUE"
    UNKNOWN_REFERENCE = "UNKNOWN_REFERENCE"
    DUPLICATE = "DUPLICATE"
    AMBIGUOUS = "AMBIGUOUS"
    INCOMPLETE = "INCOMPLETE"
    CYCLE = "CYCLE"
    NOT_READY = "NOT_READY"
    CONFLICTING = "CONFLICTING"
    TOO_EARLY = "TOO_EARLY"
    NO_CHANGE = "NO_CHANGE"
    NOT_IMPORTED = "NOT_IMPORTED"


class Meaning(NamedTuple):
    """What is wrong, for authors of clients, and the names of the numbers that say how."""

    text: str
    params: tuple[str, ...] = ()


MEANINGS: Mapping[Rule, Meaning] = {
    Rule.REQUIRED: Meaning("it is missing, null or empty"),
    Rule.TOO_SHORT: Meaning("fewer than `min` characters", ("min",)),
    Rule.TOO_LONG: Meaning("more than `max` characters", ("max",)),
    Rule.WRONG_LENGTH: Meaning("not from `min` to `max` characters", ("min", "max")),
    Rule.TOO_MANY_BYTES: Meaning("more than `max` bytes", ("max",)),
    Rule.TOO_MANY_MARKS: Meaning("more than `max` combining marks on a character", ("max",)),
    Rule.TOO_SMALL: Meaning("less than `min`", ("min",)),
    Rule.TOO_LARGE: Meaning("more than `max`", ("max",)),
    Rule.OUT_OF_RANGE: Meaning("not from `min` to `max`", ("min", "max")),
    Rule.TOO_FEW: Meaning("fewer than `min` entries", ("min",)),
    Rule.TOO_MANY: Meaning("more than `max` entries", ("max",)),
    Rule.WRONG_COUNT: Meaning("not from `min` to `max` entries", ("min", "max")),
    Rule.COUNT_MISMATCH: Meaning("not the `expected` entries that belong together", ("expected",)),
    Rule.WRONG_SUM: Meaning("does not add up to `expected`", ("expected",)),
    Rule.INVALID_TYPE: Meaning("a value of another type, or of another shape"),
    Rule.INVALID_FORMAT: Meaning("not what this field holds: an e-mail address, a date, an URL, …"),
    Rule.INVALID_CHOICE: Meaning("none of the values that there are to choose from"),
    Rule.INVALID_CHARACTERS: Meaning("control characters, or others that are no text"),
    Rule.NOT_ONE_LINE: Meaning("line breaks or tabs in a name or title"),
    Rule.CHANGES_DIRECTION: Meaning("characters that turn the direction of writing"),
    Rule.NOTHING_VISIBLE: Meaning("no visible characters"),
    Rule.TOO_COMPLEX: Meaning("more, or more deeply nested markup than is cleaned"),
    Rule.NEEDS_UPPER_CASE: Meaning("no upper case letter in a password"),
    Rule.NEEDS_LOWER_CASE: Meaning("no lower case letter in a password"),
    Rule.NEEDS_DIGIT: Meaning("no digit in a password"),
    Rule.TOO_COMMON: Meaning("one of the passwords that are guessed first"),
    Rule.UNKNOWN_FIELD: Meaning("a member that the input does not have"),
    Rule.UNSUPPORTED: Meaning("well-formed, but not supported here"),
    Rule.DAMAGED: Meaning("a file of a supported kind that cannot be read"),
    Rule.TOO_MANY_PIXELS: Meaning("a picture of more than `max` pixels", ("max",)),
    Rule.NOT_ALLOWED: Meaning("not open to whoever asks"),
    Rule.INVITATION_REQUIRED: Meaning("only whom an administrator has invited may have this"),
    Rule.INVITATION_INVALID: Meaning(
        "it is not for this address, has expired, or is no invitation"
    ),
    Rule.NOT_APPLICABLE: Meaning("does not go with the other fields, such as the type"),
    Rule.MUST_BE_TRUE: Meaning("false, where the other fields need true"),
    Rule.UNKNOWN_REFERENCE: Meaning("names something that does not exist there"),
    Rule.DUPLICATE: Meaning("names or contains the same twice"),
    Rule.AMBIGUOUS: Meaning("looks like another entry that means something else"),
    Rule.INCOMPLETE: Meaning("does not name every one there is"),
    Rule.CYCLE: Meaning("makes prerequisites wait for each other"),
    Rule.NOT_READY: Meaning("is still being processed, or could not be"),
    Rule.CONFLICTING: Meaning(
        "given together with what excludes it, or without what belongs to it"
    ),
    Rule.TOO_EARLY: Meaning("not later than the field it has to follow"),
    Rule.NO_CHANGE: Meaning("changes nothing"),
    Rule.NOT_IMPORTED: Meaning("a question in line `line` of a file cannot be taken", ("line",)),
}
"""Every rule, with exactly the parameters that it always has."""


class Problem(msgspec.Struct, frozen=True):
    """A broken rule, wherever that is."""

    rule: Rule
    message: str
    params: Mapping[str, float] = {}

    def at(self, field: str) -> dict[str, Any]:
        """As clients see it."""
        said = {"field": field, "message": self.message, "code": self.rule.value}
        return {**said, **self.params}


def problem(rule: Rule, message: str, **params: float) -> Problem:
    """A broken rule with its parameters."""
    return Problem(rule, message, params)
