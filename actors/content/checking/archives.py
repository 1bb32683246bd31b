"""Archives, and all files that are archives inside: looked into without unpacking anything.

Only the directory is read, so that an archive costs the same however large it is. What it says
bounds what programs unpack; one whose members are larger than that, they take for damaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import trio

from actors.content.checking.content import Content, damaged, wrong_kind
from actors.content.checking.directories import Member, Place, read_directory
from actors.zip_members import NAMED, is_encrypted, is_special, leads_out
from protocol.content.faults import FileFault, FileRefused

MAX_UNPACKED: Final = 4 * 1024**3
MAX_RATIO: Final = 100
"""Unpacked bytes for each of the archive; tables, which pack best, have some 20 to 40."""
FREE_OF_RATIO: Final = 64 * 1024 * 1024
"""So much anybody can unpack, whatever it came from."""
MAX_ARCHIVES_INSIDE: Final = 500
"""They are counted, and not opened; the hand-ins of a large course are fewer."""
_ARCHIVES: Final = (
    *(".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".jar"),
    *(".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub"),
)
_STORED: Final = 0


async def check_archive(content: Content, extension: str) -> Sequence[Member]:
    """The members of an archive that harms nobody who unpacks it. Raises `FileRefused`."""
    head = await content.piece(0, 4)
    if head not in (b"PK\x03\x04", b"PK\x05\x06"):
        raise wrong_kind(extension)
    place, members = await read_directory(content, extension)
    await trio.to_thread.run_sync(_check, members, place, content.size, extension)
    return members


def _check(members: Sequence[Member], place: Place, size: int, extension: str) -> None:
    for member in members:
        _check_member(member, extension)
    _check_names(members)
    _check_sizes(members, size)
    _check_places(members, place, extension)


def _check_member(member: Member, extension: str) -> None:
    named = member.name[:NAMED]
    if is_encrypted(member.flags, member.method):
        said = f"The archive has an encrypted file in it, which nobody can check: {named}"
        raise FileRefused(FileFault.ENCRYPTED, said)
    if is_special(member.attributes):
        raise FileRefused(FileFault.LINKS, f"The archive has a link in it: {named}")
    if any(not name or leads_out(name) for name in member.names):
        said = f"The archive has a path in it that leads out of it: {named}"
        raise FileRefused(FileFault.UNSAFE_PATHS, said)
    if member.method == _STORED and member.packed != member.size:
        raise damaged(extension)


def _check_names(members: Sequence[Member]) -> None:
    """A program that checks one of two members and another that unpacks the other are deceived."""
    names: set[str] = set()
    for member in members:
        for name in set(member.names):
            if name in names:
                said = f"The archive has two files of one name in it: {name[:NAMED]}"
                raise FileRefused(FileFault.SAME_NAMES, said)
            names.add(name)


def _check_sizes(members: Sequence[Member], size: int) -> None:
    total = sum(member.size for member in members)
    inside = sum(member.name.lower().endswith(_ARCHIVES) for member in members)
    bomb = total > FREE_OF_RATIO and total > MAX_RATIO * size
    if total > MAX_UNPACKED or bomb or inside > MAX_ARCHIVES_INSIDE:
        said = "The archive would be too large when it is unpacked"
        raise FileRefused(FileFault.UNPACKS_TOO_LARGE, said)


def _check_places(members: Sequence[Member], place: Place, extension: str) -> None:
    """Members one after another from the first byte on, none within another."""
    end = 0
    for index, member in enumerate(sorted(members, key=lambda member: member.offset)):
        if index == 0 and member.offset != 0:
            said = "There is something before the archive in this file"
            raise FileRefused(FileFault.EXTRA_CONTENT, said)
        if member.offset < end:
            said = "The archive has files in it that lie in each other"
            raise FileRefused(FileFault.UNPACKS_TOO_LARGE, said)
        end = member.offset + member.least
    if end > place.start or (not members and place.start != 0):
        raise damaged(extension)
