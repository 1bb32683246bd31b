"""The content of a file that was uploaded, read in pieces wherever a check wants to look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from protocol.content.faults import FileFault, FileRefused
from protocol.uploads import MAX_READ

Read = Callable[[int, int], Awaitable[bytes]]
"""At most so many bytes (up to `MAX_READ`) from there on, as `Uploads.read` gives them."""
PIECE: Final = 256 * 1024
"""Bytes that are looked at in one turn of the loop."""


class Content:
    """A file of `size` bytes. Raises `FileRefused` DAMAGED where the storage has fewer."""

    def __init__(self, read: Read, size: int) -> None:
        self._read = read
        self.size = size

    async def piece(self, start: int, length: int) -> bytes:
        """All that the file has of these bytes: fewer at its end, none beyond."""
        wanted = max(0, min(length, self.size - start))
        pieces: list[bytes] = []
        while wanted:
            found = await self._read(start, min(wanted, MAX_READ))
            if not found:
                raise FileRefused(FileFault.DAMAGED, "The file is shorter than was said")
            pieces.append(found)
            start, wanted = start + len(found), wanted - len(found)
        return b"".join(pieces)

    async def tail(self, length: int) -> bytes:
        """Its last bytes; all of a shorter file."""
        return await self.piece(max(0, self.size - length), length)

    def pieces(self) -> Pieces:
        """The whole file, in order."""
        return Pieces(self)


class Pieces:
    """Iterates over a file. Unlike a generator it may be left anywhere without being closed."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._starts = iter(range(0, content.size, PIECE))

    def __aiter__(self) -> Pieces:
        return self

    async def __anext__(self) -> bytes:
        start = next(self._starts, None)
        if start is None:
            raise StopAsyncIteration
        return await self._content.piece(start, PIECE)


def wrong_kind(extension: str) -> FileRefused:
    """For a file that is not what the ending of its name says."""
    return FileRefused(FileFault.WRONG_KIND, f"The content is not that of a .{extension} file")


def damaged(extension: str) -> FileRefused:
    """For a file that begins like one of its kind and does not go on so."""
    return FileRefused(FileFault.DAMAGED, f"The file is damaged: it is no whole .{extension} file")
