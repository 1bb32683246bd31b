"""Bound parameters: conversion of a request's values to PostgreSQL's.

A parameter is identified by where its value comes from, so a value used in several places of a
statement is bound once.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from protocol.errors import ValidationError
from protocol.selection import Argument, Viewer
from protocol.validation import Rule

Binder = Callable[[Mapping[str, Any], Viewer], Any]
"""Computes one parameter from a request's variables and its viewer."""

NOBODY = UUID(int=0)
"""No row has this id: a malformed id finds nothing, rather than failing or meaning `any`."""

MAX_PAGE = 100
DEFAULT_PAGE = 20


def uuid_of(value: Any) -> UUID:
    """The uuid a client wrote, or one that no row has."""
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        return NOBODY


def text_of(value: Any) -> str:
    """A text that PostgreSQL can store, without NUL and lone surrogates."""
    text = str(value)
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        said = "contains a character that cannot be stored"
        raise ValidationError.of("text", Rule.INVALID_CHARACTERS, said)
    return text


def _whole(value: Any, bits: int) -> int:
    """An integer that fits into a sign and that many bits."""
    number = int(value)
    if not -(2**bits) <= number < 2**bits:
        raise ValueError(value)
    return number


KINDS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "uuid": ("uuid", uuid_of),
    "text": ("text", text_of),
    "lower": ("text", lambda value: text_of(value).lower()),
    "int": ("integer", lambda value: _whole(value, 31)),
    "bigint": ("bigint", lambda value: _whole(value, 63)),
    "number": ("numeric", lambda value: Decimal(str(value))),
    "flag": ("boolean", bool),
    "instant": ("timestamptz", datetime.fromisoformat),
}
"""For each kind of parameter its SQL type and its conversion."""


def lookup(arguments: Mapping[str, Any], path: str) -> Callable[[Mapping[str, Any]], Any]:
    """A getter for the argument at `path` (`pagination.first`); None if it is not given."""
    head, *rest = path.split(".")
    given = arguments.get(head)

    def get(variables: Mapping[str, Any]) -> Any:
        value = variables.get(given.variable) if isinstance(given, Argument) else given
        for name in rest:
            value = value.get(name) if value is not None else None
        return value

    return get


def is_left_out(arguments: Mapping[str, Any], path: str) -> bool:
    """Whether the document itself leaves this argument out, whatever the variables."""
    head, *rest = path.split(".")
    value = arguments.get(head)
    for name in rest:
        if value is None or isinstance(value, Argument):
            break
        value = value.get(name)
    return value is None


def is_given(arguments: Mapping[str, Any], path: str) -> bool:
    """Whether the document itself gives this argument a value."""
    head, *rest = path.split(".")
    value = arguments.get(head)
    for name in rest:
        if value is None or isinstance(value, Argument):
            return False
        value = value.get(name)
    return value is not None and not isinstance(value, Argument)


def argument(arguments: Mapping[str, Any], path: str, kind: str) -> Binder:
    """Bind a plain argument; null stays null."""
    get, convert = lookup(arguments, path), KINDS[kind][1]

    def bind(variables: Mapping[str, Any], viewer: Viewer) -> Any:
        value = get(variables)
        return None if value is None else convert(value)

    return bind


def page_size(arguments: Mapping[str, Any], path: str) -> Binder:
    """Bind the number of rows of a page, between 0 and `MAX_PAGE`."""
    get = lookup(arguments, path)

    def bind(variables: Mapping[str, Any], viewer: Viewer) -> int:
        first = get(variables)
        return DEFAULT_PAGE if first is None else max(0, min(int(first), MAX_PAGE))

    return bind


def cursor_part(
    arguments: Mapping[str, Any], path: str, kinds: Sequence[str], index: int, order: str = ""
) -> Binder:
    """Bind one key of the cursor after which a page begins.

    `ValidationError` for an invalid cursor.
    """
    get = lookup(arguments, path)

    def bind(variables: Mapping[str, Any], viewer: Viewer) -> Any:
        cursor = get(variables)
        return None if cursor is None else read_cursor(cursor, kinds, order)[index]

    return bind


def read_cursor(cursor: str, kinds: Sequence[str], order: str = "") -> list[Any]:
    """Decode a cursor: base64 of a JSON array of texts, as the statement wrote it.

    If there are several orders, the first text names the one used.
    """
    try:
        parts = msgspec.json.decode(base64.b64decode(cursor, validate=True), type=list[str])
        if order and parts.pop(0) != order:
            raise ValueError(cursor)
        if len(parts) != len(kinds):
            raise ValueError(cursor)
        if "uuid" in kinds:
            UUID(parts[kinds.index("uuid")])
        return [KINDS[kind][1](part) for kind, part in zip(kinds, parts, strict=True)]
    except (
        ValueError,
        ArithmeticError,
        IndexError,
        binascii.Error,
        msgspec.MsgspecError,
    ) as error:
        raise ValidationError.of(
            "after", Rule.INVALID_FORMAT, "is not a cursor of this list"
        ) from error


def viewer_id(variables: Mapping[str, Any], viewer: Viewer) -> UUID | None:
    """Bind the viewer's id, null for an anonymous one."""
    return None if viewer.user_id is None else uuid_of(viewer.user_id)


def viewer_role(variables: Mapping[str, Any], viewer: Viewer) -> str:
    """Bind the viewer's role."""
    return viewer.role
