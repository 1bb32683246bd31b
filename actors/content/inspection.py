"""Checking what was uploaded before anybody may have it: by content, for viruses, as a picture."""

from __future__ import annotations

from actors.content.checking import check_content, check_scanned, cleaned
from protocol.content.faults import FileFault, FileRefused
from protocol.content.scanning import VirusScanner
from protocol.content.uses import Declared
from protocol.pictures import PictureCleaner
from protocol.records.content import FileFacts
from protocol.uploads import FileStorage


class Inspection:
    """`scanner` is None where none is configured."""

    def __init__(
        self, objects: FileStorage, cleaner: PictureCleaner, scanner: VirusScanner | None = None
    ) -> None:
        self._objects = objects
        self._cleaner = cleaner
        self._scanner = scanner

    async def check(self, file: FileFacts) -> int:
        """The size of the file of now: a picture is written anew.

        Once more looks at what is there by then. Raises `FileRefused`, and `RetryableError` where
        it cannot be checked at the moment.
        """
        size = await self._objects.size(file.key)
        if size is None:
            raise FileRefused(FileFault.DAMAGED, "The file is not there any more")
        declared = Declared(
            use=file.use,
            name=file.name,
            extension=file.key.rpartition(".")[2],
            content_type=file.content_type,
            size=size,
        )

        async def read(start: int, length: int) -> bytes:
            return await self._objects.read(file.key, start, length)

        await check_content(read, declared)
        if self._scanner is not None:
            await check_scanned(read, declared, self._scanner)
        picture = await cleaned(read, declared, self._cleaner)
        if picture is None:
            return size
        await self._objects.put(file.key, picture, file.content_type)
        return len(picture)
