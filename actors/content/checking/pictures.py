"""Pictures: recognised by their first bytes, and written anew without what is beside them."""

from __future__ import annotations

from typing import Final

import trio

from actors.content.checking.content import Content, Read, damaged, wrong_kind
from actors.content.checking.gifs import without_remarks
from actors.pictures import PICTURES
from protocol.content.faults import FileFault, FileRefused
from protocol.content.kinds import KINDS, Family
from protocol.content.uses import Declared
from protocol.errors import ValidationError
from protocol.pictures import MAX_CLEANED_BYTES, PictureCleaner
from protocol.validation import Rule

AS_LARGE_AS_IT_IS: Final = 65_535
"""Pixels of a side, as many as formats can say: a resource keeps its size."""
_MOVING_WEBP: Final = 0x02
_MAX_CHUNKS: Final = 1_000


async def check_picture(content: Content, extension: str) -> None:
    """Raises `FileRefused` for another kind. The rest, `cleaned` finds out."""
    head = await content.piece(0, 16)
    if extension == "gif":
        if head[:6] not in (b"GIF87a", b"GIF89a"):
            raise wrong_kind(extension)
        return
    content_type = KINDS[extension].content_types[0]
    if not any(mark.match(head) for mark, known, _ in PICTURES if known == content_type):
        raise wrong_kind(extension)


async def cleaned(read: Read, declared: Declared, cleaner: PictureCleaner) -> bytes | None:
    """What a picture is to be replaced by; None for another file, and for one that stays.

    In the same format and of the same size, without what cameras and programs write beside it; a
    GIF keeps its frames. To be called after `check_content`. Raises `FileRefused`, and what the
    cleaner raises while it cannot be had.
    """
    if KINDS[declared.extension].family != Family.PICTURE:
        return None
    image = await Content(read, declared.size).piece(0, declared.size)
    if declared.extension == "gif":
        clean = await trio.to_thread.run_sync(without_remarks, image)
    else:
        clean = await _written_anew(image, declared.extension, cleaner)
    return None if clean == image else clean


async def _written_anew(image: bytes, extension: str, cleaner: PictureCleaner) -> bytes:
    if _moves(image):
        said = "Only GIF pictures may move; of this one the first frame alone would be kept"
        raise FileRefused(FileFault.MOVES, said)
    try:
        clean = await cleaner.clean(image, side=AS_LARGE_AS_IT_IS)
    except ValidationError as refusal:
        if any(field["code"] == Rule.TOO_MANY_PIXELS for field in refusal.details["fields"]):
            said = "The picture has too many pixels"
            raise FileRefused(FileFault.TOO_MANY_PIXELS, said) from None
        raise damaged(extension) from None
    if len(clean) > MAX_CLEANED_BYTES:  # it could not be written anew again
        said = "The picture is too large once it is written anew"
        raise FileRefused(FileFault.TOO_MANY_PIXELS, said)
    return clean


def _moves(image: bytes) -> bool:
    """Whether it is an animated WebP or PNG, of which a cleaner would keep one frame."""
    if image.startswith(b"RIFF"):
        return image[12:16] == b"VP8X" and bool(image[20] & _MOVING_WEBP)
    at = 8
    for _ in range(_MAX_CHUNKS if image.startswith(b"\x89PNG") else 0):
        kind = image[at + 4 : at + 8]
        if kind in (b"acTL", b"IDAT", b""):
            return kind == b"acTL"
        at += 12 + int.from_bytes(image[at : at + 4], "big")
    return False
