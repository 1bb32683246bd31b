"""The texts of a question in a file, read in the format that they say they have.

What cannot be kept of them is noted, so that the import can say it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

import msgspec

from actors.assessments.formats.reading import Refused
from actors.assessments.formatting import (
    TOO_LONG,
    MarkdownLeft,
    as_html,
    plain_html,
    render,
    trimmed,
)
from actors.markup import UnboundedMarkup
from protocol.assessments.formats import (
    MAX_FORMATTED,
    MAX_FORMATTED_OPTION,
    Formatted,
    TextFormat,
)


class FileText(msgspec.Struct, frozen=True):
    """A text as it is compared and exported, and as it is shown if that is more."""

    plain: str = ""
    formatted: Formatted | None = None

    def about(self, what: str) -> FileText:
        """The text after what it is about."""
        if self.formatted is None:
            return FileText(f"{what}: {self.plain}")
        shown = f"{html.escape(what, quote=False)}: {self.formatted.html}"
        return FileText(f"{what}: {self.plain}", Formatted(format=TextFormat.HTML, html=shown))


class Texts:
    """Reads the texts of one question. `lost` names what they cannot keep."""

    def __init__(self, left: MarkdownLeft) -> None:
        self._left = left
        self.lost: dict[str, None] = {}

    def long(self, text: str, markup: TextFormat) -> FileText:
        """A text or an explanation. Raises `Refused`."""
        return self.rendered(trimmed(text, markup), markup)

    def short(self, text: str, markup: TextFormat) -> FileText:
        """An answer. Raises `Refused` for one of which nothing would be left."""
        return self.answer_of(trimmed(text, markup), markup)

    def answer_of(self, bare: str, markup: TextFormat) -> FileText:
        """Like `short`, with all that is there."""
        shown = self.rendered(bare, markup, links=False, most=MAX_FORMATTED_OPTION)
        if not shown.plain and bare:
            raise Refused(
                "an answer is nothing but HTML"
                " (write &lt;p&gt; to show a tag, and words for a picture)"
            )
        return shown

    def rendered(
        self, text: str, markup: TextFormat, *, links: bool = True, most: int = MAX_FORMATTED
    ) -> FileText:
        """Raises `Refused` for a text that is out of bounds or cannot be read without its tags."""
        try:
            shown = render(text, markup, links=links, most=most, left=self._left)
        except UnboundedMarkup as refusal:
            raise Refused(f"a text {refusal}") from None
        self.lost.update(dict.fromkeys(shown.lost))
        return FileText(shown.text, shown.formatted)

    def joined(self, texts: Iterable[FileText]) -> FileText:
        """One below the other; those that are the same once."""
        different = list({text.plain: text for text in texts if text.plain}.values())
        plain = "\n".join(text.plain for text in different)
        if len(different) == 1 or not any(text.formatted for text in different):
            return FileText(plain, different[0].formatted if different else None)
        blocks = (f"<div>{as_html(text.plain, text.formatted)}</div>" for text in different)
        shown = "".join(blocks)
        if len(shown) > MAX_FORMATTED:
            self.lost[TOO_LONG] = None
            return FileText(plain)
        return FileText(plain, Formatted(format=TextFormat.HTML, html=shown))


def all_formatted(texts: Iterable[FileText]) -> tuple[Formatted, ...]:
    """Nothing where all are plain, and otherwise one for each."""
    texts = tuple(texts)
    if not any(text.formatted for text in texts):
        return ()
    return tuple(
        text.formatted or Formatted(format=TextFormat.PLAIN, html=plain_html(text.plain))
        for text in texts
    )


def source_of(text: str, formatted: Formatted | None) -> tuple[TextFormat, str]:
    """A text as it was written, and in which format."""
    if formatted is None or formatted.format is TextFormat.PLAIN:
        return TextFormat.PLAIN, text
    return formatted.format, formatted.html if formatted.source is None else formatted.source
