"""The rows of files: uploads, what something has taken over, and what nothing needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from protocol.content.uses import FileUse
from protocol.errors import NotFoundError
from protocol.records.content import FileFacts, QuotaFacts, QuotaRule
from storage.records.course_facts import course_facts
from storage.records.values import as_uuid, instant, milliseconds

COLUMNS = """
f.id::text, f.owner_id::text, f.course_id::text, f.use, f.object_key, f.storage_upload, f.name,
f.content_type, f.size, f.created_at, f.taken_at is not null as taken
"""
FILE = f"select {COLUMNS} from files f where f.id = $1 and not f.removing"  # noqa: S608
USED = """
select ((select coalesce(sum(size), 0) from files where course_id = $1 and not removing)
        + (select coalesce(sum(e.bytes), 0) from video_encodings e where e.id in (
               select v.shown_id from videos v where v.course_id = $1)))::bigint as course_bytes,
       (select coalesce(sum(size), 0) from files
        where owner_id = $2 and not removing)::bigint as person_bytes,
       (select count(*) from files
        where owner_id = $2 and taken_at is null and not removing) as open_uploads
"""
SCHOOL = """
select ((select coalesce(sum(size), 0) from files where not removing)
        + (select coalesce(sum(bytes), 0) from video_encodings where not removing))::bigint
"""
ADD = """
insert into files (id, owner_id, course_id, use, object_key, name, content_type, size, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
BEGAN = "update files set storage_upload = $2 where id = $1"
TAKE = """
update files set taken_at = $2, size = $3 where id = $1 and taken_at is null and not removing
returning name, content_type, size
"""
REMOVE = """
update files set removing = true where id = $1 and taken_at is null and not removing returning id
"""
# Of a resource that was deleted nothing tells when: its files are as old as they were taken.
HAD = """
(exists (select from course_resource_versions v where v.file_id = f.id)
 or exists (select from video_captions c where c.file_id = f.id)
 or exists (select from video_encodings e where e.source_id = f.id and e.state <> 'ready'
            and exists (select from videos v where e.id in (v.shown_id, v.next_id))))
"""
"""Something has the file `f`."""
MARK = f"""
update files set removing = true where id in (
    select id from files f
    where not removing and coalesce(taken_at, created_at) < $1 and not {HAD}
    order by created_at limit $2 for update skip locked)
"""  # noqa: S608
MARKED = f"select {COLUMNS} from files f where f.removing order by f.created_at limit $1"  # noqa: S608
FORGET = "delete from files where id = any($1::uuid[]) and removing"
KEYS = f"select object_key from files f where {HAD} order by object_key"  # noqa: S608


async def keys(connection: Any) -> list[str]:
    """The keys of files that something has, in the object storage."""
    return [row["object_key"] for row in await connection.fetch(KEYS)]


async def begin(connection: Any, file: FileFacts, rule: QuotaRule, *, whole: bool) -> None:
    """Note a file. Uploads to a course begin one after another, so quotas hold."""
    course = await course_facts(connection, file.course_id or "", lock="for no key update")
    owner = as_uuid(file.owner_id or "", "user")
    used = await connection.fetchrow(USED, UUID(course.id), owner)
    # It reads every row, so only where it is asked for.
    school = await connection.fetchval(SCHOOL) if whole else 0
    rule(QuotaFacts(course=course, school_bytes=school, **used))
    await connection.execute(
        *(ADD, UUID(file.id), owner, UUID(course.id), file.use, file.key),
        *(file.name, file.content_type, file.size, instant(file.at)),
    )


async def find(connection: Any, file_id: str) -> FileFacts:
    """A file that is not being removed. Raises `NotFoundError`."""
    row = await connection.fetchrow(FILE, as_uuid(file_id, "upload"))
    if row is None:
        raise NotFoundError("upload", file_id)
    return facts_of(row)


async def take(connection: Any, file_id: str, size: int, at: int) -> Any:
    """Take an upload over: the name, content type and size of the file. None: it was before.

    Raises `NotFoundError` for one that is gone.
    """
    taken = await connection.fetchrow(TAKE, UUID(file_id), instant(at), size)
    if taken is None:
        await find(connection, file_id)
    return taken


async def collectable(connection: Any, before: int, limit: int) -> Sequence[FileFacts]:
    """Mark files that nothing has, and return those that are marked."""
    await connection.execute(MARK, instant(before), limit)
    return [facts_of(row) for row in await connection.fetch(MARKED, limit)]


def facts_of(row: Any) -> FileFacts:
    """From a row that has `COLUMNS`."""
    return FileFacts(
        id=row["id"],
        owner_id=row["owner_id"],
        course_id=row["course_id"],
        use=FileUse(row["use"]),
        key=row["object_key"],
        storage_upload=row["storage_upload"],
        name=row["name"],
        content_type=row["content_type"],
        size=row["size"],
        at=milliseconds(row["created_at"]),
        taken=row["taken"],
    )
