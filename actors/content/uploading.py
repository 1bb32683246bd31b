"""Uploads: what is noted of them, the links that take their parts, and what ends them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

import msgspec

from actors.content import machine
from actors.content.declaring import declared
from protocol.content.commands import (
    AbandonUpload,
    GenerateUpload,
    PartLink,
    ShowUpload,
    UploadAbandoned,
    UploadShown,
)
from protocol.content.uses import FileUse
from protocol.content.values import KEPT_UNTAKEN_MS, MAX_LINKS
from protocol.errors import NotFoundError, RefusedError, StoaError
from protocol.ports import Clock
from protocol.records.common import RandomBytes
from protocol.records.content import ContentRecords, FileFacts
from protocol.uploads import LINK_SECONDS, PART_BYTES, FileStorage, sizes_of

REMOVED_AT_ONCE = 100
Check = Callable[[FileFacts], Awaitable[int]]
"""Checks the content of a joined upload, which it may replace by a harmless form of the same.

Returns its size. Raises `RefusedError` FILE_REFUSED, and `RetryableError` where it cannot be
checked at the moment.
"""


class Uploading:
    """Uploads from the first link to the file that something takes over.

    A file is noted before anything of it is stored, so there is no object without a row.
    `school_bytes` bounds all files together, 0 does not.
    """

    def __init__(
        self,
        *,
        records: ContentRecords,
        objects: FileStorage,
        check: Check,
        clock: Clock,
        random: RandomBytes,
        school_bytes: int,
    ) -> None:
        self._records = records
        self._objects = objects
        self._check = check
        self._clock = clock
        self._random = random
        self._school_bytes = school_bytes

    async def begin(self, command: GenerateUpload) -> UploadShown:
        """Note an upload and begin it."""
        said = declared(command.use, command.file_name, command.content_type, command.size)
        id_ = str(UUID(bytes=self._random(16), version=4))
        key = f"files/{id_}.{said.extension}"
        rule = machine.has_room(
            said.size, command.by, command.by_role, school_bytes=self._school_bytes
        )
        file = FileFacts(
            id=id_,
            owner_id=command.by,
            course_id=command.course_id,
            use=said.use,
            key=key,
            storage_upload="",
            name=said.name,
            content_type=said.content_type,
            size=said.size,
            at=self._clock.now(),
        )
        await self._records.begin(file, rule, whole=self._school_bytes > 0)
        try:
            upload = await self._objects.begin(key, content_type=said.content_type)
            await self._records.began(id_, upload)
        except StoaError:
            await self.remove(file)
            raise
        return await self._shown(msgspec.structs.replace(file, storage_upload=upload))

    async def show(self, command: ShowUpload) -> UploadShown:
        """Which parts have arrived, and new links for the others."""
        file = await self._records.file(command.upload_id)
        machine.check_owner(file, command.by)
        machine.check_open(file)
        return await self._shown(file)

    async def abandon(self, command: AbandonUpload) -> UploadAbandoned:
        """Remove what has arrived. What fails here is collected later."""
        file = await self._records.file(command.upload_id)
        machine.check_abandonable(file, command.by, command.by_role)
        if not await self.remove(file):
            raise NotFoundError("upload", file.id)
        return UploadAbandoned(upload_id=file.id)

    async def finished(
        self, upload_id: str, by: str, use: FileUse, course_id: str | None
    ) -> FileFacts:
        """The whole file, checked, with its size of now; also one that was taken over.

        Raises `NotFoundError`, `ValidationError`, `RefusedError` UPLOAD_INCOMPLETE and what the
        check raises. A file that is refused is removed.
        """
        file = await self._records.file(upload_id)
        machine.check_owner(file, by)
        machine.check_fits(file, use, course_id)
        if file.taken:
            return file
        if not await self._objects.join(file.key, file.storage_upload, sizes_of(file.size)):
            raise RefusedError("UPLOAD_INCOMPLETE", "Parts of the file have not arrived yet")
        try:
            size = await self._check(file)
        except RefusedError:
            await self.remove(file)
            raise
        return msgspec.structs.replace(file, size=size)

    async def collect(self) -> int:
        """Remove what nothing took over or needs any more. Returns how many files there were."""
        removed, before = 0, self._clock.now() - KEPT_UNTAKEN_MS
        while files := await self._records.collectable(before=before, limit=REMOVED_AT_ONCE):
            for file in files:
                await self._discard(file)
            await self._records.forget([file.id for file in files])
            removed += len(files)
        return removed

    async def remove(self, file: FileFacts) -> bool:
        """Remove a file that nothing has taken over.

        False, without effect, if something has at the same moment, or it is being removed.
        """
        if not await self._records.remove(file.id):
            return False
        with suppress(StoaError):  # the collector finds it marked
            await self._discard(file)
            await self._records.forget([file.id])
        return True

    async def _discard(self, file: FileFacts) -> None:
        if file.storage_upload:
            await self._objects.abandon(file.key, file.storage_upload)
        await self._objects.delete(file.key)

    async def _shown(self, file: FileFacts) -> UploadShown:
        sizes = sizes_of(file.size)
        arrived = await self._objects.parts(file.key, file.storage_upload)
        stored = {each.number for each in arrived if each.size == sizes[each.number - 1]}
        ends = self._clock.now() + LINK_SECONDS * 1000
        missing = [n for n in range(1, len(sizes) + 1) if n not in stored][:MAX_LINKS]
        return UploadShown(
            upload_id=file.id,
            file_name=file.name,
            size=file.size,
            part_size=PART_BYTES,
            stored=tuple(sorted(stored)),
            links=tuple([await self._link(file, n, sizes[n - 1], ends) for n in missing]),
            expires_at=file.at + KEPT_UNTAKEN_MS,
        )

    async def _link(self, file: FileFacts, number: int, size: int, ends: int) -> PartLink:
        link = await self._objects.part_link(
            file.key, file.storage_upload, number, size=size, seconds=LINK_SECONDS
        )
        return PartLink(
            part=number,
            start=(number - 1) * PART_BYTES,
            size=size,
            url=link.url,
            headers=tuple(link.headers.items()),
            expires_at=ends,
        )
