"""Text of clients, bounded before it is looked at more closely.

Normalising is quadratic in marks that stand in a row: 120,000 of them take ten seconds. So nothing
is normalised but here, after its length and its rows of marks were found to be within bounds.
"""

from __future__ import annotations

import unicodedata
from typing import Literal

MAX_MARKS = 30
"""Marks in a row. No word of any language has more (Unicode Standard Annex 15, section 13)."""
LONGEST_DECOMPOSITION = 4
"""Characters of which canonical composition may make one, so many times longer a text may come."""

Form = Literal["NFC", "NFKC", "NFKD"]

_HALFWIDTH_MARKS = "\uff9e\uff9f"
"""Letters by their category, and marks once they are normalised to NFKC."""


def normal(form: Form, text: str, *, most: int) -> str | None:
    """The text normalised; None if it has more than `most` characters or too many marks in a row.

    `most` are the characters as they come, before normalising.
    """
    if len(text) > most or has_stacked_marks(text):
        return None
    return unicodedata.normalize(form, text)


def has_stacked_marks(text: str, most: int = MAX_MARKS) -> bool:
    """Whether more than `most` marks stand in a row.

    Such a row covers one of every `most + 1` characters, so that the others need no look.
    """
    if text.isascii():
        return False
    return any(
        _row_around(text, at, most) > most
        for at in range(most, len(text), most + 1)
        if is_mark(text[at])
    )


def _row_around(text: str, at: int, most: int) -> int:
    """How long the row of marks is in which that character stands, counted to `most + 1`."""
    first = last = at
    while first and last - first < most and is_mark(text[first - 1]):
        first -= 1
    while last + 1 < len(text) and last - first < most and is_mark(text[last + 1]):
        last += 1
    return last - first + 1


def is_mark(character: str) -> bool:
    """Whether it stands on the character before it."""
    return (
        unicodedata.combining(character) > 0
        or unicodedata.category(character) in ("Mn", "Me")
        or character in _HALFWIDTH_MARKS
    )
