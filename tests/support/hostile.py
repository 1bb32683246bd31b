"""Inputs that look for what takes long: texts, and values of the schema's types made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)

TEXTS = {
    "marks of two classes": "a" + "\u0301" * 60_000 + "\u0327" * 60_000,
    "few marks, many times": ("a" + "\u0301" * 30 + "\uff9e") * 1_500,
    "marks within the bound of a text": "a" + "\u0301" * 24_000 + "\u0327" * 24_000,
    "elements within each other": "<dl><dt>" * 6_200,
    "elements that are not closed": "<div>" * 1_900,
    "end tags in attributes": "<dl x='</dl>'><dt>" * 2_700,
    "elements out of their place": "<rt>" * 12_000,
    "letters that grow": "\ufdfa" * 49_000,
    "ampersands": "&a" * 24_000,
    "a long text": "a" * 900_000,
    "HTML in GIFT": "[html]" + "<dl><dt>" * 25_000 + "{T}",
    "white space": "1" + " " * 200_000 + "1",
}
WORST = ["marks of two classes", "elements within each other", "HTML in GIFT"]
LEAVES: Mapping[str, Any] = {
    "Int": 3,
    "Float": 1.5,
    "Boolean": True,
    "Decimal": "9.99",
    "DateTime": "2026-01-15T10:30:00Z",
    "JSON": {},
}


def hostile(type_: GraphQLInputType, text: str, depth: int = 0) -> Any:
    """A value of that type with `text` wherever one may stand."""
    if isinstance(type_, GraphQLNonNull):
        return hostile(type_.of_type, text, depth)
    if isinstance(type_, GraphQLList):
        return [hostile(type_.of_type, text, depth)]
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        members = list(type_.fields.items())
        if type_.is_one_of:
            members = members[-1:]
        return {name: hostile(each.type, text, depth + 1) for name, each in members}
    return LEAVES.get(get_named_type(type_).name, text)
