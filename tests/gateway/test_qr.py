"""QR codes: bounded, made in a thread, one at a time, and kept."""

from __future__ import annotations

import threading

import pytest
import trio
import trio.testing

from gateway import qr
from gateway.qr import MAX_KEPT, MAX_QR_BYTES, MAX_WAITING, QrCodes, qr_svg
from protocol.errors import Overloaded, ValidationError


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, threading.Thread]]:
    """What was made, and by which thread."""
    seen: list[tuple[str, threading.Thread]] = []

    def make(text: str) -> bytes:
        seen.append((text, threading.current_thread()))
        return text.encode()

    monkeypatch.setattr(qr, "qr_svg", make)
    return seen


@pytest.mark.parametrize("text", ["x" * MAX_QR_BYTES, "é" * (MAX_QR_BYTES // 2)])
def test_the_longest_text_fits_whatever_its_script(text: str) -> None:
    assert qr_svg(text).startswith(b"<svg")


@pytest.mark.parametrize("text", ["", "x" * (MAX_QR_BYTES + 1), "\U0001f600" * 51, "\ud800" * 201])
async def test_the_bytes_are_bounded(text: str) -> None:
    with pytest.raises(ValidationError):
        await QrCodes().svg(text)


async def test_a_class_that_asks_for_one_code_makes_it_once_in_another_thread(
    made: list[tuple[str, threading.Thread]],
) -> None:
    codes = QrCodes()
    async with trio.open_nursery() as nursery:
        for _ in range(MAX_WAITING):
            nursery.start_soon(codes.svg, "https://stoa.school/?pin=123456")
    [(_, thread)] = made
    assert thread is not threading.current_thread()


async def test_codes_kept_are_bounded_in_number(
    made: list[tuple[str, threading.Thread]],
) -> None:
    codes = QrCodes()
    for number in range(MAX_KEPT + 1):
        await codes.svg(str(number))
    await codes.svg(str(MAX_KEPT))
    assert len(made) == MAX_KEPT + 1
    await codes.svg("0")
    assert len(made) == MAX_KEPT + 2


async def test_more_than_can_wait_are_refused() -> None:
    codes = QrCodes()
    async with trio.open_nursery() as nursery:
        await codes._turn.acquire()
        for number in range(MAX_WAITING):
            nursery.start_soon(codes.svg, str(number))
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(Overloaded):
            await codes.svg("one more")
        codes._turn.release()
        nursery.cancel_scope.cancel()
