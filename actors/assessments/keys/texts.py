"""Lists of short texts of which each must be another: options, prompts, items."""

from __future__ import annotations

from actors.fields import Fields
from protocol.assessments.quizzes import MAX_OPTIONS
from protocol.texts import look_alike
from protocol.validation import Rule

MAX_OPTION_TEXT = 1_000
DIFFERENT = "must differ from each other in more than case, spaces, dashes or quotation marks"


def different_texts(fields: Fields, at: str, given: tuple[str, ...]) -> tuple[str, ...]:
    """Up to `MAX_OPTIONS` different texts; problems are recorded in `fields`."""
    if len(given) > MAX_OPTIONS:
        fields.wrong(at, Rule.TOO_MANY, f"must be at most {MAX_OPTIONS}", max=MAX_OPTIONS)
        given = given[:MAX_OPTIONS]
    clean = tuple(
        fields.text(f"{at}[{n}]", text, most=MAX_OPTION_TEXT) for n, text in enumerate(given)
    )
    filled = [look(text) for text in clean if text]
    if len(set(filled)) < len(filled):
        fields.wrong(at, Rule.DUPLICATE, DIFFERENT)
    return clean


def look(text: str) -> tuple[str, str]:
    """What two texts have in common that nobody tells apart."""
    return look_alike(text, most=MAX_OPTION_TEXT)
