"""Which page of a connection a reader asks for, for the gateway and for storage alike.

Every connection takes `pagination: {first, after}`, and beside it the arguments of the GraphQL
Cursor Connections Specification (https://relay.dev/graphql/connections.htm): `first` and `after`
from the beginning, `last` and `before` from the end. Arguments that are null are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from protocol.errors import ValidationError
from protocol.selection import Argument
from protocol.validation import Rule

MAX_PAGE: Final = 100
DEFAULT_PAGE: Final = 20
"""Rows of a page for which no number is asked."""
INPUT: Final = "pagination"
SIZES: Final = ("first", "last")
CURSORS: Final = ("after", "before")
ARGUMENTS: Final = ("first", "after", "last", "before")


class Page(msgspec.Struct, frozen=True):
    """The rows between two cursors: the first `size` of them or, `backward`, the last.

    Without a size it is `DEFAULT_PAGE`, and the end where it begins is that of the cursor given:
    `before` alone asks for the rows just before it.
    """

    size: int = DEFAULT_PAGE
    after: str | None = None
    before: str | None = None
    backward: bool = False


def page_of(
    arguments: Mapping[str, Any], variables: Mapping[str, Any], limit: int = MAX_PAGE
) -> Page:
    """The page that a field's arguments ask for; `limit` bounds its size.

    Raises `ValidationError` for both forms together, for `first` with `last`, and for a size out
    of bounds.
    """
    asked = {
        name: value
        for name in ARGUMENTS
        if (value := value_of(arguments, name, variables)) is not None
    }
    given = value_of(arguments, INPUT, variables)
    if given is not None:
        if asked:
            said = f"cannot be used beside `{INPUT}`"
            raise ValidationError.of(next(iter(asked)), Rule.CONFLICTING, said)
        asked, least = given, 0
    else:
        least = 1
    first, last, before = asked.get("first"), asked.get("last"), asked.get("before")
    if first is not None and last is not None:
        raise ValidationError.of("last", Rule.CONFLICTING, "cannot be used beside `first`")
    for name, size in (("first", first), ("last", last)):
        if size is not None and not least <= size <= limit:
            said = f"must be between {least} and {limit}"
            path = sent_as(arguments, name, variables)
            raise ValidationError.of(path, Rule.OUT_OF_RANGE, said, min=least, max=limit)
    backward = last is not None or (
        before is not None and first is None and asked.get("after") is None
    )
    size = last if last is not None else first
    return Page(DEFAULT_PAGE if size is None else size, asked.get("after"), before, backward)


def sent_as(arguments: Mapping[str, Any], name: str, variables: Mapping[str, Any]) -> str:
    """The path of `first`, `after` and the like in the form in which the page is asked for."""
    plain = value_of(arguments, INPUT, variables) is None
    return name if plain else f"{INPUT}.{name}"


def value_of(arguments: Mapping[str, Any], name: str, variables: Mapping[str, Any]) -> Any:
    """An argument's value in this request; None if it is not given."""
    value = arguments.get(name)
    return variables.get(value.variable) if isinstance(value, Argument) else value


def depends(arguments: Mapping[str, Any], *names: str) -> bool:
    """Whether one of these arguments has its value from the request's variables."""
    return any(isinstance(arguments.get(name), Argument) for name in names)
