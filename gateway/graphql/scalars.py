"""The custom scalars: parsing of their values from variables and literals."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from graphql import (
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    ValueNode,
    value_from_ast_untyped,
)

from protocol.idempotency import KEY, MAX_KEY
from protocol.times import milliseconds_of

MAX_MONEY = Decimal("99999999.99")


def read_instant(value: Any) -> int:
    """Milliseconds since the epoch of a text as RFC 3339 has it."""
    try:
        if not isinstance(value, str):
            raise ValueError(type(value))
        return milliseconds_of(value)
    except (ValueError, OverflowError) as error:
        raise GraphQLError(
            "DateTime is a string as in RFC 3339: 2026-01-31T12:00:00.000Z"
        ) from error


DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)


def read_decimal(value: Any) -> Decimal:
    """An exact, finite amount of a size that can be stored."""
    try:
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise InvalidOperation
        if DECIMAL.fullmatch(str(value)) is None:
            raise InvalidOperation
        amount = Decimal(value)
        if not amount.is_finite() or abs(amount) > MAX_MONEY:
            raise InvalidOperation
    except InvalidOperation as error:
        raise GraphQLError('Decimal is a number in a string: "19.99"') from error
    return amount


def read_key(value: Any) -> str:
    """The key of a command that may be repeated."""
    if not isinstance(value, str) or KEY.fullmatch(value) is None:
        raise GraphQLError(f"IdempotencyKey is 1 to {MAX_KEY} printable ASCII characters")
    return value


READERS = {"DateTime": read_instant, "Decimal": read_decimal, "IdempotencyKey": read_key}


def install(schema: GraphQLSchema) -> None:
    """Give the scalars of a schema built from SDL their readers."""
    for name, read in READERS.items():
        scalar = cast(GraphQLScalarType, schema.type_map[name])
        scalar.parse_value = read  # type: ignore[method-assign]
        scalar.coerce_input_value = read
        scalar.coerce_input_literal = _from_literals(read)


def _from_literals(read: Callable[[Any], Any]) -> Callable[[ValueNode], Any]:
    """The same for what stands in a document; its errors say where."""

    def from_literal(node: ValueNode) -> Any:
        try:
            return read(value_from_ast_untyped(node))
        except GraphQLError as error:
            raise GraphQLError(error.message, node) from error

    return from_literal
