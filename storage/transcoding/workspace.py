"""A private folder for the work on one video, which is gone afterwards, whatever happens.

What a killed server has left is removed before the next video: each folder is locked by whoever
works in it, and the kernel gives the lock back when that process dies.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

import trio

from protocol.uploads import MAX_READ, Uploads
from storage.objects.disk import NEW, Threads, make_private, write_all
from storage.transcoding.process import disk_full

LOCK: Final = ".lock"
"""Of the folder that has the folders: held for as long as one is made or removed."""


class _Folder(NamedTuple):
    path: Path
    descriptor: int


@asynccontextmanager
async def workspace(root: Path, threads: Threads) -> AsyncIterator[Path]:
    """A folder for the context. Raises `StorageUnavailable` if there can be none."""
    folder = await threads.run(lambda: _begin(root))
    try:
        yield folder.path
    finally:
        with trio.CancelScope(shield=True):
            await threads.run(lambda: _end(folder))


def _begin(root: Path) -> _Folder:
    make_private(root)
    guard = os.open(root / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX)
        for left in root.iterdir():
            if left.is_dir():
                _remove_abandoned(left)
        path = root / secrets.token_hex(8)
        path.mkdir(mode=0o700)
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return _Folder(path, descriptor)
    finally:
        os.close(guard)


def _remove_abandoned(path: Path) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path)
        finally:
            os.close(descriptor)


def _end(folder: _Folder) -> None:
    try:
        shutil.rmtree(folder.path, ignore_errors=True)
    finally:
        os.close(folder.descriptor)


def check_room(folder: Path, wanted: int, left: int) -> None:
    """Raises `StorageUnavailable` unless so many bytes fit and `left` remain."""
    if shutil.disk_usage(folder).free < wanted + left:
        raise disk_full()


async def fetch(
    objects: Uploads, key: str, path: Path, threads: Threads, copied: Callable[[int], None]
) -> None:
    """Copy an object into a new file; `copied` hears how many bytes are. Raises `NotFoundError`."""
    descriptor = await threads.run(lambda: os.open(path, NEW, 0o600))
    try:
        done = 0
        while piece := await objects.read(key, done, MAX_READ):
            await threads.run(lambda data=piece: write_all(descriptor, data))  # type: ignore[misc]
            done += len(piece)
            copied(done)
    finally:
        os.close(descriptor)


async def pieces(path: Path, threads: Threads) -> AsyncGenerator[bytes, None]:
    """A file's bytes. Close it."""
    descriptor = await threads.run(lambda: os.open(path, os.O_RDONLY | os.O_CLOEXEC))
    try:
        while piece := await threads.run(lambda: os.read(descriptor, MAX_READ)):
            yield piece
    finally:
        os.close(descriptor)
