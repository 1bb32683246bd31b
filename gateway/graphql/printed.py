"""The schema as text, with the directives that say what a field costs.

The library's printer leaves applied directives out. Tools that count as the server does (proxies,
code generators, linters) need them: introspection cannot tell them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from graphql import (
    ConstDirectiveNode,
    FieldDefinitionNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    parse,
    print_ast,
    print_schema,
)

DESCRIPTION: Final = '  """'
SHOWN: Final = frozenset({"listSize", "cost"})


def printed(schema: GraphQLSchema) -> str:
    """The schema's text, ending in a newline."""
    document = parse(print_schema(schema), no_location=True)
    definitions = (
        with_directives(each, schema) if isinstance(each, ObjectTypeDefinitionNode) else each
        for each in document.definitions
    )
    text = print_ast(replace(document, definitions=tuple(definitions)))
    return "\n".join(spaced(text.splitlines())) + "\n"


def spaced(lines: Iterable[str]) -> Iterator[str]:
    """An empty line before each description within a type, as in the library's other printer."""
    inside, before = False, ""
    for line in lines:
        if line.startswith(DESCRIPTION) and not inside and not before.endswith("{"):
            yield ""
        if line.startswith(DESCRIPTION) and line.count('"""') == 1:
            inside = not inside
        yield line
        before = line


def with_directives(
    definition: ObjectTypeDefinitionNode, schema: GraphQLSchema
) -> ObjectTypeDefinitionNode:
    """The type with the directives of its fields."""
    type_ = schema.type_map[definition.name.value]
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)

    def fields() -> Iterable[FieldDefinitionNode]:
        for field in definition.fields or ():
            shown = applied(type_.fields[field.name.value].ast_node)
            yield replace(field, directives=(*(field.directives or ()), *shown))

    return replace(definition, fields=tuple(fields()))


def applied(node: FieldDefinitionNode | None) -> Iterable[ConstDirectiveNode]:
    """What is shown of the directives of a field."""
    found = (node.directives if node else None) or ()
    return (each for each in found if each.name.value in SHOWN)
