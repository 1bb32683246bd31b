"""Which look each kind of file gets, and the one that all get."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from actors.content.checking.archives import check_archive
from actors.content.checking.boxes import check_boxes
from actors.content.checking.content import Content, Read, wrong_kind
from actors.content.checking.directories import TAIL, ends_like_an_archive
from actors.content.checking.media import (
    check_avi,
    check_matroska,
    check_mp3,
    check_ogg,
    check_wav,
)
from actors.content.checking.packages import check_office, check_open_document
from actors.content.checking.pictures import check_picture
from actors.content.checking.texts import check_text
from protocol.content.faults import FileFault, FileRefused
from protocol.content.kinds import KINDS, Family
from protocol.content.scanning import VirusScanner
from protocol.content.uses import Declared

Look = Callable[[Content, str], Awaitable[object]]
_PDF: Final = re.compile(rb"%PDF-[12]\.\d")
_ARCHIVES: Final = (Family.ARCHIVE, Family.OFFICE, Family.OPEN_DOCUMENT)


async def check_content(read: Read, declared: Declared) -> None:
    """Whether a file is what its name says, and harmless as far as that can be seen.

    Reads a few pieces, only texts as a whole. Raises `FileRefused`, and what `read` raises.
    """
    content = Content(read, declared.size)
    family = KINDS[declared.extension].family
    await (_MEDIA.get(declared.extension) or _LOOKS[family])(content, declared.extension)
    if family not in _ARCHIVES and ends_like_an_archive(await content.tail(TAIL)):
        said = "There is an archive behind the end of this file"
        raise FileRefused(FileFault.EXTRA_CONTENT, said)


async def check_scanned(read: Read, declared: Declared, scanner: VirusScanner) -> None:
    """Have a file scanned as a whole. Raises `FileRefused`, and what the scanner raises."""
    found = await scanner.scan(Content(read, declared.size).pieces())
    if found is not None:
        raise FileRefused(FileFault.INFECTED, f"A virus was found in the file: {found}")


async def _check_pdf(content: Content, extension: str) -> None:
    """From its first byte on: readers take one that begins later too, and so would be two files."""
    if not _PDF.match(await content.piece(0, 8)):
        raise wrong_kind(extension)


_LOOKS: Final[Mapping[Family, Look]] = {
    Family.PDF: _check_pdf,
    Family.OFFICE: check_office,
    Family.OPEN_DOCUMENT: check_open_document,
    Family.ARCHIVE: check_archive,
    Family.TEXT: check_text,
    Family.PICTURE: check_picture,
}
_MEDIA: Final[Mapping[str, Look]] = {
    "mp3": check_mp3,
    "m4a": check_boxes,
    "ogg": check_ogg,
    "wav": check_wav,
    "mp4": check_boxes,
    "m4v": check_boxes,
    "mov": check_boxes,
    "webm": check_matroska,
    "mkv": check_matroska,
    "avi": check_avi,
}
