"""The braces of a GIFT question: what kind it is, and its key.

Each kind is told apart and read as Moodle does. What Moodle does and we cannot is refused with a
reason (`Refused`), or noted in the texts' `lost`.
"""

from __future__ import annotations

import re
from itertools import zip_longest

from actors.assessments.formats.gift.texts import FORMAT, SHELTERED, Texts
from actors.assessments.formats.keys import Answer, Read, choice, matching, numerical, short
from actors.assessments.formats.reading import Refused
from actors.assessments.formats.texts import FileText
from protocol.assessments.quizzes import (
    WHOLE,
    AnswerKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    QuestionType,
    TrueFalseKey,
)

MAX_ANSWERS = 100
"""Answers in one pair of braces, checked before parsing; no kind of question may have as many."""

WEIGHT = re.compile(r"%(-?\d{1,3}(?:[.,]\d{1,10})?)%")
TRUE, FALSE = ("T", "TRUE"), ("F", "FALSE")
"""In capitals only: `{t}` is a short answer."""
LETTER = re.compile(r"(?:\A|[\s>])[A-Z]\Z")
SHARP = "a # at the end of an answer (write \\# to keep it, as in C\\#)"
"""Begins a feedback in Moodle too; but one that is empty, after a letter, was meant as a name."""
FORMAT_AT_END = re.compile(rf"{FORMAT.pattern}\Z", re.IGNORECASE)
MAX_FORMAT = len("[markdown]")
ATTRIBUTE = re.compile(r"<[a-zA-Z][a-zA-Z0-9-]{0,20}\s[^<>=~#]{0,500}=\s*[\"']")
OPEN_TAG = re.compile(r"<[a-zA-Z][a-zA-Z0-9-]{0,20}\s[^>]*[\"'][^>]*")
IN_A_TAG = "a sign in an HTML tag is taken for an answer's; write \\= and \\# there"


def read_answers(
    inside: str, texts: Texts, *, missing_word: bool, known: AnswerKey | None = None
) -> Read:
    """`known` is what a comment says of the key. Raises `Refused`."""
    if not inside:
        return Read(QuestionType.ESSAY, EssayKey())
    if inside.startswith("#"):
        return _numerical(inside[1:].strip(), texts, missing_word)
    if "~" in inside:
        key = known if isinstance(known, ChoiceKey) else None
        return _choice(_answers(inside, texts), key)
    if "=" in inside and "->" in inside:
        pairs = known.pairs if isinstance(known, MatchingKey) else ()
        return _matching(inside, texts, [match for _, match in pairs])
    head, *feedback = inside.split("#", 2)
    if head.strip() in TRUE + FALSE:
        return _true_false(head.strip() in TRUE, [texts.read(text) for text in feedback])
    return short(_answers(inside, texts), missing_word)


def _true_false(value: bool, feedback: list[FileText]) -> Read:
    """The first feedback is for the wrong answer, the second for the right one."""
    wrong, right = [*feedback, FileText(), FileText()][:2]
    shown = (right, wrong.about(str(not value)) if wrong.plain and right.plain else wrong)
    return Read(QuestionType.TRUE_FALSE, TrueFalseKey(value=value), feedback=shown)


def _choice(answers: list[Answer], known: ChoiceKey | None) -> Read:
    """With a `=` one option is chosen, and otherwise several, whose weights are added."""
    answers = [a for a in answers if a.text or a.feedback.plain or a.weight not in (0, WHOLE)]
    single = any(answer.sign == "=" for answer in answers)
    if len(answers) < 2:
        raise Refused(
            "there must be two answers to choose from; where the answer is written, leave out the ~"
        )
    if known is None and not any(map(_is_right, answers)):
        raise Refused("no answer is correct; mark the right one with = (or with ~%100%)")
    return choice(answers, single=single, known=known)


def _is_right(answer: Answer) -> bool:
    return answer.full if answer.sign == "=" else answer.weight > 0


def _matching(inside: str, texts: Texts, known: list[str]) -> Read:
    """Pairs have no feedback: `= Microsoft -> C#` ends in a sharp. `known` are their matches."""
    pairs: list[tuple[FileText, str]] = []
    parts = _split(inside)
    for (_, part), wanted in zip_longest(parts, known[: len(parts)]):
        before, arrow, after = _at_arrow(part, wanted, texts)
        prompt, match = texts.answer(before), texts.answer(after).plain
        if not arrow or not match:
            raise Refused("a pair is not written as = this -> that")
        pairs.append((prompt, match))
    return matching(pairs)


def _at_arrow(part: str, match: str | None, texts: Texts) -> tuple[str, str, str]:
    """Split at the first arrow, or at that before the match, if it is known."""
    if match is None:
        return part.partition("->")
    whole = part.rstrip()
    if not whole.translate(SHELTERED).endswith(match):
        return part, "", ""
    before = whole[: len(whole) - len(match)].rstrip()
    prefix = FORMAT_AT_END.search(before, max(len(before) - MAX_FORMAT, 0))
    before = before[: prefix.start()].rstrip() if prefix else before
    return (before[:-2], "->", whole[len(before) :]) if before.endswith("->") else (part, "", "")


def _numerical(inside: str, texts: Texts, missing_word: bool) -> Read:
    """The first full answer is the number to show; the others are credits."""
    inside, wrong, otherwise = inside.partition("~")
    answers = _answers(inside, texts)
    if wrong:
        answers.append(_answer("~", otherwise.strip(), texts))
    return numerical(answers, missing_word)


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
