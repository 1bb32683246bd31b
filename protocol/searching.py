"""How a text is searched for: as people type it, whatever its case, its form and its words' order.

`search_key` of PostgreSQL (migration 0025) is the same function; columns of keys are computed by
it, and a test holds the two to each other, character by character. Letters are folded one by one,
from their compatibility decomposition, so nothing depends on a language or on the database's
collation: a final sigma is a sigma, `ß` is `ss`, and the four letters `i` of Turkish are one.
"""

from __future__ import annotations

from typing import Final

from protocol.texts import (
    APOSTROPHES,
    LONGEST_DECOMPOSITION,
    MAX_MARKS,
    QUOTATION_MARKS,
    Form,
    normal,
)

MAX_SEARCH: Final = 255
"""Characters of what is searched for: those of a title."""
DASHES: Final = (
    "\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u301c"
    "\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\u02d7\u2043\u2212"
)
UNSEEN: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u200b\u200c\u200d\u200e"
    "\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a"
    "\u206b\u206c\u206d\u206e\u206f\u3164\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09"
    "\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f\ufeff\uffa0"
)
_TYPED: Final = str.maketrans(
    APOSTROPHES + QUOTATION_MARKS + DASHES,
    "'" * len(APOSTROPHES) + '"' * len(QUOTATION_MARKS) + "-" * len(DASHES),
    UNSEEN,
)
_SHARP_S: Final = str.maketrans({"\u00df": "ss", "\u1e9e": "ss"})


def search_key(text: str) -> str:
    """The text as it is compared. Whoever calls it has bounded its length.

    Raises `ValueError` for more marks in a row than `protocol.texts` lets pass.
    """
    plain = _normalized("NFKD", text.translate(_TYPED)).translate(_SHARP_S)
    return _normalized("NFC", "".join(map(fold, plain)).replace("i\u0307", "i"))


def _normalized(form: Form, text: str) -> str:
    """Decomposed, a text has more marks than it had."""
    found = normal(form, text, most=len(text), marks=LONGEST_DECOMPOSITION * MAX_MARKS)
    if found is None:
        raise ValueError("too many marks in a row")
    return found


def fold(character: str) -> str:
    """One decomposed character without its case."""
    if character == "\u0131":
        return "i"
    return _normalized("NFKD", character.casefold())


def search_words(text: str) -> list[str] | None:
    """The words of what is searched for, the longest first; None for what no title can have."""
    if normal("NFC", text, most=MAX_SEARCH * LONGEST_DECOMPOSITION) is None:
        return None
    words = dict.fromkeys(search_key(text).split())
    return sorted(words, key=len, reverse=True)


def found(text: str, wanted: str) -> bool:
    """Whether every word that is wanted is part of the text, in any order."""
    words = search_words(wanted)
    key = search_key(text)
    return words is not None and all(word in key for word in words)
