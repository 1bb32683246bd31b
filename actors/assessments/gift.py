"""Reads questions in Moodle's GIFT format (docs.moodle.org, "GIFT format").

Questions are paragraphs. An unreadable question is skipped with its line and the reason, so one
mistake does not cost a teacher the rest of the file. How GIFT's kinds map to ours:

    {=a ~b}, {~%50%a ~%50%b}   multiple_choice; right is `=`, or without any every weight above 0;
                               without any `=`, or with two, several may be chosen
    {T}, {FALSE#no#yes}        true_false
    {=a =b}                    short_answer; only what is worth 100% is accepted
    {=a -> b =c -> d}          matching; `= -> e` is a distractor
    {#8:0.5}, {#1..5}          short_answer with a number and a tolerance
    {}                         essay
    text {=a} text             fill_blank (also with a number), the blank written `____`
    no braces                  a description, which is no question: skipped

The right answer's feedback and the general feedback become the explanation. Titles and categories
are not kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import msgspec

from actors.markup import MAX_HTML, UnboundedMarkup, plain
from protocol.assessments.quizzes import (
    MAX_QUESTIONS,
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
)
from protocol.errors import ValidationError

MAX_CHARACTERS = 1_000_000
MAX_SKIPPED = 200
MAX_ANSWERS = 100
"""Answers in one pair of braces, checked before parsing; no kind of question may have as many."""
BLANK = "____"

ESCAPABLE = "~=#{}:\\"
SHELTER = 0x10FF00
"""Escaped characters are moved to a private use plane, so that they are not taken for syntax."""
SHELTERED = {SHELTER + ord(c): c for c in ESCAPABLE}
ESCAPE = re.compile(r"\\([~=#{}:\\n])")
TITLE = re.compile(r"::(.*?)::", re.DOTALL)
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,10})?)%")
NUMBER = r"[+-]?(?:\d{1,30}\.?\d{0,30}|\.\d{1,30})(?:[eE][+-]?\d{1,3})?"
VALUE = re.compile(rf"({NUMBER})(?:\s*:\s*({NUMBER}))?")
RANGE = re.compile(rf"({NUMBER})\s*\.\.\s*({NUMBER})")
FULL = 99.9
"""Worth all points, allowing for thirds written as 33.333."""


class GiftQuestion(msgspec.Struct, frozen=True):
    """A question and the line where it begins, counted from 1."""

    line: int
    question: Question


class GiftFile(msgspec.Struct, frozen=True):
    """The questions of a file. `skipped` has texts such as "line 12: why"."""

    questions: tuple[GiftQuestion, ...]
    skipped: tuple[str, ...]


class _Refused(Exception):
    """This question cannot be imported; the text says why."""


class _Answer(msgspec.Struct, frozen=True):
    """One alternative: `sign` is "=", "~" or nothing; `weight` in percent."""

    sign: str
    weight: float
    text: str
    feedback: str

    @property
    def full(self) -> bool:
        return self.weight >= FULL


class _Read(msgspec.Struct, frozen=True):
    """The meaning of the braces."""

    type: QuestionType
    key: AnswerKey
    options: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    multiple: bool | None = None


def parse_gift(
    text: str, new_id: Callable[[], str], check: Callable[[], None] = lambda: None
) -> GiftFile:
    """Read a whole file. Raises `ValidationError` when there is nothing in it to take.

    `check` is called at each question and may raise, when nobody waits for the file any more.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValidationError.of("gift", f"line 1: must be at most {MAX_CHARACTERS} characters")
    questions: list[GiftQuestion] = []
    skipped: list[str] = []
    for line, block in _blocks(text):
        check()
        if len(questions) >= MAX_QUESTIONS:
            raise ValidationError.of("gift", f"line {line}: more than {MAX_QUESTIONS} questions")
        try:
            questions.append(GiftQuestion(line, _question(block, new_id)))
        except _Refused as reason:
            skipped.append(f"line {line}: {reason}")
    if not questions:
        problems = skipped[:MAX_SKIPPED] or ["line 1: contains no question"]
        raise ValidationError([{"field": "gift", "message": problem} for problem in problems])
    return GiftFile(tuple(questions), tuple(skipped[:MAX_SKIPPED]))


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Paragraphs with their first line, without comments and categories."""
    first, block = 0, list[str]()
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, raw in enumerate([*lines, ""], 1):
        line = raw.strip()
        if line.startswith(("//", "$CATEGORY:")):
            continue
        if line:
            first = first or number
            block.append(line)
        elif block:
            yield first, "\n".join(block)
            first, block = 0, []


def _question(block: str, new_id: Callable[[], str]) -> Question:
    text = _shelter(block)
    if text.startswith("::"):
        title = TITLE.match(text)
        if title is None:
            raise _Refused("the title is not closed with ::")
        text = text[title.end() :].strip()
    before, inside, after = _braces(text)
    inside, _, general = inside.partition("####")
    before, markup = _format(before, "moodle")
    read = _read(inside.strip(), bool(after), markup)
    shown = " ".join(part for part in (before, BLANK, after) if part) if after else before
    if not shown:
        raise _Refused("the question has no text")
    explanation = "\n".join(part for part in (*read.feedback, _clean(general, markup)) if part)
    return Question(
        id=new_id(),
        type=read.type,
        text=_plain(shown, markup),
        options=read.options,
        key=read.key,
        explanation=explanation or None,
        multiple=read.multiple,
    )


def _braces(text: str) -> tuple[str, str, str]:
    """Split a question into the text before, in and after the braces."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise _Refused("a description is not a question")
    if start < 0 or 0 <= end < start:
        raise _Refused("there is a } without a { before it")
    if end < 0:
        raise _Refused(
            "there is a { without a } after it (a question must not contain an empty line)"
        )
    after = text[end + 1 :].strip()
    if "{" in text[start + 1 : end] or "{" in after or "}" in after:
        raise _Refused("there is more than one pair of braces")
    return text[:start].strip(), text[start + 1 : end], after


def _read(inside: str, missing_word: bool, markup: str) -> _Read:
    if not inside:
        return _Read(QuestionType.ESSAY, EssayKey())
    if inside.startswith("#"):
        return _numerical(_answers(inside[1:].strip(), markup), missing_word)
    if "~" in inside:
        return _choice(_answers(inside, markup))
    if "=" in inside and "->" in inside:
        return _matching(_answers(inside, markup))
    head, *feedback = inside.split("#")
    if head.strip().upper() in ("T", "TRUE", "F", "FALSE"):
        # The first feedback is for the wrong answer, the second for the right one.
        shown = tuple(_clean(text, markup) for text in feedback[1:2] or feedback[:1])
        key = TrueFalseKey(value=head.strip().upper() in ("T", "TRUE"))
        return _Read(QuestionType.TRUE_FALSE, key, feedback=shown)
    return _short(_answers(inside, markup), missing_word)


def _choice(answers: list[_Answer]) -> _Read:
    signed = any(answer.sign == "=" for answer in answers)
    right = [n for n, a in enumerate(answers) if (a.full if signed else a.weight > 0)]
    options = tuple(answer.text for answer in answers)
    if not right:
        raise _Refused("no answer is correct")
    if len(options) < 2:
        raise _Refused("there must be two answers to choose from")
    if not all(options):
        raise _Refused("an answer is empty")
    if len(set(options)) < len(options):
        raise _Refused("two answers are the same")
    return _Read(
        QuestionType.MULTIPLE_CHOICE,
        ChoiceKey(correct=tuple(right)),
        options,
        tuple(answers[n].feedback for n in right),
        multiple=not signed or len(right) > 1,
    )


def _matching(answers: list[_Answer]) -> _Read:
    pairs: list[tuple[str, str]] = []
    distractors: list[str] = []
    for answer in answers:
        prompt, arrow, match = (part.strip() for part in answer.text.partition("->"))
        if not arrow or not match:
            raise _Refused("a pair is not written as = this -> that")
        if prompt:
            pairs.append((prompt, match))
        else:
            distractors.append(match)
    if len(pairs) < 2:
        raise _Refused("there must be two pairs to match")
    key = MatchingKey(pairs=tuple(pairs), distractors=tuple(distractors))
    return _Read(QuestionType.MATCHING, key, feedback=tuple(a.feedback for a in answers))


def _short(answers: list[_Answer], missing_word: bool) -> _Read:
    right = [answer for answer in answers if answer.full and answer.text]
    if not right:
        raise _Refused("no answer is worth 100%")
    if any(re.search(r"(?<!\\)\*", answer.text) for answer in right):
        raise _Refused("the wildcard * is not supported (write \\* for an asterisk)")
    accepted = tuple(dict.fromkeys(answer.text.replace("\\*", "*") for answer in right))
    feedback = tuple(answer.feedback for answer in right)
    if missing_word:
        return _Read(QuestionType.FILL_BLANK, BlanksKey(blanks=(accepted,)), feedback=feedback)
    return _Read(QuestionType.SHORT_ANSWER, TextKey(accepted=accepted), feedback=feedback)


def _numerical(answers: list[_Answer], missing_word: bool) -> _Read:
    """Numerical answers. One full answer may have a tolerance; the others are accepted as texts."""
    right = [answer for answer in answers if answer.full]
    if not right:
        raise _Refused("no answer is worth 100%")
    values = [_value(answer.text) for answer in right]
    wide = [value for value in values if value[1] > 0]
    if len(wide) > 1:
        raise _Refused("more than one number has a tolerance")
    number, tolerance = (wide or values)[0]
    others = tuple(
        answer.text.strip()
        for answer, value in zip(right, values, strict=True)
        if value != (number, tolerance)
    )
    feedback = tuple(answer.feedback for answer in right)
    if missing_word:
        blanks = BlanksKey(blanks=(others,), numbers=((number, tolerance),))
        return _Read(QuestionType.FILL_BLANK, blanks, feedback=feedback)
    key = TextKey(accepted=others, number=number, tolerance=tolerance)
    return _Read(QuestionType.SHORT_ANSWER, key, feedback=feedback)


def _value(text: str) -> tuple[float, float]:
    """Parse `8`, `8:0.5` or `7.5..8.5` to a number and its tolerance."""
    span = RANGE.fullmatch(text)
    if span:
        low, high = float(span[1]), float(span[2])
        number, tolerance = (low + high) / 2, (high - low) / 2
    else:
        value = VALUE.fullmatch(text)
        if value is None:
            raise _Refused(f"{text[:40]!r} is no number")
        number, tolerance = float(value[1]), float(value[2] or 0)
    if not (math.isfinite(number) and math.isfinite(tolerance)):
        raise _Refused("a number is too large")
    if tolerance < 0:
        raise _Refused("a tolerance is below zero")
    return number, tolerance


def _answers(inside: str, markup: str) -> list[_Answer]:
    """Split at every `=` and `~`; a lone answer needs no sign."""
    if inside.count("=") + inside.count("~") > MAX_ANSWERS:
        raise _Refused(f"there are more than {MAX_ANSWERS} answers")
    parts = re.split("([=~])", inside)
    head = parts[0].strip()
    if head and len(parts) > 1:
        raise _Refused("there is text before the first answer")
    if head:
        return [_answer("=", head, markup)]
    return [_answer(parts[n], parts[n + 1].strip(), markup) for n in range(1, len(parts), 2)]


def _answer(sign: str, text: str, markup: str) -> _Answer:
    weight = 100.0 if sign == "=" else 0.0
    given = WEIGHT.match(text)
    if given:
        weight, text = float(given[1]), text[given.end() :]
    body, _, feedback = text.partition("#")
    return _Answer(sign, weight, _clean(body, markup), _clean(feedback, markup))


def _clean(text: str, markup: str) -> str:
    return _plain(*_format(text.strip(), markup))


def _format(text: str, default: str) -> tuple[str, str]:
    """Remove a prefix such as [html]."""
    prefix = FORMAT.match(text)
    if prefix is None:
        return text, default
    return text[prefix.end() :].strip(), prefix[1].lower()


def _plain(text: str, markup: str) -> str:
    """The text as players read it: escapes resolved, and HTML reduced to its text."""
    resolved = text.translate(SHELTERED)
    if markup != "html":
        return resolved
    if len(resolved) > MAX_HTML:
        raise _Refused(f"a text must be at most {MAX_HTML} characters")
    broken = re.sub(r"(?i)<br\s*/?>|</p>|</li>|</div>", "\n", resolved)
    try:
        return plain(broken)
    except UnboundedMarkup as refusal:
        raise _Refused(f"a text {refusal}") from None


def _shelter(block: str) -> str:
    free = "".join("\ufffd" if ord(c) in SHELTERED else c for c in block)
    return ESCAPE.sub(lambda m: "\n" if m[1] == "n" else chr(SHELTER + ord(m[1])), free)
