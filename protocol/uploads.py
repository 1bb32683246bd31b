"""Files that browsers send to the storage themselves: the port.

An upload has parts of equal length but for the last; a small file is one part. Parts are sent by
`PUT` to links that expire, in any order, repeatedly, and over several days: the storage knows which
it has. Nothing can be read before `join`, and what was joined no link changes any more.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping, Sequence
from typing import Final, Protocol

import msgspec

from protocol.objects import Objects

PART_BYTES: Final = 16 * 1024 * 1024
"""S3 takes parts from 5 MiB, and at most 10,000 of them."""
MAX_PARTS: Final = 400
MAX_UPLOAD_BYTES: Final = MAX_PARTS * PART_BYTES
LINK_SECONDS: Final = 3_600
"""The specification's hour (property 19)."""
MAX_READ: Final = 1024 * 1024


class UploadLink(msgspec.Struct, frozen=True, kw_only=True):
    """Where one part is sent by `PUT`, with exactly these headers; its length is bound as well.

    `url` may be a path of this site: a page may have been opened at another address of it.
    """

    url: str
    headers: Mapping[str, str]


class StoredPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part that the storage has. Numbers count from 1."""

    number: int
    size: int


class Uploads(Protocol):
    """Uploads in parts, and reading pieces of what was stored.

    The server chooses keys and knows sizes: wrong ones are a `ValueError`. Raises
    `StorageUnavailable` when the storage does not answer.
    """

    async def begin(self, key: str, *, content_type: str) -> str:
        """Begin an upload to that key; returns the storage's name for it."""
        ...

    async def part_link(
        self, key: str, upload: str, number: int, *, size: int, seconds: int
    ) -> UploadLink:
        """A link that takes one part of exactly `size` bytes until it expires.

        It is refused from then on, from the `join` on, and for any byte of it that was changed.
        """
        ...

    async def parts(self, key: str, upload: str) -> Sequence[StoredPart]:
        """What has arrived, in order. Empty for an upload that is unknown or has ended."""
        ...

    async def join(self, key: str, upload: str, sizes: Sequence[int]) -> bool:
        """Make the object of all its parts; once more, while the object is there, changes nothing.

        False, without effect, while a part is missing or of another size.
        """
        ...

    async def abandon(self, key: str, upload: str) -> None:
        """Remove the parts; does nothing for an upload that is unknown or has ended."""

    async def size(self, key: str) -> int | None:
        """Bytes of an object; None if there is none."""
        ...

    async def read(self, key: str, start: int, length: int) -> bytes:
        """At most `length` (up to `MAX_READ`) bytes from `start` on; empty past the end.

        Raises `NotFoundError`.
        """
        ...


class FileStorage(Objects, Uploads, Protocol):
    """A storage that does both, as every one of ours does."""

    async def store(self, key: str, pieces: AsyncIterable[bytes], content_type: str) -> None:
        """As `protocol.objects.StoredFiles.store`."""


def sizes_of(size: int) -> list[int]:
    """The lengths of the parts of a file. Raises `ValueError` for a size that no upload has."""
    if not 0 < size <= MAX_UPLOAD_BYTES:
        raise ValueError(f"no upload has {size} bytes")
    whole, rest = divmod(size, PART_BYTES)
    return [PART_BYTES] * whole + ([rest] if rest else [])
