"""The values of responses: which are right, and what each is worth."""

from __future__ import annotations

from protocol.assessments.quizzes import (
    WHOLE,
    AcceptedNumber,
    BlanksKey,
    ChoiceKey,
    Credit,
    MatchingKey,
    NumericKey,
    OrderingKey,
    Question,
    TextKey,
    TrueFalseKey,
)


def rights(question: Question) -> list[tuple[str, list[str]]]:
    """For each response its type, and what is right."""
    match question.key:
        case ChoiceKey() as key:
            return [("identifier", [f"choice_{n + 1}" for n in key.correct])]
        case TrueFalseKey() as key:
            return [("identifier", [str(key.value).lower()])]
        case MatchingKey() as key:
            matches = list(matches_of(key))
            pairs = [
                f"prompt_{n} match_{matches.index(match) + 1}"
                for n, (_, match) in enumerate(key.pairs, 1)
            ]
            return [("directedPair", pairs)]
        case TextKey() as key:
            return [_text(key.accepted, key.number)]
        case NumericKey(answers=(AcceptedNumber(number=float(number)), *_)):
            return [_text((), number)]
        case OrderingKey() as key:
            return [("identifier", [f"item_{n + 1}" for n in range(len(key.items))])]
        case BlanksKey() as key:
            numbers = key.numbers or (None,) * len(key.blanks)
            return [
                _text(accepted, number[0] if number else None)
                for accepted, number in zip(key.blanks, numbers, strict=True)
            ]
    return [("string", [])]


def _text(accepted: tuple[str, ...], number: float | None) -> tuple[str, list[str]]:
    if number is not None:
        return "float", [repr(number)]
    return "string", list(accepted[:1])


def rated(question: Question) -> list[tuple[tuple[str, int], ...]]:
    """For each response what its values are worth, where more than one way is right."""
    match question.key:
        case ChoiceKey() as key:
            return [tuple((f"choice_{n}", w) for n, w in enumerate(key.weights, 1))]
        case TextKey() as key:
            return [_entries(key.accepted, key.number, key.credits)]
        case NumericKey(answers=answers) if len(answers) > 1:
            return [tuple((repr(a.number), a.weight) for a in answers if a.number is not None)]
        case BlanksKey() as key:
            numbers = key.numbers or (None,) * len(key.blanks)
            credits_ = key.credits or ((),) * len(key.blanks)
            return [
                _entries(accepted, number[0] if number else None, parts)
                for accepted, number, parts in zip(key.blanks, numbers, credits_, strict=True)
            ]
    return [()]


def _entries(
    accepted: tuple[str, ...], number: float | None, credits_: tuple[Credit, ...]
) -> tuple[tuple[str, int], ...]:
    if number is not None:
        parts = [(repr(c.number), c.weight) for c in credits_ if c.number is not None]
        return ((repr(number), WHOLE), *parts) if parts else ()
    texts = [(c.text, c.weight) for c in credits_ if c.text is not None]
    return (*((text, WHOLE) for text in accepted), *texts)


def matches_of(key: MatchingKey) -> tuple[str, ...]:
    """The distinct matches, and the distractors behind them."""
    return tuple(dict.fromkeys((*(match for _, match in key.pairs), *key.distractors)))
