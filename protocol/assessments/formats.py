"""How the texts of a question are written, beside the plain text that each of them has.

The plain text is what answers are compared with, what results and exports show, and what a client
shows that knows no formats. A text that says the same without its tags has nothing else.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

MAX_FORMATTED = 20_000
"""Characters of a text or an explanation with its tags."""
MAX_FORMATTED_OPTION = 2_000


class TextFormat(StrEnum):
    """Moodle's formats. MOODLE is its auto-format: HTML in which line breaks count."""

    PLAIN = "plain"
    HTML = "html"
    MARKDOWN = "markdown"
    MOODLE = "moodle"


class Formatted(msgspec.Struct, frozen=True, kw_only=True):
    """A text with its format.

    `html` is its rendering, sanitised when it was written: a page may show it as it is. `source` is
    what the author wrote, for editing; it is None where that is `html` itself (HTML), or the plain
    text (PLAIN). That of Markdown is not sanitised.
    """

    format: TextFormat
    html: str
    source: str | None = None


class Formats(msgspec.Struct, frozen=True, kw_only=True):
    """The formatted texts of a question. Those that are not here are plain.

    `options` are as many as the question has, `prompts` as many as a matching question has pairs;
    either is empty when all of them are plain.
    """

    text: Formatted | None = None
    options: tuple[Formatted, ...] = ()
    prompts: tuple[Formatted, ...] = ()
    explanation: Formatted | None = None
