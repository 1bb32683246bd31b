"""How large a picture in a file is, by its first bytes: PNG, JPEG and WebP.

Nothing is decoded: that is done by another process, when the picture is stored.
"""

from __future__ import annotations

from actors.assessments.formats.areas import Size

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
MAX_SEGMENTS = 1_000
"""Of a JPEG, before its size is said."""
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers that begin a frame (ITU T.81, table B.1)."""
ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length."""


def picture_size(data: bytes) -> Size | None:
    """None for what is none of them, or is cut off."""
    if data.startswith(PNG) and len(data) >= 24:
        return _size(data[16:20], data[20:24])
    if data.startswith(JPEG):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return _webp(data)
    return None


def _size(width: bytes, height: bytes, add: int = 0) -> Size:
    return Size(int.from_bytes(width) + add, int.from_bytes(height) + add)


def _jpeg(data: bytes) -> Size | None:
    at = 2
    for _ in range(MAX_SEGMENTS):
        if at + 9 > len(data) or data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
        elif marker in ALONE:
            at += 2
        elif marker in FRAMES:
            return _size(data[at + 7 : at + 9], data[at + 5 : at + 7])
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None


def _webp(data: bytes) -> Size | None:
    """The three kinds of first chunks (RFC 9649, section 2)."""
    match data[12:16]:
        case b"VP8X":
            return _size(data[26:23:-1], data[29:26:-1], 1)
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8 ":
            width = int.from_bytes(data[26:28], "little") & 0x3FFF
            return Size(width, int.from_bytes(data[28:30], "little") & 0x3FFF)
    return None
