"""Files in a folder that are written or read piece by piece, each piece in a thread."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import trio

from protocol.errors import StorageUnavailable
from protocol.objects import may_be_shown
from storage.objects.disk import OpenFile, Threads, discard, write_all

PARTS = 1_000
"""Of a file that are known to be in memory."""


class Draft(NamedTuple):
    """An open file and where it is until it is kept at `path`."""

    descriptor: int
    draft: Path
    path: Path


class PieceWriter:
    """Implements `protocol.object_links.PartWriter`. `keep_as` gives a whole draft its name."""

    def __init__(
        self, draft: Draft, keep_as: Callable[[Path, Path], None], threads: Threads
    ) -> None:
        self._draft = draft
        self._keep_as = keep_as
        self._threads = threads

    async def write(self, data: bytes) -> None:
        """Write the next bytes. Raises `StorageUnavailable`, also for a full disk."""
        await self._threads.run(partial(write_all, self._draft.descriptor, data))

    async def keep(self) -> None:
        """All bytes are written: they are on disk when this returns."""

        def keep() -> None:
            os.fsync(self._draft.descriptor)
            self._keep_as(self._draft.draft, self._draft.path)

        await self._threads.run(keep)


@asynccontextmanager
async def writing(
    open_draft: Callable[[], Draft], keep_as: Callable[[Path, Path], None], threads: Threads
) -> AsyncIterator[PieceWriter]:
    """A writer; what it has not kept is gone after the context."""
    draft = await threads.run(open_draft)

    def leave() -> None:
        os.close(draft.descriptor)
        discard(draft.draft)

    try:
        yield PieceWriter(draft, keep_as, threads)
    finally:
        with trio.CancelScope(shield=True):
            await threads.run(leave)


class OpenedFolderFile:
    """Implements `protocol.streams.StreamFile`."""

    def __init__(self, file: OpenFile, threads: Threads) -> None:
        self.size = file.size
        self.content_type = file.content_type
        self.etag = file.etag
        self.close = file.close
        self._file = file
        self._threads = threads

    def send_cached(self, socket: int, start: int, length: int) -> int | None:
        """As `protocol.object_links.OpenedFile.send_cached`."""
        return self._file.send_cached(socket, start, length)

    async def read(self, start: int, length: int) -> bytes:
        """These bytes. Raises `StorageUnavailable` if it has fewer."""
        # A thread costs more than to copy a piece that is in memory, as for a class that fetches
        # the same file.
        cached = self._file.read_cached(start, length)
        if cached is not None:
            await trio.lowlevel.checkpoint()
            return cached
        data = await self._threads.run(partial(self._file.read, start, length))
        if len(data) < length:
            raise StorageUnavailable("The file is damaged: it ends early")
        return data


class SharedFolderFile(OpenedFolderFile):
    """One that is open for a few seconds, in which many want the same parts of it.

    What was in memory then, still is: it was asked for a moment ago.
    """

    def __init__(self, file: OpenFile, threads: Threads) -> None:
        super().__init__(file, threads)
        self._seen: set[tuple[int, int]] = set()

    def send_cached(self, socket: int, start: int, length: int) -> int | None:
        """As `protocol.object_links.OpenedFile.send_cached`."""
        part, file = (start, length), self._file
        if part not in self._seen:
            if not file.in_memory(start, length):
                return None
            if len(self._seen) < PARTS:
                self._seen.add(part)
        return file.send(socket, start, length)


class FolderFile(OpenedFolderFile):
    """Implements `protocol.object_links.LinkedFile`."""

    def __init__(self, file: OpenFile, filename: str, threads: Threads, *, inline: bool) -> None:
        super().__init__(file, threads)
        self.filename = filename
        self.inline = inline and may_be_shown(file.content_type)
