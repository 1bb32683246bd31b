"""The records of content in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from protocol.content.events import ResourceChanged, ResourceDeleted
from protocol.records.common import CourseRule
from protocol.records.content import (
    FileFacts,
    KindRule,
    NewResource,
    QuotaRule,
    RelationRule,
    ResourceChange,
    ResourcesRule,
    StoredVersion,
)
from storage.postgres import Database
from storage.records.content import files, resources
from storage.records.course_facts import course_facts, course_of
from storage.records.idempotency import at_most_once
from storage.records.values import as_uuid


class PostgresContentRecords:
    """Implements `protocol.records.content.ContentRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, file: FileFacts, rule: QuotaRule, *, whole: bool) -> None:
        await self._database.run(lambda c: files.begin(c, file, rule, whole=whole))

    async def began(self, file_id: str, storage_upload: str) -> None:
        await self._database.run(lambda c: c.execute(files.BEGAN, UUID(file_id), storage_upload))

    async def file(self, file_id: str) -> FileFacts:
        return await self._database.run(lambda c: files.find(c, file_id), transaction=False)

    async def permit(self, course_id: str, rule: CourseRule) -> None:
        async def unit(connection: Any) -> None:
            rule(await course_facts(connection, course_id))

        await self._database.run(unit, transaction=False)

    async def permit_change(self, resource_id: str, rule: CourseRule) -> str:
        async def unit(connection: Any) -> str:
            key = as_uuid(resource_id, "resource")
            course_id = await course_of(connection, resources.OF_RESOURCE, key, "resource")
            course = await course_facts(connection, course_id)
            rule(course)
            return course.id

        return await self._database.run(unit, transaction=False)

    async def remove(self, file_id: str) -> bool:
        async def unit(connection: Any) -> bool:
            return await connection.fetchval(files.REMOVE, UUID(file_id)) is not None

        return await self._database.run(unit, transaction=False)

    async def add(self, resource: NewResource, rule: ResourcesRule) -> ResourceChanged:
        async def unit(connection: Any) -> ResourceChanged:
            return await resources.add(connection, resource, rule)

        once = at_most_once(resource.once, ResourceChanged, unit, resource.at)
        return await self._database.run(once)

    async def update(self, change: ResourceChange, rule: KindRule) -> ResourceChanged:
        return await self._database.run(lambda c: resources.update(c, change, rule))

    async def delete(self, resource_id: str, by: str, at: int, rule: CourseRule) -> ResourceDeleted:
        return await self._database.run(lambda c: resources.delete(c, resource_id, by, at, rule))

    async def version(
        self, resource_id: str, version: int | None, by: str, role: str, rule: RelationRule
    ) -> StoredVersion:
        async def unit(connection: Any) -> StoredVersion:
            return await resources.version_of(connection, resource_id, version, by, role, rule)

        return await self._database.run(unit, transaction=False)

    async def collectable(self, *, before: int, limit: int) -> Sequence[FileFacts]:
        return await self._database.run(lambda c: files.collectable(c, before, limit))

    async def forget(self, file_ids: Sequence[str]) -> None:
        keys = [UUID(each) for each in file_ids]
        await self._database.run(lambda c: c.execute(files.FORGET, keys), transaction=False)
