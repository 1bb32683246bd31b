"""What is left of pictures: what they show, and nothing beside it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from gateway.pictures.cleaning import clean
from gateway.pictures.spoken import Clean, Dirty
from protocol.pictures import LONGEST_SIDE, MAX_PIXELS
from tests.support.pictures import picture

PLACE = "Lat 52.5"
ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F
TURNED = 6
"""To be turned clockwise by a quarter."""


def cleaned(image: bytes, *, side: int = LONGEST_SIDE, max_pixels: int = MAX_PIXELS) -> Clean:
    return clean(Dirty(image=image, side=side, max_pixels=max_pixels))


def opened(image: bytes) -> Image.Image:
    picture = Image.open(BytesIO(image))
    picture.load()
    return picture


def with_exif(kind: str) -> bytes:
    """Wide, with a red left half, taken by a camera that was held upright, somewhere."""
    image = Image.new("RGB", (64, 32), "blue")
    image.paste("red", (0, 0, 32, 32))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = TURNED, PLACE
    exif.get_ifd(GPS)[1] = "N"
    out = BytesIO()
    more = {"lossless": True} if kind == "WEBP" else {}
    image.save(out, format=kind, exif=exif, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_stands_upright_and_does_not_say_where_it_was_taken(kind: str) -> None:
    dirty = with_exif(kind)
    assert PLACE.encode() in dirty
    clean = cleaned(dirty).image
    picture = opened(clean)
    assert (picture.format, picture.size) == (kind, (32, 64))
    assert dict(picture.getexif()) == {}
    assert PLACE.encode() not in clean
    red, green, blue = picture.convert("RGB").getpixel((16, 8))  # type: ignore[misc]
    assert red > 200 > 60 > max(green, blue)


def test_remarks_and_times_in_a_png_are_gone() -> None:
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", PLACE)
    said.add_itxt("XML:com.adobe.xmp", PLACE)
    dirty = picture("PNG", pnginfo=said, dpi=(300, 300))
    clean = cleaned(dirty).image
    assert dirty.count(PLACE.encode()) == 2
    assert PLACE.encode() not in clean
    assert opened(clean).info == {}


def test_remarks_in_a_jpeg_are_gone() -> None:
    dirty = picture("JPEG", comment=PLACE.encode(), xmp=PLACE.encode())
    clean = cleaned(dirty).image
    assert PLACE.encode() in dirty
    assert PLACE.encode() not in clean


def test_colours_are_those_of_pages_and_the_profile_is_gone() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ("PNG", "JPEG", "WEBP"):
        dirty = picture(kind, colour=(200, 40, 40), icc_profile=profile)
        clean = opened(cleaned(dirty).image)
        assert "icc_profile" not in clean.info
        red, green, _ = clean.convert("RGB").getpixel((2, 2))  # type: ignore[misc]
        assert (abs(red - 200) < 8, abs(green - 40) < 8) == (True, True)
    broken = picture("PNG", colour=(200, 40, 40), icc_profile=b"no profile")
    assert opened(cleaned(broken).image).getpixel((2, 2)) == (200, 40, 40)


def test_what_is_too_large_becomes_smaller_in_proportion() -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        assert opened(cleaned(picture(kind, (800, 400)), side=200).image).size == (200, 100)
        assert opened(cleaned(picture(kind, (80, 40)), side=200).image).size == (80, 40)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_flood_of_pixels_is_refused_before_it_is_decoded(kind: str) -> None:
    assert cleaned(picture(kind, (100, 100)), max_pixels=9_999) == Clean(too_many_pixels=True)
    assert cleaned(picture(kind, (100, 100)), max_pixels=10_000).image != b""


@pytest.mark.parametrize("more", [{"lossless": True}, {"lossless": False}, {"exif": b"Exif\0\0MM"}])
def test_every_form_of_webp_tells_its_size_first(more: dict[str, Any]) -> None:
    assert cleaned(picture("WEBP", (90, 70), **more), max_pixels=6_299).too_many_pixels
    assert not cleaned(picture("WEBP", (90, 70), **more), max_pixels=6_300).too_many_pixels


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_is_cut_short_or_broken_is_unreadable(kind: str) -> None:
    whole = picture(kind, (64, 64), colour=(1, 2, 3))
    for broken in (whole[:40], whole[: len(whole) // 2], whole[:12] + bytes(len(whole) - 12)):
        found = cleaned(broken)
        assert found.image == b""
        assert found.unreadable


def test_other_formats_are_not_even_tried() -> None:
    for kind in ("GIF", "TIFF", "BMP", "PPM"):
        assert cleaned(picture(kind)).unreadable.startswith("UnidentifiedImageError")


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_one_that_moves_the_first_frame_is_kept(kind: str) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue", "lime")]
    out = BytesIO()
    frames[0].save(out, format=kind, save_all=True, append_images=frames[1:], duration=50)
    assert getattr(opened(out.getvalue()), "n_frames", 1) == 3
    still = opened(cleaned(out.getvalue()).image)
    assert getattr(still, "n_frames", 1) == 1
    red, _, blue = still.convert("RGB").getpixel((8, 8))  # type: ignore[misc]
    assert red > 200 > blue


@pytest.mark.parametrize("side", [LONGEST_SIDE, 8])
@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
        *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
        *(("WEBP", mode) for mode in ("RGB", "RGBA")),
    ],
)
def test_every_kind_of_colours_is_written_as_browsers_show_it(
    kind: str, mode: str, side: int
) -> None:
    clean = cleaned(picture(kind, (24, 16), mode), side=side)
    assert clean.unreadable == ""
    shown = opened(clean.image)
    assert shown.mode in {"1", "L", "LA", "P", "RGB", "RGBA"}
    assert shown.size == ((24, 16) if side > 24 else (8, 5))


def test_what_is_transparent_stays_so() -> None:
    clear = picture("PNG", (16, 16), "RGBA", colour=(255, 0, 0, 0))
    assert opened(cleaned(clear).image).getpixel((3, 3)) == (255, 0, 0, 0)
    palette = picture("PNG", (16, 16), "P", colour=0, transparency=0)
    for side in (LONGEST_SIDE, 8):
        shown = opened(cleaned(palette, side=side).image).convert("RGBA")
        assert shown.getpixel((3, 3))[3] == 0  # type: ignore[index]
