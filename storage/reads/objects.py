"""JSON objects as SQL expressions that concatenate text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from protocol.selection import Field

NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*\Z")


def json_object(members: Iterable[tuple[Field, str]]) -> str:
    """An object with the response keys of the fields and the JSON text of each expression."""
    parts, separator = [], "{"
    for field, sql in members:
        parts += [literal(f'{separator}"{checked(field.alias)}":'), sql]
        separator = ","
    return "(" + "||".join([*parts, literal("}" if parts else "{}")]) + ")"


def checked(name: str) -> str:
    """Check a response key. It is written into the statement, so it must be a name."""
    if not NAME.match(name):
        raise ValueError(name)
    return name


def literal(text: str) -> str:
    """An SQL literal. Its text comes only from the schema and from checked names."""
    return "'" + text.replace("'", "''") + "'"
