"""Files with questions, in the formats that others read and write: imported, looked at, exported.

A file is recognised by its content. It may come packed by gzip, which browsers can do. Pictures in
it are stored as uploaded ones are.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import msgspec

from protocol.assessments.editing import ReadQuestion
from protocol.envelope import Message
from protocol.idempotency import Repeatable

MAX_FILE_BYTES = 1_500_000
"""As it is sent: in base64 it fits into the body of a request."""
MAX_UNPACKED_BYTES = 8 * 1024 * 1024
"""Of a file without the gzip around it, and of all that is in an archive."""
MAX_FILE_PICTURES = 100


class FileFormat(StrEnum):
    """What is read. QTI: items and packages of 2.1, 2.2 and 3."""

    GIFT = "gift"
    MOODLE_XML = "moodle_xml"
    QTI = "qti"
    CSV = "csv"
    KAHOOT = "kahoot"
    AIKEN = "aiken"


class ExportFormat(StrEnum):
    """What is written."""

    GIFT = "gift"
    MOODLE_XML = "moodle_xml"
    QTI_2_1 = "qti_2_1"
    QTI_2_2 = "qti_2_2"
    QTI_3 = "qti_3"
    CSV = "csv"
    KAHOOT = "kahoot"
    AIKEN = "aiken"


class FileKind(NamedTuple):
    """How an exported file is named and served."""

    ending: str
    media_type: str


_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_KINDS: dict[ExportFormat, FileKind] = {
    ExportFormat.GIFT: FileKind("gift", "text/plain; charset=utf-8"),
    ExportFormat.MOODLE_XML: FileKind("moodle.xml", "application/xml; charset=utf-8"),
    ExportFormat.QTI_2_1: FileKind("qti21.zip", "application/zip"),
    ExportFormat.QTI_2_2: FileKind("qti22.zip", "application/zip"),
    ExportFormat.QTI_3: FileKind("qti3.zip", "application/zip"),
    ExportFormat.CSV: FileKind("csv", "text/csv; charset=utf-8"),
    ExportFormat.KAHOOT: FileKind("kahoot.xlsx", _SHEET),
    ExportFormat.AIKEN: FileKind("aiken.txt", "text/plain; charset=utf-8"),
}


class ImportFile(Repeatable, frozen=True, kw_only=True, tag="assessments.import_file"):
    """Append the questions of a file. Replies `QuestionsAdded`.

    `format` None: as its content says. `only`: the places of those to take, in the order in which
    `FileRead` lists them, counted from 0; None: all.
    ValidationError on `file`: TOO_MANY_BYTES, UNSUPPORTED, DAMAGED, TOO_COMPLEX, NOT_ALLOWED for
    what only attacks have, and NOT_IMPORTED by line where there is nothing to take.
    """

    quiz_id: str
    file: bytes
    format: FileFormat | None = None
    only: tuple[int, ...] | None = None


class PreviewFile(Message, frozen=True, kw_only=True, tag="assessments.preview_file"):
    """Read such a file without writing anything. Replies `FileRead`. The same errors, but a file
    with nothing to take has its reasons in the reply."""

    by: str
    by_role: str
    quiz_id: str
    file: bytes
    format: FileFormat | None = None


class PreviewedQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """`picture` names the file of its picture."""

    read: ReadQuestion
    picture: str | None = None


class FileRead(Message, frozen=True, kw_only=True, tag="assessments.file_read"):
    """What there is in a file; `skipped` as in `QuizCreated`."""

    format: FileFormat
    questions: tuple[PreviewedQuestion, ...]
    skipped: tuple[str, ...]


class ExportQuiz(Message, frozen=True, kw_only=True, tag="assessments.export_quiz"):
    """Ask for the finished questions of a quiz as a file. Replies `QuizExported`."""

    by: str
    by_role: str
    quiz_id: str
    format: ExportFormat = ExportFormat.GIFT


class QuizExported(Message, frozen=True, kw_only=True, tag="assessments.quiz_exported"):
    """`left_out` has texts such as "question 3: why", for what the format cannot carry."""

    title: str
    content: bytes
    left_out: tuple[str, ...] = ()
