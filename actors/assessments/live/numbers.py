"""Numbers as people write them: with thousands separators, a decimal point or a decimal comma.

`1,000` is a thousand where the decimal separator is a point, and one where it is a comma. A number
that cannot be read with the quiz's separator is read with the other, so that `1,5` and `1.000,5`
mean the same everywhere.
"""

from __future__ import annotations

import math
import re
import unicodedata

from protocol.assessments.quizzes import MAX_ANSWER_TEXT
from protocol.texts import comparable

MAX_DIGITS = 400
"""Characters of a number: more than the largest and the smallest that a float can hold need."""

_EXPONENT = r"(?:e[+-]?\d{1,4})?"
_PLAIN = r"(?:\d+(?:D\d*)?|D\d+)"
_GROUPED = (
    r"(?:[1-9]\d{0,2}(?P<by>[ 'G])\d{3}(?:(?P=by)\d{3})*"
    r"|[1-9]\d?(?P<lakh>[ 'G])\d\d(?:(?P=lakh)\d\d)*(?P=lakh)\d{3})(?:D\d*)?"
)
"""Groups of three, or as in India twos before the last three, with one separator throughout."""


def _written_with(decimal: str, grouping: str) -> re.Pattern[str]:
    form = f"[+-]?(?:{_GROUPED}|{_PLAIN}){_EXPONENT}"
    written = form.replace("D", re.escape(decimal)).replace("G", re.escape(grouping))
    return re.compile(written, re.ASCII)


_FORMS = {".": _written_with(".", ","), ",": _written_with(",", ".")}
_ARABIC_MARKS = str.maketrans({"\u066b": ".", "\u066c": "'"})


def number_in(text: str, *, decimal_comma: bool = False) -> float | None:
    """The finite number that a text is; None if it is none."""
    plain = comparable(text, most=MAX_ANSWER_TEXT)
    if plain is None or len(plain) > MAX_DIGITS or any(map(_is_raised, text)):
        return None
    if "\u066b" in plain or "\u066c" in plain:
        return _read(_ascii(plain.translate(_ARABIC_MARKS)), ".")
    first, second = (",", ".") if decimal_comma else (".", ",")
    value = _read(_ascii(plain), first)
    return _read(_ascii(plain), second) if value is None else value


def written(number: float, *, decimal_comma: bool = False) -> str:
    """The number as it is shown where answers are read in that way."""
    text = f"{number:.12g}"
    return text.replace(".", ",") if decimal_comma else text


def _is_raised(character: str) -> bool:
    """Whether it is a digit with a meaning of its own, such as that of a power."""
    return character.isdigit() and not character.isdecimal()


def _ascii(text: str) -> str:
    """The text with the digits of every script as those of ASCII."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _read(text: str, decimal: str) -> float | None:
    if not _FORMS[decimal].fullmatch(text):
        return None
    grouping = "." if decimal == "," else ","
    bare = text.replace(grouping, "").replace(" ", "").replace("'", "").replace(decimal, ".")
    value = float(bare)
    return value if math.isfinite(value) else None
