"""Reads the table: its encoding, its separator and its columns are found out."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from msgspec import structs

from actors.assessments.formats.csv_table.columns import (
    DETAILS,
    MAX_COLUMNS,
    NEEDED,
    is_known,
    named,
)
from actors.assessments.formats.csv_table.rows import (
    Row,
    difficulty_in,
    points_in,
    read_row,
    seconds_in,
)
from actors.assessments.formats.extras import Extras, extras_in, reread
from actors.assessments.formats.reading import (
    Check,
    FileQuestion,
    Found,
    NewId,
    QuestionFile,
    Refused,
    numbered,
)
from actors.assessments.formats.recognition import FIELD
from actors.assessments.formats.recognition import decoded as as_text
from actors.assessments.formats.texts import Texts
from actors.assessments.formatting import MarkdownLeft
from protocol.assessments.quizzes import Question
from protocol.errors import ValidationError
from protocol.formulas import defused
from protocol.validation import Rule

SEPARATORS: Final = ",;\t"
_SEPARATOR: Final = re.compile(r"\s*sep=(.)[ \t]*(?:\r\n?|\n)")
"""A line with which Excel is told."""
NO_COLUMNS: Final = "has no columns `type` and `question`"
UNKNOWN: Final = "columns that are not known are not kept"


def parse_csv(data: bytes, new_id: NewId, check: Check = lambda: None) -> QuestionFile:
    """Read a whole table. Raises `ValidationError` when there is nothing in it to take."""
    found, left = Found(), MarkdownLeft()
    text = as_text(data).removeprefix("\ufeff")
    rows = _rows(text, check)
    line, header = next(rows, (1, []))
    if len(header) > MAX_COLUMNS:
        said = f"must have at most {MAX_COLUMNS} columns"
        raise ValidationError.of(FIELD, Rule.TOO_MANY, said, max=MAX_COLUMNS)
    names = [named(cell) for cell in header]
    if not set(names) >= NEEDED:
        raise ValidationError.of(FIELD, Rule.UNSUPPORTED, NO_COLUMNS)
    for name in names:
        if name and not is_known(name):
            found.unkept_in(line, UNKNOWN)
    for line, cells in rows:
        check()
        row = dict(zip(names, map(_undefused, cells), strict=False))
        if not any(cell.strip() for cell in row.values()):
            continue
        found.check_room(line)
        texts = Texts(left)
        try:
            question = _question({name: row.get(name, "") for name in names}, texts, new_id())
        except Refused as reason:
            found.skip(line, reason)
            continue
        found.add(FileQuestion(line, question), tuple(texts.lost))
    return found.whole()


def _rows(text: str, check: Check) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line where each begins. Raises `ValidationError`."""
    told = _SEPARATOR.match(text)
    begin = told.end() if told else 0
    head = text[begin : begin + 4_000].lstrip().split("\n", 1)[0]
    separator = told[1] if told else max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text[begin:], newline=""), delimiter=separator)
    before = 1 if told else 0
    line = before
    try:
        for _, cells in numbered(reader, check):
            if cells:
                yield line + 1, cells
            line = before + reader.line_num
    except csv.Error as fault:
        raise ValidationError.of(
            FIELD, Rule.DAMAGED, f"is no table that can be read: {fault} (line {line + 1})"
        ) from None


def _question(row: Row, texts: Texts, new_id: str) -> Question:
    extras = _extras(row.get(DETAILS, ""), texts)
    read = extras.told() or read_row(row)
    text = row["question"].strip()
    if not text and extras.sources is None:
        raise Refused("the question has no text")
    question = Question(
        id=new_id,
        type=read.type,
        text=text,
        options=read.options,
        key=read.key,
        explanation=row.get("explanation", "").strip() or None,
        multiple=read.multiple,
    )
    extras = structs.replace(
        extras,
        points=points_in(row),
        difficulty=difficulty_in(row),
        seconds=seconds_in(row),
        media_url=extras.media_url or row.get("picture", "").strip() or None,
        media_alt=extras.media_alt or row.get("picture words", "").strip() or None,
    )
    question = extras.added_to(question)
    return question if extras.sources is None else reread(question, extras.sources, texts)


def _extras(details: str, texts: Texts) -> Extras:
    """What our own exports say beside the other columns."""
    try:
        said = base64.urlsafe_b64decode(details.strip().encode("ascii"))
    except ValueError:
        said = b"no base64"
    return extras_in(said or None, texts)


def _undefused(cell: str) -> str:
    """The cell without the apostrophe that makes a formula harmless."""
    bare = cell.removeprefix("'")
    return bare if bare != cell and defused(bare) == cell else cell
