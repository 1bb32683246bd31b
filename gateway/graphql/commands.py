"""What translators of mutations share: the acting user, and which members of an input are set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    Outcome,
    PlainValue,
    Translate,
)
from protocol.idempotency import FIELD

Convert = Callable[[Any], Any]
Names = Mapping[str, str | tuple[str, Convert]]
"""The members of an input: the command's name for each, and how its value is converted."""


def acting_user(acting: Acting) -> dict[str, Any]:
    """`by` and `by_role` of a command. Raises `AuthenticationError` for a guest."""
    user = acting.user
    return {"by": user.user_id, "by_role": user.role}


def changes(given: Mapping[str, Any], names: Names, empty: frozenset[str]) -> dict[str, Any]:
    """The members of an input that change something, under the command's names.

    Null empties the members in `empty`; for others it is the same as leaving the member out.
    """
    found: dict[str, Any] = {}
    for name, to in names.items():
        value = given.get(name)
        target, convert = (to, _as_it_is) if isinstance(to, str) else to
        if value is not None:
            found[target] = convert(value)
        elif name in given and name in empty:
            found[target] = None
    return found


def _as_it_is(value: Any) -> Any:
    return value


def lower(kind: Callable[[str], Any]) -> Convert:
    """Convert an enum's value to ours, which are in lower case."""
    return lambda value: kind(value.lower())


def repeatable(translate: Translate) -> Translate:
    """For a command that would do something twice: it takes the argument `idempotencyKey`."""

    def translated(arguments: Arguments, acting: Acting) -> Addressed:
        address, command = translate(arguments, acting)
        key = arguments.get(FIELD)
        if key is None:
            return address, command
        return address, msgspec.structs.replace(command, idempotency_key=key)

    return translated


def done(_reply: Any) -> Outcome:
    """The payload of a mutation that returns no object: true."""
    return Outcome(payload=PlainValue(True))
