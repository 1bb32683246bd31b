"""Reading a picture and writing it anew, with Pillow. Only `process` loads it.

What is beside the picture is left behind: where and when it was taken, with what, by whom, a
smaller picture of it, remarks. Its profile goes too, once the colours are those of sRGB.
"""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageOps

from gateway.pictures.spoken import Clean, Dirty

FORMATS = ("PNG", "JPEG", "WEBP")
SAVED: dict[str, dict[str, Any]] = {
    "PNG": {"optimize": False},
    "JPEG": {"quality": 88, "optimize": True, "progressive": True},
    "WEBP": {"quality": 86, "method": 4},
}
MODES = {"PNG": ("1", "L", "LA", "P", "RGB", "RGBA"), "JPEG": ("L", "RGB"), "WEBP": ("RGB", "RGBA")}
"""What each format holds, and browsers show."""
DEEP = ("I", "F")
"""Grey with more than 8 bits, also `I;16` and its kin."""

Image.MAX_IMAGE_PIXELS = None  # ours is told by the server, and is asked before anything is decoded


def clean(dirty: Dirty) -> Clean:
    """Any fault that Pillow finds, of whatever kind, is the picture's."""
    try:
        size = _webp_size(dirty.image)
        if size is not None and size[0] * size[1] > dirty.max_pixels:
            return Clean(too_many_pixels=True)
        read = _read(dirty)
        return Clean(too_many_pixels=True) if read is None else Clean(image=_written(*read))
    except Exception as error:
        return Clean(unreadable=f"{type(error).__name__}: {error}"[:200])


def _read(dirty: Dirty) -> tuple[Image.Image, str] | None:
    """The picture, upright and no larger than it may be, and its format; None for too large a one.

    What decoded it is gone on return: of a WebP it has several times the memory of the picture,
    and so does what writes it.
    """
    with Image.open(BytesIO(dirty.image), formats=FORMATS) as opened:
        if opened.width * opened.height > dirty.max_pixels:
            return None
        kind, side = str(opened.format), dirty.side
        opened.draft(None, (side, side))  # a JPEG need not be decoded in full to become smaller
        opened.load()
        picture: Image.Image = ImageOps.exif_transpose(opened)
    picture = _in_srgb(picture)
    is_small = max(picture.size) <= side
    if picture.mode not in MODES[kind] or (not is_small and picture.mode in ("1", "P")):
        picture = _plain(picture, kind)
    picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture, kind


def _written(picture: Image.Image, kind: str) -> bytes:
    transparency = picture.info.get("transparency")
    picture.info = {} if transparency is None else {"transparency": transparency}
    out = BytesIO()
    picture.save(out, format=kind, **SAVED[kind])
    return out.getvalue()


def _in_srgb(picture: Image.Image) -> Image.Image:
    """With the colours that pages have. A profile that cannot be used is no reason to refuse."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    with suppress(ImageCms.PyCMSError, OSError, ValueError):
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, own, srgb, outputMode=mode)
        if converted is not None:
            return converted
    return picture


def _plain(picture: Image.Image, kind: str) -> Image.Image:
    """In a mode that the format holds, and that can be made smaller."""
    if picture.mode.startswith(DEEP):
        grey = picture.convert("I").point(lambda value: value / 256)
        return grey.convert("L") if "L" in MODES[kind] else grey.convert("L").convert("RGB")
    has_alpha = "A" in picture.mode or "transparency" in picture.info
    return picture.convert("RGBA" if has_alpha and "RGBA" in MODES[kind] else "RGB")


def _webp_size(image: bytes) -> tuple[int, int] | None:
    """Width and height of a WebP; None for another picture.

    Pillow asks for memory for all of its pixels before it says how many there are.
    """
    if image[:4] != b"RIFF" or image[8:12] != b"WEBP" or len(image) < 30:
        return None
    kind, body = image[12:16], image[20:]
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return width, height
