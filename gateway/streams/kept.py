"""Files that stay open for some seconds, since a class asks for the same ones again and again.

To open one takes a thread and reading its first line; to send a part of one takes neither.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from protocol.streams import StreamFile, StreamFiles

KEEP_SECONDS: Final = 5.0
"""So long a file that was deleted or replaced may still be sent, and take room on the disk."""
MOST: Final = 200
"""Files, of which each holds a descriptor. Further ones are opened for one answer."""
Later = Callable[[float, Callable[[], None]], object]


class KeptFile:
    """An open file, and who is using it."""

    __slots__ = ("dropped", "file", "users")

    def __init__(self, file: StreamFile) -> None:
        self.file = file
        self.users = 0
        self.dropped = False


class KeptFiles:
    """Files of `files`, by key."""

    def __init__(self, files: StreamFiles) -> None:
        self._files = files
        self._kept: dict[str, KeptFile] = {}

    def __len__(self) -> int:
        """How many are open for whoever comes next."""
        return len(self._kept)

    def borrow(self, key: str) -> KeptFile | None:
        """A file that is open already; to be given back."""
        kept = self._kept.get(key)
        if kept is not None:
            kept.users += 1
        return kept

    async def open(self, key: str, later: Later) -> KeptFile | None:
        """Open a file; to be given back. None if there is none. Raises `StorageUnavailable`.

        `later` calls back after so many seconds.
        """
        file = await self._files.open_file(key)
        if file is None:
            return None
        other = self.borrow(key)
        if other is not None:  # somebody was quicker
            file.close()
            return other
        kept = KeptFile(file)
        kept.users = 1
        if len(self._kept) < MOST:
            self._kept[key] = kept
            later(KEEP_SECONDS, partial(self._drop, key, kept))
        else:
            kept.dropped = True
        return kept

    def give_back(self, kept: KeptFile) -> None:
        """An answer needs it no more."""
        kept.users -= 1
        if kept.dropped and not kept.users:
            kept.file.close()

    def drop_all(self) -> None:
        """Keep none any longer than it is used."""
        for key, kept in tuple(self._kept.items()):
            self._drop(key, kept)

    def _drop(self, key: str, kept: KeptFile) -> None:
        if kept.dropped:
            return
        del self._kept[key]
        kept.dropped = True
        if not kept.users:
            kept.file.close()
