"""The same answers by the slow and obvious way: resolvers in Python over the rows of a school."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from graphql import ExecutionResult, GraphQLResolveInfo, GraphQLSchema, execute_sync, parse
from msgspec.json import encode

from protocol.selection import Viewer
from tests.domains import DOMAINS
from tests.storage.reads import node_resolver
from tests.storage.reads.look import Look, Resolver, iso, snake
from tests.storage.reads.rows import School

RESOLVERS: Mapping[str, Resolver] = {
    **{name: resolver for domain in DOMAINS for name, resolver in domain.reads.resolvers.items()},
    **node_resolver.RESOLVERS,
}
COLUMNS: Mapping[str, str] = {
    name: column for domain in DOMAINS for name, column in domain.reads.columns.items()
}
ENUMERATIONS: frozenset[str] = frozenset().union(*(domain.reads.enumerations for domain in DOMAINS))
NUMBERS: frozenset[str] = frozenset().union(*(domain.reads.numbers for domain in DOMAINS))


class Oracle:
    """One viewer's answers."""

    def __init__(self, schema: GraphQLSchema, school: School, viewer: Viewer) -> None:
        self.schema = schema
        self.look = Look(schema, school, viewer)

    def ask(self, query: str, variables: dict[str, Any]) -> ExecutionResult:
        return execute_sync(
            self.schema, parse(query), variable_values=variables, field_resolver=self.resolve
        )

    def resolve(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        """A domain's resolver of the field, or else the column."""
        name = f"{info.parent_type.name}.{info.field_name}"
        resolver = RESOLVERS.get(name)
        if resolver is not None:
            return resolver(self.look, source, **arguments)
        value = source[COLUMNS.get(name, snake(info.field_name))]
        if value is None:
            return None
        if name in ENUMERATIONS:
            return value.upper()
        if name in NUMBERS:
            return float(value)
        return iso(value) if isinstance(value, datetime) else _text_of_id(value)


def written(data: Any) -> bytes:
    """As JSON, the order of members too; a whole number is one, with or without its `.0`."""
    return encode(_plain(data))


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _plain(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    return int(data) if isinstance(data, float) and data.is_integer() else data


def _text_of_id(value: Any) -> Any:
    return str(value) if type(value).__name__ == "UUID" else value
