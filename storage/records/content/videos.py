"""The rows of films and of their captions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.content.video_events import VideoChanged, VideoDeleted
from protocol.content.video_values import VideoFault, VideoStatus
from protocol.envelope import Address
from protocol.errors import NotFoundError
from protocol.records.common import CourseFacts, CourseRule
from protocol.records.content import FileFacts
from protocol.records.content.videos import (
    CaptionFacts,
    CaptionRule,
    CourseVideos,
    CourseVideosRule,
    NewCaptions,
    NewVideo,
    VideoChange,
    VideoUse,
    VideoUseRule,
)
from storage.records.announcing import announce
from storage.records.content import encodings, files
from storage.records.course_facts import course_facts, locked_course_of
from storage.records.values import as_uuid, instant

OF_VIDEO = "select course_id from videos where id = $1"
COUNT = "select count(*) from videos where course_id = $1"
ADD = """
insert into videos (id, course_id, title, file_name, size, next_id, added_by, created_at,
                    updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
"""
HAVING = """
select v.id::text from videos v join video_encodings e on e.id in (v.shown_id, v.next_id)
where e.source_id = $1 and v.course_id = $2
"""
HAS = f"{HAVING} and v.id = $3"
ROW = """
select v.title, v.shown_id, v.next_id, n.fault
from videos v left join video_encodings n on n.id = v.next_id where v.id = $1
"""
RENAME = "update videos set title = $2, updated_at = $3 where id = $1"
REPLACE = "update videos set next_id = $2, file_name = $3, size = $4, updated_at = $5 where id = $1"
TOUCH = "update videos set updated_at = $2 where id = $1"
LESSONS = "select count(*) from lessons where video_id = $1"
DELETE = "delete from videos where id = $1"
LANGUAGES = "select language from video_captions where video_id = $1"
SET_CAPTIONS = """
insert into video_captions (video_id, language, label, file_id) values ($1, $2, $3, $4)
on conflict (video_id, language) do update set label = excluded.label, file_id = excluded.file_id
"""
NOTE_FILE = """
insert into files (id, owner_id, course_id, use, object_key, name, content_type, size, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
DELETE_CAPTIONS = """
delete from video_captions where video_id = $1 and language = $2 returning language
"""


async def add(connection: Any, new: NewVideo, rule: CourseVideosRule) -> VideoChanged:
    """Add a film, or return the one that has its file already."""
    course = await course_facts(connection, new.course_id, lock="for no key update")
    count = await connection.fetchval(COUNT, UUID(course.id))
    rule(CourseVideos(course=course, videos=count + 1))
    file = await files.take(connection, new.file_id, new.size, new.at)
    if file is None:
        found = await connection.fetchval(HAVING, UUID(new.file_id), UUID(course.id))
        if found is None:
            raise NotFoundError("upload", new.file_id)
        return await _changed(connection, course, UUID(found), new.by)
    await encodings.add(connection, new.encoding_id, new.file_id, new.at)
    await connection.execute(
        *(ADD, UUID(new.id), UUID(course.id), new.title, file["name"], file["size"]),
        *(UUID(new.encoding_id), UUID(new.by), instant(new.at)),
    )
    return await _announced(connection, course, UUID(new.id), new.by, new.at)


async def update(connection: Any, change: VideoChange, rule: CourseRule) -> VideoChanged:
    """Change a film, if anything is different."""
    course, key = await _locked(connection, change.video_id)
    rule(course)
    row = await connection.fetchrow(ROW, key)
    now = instant(change.at)
    renamed = change.title is not None and change.title != row["title"]
    if renamed:
        await connection.execute(RENAME, key, change.title, now)
    replaced = await _replace(connection, course, key, change)
    if not (renamed or replaced):
        return await _changed(connection, course, key, change.by)
    return await _announced(connection, course, key, change.by, change.at)


async def _replace(connection: Any, course: CourseFacts, key: UUID, change: VideoChange) -> bool:
    """Take the file over as what is shown next; False if the film has it already.

    Raises `NotFoundError` for one that something else has taken.
    """
    if change.file_id is None:
        return False
    file = await files.take(connection, change.file_id, change.size, change.at)
    if file is None:
        if not await connection.fetchval(HAS, UUID(change.file_id), UUID(course.id), key):
            raise NotFoundError("upload", change.file_id)
        return False
    await encodings.add(connection, change.encoding_id, change.file_id, change.at)
    await connection.execute(
        *(REPLACE, key, UUID(change.encoding_id), file["name"], file["size"]), instant(change.at)
    )
    return True


async def retry(connection: Any, video_id: str, by: str, at: int, rule: CourseRule) -> VideoChanged:
    """Process again what failed."""
    course, key = await _locked(connection, video_id)
    rule(course)
    row = await connection.fetchrow(ROW, key)
    if row["fault"] is None or not await encodings.again(connection, row["next_id"], at):
        return await _changed(connection, course, key, by)
    await connection.execute(TOUCH, key, instant(at))
    return await _announced(connection, course, key, by, at)


async def delete(
    connection: Any, video_id: str, by: str, at: int, rule: VideoUseRule
) -> VideoDeleted:
    """Delete a film that no lesson shows; what was made of it is left to the collector."""
    course, key = await _locked(connection, video_id)
    rule(VideoUse(course=course, lessons=await connection.fetchval(LESSONS, key)))
    await connection.execute(DELETE, key)
    event = VideoDeleted(by=by, course_id=course.id, video_id=str(key))
    await announce(connection, Address("course", course.id), event, at)
    return event


async def note_captions(connection: Any, file: FileFacts) -> None:
    """Note a file that is about to be stored."""
    await connection.execute(
        *(NOTE_FILE, UUID(file.id), as_uuid(file.owner_id or "", "user")),
        *(as_uuid(file.course_id or "", "course"), file.use, file.key, file.name),
        *(file.content_type, file.size, instant(file.at)),
    )


async def set_captions(connection: Any, new: NewCaptions, rule: CaptionRule) -> VideoChanged:
    """Take a file over as the captions in its language."""
    course, key = await _locked(connection, new.video_id)
    languages = {row["language"] for row in await connection.fetch(LANGUAGES, key)}
    rule(CaptionFacts(course=course, captions=len(languages | {new.language})))
    if await files.take(connection, new.file_id, new.size, new.at) is None:
        raise NotFoundError("upload", new.file_id)
    await connection.execute(SET_CAPTIONS, key, new.language, new.label, UUID(new.file_id))
    await connection.execute(TOUCH, key, instant(new.at))
    return await _announced(connection, course, key, new.by, new.at)


async def delete_captions(
    connection: Any, video_id: str, language: str, by: str, at: int, rule: CourseRule
) -> VideoChanged:
    """Remove captions. Raises `NotFoundError`."""
    course, key = await _locked(connection, video_id)
    rule(course)
    if await connection.fetchval(DELETE_CAPTIONS, key, language[:40]) is None:
        raise NotFoundError("captions", language[:40])
    await connection.execute(TOUCH, key, instant(at))
    return await _announced(connection, course, key, by, at)


async def _locked(connection: Any, video_id: str) -> tuple[CourseFacts, UUID]:
    key = as_uuid(video_id, "video")
    course = await locked_course_of(connection, OF_VIDEO, key, "video", lock="for no key update")
    return course, key


async def _announced(
    connection: Any, course: CourseFacts, key: UUID, by: str, at: int
) -> VideoChanged:
    event = await _changed(connection, course, key, by)
    await announce(connection, Address("course", course.id), event, at)
    return event


async def _changed(connection: Any, course: CourseFacts, key: UUID, by: str) -> VideoChanged:
    """What is said of a film as it is now."""
    row = await connection.fetchrow(ROW, key)
    fault = None if row["fault"] is None else VideoFault(row["fault"])
    if row["shown_id"] is not None:
        status = VideoStatus.READY
    else:
        status = VideoStatus.PROCESSING if fault is None else VideoStatus.FAILED
    return VideoChanged(by=by, course_id=course.id, video_id=str(key), status=status, fault=fault)
