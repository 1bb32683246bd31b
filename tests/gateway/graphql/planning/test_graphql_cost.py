"""The cost of an operation: the formula, the limit, and the extension that tells it."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    build_schema,
    is_required_input_field,
    parse,
    type_from_ast,
)

from gateway.graphql.connections import DEFAULT_LIST
from gateway.graphql.documents.trusted import documents_of_pages
from gateway.graphql.execution.call import Call
from gateway.graphql.execution.operations import Operations, Requester
from gateway.graphql.limits import Limits
from gateway.graphql.parameters import Parameters
from gateway.graphql.planning import cost
from gateway.graphql.schema import make_schema
from protocol.errors import ValidationError
from protocol.pages import DEFAULT_PAGE
from protocol.validation import Rule
from tests.gateway.graphql.harness import Service

SCHEMA = build_schema(
    """
directive @listSize(assumedSize: Int!) on FIELD_DEFINITION
type Query {
  me: User names: [String!]! users: [User!] walls: [[Brick!]!]
  posts(first: Int, last: Int, pagination: Paging): Posts
}
type Mutation { poke: Boolean befriend: User }
type Subscription { poked: User }
type User {
  name: String age: Int tags: [String!] friends: [User!]! @listSize(assumedSize: 3) best: User
  posts(pagination: Paging, first: Int): Posts
}
type Brick { of: String }
type Posts { nodes: [Post!]! edges: [Edge!]! total: Int }
type Edge { node: Post! cursor: String }
type Post { id: ID author: User comments(first: Int): Comments }
type Comments { nodes: [Post!]! }
input Paging { first: Int after: String }
"""
)
REQUESTER = Requester(request_id="req_1")


def operations(limit: int = 10**9) -> Operations:
    return Service(schema=SCHEMA, limits=Limits(cost=limit)).operations


def prepared(service: Operations, query: str, variables: dict[str, Any]) -> Call:
    plan = service.documents.plan(query, None)
    return service.prepare(Parameters(query, variables=variables), REQUESTER, plan)


def cost_of(query: str, **variables: Any) -> int:
    return prepared(operations(), query, variables).cost


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ names }", 0),
        ("{ __typename }", 0),
        ("{ __schema { types { name } } }", 0),
        ("{ me { name age tags __typename } }", 1),
        ("{ me { best { best { name } } } }", 3),
        ("{ a: me { name } b: me { name } }", 2),
        ("{ me { friends { name } } }", 1 + 3),
        ("{ me { friends { friends { best { name } } } } }", 1 + 3 * (1 + 3 * (1 + 1))),
        ("{ users { name } }", DEFAULT_LIST),
        ("{ walls { of } }", DEFAULT_LIST),
        ("{ posts(first: 7) { total } }", 1),
        ("{ posts(first: 7) { nodes { id } } }", 1 + 7),
        ("{ posts { nodes { id } } }", 1 + DEFAULT_PAGE),
        ("{ posts(first: null) { nodes { id } } }", 1 + DEFAULT_PAGE),
        ("{ posts(pagination: {first: 0}) { nodes { id } } }", 1),
        ("{ posts(last: 7) { nodes { id } } }", 1 + 7),
        ("{ posts(first: 7) { edges { cursor node { id } } } }", 1 + 7 * (1 + 1)),
        ("{ posts(first: 7) { nodes { id } edges { cursor } } }", 1 + 7 + 7),
        ("{ me { posts(pagination: {first: 4}) { nodes { author { name } } } } }", 1 + 1 + 4 * 2),
        ("{ me { posts(pagination: {}) { nodes { id } } } }", 1 + 1 + DEFAULT_PAGE),
        ("mutation { poke }", cost.MUTATION),
        ("mutation { poke befriend { name } }", 2 * cost.MUTATION + 1),
        ("mutation { __typename poke }", cost.MUTATION),
        ("subscription { poked { name } }", 1),
    ],
)
def test_the_cost_is_that_of_the_formula(query: str, expected: int) -> None:
    assert cost_of(query) == expected


NESTED = """
query($posts: Int, $comments: Int = 2, $no: Boolean = false) {
  me { friends { posts(pagination: {first: $posts}) {
    nodes { id comments(first: $comments) @skip(if: $no) { nodes { author { name } } } }
  } } }
}
"""


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"posts": 5}, 1 + 3 * (2 + 5 * (2 + 2 * 2))),
        ({"posts": 5, "comments": 10}, 1 + 3 * (2 + 5 * (2 + 10 * 2))),
        ({"posts": 0, "comments": 10}, 1 + 3 * 2),
        ({"posts": 5, "no": True}, 1 + 3 * (2 + 5)),
        ({}, 1 + 3 * (2 + DEFAULT_PAGE * (2 + 2 * 2))),
    ],
)
def test_pages_count_with_the_sizes_of_the_request(
    variables: dict[str, Any], expected: int
) -> None:
    assert cost_of(NESTED, **variables) == expected


def test_a_cost_without_pages_of_variable_size_is_counted_once_for_its_plan() -> None:
    service = operations()
    query = "query($no: Boolean!) { me { best @skip(if: $no) { name } } }"
    first, second = (prepared(service, query, {"no": False}).variant.cost for _ in range(2))
    assert first is second
    assert (first.fixed, first.rows) == (2, ())


async def test_an_operation_past_the_limit_is_refused_before_anything_is_read() -> None:
    service = Service(limits=Limits(cost=100))
    query = "query($n: Int) { courses(pagination: {first: $n}) { nodes { id } } }"
    allowed = await service.ask(query, {"n": 99})
    assert allowed.codes != ["LIMIT_EXCEEDED"]
    service.fake_reads.executed.clear()
    refused = await service.ask(query, {"n": 100})
    assert refused.codes == ["LIMIT_EXCEEDED"]
    assert refused.json["errors"][0]["extensions"]["details"] == {
        "limit": "cost",
        "allowed": 100,
        "requested": 101,
    }
    assert service.fake_reads.executed == []


async def test_a_mutation_past_the_limit_is_refused_before_it_is_done() -> None:
    service = Service(limits=Limits(cost=29))
    response = await service.ask("mutation { a: logout b: logout c: logout }")
    assert response.codes == ["LIMIT_EXCEEDED"]
    assert service.post.sent == []


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("{ __typename }", {"__typename": "Query"}),
        ('{ course(id: "1") { id } }', {"course": {"id": "1"}}),
        ("{ me { id } }", None),
    ],
)
async def test_the_cost_is_told_when_it_is_asked_for(query: str, data: Any) -> None:
    service = Service()
    service.fake_reads.answers["course"] = b'{"id":"1"}'
    body = {"query": query, "extensions": {"cost": True}}
    requested = 0 if query == "{ __typename }" else 1
    told = {"cost": {"requested": requested, "limit": Limits().cost}}
    response = await service.post_json(body)
    assert (response.data, response.json["extensions"]) == (data, told)


async def test_the_cost_is_told_beside_errors_of_fields_too() -> None:
    service = Service()
    service.fake_reads.answers["course"] = ValidationError.of("id", Rule.TOO_SMALL, "is odd", min=2)
    body = {"query": '{ course(id: "1") { id } }', "extensions": {"cost": True}}
    response = await service.post_json(body)
    assert response.codes == ["VALIDATION_ERROR"]
    assert response.json["extensions"]["cost"]["requested"] == 1


@pytest.mark.parametrize("extensions", [None, {}, {"cost": False}, {"cost": 1}, {"price": True}])
async def test_the_cost_is_not_told_otherwise(extensions: Any) -> None:
    body = {"query": "{ __typename }", "extensions": extensions}
    assert (await Service().post_json(body)).body == b'{"data":{"__typename":"Query"}}'


def smallest(type_: Any) -> Any:
    """The smallest value that the type takes; nothing where nothing will do."""
    if not isinstance(type_, GraphQLNonNull):
        return None
    of = type_.of_type
    if isinstance(of, GraphQLList):
        return []
    if isinstance(of, GraphQLEnumType):
        return next(iter(of.values))
    if isinstance(of, GraphQLInputObjectType):
        if of.is_one_of:
            name, field = next(iter(of.fields.items()))
            return {name: smallest(GraphQLNonNull(field.type))}
        needed = {
            name: field.type for name, field in of.fields.items() if is_required_input_field(field)
        }
        return {name: smallest(each) for name, each in needed.items()}
    plain = {"Int": 1, "Float": 1.5, "Boolean": True, "DateTime": "2026-01-31T12:00:00.000Z"}
    return plain.get(of.name, "1")


def variables_of(text: str, schema: GraphQLSchema) -> dict[str, Any]:
    given = {}
    for definition in parse(text).definitions:
        for variable in getattr(definition, "variable_definitions", None) or ():
            value = smallest(type_from_ast(schema, variable.type))
            if value is not None:
                given[variable.variable.name.value] = value
    return given


def test_the_documents_of_our_pages_fit_into_the_limit_twice() -> None:
    service = Service().operations
    schema = make_schema()
    for text in documents_of_pages():
        assert prepared(service, text, variables_of(text, schema)).cost * 2 < service.limits.cost
