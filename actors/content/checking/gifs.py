"""GIF pictures without what is beside the frames (GIF89a): remarks, XMP, and what comes behind.

The frames stay as they are, since many of them are a film whose first alone would say little.
"""

from __future__ import annotations

from typing import Final

from actors.content.checking.content import damaged
from protocol.content.faults import FileFault, FileRefused
from protocol.pictures import MAX_PIXELS

MAX_FRAMES: Final = 3_000
"""Two minutes of film."""
MAX_DRAWN: Final = 2_000_000_000
"""Pixels of all frames, which a browser draws again and again."""
MAX_BLOCKS: Final = 2_000_000
"""Programs fill blocks with 255 bytes, so that the largest file has 80,000."""
_EXTENSION, _FRAME, _END = 0x21, 0x2C, 0x3B
_CONTROL, _PLAIN_TEXT, _APPLICATION = 0xF9, 0x01, 0xFF
_LOOPS: Final = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")
_HEADER, _DESCRIPTOR = 13, 10


def without_remarks(image: bytes) -> bytes:
    """The same frames, times and loops, and nothing else.

    Linear in the bytes: it is to be called in a thread. Raises `FileRefused`.
    """
    try:
        return _Reader(image).kept()
    except IndexError:
        raise damaged("gif") from None


class _Reader:
    def __init__(self, image: bytes) -> None:
        self._image = image
        self._frames = 0
        self._drawn = 0
        self._blocks = 0

    def kept(self) -> bytes:
        image = self._image
        _check_pixels(self._pixels(6))
        at = _HEADER + _colours(image[10])
        kept = [image[:at]]
        while at < len(image) and image[at] != _END:
            end, wanted = self._block(at)
            if wanted:
                kept.append(image[at:end])
            at = end
        if not self._frames or at > len(image):
            raise damaged("gif")
        return b"".join((*kept, bytes([_END])))

    def _block(self, at: int) -> tuple[int, bool]:
        """Where the block there ends, and whether it is kept."""
        image = self._image
        if image[at] == _FRAME:
            self._count(self._pixels(at + 5))
            data = at + _DESCRIPTOR + _colours(image[at + 9])
            return self._behind(data + 1), True
        if image[at] != _EXTENSION:
            raise damaged("gif")
        label = image[at + 1]
        loops = label == _APPLICATION and image.startswith(_LOOPS, at + 2)
        return self._behind(at + 2), loops or label in (_CONTROL, _PLAIN_TEXT)

    def _behind(self, at: int) -> int:
        """Where the row of lengths and data that begins there ends."""
        self._blocks += 1
        while length := self._image[at]:
            self._blocks += 1
            at += 1 + length
        if self._blocks > MAX_BLOCKS:
            raise damaged("gif")
        return at + 1

    def _pixels(self, at: int) -> int:
        image = self._image
        return (image[at] | image[at + 1] << 8) * (image[at + 2] | image[at + 3] << 8)

    def _count(self, pixels: int) -> None:
        _check_pixels(pixels)
        self._frames += 1
        self._drawn += pixels
        if self._frames > MAX_FRAMES or self._drawn > MAX_DRAWN:
            raise FileRefused(FileFault.TOO_MANY_PIXELS, "The animation has too many frames")


def _check_pixels(pixels: int) -> None:
    if pixels > MAX_PIXELS:
        said = f"The picture must have at most {MAX_PIXELS} pixels"
        raise FileRefused(FileFault.TOO_MANY_PIXELS, said)


def _colours(flags: int) -> int:
    """Bytes of the table of colours that the flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
