"""What is made of films of every kind: it plays, it fits the source, and tells nothing of it."""

from __future__ import annotations

import re

import pytest

from protocol.transcoding import (
    FILES,
    MASTER,
    POSTER,
    SOUND,
    THUMBNAIL_TIMES,
    THUMBNAILS,
    Transcoded,
)
from storage.transcoding.playlists import read_media
from tests.storage.transcoding.films import TITLE, Studio

FILMS = {
    "fast.mp4": (["640x360@30.000", "854x480@60.000"], 5.0),
    "upright.mov": (["180x320@29.970"], 2.0),
    "turned.m4v": (["240x320@25.000"], 2.0),
    "odd.mkv": (["320x240@24.000"], 2.0),
    "unsteady.webm": (["160x120@25.000"], 6.0),
    "silent.avi": (["320x180@12.000"], 2.0),
    "wide.mkv": (["232x120@25.000"], 1.0),
    "song.mp4": ([], 2.0),
}
"""The renditions of each, and its seconds."""
NO_SOUND = {"unsteady.webm", "silent.avi", "wide.mkv"}
NAMES = re.compile(r"RESOLUTION=(\d+x\d+),.*FRAME-RATE=([0-9.]+)")


@pytest.mark.parametrize("film", FILMS)
def test_each_film_has_the_renditions_that_fit_it(studio: Studio, film: str) -> None:
    wanted, seconds = FILMS[film]
    made = studio.made(film)
    master = made.text(MASTER)
    assert ["@".join(found) for found in NAMES.findall(master)] == wanted
    assert made.answer.duration_ms / 1_000 == pytest.approx(seconds, abs=0.25)
    largest = (made.answer.width, made.answer.height)
    assert largest == (tuple(map(int, wanted[-1][:7].split("x"))) if wanted else (None, None))
    sound = film not in NO_SOUND
    assert (f"{SOUND}.m3u8" in master) is sound
    assert master.count("#EXT-X-MEDIA:") == (sound and bool(wanted))
    assert set(re.findall(r'CODECS="([^"]+)"', master)) <= {
        *(f"avc1.{level}{more}" for level in LEVELS for more in ("", ",mp4a.40.2")),
        "mp4a.40.2",
    }


LEVELS = [f"42c0{level}" for level in ("0b", "0c", "0d", "14", "15", "16", "1e", "1f", "20")]
"""What the quickest preset makes: constrained baseline."""


@pytest.mark.parametrize("film", FILMS)
def test_every_rendition_plays_and_its_playlist_leads_to_all_of_its_bytes(
    studio: Studio, film: str
) -> None:
    made = studio.made(film)
    names = [name.removesuffix(".m3u8") for name in made.answer.files if name.endswith(".m3u8")]
    names.remove("master")
    assert len(names) == len(FILMS[film][0]) + (film not in NO_SOUND)
    for name in names:
        media = read_media(made.text(f"{name}.m3u8"), name)
        at = media.init_length
        for segment in media.segments:
            assert segment.offset == at
            at += segment.length
        assert at == len(made.read(f"{name}.mp4"))
        assert media.seconds == pytest.approx(FILMS[film][1], abs=0.25)
        assert all(segment.seconds <= 4.1 for segment in media.segments)
        plays = studio.run("-i", f"{name}.m3u8", "-f", "null", "-", folder=made.folder)
        assert plays == ""


@pytest.mark.parametrize("film", FILMS)
def test_the_files_are_those_that_are_told_and_the_percents_rise(studio: Studio, film: str) -> None:
    made = studio.made(film)
    answer: Transcoded = made.answer
    assert set(answer.files) <= set(FILES)
    assert answer.files[-1] == MASTER
    assert answer.bytes == sum(len(made.read(name)) for name in answer.files)
    seen = {POSTER, THUMBNAILS, THUMBNAIL_TIMES} & set(answer.files)
    assert len(seen) == (3 if FILMS[film][0] else 0)
    assert made.told == sorted(set(made.told))
    assert made.told[-1] == 100


@pytest.mark.parametrize("film", ["fast.mp4", "turned.m4v", "song.mp4"])
def test_nothing_that_the_source_says_of_itself_is_in_a_file(studio: Studio, film: str) -> None:
    source = studio.film(film).read_bytes()
    made = studio.made(film)
    whole = b"".join(made.read(name) for name in made.answer.files)
    for secret in (b"loci", TITLE.encode()):
        assert secret in source
        assert secret not in whole


def test_key_frames_of_all_renditions_are_at_the_same_moments(studio: Studio) -> None:
    made = studio.made("fast.mp4")
    ends = [
        [round(segment.seconds, 2) for segment in read_media(made.text(f"{n}.m3u8"), n).segments]
        for n in ("v0", "v1")
    ]
    assert ends == [[4.0, 1.0], [4.0, 1.0]]


def test_pictures_have_the_sizes_that_are_told(studio: Studio) -> None:
    made = studio.made("fast.mp4")
    said = [
        studio.run_said("-i", name, "-f", "framecrc", "-", folder=made.folder)
        for name in (POSTER, THUMBNAILS)
    ]
    assert "854x480" in said[0]
    assert "320x90" in said[1]
    assert made.text(THUMBNAIL_TIMES) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:04.000\nthumbnails.jpg#xywh=0,0,160,90\n\n"
        "00:00:04.000 --> 00:00:05.000\nthumbnails.jpg#xywh=160,0,160,90\n"
    )
