"""The folder of a backup: written beside its place under a temporary name, read with its hashes.

Nobody else may read it: it holds everybody's data and the secret.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import msgspec
import zstandard

from protocol.errors import StartupError
from storage.backup import manifest
from storage.backup.manifest import Manifest, decode_manifest

SUMS = "SHA256SUMS"
PARTIAL = ".partial"
SUM = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*)")
CHUNK = 1 << 20
LEVEL = 3
"""Of Zstandard: as quick as a disk, and a sixth of the size for a journal."""

Tell = Callable[[str], None]
"""Gets what is being done, for whoever waits. May be called in any thread."""


class Draft:
    """A backup that is being written. `place` is where it will be."""

    def __init__(self, place: Path) -> None:
        """Raises `StartupError` if something is there already or nothing can be written."""
        self.place = place.absolute()
        self.path = self.place.with_name(self.place.name + PARTIAL)
        if os.path.lexists(self.place):
            raise StartupError(f"{place} is there already", "name a folder that is not")
        with written_to(self.path):
            if self.path.exists():
                shutil.rmtree(self.path)  # of a backup that was interrupted
            self.path.mkdir(mode=0o700)
            (self.path / "database").mkdir(mode=0o700)

    @contextlib.contextmanager
    def compressed(self, name: str) -> Iterator[Callable[[bytes], object]]:
        """What takes the contents of a file, for the body. Raises `StartupError`."""
        with written_to(self.path), self._open(name) as file:
            compressor = zstandard.ZstdCompressor(level=LEVEL)
            with compressor.stream_writer(file, closefd=False) as stream:
                yield stream.write

    def write(self, name: str, data: bytes) -> None:
        """A file. Raises `StartupError`."""
        with written_to(self.path), self._open(name) as file:
            file.write(data)

    def finish(self, contents: Manifest) -> None:
        """Write the manifest and the hashes, and give the folder its name."""
        pretty = msgspec.json.format(msgspec.json.encode(contents), indent=1)
        self.write(manifest.NAME, pretty)
        names = sorted(
            str(path.relative_to(self.path)) for path in self.path.rglob("*") if path.is_file()
        )
        with written_to(self.path):
            sums = [f"{_digest(self.path / name)}  {name}\n" for name in names]
        self.write(SUMS, "".join(sums).encode())
        with written_to(self.path):
            os.sync()
            self.path.rename(self.place)
            _sync_folder(self.place.parent)

    def discard(self) -> None:
        """Leave nothing of it, unless it is finished."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _open(self, name: str) -> IO[bytes]:
        path = self.path / name
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return os.fdopen(descriptor, "wb")


class Backup:
    """A finished backup that is read."""

    def __init__(self, path: Path) -> None:
        """Raises `StartupError` if there is none, or none that this version can read."""
        self.path = path
        with read_from(path):
            if not (path / SUMS).is_file():
                raise StartupError(
                    f"{path} is no backup, or one that was not finished",
                    "name a folder that `stoa backup` has made",
                )
            self._sums = dict(_sums((path / SUMS).read_text(encoding="ascii", errors="replace")))
            data = (path / manifest.NAME).read_bytes()[: manifest.MAX_BYTES]
        self._check(manifest.NAME, hashlib.sha256(data).hexdigest())
        self.manifest = decode_manifest(data)

    def verify(self, tell: Tell) -> None:
        """Compare every file with its hash. Raises `StartupError`, which names the first one."""
        for number, name in enumerate(self._sums, start=1):
            tell(f"checking file {number} of {len(self._sums)}")
            with read_from(self.path):
                self._check(name, _digest(self.path / name))
        wanted = [table.file for table in self.manifest.database.tables]
        wanted += [f"objects/{key}" for key in self.manifest.objects]
        wanted += ["secret"] if self.manifest.has_secret else []
        for name in wanted:
            self._check(name, self._sums.get(name, ""))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The contents of a compressed file. Raises `StartupError`."""
        decompressor = zstandard.ZstdDecompressor()
        with (
            read_from(self.path),
            (self.path / name).open("rb") as file,
            decompressor.stream_reader(file) as stream,
        ):
            while chunk := stream.read(CHUNK):
                yield chunk

    def secrets(self) -> tuple[bytes, ...]:
        """What signed tokens, and what did formerly; empty if it was left out."""
        if not self.manifest.has_secret:
            return ()
        with read_from(self.path):
            return tuple((self.path / "secret").read_bytes().splitlines())

    def _check(self, name: str, digest: str) -> None:
        if not digest or self._sums.get(name) != digest:
            raise StartupError(f"{self.path / name} is damaged", "use another backup")


@contextlib.contextmanager
def written_to(path: Path) -> Iterator[None]:
    """Errors of the file system become one line."""
    try:
        yield
    except OSError as error:
        raise StartupError(
            f"{path} cannot be written ({error.strerror or error})",
            "make room or permission there, or name another folder",
        ) from error


@contextlib.contextmanager
def read_from(path: Path) -> Iterator[None]:
    """Errors of the file system and damaged data become one line."""
    try:
        yield
    except OSError as error:
        raise StartupError(
            f"{error.filename or path} cannot be read ({error.strerror or error})",
            "use another backup",
        ) from error
    except zstandard.ZstdError as error:
        raise StartupError(f"{path} is damaged ({error})", "use another backup") from error


def _sums(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        found = SUM.fullmatch(line)
        if found is None:
            raise StartupError(
                f"{SUMS} has a line that is none: {line[:80]!r}", "use another backup"
            )
        yield found[2], found[1]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
