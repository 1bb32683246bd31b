"""A course whose teachers upload: the content handler with real records and objects in memory."""

from __future__ import annotations

import os
from typing import Any

from actors.content.handler import ContentHandler
from actors.content.uploading import Uploading
from protocol.content import commands
from protocol.content.commands import UploadShown
from protocol.content.faults import FileFault, FileRefused
from protocol.content.uses import FileUse
from protocol.content.values import KEPT_UNTAKEN_MS
from protocol.records.content import FileFacts
from protocol.uploads import FileStorage
from storage.postgres import Database
from storage.records.content import PostgresContentRecords
from tests.storage.records.school import School
from tests.support.fakes import Shelf

PIECE = b"seven.\n"


class Library:
    """`course` is one of `teacher`. A file that begins with `bad` is refused when it is checked.

    `storage` is a shelf in memory unless another is given.
    """

    def __init__(
        self,
        school: School,
        teacher: str,
        course: str,
        *,
        school_bytes: int = 0,
        storage: FileStorage | None = None,
    ) -> None:
        self.school, self.teacher, self.course = school, teacher, course
        self.shelf = Shelf()
        self.storage: Any = storage or self.shelf
        self.records = PostgresContentRecords(school.database)
        self.uploading = Uploading(
            records=self.records,
            objects=self.storage,
            check=self.check,
            clock=school.clock,
            random=os.urandom,
            school_bytes=school_bytes,
        )
        self.handler = ContentHandler(
            records=self.records,
            uploading=self.uploading,
            objects=self.storage,
            clock=school.clock,
            random=os.urandom,
        )

    async def check(self, file: FileFacts) -> int:
        found = await self.storage.get(file.key)
        if found is None or found.data.startswith(b"bad"):
            raise FileRefused(FileFault.WRONG_KIND, "It is something else")
        return len(found.data)

    async def do(self, kind: Any, *, by: str = "", role: str = "educator", **more: Any) -> Any:
        return await self.handler.handle(kind(by=by or self.teacher, by_role=role, **more))

    async def begin(self, size: int = len(PIECE), **more: Any) -> UploadShown:
        given: dict[str, Any] = {
            "use": FileUse.RESOURCE,
            "course_id": self.course,
            "file_name": "week.txt",
            "content_type": "text/plain",
            "size": size,
        }
        shown: UploadShown = await self.do(commands.GenerateUpload, **{**given, **more})
        return shown

    def send(self, upload: UploadShown, data: bytes = PIECE, part: int = 1) -> None:
        """Upload a part, with the link that is for it."""
        [link] = [each for each in upload.links if each.part == part]
        self.shelf.send(link.url.split("/")[2], part, data)

    async def uploaded(self, data: bytes = PIECE, **more: Any) -> str:
        """A whole file that nothing has taken over."""
        shown = await self.begin(len(data), **more)
        self.send(shown, data)
        return shown.upload_id

    async def added(self, data: bytes = PIECE, **more: Any) -> Any:
        upload = await self.uploaded(data)
        return await self.do(commands.AddResource, course_id=self.course, upload_id=upload, **more)

    async def day(self) -> int:
        """Let one pass; how many files were removed."""
        self.school.clock.at += KEPT_UNTAKEN_MS + 1
        return await self.uploading.collect()

    async def files(self) -> int:
        [row] = await self.school.rows("select count(*) from files")
        return int(row[0])


async def library(database: Database, **more: Any) -> Library:
    school = School(database)
    teacher = await school.user("educator")
    return Library(school, teacher, await school.course(teacher), **more)
