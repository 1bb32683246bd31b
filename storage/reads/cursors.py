"""Reading of cursors: only what a statement of ours could have written comes through.

A cursor is base64 of a JSON array of texts: the name of its list, then the keys of a row as
PostgreSQL prints them. Clients can send anything; whatever PostgreSQL or its driver would stumble
over is refused here, and so is the cursor of another list: in this one it would be a wrong place.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from protocol.errors import ValidationError
from protocol.validation import Rule

MAX_CURSOR: Final = 4_096
"""Characters: a title of 255 whose characters are all escaped, its id and the name of the order."""
INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"[+-][0-9]{2}(:[0-9]{2}){0,2}"
)
WHOLE: Final = re.compile(r"-?[0-9]{1,19}")
NUMBER: Final = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if pattern.fullmatch(text) is None:
        raise ValueError(text)
    return text


def _whole(bits: int) -> Callable[[str], int]:
    """An integer that fits into a sign and that many bits."""

    def read(text: str) -> int:
        number = int(_matching(WHOLE, text))
        if not -(2**bits) <= number < 2**bits:
            raise ValueError(text)
        return number

    return read


def _uuid(text: str) -> UUID:
    read = UUID(text)
    if str(read) != text:
        raise ValueError(text)
    return read


def _text(text: str) -> str:
    """Without NUL, which PostgreSQL cannot store. Lone surrogates are no JSON."""
    if "\x00" in text:
        raise ValueError(text)
    return text


def _instant(text: str) -> datetime:
    """In UTC: at the edges of the calendar an offset leads out of it (`OverflowError`)."""
    return datetime.fromisoformat(_matching(INSTANT, text)).astimezone(UTC)


READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "uuid": _uuid,
    "text": _text,
    "int": _whole(31),
    "bigint": _whole(63),
    "number": lambda text: Decimal(_matching(NUMBER, text)),
    "instant": _instant,
}
"""By the kind of a key."""


def read_cursor(cursor: str, kinds: Sequence[str], end: str, list_name: str) -> list[Any]:
    """The keys that a cursor names, of these kinds; `end` is the argument that it was given as.

    Raises `ValidationError`, also if its first text is not `list_name`.
    """
    try:
        if len(cursor) > MAX_CURSOR:
            raise ValueError(len(cursor))
        parts = msgspec.json.decode(base64.b64decode(cursor, validate=True), type=list[str])
        if not parts or parts.pop(0) != list_name:
            raise ValueError(cursor)
        return [READERS[kind](part) for kind, part in zip(kinds, parts, strict=True)]
    except (ValueError, ArithmeticError, binascii.Error, msgspec.MsgspecError) as error:
        said = "is not a cursor of this list"
        raise ValidationError.of(end, Rule.INVALID_FORMAT, said) from error
