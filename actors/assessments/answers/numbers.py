"""Numbers as people write them: with thousands separators, a decimal point or a decimal comma.

`1,000` is a thousand where the decimal separator is a point, and one where it is a comma. A number
that cannot be read with the quiz's separator is read with the other, so that `1,5` and `1.000,5`
mean the same everywhere.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

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
    bare = _bare(text, decimal_comma=decimal_comma)
    value = None if bare is None else float(bare)
    return value if value is not None and math.isfinite(value) else None


def exact_number_in(text: str, *, decimal_comma: bool = False) -> Fraction | None:
    """The number just as it is written; None if it is none, or beyond what a float can hold."""
    bare = _bare(text, decimal_comma=decimal_comma)
    number = None if bare is None else Decimal(bare)
    return None if number is None or abs(number.adjusted()) > MAX_DIGITS else Fraction(number)


def exact(number: float) -> Fraction:
    """A float as the shortest decimal that it is told by."""
    return Fraction(repr(number))


def _bare(text: str, *, decimal_comma: bool) -> str | None:
    """The number in ASCII, without separators and with a point; None if there is none."""
    plain = comparable(text, most=MAX_ANSWER_TEXT)
    if plain is None or len(plain) > MAX_DIGITS or any(map(_is_raised, text)):
        return None
    if "\u066b" in plain or "\u066c" in plain:
        return _read(_ascii(plain.translate(_ARABIC_MARKS)), ".")
    first, second = (",", ".") if decimal_comma else (".", ",")
    return _read(_ascii(plain), first) or _read(_ascii(plain), second)


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


def _read(text: str, decimal: str) -> str | None:
    if not _FORMS[decimal].fullmatch(text):
        return None
    grouping = "." if decimal == "," else ","
    return text.replace(grouping, "").replace(" ", "").replace("'", "").replace(decimal, ".")
