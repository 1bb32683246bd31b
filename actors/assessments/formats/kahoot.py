"""Kahoot's spreadsheet for importing quizzes: a row for each question, with up to four answers.

The template has, below its instructions, a row of headings (question, answers 1 to 4, time limit,
correct answers), and the rows below are numbered. Of several correct answers any is enough.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from typing import Any, Final

import openpyxl
import xlsxwriter
from msgspec import structs

from actors.assessments.formats.archives import Archive
from actors.assessments.formats.reading import (
    Check,
    FileQuestion,
    Found,
    NewId,
    QuestionFile,
    Refused,
)
from actors.assessments.formats.recognition import FIELD
from actors.assessments.formats.simple import (
    KINDS,
    choice_of,
    dropped,
    options_of,
    reported,
)
from actors.assessments.formats.written import NO_PICTURES, Pictures, Written, unfinished
from protocol.assessments.bounds import QUESTION_SECONDS
from protocol.assessments.quizzes import ChoiceKey, Question
from protocol.errors import ValidationError
from protocol.validation import Rule

ANSWERS: Final = 4
MAX_ROWS: Final = 1_000
MAX_COLUMNS: Final = 26
MAX_HEADINGS_ROW: Final = 30
"""Rows in which the headings are looked for."""
MAX_PART: Final = 512 * 1024
"""Bytes of each part that openpyxl keeps in memory as objects, such as the styles."""
_LARGE: Final = re.compile(r"xl/(?:worksheets/[^/]+\.xml|sharedStrings\.xml|media/.*)")
"""Parts that it reads piece by piece, or not at all."""
TIMES: Final = (5, 10, 20, 30, 60, 90, 120, 240)
USUAL: Final = 20
MAX_QUESTION: Final = 120
MAX_ANSWER: Final = 75
HEADINGS: Final = (
    "Question - max 120 characters",
    *(f"Answer {n} - max 75 characters" for n in range(1, ANSWERS + 1)),
    "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs",
    "Correct answer(s) - choose at least one",
)
FIRST_ROW: Final = 8
"""Of the headings in the template."""
NO_HEADINGS: Final = (
    "has no headings of Kahoot's template: question, answers 1 to 4, correct answers"
)
ANY: Final = "that all of its right answers must be chosen (any is enough there)"

Row = tuple[Any, ...]


def parse_kahoot(data: bytes, new_id: NewId, check: Check = lambda: None) -> QuestionFile:
    """Read the first sheet. Raises `ValidationError` when there is nothing in it to take."""
    found = Found()
    rows = iter(_rows(data, check))
    columns = _columns(rows)
    for number, row in rows:
        check()
        text = _text(row, columns["question"])
        answers = [_text(row, columns[f"answer {n}"]) for n in range(1, ANSWERS + 1)]
        if not text and not any(answers):
            continue
        found.check_room(number)
        try:
            question = _question(text, answers, _text(row, columns["correct"]), new_id())
        except Refused as reason:
            found.skip(number, reason)
            continue
        seconds, lost = _seconds(_text(row, columns["time"]))
        found.add(FileQuestion(number, structs.replace(question, seconds=seconds)), lost)
    return found.whole()


def _rows(data: bytes, check: Check) -> Iterator[tuple[int, Row]]:
    """Those of the first sheet with their numbers, at most `MAX_ROWS`."""
    archive = Archive(data)
    for name in archive.names:
        if not _LARGE.fullmatch(name) and archive.size(name) > MAX_PART:
            said = f"has a part of more than {MAX_PART} bytes: {name[:80]}"
            raise ValidationError.of(FIELD, Rule.TOO_COMPLEX, said)
    whole = archive.stored(check)  # openpyxl unpacks what it opens, however large it is
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of looks that it does not know
            book = openpyxl.load_workbook(whole, read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            rows = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
            yield from enumerate(rows, 1)
    except ValidationError:
        raise
    except Exception as fault:  # whatever openpyxl finds, it is the file's
        raise ValidationError.of(
            FIELD, Rule.DAMAGED, f"is no spreadsheet that can be read ({type(fault).__name__})"
        ) from None


def _columns(rows: Iterator[tuple[int, Row]]) -> dict[str, int]:
    """Where each thing stands, by the row of headings. Raises `ValidationError`."""
    for number, row in rows:
        found: dict[str, int] = {}
        for place, value in enumerate(row):
            said = str(value or "").strip().casefold()
            if said.startswith("question"):
                found.setdefault("question", place)
            elif said.startswith("time"):
                found.setdefault("time", place)
            elif said.startswith("correct"):
                found.setdefault("correct", place)
            elif (answer := re.match(r"answer\s*([1-4])\b", said)) is not None:
                found.setdefault(f"answer {answer[1]}", place)
        if {"question", "answer 1", "answer 2", "correct"} <= found.keys():
            absent = MAX_COLUMNS
            return {"time": absent, "answer 3": absent, "answer 4": absent, **found}
        if number >= MAX_HEADINGS_ROW:
            break
    raise ValidationError.of(FIELD, Rule.UNSUPPORTED, NO_HEADINGS)


def _text(row: Row, place: int) -> str:
    """A cell as a person reads it."""
    value = row[place] if place < len(row) else None
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _question(text: str, answers: list[str], correct: str, new_id: str) -> Question:
    """Raises `Refused`."""
    if not text:
        raise Refused("the question has no text")
    right = sorted({int(digit) - 1 for digit in re.findall(r"\d", correct)})
    if not right:
        raise Refused("no correct answer is named")
    if not all(0 <= place < ANSWERS and answers[place] for place in right):
        raise Refused("a correct answer is named that is not there")
    places = [n for n, answer in enumerate(answers) if answer]
    options = [answers[n] for n in places]
    return choice_of(text, options, [places.index(n) for n in right], new_id)


def _seconds(text: str) -> tuple[int | None, tuple[str, ...]]:
    """The time, and what is lost of it."""
    if not text:
        return None, ()
    if text.isdecimal() and len(text) < 6 and QUESTION_SECONDS.holds(int(text)):
        return int(text), ()
    return None, ("its time, which is no number of seconds",)


def write_kahoot(
    questions: tuple[Question, ...], left_out: int = 0, pictures: Pictures = NO_PICTURES
) -> Written:
    """The spreadsheet, with the questions that it can carry."""
    rows: list[list[str | int]] = []
    said = unfinished(left_out)
    for number, question in enumerate(questions, 1):
        reason = _why_not(question)
        if reason:
            said.append(f"question {number}: {reason}")
            continue
        found = options_of(question)
        assert found is not None
        options, right = found
        seconds = min(TIMES, key=lambda time: abs(time - (question.seconds or USUAL)))
        lost = dropped(question, time=False)
        if question.seconds not in (None, seconds):
            lost.append(f"its time of {question.seconds} seconds (it has {seconds})")
        if question.multiple and len(right) > 1:
            lost.append(ANY)
        said += reported(number, lost)
        places = ",".join(str(place + 1) for place in right)
        cells = [*options, *[""] * (ANSWERS - len(options))]
        rows.append([question.text, *cells, seconds, places])
    return Written(_sheet(rows), tuple(said))


def _why_not(question: Question) -> str:
    """Why a question is not carried; empty if it is."""
    found = options_of(question)
    if found is None:
        return f"Kahoot's spreadsheet has no {KINDS[question.type]}"
    options, right = found
    if len(options) > ANSWERS:
        return f"Kahoot has at most {ANSWERS} answers"
    if not right:
        return "Kahoot needs a right answer"
    key = question.key
    if isinstance(key, ChoiceKey) and key.weights and any(0 < w < 99_000 for w in key.weights):
        return "Kahoot has no parts of points"
    if len(question.text) > MAX_QUESTION:
        return f"Kahoot has questions of at most {MAX_QUESTION} characters"
    if any(len(option) > MAX_ANSWER for option in options):
        return f"Kahoot has answers of at most {MAX_ANSWER} characters"
    return ""


def _sheet(rows: list[list[str | int]]) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("Sheet1")
        bold = book.add_format({"bold": True, "text_wrap": True})
        sheet.write_string(0, 1, "Quiz template")
        sheet.set_column(1, 1 + ANSWERS, 28)
        for column, heading in enumerate(HEADINGS, 1):
            sheet.write_string(FIRST_ROW - 1, column, heading, bold)
        for number, row in enumerate(rows):
            sheet.write_number(FIRST_ROW + number, 0, number + 1)
            for column, cell in enumerate(row, 1):
                if isinstance(cell, str):
                    sheet.write_string(FIRST_ROW + number, column, cell)
                else:
                    sheet.write_number(FIRST_ROW + number, column, cell)
    return buffer.getvalue()
