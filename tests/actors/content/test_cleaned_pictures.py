"""Pictures lose what is beside them, and keep what they show."""

from __future__ import annotations

import os
import time
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from actors.content.checking import cleaned
from actors.content.checking.gifs import MAX_DRAWN, MAX_FRAMES, without_remarks
from actors.content.checking.pictures import AS_LARGE_AS_IT_IS
from gateway.pictures.cleaner import PictureProcesses
from protocol.content.faults import FileFault, FileRefused
from protocol.errors import Overloaded, ValidationError
from protocol.pictures import MAX_CLEANED_BYTES, MAX_PIXELS
from protocol.validation import Rule
from tests.support.files import declared_as, examples, reader
from tests.support.pictures import AsItIs, picture
from tests.support.turns import slowness

MAKER = 0x010F
PLACE = b"Lat 52.5"
REMARK = b"!\xfe\x08" + PLACE + b"\0"
XMP = b"!\xff\x0bXMP DataXMP\x08" + PLACE + b"\0"
LOOP = b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
SCREEN = b"GIF89a\x02\0\x02\0\x80\0\0" + bytes(6)
FRAME = b",\0\0\0\0\x02\0\x02\0\0\x02\x02D\n\0"
"""Four pixels."""


async def written(extension: str, image: bytes, cleaner: AsItIs | None = None) -> bytes | None:
    return await cleaned(reader(image), declared_as(extension, image), cleaner or AsItIs())


def film(kind: str, frames: int = 4) -> bytes:
    images = [Image.new("RGB", (16, 12), (60 * n, 0, 0)) for n in range(frames)]
    out = BytesIO()
    more = {"comment": PLACE, "loop": 0} if kind == "GIF" else {}
    images[0].save(out, kind, save_all=True, append_images=images[1:], duration=40, **more)
    return out.getvalue()


def shown(image: bytes) -> list[tuple[bytes, object]]:
    opened = Image.open(BytesIO(image))
    return [
        (frame.convert("RGB").tobytes(), frame.info.get("duration"))
        for frame in ImageSequence.Iterator(opened)
    ]


async def test_what_is_no_picture_stays() -> None:
    for extension, data in examples().items():
        if extension not in ("png", "jpg", "jpeg", "webp", "gif"):
            assert await written(extension, data) is None


async def test_a_picture_is_written_anew_as_large_as_it_is() -> None:
    cleaner = AsItIs()
    image = picture("JPEG", comment=PLACE)
    assert await written("jpg", image, cleaner) is None  # it came back as it was
    assert cleaner.seen == [(image, AS_LARGE_AS_IT_IS)]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
async def test_a_large_picture_keeps_its_size_and_loses_its_place(
    kind: str, extension: str
) -> None:
    exif = Image.Exif()
    exif[MAKER] = PLACE.decode()
    image = picture(kind, (3_000, 2_000), exif=exif)
    clean = await cleaned(reader(image), declared_as(extension, image), PictureProcesses())
    assert clean is not None
    assert PLACE in image
    assert PLACE not in clean
    assert Image.open(BytesIO(clean)).size == (3_000, 2_000)


@pytest.mark.slow
async def test_the_largest_webp_keeps_its_size_within_the_bounds_of_the_process() -> None:
    image = picture("WEBP", (8_000, 5_000), colour=(90, 20, 20), method=0)
    clean = await cleaned(reader(image), declared_as("webp", image), PictureProcesses())
    assert Image.open(BytesIO(clean or image)).size == (8_000, 5_000)


async def test_why_a_picture_cannot_be_written_anew_is_said() -> None:
    cleaner = AsItIs()
    said = "must have fewer"
    cleaner.error = ValidationError.of("image", Rule.TOO_MANY_PIXELS, said, max=MAX_PIXELS)
    for error, fault in (
        (cleaner.error, FileFault.TOO_MANY_PIXELS),
        (ValidationError.of("image", Rule.DAMAGED, "is damaged"), FileFault.DAMAGED),
    ):
        cleaner.error = error
        with pytest.raises(FileRefused) as refused:
            await written("png", picture(), cleaner)
        assert refused.value.fault == fault
    cleaner.error = Overloaded("pictures")
    with pytest.raises(Overloaded):
        await written("png", picture(), cleaner)


async def test_the_cleaner_takes_no_more_than_its_bound() -> None:
    with pytest.raises(ValidationError):
        await PictureProcesses().clean(bytes(MAX_CLEANED_BYTES + 1), side=100)


@pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("WEBP", "webp")])
async def test_what_moves_is_refused_where_one_frame_would_be_kept(
    kind: str, extension: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        await written(extension, film(kind))
    assert refused.value.fault == FileFault.MOVES
    assert await written(extension, picture(kind)) is None


async def test_a_gif_keeps_its_frames_and_loses_its_remarks() -> None:
    image = film("GIF")
    clean = await written("gif", image + PLACE)
    assert clean is not None
    assert PLACE in image
    assert PLACE not in clean
    assert shown(clean) == shown(image)
    assert len(shown(clean)) == 4
    assert Image.open(BytesIO(clean)).info["loop"] == 0
    assert await written("gif", clean) is None


def test_of_a_gif_only_frames_times_and_loops_are_left() -> None:
    plain = SCREEN + LOOP + FRAME + FRAME + b";"
    assert without_remarks(plain) == plain
    dirty = SCREEN + REMARK + LOOP + XMP + FRAME + REMARK + FRAME + XMP + b";" + PLACE
    assert without_remarks(dirty) == plain
    assert without_remarks(plain[:-1]) == plain


@pytest.mark.parametrize(
    "image",
    [
        b"GIF89a",
        SCREEN + b";",
        SCREEN + FRAME[:-1],
        SCREEN + FRAME[:4],
        SCREEN + FRAME + b"!\xfe\x09" + PLACE,
        SCREEN + FRAME + b"x;",
        SCREEN[:10] + b"\x87" + SCREEN[11:] + FRAME,
    ],
)
def test_a_damaged_gif_is_refused(image: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        without_remarks(image)
    assert refused.value.fault == FileFault.DAMAGED


def test_floods_of_pixels_and_of_frames_are_refused() -> None:
    wide = b"GIF89a\xff\xff\xff\xff\0\0\0" + FRAME
    large = SCREEN + FRAME[:5] + b"\xff\xff\xff\xff" + FRAME[9:]
    side = int(MAX_PIXELS**0.5).to_bytes(2, "little")
    drawn = SCREEN + (FRAME[:5] + side + side + FRAME[9:]) * (MAX_DRAWN // MAX_PIXELS + 2)
    for image in (wide, large, drawn, SCREEN + FRAME * (MAX_FRAMES + 1)):
        with pytest.raises(FileRefused) as refused:
            without_remarks(image)
        assert refused.value.fault == FileFault.TOO_MANY_PIXELS
    assert without_remarks(SCREEN + FRAME * MAX_FRAMES)


@pytest.mark.parametrize("block", [FRAME[:11] + b"\x01x" * 9_000_000, b"!\xfe\0" * 6_000_000])
def test_the_worst_gif_takes_a_bounded_time(block: bytes) -> None:
    image = (SCREEN + FRAME + block + b"\0;")[:MAX_CLEANED_BYTES]
    began = time.process_time()
    with pytest.raises(FileRefused):
        without_remarks(image)
    assert time.process_time() - began < 4.0 * slowness()


@given(st.integers(0, 2**32 - 1))
def test_a_changed_gif_is_refused_or_still_one(seed: int) -> None:
    image = bytearray(film("GIF"))
    at, value = seed % len(image), os.urandom(1)[0] if seed == 0 else seed >> 24
    image[at] = value
    try:
        clean = without_remarks(bytes(image))
    except FileRefused:
        return
    assert without_remarks(clean) == clean
    assert clean.endswith(b";")
