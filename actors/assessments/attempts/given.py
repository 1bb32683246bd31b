"""What a person gives for an answer: points or levels, a comment, and comments on passages."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import msgspec

from actors.assessments.rubrics import chosen
from actors.fields import Fields
from protocol.assessments.attempts.marks import (
    HUNDREDTH,
    MAX_PASSAGE_COMMENT,
    MAX_PASSAGES,
    Mark,
    Passage,
)
from protocol.assessments.attempts.requests import MAX_FEEDBACK, GivenMark
from protocol.assessments.rubrics import Rubric
from protocol.errors import ValidationError
from protocol.validation import Rule


class Said(NamedTuple):
    """The texts of a `GivenMark`, cleaned. `passages` None: as they were."""

    comment: str | None
    passages: tuple[Passage, ...] | None


def cleaned(fields: Fields, at: str, given: GivenMark) -> Said:
    """What can be checked without the answer; problems are recorded in `fields`."""
    comment = fields.optional_words(f"{at}.comment", given.comment, most=MAX_FEEDBACK)
    if given.levels is not None and given.points is not None:
        fields.wrong(f"{at}.levels", Rule.CONFLICTING, "stand in the place of points")
    if given.passages is None:
        return Said(comment, None)
    if len(given.passages) > MAX_PASSAGES:
        text = f"must be at most {MAX_PASSAGES}"
        fields.wrong(f"{at}.passages", Rule.TOO_MANY, text, max=MAX_PASSAGES)
    passages = tuple(
        msgspec.structs.replace(
            each,
            comment=fields.words(
                f"{at}.passages[{n}].comment", each.comment, most=MAX_PASSAGE_COMMENT
            ),
        )
        for n, each in enumerate(given.passages[:MAX_PASSAGES])
    )
    return Said(comment, passages)


def given_mark(mark: Mark, given: GivenMark, text: Said, rubric: Rubric | None, at: str) -> Mark:
    """The mark with what a person has given. Raises `ValidationError`."""
    mark = msgspec.structs.replace(mark, comment=text.comment)
    if text.passages is not None:
        mark = msgspec.structs.replace(mark, passages=_within(mark, text.passages, at))
    if given.levels is not None:
        points = chosen(rubric, given.levels, f"{at}.levels")
        return _worth(mark, points, f"{at}.levels", tuple(given.levels))
    return mark if given.points is None else _worth(mark, given.points, f"{at}.points")


def _worth(mark: Mark, points: Decimal, field: str, levels: tuple[int, ...] | None = None) -> Mark:
    if not points.is_finite() or not 0 <= points <= mark.most:
        text = f"must be from 0 to {mark.most}"
        raise ValidationError.of(field, Rule.OUT_OF_RANGE, text, min=0, max=float(mark.most))
    if points != points.quantize(HUNDREDTH):
        text = "must have at most two digits after the point"
        raise ValidationError.of(field, Rule.INVALID_FORMAT, text)
    return msgspec.structs.replace(
        mark,
        given=points.quantize(HUNDREDTH),
        levels=levels,
        correct=points >= mark.most,
        review=False,
    )


def _within(mark: Mark, passages: tuple[Passage, ...], at: str) -> tuple[Passage, ...]:
    """In the order in which they begin."""
    if passages and not isinstance(mark.answer, str):
        said = "are for answers that are one text"
        raise ValidationError.of(f"{at}.passages", Rule.NOT_APPLICABLE, said)
    length = len(mark.answer) if passages else 0
    for n, each in enumerate(passages):
        if not 0 <= each.start < each.end <= length:
            said = f"must be from 0 to {length}, and not empty"
            field = f"{at}.passages[{n}]"
            raise ValidationError.of(field, Rule.OUT_OF_RANGE, said, min=0, max=length)
    return tuple(sorted(passages, key=lambda each: (each.start, each.end)))
