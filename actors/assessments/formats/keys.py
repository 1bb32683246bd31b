"""Keys from answers with parts of the whole, as Moodle has them in all of its formats."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import msgspec

from actors.assessments.answers.wildcards import as_shown, has_wildcard
from actors.assessments.formats.reading import Refused
from actors.assessments.formats.texts import FileText, all_formatted
from protocol.assessments.formats import Formats
from protocol.assessments.points import Points, hundredths, points_of
from protocol.assessments.quizzes import (
    ROUNDING,
    WHOLE,
    AcceptedNumber,
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    Credit,
    MatchingKey,
    NumericKey,
    Question,
    QuestionType,
    TextKey,
)

NUMBER = r"[+-]?(?:\d{1,30}[.,]?\d{0,30}|[.,]\d{1,30})(?:[eE][+-]?\d{1,3})?"
"""With a decimal comma too, which Moodle reads up to the comma."""
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
VALUE = re.compile(rf"({NUMBER})(?:\s*:\s*({NUMBER}))?")
RANGE = re.compile(rf"({NUMBER})\s*\.\.\s*({NUMBER})")
OTHERS = "Other answers"
"""Before the feedback of whatever is not listed."""


ROUNDED = "the points that it had (they are rounded to a hundredth)"


def points_near(given: float) -> tuple[Points, bool]:
    """The points nearest to a number, and whether these are it."""
    points = points_of(hundredths(given))
    return points, abs(points - given) < 1e-6


class Answer(msgspec.Struct, frozen=True):
    """One alternative: `sign` is "=", "~" or nothing; `weight` in parts of `WHOLE`."""

    sign: str
    weight: int
    shown: FileText
    feedback: FileText

    @property
    def text(self) -> str:
        """The plain text, with the escapes of asterisks."""
        return self.shown.plain

    @property
    def full(self) -> bool:
        return self.weight >= WHOLE - ROUNDING


class Read(msgspec.Struct, frozen=True):
    """The meaning of the braces. `feedback` goes to the explanation."""

    type: QuestionType
    key: AnswerKey
    options: tuple[str, ...] = ()
    feedback: tuple[FileText, ...] = ()
    multiple: bool | None = None
    formats: Formats = Formats()

    def question(self, id_: str, text: FileText, explanation: FileText) -> Question:
        """The question of that meaning with its texts, which replace those in `formats`."""
        formats = msgspec.structs.replace(
            self.formats, text=text.formatted, explanation=explanation.formatted
        )
        return Question(
            id=id_,
            type=self.type,
            text=text.plain,
            options=self.options,
            key=self.key,
            explanation=explanation.plain or None,
            multiple=self.multiple,
            formats=None if formats == Formats() else formats,
        )


def choice_key(answers: list[Answer], right: list[int], single: bool) -> ChoiceKey:
    weights = tuple(answer.weight for answer in answers)
    gained = sum(weight for weight in weights if weight > 0)
    if single and len(right) == 1 and not any(w for n, w in enumerate(weights) if n not in right):
        return ChoiceKey(correct=tuple(right))
    if gained < WHOLE - ROUNDING:
        raise Refused(f"the weights add up to {gained / 1000:g}% and not to 100%")
    if not single and (whole := [n for n in right if answers[n].full]):
        right = whole
    return ChoiceKey(correct=tuple(right), weights=weights)


def short(answers: list[Answer], missing_word: bool) -> Read:
    """What is worth nothing (mostly `*`) is there for its feedback only."""
    answers = [answer for answer in answers if answer.text]
    if not answers:
        raise Refused("the answer is empty")
    right = [n for n, answer in enumerate(answers) if answer.full]
    if not right:
        raise Refused("no answer is worth 100%")
    texts = dict.fromkeys(answers[n].text for n in right)
    accepted = tuple(as_shown(text) for text in texts if not has_wildcard(text))
    patterns = tuple(text for text in texts if has_wildcard(text))
    parts = tuple(credit(a) for a in answers if a.weight > 0 and not a.full)
    feedback = feedback_of(answers, right)
    if missing_word:
        blanks = BlanksKey(
            blanks=(accepted,),
            credits=(parts,) if parts else (),
            patterns=(patterns,) if patterns else (),
        )
        return Read(QuestionType.FILL_BLANK, blanks, feedback=feedback)
    key = TextKey(accepted=accepted, patterns=patterns, credits=parts)
    return Read(QuestionType.SHORT_ANSWER, key, feedback=feedback)


def credit(answer: Answer) -> Credit:
    if has_wildcard(answer.text):
        return Credit(weight=answer.weight, pattern=answer.text)
    return Credit(weight=answer.weight, text=as_shown(answer.text))


def value(text: str) -> tuple[float, float]:
    """Parse `8`, `8:0.5` or `7.5..8.5` to a number and its tolerance."""
    text = text.replace("\u2212", "-")
    span = RANGE.fullmatch(text)
    if span:
        low, high = _exact(span[1]), _exact(span[2])
        if high < low:
            raise Refused("a range begins above its end")
        number, tolerance = float((low + high) / 2), float((high - low) / 2)
    else:
        found = VALUE.fullmatch(text)
        if found is None:
            raise Refused(f"{text[:40]!r} is no number")
        number, tolerance = float(_exact(found[1])), float(_exact(found[2] or "0"))
    if not (math.isfinite(number) and math.isfinite(tolerance)):
        raise Refused("a number is too large")
    if tolerance < 0:
        raise Refused("a tolerance is below zero")
    return number, tolerance


def _exact(text: str) -> Decimal:
    """As it is written: halves of it are what a person would write, too."""
    if THOUSANDS.fullmatch(text):
        bare = text.replace(",", "")
        raise Refused(f"{text} may be {text.replace(',', '.')} or {bare}; write it without comma")
    return Decimal(text.replace(",", "."))


def feedback_of(answers: list[Answer], right: list[int]) -> tuple[FileText, ...]:
    """That of the right answers, and that of the others after what it is about."""
    shown = [answers[n].feedback for n in right]
    for n, answer in enumerate(answers):
        if n not in right and answer.feedback.plain:
            about = OTHERS if answer.text in ("", "*") else as_shown(answer.text)
            shown.append(answer.feedback.about(about))
    return tuple(shown)


def choice(answers: list[Answer], *, single: bool, known: ChoiceKey | None = None) -> Read:
    """One option is chosen, or else several, whose weights are added. `known` is the key if it is
    not for the answers to say. Raises `Refused`."""
    options = tuple(answer.text for answer in answers)
    if len(options) < 2:
        raise Refused("there must be two answers to choose from")
    if not all(options):
        raise Refused("an answer is empty")
    if len(set(options)) < len(options):
        raise Refused("two answers are the same; change one or remove it")
    right = [n for n, a in enumerate(answers) if (a.full if single else a.weight > 0)]
    if not right and known is None:
        raise Refused("no answer is correct")
    return Read(
        QuestionType.MULTIPLE_CHOICE,
        known or choice_key(answers, right, single),
        options,
        feedback_of(answers, right),
        multiple=not single,
        formats=Formats(options=all_formatted(answer.shown for answer in answers)),
    )


def matching(pairs: list[tuple[FileText, str]]) -> Read:
    """Prompts with their matches; a match without prompt is a distractor. Raises `Refused`."""
    distractors = [match for prompt, match in pairs if not prompt.plain]
    pairs = [pair for pair in pairs if pair[0].plain]
    if len(pairs) < 2:
        raise Refused("there must be two pairs to match")
    matches = {prompt.plain: match for prompt, match in pairs}
    if len(matches) < len(pairs):
        raise Refused("two pairs begin with the same; a prompt can have one match only")
    others = tuple(text for text in dict.fromkeys(distractors) if text not in matches.values())
    key = MatchingKey(pairs=tuple(matches.items()), distractors=others)
    prompts = all_formatted(prompt for prompt, _ in pairs)
    return Read(QuestionType.MATCHING, key, formats=Formats(prompts=prompts))


def numerical(answers: list[Answer], missing_word: bool) -> Read:
    """In a text with a blank, the first full answer is what is shown; the others are credits.

    Raises `Refused`.
    """
    if any(has_wildcard(answer.text) for answer in answers if answer.weight > 0):
        raise Refused("the wildcard * stands for no number")
    right = [n for n, answer in enumerate(answers) if answer.full]
    if not right:
        raise Refused("no answer is worth 100%")
    feedback = feedback_of(answers, right)
    if not missing_word:
        numbers = (number_of(answer) for answer in answers if answer.weight > 0)
        key = NumericKey(answers=tuple(dict.fromkeys(numbers)))
        return Read(QuestionType.NUMERIC, key, feedback=feedback)
    values = {n: value(answer.text) for n, answer in enumerate(answers) if answer.weight > 0}
    shown = values.pop(right[0])
    parts = tuple(
        Credit(weight=min(answers[n].weight, WHOLE), number=number[0], tolerance=number[1])
        for n, number in values.items()
        if number != shown
    )
    blanks = BlanksKey(blanks=((),), numbers=(shown,), credits=(parts,) if parts else ())
    return Read(QuestionType.FILL_BLANK, blanks, feedback=feedback)


def number_of(answer: Answer) -> AcceptedNumber:
    """The number, with all that its weight and its tolerance say. Raises `Refused`."""
    weight = WHOLE if answer.full else answer.weight
    number, tolerance = value(answer.text)
    span = RANGE.fullmatch(answer.text.replace("\u2212", "-"))
    if span is None:
        return AcceptedNumber(weight=weight, number=number, tolerance=tolerance)
    return AcceptedNumber(weight=weight, low=float(_exact(span[1])), high=float(_exact(span[2])))
