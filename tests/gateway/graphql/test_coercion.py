"""A wrong variable or argument is named with its rule, however the library words it."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    build_schema,
    parse,
    validate,
)
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values

from gateway.graphql import scalars
from gateway.graphql.coercion import wrong_input
from protocol.errors import MAX_REPEATED

SCHEMA = build_schema(
    "scalar DateTime scalar Decimal scalar IdempotencyKey enum E { A }"
    " input I { t: String! n: Int e: E x: [Int!] at: DateTime }"
    " type Query { f(a: ID!, i: I!, p: Int, key: IdempotencyKey): Int }"
)
scalars.install(SCHEMA)
DOCUMENT = "query($a: ID!, $i: I!, $p: Int) { f(a: $a, i: $i, p: $p) }"
GOOD = {"a": "1", "i": {"t": "x"}}


def field_and_code(error: GraphQLError) -> tuple[str, str]:
    (wrong,) = wrong_input(error)["fields"]
    return wrong["field"], wrong["code"]


def coerced(document: str, given: dict[str, Any]) -> tuple[FieldNode, Any]:
    definition = parse(document).definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    field = definition.selection_set.selections[0]
    assert isinstance(field, FieldNode)
    return field, get_variable_values(SCHEMA, definition.variable_definitions or (), given)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"a": None}, [("a", "REQUIRED")]),
        ({"i": {}}, [("i.t", "REQUIRED")]),
        ({"i": {"t": None}}, [("i.t", "REQUIRED")]),
        ({"i": {"t": 1}}, [("i.t", "INVALID_TYPE")]),
        ({"i": {"t": "x", "n": "x"}}, [("i.n", "INVALID_TYPE")]),
        ({"i": {"t": "x", "e": "B"}}, [("i.e", "INVALID_CHOICE")]),
        ({"i": {"t": "x", "x": [1, None]}}, [("i.x[1]", "REQUIRED")]),
        ({"i": {"t": "x", "at": "today"}}, [("i.at", "INVALID_FORMAT")]),
        ({"i": {"t": "x", "z": 1}}, [("i.z", "UNKNOWN_FIELD")]),
        ({"i": 3, "p": 2**40}, [("i", "INVALID_TYPE"), ("p", "INVALID_TYPE")]),
    ],
)
def test_every_wrong_variable_has_its_field_and_rule(
    given: dict[str, Any], wrong: list[tuple[str, str]]
) -> None:
    _, errors = coerced(DOCUMENT, {**GOOD, **given})
    assert [field_and_code(error) for error in errors] == wrong
    _, errors = coerced(DOCUMENT, {})
    assert [field_and_code(error) for error in errors] == [("a", "REQUIRED"), ("i", "REQUIRED")]


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        ("{ f }", ("a", "REQUIRED")),
        ('query($v: ID) { f(a: $v, i: {t: "x"}) }', ("a", "REQUIRED")),
        ('query($v: String) { f(a: "1", i: {t: $v}) }', ("i.t", "REQUIRED")),
        ('{ f(a: "1", i: {t: "x"}, p: 99999999999) }', ("p", "INVALID_TYPE")),
        ('{ f(a: "1", i: {t: "x"}, key: " ") }', ("key", "INVALID_FORMAT")),
    ],
)
def test_every_wrong_argument_has_its_field_and_rule(document: str, wrong: tuple[str, str]) -> None:
    field, values = coerced(document, {})
    assert isinstance(values, VariableValues)
    query = SCHEMA.query_type
    assert query is not None
    with pytest.raises(GraphQLError) as refusal:
        get_argument_values(query.fields["f"], field, values)
    assert field_and_code(refusal.value) == wrong


def test_what_is_not_recognised_is_of_the_wrong_type_and_never_long() -> None:
    assert field_and_code(GraphQLError("something new")) == ("variables", "INVALID_TYPE")
    said = GraphQLError(f"Variable '${'v' * 1000}' has invalid value: no")
    assert len(field_and_code(said)[0]) == MAX_REPEATED


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ('i: {t: "x"}, key: ""', '""'),
        ('i: {t: "x", at: "today"}', '"today"'),
        ('i: {t: "x", n: "y"}', '"y"'),
    ],
)
def test_a_wrong_literal_has_its_place_in_the_document(arguments: str, wrong: str) -> None:
    document = f'{{ f(a: "1", {arguments}) }}'
    (error,) = validate(SCHEMA, parse(document))
    places = [(place.line, place.column) for place in error.locations or ()]
    assert places == [(1, document.index(wrong) + 1)]
