"""A neutral form of what a reader asks for: GraphQL selections without GraphQL.

The gateway makes it from a validated document, storage compiles it to one SQL statement for each
root field. Names are those of the schema (`camelCase`); storage maps them to columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec


class Viewer(msgspec.Struct, frozen=True):
    """The user on whose behalf data is read.

    An anonymous viewer has no `user_id` and the role `anonymous`.
    """

    user_id: str | None = None
    role: str = "anonymous"


class Argument(msgspec.Struct, frozen=True):
    """A value known only when the plan runs: the variable's name and, inside it, a path."""

    variable: str


class Field(msgspec.Struct, frozen=True):
    """One selected field.

    `alias` is the key in the response. `arguments` hold plain values or `Argument`s.
    `children` is empty for a leaf. `type_condition` restricts the field to one concrete type of an
    abstract one, None otherwise. `__typename` is a leaf like any other.
    """

    name: str
    alias: str
    arguments: Mapping[str, Any] = {}
    children: Sequence[Field] = ()
    type_condition: str | None = None


class Selection(msgspec.Struct, frozen=True):
    """One root field with the variables of this request.

    `field` is the same object for each execution of one cached plan, so that a compiler may keep
    its statement by identity; `variables` differ.
    """

    field: Field
    variables: Mapping[str, Any] = {}
