"""The braces of a GIFT question: what kind it is, and its key.

Each kind is told apart and read as Moodle does. What Moodle does and we cannot is refused with a
reason (`Refused`), or noted in the texts' `lost`.
"""

from __future__ import annotations

import math
import re

import msgspec

from actors.assessments.gift_texts import Refused, Texts
from protocol.assessments.quizzes import (
    ROUNDING,
    WHOLE,
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    Credit,
    EssayKey,
    MatchingKey,
    QuestionType,
    TextKey,
    TrueFalseKey,
)

MAX_ANSWERS = 100
"""Answers in one pair of braces, checked before parsing; no kind of question may have as many."""

WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,10})?)%")
NUMBER = r"[+-]?(?:\d{1,30}\.?\d{0,30}|\.\d{1,30})(?:[eE][+-]?\d{1,3})?"
VALUE = re.compile(rf"({NUMBER})(?:\s*:\s*({NUMBER}))?")
RANGE = re.compile(rf"({NUMBER})\s*\.\.\s*({NUMBER})")
WILDCARD = re.compile(r"(?<!\\)\*")
TRUE, FALSE = ("T", "TRUE"), ("F", "FALSE")
"""In capitals only: `{t}` is a short answer."""
OTHERS = "Other answers"
"""Before the feedback of whatever is not listed."""


class Answer(msgspec.Struct, frozen=True):
    """One alternative: `sign` is "=", "~" or nothing; `weight` in parts of `WHOLE`."""

    sign: str
    weight: int
    text: str
    feedback: str

    @property
    def full(self) -> bool:
        return self.weight >= WHOLE - ROUNDING


class Read(msgspec.Struct, frozen=True):
    """The meaning of the braces. `feedback` goes to the explanation."""

    type: QuestionType
    key: AnswerKey
    options: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    multiple: bool | None = None


def read_answers(inside: str, texts: Texts, *, missing_word: bool) -> Read:
    """Raises `Refused`."""
    if not inside:
        return Read(QuestionType.ESSAY, EssayKey())
    if inside.startswith("#"):
        return _numerical(inside[1:].strip(), texts, missing_word)
    if "~" in inside:
        return _choice(_answers(inside, texts))
    if "=" in inside and "->" in inside:
        return _matching(inside, texts)
    head, *feedback = inside.split("#", 2)
    if head.strip() in TRUE + FALSE:
        return _true_false(head.strip() in TRUE, [texts.clean(text) for text in feedback])
    return _short(_answers(inside, texts), missing_word)


def _true_false(value: bool, feedback: list[str]) -> Read:
    """The first feedback is for the wrong answer, the second for the right one."""
    wrong, right = [*feedback, "", ""][:2]
    shown = (right, f"{not value}: {wrong}" if wrong and right else wrong)
    return Read(QuestionType.TRUE_FALSE, TrueFalseKey(value=value), feedback=shown)


def _choice(answers: list[Answer]) -> Read:
    """With a `=` one option is chosen, and otherwise several, whose weights are added."""
    answers = [a for a in answers if a.text or a.feedback or a.weight not in (0, WHOLE)]
    single = any(answer.sign == "=" for answer in answers)
    options = tuple(answer.text for answer in answers)
    if len(options) < 2:
        raise Refused("there must be two answers to choose from")
    if not all(options):
        raise Refused("an answer is empty")
    if len(set(options)) < len(options):
        raise Refused("two answers are the same; change one or remove it")
    right = [n for n, a in enumerate(answers) if (a.full if single else a.weight > 0)]
    if not right:
        raise Refused("no answer is correct; mark the right one with = (or with ~%100%)")
    return Read(
        QuestionType.MULTIPLE_CHOICE,
        _choice_key(answers, right, single),
        options,
        _feedback(answers, right),
        multiple=not single,
    )


def _choice_key(answers: list[Answer], right: list[int], single: bool) -> ChoiceKey:
    weights = tuple(answer.weight for answer in answers)
    gained = sum(weight for weight in weights if weight > 0)
    if single and len(right) == 1 and gained == weights[right[0]]:
        return ChoiceKey(correct=tuple(right))
    if gained < WHOLE - ROUNDING:
        raise Refused(f"the weights add up to {gained / 1000:g}% and not to 100%")
    if not single and (whole := [n for n in right if answers[n].full]):
        right = whole
    return ChoiceKey(correct=tuple(right), weights=weights)


def _matching(inside: str, texts: Texts) -> Read:
    """Pairs have no feedback: `= Microsoft -> C#` ends in a sharp."""
    pairs: list[tuple[str, str]] = []
    distractors: list[str] = []
    for _, part in _split(inside):
        prompt, arrow, match = (texts.answer(text) for text in part.partition("->"))
        if not arrow or not match:
            raise Refused("a pair is not written as = this -> that")
        if prompt:
            pairs.append((prompt, match))
        else:
            distractors.append(match)
    if len(pairs) < 2:
        raise Refused("there must be two pairs to match")
    if len({prompt for prompt, _ in pairs}) < len(pairs):
        raise Refused("two pairs begin with the same; a prompt can have one match only")
    others = tuple(text for text in dict.fromkeys(distractors) if text not in dict(pairs).values())
    return Read(QuestionType.MATCHING, MatchingKey(pairs=tuple(pairs), distractors=others))


def _short(answers: list[Answer], missing_word: bool) -> Read:
    answers = [answer for answer in answers if answer.text]
    _refuse_wildcards(answers)
    right = [n for n, answer in enumerate(answers) if answer.full]
    if not right:
        raise Refused("no answer is worth 100%")
    accepted = tuple(dict.fromkeys(_bare(answers[n].text) for n in right))
    parts = tuple(
        Credit(weight=a.weight, text=_bare(a.text)) for a in answers if a.weight > 0 and not a.full
    )
    feedback = _feedback(answers, right)
    if missing_word:
        blanks = BlanksKey(blanks=(accepted,), credits=(parts,) if parts else ())
        return Read(QuestionType.FILL_BLANK, blanks, feedback=feedback)
    key = TextKey(accepted=accepted, credits=parts)
    return Read(QuestionType.SHORT_ANSWER, key, feedback=feedback)


def _refuse_wildcards(answers: list[Answer]) -> None:
    """Those that stand for part of an answer, or are worth something; the others are OTHERS."""
    if any(WILDCARD.search(answer.text) for answer in answers if answer.weight > 0):
        raise Refused("the wildcard * is not supported (write \\* for an asterisk)")


def _bare(text: str) -> str:
    return text.replace("\\*", "*")


def _numerical(inside: str, texts: Texts, missing_word: bool) -> Read:
    """The first full answer is the number to show; the others are credits."""
    inside, wrong, otherwise = inside.partition("~")
    answers = _answers(inside, texts)
    if wrong:
        answers.append(_answer("~", otherwise.strip(), texts))
    _refuse_wildcards(answers)
    right = [n for n, answer in enumerate(answers) if answer.full]
    if not right:
        raise Refused("no answer is worth 100%")
    values = {n: _value(answer.text) for n, answer in enumerate(answers) if answer.weight > 0}
    shown = values.pop(right[0])
    parts = tuple(
        Credit(weight=min(answers[n].weight, WHOLE), number=value[0], tolerance=value[1])
        for n, value in values.items()
        if value != shown
    )
    feedback = _feedback(answers, right)
    if missing_word:
        blanks = BlanksKey(blanks=((),), numbers=(shown,), credits=(parts,) if parts else ())
        return Read(QuestionType.FILL_BLANK, blanks, feedback=feedback)
    key = TextKey(number=shown[0], tolerance=shown[1], credits=parts)
    return Read(QuestionType.SHORT_ANSWER, key, feedback=feedback)


def _value(text: str) -> tuple[float, float]:
    """Parse `8`, `8:0.5` or `7.5..8.5` to a number and its tolerance."""
    span = RANGE.fullmatch(text)
    if span:
        low, high = float(span[1]), float(span[2])
        number, tolerance = (low + high) / 2, (high - low) / 2
    else:
        value = VALUE.fullmatch(text)
        if value is None:
            raise Refused(f"{text[:40]!r} is no number")
        number, tolerance = float(value[1]), float(value[2] or 0)
    if not (math.isfinite(number) and math.isfinite(tolerance)):
        raise Refused("a number is too large")
    if tolerance < 0:
        raise Refused("a tolerance is below zero")
    return number, tolerance


def _feedback(answers: list[Answer], right: list[int]) -> tuple[str, ...]:
    """That of the right answers, and that of the others after what it is about."""
    shown = [answers[n].feedback for n in right]
    for n, answer in enumerate(answers):
        if n not in right and answer.feedback:
            about = OTHERS if answer.text in ("", "*") else _bare(answer.text)
            shown.append(f"{about}: {answer.feedback}")
    return tuple(shown)


def _answers(inside: str, texts: Texts) -> list[Answer]:
    return [_answer(sign, part, texts) for sign, part in _split(inside)]


def _split(inside: str) -> list[tuple[str, str]]:
    """Signs and what stands after them, split at every `=` and `~`; a lone answer needs no sign."""
    if inside.count("=") + inside.count("~") > MAX_ANSWERS:
        raise Refused(f"there are more than {MAX_ANSWERS} answers")
    parts = re.split("([=~])", inside)
    head = parts[0].strip()
    if head and len(parts) > 1:
        raise Refused("there is text before the first answer")
    if head:
        return [("=", head)]
    return [(parts[n], parts[n + 1].strip()) for n in range(1, len(parts), 2)]


def _answer(sign: str, text: str, texts: Texts) -> Answer:
    weight = WHOLE if sign == "=" else 0
    given = WEIGHT.match(text)
    if given:
        weight, text = round(float(given[1]) * WHOLE / 100), text[given.end() :]
    body, _, feedback = text.partition("#")
    return Answer(sign, weight, texts.answer(body), texts.clean(feedback))
