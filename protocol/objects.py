"""Files that users upload or download: the port, and checks that all its adapters share."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable
from typing import Final, Protocol
from urllib.parse import quote

import msgspec

KEY: Final = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*", re.ASCII)
MAX_KEY: Final = 200
MAX_OBJECT_BYTES: Final = 32 * 1024 * 1024
"""What is stored or read in one piece. Larger objects come by `protocol.uploads`."""
MAX_LINK_SECONDS: Final = 24 * 3600
MAX_FILENAME: Final = 150
CONTENT_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]+(; charset=[a-z0-9-]+)?", re.ASCII)
MAX_CONTENT_TYPE: Final = 200
SHOWN: Final = frozenset(
    (
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/gif",
        "application/pdf",
        "text/plain",
        "text/vtt",
    )
)
"""What browsers may show under our address, besides sound and video. None of these can run
anything; SVG and HTML can, and are never among them."""
SHOWN_KINDS: Final = ("audio/", "video/")


class StoredObject(msgspec.Struct, frozen=True, kw_only=True):
    data: bytes
    content_type: str


class ObjectFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an object without reading it."""

    size: int
    content_type: str


class Objects(Protocol):
    """Storage of files by key.

    The server chooses keys, never a client: a wrong one is a `ValueError`.

    Raises `StorageUnavailable` when the storage does not answer.
    """

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object atomically, replacing any under the same key."""

    async def get(self, key: str) -> StoredObject | None:
        """Read an object; None if there is none. One past `MAX_OBJECT_BYTES` is a `ValueError`."""
        ...

    async def delete(self, key: str) -> None:
        """Delete an object; does nothing if there is none."""

    async def link(self, key: str, *, seconds: int, filename: str, inline: bool = False) -> str:
        """A URL that lets anybody download the object under that file name until it expires.

        `inline`: browsers show it if its type is harmless (`may_be_shown`), and save it otherwise.
        """
        ...


class StoredFiles(Protocol):
    """The same storage for those that look after it: backups and checks.

    Raises `StorageUnavailable`, and `ExternalServiceError` for one that refuses us.
    """

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object atomically, replacing any under the same key."""

    async def get(self, key: str) -> StoredObject | None:
        """Read an object; None if there is none. One past `MAX_OBJECT_BYTES` is a `ValueError`."""
        ...

    async def exists(self, key: str) -> bool:
        """Whether there is an object, without reading it."""
        ...

    async def delete(self, key: str) -> None:
        """Delete an object; does nothing if there is none."""

    async def facts(self, key: str) -> ObjectFacts | None:
        """What is known of an object; None if there is none."""
        ...

    async def read(self, key: str, start: int, length: int) -> bytes:
        """As `protocol.uploads.Uploads.read`."""
        ...

    async def store(self, key: str, pieces: AsyncIterable[bytes], content_type: str) -> None:
        """Store an object of any size atomically, replacing any. It is never held as a whole."""


def check_key(key: str) -> str:
    """Raises `ValueError`."""
    if len(key) > MAX_KEY or KEY.fullmatch(key) is None:
        raise ValueError(f"no key of an object: {key[:50]!r}")
    return key


def check_content(data: bytes, content_type: str) -> bytes:
    """Raises `ValueError`. Callers that accept files have lower bounds themselves."""
    check_size(len(data))
    check_content_type(content_type)
    return data


def check_size(size: int) -> None:
    """Raises `ValueError` for more than is stored or read in one piece."""
    if size > MAX_OBJECT_BYTES:
        raise ValueError(f"an object of {size} bytes is too large")


def check_content_type(content_type: str) -> str:
    """Raises `ValueError`."""
    if len(content_type) > MAX_CONTENT_TYPE or CONTENT_TYPE.fullmatch(content_type) is None:
        raise ValueError(f"no content type: {content_type[:50]!r}")
    return content_type


def check_link(seconds: int, filename: str) -> None:
    """Raises `ValueError`."""
    if not 0 < seconds <= MAX_LINK_SECONDS:
        raise ValueError(f"a link cannot be good for {seconds} seconds")
    if not 0 < len(filename) <= MAX_FILENAME or "/" in filename or not filename.isprintable():
        raise ValueError(f"no name of a file: {filename[:50]!r}")


def may_be_shown(content_type: str) -> bool:
    """Whether browsers may show such a file, where they otherwise save it."""
    kind = content_type.partition(";")[0]
    return kind in SHOWN or kind.startswith(SHOWN_KINDS)


def disposition(filename: str, *, inline: bool) -> str:
    """The Content-Disposition (RFC 6266) of a file of that name in any script (RFC 8187)."""
    return f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(filename, safe='')}"
