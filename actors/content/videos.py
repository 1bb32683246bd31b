"""The handler of films: `Address("videos", "")`. It keeps no state between commands."""

from __future__ import annotations

from uuid import UUID

from actors.content import video_rules
from actors.content.captions import captions
from actors.content.uploading import Uploading
from actors.course_rules import changeable
from actors.dispatch import Dispatch, Step
from actors.threads import Threads
from protocol.content.uses import FileUse
from protocol.content.video_commands import (
    AddVideo,
    CaptionLink,
    DeleteCaptions,
    DeleteVideo,
    RetryVideo,
    SetCaptions,
    Stream,
    StreamLesson,
    StreamVideo,
    UpdateVideo,
)
from protocol.content.video_events import VideoChanged, VideoDeleted
from protocol.envelope import Message
from protocol.errors import StoaError
from protocol.objects import Objects
from protocol.ports import Clock
from protocol.records.common import RandomBytes
from protocol.records.content import FileFacts
from protocol.records.content.videos import NewCaptions, Shown, VideoRecords
from protocol.streams import StreamLinks
from protocol.transcoding import prefix_of

CAPTIONS_TYPE = "text/vtt"
CAPTIONS_AT_ONCE = 1
"""Read side by side; long ones take a second."""


class VideoHandler:
    """Keeps the films of courses, and makes the links at which they play."""

    kind = "videos"

    def __init__(
        self,
        *,
        records: VideoRecords,
        uploading: Uploading,
        objects: Objects,
        streams: StreamLinks,
        clock: Clock,
        random: RandomBytes,
    ) -> None:
        self._records = records
        self._uploading = uploading
        self._objects = objects
        self._streams = streams
        self._clock = clock
        self._random = random
        self._threads = Threads(CAPTIONS_AT_ONCE)
        self._dispatch: Dispatch[Step] = Dispatch(
            self.kind,
            {
                AddVideo: self._add,
                UpdateVideo: self._update,
                RetryVideo: self._retry,
                DeleteVideo: self._delete,
                SetCaptions: self._set_captions,
                DeleteCaptions: self._delete_captions,
                StreamLesson: self._stream_lesson,
                StreamVideo: self._stream_video,
            },
        )

    async def handle(self, message: Message) -> Message:
        """Handle a message. Raises the errors that the messages document."""
        return await self._dispatch.step_for(message)(message)

    async def _add(self, command: AddVideo) -> VideoChanged:
        permitted = changeable("addVideo", command.by, command.by_role)
        await self._records.permit(command.course_id, permitted)
        file = await self._finished(command.course_id, command.upload_id, command.by)
        video = video_rules.new_video(
            command, file, self._new_id(), self._new_id(), self._clock.now()
        )
        return await self._records.add(video, video_rules.addable(command.by, command.by_role))

    async def _update(self, command: UpdateVideo) -> VideoChanged:
        rule = changeable("updateVideo", command.by, command.by_role)
        file = None
        if isinstance(command.upload_id, str):
            course_id = await self._records.permit_change(command.video_id, rule)
            file = await self._finished(course_id, command.upload_id, command.by)
        change = video_rules.change_of(command, file, self._new_id(), self._clock.now())
        return await self._records.update(change, rule)

    async def _retry(self, command: RetryVideo) -> VideoChanged:
        rule = changeable("retryVideo", command.by, command.by_role)
        return await self._records.retry(command.video_id, command.by, self._clock.now(), rule)

    async def _delete(self, command: DeleteVideo) -> VideoDeleted:
        rule = video_rules.removable(command.by, command.by_role)
        return await self._records.delete(command.video_id, command.by, self._clock.now(), rule)

    async def _set_captions(self, command: SetCaptions) -> VideoChanged:
        permitted = changeable("setVideoCaptions", command.by, command.by_role)
        course_id = await self._records.permit_change(command.video_id, permitted)
        language, label = video_rules.captions_head(command)
        data = (await self._threads.run(captions, command.text)).encode()
        file = self._captions_file(command, course_id, language, len(data))
        await self._records.note_captions(file)
        try:
            await self._objects.put(file.key, data, CAPTIONS_TYPE)
            return await self._take_captions(command, language, label, file)
        except StoaError:
            await self._uploading.remove(file)
            raise

    async def _take_captions(
        self, command: SetCaptions, language: str, label: str, file: FileFacts
    ) -> VideoChanged:
        new = NewCaptions(
            video_id=command.video_id,
            language=language,
            label=label,
            file_id=file.id,
            size=file.size,
            by=command.by,
            at=file.at,
        )
        rule = video_rules.captionable(command.by, command.by_role)
        return await self._records.set_captions(new, rule)

    def _captions_file(
        self, command: SetCaptions, course_id: str, language: str, size: int
    ) -> FileFacts:
        id_ = self._new_id()
        return FileFacts(
            id=id_,
            owner_id=command.by,
            course_id=course_id,
            use=FileUse.CAPTIONS,
            key=f"files/{id_}.vtt",
            storage_upload="",
            name=f"{language}.vtt",
            content_type=CAPTIONS_TYPE,
            size=size,
            at=self._clock.now(),
        )

    async def _delete_captions(self, command: DeleteCaptions) -> VideoChanged:
        rule = changeable("deleteVideoCaptions", command.by, command.by_role)
        return await self._records.delete_captions(
            command.video_id, command.language, command.by, self._clock.now(), rule
        )

    async def _stream_lesson(self, command: StreamLesson) -> Stream:
        rule = video_rules.opens(command, command.lesson_id)
        shown = await self._records.of_lesson(command.lesson_id, command.by, command.by_role, rule)
        return await self._stream(shown)

    async def _stream_video(self, command: StreamVideo) -> Stream:
        rule = video_rules.works_on(command.video_id)
        shown = await self._records.of_course(command.video_id, command.by, command.by_role, rule)
        return await self._stream(shown)

    async def _stream(self, shown: Shown) -> Stream:
        """Links that end after the film's length, which is rounded up to seconds."""
        prefix = prefix_of(video_rules.check_ready(shown))
        seconds = -(-shown.duration_ms // 1000)
        expires_at = self._clock.now() + seconds * 1000
        links = [
            CaptionLink(
                language=each.language,
                label=each.label,
                url=await self._objects.link(
                    each.key, seconds=seconds, filename=f"{each.language}.vtt", inline=True
                ),
            )
            for each in shown.captions
        ]
        return Stream(
            video_id=shown.video_id,
            url=self._streams.stream_link(prefix, seconds=seconds),
            captions=tuple(links),
            duration_ms=shown.duration_ms,
            expires_at=expires_at,
        )

    async def _finished(self, course_id: str, upload_id: str, by: str) -> FileFacts:
        return await self._uploading.finished(upload_id, by, FileUse.VIDEO, course_id)

    def _new_id(self) -> str:
        return str(UUID(bytes=self._random(16), version=4))
