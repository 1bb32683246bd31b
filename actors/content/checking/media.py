"""Sound and films that are not made of boxes, by how they begin."""

from __future__ import annotations

import re
from typing import Final

from actors.content.checking.content import Content, wrong_kind

HEAD: Final = 64 * 1024
"""Bytes in which all stands that is looked for. Recorders write up to some 5,000 before it."""
MAX_TAGS: Final = 4
_CHUNKS: Final = 64
_OGG_SOUND: Final = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")
_EBML: Final = b"\x1aE\xdf\xa3"
_SEGMENT: Final = b"\x18S\x80g"
_DOC_TYPE: Final = 0x4282
_WAVES: Final = re.compile(rb"(?:RIFF|RF64|BW64).{4}WAVE", re.DOTALL)
_AVI: Final = re.compile(rb"RIFF.{4}AVI LIST.{4}hdrl", re.DOTALL)
_RATES: Final = {
    3: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}
_BITS: Final = {
    True: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Thousands of bits a second, of version 1 and of the others (ISO 11172-3, 13818-3; layer III)."""


async def check_wav(content: Content, extension: str) -> None:
    """Waves whose format is said in the beginning. Raises `FileRefused`."""
    head = await content.piece(0, HEAD)
    at = 12
    for _ in range(_CHUNKS):
        if not _WAVES.match(head) or at + 8 > len(head):
            break
        if head.startswith(b"fmt ", at):
            return
        length = int.from_bytes(head[at + 4 : at + 8], "little")
        at += 8 + length + length % 2
    raise wrong_kind(extension)


async def check_avi(content: Content, extension: str) -> None:
    """Raises `FileRefused`."""
    if not _AVI.match(await content.piece(0, 24)):
        raise wrong_kind(extension)


async def check_ogg(content: Content, extension: str) -> None:
    """One of the sound formats in Ogg (RFC 3533). Raises `FileRefused`."""
    head = await content.piece(0, 27 + 255 + 8)
    first_page = head[:6] == b"OggS\0\x02" and len(head) > 27
    if not first_page or not head.startswith(_OGG_SOUND, 27 + head[26]):
        raise wrong_kind(extension)


async def check_matroska(content: Content, extension: str) -> None:
    """WebM or Matroska (RFC 8794), as the type in its head says. Raises `FileRefused`."""
    head = await content.piece(0, 4_096)
    wanted = b"webm" if extension == "webm" else b"matroska"
    if head[:4] != _EBML or _doc_type(head) != wanted:
        raise wrong_kind(extension)


def _doc_type(head: bytes) -> bytes:
    """The type that the head of the file says; empty where it is not well-formed."""
    length, at = _number(head, 4, keep_mark=False)
    end = at + length
    if end > len(head) - 4 or not head.startswith(_SEGMENT, end):
        return b""
    found = b""
    for _ in range(_CHUNKS):
        if at >= end:
            break
        element, at = _number(head, at, keep_mark=True)
        length, at = _number(head, at, keep_mark=False)
        if element == _DOC_TYPE:
            found = head[at : at + length].rstrip(b"\0")
        at += length
    return found if at == end else b""


def _number(head: bytes, at: int, *, keep_mark: bool) -> tuple[int, int]:
    """A number of one to eight bytes, the leading zeros of the first say of how many; and its end.

    Past everything for what is none.
    """
    first = head[at] if at < len(head) else 0
    width = 9 - first.bit_length()
    if width > 8:
        return len(head), len(head)
    value = int.from_bytes(head[at : at + width], "big")
    return (value if keep_mark else value & ((1 << 7 * width) - 1)), at + width


async def check_mp3(content: Content, extension: str) -> None:
    """Frames of layer III, behind tags (ID3 2.4, section 3.1) and zeros. Raises `FileRefused`."""
    at = 0
    for _ in range(MAX_TAGS):
        tag = await content.piece(at, 10)
        if len(tag) < 10 or tag[:3] != b"ID3" or max(tag[6:]) > 0x7F:
            break
        length = sum(byte << shift for byte, shift in zip(tag[6:], (21, 14, 7, 0), strict=True))
        at += 10 + length + (10 if tag[5] & 0x10 else 0)
    head = await content.piece(at, HEAD)
    frames = head.lstrip(b"\0")
    length = frame_length(frames[:4])
    behind = frames[length : length + 4]
    last = at + len(head) - len(frames) + length == content.size
    if length == 0 or not (last or frame_length(behind)):
        raise wrong_kind(extension)


def frame_length(header: bytes) -> int:
    """Bytes of the frame of MPEG sound, layer III, with this header; 0 if it is none."""
    bits = int.from_bytes(header, "big") if len(header) == 4 else 0
    version, layer = bits >> 19 & 3, bits >> 17 & 3
    rate, speed = bits >> 12 & 15, bits >> 10 & 3
    is_frame = bits >> 21 == 0x7FF and version in _RATES and layer == 1
    if not is_frame or rate in (0, 15) or speed == 3:
        return 0
    thousands, hertz = _BITS[version == 3][rate - 1], _RATES[version][speed]
    return (144 if version == 3 else 72) * thousands * 1_000 // hertz + (bits >> 9 & 1)
