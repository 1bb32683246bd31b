"""Files that users upload or download: the port, and checks that all its adapters share."""

from __future__ import annotations

import re
from typing import Final, Protocol

import msgspec

KEY: Final = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*", re.ASCII)
MAX_KEY: Final = 200
MAX_OBJECT_BYTES: Final = 32 * 1024 * 1024
MAX_LINK_SECONDS: Final = 24 * 3600
MAX_FILENAME: Final = 150
CONTENT_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]+(; charset=[a-z0-9-]+)?", re.ASCII)


class StoredObject(msgspec.Struct, frozen=True, kw_only=True):
    data: bytes
    content_type: str


class Objects(Protocol):
    """Storage of files by key.

    The server chooses keys, never a client: a wrong one is a `ValueError`.

    Raises `StorageUnavailable` when the storage does not answer.
    """

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object atomically, replacing any under the same key."""

    async def get(self, key: str) -> StoredObject | None:
        """Read an object; None if there is none."""
        ...

    async def delete(self, key: str) -> None:
        """Delete an object; does nothing if there is none."""

    async def link(self, key: str, *, seconds: int, filename: str) -> str:
        """A URL that lets anybody download the object under that file name until it expires."""
        ...


class StoredFiles(Protocol):
    """The same storage for those that look after it: backups and checks.

    Raises `StorageUnavailable`, and `ExternalServiceError` for one that refuses us.
    """

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object atomically, replacing any under the same key."""

    async def get(self, key: str) -> StoredObject | None:
        """Read an object; None if there is none."""
        ...

    async def exists(self, key: str) -> bool:
        """Whether there is an object, without reading it."""
        ...

    async def delete(self, key: str) -> None:
        """Delete an object; does nothing if there is none."""


def check_key(key: str) -> str:
    """Raises `ValueError`."""
    if len(key) > MAX_KEY or KEY.fullmatch(key) is None:
        raise ValueError(f"no key of an object: {key[:50]!r}")
    return key


def check_content(data: bytes, content_type: str) -> bytes:
    """Raises `ValueError`. Callers that accept files have lower bounds themselves."""
    if len(data) > MAX_OBJECT_BYTES:
        raise ValueError(f"an object of {len(data)} bytes is too large")
    if CONTENT_TYPE.fullmatch(content_type) is None:
        raise ValueError(f"no content type: {content_type[:50]!r}")
    return data


def check_link(seconds: int, filename: str) -> None:
    """Raises `ValueError`."""
    if not 0 < seconds <= MAX_LINK_SECONDS:
        raise ValueError(f"a link cannot be good for {seconds} seconds")
    if not 0 < len(filename) <= MAX_FILENAME or "/" in filename or not filename.isprintable():
        raise ValueError(f"no name of a file: {filename[:50]!r}")
