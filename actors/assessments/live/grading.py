"""Grading of answers: one function for six types of question; None if a person must grade it.

Answers name options by their id, the position in the presented order; `presented` maps an id to
the place in the list that `choices` gives (authored options, or the sorted distinct matches).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from actors.assessments.live import wildcards
from actors.assessments.live.numbers import number_in
from protocol.assessments.quizzes import (
    MAX_ANSWER_TEXT,
    ROUNDING,
    WHOLE,
    Answer,
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    Credit,
    EssayKey,
    MatchingKey,
    Question,
    TextKey,
    TrueFalseKey,
)
from protocol.texts import comparable, with_carets

_EPSILON = 1e-9
"""Relative slack for binary fractions, so that 0.3 lies within 0.1 of 0.2."""
MAX_FOLDED = 2_000
"""Accepted texts kept folded; a question has up to a thousand."""


class Grade(NamedTuple):
    """`right` of `of` equal parts were right; multiple choice, true/false and text have one."""

    right: int
    of: int

    @property
    def correct(self) -> bool:
        """Whether the whole answer was right."""
        return self.right == self.of


def choices(question: Question) -> tuple[str, ...]:
    """The texts that a question's option ids refer to, before any shuffling."""
    if isinstance(question.key, MatchingKey):
        matches = {match for _, match in question.key.pairs}
        return tuple(sorted(matches | set(question.key.distractors)))
    return question.options


def grade(question: Question, presented: Sequence[int], answer: Answer) -> Grade | None:
    """Compare an answer, already of the right shape, with the key."""
    return _GRADERS[type(question.key)](question, question.key, presented, answer)


def folded(text: str, *, case_sensitive: bool = False) -> str:
    """A text as it is compared; empty if there is nothing in it to compare."""
    return comparable(text, most=MAX_ANSWER_TEXT, case_sensitive=case_sensitive) or ""


def _readings(text: str, *, case_sensitive: bool = False) -> frozenset[str]:
    """A text folded, and once more with carets for its powers; none if there is nothing in it."""
    spelled = {text, with_carets(text)}
    return frozenset(folded(each, case_sensitive=case_sensitive) for each in spelled) - {""}


@lru_cache(maxsize=MAX_FOLDED)
def _folded_key(text: str, *, case_sensitive: bool = False) -> frozenset[str]:
    """An accepted text, folded once for all answers to its question."""
    return _readings(text, case_sensitive=case_sensitive)


def _is_one_of(
    given: str,
    accepted: Iterable[str],
    patterns: Iterable[str] = (),
    *,
    case_sensitive: bool = False,
) -> bool:
    readings = _readings(given, case_sensitive=case_sensitive)
    return any(
        not readings.isdisjoint(_folded_key(text, case_sensitive=case_sensitive))
        for text in accepted
    ) or any(
        wildcards.matches(spelled, plain, case_sensitive=case_sensitive)
        for pattern in patterns
        for spelled in {pattern, with_carets(pattern)}
        for plain in readings
    )


def _near(question: Question, text: str, number: float, tolerance: float) -> bool:
    value = number_in(text, decimal_comma=question.decimal_comma)
    slack = _EPSILON * max(1.0, abs(number))
    return value is not None and abs(value - number) <= tolerance + slack


def _choice(question: Question, key: ChoiceKey, presented: Sequence[int], answer: Any) -> Grade:
    chosen = {presented[option] for option in answer}
    if not key.weights:
        return Grade(int(chosen == set(key.correct)), 1)
    if len(chosen) > 1 and not question.multiple:
        return Grade(0, 1)
    return _part(sum(key.weights[place] for place in chosen))


def _part(weight: int) -> Grade:
    return Grade(WHOLE if weight >= WHOLE - ROUNDING else max(weight, 0), WHOLE)


def _true_false(_: Question, key: TrueFalseKey, _presented: Sequence[int], answer: Any) -> Grade:
    return Grade(int(answer is key.value), 1)


def _text(question: Question, key: TextKey, _presented: Sequence[int], answer: Any) -> Grade | None:
    if key.number is None and not (key.accepted or key.patterns):
        return None
    if key.number is not None and _near(question, answer, key.number, key.tolerance):
        return Grade(1, 1)
    if _is_one_of(answer, key.accepted, key.patterns, case_sensitive=key.case_sensitive):
        return Grade(1, 1)
    earned = _earned(question, key.credits, answer, case_sensitive=key.case_sensitive)
    return _part(earned) if earned else Grade(0, 1)


def _earned(
    question: Question, credits_: Sequence[Credit], answer: str, *, case_sensitive: bool = False
) -> int:
    """The weight of the best that the answer matches."""
    return max(
        (c.weight for c in credits_ if _matches(question, c, answer, case_sensitive)), default=0
    )


def _matches(question: Question, credit: Credit, answer: str, case_sensitive: bool) -> bool:
    if credit.number is not None:
        return _near(question, answer, credit.number, credit.tolerance)
    patterns = () if credit.pattern is None else (credit.pattern,)
    return _is_one_of(answer, (credit.text or "",), patterns, case_sensitive=case_sensitive)


def _blanks(
    question: Question, key: BlanksKey, _presented: Sequence[int], answer: Any
) -> Grade | None:
    if not key.blanks:
        return None
    if not key.credits:
        right = sum(_blank(question, key, at, text) for at, text in enumerate(answer))
        return Grade(right, len(key.blanks))
    parts = (
        WHOLE if _blank(question, key, at, text) else _earned(question, key.credits[at], text)
        for at, text in enumerate(answer)
    )
    return Grade(sum(_part(part).right for part in parts), WHOLE * len(key.blanks))


def _blank(question: Question, key: BlanksKey, at: int, text: str) -> bool:
    number = key.numbers[at] if at < len(key.numbers) else None
    if number is not None and _near(question, text, *number):
        return True
    return _is_one_of(text, key.blanks[at], key.patterns[at] if key.patterns else ())


def _matching(
    question: Question, key: MatchingKey, presented: Sequence[int], answer: Any
) -> Grade | None:
    if not key.pairs:
        return None
    texts = choices(question)
    given = (texts[presented[option]] for option in answer)
    right = sum(text == match for text, (_, match) in zip(given, key.pairs, strict=True))
    return Grade(right, len(key.pairs))


def _essay(_: Question, _key: EssayKey, _presented: Sequence[int], _answer: Any) -> None:
    return None


_GRADERS: dict[type[AnswerKey], Callable[..., Grade | None]] = {
    ChoiceKey: _choice,
    TrueFalseKey: _true_false,
    TextKey: _text,
    BlanksKey: _blanks,
    MatchingKey: _matching,
    EssayKey: _essay,
}
