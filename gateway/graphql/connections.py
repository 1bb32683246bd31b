"""What every connection and every list of the schema has: arguments of a page, and its size.

The domains' files only say that a field is a connection, by the name of its type; here it gets
its arguments. `@listSize` is that of IBM's specification of cost directives
(https://ibm.github.io/graphql-specs/cost-spec.html), so that a client or a proxy that reads the
schema counts as `planning/cost.py` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from graphql import (
    DocumentNode,
    FieldDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    TypeNode,
    parse,
)

from protocol.pages import DEFAULT_PAGE

CONNECTION: Final = "Connection"
"""How the names of their types end; relay-compiler demands it."""
DEFAULT_LIST: Final = 10
"""The length assumed of a list that declares none."""

SAMPLE: Final = f"""
type Sample {{
  connection(
    pagination: PaginationInput, first: Int, after: String, last: Int, before: String
  ): Connection! @listSize(
    assumedSize: {DEFAULT_PAGE}
    slicingArguments: ["first", "last", "pagination.first"]
    sizedFields: ["edges", "nodes"]
    requireOneSlicingArgument: false
  )
  list: [Int!]! @listSize(assumedSize: {DEFAULT_LIST})
}}
"""


def completed(document: DocumentNode) -> DocumentNode:
    """The schema's document with the arguments and sizes of its connections and lists."""
    connection, plain = _sample_fields()

    def fields(
        owner: ObjectTypeDefinitionNode | ObjectTypeExtensionNode,
    ) -> Iterator[FieldDefinitionNode]:
        pages = owner.name.value.endswith(CONNECTION)
        for field in owner.fields or ():
            if is_connection_type(field.type):
                arguments = (*(field.arguments or ()), *(connection.arguments or ()))
                directives = (*(field.directives or ()), *(connection.directives or ()))
                yield replace(field, arguments=arguments, directives=directives)
            elif _is_list(field.type) and not pages and not _declares_size(field):
                directives = (*(field.directives or ()), *(plain.directives or ()))
                yield replace(field, directives=directives)
            else:
                yield field

    return replace(
        document,
        definitions=tuple(
            replace(each, fields=tuple(fields(each)))
            if isinstance(each, ObjectTypeDefinitionNode | ObjectTypeExtensionNode)
            else each
            for each in document.definitions
        ),
    )


def is_connection_type(type_: TypeNode) -> bool:
    """Whether a field of this type is read in pages."""
    bare = type_.type if isinstance(type_, NonNullTypeNode) else type_
    return isinstance(bare, NamedTypeNode) and bare.name.value.endswith(CONNECTION)


def _sample_fields() -> tuple[FieldDefinitionNode, FieldDefinitionNode]:
    [sample] = parse(SAMPLE, no_location=True).definitions
    assert isinstance(sample, ObjectTypeDefinitionNode)
    connection, plain = sample.fields or ()
    return connection, plain


def _is_list(type_: TypeNode) -> bool:
    bare = type_.type if isinstance(type_, NonNullTypeNode) else type_
    return isinstance(bare, ListTypeNode)


def _declares_size(field: FieldDefinitionNode) -> bool:
    return any(each.name.value == "listSize" for each in field.directives or ())
