"""Which page is asked for: both forms, what they refuse, and what clients demand of the schema."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type

from gateway.graphql.schema import make_schema
from protocol.errors import ValidationError
from protocol.pages import ARGUMENTS, MAX_PAGE, Page, page_of
from protocol.selection import Argument
from tests.gateway.graphql.harness import Service

SCHEMA = make_schema()
CONNECTIONS = {
    f"{type_.name}.{name}": field
    for type_ in SCHEMA.type_map.values()
    if isinstance(type_, GraphQLObjectType)
    for name, field in type_.fields.items()
    if get_named_type(field.type).name.endswith("Connection")
}


@pytest.mark.parametrize(
    ("arguments", "page"),
    [
        ({}, Page()),
        (dict.fromkeys([*ARGUMENTS, "pagination"]), Page()),
        ({"pagination": {"first": 0}}, Page(0)),
        ({"pagination": {"first": 5, "after": "c"}}, Page(5, after="c")),
        ({"pagination": {"first": None}}, Page()),
        ({"first": 5, "after": "c", "last": None, "before": None}, Page(5, after="c")),
        ({"last": 5, "before": "c"}, Page(5, before="c", backward=True)),
        ({"last": 5}, Page(5, backward=True)),
        ({"before": "c"}, Page(before="c", backward=True)),
        ({"first": 5, "before": "c"}, Page(5, before="c")),
        ({"last": 5, "after": "c"}, Page(5, after="c", backward=True)),
        ({"after": "a", "before": "b"}, Page(after="a", before="b")),
    ],
)
def test_the_page_that_is_asked_for(arguments: dict[str, Any], page: Page) -> None:
    assert page_of(arguments, {}) == page
    slots = {name: Argument(f"0.{name}") for name in arguments}
    assert page_of(slots, {f"0.{name}": value for name, value in arguments.items()}) == page


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({"first": 1, "last": 1}, "last"),
        ({"first": 0}, "first"),
        ({"first": -1}, "first"),
        ({"first": MAX_PAGE + 1}, "first"),
        ({"last": 0}, "last"),
        ({"last": -(2**31)}, "last"),
        ({"last": 2**31 - 1}, "last"),
        ({"pagination": {"first": -1}}, "pagination.first"),
        ({"pagination": {"first": MAX_PAGE + 1}}, "pagination.first"),
        *(
            ({"pagination": {}, name: value}, name)
            for name, value in (("first", 1), ("after", "c"), ("last", 1), ("before", "c"))
        ),
    ],
)
async def test_what_cannot_be_a_page_is_refused_by_the_name_of_its_argument(
    arguments: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        page_of(arguments, {})
    assert caught.value.details["fields"][0]["field"] == wrong
    declared = {"pagination": "PaginationInput", "after": "String", "before": "String"}
    names = ", ".join(f"${name}: {declared.get(name, 'Int')}" for name in arguments)
    given = ", ".join(f"{name}: ${name}" for name in arguments)
    service = Service()
    answer = await service.ask(
        f"query({names}) {{ c: courses({given}) {{ totalCount }} }}", arguments
    )
    assert answer.codes == ["VALIDATION_ERROR"]
    [field] = answer.json["errors"][0]["extensions"]["details"]["fields"]
    assert field["field"] == f"c.{wrong}"
    assert service.fake_reads.executed == []


async def test_a_wrong_page_that_the_document_fixes_is_refused_too() -> None:
    answer = await Service().ask("{ courses(first: 2, last: 2) { nodes { id } } }")
    assert answer.codes == ["VALIDATION_ERROR"]


@pytest.mark.parametrize("name", CONNECTIONS)
def test_every_connection_is_what_relay_compiler_and_apollo_demand(name: str) -> None:
    """The rules of `@connection`: https://relay.dev/graphql/connections.htm."""
    field = CONNECTIONS[name]
    given = {argument: str(each.type) for argument, each in field.args.items()}
    wanted = {"first": "Int", "after": "String", "last": "Int", "before": "String"}
    assert given.items() >= {**wanted, "pagination": "PaginationInput"}.items()
    connection = get_named_type(field.type)
    assert isinstance(connection, GraphQLObjectType)
    assert str(connection.fields["pageInfo"].type) == "PageInfo!"
    edge = get_named_type(connection.fields["edges"].type)
    assert isinstance(edge, GraphQLObjectType)
    assert edge.name.endswith("Edge")
    assert str(edge.fields["cursor"].type) == "String!"
    assert "node" in edge.fields


def test_there_are_connections_in_roots_and_in_objects() -> None:
    assert {"Query.courses", "Course.reviews", "LiveQuiz.results"} <= set(CONNECTIONS)
