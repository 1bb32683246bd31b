"""Collects the fields of an operation into selection trees, within the limits.

The algorithm is GraphQL's CollectFields: fields with one response key are merged, fragments are
spread in place, `@skip` and `@include` are applied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    execute_sync,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.values import VariableValues, get_argument_values, get_directive_values
from graphql.language import ValueNode

from gateway.graphql.domain import ActorQuery, Read
from gateway.graphql.errors import RequestError
from gateway.graphql.limits import Limits
from gateway.graphql.planning.cost import cost_of, is_connection
from gateway.graphql.planning.root_fields import (
    RESOLVER,
    Constant,
    Introspection,
    RootField,
    Variant,
)
from gateway.graphql.planning.variables import Slots
from protocol.selection import Argument, Field

INTROSPECTION = ("__schema", "__type")
MAX_CONSTANT = 4_096
"""Bytes of an answer to introspection that are kept with the plan."""
PUBLIC_READ = Read()


class Operation(NamedTuple):
    """A valid operation with everything needed to plan it."""

    schema: GraphQLSchema
    definition: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    limits: Limits


class Selector:
    """One walk over an operation."""

    def __init__(self, operation: Operation, values: VariableValues) -> None:
        self.schema, self.operation, self.fragments, self.limits = operation
        self.kind = self.operation.operation
        self.values = values
        self.slots: list[Slots] = []
        self.pages: list[Field] = []
        self.fields = 0
        self.aliases = 0
        self.within: Counter[int] = Counter()
        """How often each list, by its identity, stands around the field at hand."""

    def select(self) -> Variant:
        """The variant. Raises `RequestError` past a limit."""
        root = self.schema.get_root_type(self.kind)
        if root is None:
            raise RequestError.of(
                "GRAPHQL_VALIDATION_FAILED", "The schema has no operations of this kind"
            )
        grouped = self.collect([self.operation.selection_set], root)
        self.bound("root_fields", len(grouped), self.limits.root_fields)
        asked = sum(nodes[0].name.value in INTROSPECTION for nodes in grouped.values())
        self.bound("introspections", asked, self.limits.introspections)
        roots = [self.root_field(root, nodes) for nodes in grouped.values()]
        read = [each.field for each in roots if each.constant is None]
        mutates = self.kind is OperationType.MUTATION
        cost = cost_of(read, root, self.schema, mutates=mutates)
        return Variant(roots, self.slots, self.pages, cost, mutates=mutates)

    def root_field(self, parent: GraphQLObjectType, nodes: list[FieldNode]) -> RootField:
        """A root field with its resolver."""
        node = nodes[0]
        name = node.name.value
        if name == "__typename":
            constant = Constant(msgspec.json.encode(parent.name))
            return RootField(
                Field(name=name, alias=response_key(node)), node, constant, non_null=True
            )
        if name in INTROSPECTION:
            return self.introspection(nodes)
        definition = parent.fields[name]
        resolver = definition.extensions.get(RESOLVER, PUBLIC_READ)
        before = len(self.slots)
        field = self.field(definition, nodes, depth=1)
        slots = None
        if self.kind is not OperationType.QUERY or isinstance(resolver, ActorQuery):
            # A command's arguments are used here, not in storage, so they are coerced for one root
            # field at a time, constant or not.
            slots = self.slots[before] if has_slots(field) else Slots(0, definition, node)
        return RootField(
            field,
            node,
            resolver,
            non_null=is_non_null_type(definition.type),
            slots=slots,
        )

    def introspection(self, nodes: list[FieldNode]) -> RootField:
        """`__schema` or `__type`, answered here and now if no variable can change the answer."""
        name, alias = nodes[0].name.value, response_key(nodes[0])
        document = self.alone(nodes)
        resolver: Constant | Introspection = Introspection(document)
        if not self.operation.variable_definitions:
            answer = introspect(self.schema, document, alias, {})
            if len(answer) <= MAX_CONSTANT:
                resolver = Constant(answer, introspects=True)
        field = Field(name=name, alias=alias)
        return RootField(field, nodes[0], resolver, non_null=name == "__schema")

    def field(self, definition: GraphQLField, nodes: list[FieldNode], depth: int) -> Field:
        """A field with all that is selected below it."""
        node = nodes[0]
        self.count(nodes, depth)
        arguments = self.arguments(definition, node)
        type_ = get_named_type(definition.type)
        children: list[Field] = []
        sets = [each.selection_set for each in nodes if each.selection_set]
        if sets and isinstance(type_, GraphQLObjectType):
            repeats = is_list_type(get_nullable_type(definition.type)) or is_connection(definition)
            self.within[id(definition)] += repeats
            self.bound("recursion", self.within[id(definition)], self.limits.recursion)
            for grouped in self.collect(sets, type_).values():
                children.append(self.child(type_, grouped, depth + 1))
            self.within[id(definition)] -= repeats
        elif sets and isinstance(type_, GraphQLInterfaceType):
            children = self.of_each_type(type_, sets, depth + 1)
        field = Field(
            name=node.name.value,
            alias=response_key(node),
            arguments=arguments,
            children=tuple(children),
        )
        if is_connection(definition):
            self.pages.append(field)
        return field

    def of_each_type(
        self, type_: GraphQLInterfaceType, sets: Sequence[SelectionSetNode], depth: int
    ) -> list[Field]:
        """What is selected of each type that an object of this interface may have.

        What the interface itself has, which are leaves, counts once.
        """
        children: list[Field] = []
        counted: set[tuple[int, ...]] = set()
        for concrete in self.schema.get_possible_types(type_):
            for nodes in self.collect(sets, concrete).values():
                written = tuple(map(id, nodes))
                if written in counted:
                    child = Field(name=nodes[0].name.value, alias=response_key(nodes[0]))
                else:
                    child = self.child(concrete, nodes, depth)
                counted.add(written)
                children.append(msgspec.structs.replace(child, type_condition=concrete.name))
        return children

    def child(self, parent: GraphQLObjectType, nodes: list[FieldNode], depth: int) -> Field:
        """A field of an object; `__typename` is a leaf like any other."""
        name = nodes[0].name.value
        if name == "__typename":
            self.count(nodes, depth)
            return Field(name=name, alias=response_key(nodes[0]))
        return self.field(parent.fields[name], nodes, depth)

    def count(self, nodes: list[FieldNode], depth: int) -> None:
        """Keep within the limits."""
        self.fields += 1
        self.aliases += sum(node.alias is not None for node in nodes)
        self.bound("depth", depth, self.limits.depth)
        self.bound("fields", self.fields, self.limits.fields)
        self.bound("aliases", self.aliases, self.limits.aliases)

    def bound(self, what: str, found: int, allowed: int) -> None:
        """Raise `RequestError` if there is too much of something."""
        if found > allowed:
            raise RequestError.limit(what, allowed)

    def arguments(self, definition: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """Constant arguments are values, others slots."""
        if not definition.args:
            return {}
        variable = [each for each in node.arguments or () if has_variable(each.value)]
        if not variable:
            return get_argument_values(definition, node)
        slots = Slots(len(self.slots), definition, node)
        self.slots.append(slots)
        constant = constants(definition, node, {each.name.value for each in variable})
        asked = {each.name.value: Argument(slots.names[each.name.value]) for each in variable}
        return {**constant, **asked}

    def collect(
        self, sets: Sequence[SelectionSetNode], type_: GraphQLObjectType
    ) -> dict[str, list[FieldNode]]:
        """CollectFields: the field nodes for each response key of an object, in order."""
        grouped: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()
        for each in sets:
            self.collect_into(each, type_, grouped, visited)
        return grouped

    def collect_into(
        self,
        selections: SelectionSetNode,
        type_: GraphQLObjectType,
        grouped: dict[str, list[FieldNode]],
        visited: set[str],
    ) -> None:
        """One selection set of an object of that type."""
        for node in selections.selections:
            if not self.included(node):
                continue
            if isinstance(node, FieldNode):
                grouped.setdefault(response_key(node), []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self.applies(node.type_condition, type_):
                    self.collect_into(node.selection_set, type_, grouped, visited)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in visited:
                visited.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if self.applies(fragment.type_condition, type_):
                    self.collect_into(fragment.selection_set, type_, grouped, visited)

    def applies(self, condition: NamedTypeNode, type_: GraphQLObjectType) -> bool:
        """Whether a fragment's condition holds for an object: its type, or an interface of it."""
        name = condition.name.value
        return name == type_.name or any(each.name == name for each in type_.interfaces)

    def included(self, node: Any) -> bool:
        """`@skip` goes before `@include`."""
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self.values)
        if skip and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, self.values)
        return not include or bool(include["if"])

    def alone(self, nodes: list[FieldNode]) -> DocumentNode:
        """A document of these fields alone, for the library to answer."""
        operation = OperationDefinitionNode(
            operation=self.kind,
            variable_definitions=self.operation.variable_definitions,
            selection_set=SelectionSetNode(selections=tuple(nodes)),
        )
        return DocumentNode(definitions=(operation, *self.fragments.values()))


def introspect(
    schema: GraphQLSchema, document: DocumentNode, alias: str, variables: Mapping[str, Any]
) -> bytes:
    """The value of an introspection field. Raises `RequestError`."""
    result = execute_sync(schema, document, variable_values=dict(variables))
    if result.errors or result.data is None:
        raise RequestError.graphql("GRAPHQL_VALIDATION_FAILED", result.errors or [])
    return msgspec.json.encode(result.data[alias])


def constants(definition: GraphQLField, node: FieldNode, but: Collection[str]) -> dict[str, Any]:
    """The values of the arguments that the document fixes, or leaves to their default."""
    fixed = GraphQLField(
        definition.type,
        args={name: each for name, each in definition.args.items() if name not in but},
    )
    return get_argument_values(fixed, node)


def has_slots(field: Field) -> bool:
    """Whether the field itself has arguments that depend on variables."""
    return any(isinstance(value, Argument) for value in field.arguments.values())


def has_variable(node: ValueNode | FieldNode) -> bool:
    """Whether a variable occurs anywhere in `node`."""
    if isinstance(node, VariableNode):
        return True
    return any(
        has_variable(child)
        for name in node.keys
        if name != "loc"
        for child in (as_nodes(getattr(node, name)))
    )


def as_nodes(value: Any) -> list[Any]:
    """The nodes in an attribute of a node."""
    each = value if isinstance(value, (list, tuple)) else [value]
    return [node for node in each if hasattr(node, "keys") and hasattr(node, "kind")]


def response_key(node: FieldNode) -> str:
    """The alias, or else the name."""
    return node.alias.value if node.alias else node.name.value
