"""A course whose teachers show films: the handler with real records, and a transcoder by hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from actors.content.processing import KEPT_MS, Processing
from actors.content.videos import VideoHandler
from protocol.content import video_commands
from protocol.content.jobs import PROCESS_VIDEO
from protocol.content.uses import FileUse
from protocol.content.video_events import VideoChanged
from protocol.transcoding import MASTER, Report, Transcoded, Transcoder
from storage.objects.streams import SealedStreams
from storage.postgres import Database
from storage.records.content import PostgresVideoRecords
from storage.seal import JwtSeal
from tests.actors.content.library import Library, library

MADE = Transcoded(duration_ms=61_500, width=640, height=360, bytes=5, files=(MASTER,))
QUEUED = """
select payload->>'encoding_id' as id from jobs
where kind = $1 and failed_at is null order by jobs.id
"""
FILM = b"moving\n"


class Projector:
    """Makes `made` of every source, unless `act` does something else."""

    def __init__(self, cinema: Cinema) -> None:
        self._cinema = cinema
        self.made = MADE
        self.act: Callable[[Report], Any] | None = None
        self.sources: list[str] = []

    async def transcode(self, source: str, prefix: str, report: Report) -> Transcoded:
        self.sources.append(source)
        if self.act is not None:
            await self.act(report)
        await report(100)
        await self._cinema.books.shelf.put(prefix + MASTER, b"#EXTM3U", "text/plain")
        return self.made


class Cinema:
    """The films of a library's course."""

    def __init__(self, books: Library) -> None:
        self.books, self.school, self.course = books, books.school, books.course
        self.records = PostgresVideoRecords(books.school.database)
        self.projector = Projector(self)
        seal = JwtSeal(b"s" * 32, books.school.clock)
        self.streams = SealedStreams(seal, books.school.clock)
        self.handler = VideoHandler(
            records=self.records,
            uploading=books.uploading,
            objects=books.storage,
            streams=self.streams,
            clock=books.school.clock,
            random=os.urandom,
        )
        self.processing = self.processing_by(self.projector)

    def processing_by(self, transcoder: Transcoder | None) -> Processing:
        return Processing(
            records=self.records,
            objects=self.books.storage,
            transcoder=transcoder,
            clock=self.school.clock,
        )

    async def do(self, kind: Any, *, by: str = "", role: str = "educator", **more: Any) -> Any:
        by = by or self.books.teacher
        return await self.handler.handle(kind(by=by, by_role=role, **more))

    async def uploaded(self, data: bytes = FILM) -> str:
        return await self.books.uploaded(
            data, use=FileUse.VIDEO, file_name="week 1.mp4", content_type="video/mp4"
        )

    async def added(self, **more: Any) -> VideoChanged:
        upload = await self.uploaded()
        added: VideoChanged = await self.do(
            video_commands.AddVideo, course_id=self.course, upload_id=upload, **more
        )
        return added

    async def replaced(self, video_id: str) -> VideoChanged:
        upload = await self.uploaded(b"newer\n")
        changed: VideoChanged = await self.do(
            video_commands.UpdateVideo, video_id=video_id, upload_id=upload
        )
        return changed

    async def queued(self) -> list[str]:
        """The encodings that wait to be made, oldest first."""
        return [str(row["id"]) for row in await self.school.rows(QUEUED, PROCESS_VIDEO.name)]

    async def process(self, *, last: bool = False) -> None:
        """Do all jobs, whose rows are gone afterwards."""
        for encoding in await self.queued():
            await self.processing.process(encoding, nobody, last=last)
        await self.school.rows("delete from jobs where kind = $1", PROCESS_VIDEO.name)

    async def video(self, video_id: str) -> Any:
        """Its row, with the states of what is shown and of what comes next."""
        [row] = await self.school.rows(
            "select v.*, s.state as shown, n.state as next, n.fault, n.progress from videos v"
            " left join video_encodings s on s.id = v.shown_id"
            " left join video_encodings n on n.id = v.next_id where v.id::text = $1",
            video_id,
        )
        return row

    async def day(self) -> int:
        """Let one pass; how many encodings and files were removed."""
        self.school.clock.at += KEPT_MS + 1
        return await self.processing.collect() + await self.books.uploading.collect()


async def nobody(percent: int) -> None:
    """Hears how far a job is."""


async def cinema(database: Database, **more: Any) -> Cinema:
    return Cinema(await library(database, **more))
