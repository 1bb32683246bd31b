"""Which field of a request's variables or arguments is wrong, and by which rule.

The library says both in its message only. What it says is not repeated in the details, since it
contains the client's whole value; a message that is not recognised is a value of the wrong type.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

from protocol.errors import MAX_REPEATED
from protocol.validation import MEANINGS, Problem, Rule

PLACE = re.compile(
    r"(?:Variable|Argument) '\$?(?P<name>\w+)'(?: of [^\n]*? was not provided"
    r"| has invalid value(?: at (?P<path>[\w.\[\]]+))?)"
)
MEMBER = re.compile(r"(?:required|unknown) field '(?P<name>\w+)'")
RULES: Sequence[tuple[re.Pattern[str], Rule]] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (
            r"to be provided|not to be None|to provide a runtime|to include required field",
            Rule.REQUIRED,
        ),
        (r"was not provided|must not be null", Rule.REQUIRED),
        (r"unknown field", Rule.UNKNOWN_FIELD),
        (r"does not exist in", Rule.INVALID_CHOICE),
        (r"(?:DateTime|Decimal|IdempotencyKey) is ", Rule.INVALID_FORMAT),
    )
)


def wrong_input(error: GraphQLError) -> dict[str, Any]:
    """The details of an error in coercion: `fields`, with the one that is wrong."""
    said = error.message
    rule = next((rule for pattern, rule in RULES if pattern.search(said)), Rule.INVALID_TYPE)
    return {"fields": [Problem(rule, MEANINGS[rule].text).at(_field(said))]}


def _field(said: str) -> str:
    place, member = PLACE.search(said), MEMBER.search(said)
    found = "" if place is None else place["name"] + _dotted(place["path"] or "")
    if member is not None:
        found = f"{found}.{member['name']}" if found else member["name"]
    return found[:MAX_REPEATED] or "variables"


def _dotted(path: str) -> str:
    return path if not path or path.startswith((".", "[")) else f".{path}"
