"""What ffmpeg says is read whatever it says."""

from __future__ import annotations

from fractions import Fraction

import pytest
import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import StorageUnavailable
from storage.transcoding.progress import MAX_LINE, Advance, Headers, Lines, Streams
from storage.transcoding.telling import Percent, telling

HEADERS = """#software: Lavf59.27.100
#tb 0: 1/25
#media_type 0: video
#codec_id 0: rawvideo
#dimensions 0: 720x576
#sar 0: {}
#tb 1: 1/48000
#media_type 1: audio
#channel_layout_name 1: stereo
0, 0, 0, 1, 622080, 0x0
"""


@pytest.mark.parametrize(
    ("shape", "sides"),
    [
        ("1/1", (720, 576)),
        ("16/11", (1047, 576)),
        ("8/9", (720, 648)),
        ("0/1", (720, 576)),
        ("1000/1", (720, 576)),
    ],
)
def test_pictures_are_as_large_as_they_are_shown(shape: str, sides: tuple[int, int]) -> None:
    headers = Headers()
    for line in HEADERS.format(shape).splitlines():
        headers.out(line)
    assert headers.streams() == Streams(
        width=sides[0], height=sides[1], rate=Fraction(25), sound=True
    )
    assert headers.steps


def test_sound_alone_and_nothing() -> None:
    headers = Headers()
    assert headers.streams().empty
    headers.out("#media_type 0: audio")
    assert headers.streams() == Streams(width=None, height=None, rate=None, sound=True)


def test_how_far_it_is_and_how_long_it_says_to_be() -> None:
    advance = Advance()
    advance.err("    title           :   Duration: 09:00:00.00, start: 0")
    advance.err("  Duration: N/A, start: 0.000000, bitrate: N/A")
    said = [advance.announced_ms]
    advance.err("  Duration: 01:00:03.50, start: 0.000000, bitrate: 2024 kb/s")
    assert [*said, advance.announced_ms] == [None, 3_603_500]
    for line in ("frame=25", "out_time_us=1000000", "out_time_us=N/A", "out_time_us=-5", "x"):
        advance.out(line)
    assert (advance.milliseconds, advance.steps) == (1_000, 1)
    for line in ("out_time_us=1000000", "out_time_us=900000", "progress=end"):
        advance.out(line)
    assert (advance.milliseconds, advance.steps) == (1_000, 1)


@given(st.lists(st.binary(max_size=50)))
def test_lines_are_the_same_however_they_come(pieces: list[bytes]) -> None:
    lines = Lines()
    found = [line for piece in [*pieces, b"\n"] for line in lines.feed(piece)]
    whole = b"".join(pieces).replace(b"\r", b"\n") + b"\n"
    assert found == [line.decode(errors="replace") for line in whole.split(b"\n")[:-1]]


@given(st.lists(st.text(max_size=80)))
def test_whatever_is_said_is_heard(lines: list[str]) -> None:
    for listener in (Advance(), Headers()):
        for line in lines:
            listener.out(line)
            listener.err(line)
        assert listener.complaints().isprintable()


def test_a_line_without_an_end_takes_no_memory() -> None:
    lines = Lines()
    for _ in range(100):
        assert list(lines.feed(bytes(65_536))) == []
    assert [len(line) for line in lines.feed(b"\n")] == [MAX_LINE]


async def test_percents_rise_once_a_second_and_the_hundredth_comes_last(
    autojump_clock: trio.testing.MockClock,
) -> None:
    told: list[tuple[float, int]] = []
    began = trio.current_time()

    async def report(percent: int) -> None:
        told.append((round(trio.current_time() - began, 1), percent))

    async def work(percent: Percent) -> str:
        for number in range(8):
            percent.advance(number / 8, 10, 110)
            percent.advance(0, 0, 10)
            await trio.sleep(0.3)
        return "done"

    assert await telling(report, work) == "done"
    assert [percent for _, percent in told] == [10, 47, 85, 100]
    assert [at for at, _ in told] == [0, 1, 2, 2.4]


async def test_work_that_fails_is_raised_as_it_is_and_the_hundredth_never_told() -> None:
    told: list[int] = []

    async def report(percent: int) -> None:
        told.append(percent)

    async def work(percent: Percent) -> None:
        percent.advance(1, 0, 100)
        await trio.testing.wait_all_tasks_blocked()
        raise StorageUnavailable

    with pytest.raises(StorageUnavailable):
        await telling(report, work)
    assert told == [99]
