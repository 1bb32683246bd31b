"""Files on disk that are whole or not there, whatever fails in between; and threads for them."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

import trio

from protocol.errors import StorageUnavailable
from protocol.objects import MAX_CONTENT_TYPE

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
FULL = frozenset((errno.ENOSPC, errno.EDQUOT))
PROBE_BYTES = 64 * 1024
T = TypeVar("T")


class Threads:
    """Runs what waits for the disk, so many at once. What the disk refuses is a
    `StorageUnavailable`."""

    def __init__(self, most: int) -> None:
        self._limiter = trio.CapacityLimiter(most)

    async def run(self, operation: Callable[[], T]) -> T:
        """The operation's result. It is never left half done: a cancellation waits for its end."""
        try:
            return await trio.to_thread.run_sync(operation, limiter=self._limiter)
        except OSError as error:
            raise unavailable(error) from error


def unavailable(error: OSError) -> StorageUnavailable:
    """What clients are told; `details.reason` says so if the disk is full."""
    if error.errno in FULL:
        return StorageUnavailable("There is no room for files; try again", reason="disk_full")
    return StorageUnavailable(f"Files cannot be kept or read: {error.strerror}")


class OpenFile(NamedTuple):
    """An object open for reading. Its bytes begin after the line with its content type."""

    descriptor: int
    begin: int
    size: int
    content_type: str
    etag: str

    def read(self, start: int, length: int) -> bytes:
        """At most so many bytes; fewer at the end."""
        pieces = []
        length = min(length, self.size - start)
        while length > 0:
            piece = os.pread(self.descriptor, length, self.begin + start)
            if not piece:
                break
            pieces.append(piece)
            start, length = start + len(piece), length - len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def read_cached(self, start: int, length: int) -> bytes | None:
        """These bytes if the system has them in memory, so that no disk is waited for."""
        buffer, count = bytearray(length), 0
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # none of them, or a file system that does not know
                count = os.preadv(self.descriptor, [buffer], self.begin + start, os.RWF_NOWAIT)
        return bytes(buffer) if count == length else None

    def send_cached(self, socket: int, start: int, length: int) -> int | None:
        """As `protocol.object_links.OpenedFile.send_cached`."""
        if not self.in_memory(start, length):
            return None
        return self.send(socket, start, length)

    def send(self, socket: int, start: int, length: int) -> int | None:
        """Give a socket what it takes now of these bytes; None if the file has ended."""
        return os.sendfile(socket, self.descriptor, self.begin + start, length) or None

    def in_memory(self, start: int, length: int) -> bool:
        """Whether the system seems to have these bytes in memory.

        It reads files ahead, and forgets them, by many pages at once: so a byte of every
        `PROBE_BYTES` says nearly as much as all of them would, which would have to be copied.
        """
        begin, last = self.begin + start, self.begin + start + length - 1
        byte = [bytearray(1)]
        places = (*range(begin, last, PROBE_BYTES), last)
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # none of them, or a file system that does not know
                return all(
                    os.preadv(self.descriptor, byte, place, os.RWF_NOWAIT) for place in places
                )
        return False

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self.descriptor)


def open_file(path: Path) -> OpenFile | None:
    """Open an object; None if there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        line, newline, _ = os.pread(descriptor, MAX_CONTENT_TYPE + 1, 0).partition(b"\n")
        if not newline:
            raise OSError(errno.EIO, "it is damaged", str(path))
        begin, stat = len(line) + 1, os.fstat(descriptor)
    except OSError:
        os.close(descriptor)
        raise
    # A file is never changed in place: another version is another file, of another time.
    version = f"{stat.st_dev}.{stat.st_ino}.{stat.st_mtime_ns}.{stat.st_size}"
    etag = hashlib.sha256(version.encode()).hexdigest()[:24]
    return OpenFile(descriptor, begin, stat.st_size - begin, line.decode("ascii"), etag)


def open_draft(path: Path) -> tuple[int, Path]:
    """A new file beside `path`, for its bytes before they are whole."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    return os.open(draft, NEW, 0o600), draft


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it, however often the system has to be asked."""
    written = os.write(descriptor, data)
    rest = memoryview(data)
    while written < len(rest):
        rest = rest[written:]
        written = os.write(descriptor, rest)


def keep_draft(draft: Path, path: Path) -> None:
    """Give a draft, which is on disk, its name, in the place of any that had it."""
    draft.replace(path)
    sync_folder(path.parent)


def write_file(path: Path, content: bytes) -> None:
    """Write a file of these bytes."""
    make_private(path.parent)
    descriptor, draft = open_draft(path)
    try:
        try:
            write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        keep_draft(draft, path)
    except OSError:
        discard(draft)
        raise


def discard(draft: Path) -> None:
    """Remove what is not needed any more, as far as it is there."""
    with contextlib.suppress(OSError):
        draft.unlink()


def make_private(folder: Path) -> None:
    """Make it and what is missing above it, closed to others (`parents=True` leaves that open)."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
