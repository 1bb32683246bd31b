"""From a validated operation to selection trees, once for each document.

A `Plan` belongs to one operation of one document. `@skip` and `@include` with variables give it
`Variant`s, one for each combination of the variables they use; a variant's selection trees are the
same objects at every execution, so that storage can keep their statements. Arguments that depend on
variables become slots, filled for each request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    visit,
)
from graphql.execution.values import VariableValues
from graphql.language import Visitor

from gateway.graphql.errors import RequestError
from gateway.graphql.limits import Limits
from gateway.graphql.planning.root_fields import Variant
from gateway.graphql.planning.selecting import Operation, Selector
from gateway.graphql.planning.variables import Variables
from protocol.bounded import LeastRecentlyUsed
from protocol.distributions import OTHER


class Plan:
    """One operation, ready to be executed with any variables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        limits: Limits,
        *,
        hide_suggestions: bool = False,
    ) -> None:
        self.operation = operation
        self.label = OTHER
        """What the metrics call it: its name, if the document is known beforehand."""
        self.mutates = operation.operation is OperationType.MUTATION
        self.subscribes = operation.operation is OperationType.SUBSCRIPTION
        self.variables = Variables(
            schema, operation.variable_definitions or (), hide_suggestions=hide_suggestions
        )
        self.constant: bytes | None = None
        """The whole response if it is always the same; known after the first request."""
        self._source = Operation(schema, operation, fragments, limits)
        self._switches = switches(operation, fragments)
        self._variants: LeastRecentlyUsed[tuple[Any, ...], Variant] = LeastRecentlyUsed(
            limits.variants
        )

    def coerce(self, given: Mapping[str, Any]) -> VariableValues:
        """The variables of a request. Raises `RequestError` with every wrong one."""
        return self.variables.coerce(given)

    def variant(self, values: VariableValues) -> Variant:
        """The selections for these variables. Raises `RequestError` past a limit."""
        key = tuple(values.coerced.get(name) for name in self._switches)
        variant = self._variants.get(key)
        if variant is None:
            try:
                variant = Selector(self._source, values).select()
            except GraphQLError as error:
                raise RequestError.graphql("GRAPHQL_VALIDATION_FAILED", [error]) from error
            self._variants.put(key, variant)
            if not self.operation.variable_definitions:
                self.constant = variant.constant
        return variant


def switches(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> tuple[str, ...]:
    """The variables on which `@skip` and `@include` depend."""
    finder = SwitchFinder()
    visit(operation, finder)
    for fragment in fragments.values():
        visit(fragment, finder)
    return tuple(sorted(finder.found))


class SwitchFinder(Visitor):
    """Collects the variables in directives' arguments."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_directive(self, node: Any, *_: Any) -> None:
        """Only `@skip` and `@include` may be used in a query."""
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.found.add(argument.value.name.value)
