"""Cleaning and checking of what clients send, so that all wrong fields are reported at once.

A rule makes one `Fields`, passes each value through it, and calls `check` before it uses any of
them. Texts are normalised to NFC and trimmed. Field names are those of the API (`camelCase`, with
`questions[3].text` for what is inside a list).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from actors.markup import MAX_HTML, UnboundedMarkup, harmless
from protocol.errors import ValidationError
from protocol.texts import LONGEST_DECOMPOSITION, MAX_MARKS, normal
from protocol.validation import Problem, Rule, problem

MAX_TITLE = 255
MAX_URL = 500
MAX_PROBLEMS = 100
"""Problems reported for one request; more would only make the answer large."""

BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Invisible letters and symbols: Hangul fillers and the empty Braille cell."""
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidi_Control characters with which a name turns the text around it about; no script's names need
them. The plain marks U+200E and U+200F reach no further than themselves and stay."""
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but line breaks and tabs, and lone surrogates (PostgreSQL has none)."""


REQUIRED = problem(Rule.REQUIRED, "is required")
TOO_MANY_MARKS = problem(
    Rule.TOO_MANY_MARKS, f"must be at most {MAX_MARKS} marks on a character", max=MAX_MARKS
)


def too_short(least: int) -> Problem:
    """The text has too few characters."""
    return problem(Rule.TOO_SHORT, f"needs {least} characters or more", min=least)


def too_long(most: int) -> Problem:
    """The text has too many characters."""
    return problem(Rule.TOO_LONG, f"must be at most {most} characters", max=most)


class Fields:
    """Checks the fields of one request and collects the problems."""

    def __init__(self) -> None:
        self.problems: list[dict[str, Any]] = []

    def wrong(self, field: str, rule: Rule, message: str, **params: float) -> None:
        """Record that `field` breaks a rule, with the parameters that the rule has."""
        self.note(field, Problem(rule, message, params))

    def note(self, field: str, problem: Problem) -> None:
        """Record a problem with `field`."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem.at(field))

    def check(self) -> None:
        """Raise `ValidationError` naming everything that was wrong so far."""
        if self.problems:
            raise ValidationError(self.problems)

    def text(self, field: str, value: str, *, most: int, least: int = 1) -> str:
        """A text of `least` to `most` characters.

        One that is refused unread, for its length or its marks, comes back empty.
        """
        value = value.strip()
        clean = normal("NFC", value, most=LONGEST_DECOMPOSITION * most)
        if clean is None:
            if len(value) <= LONGEST_DECOMPOSITION * most:
                self.note(field, TOO_MANY_MARKS)
            else:
                self.note(field, too_long(most))
            return ""
        clean = clean.strip()
        if len(clean) < least:
            self.note(field, REQUIRED if least == 1 else too_short(least))
        elif len(clean) > most:
            self.note(field, too_long(most))
        elif _NO_TEXT.search(clean):
            self.wrong(field, Rule.INVALID_CHARACTERS, "contains characters that are no text")
        return clean

    def kept(self, field: str, value: str, *, most: int) -> str:
        """A text that was cleaned already, and is taken as it is or not at all."""
        if len(value) > most:
            self.note(field, too_long(most))
        elif _NO_TEXT.search(value):
            self.wrong(field, Rule.INVALID_CHARACTERS, "contains characters that are no text")
        return value

    def line(self, field: str, value: str, *, most: int = MAX_TITLE) -> str:
        """A title or a name, without line breaks and without changes of writing direction."""
        clean = self.text(field, value, most=most)
        if any(c in clean for c in "\n\r\t\u2028\u2029"):
            self.wrong(field, Rule.NOT_ONE_LINE, "must be a single line")
        elif TURNS & set(clean):
            said = "must not change the direction of writing"
            self.wrong(field, Rule.CHANGES_DIRECTION, said)
        elif clean and not any(map(is_visible, clean)):
            self.wrong(field, Rule.NOTHING_VISIBLE, "has no visible characters")
        return clean

    def words(self, field: str, value: str, *, most: int) -> str:
        """A text of which something can be seen, as what one person says to another has to be."""
        clean = self.text(field, value, most=most)
        if clean and not any(map(is_visible, clean)):
            self.wrong(field, Rule.NOTHING_VISIBLE, "has no visible characters")
        return clean

    def optional_words(self, field: str, value: str | None, *, most: int) -> str | None:
        """Like `words`; empty is None."""
        if value is None or not value.strip():
            return None
        return self.words(field, value, most=most)

    def optional(self, field: str, value: str | None, *, most: int) -> str | None:
        """Like `text`; empty is None."""
        if value is None or not value.strip():
            return None
        return self.text(field, value, most=most)

    def html(self, field: str, value: str, *, least: int = 1) -> str:
        """A text that is shown as HTML.

        Harmful parts are removed; what is left must not be empty.
        """
        text = self.text(field, value, most=MAX_HTML, least=least)
        clean = self._harmless(field, text)
        if clean is None:
            return ""
        if len(clean) < least <= len(text):
            self.text(field, clean, most=MAX_HTML, least=least)
        return clean

    def optional_html(self, field: str, value: str | None) -> str | None:
        """Like `html`; empty is None."""
        clean = self.optional(field, value, most=MAX_HTML)
        return None if clean is None else self._harmless(field, clean) or None

    def _harmless(self, field: str, text: str) -> str | None:
        """None for a text that is not cleaned, which is noted. One that is wrong already is not."""
        if len(text) > MAX_HTML:
            return None
        try:
            return harmless(text)
        except UnboundedMarkup as refusal:
            self.wrong(field, Rule.TOO_COMPLEX, str(refusal))
            return None

    def url(self, field: str, value: str | None) -> str | None:
        """An absolute http(s) address, or a path on this server; empty is None."""
        clean = self.optional(field, value, most=MAX_URL)
        if clean is None:
            return None
        relative = clean.startswith("/") and not clean.startswith(("//", "/\\"))
        if not (relative or clean.lower().startswith(("https://", "http://"))):
            said = "must start with https://, http:// or /"
            self.wrong(field, Rule.INVALID_FORMAT, said)
        elif any(c.isspace() for c in clean):
            self.wrong(field, Rule.INVALID_FORMAT, "must not contain white space")
        return clean

    def number(self, field: str, value: int, low: int, high: int) -> int:
        """An integer from `low` to `high`."""
        if not low <= value <= high:
            said = f"must be from {low} to {high}"
            self.wrong(field, Rule.OUT_OF_RANGE, said, min=low, max=high)
        return value

    def optional_number(self, field: str, value: int | None, low: int, high: int) -> int | None:
        """Like `number`; None stays None."""
        return None if value is None else self.number(field, value, low, high)


def is_visible(character: str) -> bool:
    """Whether the character is visible by itself, as marks are not."""
    return unicodedata.category(character)[0] not in "CMZ" and character not in BLANKS
