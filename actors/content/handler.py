"""The content handler: `Address("content", "")`. It keeps no state between commands."""

from __future__ import annotations

from uuid import UUID

from actors.content import machine
from actors.content.uploading import Uploading
from actors.course_rules import changeable
from actors.dispatch import Dispatch, Step
from protocol.content.commands import (
    AbandonUpload,
    AddLink,
    AddResource,
    DeleteResource,
    GenerateUpload,
    LinkResource,
    ResourceLinked,
    ShowUpload,
    UpdateResource,
)
from protocol.content.events import ResourceChanged, ResourceDeleted
from protocol.content.uses import FileUse
from protocol.content.values import DOWNLOAD_SECONDS
from protocol.envelope import Message
from protocol.objects import Objects
from protocol.ports import Clock
from protocol.records.common import RandomBytes
from protocol.records.content import ContentRecords, FileFacts


class ContentHandler:
    """Takes uploads, and keeps the resources of courses."""

    kind = "content"

    def __init__(
        self,
        *,
        records: ContentRecords,
        uploading: Uploading,
        objects: Objects,
        clock: Clock,
        random: RandomBytes,
    ) -> None:
        self._records = records
        self._uploading = uploading
        self._objects = objects
        self._clock = clock
        self._random = random
        self._dispatch: Dispatch[Step] = Dispatch(
            self.kind,
            {
                GenerateUpload: uploading.begin,
                ShowUpload: uploading.show,
                AbandonUpload: uploading.abandon,
                AddResource: self._add_resource,
                AddLink: self._add_link,
                UpdateResource: self._update,
                DeleteResource: self._delete,
                LinkResource: self._link,
            },
        )

    async def handle(self, message: Message) -> Message:
        """Handle a message. Raises the errors that the messages document."""
        return await self._dispatch.step_for(message)(message)

    async def _add_resource(self, command: AddResource) -> ResourceChanged:
        rule = machine.addable("addCourseResource", command.by, command.by_role)
        permitted = changeable("addCourseResource", command.by, command.by_role)
        await self._records.permit(command.course_id, permitted)
        file = await self._taken_for(command.course_id, command.upload_id, command.by)
        resource = machine.new_file(command, file, self._new_id(), self._clock.now())
        return await self._records.add(resource, rule)

    async def _add_link(self, command: AddLink) -> ResourceChanged:
        rule = machine.addable("addCourseLink", command.by, command.by_role)
        resource = machine.new_link(command, self._new_id(), self._clock.now())
        return await self._records.add(resource, rule)

    async def _update(self, command: UpdateResource) -> ResourceChanged:
        file = None
        if isinstance(command.upload_id, str):
            permitted = changeable("updateCourseResource", command.by, command.by_role)
            course_id = await self._records.permit_change(command.resource_id, permitted)
            file = await self._taken_for(course_id, command.upload_id, command.by)
        change = machine.change_of(command, file, self._clock.now())
        rule = machine.fitting(change, command.by, command.by_role)
        return await self._records.update(change, rule)

    async def _delete(self, command: DeleteResource) -> ResourceDeleted:
        rule = changeable("deleteCourseResource", command.by, command.by_role)
        at = self._clock.now()
        return await self._records.delete(command.resource_id, command.by, at, rule)

    async def _link(self, command: LinkResource) -> ResourceLinked:
        rule = machine.sees(command.resource_id, command.by_role)
        found = await self._records.version(
            command.resource_id, command.version, command.by, command.by_role, rule
        )
        ends = self._clock.now() + DOWNLOAD_SECONDS * 1000
        url = await self._objects.link(found.key, seconds=DOWNLOAD_SECONDS, filename=found.name)
        return ResourceLinked(url=url, expires_at=ends)

    async def _taken_for(self, course_id: str, upload_id: str, by: str) -> FileFacts:
        return await self._uploading.finished(upload_id, by, FileUse.RESOURCE, course_id)

    def _new_id(self) -> str:
        return str(UUID(bytes=self._random(16), version=4))
