"""What an operation costs: an estimate of the objects it reads, known before anything is executed.

    cost(operation) = the sum over its root fields, and 10 more for each mutation
    cost(field)     = weight                               a scalar or an enum
                    = 0                                    introspection
                    = size × (1 + the sum over its fields) an object, or a list of objects
                                           (of `Node` the type that costs most)

`size` is 1 for an object; for `nodes` and `edges` the page that is asked for (`first` or `last`, 20
if both are left out); for any other list what the schema declares with `@listSize`, after IBM's
specification of cost directives: its bound if it can be nested in itself, or else its usual length.
`weight` is 0 unless the schema declares another with `@cost`: a text counts by how long it may be,
about one for each 160 bytes. Fields under an alias count as often as they are asked for. A list may
turn out longer than usual; then storage's bounds of time and size hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from gateway.graphql.connections import DEFAULT_LIST
from protocol import pages
from protocol.errors import ValidationError
from protocol.selection import Argument, Field

MUTATION = 10
"""The cost of a command, which is decided and written in a transaction."""


class Cost(msgspec.Struct, frozen=True):
    """`fixed`, and what depends on variables.

    That is for each page whose size one of them says, what one row of it costs; and of each
    `choice`, of which one comes true, the dearest.
    """

    fixed: int = 0
    rows: tuple[tuple[Field, Cost], ...] = ()
    choices: tuple[tuple[Cost, ...], ...] = ()

    def of(self, variables: Mapping[str, Any]) -> int:
        """The cost with these variables."""
        if not (self.rows or self.choices):
            return self.fixed
        rows = sum(size(page, variables) * row.of(variables) for page, row in self.rows)
        chosen = sum(max(each.of(variables) for each in choice) for choice in self.choices)
        return self.fixed + rows + chosen

    def times(self, factor: int) -> Cost:
        """The cost of `factor` of them."""
        return Cost(
            self.fixed * factor,
            tuple((page, row.times(factor)) for page, row in self.rows),
            tuple(tuple(each.times(factor) for each in choice) for choice in self.choices),
        )


def total(costs: Iterable[Cost]) -> Cost:
    """The sum of costs."""
    listed = list(costs)
    rows = tuple(row for each in listed for row in each.rows)
    choices = tuple(choice for each in listed for choice in each.choices)
    return Cost(sum(each.fixed for each in listed), rows, choices)


def cost_of(
    roots: Iterable[Field], parent: GraphQLObjectType, schema: GraphQLSchema, *, mutates: bool
) -> Cost:
    """The cost of an operation with these root fields."""
    costs = [cost_of_field(root, parent, schema, None) for root in roots]
    return total([*costs, Cost(MUTATION * len(costs) * mutates)])


def cost_of_field(
    field: Field, parent: GraphQLObjectType, schema: GraphQLSchema, connection: Field | None
) -> Cost:
    """The cost of a field of `parent`; `connection` is the field whose page it is."""
    definition = parent.fields.get(field.name)
    type_ = get_named_type(definition.type) if definition else None
    if definition is None:
        return Cost()
    if isinstance(type_, GraphQLInterfaceType):
        return cost_of_any(field, type_, schema)
    if not isinstance(type_, GraphQLObjectType):
        return Cost(directive(definition, "cost", "weight") or 0)
    page = field if is_connection(definition) else None
    below = (cost_of_field(child, type_, schema, page) for child in field.children)
    one = total([Cost(1), *below])
    if not is_list_type(get_nullable_type(definition.type)):
        return one
    if connection is None:
        return one.times(assumed_size(definition))
    if any(isinstance(value, Argument) for value in connection.arguments.values()):
        return Cost(0, ((connection, one),))
    return one.times(size(connection, {}))


def cost_of_any(field: Field, type_: GraphQLInterfaceType, schema: GraphQLSchema) -> Cost:
    """The cost of an object whose type is not known: of each type, what is selected of it."""
    costs = tuple(
        total(
            cost_of_field(child, concrete, schema, None)
            for child in field.children
            if child.type_condition == concrete.name
        )
        for concrete in schema.get_possible_types(type_)
    )
    if any(each.rows or each.choices for each in costs):
        return Cost(1, choices=(costs,))
    return Cost(1 + max(each.fixed for each in costs))


def is_connection(definition: GraphQLField) -> bool:
    """Whether a field is read in pages."""
    return any(name in definition.args for name in pages.SIZES)


def size(page: Field, variables: Mapping[str, Any]) -> int:
    """How many rows a page has at most. One that is asked for wrongly is refused later."""
    try:
        return pages.page_of(page.arguments, variables).size
    except ValidationError:
        return pages.DEFAULT_PAGE


def assumed_size(definition: GraphQLField) -> int:
    """The usual length of a list, from its `@listSize`."""
    declared = directive(definition, "listSize", "assumedSize")
    return DEFAULT_LIST if declared is None else declared


def directive(definition: GraphQLField, name: str, argument: str) -> int | None:
    """A number in a directive on a field of the schema, None where there is none."""
    node = definition.ast_node
    for each in (node.directives if node else None) or ():
        if each.name.value == name:
            for given in each.arguments or ():
                if given.name.value == argument and isinstance(given.value, IntValueNode):
                    return int(given.value.value)
    return None
