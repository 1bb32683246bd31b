"""Which format a file has, by its content; and texts of files, whatever their encoding."""

from __future__ import annotations

import codecs
import re
import zlib
from typing import Final

from actors.assessments.formats.archives import Archive, is_archive
from actors.assessments.formats.trees import HOSTILE
from protocol.assessments.files import MAX_UNPACKED_BYTES, FileFormat
from protocol.errors import ValidationError
from protocol.validation import Rule

FIELD: Final = "file"
GZIP: Final = b"\x1f\x8b"
_LOOKED_AT: Final = 4_000
"""Bytes at the beginning of XML in which its root begins."""
_SKIPPED: Final = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ROOT: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_DOCTYPE: Final = b"<!DOCTYPE"
_PROLOG: Final = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<\0?\?")
_ROOTS: Final = {
    b"quiz": FileFormat.MOODLE_XML,
    b"assessmentItem": FileFormat.QTI,
    b"qti-assessment-item": FileFormat.QTI,
}
_AIKEN_ANSWER: Final = re.compile(r"^[ \t]*ANSWER:[ \t]*[A-Za-z][ \t]*$", re.MULTILINE)
_AIKEN_OPTION: Final = re.compile(r"^[ \t]*[A-Z][.)]", re.MULTILINE)
UNSUPPORTED: Final = (
    "is none of GIFT, Moodle XML, QTI 2.1, 2.2 or 3, CSV with our columns, Kahoot's spreadsheet"
    " and Aiken"
)


def unpacked(data: bytes) -> bytes:
    """The file without the gzip around it. Raises `ValidationError`."""
    if not data.startswith(GZIP):
        return data
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = unpacker.decompress(data, MAX_UNPACKED_BYTES + 1)
    except zlib.error:
        raise ValidationError.of(FIELD, Rule.DAMAGED, "is no whole gzip") from None
    if len(plain) > MAX_UNPACKED_BYTES:
        said = f"must be at most {MAX_UNPACKED_BYTES} bytes when it is unpacked"
        raise ValidationError.of(FIELD, Rule.TOO_MANY_BYTES, said, max=MAX_UNPACKED_BYTES)
    if not unpacker.eof:
        raise ValidationError.of(FIELD, Rule.DAMAGED, "is no whole gzip")
    return plain


def recognised(data: bytes) -> FileFormat:
    """The format of an unpacked file. Raises `ValidationError` UNSUPPORTED."""
    if is_archive(data):
        names = Archive(data).names
        return FileFormat.KAHOOT if "xl/workbook.xml" in names else FileFormat.QTI
    root = _root(data)
    if root in _ROOTS:
        return _ROOTS[root]
    if root is not None and _PROLOG.match(data):
        said = f"{UNSUPPORTED}: its root is <{root[:40].decode(errors='replace')}>"
        raise ValidationError.of(FIELD, Rule.UNSUPPORTED, said)
    text = decoded(data)
    if "\0" in text[:_LOOKED_AT]:
        raise ValidationError.of(FIELD, Rule.UNSUPPORTED, UNSUPPORTED)
    if _is_table(text):
        return FileFormat.CSV
    if _AIKEN_ANSWER.search(text) and _AIKEN_OPTION.search(text):
        return FileFormat.AIKEN
    return FileFormat.GIFT


def _is_table(text: str) -> bool:
    """Whether its first line names the columns that a table of ours must have."""
    lines = (line for line in text[:_LOOKED_AT].splitlines() if not line.startswith("sep="))
    head = next((line for line in lines if line.strip("\ufeff \t")), "").casefold()
    cells = (cell.strip(" \t\ufeff\"'") for cell in re.split(r"[,;\t]", head))
    return {"type", "question"} <= set(cells)


def decoded(data: bytes) -> str:
    """A text by its byte order mark, else UTF-8, else in the alphabet of Windows."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("windows-1252", errors="replace")


def _root(data: bytes) -> bytes | None:
    """The name of the root; None for what is no XML. Raises `ValidationError` NOT_ALLOWED."""
    head = data[: 2 * _LOOKED_AT]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", errors="replace").encode()
    head = head.removeprefix(codecs.BOM_UTF8)
    at = 0
    while skipped := _SKIPPED.match(head, at):
        at = skipped.end()
    if head[at : at + len(_DOCTYPE)].upper() == _DOCTYPE:
        raise ValidationError.of(FIELD, Rule.NOT_ALLOWED, HOSTILE)
    root = _ROOT.match(head, at)
    return root[1] if root else None
