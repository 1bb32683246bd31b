"""The texts of a question whose author has chosen a format: read, and checked later.

Answers are compared with texts that are plain in any case.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from actors.assessments.formatting import (
    TOO_LONG,
    MarkdownLeft,
    Rendered,
    plain_html,
    render,
    trimmed,
)
from actors.fields import Fields
from actors.markup import UnboundedMarkup
from protocol.assessments.formats import (
    MAX_FORMATTED,
    MAX_FORMATTED_OPTION,
    Formats,
    Formatted,
    TextFormat,
)
from protocol.assessments.quizzes import MAX_OPTIONS, MAX_TEXT, MatchingKey, Question
from protocol.texts import LONGEST_DECOMPOSITION, normal
from protocol.validation import Rule


class Authoring:
    """Reads the questions of one quiz; problems are recorded in `fields`."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._left = MarkdownLeft()

    def formatted(self, at: str, given: Question, format: TextFormat) -> Question:
        """The question with its texts plain, and formatted beside.

        What answers are compared with is not read in the format: accepted texts and matches.
        """
        if format is TextFormat.PLAIN:
            return given
        text = self._read(f"{at}.text", given.text, format)
        options = self._short(f"{at}.options", given.options, format)
        explanation = self._read(f"{at}.explanation", given.explanation or "", format)
        key, prompts = given.key, tuple[Formatted, ...]()
        if isinstance(key, MatchingKey):
            shown = self._short(f"{at}.key.pairs.prompt", (p for p, _ in key.pairs), format)
            matches = (match for _, match in key.pairs)
            pairs = tuple(zip((prompt.text for prompt in shown), matches, strict=False))
            pairs = (*pairs, *key.pairs[len(pairs) :])
            key, prompts = structs.replace(key, pairs=pairs), _all(shown)
        formats = Formats(
            text=text.formatted,
            options=_all(options),
            prompts=prompts,
            explanation=explanation.formatted if explanation.text else None,
        )
        return structs.replace(
            given,
            text=text.text,
            options=(*(option.text for option in options), *given.options[len(options) :]),
            explanation=explanation.text or None,
            key=key,
            formats=None if formats == Formats() else formats,
        )

    def _short(self, at: str, given: Iterable[str], format: TextFormat) -> tuple[Rendered, ...]:
        """The first `MAX_OPTIONS`: with more of them the question is refused anyway."""
        return tuple(
            self._read(f"{at}[{n}]", text, format, links=False, most=MAX_FORMATTED_OPTION)
            for n, text in zip(range(MAX_OPTIONS), given, strict=False)
        )

    def _read(
        self,
        at: str,
        source: str,
        format: TextFormat,
        *,
        links: bool = True,
        most: int = MAX_FORMATTED,
    ) -> Rendered:
        try:
            source = trimmed(source, format)
            shown = render(source, format, links=links, most=most, left=self._left)
        except UnboundedMarkup as refusal:
            self._fields.wrong(at, Rule.TOO_COMPLEX, str(refusal))
            return Rendered("")
        if TOO_LONG in shown.lost:
            said = f"must be at most {most} characters with its formatting"
            self._fields.wrong(at, Rule.TOO_LONG, said, max=most)
        return shown


def checked_formats(fields: Fields, at: str, question: Question) -> Formats | None:
    """The formats, if they are in bounds; they have been sanitised when they were read."""
    given, key = question.formats, question.key
    if given is None:
        return None
    pairs = len(key.pairs) if isinstance(key, MatchingKey) else 0
    if len(given.options) not in (0, len(question.options)) or len(given.prompts) not in (0, pairs):
        said = "must all have a format, or none"
        fields.wrong(f"{at}.options", Rule.INCOMPLETE, said)
    for name, text in (("text", given.text), ("explanation", given.explanation)):
        if text is not None:
            _kept(fields, f"{at}.{name}", text, MAX_FORMATTED)
    for name, texts in (("options", given.options), ("prompts", given.prompts)):
        for n, text in enumerate(texts):
            _kept(fields, f"{at}.{name}[{n}]", text, MAX_FORMATTED_OPTION)
    return given


def _kept(fields: Fields, at: str, text: Formatted, most: int) -> None:
    fields.kept(at, text.html, most=most)
    fields.kept(at, text.source or "", most=most)


def _all(texts: tuple[Rendered, ...]) -> tuple[Formatted, ...]:
    """Nothing where all are plain, and otherwise one for each."""
    if not any(text.formatted for text in texts):
        return ()
    return tuple(
        text.formatted or Formatted(format=TextFormat.PLAIN, html=plain_html(_composed(text.text)))
        for text in texts
    )


def _composed(text: str) -> str:
    """As the plain text beside it is kept; one that is too long is refused there."""
    return normal("NFC", text, most=LONGEST_DECOMPOSITION * MAX_TEXT) or text
