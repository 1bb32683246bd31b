"""Random valid queries over the schema, for hypothesis."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from hypothesis import strategies as st

from tests.domains import DOMAINS
from tests.storage.reads.rows import uid

IDS = [
    *(str(uid(name)) for domain in DOMAINS for name in domain.reads.ids),
    *("not-an-id", "'; drop table users; --", "1"),
]
ARGUMENTS: Mapping[str, tuple[Any, ...]] = {
    name: samples for domain in DOMAINS for name, samples in domain.reads.arguments.items()
}
FILTERS: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    name: members for domain in DOMAINS for name, members in domain.reads.filters.items()
}
CURSORS = {"cursor", "startCursor", "endCursor"}
PAGES = ("pagination", "first", "last")
"""Of these a field is given one at most."""
MAX_DEPTH = 5


@dataclass
class Written:
    """A query being written: its variables, its fragments, how many names were given out."""

    draw: st.DrawFn
    schema: GraphQLSchema
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    names: int = 0

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == 1

    def selection_set(self, type_: GraphQLObjectType, depth: int) -> str:
        possible = [
            (name, each)
            for name, each in type_.fields.items()
            if name not in CURSORS
            and (depth < MAX_DEPTH or is_leaf_type(get_named_type(each.type)))
        ]
        if not possible:
            return "{ __typename }"  # as below the edges of a connection, as deep as it gets
        count = min(4, len(possible))
        chosen = self.draw(
            st.lists(st.sampled_from(possible), max_size=count, unique_by=lambda each: each[0])
        )
        parts = [self.decorated(type_, self.field(name, each, depth)) for name, each in chosen]
        if not parts or self.chance(6):
            parts.append("__typename" if self.chance(2) else f"{self.name('t')}: __typename")
        return "{ " + " ".join(parts) + " }"

    def decorated(self, type_: GraphQLObjectType, text: str) -> str:
        """Perhaps inside a fragment, perhaps behind a directive."""
        kind = self.draw(st.sampled_from(["", "", "", "", "inline", "named", "directive"]))
        if kind == "inline":
            return f"... on {type_.name} {{ {text} }}"
        if kind == "named":
            name = self.name("F")
            self.fragments.append(f"fragment {name} on {type_.name} {{ {text} }}")
            return f"...{name}"
        if kind == "directive":
            value = self.draw(st.booleans())
            name = self.name("v")
            self.variables[name] = ("Boolean!", value)
            word = self.draw(st.sampled_from(["skip", "include"]))
            return f"... @{word}(if: ${name}) {{ {text} }}"
        return text

    def field(self, name: str, each: GraphQLField, depth: int, *, aliased: bool = False) -> str:
        arguments = self.arguments(each)
        text = f"{self.name('a')}: {name}" if aliased or arguments or self.chance(4) else name
        text += f"({', '.join(arguments)})" if arguments else ""
        type_ = get_named_type(each.type)
        if isinstance(type_, GraphQLObjectType):
            text += " " + self.selection_set(type_, depth + 1)
        elif isinstance(type_, GraphQLInterfaceType):
            concrete = self.draw(st.sampled_from(self.schema.get_possible_types(type_)))
            text += f" {{ id ... on {concrete.name} {self.selection_set(concrete, depth + 1)} }}"
        return text

    def arguments(self, each: GraphQLField) -> list[str]:
        parts = []
        way = self.draw(st.sampled_from(PAGES))
        for name, argument in each.args.items():
            if name in {*PAGES} - {way} or name in ("after", "before"):
                continue
            if not is_required_argument(argument) and self.chance(2):
                continue
            value, text = self.value(name, get_named_type(argument.type))
            if self.chance(2):
                variable = self.name("v")
                self.variables[variable] = (str(argument.type), value)
                text = f"${variable}"
            parts.append(f"{name}: {text}")
        return parts

    def value(self, name: str, type_: GraphQLNamedType) -> tuple[Any, str]:
        """A value, and the same as a literal."""
        if isinstance(type_, GraphQLEnumType):
            chosen = self.draw(st.sampled_from(sorted(type_.values)))
            return chosen, chosen
        if name in ARGUMENTS:
            chosen = self.draw(st.sampled_from(ARGUMENTS[name]))
            return chosen, literal(chosen, type_)
        if name == "id" or name.endswith("Id"):
            chosen = self.draw(st.sampled_from(IDS))
            return chosen, literal(chosen, type_)
        if isinstance(type_, GraphQLInputObjectType) and type_.name in FILTERS:
            return self.filter(type_)
        if name in ("first", "last"):
            size = self.draw(st.integers(1, 5))
            return size, str(size)
        first = self.draw(st.integers(0, 5))
        assert name == "pagination", name
        return {"first": first}, f"{{first: {first}}}"

    def filter(self, type_: GraphQLInputObjectType) -> tuple[dict[str, Any], str]:
        """Some members of an input."""
        possible = dict(FILTERS[type_.name])
        chosen: dict[str, Any] = self.draw(st.fixed_dictionaries({}, optional=possible))
        members = ", ".join(
            f"{name}: {literal(value, get_named_type(type_.fields[name].type))}"
            for name, value in chosen.items()
        )
        return chosen, f"{{{members}}}"


def literal(value: Any, type_: GraphQLNamedType) -> str:
    """As it stands in a query."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {json.dumps(each)}' for name, each in value.items())}}}"
    return str(value) if isinstance(type_, GraphQLEnumType) else json.dumps(value)


def whole(schema: GraphQLSchema, name: str) -> str:
    """A query for this field of the root, with everything that its answer has."""
    assert schema.query_type is not None
    asked = schema.query_type.fields[name]
    given = ", ".join(
        f"{argument}: {_sample(argument, get_named_type(each.type))}"
        for argument, each in asked.args.items()
        if is_required_argument(each)
    )
    return f"{{ {name}{f'({given})' if given else ''} {_all_of(asked, MAX_DEPTH)} }}"


def _sample(name: str, type_: GraphQLNamedType) -> str:
    if isinstance(type_, GraphQLEnumType):
        return str(sorted(type_.values)[0])
    return literal(ARGUMENTS.get(name, IDS)[0], type_)


def _all_of(asked: GraphQLField, depth: int) -> str:
    type_ = get_named_type(asked.type)
    if not isinstance(type_, GraphQLObjectType):
        return ""
    members = [
        f"{name} {_all_of(each, depth - 1)}"
        for name, each in type_.fields.items()
        if not any(map(is_required_argument, each.args.values()))
        and (depth > 1 or is_leaf_type(get_named_type(each.type)))
    ]
    return f"{{ {' '.join(members)} }}"


@st.composite
def queries(draw: st.DrawFn, schema: GraphQLSchema) -> tuple[str, dict[str, Any]]:
    """A query and its variables."""
    assert schema.query_type is not None
    written = Written(draw, schema)
    root = schema.query_type
    names = draw(st.lists(st.sampled_from(sorted(root.fields)), min_size=1, max_size=3))
    body = " ".join(
        written.decorated(root, written.field(name, root.fields[name], 1, aliased=True))
        for name in names
    )
    declared = ", ".join(f"${name}: {type_}" for name, (type_, _) in written.variables.items())
    head = f"query Q({declared})" if declared else "query Q"
    text = "\n".join([f"{head} {{ {body} }}", *written.fragments])
    return text, {name: value for name, (_, value) in written.variables.items()}
