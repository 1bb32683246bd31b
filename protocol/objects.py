"""Files that users are given or give: the port, and what is common to all that implement it."""

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
    """Storage of files by key. A key is ours, never a client's: a wrong one is a `ValueError`.

    Raises `StorageUnavailable` when the storage does not answer.
    """

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Whole or not at all; in the place of what is there."""

    async def get(self, key: str) -> StoredObject | None:
        """None where there is nothing."""
        ...

    async def delete(self, key: str) -> None:
        """Where there is nothing, nothing happens."""

    async def link(self, key: str, *, seconds: int, filename: str) -> str:
        """An address that for so long downloads the object, under that name, for anybody."""
        ...


def check_key(key: str) -> str:
    """Raises `ValueError`."""
    if len(key) > MAX_KEY or KEY.fullmatch(key) is None:
        raise ValueError(f"no key of an object: {key[:50]!r}")
    return key


def check_content(data: bytes, content_type: str) -> bytes:
    """Raises `ValueError`: who takes files in has bounds of their own, and lower ones."""
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
