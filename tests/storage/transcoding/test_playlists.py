"""Playlists and sheets as text."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.content.video_values import MAX_DURATION_MS
from storage.transcoding.commands import SEGMENT_SECONDS
from storage.transcoding.pictures import MAX_PICTURES, sheet, times
from storage.transcoding.playlists import (
    Media,
    Segment,
    Variant,
    master,
    read_media,
    video_codec,
)

WRITTEN = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="v0.mp4",BYTERANGE="811@0"
#EXTINF:4.000000,
#EXT-X-BYTERANGE:1000@811
v0.mp4
#EXTINF:0.500000,
#EXT-X-BYTERANGE:500@1811
v0.mp4
#EXT-X-ENDLIST
"""


def test_a_playlist_of_ffmpeg_is_read() -> None:
    media = read_media(WRITTEN, "v0")
    assert media.init_length == 811
    assert [(each.length, each.offset) for each in media.segments] == [(1000, 811), (500, 1811)]
    assert media.seconds == 4.5
    assert media.average_bits == 2_667
    assert media.peak_bits == 2_667  # the short one at the end does not count


@pytest.mark.parametrize(
    "text",
    [
        "",
        WRITTEN.replace("v0", "v1"),
        WRITTEN.replace("#EXT-X-ENDLIST", ""),
        WRITTEN + "v0.mp4\n",
        WRITTEN.replace("v0.mp4\n", "/etc/passwd\n"),
        WRITTEN.replace("#EXT-X-MAP", "#EXT-X-M"),
    ],
)
def test_another_one_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no "):
        read_media(text, "v0")


SEGMENTS = st.lists(
    st.tuples(st.floats(0.1, 4, allow_nan=False), st.integers(1, 10_000_000)), min_size=1
)


@given(SEGMENTS)
def test_the_peak_is_never_below_the_average_nor_above_the_fullest_second(
    given: list[tuple[float, int]],
) -> None:
    media = media_of(given)
    fullest = max(length * 8 / seconds for seconds, length in given)
    assert media.average_bits <= media.peak_bits <= fullest + 1


def media_of(given: list[tuple[float, int]]) -> Media:
    segments = tuple(Segment(seconds=s, length=length, offset=0) for s, length in given)
    return Media(init_length=800, target_seconds=4, segments=segments)


SIMPLE = media_of([(4, 1_000), (4, 2_000)])
VARIANT = Variant(
    name="v0",
    width=640,
    height=360,
    rate=Fraction(30_000, 1_001),
    codec="avc1.64001e",
    media=SIMPLE,
)


def test_the_master_names_what_each_rendition_takes_with_the_sound() -> None:
    assert master([VARIANT], SIMPLE).splitlines()[3:] == [
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,'
        'CHANNELS="2",URI="a0.m3u8"',
        "#EXT-X-STREAM-INF:BANDWIDTH=8000,AVERAGE-BANDWIDTH=6000,RESOLUTION=640x360,"
        'CODECS="avc1.64001e,mp4a.40.2",FRAME-RATE=29.970,AUDIO="sound"',
        "v0.m3u8",
    ]


def test_without_sound_and_for_sound_alone_there_is_no_group() -> None:
    assert master([VARIANT], None).splitlines()[3:] == [
        "#EXT-X-STREAM-INF:BANDWIDTH=4000,AVERAGE-BANDWIDTH=3000,RESOLUTION=640x360,"
        'CODECS="avc1.64001e",FRAME-RATE=29.970',
        "v0.m3u8",
    ]
    assert master([], SIMPLE).splitlines()[3:] == [
        '#EXT-X-STREAM-INF:BANDWIDTH=4000,AVERAGE-BANDWIDTH=3000,CODECS="mp4a.40.2"',
        "a0.m3u8",
    ]


def test_the_codec_is_read_from_a_file() -> None:
    assert video_codec(b"....avcC\x01\x64\x00\x28\xff") == "avc1.640028"
    for wrong in (b"", b"....hvcC\x01\x64\x00\x28\xff", b"avcC\x01"):
        with pytest.raises(ValueError, match=r"H\.264"):
            video_codec(wrong)


MOST = MAX_DURATION_MS // 1_000 // SEGMENT_SECONDS
PLACE = re.compile(r"thumbnails\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)")
TIMES = re.compile(r"(\d\d):(\d\d):(\d\d\.\d{3}) --> (\d\d):(\d\d):(\d\d\.\d{3})")


@given(st.integers(1, MOST), st.integers(2, 900), st.integers(2, 900))
def test_a_sheet_has_a_place_for_every_moment_and_no_two_overlap(
    count: int, width: int, height: int
) -> None:
    made = sheet(count, width, height)
    assert made.count <= min(MAX_PICTURES, count)
    assert made.count <= made.columns * made.rows
    assert made.width <= width
    assert made.height <= height
    text = times(made, [float(SEGMENT_SECONDS)] * count)
    places = [tuple(map(int, found)) for found in PLACE.findall(text)]
    assert len(places) == len(set(places)) == made.count
    assert all(x + w <= made.columns * w and y + h <= made.rows * h for x, y, w, h in places)
    moments = [(seconds(*found[:3]), seconds(*found[3:])) for found in TIMES.findall(text)]
    assert moments[0][0] == 0
    assert moments[-1][1] == count * SEGMENT_SECONDS
    assert all(one[1] == other[0] for one, other in pairwise(moments))


def seconds(hours: str, minutes: str, rest: str) -> float:
    return int(hours) * 3_600 + int(minutes) * 60 + float(rest)
