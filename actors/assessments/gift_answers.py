"""The braces of a GIFT question: what kind it is, and its key.

Each kind is told apart and read as Moodle does. What Moodle does and we cannot is refused with a
reason (`Refused`), or noted in the texts' `lost`.
"""

from __future__ import annotations

import math
import re

import msgspec

from actors.assessments.formatting import plain_html
from actors.assessments.gift_texts import SHELTERED, GiftText, Refused, Texts
from actors.assessments.live.wildcards import as_shown, has_wildcard
from protocol.assessments.formats import Formats, Formatted, TextFormat
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

WEIGHT = re.compile(r"%(-?\d{1,3}(?:[.,]\d{1,10})?)%")
NUMBER = r"[+-]?(?:\d{1,30}[.,]?\d{0,30}|[.,]\d{1,30})(?:[eE][+-]?\d{1,3})?"
"""With a decimal comma too, which Moodle reads up to the comma."""
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
VALUE = re.compile(rf"({NUMBER})(?:\s*:\s*({NUMBER}))?")
RANGE = re.compile(rf"({NUMBER})\s*\.\.\s*({NUMBER})")
TRUE, FALSE = ("T", "TRUE"), ("F", "FALSE")
"""In capitals only: `{t}` is a short answer."""
LETTER = re.compile(r"(?:\A|[\s>])[A-Z]\Z")
SHARP = "a # at the end of an answer (write \\# to keep it, as in C\\#)"
"""Begins a feedback in Moodle too; but one that is empty, after a letter, was meant as a name."""
ATTRIBUTE = re.compile(r"<[a-zA-Z][a-zA-Z0-9-]{0,20}\s[^<>=~#]{0,500}=\s*[\"']")
OPEN_TAG = re.compile(r"<[a-zA-Z][a-zA-Z0-9-]{0,20}\s[^>]*[\"'][^>]*")
IN_A_TAG = "a sign in an HTML tag is taken for an answer's; write \\= and \\# there"
OTHERS = "Other answers"
"""Before the feedback of whatever is not listed."""


class Answer(msgspec.Struct, frozen=True):
    """One alternative: `sign` is "=", "~" or nothing; `weight` in parts of `WHOLE`."""

    sign: str
    weight: int
    shown: GiftText
    feedback: GiftText

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
    feedback: tuple[GiftText, ...] = ()
    multiple: bool | None = None
    formats: Formats = Formats()


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
        return _true_false(head.strip() in TRUE, [texts.read(text) for text in feedback])
    return _short(_answers(inside, texts), missing_word)


def _true_false(value: bool, feedback: list[GiftText]) -> Read:
    """The first feedback is for the wrong answer, the second for the right one."""
    wrong, right = [*feedback, GiftText(), GiftText()][:2]
    shown = (right, wrong.about(str(not value)) if wrong.plain and right.plain else wrong)
    return Read(QuestionType.TRUE_FALSE, TrueFalseKey(value=value), feedback=shown)


def _choice(answers: list[Answer]) -> Read:
    """With a `=` one option is chosen, and otherwise several, whose weights are added."""
    answers = [a for a in answers if a.text or a.feedback.plain or a.weight not in (0, WHOLE)]
    single = any(answer.sign == "=" for answer in answers)
    options = tuple(answer.text for answer in answers)
    if len(options) < 2:
        raise Refused(
            "there must be two answers to choose from; where the answer is written, leave out the ~"
        )
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
        formats=Formats(options=_formatted([answer.shown for answer in answers])),
    )


def _formatted(texts: list[GiftText]) -> tuple[Formatted, ...]:
    """Nothing where all are plain, and otherwise one for each."""
    if not any(text.formatted for text in texts):
        return ()
    return tuple(
        text.formatted or Formatted(format=TextFormat.PLAIN, html=plain_html(text.plain))
        for text in texts
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
    prompts: list[GiftText] = []
    distractors: list[str] = []
    for _, part in _split(inside):
        before, arrow, after = part.partition("->")
        prompt, match = texts.answer(before), texts.answer(after).plain
        if not arrow or not match:
            raise Refused("a pair is not written as = this -> that")
        if prompt.plain:
            prompts.append(prompt)
            pairs.append((prompt.plain, match))
        else:
            distractors.append(match)
    if len(pairs) < 2:
        raise Refused("there must be two pairs to match")
    if len({prompt for prompt, _ in pairs}) < len(pairs):
        raise Refused("two pairs begin with the same; a prompt can have one match only")
    others = tuple(text for text in dict.fromkeys(distractors) if text not in dict(pairs).values())
    key = MatchingKey(pairs=tuple(pairs), distractors=others)
    return Read(QuestionType.MATCHING, key, formats=Formats(prompts=_formatted(prompts)))


def _short(answers: list[Answer], missing_word: bool) -> Read:
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
    parts = tuple(_credit(a) for a in answers if a.weight > 0 and not a.full)
    feedback = _feedback(answers, right)
    if missing_word:
        blanks = BlanksKey(
            blanks=(accepted,),
            credits=(parts,) if parts else (),
            patterns=(patterns,) if patterns else (),
        )
        return Read(QuestionType.FILL_BLANK, blanks, feedback=feedback)
    key = TextKey(accepted=accepted, patterns=patterns, credits=parts)
    return Read(QuestionType.SHORT_ANSWER, key, feedback=feedback)


def _credit(answer: Answer) -> Credit:
    if has_wildcard(answer.text):
        return Credit(weight=answer.weight, pattern=answer.text)
    return Credit(weight=answer.weight, text=as_shown(answer.text))


def _numerical(inside: str, texts: Texts, missing_word: bool) -> Read:
    """The first full answer is the number to show; the others are credits."""
    inside, wrong, otherwise = inside.partition("~")
    answers = _answers(inside, texts)
    if wrong:
        answers.append(_answer("~", otherwise.strip(), texts))
    if any(has_wildcard(answer.text) for answer in answers if answer.weight > 0):
        raise Refused("the wildcard * stands for no number")
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
    text = text.replace("\u2212", "-")
    span = RANGE.fullmatch(text)
    if span:
        low, high = _number(span[1]), _number(span[2])
        if high < low:
            raise Refused("a range begins above its end")
        number, tolerance = (low + high) / 2, (high - low) / 2
    else:
        value = VALUE.fullmatch(text)
        if value is None:
            raise Refused(f"{text[:40]!r} is no number")
        number, tolerance = _number(value[1]), _number(value[2] or "0")
    if not (math.isfinite(number) and math.isfinite(tolerance)):
        raise Refused("a number is too large")
    if tolerance < 0:
        raise Refused("a tolerance is below zero")
    return number, tolerance


def _number(text: str) -> float:
    if THOUSANDS.fullmatch(text):
        bare = text.replace(",", "")
        raise Refused(f"{text} may be {text.replace(',', '.')} or {bare}; write it without comma")
    return float(text.replace(",", "."))


def _feedback(answers: list[Answer], right: list[int]) -> tuple[GiftText, ...]:
    """That of the right answers, and that of the others after what it is about."""
    shown = [answers[n].feedback for n in right]
    for n, answer in enumerate(answers):
        if n not in right and answer.feedback.plain:
            about = OTHERS if answer.text in ("", "*") else as_shown(answer.text)
            shown.append(answer.feedback.about(about))
    return tuple(shown)


def _answers(inside: str, texts: Texts) -> list[Answer]:
    return [_answer(sign, part, texts) for sign, part in _split(inside)]


def _split(inside: str) -> list[tuple[str, str]]:
    """Signs and what stands after them, split at every `=` and `~`; a lone answer needs no sign."""
    if inside.count("=") + inside.count("~") > MAX_ANSWERS:
        raise Refused(f"there are more than {MAX_ANSWERS} answers")
    if ATTRIBUTE.search(inside):
        raise Refused(IN_A_TAG)
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
        part = float(given[1].replace(",", "."))
        weight, text = round(part * WHOLE / 100), text[given.end() :]
    body, sharp, feedback = text.partition("#")
    if sharp and OPEN_TAG.fullmatch(body.translate(SHELTERED), max(body.rfind("<"), 0)):
        raise Refused(IN_A_TAG)
    if sharp and not feedback.strip() and LETTER.search(body):
        texts.lost[SHARP] = None
    return Answer(sign, weight, texts.answer(body), texts.read(feedback))
