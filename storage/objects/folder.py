"""Files in a folder on disk, with links that this installation signs and serves itself."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import trio

from protocol.access import Seal
from protocol.errors import AuthenticationError, NotFoundError, StorageUnavailable
from protocol.objects import StoredObject, check_content, check_key, check_link
from protocol.ports import Clock

PURPOSE = "object"
PATH = "/objects/"
THREADS = 4
T = TypeVar("T")


class FolderFiles:
    """Files below `root`. The content type is a file's first line.

    No key may be a parent path of another, because a file is not a folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._threads = trio.CapacityLimiter(THREADS)

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object atomically, replacing any under the same key."""
        content = content_type.encode("ascii") + b"\n" + check_content(data, content_type)
        await self._run(partial(_write, self._path(key), content))

    async def get(self, key: str) -> StoredObject | None:
        """Read an object; None if there is none."""
        content = await self._run(partial(_read, self._path(key)))
        if content is None:
            return None
        content_type, _, data = content.partition(b"\n")
        return StoredObject(data=data, content_type=content_type.decode("ascii"))

    async def exists(self, key: str) -> bool:
        """Whether there is an object, without reading it."""
        return await self._run(self._path(key).is_file)

    async def delete(self, key: str) -> None:
        """Delete an object; does nothing if there is none."""
        path = self._path(key)
        await self._run(partial(path.unlink, missing_ok=True))

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)

    async def _run(self, operation: Callable[[], T]) -> T:
        try:
            return await trio.to_thread.run_sync(operation, limiter=self._threads)
        except OSError as error:
            raise StorageUnavailable(f"Files cannot be kept or read: {error.strerror}") from error


class FolderObjects(FolderFiles):
    """Implements `protocol.objects.Objects`. `site` is where browsers reach this installation."""

    def __init__(self, root: Path, seal: Seal, clock: Clock, *, site: Callable[[], str]) -> None:
        super().__init__(root)
        self._seal = seal
        self._clock = clock
        self._site = site

    async def link(self, key: str, *, seconds: int, filename: str) -> str:
        """A URL that lets anybody download the object under that file name until it expires."""
        check_link(seconds, filename)
        ends = self._clock.now() + seconds * 1000
        claims = {"key": check_key(key), "name": filename, "ends": ends}
        return self._site() + PATH + self._seal.sign(PURPOSE, claims)

    async def open_link(self, token: str) -> tuple[StoredObject, str]:
        """The object that a link leads to, and its file name for the download.

        `AuthenticationError` for a link that was not made here or has expired, `NotFoundError`.
        """
        claims = self._seal.open(PURPOSE, token)
        if claims["ends"] <= self._clock.now():
            raise AuthenticationError("This link has expired", reason="expired")
        found = await self.get(claims["key"])
        if found is None:
            raise NotFoundError("file", claims["name"])
        return found, claims["name"]


def _write(path: Path, content: bytes) -> None:
    _make_private(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _keep_name(path.parent)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _make_private(folder: Path) -> None:
    """Make it and what is missing above it, closed to others (`parents=True` leaves that open)."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _keep_name(folder: Path) -> None:
    """Sync the folder, which holds the file's name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
