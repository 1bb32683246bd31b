"""Every format, with what reads and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from actors.assessments.formats.aiken import parse_aiken, write_aiken
from actors.assessments.formats.csv_table.reader import parse_csv
from actors.assessments.formats.csv_table.writer import write_csv
from actors.assessments.formats.gift.reader import parse_gift
from actors.assessments.formats.gift.writer import write_gift
from actors.assessments.formats.moodle_xml.reader import parse_moodle_xml
from actors.assessments.formats.moodle_xml.writer import write_moodle_xml
from actors.assessments.formats.qti.reader import parse_qti
from actors.assessments.formats.qti.writer import write_qti
from actors.assessments.formats.reading import Check, NewId, QuestionFile
from actors.assessments.formats.recognition import decoded, recognised, unpacked
from actors.assessments.formats.written import Pictures, Written, own_left_out, unfinished
from protocol.assessments.files import ExportFormat, FileFormat
from protocol.assessments.quizzes import Question

Reader = Callable[[bytes, NewId, Check], QuestionFile]
Writer = Callable[[tuple[Question, ...], int, Pictures], Written]
"""Questions, how many unfinished ones are left out, and the pictures of the questions."""


def _read_gift(data: bytes, new_id: NewId, check: Check) -> QuestionFile:
    return parse_gift(decoded(data), new_id, check, field="file")


def _write_gift(questions: tuple[Question, ...], left_out: int, pictures: Pictures) -> Written:
    said = [*unfinished(left_out), *own_left_out(questions)]
    return Written(write_gift(questions, left_out).encode(), tuple(said))


def _read_kahoot(data: bytes, new_id: NewId, check: Check) -> QuestionFile:
    from actors.assessments.formats.kahoot import parse_kahoot

    return parse_kahoot(data, new_id, check)


def _write_kahoot(questions: tuple[Question, ...], left_out: int, pictures: Pictures) -> Written:
    from actors.assessments.formats.kahoot import write_kahoot

    return write_kahoot(questions, left_out, pictures)


READERS: Final[Mapping[FileFormat, Reader]] = {
    FileFormat.GIFT: _read_gift,
    FileFormat.MOODLE_XML: parse_moodle_xml,
    FileFormat.QTI: parse_qti,
    FileFormat.CSV: parse_csv,
    FileFormat.KAHOOT: _read_kahoot,
    FileFormat.AIKEN: parse_aiken,
}
WRITERS: Final[Mapping[ExportFormat, Writer]] = {
    ExportFormat.GIFT: _write_gift,
    ExportFormat.MOODLE_XML: write_moodle_xml,
    ExportFormat.QTI_2_1: partial(write_qti, ExportFormat.QTI_2_1),
    ExportFormat.QTI_2_2: partial(write_qti, ExportFormat.QTI_2_2),
    ExportFormat.QTI_3: partial(write_qti, ExportFormat.QTI_3),
    ExportFormat.CSV: write_csv,
    ExportFormat.KAHOOT: _write_kahoot,
    ExportFormat.AIKEN: write_aiken,
}


def recognised_format(data: bytes, format: FileFormat | None) -> tuple[FileFormat, bytes]:
    """The format of a file, unless it is known, and the file without what it is packed in.

    Raises `ValidationError`.
    """
    plain = unpacked(data)
    return format or recognised(plain), plain


def read_file(data: bytes, format: FileFormat, new_id: NewId, check: Check) -> QuestionFile:
    """The questions of an unpacked file. Raises `ValidationError`."""
    return READERS[format](data, new_id, check)


def write_file(
    format: ExportFormat, questions: tuple[Question, ...], left_out: int, pictures: Pictures
) -> Written:
    """A file in that format."""
    return WRITERS[format](questions, left_out, pictures)
