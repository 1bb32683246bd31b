"""Every way through the schema that comes back to a type, as queries that go round it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type

DEEPEST = 12


class Cycle(NamedTuple):
    """Fields from a root; the last leads to the type that the field before `back_to` leads to."""

    fields: tuple[str, ...]
    back_to: int

    def round(self, depth: int) -> tuple[str, ...]:
        """The path, `depth` fields long."""
        around = self.fields[self.back_to :]
        fields = self.fields
        while len(fields) < depth:
            fields += around
        return fields[:depth]


def object_of(field: GraphQLField) -> GraphQLObjectType | None:
    """The type of object that a field leads to."""
    type_ = get_named_type(field.type)
    return type_ if isinstance(type_, GraphQLObjectType) else None


def cycles(schema: GraphQLSchema) -> Iterator[Cycle]:
    """Every path from a root field on which the last type, and no other, occurs twice."""
    assert schema.query_type is not None
    yield from _cycles(schema.query_type, (), ())


def _cycles(
    at: GraphQLObjectType, path: tuple[str, ...], types: tuple[GraphQLObjectType, ...]
) -> Iterator[Cycle]:
    for name, field in at.fields.items():
        type_ = object_of(field)
        if type_ is None:
            continue
        if type_ in types:
            yield Cycle((*path, name), types.index(type_) + 1)
        else:
            yield from _cycles(type_, (*path, name), (*types, type_))


def walks(schema: GraphQLSchema, count: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Paths at random that go on as long as they may, so that cycles mix."""
    chance = random.Random(seed)
    for _ in range(count):
        at: GraphQLObjectType | None = schema.query_type
        path: tuple[str, ...] = ()
        while at is not None and len(path) < DEEPEST:
            onward = [name for name, field in at.fields.items() if object_of(field)]
            if not onward:
                break
            path += (chance.choice(onward),)
            at = object_of(at.fields[path[-1]])
        yield path


def query_of(
    schema: GraphQLSchema, path: tuple[str, ...], arguments: Mapping[str, str], first: int | None
) -> str:
    """A query along the path that asks for every leaf at its end, with pages of `first` rows."""
    at, text = schema.query_type, ""
    for name in path:
        assert at is not None
        field = at.fields[name]
        given = [arguments[name]] if name in arguments and not text else []
        if first is not None and "first" in field.args:
            given.append(f"first: {first}")
        text += f"{{ {name}" + (f"({', '.join(given)})" if given else "")
        at = object_of(field)
    assert at is not None
    leaves = [name for name, field in at.fields.items() if is_leaf_type(get_named_type(field.type))]
    return f"{text} {{ __typename {' '.join(leaves)} }}" + " }" * len(path)
