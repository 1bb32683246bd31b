"""Grading of answers: one function for all types of question; None if a person must grade it.

Answers name options by their id, the position in the presented order; `presented` maps an id to
the place in the list that `choices` gives (authored options, or the sorted matches or items).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from actors.assessments.answers import hotspots, numeric, wildcards
from actors.assessments.answers.grades import OPEN, Grade, part
from actors.assessments.answers.numbers import number_in
from protocol.assessments.quizzes import (
    MAX_ANSWER_TEXT,
    WHOLE,
    Answer,
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    Credit,
    EssayKey,
    HotspotKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    Question,
    TextKey,
    TrueFalseKey,
)
from protocol.texts import comparable, with_carets

_EPSILON = 1e-9
"""Relative slack for binary fractions, so that 0.3 lies within 0.1 of 0.2."""
MAX_FOLDED = 2_000
"""Accepted texts kept folded; a question has up to a thousand."""


def choices(question: Question) -> tuple[str, ...]:
    """The texts that a question's option ids refer to, before any shuffling."""
    if isinstance(question.key, MatchingKey):
        matches = {match for _, match in question.key.pairs}
        return tuple(sorted(matches | set(question.key.distractors)))
    if isinstance(question.key, OrderingKey):
        return tuple(sorted(question.key.items))
    return question.options


def grade(question: Question, presented: Sequence[int], answer: Answer) -> Grade | None:
    """Compare an answer, already of the right shape, with the key. It is never below nothing."""
    found = _graded(question, presented, answer)
    return found if found is None or found.right >= 0 else Grade(0, found.of)


def grade_with_penalty(
    question: Question, presented: Sequence[int], answer: Answer, penalty: int
) -> Grade | None:
    """As `grade`, but an answer of which nothing is right takes away `penalty` parts of `WHOLE`.

    Where the key has weights they say what each choice takes away. What is not answered takes
    nothing.
    """
    found = _graded(question, presented, answer)
    if found is None or found.right or is_blank(question, answer):
        return found
    weighted = isinstance(question.key, ChoiceKey) and question.key.weights
    return found if weighted else Grade(-penalty, WHOLE)


def is_blank(question: Question, answer: Answer) -> bool:
    """Whether there is nothing in it: no text, nothing chosen where that is no answer."""
    if isinstance(answer, list):
        none_allowed = isinstance(question.key, ChoiceKey) and question.key.none_allowed
        return not none_allowed and all(part == OPEN or not str(part).strip() for part in answer)
    return isinstance(answer, str) and not answer.strip()


def _graded(question: Question, presented: Sequence[int], answer: Answer) -> Grade | None:
    """Below nothing where weights are."""
    found: Grade | None = _GRADERS[type(question.key)](question, question.key, presented, answer)
    if found is None or found.correct or not question.all_or_nothing:
        return found
    return Grade(min(found.right, 0), found.of)


def needs_person(question: Question) -> bool:
    """Whether only a person can grade its answers."""
    match question.key:
        case EssayKey():
            return True
        case TextKey() as key:
            return key.number is None and not (key.accepted or key.patterns)
        case BlanksKey(blanks=parts) | MatchingKey(pairs=parts) | NumericKey(answers=parts):
            return not parts
        case OrderingKey(items=items):
            return len(items) < 2
        case HotspotKey(places=places):
            return not places
    return False


def counts_typed(question: Question) -> bool:
    """Whether right answers can be counted as they come: a line is typed, and has a key."""
    return isinstance(question.key, TextKey | BlanksKey | NumericKey) and not needs_person(question)


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
    if not chosen and not key.none_allowed:
        return Grade(0, 1)
    if not key.weights:
        return Grade(int(chosen == set(key.correct)), 1)
    if len(chosen) > 1 and not question.multiple:
        return Grade(0, 1)
    return part(sum(key.weights[place] for place in chosen))


def _true_false(_: Question, key: TrueFalseKey, _presented: Sequence[int], answer: Any) -> Grade:
    return Grade(int(answer is key.value), 1)


def _text(question: Question, key: TextKey, _presented: Sequence[int], answer: Any) -> Grade | None:
    if needs_person(question):
        return None
    if key.number is not None and _near(question, answer, key.number, key.tolerance):
        return Grade(1, 1)
    if _is_one_of(answer, key.accepted, key.patterns, case_sensitive=key.case_sensitive):
        return Grade(1, 1)
    earned = _earned(question, key.credits, answer, case_sensitive=key.case_sensitive)
    return part(earned) if earned else Grade(0, 1)


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
    if needs_person(question):
        return None
    if not key.credits:
        right = sum(_blank(question, key, at, text) for at, text in enumerate(answer))
        return Grade(right, len(key.blanks))
    parts = (
        WHOLE if _blank(question, key, at, text) else _earned(question, key.credits[at], text)
        for at, text in enumerate(answer)
    )
    return Grade(sum(part(weight).right for weight in parts), WHOLE * len(key.blanks))


def _blank(question: Question, key: BlanksKey, at: int, text: str) -> bool:
    number = key.numbers[at] if at < len(key.numbers) else None
    if number is not None and _near(question, text, *number):
        return True
    return _is_one_of(text, key.blanks[at], key.patterns[at] if key.patterns else ())


def is_right_in(question: Question, blank: int, text: str) -> bool:
    """Whether a text is right as a whole in that blank of a fill_blank question."""
    assert isinstance(question.key, BlanksKey)
    return _blank(question, question.key, blank, text)


def _matching(
    question: Question, key: MatchingKey, presented: Sequence[int], answer: Any
) -> Grade | None:
    if needs_person(question):
        return None
    texts = choices(question)
    given = (None if option == OPEN else texts[presented[option]] for option in answer)
    right = sum(text == match for text, (_, match) in zip(given, key.pairs, strict=True))
    return Grade(right, len(key.pairs))


def _numeric(
    question: Question, key: NumericKey, _presented: Sequence[int], answer: Any
) -> Grade | None:
    if needs_person(question):
        return None
    return numeric.grade(key, answer, decimal_comma=question.decimal_comma)


def _ordering(
    question: Question, key: OrderingKey, presented: Sequence[int], answer: Any
) -> Grade | None:
    if needs_person(question):
        return None
    texts = choices(question)
    given = [texts[presented[item]] for item in answer]
    wanted = set(pairwise(key.items))
    return Grade(sum(pair in wanted for pair in pairwise(given)), len(wanted))


def _hotspot(
    question: Question, key: HotspotKey, _presented: Sequence[int], answer: Any
) -> Grade | None:
    return None if needs_person(question) else hotspots.grade(key, answer)


def _essay(_: Question, _key: EssayKey, _presented: Sequence[int], _answer: Any) -> None:
    return None


_GRADERS: dict[type[AnswerKey], Callable[..., Grade | None]] = {
    ChoiceKey: _choice,
    TrueFalseKey: _true_false,
    TextKey: _text,
    BlanksKey: _blanks,
    MatchingKey: _matching,
    NumericKey: _numeric,
    OrderingKey: _ordering,
    HotspotKey: _hotspot,
    EssayKey: _essay,
}
