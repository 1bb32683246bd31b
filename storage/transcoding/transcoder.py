"""Videos made ready by ffmpeg on this machine, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog
import trio

from protocol.content.video_values import VideoFault
from protocol.errors import NotFoundError
from protocol.transcoding import NotTranscodable, Report, Transcoded
from protocol.uploads import FileStorage
from storage.objects.disk import Threads
from storage.transcoding.commands import SOURCE
from storage.transcoding.making import Making
from storage.transcoding.program import is_program, usable_program
from storage.transcoding.results import store
from storage.transcoding.source import examine
from storage.transcoding.telling import Percent, telling
from storage.transcoding.tuning import Tuning
from storage.transcoding.workspace import check_room, fetch, workspace

AT_ONCE: Final = 1
"""It takes all the cores that it may have."""
THREADS: Final = 2

FETCHED, EXAMINED, MADE, STORED = 5, 8, 92, 100
"""The percent after each part of the work."""

log = structlog.get_logger()


class Ffmpeg:
    """Implements `protocol.transcoding.Transcoder`. `programs` are tried in their order.

    `folder` is where sources and results are while they are worked on.
    """

    def __init__(
        self,
        objects: FileStorage,
        programs: Sequence[Path],
        folder: Path,
        tuning: Tuning | None = None,
    ) -> None:
        self._objects = objects
        self._programs = programs
        self._folder = folder
        self._tuning = tuning or Tuning()
        self._turn = trio.CapacityLimiter(AT_ONCE)
        self._threads = Threads(THREADS)
        self._usable: Path | None = None

    async def transcode(self, source: str, prefix: str, report: Report) -> Transcoded:
        """Make everything of `source` below `prefix`; `master.m3u8` comes last."""

        async def work(percent: Percent) -> Transcoded:
            return await self._work(source, prefix, percent)

        async with self._turn:
            try:
                return await telling(report, work)
            except NotTranscodable as error:
                log.warning("transcoding.failed", source=source, why=str(error))
                raise

    @property
    def waiting(self) -> int:
        """Videos that wait for their turn."""
        return self._turn.statistics().tasks_waiting

    async def _work(self, source: str, prefix: str, percent: Percent) -> Transcoded:
        async with workspace(self._folder, self._threads) as folder:
            program = await self._program(folder)
            await self._fetch(source, folder, percent)
            found = await examine(program, folder, self._tuning.probing)
            percent.advance(1, FETCHED, EXAMINED)
            making = Making(program, folder, found, self._tuning)
            making.check_room()
            made = await making.make(lambda done: percent.advance(done, EXAMINED, MADE))
            await store(
                *(self._objects, self._threads, folder, made.files, prefix),
                lambda done: percent.advance(done, MADE, STORED),
            )
            return made

    async def _program(self, folder: Path) -> Path:
        """Asked once what it can do, and again if it is gone: an update may have moved it."""
        if self._usable is None or not is_program(self._usable):
            self._usable = await usable_program(self._programs, folder)
        return self._usable

    async def _fetch(self, source: str, folder: Path, percent: Percent) -> None:
        size = await self._objects.size(source)
        if size is None:
            raise NotTranscodable(VideoFault.SOURCE_GONE)
        check_room(folder, size, self._tuning.probing.room_left)
        try:
            await fetch(
                *(self._objects, source, folder / SOURCE, self._threads),
                lambda done: percent.advance(done / max(size, 1), 0, FETCHED),
            )
        except NotFoundError as error:
            raise NotTranscodable(VideoFault.SOURCE_GONE) from error
