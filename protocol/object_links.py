"""Links to files that this installation serves itself, as the front sees them: the port.

An adapter whose links lead elsewhere, to a bucket, has none of this.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

import msgspec

PATH: Final = "/objects/"
"""Where the links lead; the token follows."""


class PartTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What a link takes: one part of an upload, of exactly `size` bytes."""

    key: str
    upload: str
    number: int
    size: int


class PartWriter(Protocol):
    """A part that is arriving. It counts from `keep` on, and as a whole."""

    async def write(self, data: bytes) -> None:
        """Write the next bytes. Raises `StorageUnavailable`, also for a full disk."""

    async def keep(self) -> None:
        """All bytes are written: they are on disk when this returns.

        Raises `NotFoundError` if the upload has ended, and `StorageUnavailable`.
        """


class OpenedFile(Protocol):
    """A file that is open for reading: it stays the same whatever replaces it.

    `etag` is strong, and without quotes.
    """

    size: int
    content_type: str
    etag: str

    async def read(self, start: int, length: int) -> bytes:
        """These bytes. Raises `StorageUnavailable` if it has fewer."""
        ...

    def send_cached(self, socket: int, start: int, length: int) -> int | None:
        """Give a socket what it takes now of these bytes, of which none is copied; how many.

        Never waits for the disk: None if the bytes are not in memory, so that they must be read.
        Raises `OSError`, and `BlockingIOError` if the socket takes nothing.
        """
        ...


class LinkedFile(OpenedFile, Protocol):
    """A file behind a link. `inline`: browsers may show it."""

    filename: str
    inline: bool


class ServedLinks(Protocol):
    """Opens the tokens of links. Raises `AuthenticationError` for a forged or an old one."""

    def part_of(self, token: str) -> PartTicket:
        """What the link of a part takes."""
        ...

    def receive_part(self, ticket: PartTicket) -> AbstractAsyncContextManager[PartWriter]:
        """Take a part; what was not kept at the end of the context leaves nothing.

        Raises `NotFoundError` if the upload has ended.
        """
        ...

    def open_link(self, token: str) -> AbstractAsyncContextManager[LinkedFile]:
        """The file that a link leads to, for the context. Raises `NotFoundError`."""
        ...
