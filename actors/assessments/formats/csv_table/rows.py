"""One row as a question: its type says how the answer is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from actors.assessments.answers.wildcards import as_shown, has_wildcard
from actors.assessments.formats.csv_table.columns import ARROW, plain, split
from actors.assessments.formats.keys import Read, points_near, value
from actors.assessments.formats.reading import Refused
from protocol.assessments.points import Points
from protocol.assessments.quizzes import (
    MAX_OPTIONS,
    AcceptedNumber,
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    QuestionDifficulty,
    QuestionType,
    TextKey,
    TrueFalseKey,
)

Row = Mapping[str, str]
YES: Final = ("yes", "y", "true", "1")
NO: Final = ("no", "n", "false", "0")
TRUE: Final = ("true", "t", "yes", "1")
FALSE: Final = ("false", "f", "no", "0")


def options_of(row: Row) -> list[str]:
    """The options of a row, without empty cells."""
    cells = (row.get(f"option {n}", "").strip() for n in range(1, MAX_OPTIONS + 1))
    return [cell for cell in cells if cell]


def points_in(row: Row) -> Points:
    """Raises `Refused`."""
    text = row.get("points", "").strip().replace(",", ".")
    if not text:
        return 1
    number, _ = value(text)
    points, exact = points_near(number)
    if not exact:
        raise Refused("points must have at most two digits after the point")
    return points


def seconds_in(row: Row) -> int | None:
    """Raises `Refused`."""
    text = row.get("seconds", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise Refused(f"{text[:40]!r} is no number of seconds")
    return int(text)


def difficulty_in(row: Row) -> QuestionDifficulty:
    """Raises `Refused`."""
    text = row.get("difficulty", "").strip().casefold()
    try:
        return QuestionDifficulty(text) if text else QuestionDifficulty.MEDIUM
    except ValueError:
        raise Refused(f"{text[:40]!r} is no difficulty: easy, medium or hard") from None


def read_row(row: Row) -> Read:
    """The type, the key and the options. Raises `Refused`."""
    kind = "_".join(row["type"].strip().casefold().replace("-", " ").replace("_", " ").split())
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise Refused(f"{row['type'].strip()[:40]!r} is no type of question: {known}")
    return KINDS[kind](row, row.get("answer", "").strip())


def _choice(row: Row, answer: str) -> Read:
    options = options_of(row)
    if len(options) < 2:
        raise Refused("there must be two options to choose from")
    if len(set(options)) < len(options):
        raise Refused("two options are the same; change one or remove it")
    numbers = [
        part for part in answer.replace(",", "|").replace(";", "|").split("|") if part.strip()
    ]
    right = []
    for part in numbers:
        text = part.strip().removesuffix(".0")
        if not (
            text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= len(options)
        ):
            raise Refused(f"{text[:40]!r} is no number of an option")
        right.append(int(text) - 1)
    if not right:
        raise Refused("no option is named as right")
    several = _yes(row.get("several", ""), default=len(set(right)) > 1)
    key = ChoiceKey(correct=tuple(sorted(set(right))))
    return Read(QuestionType.MULTIPLE_CHOICE, key, tuple(options), multiple=several)


def _yes(text: str, *, default: bool) -> bool:
    said = text.strip().casefold()
    if said in YES + NO:
        return said in YES
    if said:
        raise Refused(f"{said[:40]!r} is neither yes nor no")
    return default


def _truth(row: Row, answer: str) -> Read:
    said = answer.casefold()
    if said not in TRUE + FALSE:
        raise Refused("the answer must be true or false")
    return Read(QuestionType.TRUE_FALSE, TrueFalseKey(value=said in TRUE))


def _short(row: Row, answer: str) -> Read:
    texts = [plain(part) for part in split(answer, "|") if part]
    accepted = tuple(as_shown(text) for text in texts if not has_wildcard(text))
    patterns = tuple(text for text in texts if has_wildcard(text))
    if not texts:
        raise Refused("the answer is empty")
    return Read(QuestionType.SHORT_ANSWER, TextKey(accepted=accepted, patterns=patterns))


def _number(row: Row, answer: str) -> Read:
    number, tolerance = value(answer)
    given = row.get("tolerance", "").strip()
    if given:
        tolerance, _ = value(given)
    if tolerance < 0:
        raise Refused("a tolerance is below zero")
    key = NumericKey(answers=(AcceptedNumber(number=number, tolerance=tolerance),))
    return Read(QuestionType.NUMERIC, key)


def _ordering(row: Row, answer: str) -> Read:
    options = options_of(row)
    if len(options) < 2:
        raise Refused("there must be two options to put in order")
    return Read(QuestionType.ORDERING, OrderingKey(items=tuple(options)))


def _essay(row: Row, answer: str) -> Read:
    return Read(QuestionType.ESSAY, EssayKey(guidance=answer))


def _blanks(row: Row, answer: str) -> Read:
    blanks = [
        tuple(plain(text) for text in split(part, "/") if text) for part in split(answer, "|")
    ]
    if not all(blanks):
        raise Refused("a gap has no answer")
    return Read(QuestionType.FILL_BLANK, BlanksKey(blanks=tuple(blanks)))


def _matching(row: Row, answer: str) -> Read:
    pairs: list[tuple[str, str]] = []
    others: list[str] = []
    for option in options_of(row):
        prompt, arrow, match = f" {option}".partition(ARROW)
        if not arrow or not match.strip():
            raise Refused("a pair is not written as: this -> that")
        if prompt.strip():
            pairs.append((prompt.strip(), match.strip()))
        else:
            others.append(match.strip())
    if len(pairs) < 2:
        raise Refused("there must be two pairs to match")
    key: AnswerKey = MatchingKey(pairs=tuple(pairs), distractors=tuple(others))
    return Read(QuestionType.MATCHING, key)


KINDS: Final[Mapping[str, Callable[[Row, str], Read]]] = {
    "multiple_choice": _choice,
    "true_false": _truth,
    "short_answer": _short,
    "numeric": _number,
    "number": _number,
    "ordering": _ordering,
    "essay": _essay,
    "fill_blank": _blanks,
    "matching": _matching,
}
"""How the answer of each type is read. A new type of ours gets its line here."""
