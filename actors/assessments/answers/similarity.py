"""How alike written answers are. Loaded only when somebody asks for it."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from protocol.assessments.attempts.similar import (
    LEAST_SIMILARITY,
    MAX_COMPARED_TEXT,
    MAX_SIMILAR,
    GradedAnswer,
    SimilarAnswer,
)
from protocol.texts import comparable


def similar(answer: str, graded: Sequence[GradedAnswer]) -> tuple[SimilarAnswer, ...]:
    """The graded answers that are most like this one; those graded last stand first among equals.

    Case, spaces and kinds of marks do not matter, and the order of words does not where that makes
    them more alike. It takes up to some tenths of a millisecond for each.
    """
    own = _compared(answer)
    if own is None:
        return ()
    found: dict[tuple[str, object, object], SimilarAnswer] = {}
    for each in graded:
        other = _compared(each.answer)
        key = (other or "", each.points, each.levels)
        if other is None or key in found:
            continue
        similarity = round(_ratio(own, other))
        if similarity >= LEAST_SIMILARITY:
            found[key] = SimilarAnswer(graded=each, similarity=similarity)
    best = sorted(found.values(), key=lambda each: -each.similarity)
    return tuple(best[:MAX_SIMILAR])


def _ratio(one: str, other: str) -> float:
    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other))


def _compared(text: str) -> str | None:
    """None for a text with nothing to be compared."""
    cut = text[:MAX_COMPARED_TEXT]
    return comparable(cut, most=MAX_COMPARED_TEXT) or None
