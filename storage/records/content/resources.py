"""The rows of resources and of their versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.content.events import ResourceChanged, ResourceDeleted
from protocol.content.values import MAX_VERSIONS, ResourceKind
from protocol.envelope import Address
from protocol.errors import NotFoundError
from protocol.records.common import CourseRule
from protocol.records.content import (
    KindRule,
    NewResource,
    RelationRule,
    ResourceChange,
    ResourceFacts,
    ResourcesRule,
    StoredVersion,
)
from storage.records.announcing import announce
from storage.records.content import files
from storage.records.course_facts import course_facts, course_of, locked_course_of, studies
from storage.records.values import as_uuid, instant, maybe_uuid

OF_RESOURCE = "select course_id from course_resources where id = $1"
COUNT = "select count(*) from course_resources where course_id = $1"
ADD = """
insert into course_resources (id, course_id, kind, title, folder, url, file_name, content_type,
                              size, added_by, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
"""
ADD_VERSION = """
insert into course_resource_versions (resource_id, version, file_id, file_name, size, added_at)
values ($1, $2, $3, $4, $5, $6)
"""
HAVING = """
select r.id::text, r.version
from course_resource_versions v join course_resources r on r.id = v.resource_id
where v.file_id = $1 and r.course_id = $2
"""
HAS = """
select exists (select from course_resource_versions where resource_id = $1 and file_id = $2)
"""
NUMBER = "select version from course_resources where id = $1"
ROW = "select kind, title, folder, url, version from course_resources where id = $1"
CHANGE = """
update course_resources set title = $2, folder = $3, url = $4, updated_at = $5 where id = $1
"""
NEWEST = """
update course_resources set version = $2, file_name = $3, content_type = $4, size = $5,
                            updated_at = $6
where id = $1
"""
FORGET_OLDEST = "delete from course_resource_versions where resource_id = $1 and version <= $2"
DELETE = "delete from course_resources where id = $1"
VERSION = """
select f.object_key as key, v.file_name as name
from course_resource_versions v join files f on f.id = v.file_id
where v.resource_id = $1 and ($2::int is null or v.version = $2)
order by v.version desc limit 1
"""


async def add(connection: Any, new: NewResource, rule: ResourcesRule) -> ResourceChanged:
    """Add a resource, or return the one that has its file already."""
    course = await course_facts(connection, new.course_id, lock="for no key update")
    count = await connection.fetchval(COUNT, UUID(course.id))
    rule(ResourceFacts(course=course, resources=count + 1))
    file = None
    if new.file_id is not None:
        file = await files.take(connection, new.file_id, new.size, new.at)
        if file is None:
            return await _having(connection, new, course.id)
    key, at = UUID(new.id), instant(new.at)
    of_file = (None, None, None) if file is None else tuple(file)
    await connection.execute(
        *(ADD, key, UUID(course.id), new.kind, new.title, new.folder, new.url),
        *(*of_file, UUID(new.by), at),
    )
    if file is not None and new.file_id is not None:
        await connection.execute(
            ADD_VERSION, key, 1, UUID(new.file_id), file["name"], file["size"], at
        )
    event = ResourceChanged(
        by=new.by, course_id=course.id, resource_id=new.id, kind=new.kind, added=True
    )
    await _announce(connection, event, new.at)
    return event


async def _having(connection: Any, new: NewResource, course_id: str) -> ResourceChanged:
    """The resource that has the file already. Raises `NotFoundError` where it is gone."""
    row = await connection.fetchrow(HAVING, UUID(new.file_id or ""), UUID(course_id))
    if row is None:
        raise NotFoundError("upload", new.file_id or "")
    return ResourceChanged(
        by=new.by,
        course_id=course_id,
        resource_id=row["id"],
        kind=ResourceKind.FILE,
        version=row["version"],
    )


async def update(connection: Any, change: ResourceChange, rule: KindRule) -> ResourceChanged:
    """Change a resource, if anything is different."""
    key = as_uuid(change.resource_id, "resource")
    course = await locked_course_of(
        connection, OF_RESOURCE, key, "resource", lock="for no key update"
    )
    row = await connection.fetchrow(ROW, key)
    kind = ResourceKind(row["kind"])
    rule(course, kind)
    wanted = tuple(
        row[name] if given is None else given
        for name, given in (
            ("title", change.title),
            ("folder", change.folder),
            ("url", change.url),
        )
    )
    version = await _new_version(connection, key, change, row["version"])
    event = ResourceChanged(
        by=change.by,
        course_id=course.id,
        resource_id=str(key),
        kind=kind,
        version=version,
        added=version != row["version"],
    )
    if wanted != (row["title"], row["folder"], row["url"]) or event.added:
        await connection.execute(CHANGE, key, *wanted, instant(change.at))
        await _announce(connection, event, change.at)
    return event


async def _new_version(connection: Any, key: UUID, change: ResourceChange, newest: int) -> int:
    """Take the file over as the newest version; the number of the version that is the newest.

    Raises `NotFoundError` for one that something else has taken.
    """
    if change.file_id is None:
        return newest
    file = await files.take(connection, change.file_id, change.size, change.at)
    if file is None:
        if not await connection.fetchval(HAS, key, UUID(change.file_id)):
            raise NotFoundError("upload", change.file_id)
        return newest
    version, at = newest + 1, instant(change.at)
    await connection.execute(
        ADD_VERSION, key, version, UUID(change.file_id), file["name"], file["size"], at
    )
    await connection.execute(NEWEST, key, version, *file, at)
    await connection.execute(FORGET_OLDEST, key, version - MAX_VERSIONS)
    return version


async def delete(
    connection: Any, resource_id: str, by: str, at: int, rule: CourseRule
) -> ResourceDeleted:
    """Delete a resource with its versions; the files are left to the collector."""
    key = as_uuid(resource_id, "resource")
    course = await locked_course_of(
        connection, OF_RESOURCE, key, "resource", lock="for no key update"
    )
    rule(course)
    await connection.execute(DELETE, key)
    event = ResourceDeleted(by=by, course_id=course.id, resource_id=str(key))
    await _announce(connection, event, at)
    return event


async def version_of(
    connection: Any,
    resource_id: str,
    version: int | None,
    by: str,
    role: str,
    rule: RelationRule,
) -> StoredVersion:
    """A version of a file. Raises `NotFoundError`."""
    key = as_uuid(resource_id, "resource")
    course_key = await course_of(connection, OF_RESOURCE, key, "resource")
    course = await course_facts(connection, course_key)
    relations = course.relations(by, role) | await studies(connection, course_key, maybe_uuid(by))
    newest = await connection.fetchval(NUMBER, key)
    rule(relations, version is not None and version != newest)
    row = await connection.fetchrow(VERSION, key, version)
    if row is None:
        raise NotFoundError("file", resource_id)
    return StoredVersion(**row)


async def _announce(connection: Any, event: ResourceChanged | ResourceDeleted, at: int) -> None:
    await announce(connection, Address("course", event.course_id), event, at)
