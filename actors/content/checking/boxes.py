"""MPEG-4 and QuickTime: boxes in boxes (ISO 14496-12), of which only the headers are read.

The brands at the beginning say whose rules a file follows, and the handlers of its tracks what
they are: many recorders give sound alone the brands of films.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final, NamedTuple

from actors.content.checking.content import Content, damaged, wrong_kind

MAX_BOXES: Final = 500
"""Headers that are read of a file at most; most have some fifty before what is looked for."""
MAX_BRANDS_BYTES: Final = 1_024
QUICKTIME: Final = b"qt  "
SOUND: Final = frozenset({b"M4A ", b"M4B ", b"M4P "})
FILMS: Final = frozenset(
    {
        *(b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9"),
        *(b"mp41", b"mp42", b"avc1", b"dash", b"MSNV", b"M4V ", b"M4VH", b"M4VP"),
    }
)
_OLD_QUICKTIME: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
"""How films begin that are older than brands."""
VIDEO_TRACK: Final = b"vide"
SOUND_TRACK: Final = b"soun"
_WITHIN: Final[Mapping[bytes, bytes]] = {b"moov": b"trak", b"trak": b"mdia", b"mdia": b"hdlr"}


class Box(NamedTuple):
    """`start` and `end` of its body."""

    kind: bytes
    start: int
    end: int


async def check_boxes(content: Content, extension: str) -> None:
    """Films and sound in boxes. Raises `FileRefused`."""
    boxes = _Boxes(content, extension)
    first = await boxes.first()
    brands = await _brands(content, first)
    if not _is_of(extension, first, brands):
        raise wrong_kind(extension)
    tracks = await boxes.tracks()
    wanted = SOUND_TRACK if extension == "m4a" else VIDEO_TRACK
    if extension == "mp4" and SOUND_TRACK in tracks:
        return
    if wanted not in tracks or (extension == "m4a" and VIDEO_TRACK in tracks):
        raise wrong_kind(extension)


async def _brands(content: Content, first: Box) -> tuple[bytes, ...]:
    """The chief brand, and those that the file is compatible with; none for an older file."""
    length = first.end - first.start
    if first.kind != b"ftyp" or not 8 <= length <= MAX_BRANDS_BYTES:
        return ()
    body = await content.piece(first.start, length)
    return (body[:4], *(body[at : at + 4] for at in range(8, len(body), 4)))


def _is_of(extension: str, first: Box, brands: tuple[bytes, ...]) -> bool:
    if not brands:
        return extension == "mov" and first.kind in _OLD_QUICKTIME
    chief = brands[0]
    if extension == "mov" or chief == QUICKTIME:
        return extension == "mov" and chief == QUICKTIME
    if extension == "m4a":
        return chief in SOUND or not FILMS.isdisjoint(brands)
    return chief not in SOUND and not FILMS.isdisjoint(brands)


class _Boxes:
    def __init__(self, content: Content, extension: str) -> None:
        self._content = content
        self._extension = extension
        self._left = MAX_BOXES

    async def first(self) -> Box:
        """Raises `FileRefused` for a file that does not begin with a box."""
        box = await self._header(0, self._content.size)
        if box is None:
            raise wrong_kind(self._extension)
        return box

    async def tracks(self) -> frozenset[bytes]:
        """The handlers of the tracks, as far as they are found in time."""
        top = Box(b"", 0, self._content.size)
        for box in await self._inside(top, until=b"moov"):
            if box.kind == b"moov":
                return frozenset(await self._handlers(box))
        raise damaged(self._extension)

    async def _handlers(self, outer: Box) -> list[bytes]:
        """Down from `moov`, by its tracks, to what each is handled by."""
        found: list[bytes] = []
        for box in await self._inside(outer):
            if box.kind == b"hdlr":
                found.append(await self._content.piece(box.start + 8, 4))
            elif box.kind == _WITHIN[outer.kind]:
                found += await self._handlers(box)
        return found

    async def _inside(self, outer: Box, until: bytes = b"") -> list[Box]:
        """The boxes in it, up to the first of a kind, as far as they may still be read."""
        found: list[Box] = []
        at = outer.start
        while at < outer.end and self._left:
            self._left -= 1
            box = await self._header(at, outer.end)
            if box is None:
                break
            found.append(box)
            at = box.end
            if box.kind == until:
                break
        return found

    async def _header(self, at: int, end: int) -> Box | None:
        """The box there; None for what is none, such as the zeros behind some lists."""
        header = await self._content.piece(at, 16)
        if len(header) < 8:
            return None
        size, kind = struct.unpack_from(">L4s", header)
        start = at + 8
        if size == 1 and len(header) == 16:
            (size,) = struct.unpack_from(">Q", header, 8)
            start += 8
        elif size == 0:
            size = end - at  # to the end
        if at + size > end or at + size < start:
            return None
        return Box(kind, start, at + size)
