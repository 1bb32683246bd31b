"""The texts of a GIFT file: escapes resolved, and read in the format that they say they have.

What cannot be kept of them is noted, so that the import can say it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

import msgspec

from actors.assessments.flattening import MARKS
from actors.assessments.formatting import TOO_LONG, Brackets, as_html, render
from actors.markup import UnboundedMarkup
from protocol.assessments.formats import (
    MAX_FORMATTED,
    MAX_FORMATTED_OPTION,
    Formatted,
    TextFormat,
)

ESCAPABLE = "~=#{}:\\"
SHELTER = 0x10FF00
"""Escaped characters are moved to a private use plane, so that they are not taken for syntax."""
SHELTERED = {SHELTER + ord(c): c for c in ESCAPABLE}
ESCAPE = re.compile(r"\\([~=#{}:\\n])")
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_RESERVED = MARKS.union(SHELTERED)


class Refused(Exception):
    """This question cannot be imported; the text says why."""


class GiftText(msgspec.Struct, frozen=True):
    """A text as it is compared and exported, and as it is shown if that is more."""

    plain: str = ""
    formatted: Formatted | None = None

    def about(self, what: str) -> GiftText:
        """The text after what it is about."""
        if self.formatted is None:
            return GiftText(f"{what}: {self.plain}")
        shown = f"{html.escape(what, quote=False)}: {self.formatted.html}"
        return GiftText(f"{what}: {self.plain}", Formatted(format=TextFormat.HTML, html=shown))


class Texts:
    """Reads the texts of one question. `lost` names what they cannot keep."""

    def __init__(self, markup: TextFormat, brackets: Brackets) -> None:
        self.markup = markup
        self._brackets = brackets
        self.lost: dict[str, None] = {}

    def read(self, text: str) -> GiftText:
        """A text with its own prefix, such as [html], or in the format of the question."""
        return self.rendered(*split_format(text.strip(), self.markup))

    def answer(self, text: str) -> GiftText:
        """Like `read`, for a short one. Raises `Refused` for one of which nothing would be left."""
        bare, markup = split_format(text.strip(), self.markup)
        shown = self.rendered(bare, markup, links=False, most=MAX_FORMATTED_OPTION)
        if not shown.plain and bare:
            raise Refused(
                "an answer is nothing but HTML"
                " (write &lt;p&gt; to show a tag, and words for a picture)"
            )
        return shown

    def rendered(
        self, text: str, markup: TextFormat, *, links: bool = True, most: int = MAX_FORMATTED
    ) -> GiftText:
        """Raises `Refused` for a text that is out of bounds or cannot be read without its tags."""
        try:
            shown = render(
                text.translate(SHELTERED),
                markup,
                links=links,
                most=most,
                brackets=self._brackets,
            )
        except UnboundedMarkup as refusal:
            raise Refused(f"a text {refusal}") from None
        self.lost.update(dict.fromkeys(shown.lost))
        return GiftText(shown.text, shown.formatted)

    def joined(self, texts: Iterable[GiftText]) -> GiftText:
        """One below the other; those that are the same once."""
        different = list({text.plain: text for text in texts if text.plain}.values())
        plain = "\n".join(text.plain for text in different)
        if len(different) == 1 or not any(text.formatted for text in different):
            return GiftText(plain, different[0].formatted if different else None)
        blocks = (f"<div>{as_html(text.plain, text.formatted)}</div>" for text in different)
        shown = "".join(blocks)
        if len(shown) > MAX_FORMATTED:
            self.lost[TOO_LONG] = None
            return GiftText(plain)
        return GiftText(plain, Formatted(format=TextFormat.HTML, html=shown))


def shelter(block: str) -> str:
    """Move what is escaped out of the way of the syntax."""
    free = "".join("\ufffd" if ord(c) in _RESERVED else c for c in block)
    return ESCAPE.sub(lambda m: "\n" if m[1] == "n" else chr(SHELTER + ord(m[1])), free)


def split_format(text: str, default: TextFormat) -> tuple[str, TextFormat]:
    """Remove a prefix such as [html]."""
    prefix = FORMAT.match(text)
    if prefix is None:
        return text, default
    return text[prefix.end() :].lstrip(), TextFormat(prefix[1].lower())
