"""The records of films in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from protocol.content.jobs import PROCESS_VIDEO
from protocol.content.video_events import VideoChanged, VideoDeleted
from protocol.content.video_values import VideoFault
from protocol.records.common import CourseRule
from protocol.records.content import FileFacts
from protocol.records.content.videos import (
    CaptionRule,
    CourseVideosRule,
    LessonAccessRule,
    NewCaptions,
    NewVideo,
    Shown,
    Source,
    VideoAccessRule,
    VideoChange,
    VideoUseRule,
)
from protocol.transcoding import Transcoded
from storage.postgres import Database
from storage.records.content import encodings, showing, videos
from storage.records.course_facts import course_facts, course_of
from storage.records.values import as_uuid, instant


class PostgresVideoRecords:
    """Implements `protocol.records.content.videos.VideoRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def permit(self, course_id: str, rule: CourseRule) -> None:
        async def unit(connection: Any) -> None:
            rule(await course_facts(connection, course_id))

        await self._database.run(unit, transaction=False)

    async def permit_change(self, video_id: str, rule: CourseRule) -> str:
        async def unit(connection: Any) -> str:
            key = as_uuid(video_id, "video")
            course_id = await course_of(connection, videos.OF_VIDEO, key, "video")
            course = await course_facts(connection, course_id)
            rule(course)
            return course.id

        return await self._database.run(unit, transaction=False)

    async def add(self, video: NewVideo, rule: CourseVideosRule) -> VideoChanged:
        return await self._database.run(lambda c: videos.add(c, video, rule))

    async def update(self, change: VideoChange, rule: CourseRule) -> VideoChanged:
        return await self._database.run(lambda c: videos.update(c, change, rule))

    async def retry(self, video_id: str, by: str, at: int, rule: CourseRule) -> VideoChanged:
        return await self._database.run(lambda c: videos.retry(c, video_id, by, at, rule))

    async def delete(self, video_id: str, by: str, at: int, rule: VideoUseRule) -> VideoDeleted:
        return await self._database.run(lambda c: videos.delete(c, video_id, by, at, rule))

    async def note_captions(self, file: FileFacts) -> None:
        await self._database.run(lambda c: videos.note_captions(c, file))

    async def set_captions(self, captions: NewCaptions, rule: CaptionRule) -> VideoChanged:
        return await self._database.run(lambda c: videos.set_captions(c, captions, rule))

    async def delete_captions(
        self, video_id: str, language: str, by: str, at: int, rule: CourseRule
    ) -> VideoChanged:
        async def unit(connection: Any) -> VideoChanged:
            return await videos.delete_captions(connection, video_id, language, by, at, rule)

        return await self._database.run(unit)

    async def of_lesson(self, lesson_id: str, by: str, role: str, rule: LessonAccessRule) -> Shown:
        async def unit(connection: Any) -> Shown:
            return await showing.of_lesson(connection, lesson_id, by, role, rule)

        return await self._database.run(unit, transaction=False)

    async def of_course(self, video_id: str, by: str, role: str, rule: VideoAccessRule) -> Shown:
        async def unit(connection: Any) -> Shown:
            return await showing.of_course(connection, video_id, by, role, rule)

        return await self._database.run(unit, transaction=False)

    async def begin(self, encoding_id: str) -> Source | None:
        return await self._database.run(lambda c: encodings.begin(c, encoding_id))

    async def progress(self, encoding_id: str, percent: int) -> bool:
        async def unit(connection: Any) -> bool:
            key = UUID(encoding_id)
            return await connection.fetchval(encodings.PROGRESS, key, percent) is not None

        return await self._database.run(unit, transaction=False)

    async def complete(self, encoding_id: str, made: Transcoded, at: int) -> bool:
        return await self._database.run(lambda c: encodings.complete(c, encoding_id, made, at))

    async def fail(self, encoding_id: str, fault: VideoFault, at: int) -> bool:
        return await self._database.run(lambda c: encodings.fail(c, encoding_id, fault, at))

    async def abandoned(self, *, before: int, limit: int) -> Sequence[str]:
        async def unit(connection: Any) -> Sequence[str]:
            kind = PROCESS_VIDEO.name
            rows = await connection.fetch(encodings.ABANDONED, instant(before), limit, kind)
            return [row["id"] for row in rows]

        return await self._database.run(unit, transaction=False)

    async def collectable(self, *, before: int, limit: int) -> Sequence[str]:
        return await self._database.run(lambda c: encodings.collectable(c, before, limit))

    async def forget(self, encoding_ids: Sequence[str]) -> None:
        keys = [UUID(each) for each in encoding_ids]
        await self._database.run(lambda c: c.execute(encodings.FORGET, keys), transaction=False)
