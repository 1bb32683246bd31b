"""The texts of a GIFT file: escapes resolved, and read in the format that they say they have."""

from __future__ import annotations

import re

from actors.assessments.flattening import MARKS
from actors.assessments.formats import texts
from actors.assessments.formats.texts import FileText
from actors.assessments.formatting import MarkdownLeft, begun
from protocol.assessments.formats import MAX_FORMATTED, TextFormat

ESCAPABLE = "~=#{}:\\"
SHELTER = 0x10FF00
"""Escaped characters are moved to a private use plane, so that they are not taken for syntax."""
SHELTERED = {SHELTER + ord(c): c for c in ESCAPABLE}
ESCAPE = re.compile(r"\\([~=#{}:\\n])")
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_FREED = dict.fromkeys(MARKS.union(SHELTERED), "\ufffd")


class Texts(texts.Texts):
    """Reads the texts of one question, of which `markup` is the format."""

    def __init__(self, markup: TextFormat, left: MarkdownLeft) -> None:
        super().__init__(left)
        self.markup = markup

    def read(self, text: str) -> FileText:
        """A text with its own prefix, such as [html], or in the format of the question."""
        return self.rendered(*split_format(text.strip(), self.markup))

    def answer(self, text: str) -> FileText:
        """Like `read`, for a short one. Raises `Refused` for one of which nothing would be left."""
        return self.answer_of(*split_format(text.strip(), self.markup))

    def rendered(
        self, text: str, markup: TextFormat, *, links: bool = True, most: int = MAX_FORMATTED
    ) -> FileText:
        """As it is without the escapes."""
        return super().rendered(text.translate(SHELTERED), markup, links=links, most=most)


def shelter(block: str) -> str:
    """Move what is escaped out of the way of the syntax."""
    return ESCAPE.sub(
        lambda m: "\n" if m[1] == "n" else chr(SHELTER + ord(m[1])), block.translate(_FREED)
    )


def split_format(text: str, default: TextFormat) -> tuple[str, TextFormat]:
    """Remove a prefix such as [html]."""
    prefix = FORMAT.match(text)
    if prefix is None:
        return text, default
    format = TextFormat(prefix[1].lower())
    return begun(text[prefix.end() :], format), format
