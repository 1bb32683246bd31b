"""Finding ffmpeg: the one that is configured, else the system's, else the one that comes along."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from protocol.content.video_values import VideoFault
from protocol.errors import Overloaded
from protocol.transcoding import NotTranscodable
from storage.transcoding.commands import START
from storage.transcoding.limits import Bounds
from storage.transcoding.process import run
from storage.transcoding.progress import Listener

ENCODERS: Final = ("libx264", "aac", "mjpeg")
"""Distributions that fear patents leave the first one out."""
ASKED: Final = Bounds(wall_seconds=30.0, stall_seconds=30.0, room_left=0)


def packaged_program() -> Path | None:
    """The program in the wheel `imageio-ffmpeg`, without importing it."""
    found = importlib.util.find_spec("imageio_ffmpeg")
    if found is None or found.origin is None:
        return None
    programs = sorted((Path(found.origin).parent / "binaries").glob("ffmpeg-*"))
    return next((each for each in programs if os.access(each, os.X_OK)), None)


def find_programs(configured: Path | None) -> tuple[Path, ...]:
    """Those that may do, the best first: the configured one alone, if there is one."""
    if configured is not None:
        return (configured,)
    system = shutil.which("ffmpeg")
    candidates = (Path(system).resolve() if system else None, packaged_program())
    return tuple(each for each in candidates if each is not None)


def is_program(path: Path) -> bool:
    """Whether it is a file that may be run."""
    return path.is_file() and os.access(path, os.X_OK)


class _Encoders(Listener):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def out(self, line: str) -> None:
        super().out(line)
        self.found.update(line.split()[1:2])


class _FirstLine(Listener):
    said = ""

    def out(self, line: str) -> None:
        super().out(line)
        self.said = self.said or line


async def lacks(program: Path, folder: Path) -> str | None:
    """Why a program cannot be used; None if it can. Raises `Overloaded`, `StorageUnavailable`."""
    if not is_program(program):
        return f"{program} is no program"
    encoders = _Encoders()
    try:
        await run((str(program), *START, "-encoders"), folder, ASKED, encoders)
    except NotTranscodable as error:
        if error.fault is VideoFault.TOO_SLOW:
            raise Overloaded(f"{program} does not answer; try again") from error
        return f"{program} cannot be run: {error}"
    missing = [name for name in ENCODERS if name not in encoders.found]
    return f"{program} lacks {', '.join(missing)}" if missing else None


async def usable_program(programs: Sequence[Path], folder: Path) -> Path:
    """The first that can do it. Raises `NotTranscodable` with NOT_POSSIBLE, and as `lacks`."""
    reasons = []
    for program in programs:
        reason = await lacks(program, folder)
        if reason is None:
            return program
        reasons.append(reason)
    raise NotTranscodable(VideoFault.NOT_POSSIBLE, "; ".join(reasons) or "there is no ffmpeg")


async def version_of(program: Path, folder: Path) -> str:
    """As it says itself: `ffmpeg version 5.1.6-0+deb12u1 …`. Raises as `run` does."""
    first = _FirstLine()
    await run((str(program), *START, "-version"), folder, ASKED, first)
    return " ".join(first.said.split()[:3])[:80]
