"""Text of clients, bounded before it is looked at more closely.

Normalising is quadratic in marks that stand in a row: 120,000 of them take ten seconds. So nothing
is normalised but here, after its length and its rows of marks were found to be within bounds.

`comparable` makes two texts equal that people would call the same: keyboards, word processors and
phones write different quotation marks, dashes and spaces, and some that nobody sees.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

MAX_MARKS = 30
"""Marks in a row. No word of any language has more (Unicode Standard Annex 15, section 13)."""
LONGEST_DECOMPOSITION = 4
"""Characters of which canonical composition may make one, so many times longer a text may come."""

Form = Literal["NFC", "NFKC", "NFKD"]

_HALFWIDTH_MARKS = "\uff9e\uff9f"
"""Letters by their category, and marks once they are normalised to NFKC."""

APOSTROPHES = (
    "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u055a\u05f3\u07f4\u07f5\ua78b\ua78c"
    "\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u275b\u275c\u275f\u276e\u276f\uff07\uff40"
)
QUOTATION_MARKS = (
    "\u00ab\u00bb\u02ba\u02dd\u02ee\u05f4\u201c\u201d\u201e\u201f\u2033\u2036\u275d\u275e\u2760\u2e42"
    "\u300c\u300d\u300e\u300f\u301d\u301e\u301f\u3003\ufe41\ufe42\ufe43\ufe44\uff02\uff62\uff63"
)
_MINUS = "\u02d7\u2043\u2212"
"""Dashes by their look, symbols by their category."""
_UNSEEN_MARKS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f]")
"""Characters without a look of their own, beside format characters."""
_BRAILLE_BLANK = "\u2800"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SUPERSCRIPTS = str.maketrans(
    "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b", "0123456789+-"
)
_POWER = re.compile("(?<=\\d)[\u207a\u207b]?[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+")
_RAISED = re.compile("[\u2070\u2071\u00b9\u00b2\u00b3\u2074-\u207f]+")
_MIXED = re.compile("(?<=\\d)(?=[\u00bc-\u00be\u2150-\u215e\u2189])")

MAX_TYPED = 8_192
"""Characters remembered with what they are typed as: those of the scripts in use."""


def normal(form: Form, text: str, *, most: int, marks: int = MAX_MARKS) -> str | None:
    """The text normalised; None if it has more than `most` characters or `marks` in a row.

    `most` are the characters as they come, before normalising.
    """
    if len(text) > most or has_stacked_marks(text, marks):
        return None
    return unicodedata.normalize(form, text)


def comparable(text: str, *, most: int, case_sensitive: bool = False) -> str | None:
    """The text as it is compared with others; None like `normal`. Applied again it changes nothing.

    NFKC with one kind of apostrophe, quotation mark, dash, digit and space, without what nobody
    sees, and (mostly) with case folded, where the four letters `i` of Turkish are one. A raised 2
    after a digit is ^2, so that ten squared is not 102; a fraction after one stands apart.
    """
    if len(text) > most or has_stacked_marks(text):
        return None
    if text.isascii() and text.isprintable():
        plain = text.replace("`", "'")
        return _spaced(plain if case_sensitive else plain.casefold())
    text = _MIXED.sub(" ", _POWER.sub(_power, text))
    text = unicodedata.normalize("NFKC", _as_typed(text))
    return _spaced(_as_typed(text if case_sensitive else _caseless(text)))


def _power(found: re.Match[str]) -> str:
    return "^" + found[0].translate(_SUPERSCRIPTS)


def _spaced(text: str) -> str:
    return " ".join(text.replace("''", '"').split())


def with_carets(text: str) -> str:
    """The text with every power as those write it whose keyboards have none: x^2 for a raised 2.

    `comparable` keeps x2 for that, which others write, and which is a unit's only spelling.
    """
    if text.isascii():
        return text
    return _RAISED.sub(lambda found: "^" + unicodedata.normalize("NFKC", found[0]), text)


def unit_of_measure(text: str) -> str:
    """A unit as it is compared: `m\u00b2`, `m^2` and `m 2` are one. The text is short already."""
    plain = unicodedata.normalize("NFKC", text).replace("^", "").replace("\u2212", "-")
    return "".join(plain.split())


def look_alike(text: str, *, most: int) -> tuple[str, str]:
    """Equal for texts that a reader could not tell apart at a glance, such as `a` and `A`.

    Stricter than `comparable` in two things: a raised or lowered 2 is not a plain one, nor is that
    of another script. A text out of bounds is like itself only.
    """
    plain = comparable(text, most=most)
    return (text, "") if plain is None else (plain, "".join(filter(_looks_different, text)))


def _looks_different(digit: str) -> bool:
    """Whether it looks different from the digit that it is compared as."""
    decomposition = unicodedata.decomposition(digit)
    if digit.isdecimal() and not decomposition:
        return not digit.isascii()
    return decomposition.startswith(("<super>", "<sub>"))


def _caseless(text: str) -> str:
    folded = text.casefold()
    if folded.isascii():
        return folded
    folded = folded.replace("\u0131", "i").replace("i\u0307", "i")
    return unicodedata.normalize("NFKC", folded)


def _as_typed(text: str) -> str:
    return text.translate(_TYPED)


class _Typed(dict[int, str]):
    """A table for `str.translate`, filled with the characters that occur."""

    def __missing__(self, number: int) -> str:
        typed = _typed(chr(number))
        if len(self) < MAX_TYPED:
            self[number] = typed
        return typed


def _typed(character: str) -> str:
    """The character of a plain keyboard for one that stands for it; nothing for one unseen."""
    if character in APOSTROPHES:
        return "'"
    if character in QUOTATION_MARKS:
        return '"'
    if character.isspace() or character == _BRAILLE_BLANK:
        return " "
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    category = unicodedata.category(character)
    if category == "Pd" or character in _MINUS:
        return "-"
    unseen = category in ("Cc", "Cf") or _UNSEEN_MARKS.match(character)
    if unseen or "\U000e0100" <= character <= "\U000e01ef":
        return ""
    return "/" if character == "\u2044" else character


_TYPED = _Typed()


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


def is_storable(text: str) -> bool:
    """Whether PostgreSQL has each of its characters: neither U+0000 nor lone surrogates."""
    return _UNSTORABLE.search(text) is None


def is_mark(character: str) -> bool:
    """Whether it stands on the character before it."""
    return (
        unicodedata.combining(character) > 0
        or unicodedata.category(character) in ("Mn", "Me")
        or character in _HALFWIDTH_MARKS
    )
