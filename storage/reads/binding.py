"""Bound parameters: conversion of a request's values to PostgreSQL's.

A parameter is identified by where its value comes from, so a value used in several places of a
statement is bound once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from protocol.errors import ValidationError
from protocol.pages import page_of, sent_as
from protocol.searching import MAX_SEARCH, search_key, search_words
from protocol.selection import Argument, Viewer
from protocol.texts import normal
from protocol.times import moment
from protocol.validation import Rule
from storage.reads.cursors import read_cursor

Binder = Callable[[Mapping[str, Any], Viewer], Any]
"""Computes one parameter from a request's variables and its viewer."""

ESCAPED = re.compile(r"([\\%_])")
ESCAPING = r"\\\1"
LOOKED_UP = 3
"""Words for which an index is looked up: of three, one is rare in most searches."""
WHOLE_ID = re.compile(r"[1-9][0-9]{0,17}")
NO_NUMBER = 0
NOBODY = UUID(int=0)
"""No row has this id: a malformed id finds nothing, rather than failing or meaning `any`."""


def uuid_of(value: Any) -> UUID:
    """The uuid a client wrote, or one that no row has."""
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        return NOBODY


def number_of(value: Any) -> int:
    """The id that a client wrote as a whole number, or one that no row has."""
    text = str(value)
    return int(text) if WHOLE_ID.fullmatch(text) else NO_NUMBER


class NotStorableError(ValueError):
    """A text that PostgreSQL cannot store."""


def text_of(value: Any) -> str:
    """A text without NUL and lone surrogates. Raises `NotStorableError`."""
    text = str(value)
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise NotStorableError
    return text


def patterns_of(value: Any) -> list[str]:
    """Patterns for `like`, one for each word that is searched for, the longest first.

    A text without a word is found everywhere, one that is too long nowhere: no key is empty.
    """
    words = search_words(text_of(value))
    if words is None:
        return [""]
    return [f"%{ESCAPED.sub(ESCAPING, word)}%" for word in words] or ["%"]


def key_of(value: Any) -> str:
    """A short text as it is compared; empty for one that is too long, which is found nowhere."""
    text = normal("NFC", text_of(value), most=MAX_SEARCH)
    return "" if text is None else search_key(text.strip())


TYPES: Mapping[str, str] = {
    "uuid": "uuid",
    "text": "text",
    "lower": "text",
    "int": "integer",
    "bigint": "bigint",
    "number": "numeric",
    "flag": "boolean",
    "words": "text[]",
    "key": "text",
    "instant": "timestamptz",
    "moment": "timestamptz",
}
"""For each kind of parameter its SQL type."""

CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    "uuid": uuid_of,
    "text": text_of,
    "lower": lambda value: text_of(value).lower(),
    "number": lambda value: Decimal(str(value)),
    "int": int,
    "bigint": number_of,
    "flag": bool,
    "moment": moment,
    "words": patterns_of,
    "key": key_of,
}
"""Of an argument's value, which the gateway has checked against the schema."""


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
    """Bind a plain argument; null stays null. `ValidationError` names it by its path."""
    get, convert = lookup(arguments, path), CONVERSIONS[kind]

    def bind(variables: Mapping[str, Any], viewer: Viewer) -> Any:
        value = get(variables)
        try:
            return None if value is None else convert(value)
        except NotStorableError as error:
            said = "contains a character that cannot be stored"
            raise ValidationError.of(path, Rule.INVALID_CHARACTERS, said) from error

    return bind


def page_size(arguments: Mapping[str, Any]) -> Binder:
    """Bind the number of rows of a page."""

    def bind(variables: Mapping[str, Any], viewer: Viewer) -> int:
        return page_of(arguments, variables).size

    return bind


def cursor_part(
    arguments: Mapping[str, Any], end: str, kinds: Sequence[str], index: int, list_name: str
) -> Binder:
    """Bind one key of a page's cursor `after` or `before`; null where it is not given.

    `ValidationError` for an invalid cursor.
    """

    def bind(variables: Mapping[str, Any], viewer: Viewer) -> Any:
        cursor = getattr(page_of(arguments, variables), end)
        if cursor is None:
            return None
        return read_cursor(cursor, kinds, sent_as(arguments, end, variables), list_name)[index]

    return bind


def viewer_id(variables: Mapping[str, Any], viewer: Viewer) -> UUID | None:
    """Bind the viewer's id, null for an anonymous one."""
    return None if viewer.user_id is None else uuid_of(viewer.user_id)


def viewer_role(variables: Mapping[str, Any], viewer: Viewer) -> str:
    """Bind the viewer's role."""
    return viewer.role
