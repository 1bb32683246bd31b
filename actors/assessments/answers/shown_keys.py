"""Keys and answers as people get them: in the shape of an answer, or as texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never, cast

from actors.assessments.answers import grading, hotspots, numeric
from actors.assessments.answers.grades import OPEN
from actors.assessments.answers.numbers import written
from actors.assessments.answers.wildcards import as_shown
from protocol.assessments.places import Place
from protocol.assessments.quizzes import (
    Answer,
    BlanksKey,
    ChoiceKey,
    EssayKey,
    HotspotKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
)

NAMING = frozenset({QuestionType.MULTIPLE_CHOICE, QuestionType.MATCHING, QuestionType.ORDERING})
"""Types of which an answer names texts by their ids."""


def shown_key(question: Question, presented: Sequence[int]) -> tuple[Any, tuple[str, ...]]:
    """The key in the shape of an answer, and all accepted texts.

    `presented` maps the ids in answers to places in `grading.choices`.
    """
    match question.key:
        case ChoiceKey(correct=places):
            return [i for i, place in enumerate(presented) if place in places], ()
        case TrueFalseKey(value=value):
            return value, ()
        case TextKey() as key:
            return _shown_text(question, key)
        case BlanksKey() as key:
            return [_blank_text(question, key, at) for at in range(len(key.blanks))], ()
        case MatchingKey(pairs=pairs):
            texts = grading.choices(question)
            ids = {texts[place]: i for i, place in enumerate(presented)}
            return [ids[match] for _, match in pairs], ()
        case OrderingKey(items=items):
            texts = grading.choices(question)
            ids = {texts[place]: i for i, place in enumerate(presented)}
            return [ids[item] for item in items], ()
        case HotspotKey() as key:
            return hotspots.example(key), tuple(hotspots.shown_places(key))
        case NumericKey() as key:
            shown = numeric.shown(key, decimal_comma=question.decimal_comma)
            return numeric.example(key, decimal_comma=question.decimal_comma), shown
        case EssayKey():
            return None, ()
        case never:
            assert_never(never)


def _shown_text(question: Question, key: TextKey) -> tuple[str | None, tuple[str, ...]]:
    texts = (*key.accepted, *map(as_shown, key.patterns))
    if texts or key.number is None:
        return (texts[0] if texts else None), texts
    number = written(key.number, decimal_comma=question.decimal_comma)
    return number, (_shown_number(question, key.number, key.tolerance),)


def _shown_number(question: Question, number: float, tolerance: float) -> str:
    """A number with how far an answer may be from it, as `numeric.shown` has it."""
    texts = [written(each, decimal_comma=question.decimal_comma) for each in (number, tolerance)]
    return " \u00b1 ".join(texts if tolerance else texts[:1])


def _blank_text(question: Question, key: BlanksKey, at: int) -> str:
    if key.blanks[at]:
        return key.blanks[at][0]
    if key.patterns and key.patterns[at]:
        return as_shown(key.patterns[at][0])
    number = key.numbers[at] if at < len(key.numbers) else None
    return "" if number is None else _shown_number(question, *number)


def shown_places(question: Question) -> tuple[Place, ...]:
    """The places on the picture that are right."""
    return question.key.places if isinstance(question.key, HotspotKey) else ()


def right_answer(question: Question) -> Any:
    """The key as results show it: texts of options, or all texts that are accepted."""
    match question.key:
        case ChoiceKey(correct=places):
            return [question.options[place] for place in places]
        case TrueFalseKey(value=value):
            return value
        case TextKey() as key:
            number = None if key.number is None else (key.number, key.tolerance)
            return _texts(question, key.accepted, key.patterns, number)
        case BlanksKey() as key:
            return [_texts_of_blank(question, key, at) for at in range(len(key.blanks))]
        case MatchingKey(pairs=pairs):
            return [match for _, match in pairs]
        case OrderingKey(items=items):
            return list(items)
        case HotspotKey() as key:
            return hotspots.shown_places(key)
        case NumericKey() as key:
            return list(numeric.shown(key, decimal_comma=question.decimal_comma))
    return None


def _texts_of_blank(question: Question, key: BlanksKey, at: int) -> list[str]:
    number = key.numbers[at] if at < len(key.numbers) else None
    patterns = key.patterns[at] if at < len(key.patterns) else ()
    return _texts(question, key.blanks[at], patterns, number)


def _texts(
    question: Question,
    accepted: Sequence[str],
    patterns: Sequence[str],
    number: tuple[float, float] | None,
) -> list[str]:
    numbers = [] if number is None else [_shown_number(question, *number)]
    return [*accepted, *map(as_shown, patterns), *numbers]


def readable(question: Question, answer: Answer, texts: Sequence[str]) -> Any:
    """An answer with texts in place of options; None for a prompt that was left open.

    `texts` are those of `grading.choices`, in the order in which the answer's ids name them.
    """
    if question.type is QuestionType.HOTSPOT:
        return [hotspots.shown(mark) for mark in hotspots.marks_in(cast("list[int]", answer))]
    if question.type not in NAMING:
        return answer
    assert isinstance(answer, list)
    return [texts[place] if isinstance(place, int) and place != OPEN else None for place in answer]
