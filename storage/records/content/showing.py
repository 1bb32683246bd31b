"""Which film is shown to whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.courses.values import CourseStatus
from protocol.errors import NotFoundError
from protocol.records.content.videos import (
    LessonAccess,
    LessonAccessRule,
    Shown,
    StoredCaptions,
    VideoAccessRule,
)
from storage.records.content.videos import OF_VIDEO
from storage.records.course_facts import OF_LESSON, course_facts, course_of, studies
from storage.records.values import as_uuid, maybe_uuid

LESSON = """
select l.video_id, l.is_preview, not exists (
           select from lessons n join course_modules nm on nm.id = n.module_id
           where (n.id in (select p.prerequisite_id from lesson_prerequisites p
                           where p.lesson_id = l.id)
                  or n.module_id = m.prerequisite_module_id)
               and not exists (
                   select from lesson_progress np join enrollments e on e.id = np.enrollment_id
                   where np.lesson_id = n.id and np.status = 'completed' and e.student_id = $2)
       ) as unlocked
from lessons l join course_modules m on m.id = l.module_id where l.id = $1
"""
SHOWN = """
select v.id::text as video_id, v.title, v.shown_id::text as encoding_id,
       coalesce(e.duration_ms, 0) as duration_ms
from videos v left join video_encodings e on e.id = v.shown_id where v.id = $1
"""
CAPTIONS = """
select c.language, c.label, f.object_key as key
from video_captions c join files f on f.id = c.file_id where c.video_id = $1 order by c.language
"""


async def of_lesson(
    connection: Any, lesson_id: str, by: str, role: str, rule: LessonAccessRule
) -> Shown:
    """The film of a lesson. Raises `NotFoundError`, also for a lesson without one."""
    key, viewer = as_uuid(lesson_id, "lesson"), maybe_uuid(by)
    course_id = await course_of(connection, OF_LESSON, key, "lesson")
    course = await course_facts(connection, course_id)
    row = await connection.fetchrow(LESSON, key, viewer)
    if row is None:
        raise NotFoundError("lesson", lesson_id)
    rule(
        LessonAccess(
            relations=course.relations(by, role) | await studies(connection, course_id, viewer),
            published=course.status == CourseStatus.PUBLISHED,
            is_preview=row["is_preview"],
            unlocked=row["unlocked"],
        )
    )
    if row["video_id"] is None:
        raise NotFoundError("video", lesson_id)
    return await _shown(connection, row["video_id"])


async def of_course(
    connection: Any, video_id: str, by: str, role: str, rule: VideoAccessRule
) -> Shown:
    """A film, for those who work on its course. Raises `NotFoundError`."""
    key = as_uuid(video_id, "video")
    course = await course_facts(connection, await course_of(connection, OF_VIDEO, key, "video"))
    rule(course.relations(by, role))
    return await _shown(connection, key)


async def _shown(connection: Any, key: UUID) -> Shown:
    row = await connection.fetchrow(SHOWN, key)
    if row is None:
        raise NotFoundError("video", str(key))
    captions = tuple(StoredCaptions(**each) for each in await connection.fetch(CAPTIONS, key))
    return Shown(**row, captions=captions)
