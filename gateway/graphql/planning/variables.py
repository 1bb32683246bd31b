"""Variables of a request, and the slots they fill."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    Undefined,
    VariableDefinitionNode,
    VariableNode,
    is_non_null_type,
)
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values

from gateway.graphql.errors import RequestError
from protocol.errors import ValidationError
from protocol.pages import page_of
from protocol.selection import Field

MAX_INT = 2**31 - 1
MAX_ERRORS = 20

QUICK: Mapping[str, Callable[[Any], bool]] = {
    "ID": lambda value: type(value) is str,
    "String": lambda value: type(value) is str,
    "Boolean": lambda value: type(value) is bool,
    "Int": lambda value: type(value) is int and -MAX_INT - 1 <= value <= MAX_INT,
}
"""Types whose usual values need no conversion, and how to recognise such a value."""


class Variables:
    """The variables that an operation declares."""

    def __init__(
        self,
        schema: GraphQLSchema,
        definitions: Sequence[VariableDefinitionNode],
        *,
        hide_suggestions: bool,
    ) -> None:
        self._hide_suggestions = hide_suggestions
        self._schema = schema
        self._definitions = definitions
        self._quick = [quick(definition) for definition in definitions]

    def coerce(self, given: Mapping[str, Any]) -> VariableValues:
        """What the client sent, coerced. Raises `RequestError` naming every wrong variable.

        Plain texts, numbers and booleans, which most requests send, skip the library's machinery.
        """
        coerced: dict[str, Any] = {}
        for each in self._quick:
            if each is None or not each[1](given.get(each[0])):
                return self._slowly(given)
            coerced[each[0]] = given[each[0]]
        return VariableValues({}, coerced)

    def _slowly(self, given: Mapping[str, Any]) -> VariableValues:
        values = get_variable_values(
            self._schema,
            self._definitions,
            dict(given),
            max_errors=MAX_ERRORS,
            hide_suggestions=self._hide_suggestions,
        )
        if isinstance(values, list):
            raise RequestError.coercion(values)
        return values


def quick(definition: VariableDefinitionNode) -> tuple[str, Callable[[Any], bool]] | None:
    """How to recognise a value that needs no coercion; None for other types."""
    type_ = definition.type
    if isinstance(type_, NonNullTypeNode):
        type_ = type_.type
    if not isinstance(type_, NamedTypeNode) or type_.name.value not in QUICK:
        return None
    return definition.variable.name.value, QUICK[type_.name.value]


class Slots:
    """The arguments of one field that depend on variables, under the names storage knows.

    Slot `3.id` is the argument `id` of the third field that has such arguments.
    """

    def __init__(self, prefix: int, definition: GraphQLField, node: FieldNode) -> None:
        self.names = {name: f"{prefix}.{name}" for name in definition.args}
        self._definition = definition
        self._node = node
        self._direct = direct(definition, node)

    def arguments(self, values: VariableValues) -> dict[str, Any]:
        """The field's coerced arguments for a request. Raises `RequestError`."""
        if self._direct is not None:
            return {name: values.coerced.get(variable) for name, variable in self._direct}
        try:
            return get_argument_values(self._definition, self._node, values)
        except GraphQLError as error:
            raise RequestError.coercion([error]) from error

    def fill(self, values: VariableValues, into: dict[str, Any]) -> None:
        """Put every argument into its slot; one that is not given is null."""
        given = self.arguments(values)
        for name, slot in self.names.items():
            into[slot] = given.get(name)


def direct(definition: GraphQLField, node: FieldNode) -> list[tuple[str, str]] | None:
    """Pairs of argument and variable where every argument is a bare variable that must be given."""
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    pairs = []
    for name, argument in definition.args.items():
        value = given.get(name)
        if not isinstance(value, VariableNode) or not is_non_null_type(argument.type):
            return None
        if argument.default is not None or argument.default_value is not Undefined:
            return None
        pairs.append((name, value.name.value))
    return pairs


def check_pages(fields: Sequence[Field], variables: Mapping[str, Any], limit: int) -> None:
    """Raise `RequestError` for a page that cannot be asked for so; see `protocol.pages`."""
    for field in fields:
        try:
            page_of(field.arguments, variables, limit)
        except ValidationError as error:
            [wrong] = error.details["fields"]
            name, message = wrong["field"], wrong["message"]
            raise RequestError.of(
                "VALIDATION_ERROR",
                f"The page of `{field.alias}`: `{name}` {message}",
                fields=[{**wrong, "field": f"{field.alias}.{name}"}],
            ) from error
