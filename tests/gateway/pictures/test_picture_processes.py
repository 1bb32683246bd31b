"""Pictures cleaned by processes: what a picture does to one stays there."""

from __future__ import annotations

import sys
import zlib
from io import BytesIO

import pytest
import trio
import trio.testing
from PIL import Image

from gateway.pictures.cleaner import AT_ONCE, MAX_WAITING, CleaningFailed, PictureProcesses
from protocol.errors import Overloaded, ValidationError
from protocol.pictures import MAX_PIXELS
from tests.support.pictures import picture

pytestmark = pytest.mark.slow
SIDE = 64


def program(body: str) -> tuple[str, ...]:
    return sys.executable, "-c", body


def rule_of(refusal: ValidationError) -> tuple[str, str]:
    [field] = refusal.details["fields"]
    return field["field"], field["code"]


def flood() -> bytes:
    """A PNG of a few hundred kilobytes with 400 million pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checksum = zlib.crc32(kind + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + kind + body + checksum

    side = 20_000
    head = side.to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    rows = zlib.compress(bytes(side * (1 + side // 8)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def test_a_picture_comes_back_smaller() -> None:
    clean = await PictureProcesses().clean(picture("JPEG", (200, 100)), side=SIDE)
    shown = Image.open(BytesIO(clean))
    assert (shown.format, shown.size) == ("JPEG", (SIDE, SIDE // 2))


async def test_a_flood_of_pixels_is_refused_by_its_rule() -> None:
    with pytest.raises(ValidationError) as refusal:
        await PictureProcesses().clean(flood(), side=SIDE)
    assert rule_of(refusal.value) == ("image", "TOO_MANY_PIXELS")
    assert refusal.value.details["fields"][0]["max"] == MAX_PIXELS


async def test_what_cannot_be_read_is_refused_by_its_rule() -> None:
    with pytest.raises(ValidationError) as refusal:
        await PictureProcesses().clean(picture("PNG", (64, 64))[:50], side=SIDE)
    assert rule_of(refusal.value) == ("image", "DAMAGED")


async def test_the_largest_picture_stays_within_the_bounds() -> None:
    largest = picture("PNG", (8_000, 5_000), colour=(90, 20, 20))
    clean = await PictureProcesses().clean(largest, side=SIDE)
    assert Image.open(BytesIO(clean)).size == (64, 40)


async def test_a_picture_that_ends_its_process_is_one_that_cannot_be_read() -> None:
    killed = PictureProcesses(program("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"))
    with pytest.raises(ValidationError) as refusal:
        await killed.clean(picture(), side=SIDE)
    assert rule_of(refusal.value) == ("image", "DAMAGED")


async def test_a_process_that_ends_by_itself_is_the_servers_fault() -> None:
    with pytest.raises(CleaningFailed) as failure:
        await PictureProcesses(program("raise SystemExit(3)")).clean(picture(), side=SIDE)
    assert failure.value.code == "PICTURE_FAILED"


async def test_only_so_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    started = trio.Event()
    running = 0

    async def never(*_: object, **__: object) -> None:
        nonlocal running
        running += 1
        started.set()
        await trio.sleep_forever()

    monkeypatch.setattr(trio, "run_process", never)
    processes = PictureProcesses()

    async def wait() -> None:
        await processes.clean(picture(), side=SIDE)

    async with trio.open_nursery() as nursery:
        for _ in range(AT_ONCE + MAX_WAITING):
            nursery.start_soon(wait)
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(Overloaded):
            await wait()
        assert running == AT_ONCE
        nursery.cancel_scope.cancel()
