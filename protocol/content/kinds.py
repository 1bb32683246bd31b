"""The kinds of files that are taken, by the ending of their names.

What is not listed is not taken, whatever it is used for: among others HTML, SVG and scripts, which
run in a browser; programs; and office files that can have macros.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class Family(StrEnum):
    """Kinds whose content is looked at in the same way."""

    PDF = "pdf"
    OFFICE = "office"
    """Office Open XML: archives with parts."""
    OPEN_DOCUMENT = "open_document"
    """OpenDocument and EPUB: archives that name their type first."""
    ARCHIVE = "archive"
    TEXT = "text"
    PICTURE = "picture"
    AUDIO = "audio"
    VIDEO = "video"


class FileKind(NamedTuple):
    """`content_types` are those that browsers give such a file, ours first."""

    family: Family
    content_types: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_JPEG = FileKind(Family.PICTURE, ("image/jpeg", "image/jpg", "image/pjpeg"))

KINDS: Final[Mapping[str, FileKind]] = {
    "pdf": FileKind(Family.PDF, ("application/pdf", "application/x-pdf")),
    "docx": FileKind(Family.OFFICE, (f"{_OFFICE}.wordprocessingml.document",)),
    "xlsx": FileKind(Family.OFFICE, (f"{_OFFICE}.spreadsheetml.sheet",)),
    "pptx": FileKind(Family.OFFICE, (f"{_OFFICE}.presentationml.presentation",)),
    "odt": FileKind(Family.OPEN_DOCUMENT, (f"{_OPEN}.text",)),
    "ods": FileKind(Family.OPEN_DOCUMENT, (f"{_OPEN}.spreadsheet",)),
    "odp": FileKind(Family.OPEN_DOCUMENT, (f"{_OPEN}.presentation",)),
    "epub": FileKind(Family.OPEN_DOCUMENT, ("application/epub+zip",)),
    "zip": FileKind(
        Family.ARCHIVE,
        ("application/zip", "application/x-zip-compressed", "application/x-zip"),
    ),
    "txt": FileKind(Family.TEXT, ("text/plain",)),
    "md": FileKind(Family.TEXT, ("text/markdown", "text/x-markdown", "text/plain")),
    "csv": FileKind(
        Family.TEXT,
        ("text/csv", "application/csv", "application/vnd.ms-excel", "text/plain"),
    ),
    "vtt": FileKind(Family.TEXT, ("text/vtt", "text/plain")),
    "srt": FileKind(Family.TEXT, ("application/x-subrip", "text/plain")),
    "png": FileKind(Family.PICTURE, ("image/png", "image/x-png")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "webp": FileKind(Family.PICTURE, ("image/webp",)),
    "gif": FileKind(Family.PICTURE, ("image/gif",)),
    "mp3": FileKind(Family.AUDIO, ("audio/mpeg", "audio/mp3", "audio/x-mp3", "audio/mpeg3")),
    "m4a": FileKind(Family.AUDIO, ("audio/mp4", "audio/x-m4a", "audio/m4a", "audio/aac")),
    "ogg": FileKind(Family.AUDIO, ("audio/ogg", "application/ogg", "video/ogg")),
    "wav": FileKind(Family.AUDIO, ("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave")),
    "mp4": FileKind(Family.VIDEO, ("video/mp4", "video/x-mp4", "application/mp4")),
    "m4v": FileKind(Family.VIDEO, ("video/x-m4v", "video/m4v", "video/mp4")),
    "mov": FileKind(Family.VIDEO, ("video/quicktime",)),
    "webm": FileKind(Family.VIDEO, ("video/webm", "audio/webm")),
    "mkv": FileKind(Family.VIDEO, ("video/x-matroska", "video/matroska", "application/x-matroska")),
    "avi": FileKind(
        Family.VIDEO, ("video/x-msvideo", "video/avi", "video/vnd.avi", "video/msvideo")
    ),
}
"""Of Windows, spreadsheets say `application/vnd.ms-excel` of a CSV file."""

UNKNOWN_TYPES: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""What browsers say of a file that they do not know."""
