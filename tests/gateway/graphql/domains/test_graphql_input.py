"""Wrong input never becomes a command, whatever is wrong with it and wherever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.graphql.schema import MUTATIONS, make_schema
from protocol.selection import Viewer
from tests.gateway.graphql.harness import Response, Service
from tests.support.profiles import share

SCHEMA = make_schema()
ADMIN = Viewer(user_id="admin", role="admin")
REFUSALS = {"VALIDATION_ERROR", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"}
Draw = st.DrawFn

RIGHT: dict[str, Any] = {
    "ID": "a",
    "String": "text",
    "Int": 3,
    "Float": 1.5,
    "Boolean": True,
    "Decimal": "9.99",
    "DateTime": "2026-01-15T10:30:00Z",
    "JSON": {},
    "IdempotencyKey": "try-1",
}
WRONG: dict[str, list[Any]] = {
    "ID": [True, 1.5, {}, {"id": "a"}],
    "String": [5, 1.5, True, {}, {"text": "a"}],
    "Int": ["3", 1.5, 2**31, -(2**31) - 1, True, {}],
    "Float": ["1.5", True, {}],
    "Boolean": ["true", 1, 0, {}],
    "Decimal": ["much", 1.5, True, "NaN", "Infinity", "1e99", {}],
    "DateTime": ["yesterday", 5, "2026-01-15", "2026-01-15T10:30:00", {}],
    "IdempotencyKey": ["", "x" * 65, "two words", "schlüssel", 5, True, {}],
}


def right(type_: GraphQLInputType) -> Any:
    """A value that is accepted."""
    if isinstance(type_, GraphQLNonNull):
        return right(type_.of_type)
    if isinstance(type_, GraphQLList):
        return [right(type_.of_type)]
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        wanted = [name for name, each in type_.fields.items() if is_required_input_field(each)]
        if type_.is_one_of:
            wanted = [next(iter(type_.fields))]
        return {name: right(type_.fields[name].type) for name in wanted}
    return RIGHT[get_named_type(type_).name]


def can_be_wrong(type_: GraphQLInputType) -> bool:
    """Any JSON value is a JSON value."""
    return isinstance(type_, GraphQLNonNull) or get_named_type(type_).name != "JSON"


def wrong(draw: Draw, type_: GraphQLInputType) -> Any:
    """A value that must be refused."""
    if isinstance(type_, GraphQLNonNull):
        inner_is_free = not can_be_wrong(type_.of_type)
        return None if inner_is_free or draw(st.booleans()) else wrong(draw, type_.of_type)
    if isinstance(type_, GraphQLList):
        return [wrong(draw, type_.of_type)]
    if isinstance(type_, GraphQLEnumType):
        return draw(st.sampled_from(["NO_SUCH_VALUE", "", 7, True, {}]))
    if isinstance(type_, GraphQLInputObjectType):
        return wrong_object(draw, type_)
    return draw(st.sampled_from(WRONG[get_named_type(type_).name]))


def wrong_object(draw: Draw, type_: GraphQLInputObjectType) -> Any:
    """An input with a member wrong, missing or unknown; or none at all."""
    value = right(type_)
    required = [name for name, each in type_.fields.items() if is_required_input_field(each)]
    ways = ["no object", "unknown", "member"]
    ways += ["missing"] if required or type_.is_one_of else []
    way = draw(st.sampled_from(ways))
    if way == "no object":
        return draw(st.sampled_from(["text", 5, True]))
    if way == "unknown":
        return {**value, "nonsense": 1}
    if way == "missing":
        gone = draw(st.sampled_from(required)) if required else next(iter(value))
        return {name: each for name, each in value.items() if name != gone}
    spoiled = [name for name, each in type_.fields.items() if can_be_wrong(each.type)]
    name = draw(st.sampled_from(spoiled))
    value = {} if type_.is_one_of else value
    return {**value, name: wrong(draw, type_.fields[name].type)}


class Asked:
    """A mutation with its arguments as variables; one of them to be spoiled."""

    def __init__(self, name: str) -> None:
        assert SCHEMA.mutation_type is not None
        self.name = name
        self.field = SCHEMA.mutation_type.fields[name]
        self.values = {
            name: right(each.type)
            for name, each in self.field.args.items()
            if is_required_argument(each)
        }

    def text(self, without: str | None = None, extra: str = "") -> str:
        """The document."""
        used = [name for name in self.values if name != without]
        declared = ", ".join(f"${name}: {self.field.args[name].type}" for name in used)
        given = ", ".join([*(f"{name}: ${name}" for name in used), *([extra] if extra else [])])
        head = f"mutation({declared})" if declared else "mutation"
        arguments = f"({given})" if given else ""
        leaf = is_leaf_type(get_named_type(self.field.type))
        return f"{head} {{ {self.name}{arguments} {'' if leaf else '{ __typename }'} }}"


def an_unknown_argument(draw: Draw, asked: Asked) -> str:
    value = draw(st.sampled_from(["1", "true", "null", "{}", "A"]))
    return asked.text(extra=f"nonsense: {value}")


def an_argument_left_out(draw: Draw, asked: Asked) -> str:
    if not asked.values:
        return asked.text(extra="nonsense: null")
    return asked.text(without=draw(st.sampled_from(sorted(asked.values))))


def a_wrong_value(draw: Draw, asked: Asked) -> str:
    spoiled = [name for name, each in asked.field.args.items() if can_be_wrong(each.type)]
    if not spoiled:
        return asked.text(extra="nonsense: []")
    name = draw(st.sampled_from(spoiled))
    asked.values[name] = wrong(draw, asked.field.args[name].type)
    return asked.text()


SPOILERS: list[Callable[[Draw, Asked], str]] = [
    *(an_unknown_argument, an_argument_left_out),
    *(a_wrong_value, a_wrong_value, a_wrong_value),
]


async def ask(service: Service, asked: Asked, text: str) -> Response:
    return await service.ask(text, asked.values, viewer=ADMIN)


@pytest.mark.parametrize("name", sorted(MUTATIONS))
@settings(
    max_examples=share(0.25),
)
@given(data=st.data())
async def test_wrong_input_is_refused_before_any_command_is_sent(
    name: str, data: st.DataObject
) -> None:
    """Property 62: Input validation enforcement

    Validates: Requirements 13.1
    """
    service, asked = Service(), Asked(name)
    draw: Any = data.draw
    text = draw(st.sampled_from(SPOILERS))(draw, asked)
    response = await ask(service, asked, text)
    assert response.codes, (text, asked.values)
    assert set(response.codes) <= REFUSALS, (text, asked.values, response.json)
    assert "data" not in response.json
    assert service.post.commands == []
    assert service.fake_reads.executed == []


@pytest.mark.parametrize("name", sorted(MUTATIONS))
async def test_what_was_spoiled_is_a_command_when_it_is_whole(name: str) -> None:
    """Or else the property above would hold for a server that refuses everything."""
    service, asked = Service(), Asked(name)
    response = await ask(service, asked, asked.text())
    assert not set(response.codes) & {"GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"}
