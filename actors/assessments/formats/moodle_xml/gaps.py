"""Writes gaps as Moodle's cloze has them, and what is compared with typed answers."""

from __future__ import annotations

import html
from typing import Final

from actors.assessments.formats.moodle_xml.cloze import BLANK
from protocol.assessments.formats import TextFormat
from protocol.assessments.quizzes import WHOLE, BlanksKey, Credit

_ESCAPED: Final = str.maketrans({c: f"\\{c}" for c in '}#~/"\\'})


def percent(weight: int) -> str:
    """Of `WHOLE`, with as many digits as it needs."""
    return f"{weight / 1000:.3f}".rstrip("0").rstrip(".")


def typed(credit: Credit) -> str:
    """A credit that is no number, as a pattern."""
    return credit.pattern if credit.pattern is not None else starless(credit.text or "")


def starless(text: str) -> str:
    """The text with asterisks that stand for themselves."""
    return text.replace("*", "\\*")


def with_gaps(text: str, key: BlanksKey, markup: TextFormat) -> str:
    """The text with braces in the place of its blanks, if it has as many."""
    pieces = text.split(BLANK)
    if len(pieces) != len(key.blanks) + 1:
        return text
    gaps = [_gap(key, n, markup) for n in range(len(key.blanks))]
    return pieces[0] + "".join(gap + piece for gap, piece in zip(gaps, pieces[1:], strict=True))


def _gap(key: BlanksKey, n: int, markup: TextFormat) -> str:
    number = key.numbers[n] if key.numbers else None
    credits_ = key.credits[n] if key.credits else ()
    if number is not None:
        parts = [(WHOLE, f"{number[0]!r}:{number[1]!r}")]
        parts += [
            (c.weight, f"{c.number!r}:{c.tolerance!r}") for c in credits_ if c.number is not None
        ]
        return "{1:NUMERICAL:" + "~".join(f"%{percent(w)}%{t}" for w, t in parts) + "}"
    texts = [starless(each) for each in key.blanks[n]]
    texts += key.patterns[n] if key.patterns else ()
    rated = [(WHOLE, text) for text in texts]
    rated += [(c.weight, typed(c)) for c in credits_ if c.number is None]
    return (
        "{1:SHORTANSWER:" + "~".join(f"%{percent(w)}%{_escaped(t, markup)}" for w, t in rated) + "}"
    )


def _escaped(text: str, markup: TextFormat) -> str:
    entities = text if markup is TextFormat.PLAIN else html.escape(text, quote=False)
    return entities.translate(_ESCAPED)
