"""Writes the table, such that reading it gives the same questions.

What the columns cannot say stands in the last one. No cell is a formula for a spreadsheet.
"""

from __future__ import annotations

import base64
import csv
import io

import msgspec
from msgspec import structs

from actors.assessments.formats.csv_table.columns import ARROW, DETAILS, NAMED, escaped
from actors.assessments.formats.csv_table.reader import parse_csv
from actors.assessments.formats.extras import Extras, missing_in
from actors.assessments.formats.written import (
    NO_PICTURES,
    Pictures,
    Written,
    own_left_out,
    unfinished,
)
from protocol.assessments.quizzes import (
    MAX_OPTIONS,
    AcceptedNumber,
    BlanksKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    Question,
    QuestionDifficulty,
    TextKey,
    TrueFalseKey,
)
from protocol.errors import ValidationError
from protocol.formulas import defused

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""By which Excel sees that it is UTF-8."""
PICTURE = "of its picture only the address is written"


def write_csv(
    questions: tuple[Question, ...], left_out: int = 0, pictures: Pictures = NO_PICTURES
) -> Written:
    """The table. `left_out` unfinished questions are mentioned."""
    rows = [_row(question) for question in questions]
    options = max((len(_options(question)) for question in questions), default=0)
    said = [*unfinished(left_out), *own_left_out(questions)]
    said += [
        f"question {n}: {PICTURE}"
        for n, question in enumerate(questions, 1)
        if question.media_url is not None
    ]
    return Written(BYTE_ORDER_MARK + _table(rows, options), tuple(said))


def _row(question: Question) -> dict[str, str]:
    """The cells of a question, with details if it needs some."""
    wanted = structs.replace(question, id="", decimal_comma=False, notes=None, rubric=None)
    natural = _natural(wanted)
    bare = _read(natural)
    if bare == wanted:
        return natural
    extras = structs.replace(
        missing_in(wanted, bare), points=1, difficulty=QuestionDifficulty.MEDIUM, seconds=None
    )
    row = {**natural, DETAILS: _encoded(extras)}
    if _read(row) == wanted:
        return row
    extras = extras.with_all_of(wanted)
    return {**natural, DETAILS: _encoded(extras)}


def _natural(question: Question) -> dict[str, str]:
    kind, answer, tolerance = _answer(question)
    cells = {
        "type": kind,
        "question": question.text,
        "answer": answer,
        "several": "" if question.multiple is None else ("yes" if question.multiple else "no"),
        "tolerance": tolerance,
        "points": str(question.points),
        "seconds": "" if question.seconds is None else str(question.seconds),
        "difficulty": question.difficulty.value,
        "explanation": question.explanation or "",
        "picture": question.media_url or "",
        "picture words": question.media_alt or "",
    }
    options = {f"option {n}": text for n, text in enumerate(_options(question), 1)}
    return cells | options


def _answer(question: Question) -> tuple[str, str, str]:
    """The type, the answer and the tolerance."""
    match question.key:
        case ChoiceKey() as key:
            return question.type.value, "|".join(str(n + 1) for n in key.correct), ""
        case TrueFalseKey() as key:
            return question.type.value, str(key.value).lower(), ""
        case NumericKey(answers=(AcceptedNumber(number=float(number), tolerance=tolerance), *_)):
            return question.type.value, repr(number), repr(tolerance) if tolerance else ""
        case TextKey() as key:
            texts = (*(text.replace("*", "\\*") for text in key.accepted), *key.patterns)
            return question.type.value, "|".join(map(escaped, texts)), ""
        case BlanksKey() as key:
            gaps = ("/".join(map(escaped, gap)) for gap in key.blanks)
            return question.type.value, "|".join(gaps), ""
        case EssayKey() as key:
            return question.type.value, key.guidance, ""
    return question.type.value, "", ""


def _options(question: Question) -> list[str]:
    key = question.key
    if isinstance(key, OrderingKey):
        return list(key.items)
    if not isinstance(key, MatchingKey):
        return list(question.options)
    pairs = [f"{prompt}{ARROW}{match}" for prompt, match in key.pairs]
    return [*pairs, *(f"{ARROW.lstrip()}{text}" for text in key.distractors)][:MAX_OPTIONS]


def _encoded(extras: Extras) -> str:
    """In an alphabet of which no spreadsheet makes a formula."""
    return base64.urlsafe_b64encode(msgspec.json.encode(extras)).decode()


def _read(row: dict[str, str]) -> Question | None:
    """What would be read; None if that is nothing."""
    try:
        return parse_csv(_table([row], MAX_OPTIONS), lambda: "").questions[0].question
    except ValidationError:
        return None


def _table(rows: list[dict[str, str]], options: int) -> bytes:
    """RFC 4180."""
    names = [*NAMED, *(f"option {n}" for n in range(1, options + 1)), DETAILS]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([defused(row.get(name, "")) for name in names] for row in rows)
    return text.getvalue().encode(errors="replace")
