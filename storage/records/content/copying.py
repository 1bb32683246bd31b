"""Copies of the resources and films of a course, which share its files."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from storage.records.copied import Copied

RESOURCES = "select id from course_resources where course_id = $1 order by id for share"
COPY = """
insert into course_resources (id, course_id, kind, title, folder, url, file_name, content_type,
                              size, added_by, created_at, updated_at)
select n.new, $1, r.kind, r.title, r.folder, r.url, r.file_name, r.content_type, r.size, $2,
       now(), now()
from unnest($3::uuid[], $4::uuid[]) as n (old, new) join course_resources r on r.id = n.old
"""
COPY_NEWEST = """
insert into course_resource_versions (resource_id, version, file_id, file_name, size, added_at)
select n.new, 1, v.file_id, v.file_name, v.size, now()
from unnest($1::uuid[], $2::uuid[]) as n (old, new)
    join course_resources r on r.id = n.old
    join course_resource_versions v on v.resource_id = r.id and v.version = r.version
"""
VIDEOS = "select id from videos where course_id = $1 order by id for share"
COPY_VIDEOS = """
insert into videos (id, course_id, title, file_name, size, shown_id, next_id, added_by, created_at,
                    updated_at)
select n.new, $1, v.title, v.file_name, v.size, v.shown_id, v.next_id, $2, now(), now()
from unnest($3::uuid[], $4::uuid[]) as n (old, new) join videos v on v.id = n.old
"""
COPY_CAPTIONS = """
insert into video_captions (video_id, language, label, file_id)
select n.new, c.language, c.label, c.file_id
from unnest($1::uuid[], $2::uuid[]) as n (old, new) join video_captions c on c.video_id = n.old
"""
SHOW_COPIES = """
update lessons l set video_id = v.new
from unnest($1::uuid[], $2::uuid[]) as n (old, new)
    join lessons original on original.id = n.old
    join unnest($3::uuid[], $4::uuid[]) as v (old, new) on v.old = original.video_id
where l.id = n.new
"""


async def copy_videos(connection: Any, copied: Copied) -> None:
    """Copy the films, also those that are being processed; the lessons' copies show the copies."""
    old = [row["id"] for row in await connection.fetch(VIDEOS, copied.course_id)]
    new = [uuid4() for _ in old]
    await connection.execute(COPY_VIDEOS, copied.clone_id, copied.by, old, new)
    await connection.execute(COPY_CAPTIONS, old, new)
    await connection.execute(SHOW_COPIES, copied.lessons, copied.copies, old, new)


async def copy_resources(connection: Any, copied: Copied) -> None:
    """Copy the newest version of each, in the connection's transaction."""
    old = [row["id"] for row in await connection.fetch(RESOURCES, copied.course_id)]
    new = [uuid4() for _ in old]
    await connection.execute(COPY, copied.clone_id, copied.by, old, new)
    await connection.execute(COPY_NEWEST, old, new)
