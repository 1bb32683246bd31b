"""Copies of the resources of a course, which share its files."""

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


async def copy_resources(connection: Any, copied: Copied) -> None:
    """Copy the newest version of each, in the connection's transaction."""
    old = [row["id"] for row in await connection.fetch(RESOURCES, copied.course_id)]
    new = [uuid4() for _ in old]
    await connection.execute(COPY, copied.clone_id, copied.by, old, new)
    await connection.execute(COPY_NEWEST, old, new)
