"""Small films of every kind, made by ffmpeg itself, and what is made of them."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import trio

from protocol.transcoding import Transcoded
from storage.objects.folder import FolderObjects
from storage.seal import JwtSeal
from storage.transcoding.program import packaged_program
from storage.transcoding.transcoder import Ffmpeg
from storage.transcoding.tuning import Tuning
from tests.support.fakes import SetClock

PLACE = "+48.1372+011.5756/"
TITLE = "holiday-at-home"
QUICK = Tuning(preset="ultrafast")
SOURCE, PREFIX = "films/source", "videos/made/"

SOUND = ("-f", "lavfi", "-i", "sine=d=2")
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", "-pix_fmt", "yuv420p")
TOLD = ("-metadata", f"location={PLACE}", "-metadata", f"title={TITLE}")


def pictures(size: str, rate: str, seconds: float) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}")


STEADY = "setpts='if(lt(N,25),N/25,1+(N-25)/5)/TB'"
"""25 frames in the first second, 5 in each after it."""

RECIPES: Mapping[str, tuple[str, ...]] = {
    "fast.mp4": (
        *(*pictures("854x480", "60", 5), "-f", "lavfi", "-i", "sine=d=5"),
        *(*X264, "-c:a", "aac", *TOLD),
    ),
    "small.mp4": (*pictures("320x240", "25", 2), *SOUND, *X264, "-c:a", "aac", *TOLD),
    "upright.mov": (*pictures("180x320", "30000/1001", 2), *SOUND, *X264, "-c:a", "aac"),
    "turned.m4v": ("-display_rotation:v:0", "90", "-i", "small.mp4", "-c", "copy", "-f", "mp4"),
    "odd.mkv": (*pictures("321x241", "24", 2), *SOUND, "-c:v", "ffv1", "-c:a", "pcm_s16le"),
    "unsteady.webm": (
        *(*pictures("160x120", "25", 2), "-vf", STEADY, "-fps_mode", "vfr"),
        *("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8"),
    ),
    "silent.avi": (*pictures("320x180", "12", 2), "-c:v", "mpeg4"),
    "wide.mkv": (*pictures("160x120", "25", 1), "-vf", "setsar=16/11", *X264),
    "cover.jpg": (*pictures("64x64", "1", 1), "-frames:v", "1"),
    "song.mp4": (
        *(*SOUND, "-i", "cover.jpg", "-map", "0:a", "-map", "1:v", "-c:a", "aac"),
        *("-c:v", "copy", "-disposition:v:0", "attached_pic", *TOLD),
    ),
    "words.srt": (),
    "words.mp4": ("-i", "words.srt", "-c:s", "mov_text"),
    "streamed.mp4": ("-i", "fast.mp4", "-c", "copy", "-movflags", "faststart"),
    "endless.mkv": (*("-f", "lavfi", "-i", "color=s=16x16:r=1/60:d=21720", "-c:v", "ffv1"),),
    "huge.mkv": ("-f", "lavfi", "-i", "color=s=8200x4400:r=1:d=1", "-c:v", "mjpeg"),
}
NEEDS = {
    "turned.m4v": "small.mp4",
    "song.mp4": "cover.jpg",
    "words.mp4": "words.srt",
    "streamed.mp4": "fast.mp4",
}
WORDS = "1\n00:00:00,000 --> 00:00:01,000\nx\n"


class Made(NamedTuple):
    """What came of a film: the answer, the files, and the percents that were told."""

    answer: Transcoded
    folder: Path
    told: list[int]

    def read(self, name: str) -> bytes:
        """A file's bytes."""
        return (self.folder / name).read_bytes()

    def text(self, name: str) -> str:
        """The same as text."""
        return self.read(name).decode()


class Studio:
    """Makes each film, and what is made of it, once."""

    def __init__(self, folder: Path) -> None:
        program = packaged_program()
        assert program is not None
        self.program = program
        self._folder = folder
        self._made: dict[str, Made] = {}

    def film(self, name: str) -> Path:
        """A film of `RECIPES`."""
        path = self._folder / name
        if not path.exists():
            if name in NEEDS:
                self.film(NEEDS[name])
            if name.endswith(".srt"):
                path.write_text(WORDS)
            else:
                self.run("-y", *RECIPES[name], name)
        return path

    def run(self, *arguments: str, folder: Path | None = None) -> str:
        """What ffmpeg complains about, which has to end well."""
        return self._done(arguments, folder).stderr

    def run_said(self, *arguments: str, folder: Path) -> str:
        """What it writes."""
        return self._done(arguments, folder).stdout

    def _done(
        self, arguments: Sequence[str], folder: Path | None
    ) -> subprocess.CompletedProcess[str]:
        command = [str(self.program), "-hide_banner", "-nostdin", "-v", "error", *arguments]
        done = subprocess.run(command, cwd=folder or self._folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done

    def made(self, name: str) -> Made:
        """What is made of a film."""
        if name not in self._made:
            self._made[name] = trio.run(self._make, name)
        return self._made[name]

    async def _make(self, name: str) -> Made:
        root = self._folder / f"made-of-{name}"
        objects = await stored(root, self.film(name).read_bytes())
        told: list[int] = []

        async def report(percent: int) -> None:
            told.append(percent)

        ffmpeg = Ffmpeg(objects, [self.program], root / "work", QUICK)
        answer = await ffmpeg.transcode(SOURCE, PREFIX, report)
        folder = root / "files"
        folder.mkdir()
        for each in answer.files:
            line, _, content = (root / "objects" / PREFIX / each).read_bytes().partition(b"\n")
            assert line in TYPES[each.rpartition(".")[2]]
            (folder / each).write_bytes(content)
        assert {each.name for each in (root / "work").iterdir()} == {".lock"}
        return Made(answer, folder, told)


TYPES = {
    "m3u8": [b"application/vnd.apple.mpegurl"],
    "mp4": [b"video/mp4"],
    "jpg": [b"image/jpeg"],
    "vtt": [b"text/vtt"],
}


async def stored(
    root: Path, content: bytes, kind: Callable[..., FolderObjects] = FolderObjects
) -> FolderObjects:
    """A storage that has the film as `SOURCE`."""
    clock = SetClock()
    objects = kind(root / "objects", JwtSeal(b"x" * 32, clock), clock, site=lambda: "")

    async def pieces() -> AsyncIterator[bytes]:
        yield content

    await objects.store(SOURCE, pieces(), "video/mp4")
    return objects


async def ignored(_percent: int) -> None:
    """A report that nobody reads."""
