"""Office files and books: archives in which certain members say what they are.

Office Open XML (ECMA-376, part 2), OpenDocument (ISO 26300, part 3) and EPUB (OCF 3.3). Programs
inside are refused, which are macros above all: who opens the file would be asked to run them.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Final

from actors.content.checking.archives import check_archive
from actors.content.checking.content import Content, wrong_kind
from actors.content.checking.directories import LOCAL_HEADER, Member
from actors.zip_members import NAMED
from protocol.content.faults import FileFault, FileRefused
from protocol.content.kinds import KINDS

_PARTS: Final[Mapping[str, str]] = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_OFFICE_NEEDS: Final = frozenset({"[content_types].xml", "_rels/.rels"})
_MACROS: Final = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
_PROGRAMS: Final = (
    *(".exe", ".dll", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".jse", ".wsf"),
    *(".hta", ".lnk", ".jar", ".so", ".dylib", ".app", ".apk"),
)
_LIBRARY_LISTS: Final = ("script-lb.xml", "dialog-lb.xml", "script-lc.xml", "dialog-lc.xml")
"""Lists of macros, which are there also where there is none."""
MAX_TYPE: Final = 100


async def check_office(content: Content, extension: str) -> None:
    """Word, Excel and PowerPoint, without macros. Raises `FileRefused`."""
    members = await check_archive(content, extension)
    names = {member.name.lower() for member in members}
    main = _PARTS[extension]
    if not names >= _OFFICE_NEEDS or not any(name.startswith(main) for name in names):
        raise wrong_kind(extension)
    for name in names:
        if name.rpartition("/")[2] in _MACROS or name.endswith(_PROGRAMS):
            raise _program(name)


async def check_open_document(content: Content, extension: str) -> None:
    """OpenDocument and EPUB, which say in their first member what they are."""
    members = await check_archive(content, extension)
    names = {member.name for member in members}
    needed = {"META-INF/container.xml"} if extension == "epub" else {"META-INF/manifest.xml"}
    said = await _declared_type(content, members)
    if said != KINDS[extension].content_types[0] or not names >= needed:
        raise wrong_kind(extension)
    if "encrypted-package" in names:
        raise FileRefused(FileFault.ENCRYPTED, "The file is encrypted, so that nobody can check it")
    for name in names:
        if _is_macro(name) or name.lower().endswith(_PROGRAMS):
            raise _program(name)


def _is_macro(name: str) -> bool:
    folder, _, rest = name.partition("/")
    basic = folder == "Basic" and rest.endswith(".xml")
    return (folder == "Scripts" and bool(rest)) or (
        basic and rest.rpartition("/")[2] not in _LIBRARY_LISTS
    )


def _program(name: str) -> FileRefused:
    return FileRefused(FileFault.PROGRAMS, f"The file has a program in it: {name[:NAMED]}")


async def _declared_type(content: Content, members: Sequence[Member]) -> str:
    """What the first member `mimetype` has, which is not packed; empty if it is not so."""
    first = min(members, key=lambda member: member.offset, default=None)
    if first is None or first.name != "mimetype" or first.method or first.size > MAX_TYPE:
        return ""
    header = await content.piece(0, LOCAL_HEADER)
    named, extended = struct.unpack_from("<2H", header, LOCAL_HEADER - 4)
    body = await content.piece(LOCAL_HEADER + named + extended, first.size)
    return body.decode("ascii", errors="replace").strip()
