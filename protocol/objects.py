"""Files that users are given or give: the port, and what is common to all that implement it."""

from __future__ import annotations

import re
from typing import Final, Protocol

import msgspec

KEY: Final = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*", re.ASCII)
MAX_KEY: Final = 200
MAX_OBJECT_BYTES: Final = 32 * 1024 * 1024


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


def check_size(data: bytes) -> bytes:
    """Raises `ValueError`: who takes files in has bounds of their own, and lower ones."""
    if len(data) > MAX_OBJECT_BYTES:
        raise ValueError(f"an object of {len(data)} bytes is too large")
    return data
