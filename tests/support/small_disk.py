"""A disk that can be really full: a small file system in memory, with PostgreSQL's tables on it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.engines import TEMPLATE, TestCluster

SIZE = "48m"
"""Enough for a copy of the migrated template, twice."""
BLOCK = 4096


class SmallDisk:
    """A mounted file system of `SIZE`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filler = path / "filler"

    def fill(self) -> None:
        """Leave no block free."""
        with self._filler.open("ab", buffering=0) as filler, contextlib.suppress(OSError):
            while filler.write(bytes(BLOCK)):
                pass

    def free(self) -> None:
        """Give the space back."""
        self._filler.unlink()


@contextlib.contextmanager
def small_disk() -> Iterator[SmallDisk]:
    """Mount one. Skips the test, and says so, where that is not permitted."""
    with tempfile.TemporaryDirectory(prefix="stoa-disk-") as name:
        path = Path(name)
        path.chmod(0o755)
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0777", "tmpfs", name]
        try:
            mounted = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            pytest.skip(f"a full disk cannot be tried here: {error}")
        if mounted.returncode:
            pytest.skip(f"a full disk cannot be tried here: {mounted.stderr.strip()}")
        try:
            yield SmallDisk(path)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


@contextlib.contextmanager
def database_on(disk: SmallDisk, cluster: TestCluster) -> Iterator[str]:
    """The address of a migrated database whose tables are on that disk."""
    folder = disk.path / "tables"
    folder.mkdir(mode=0o700)
    owner = cluster.engine.cluster.stat()
    os.chown(folder, owner.st_uid, owner.st_gid)
    tablespace = f"small_{disk.path.name.replace('-', '_').lower()}"
    cluster.execute(f"CREATE TABLESPACE {tablespace} LOCATION '{folder}'")
    name = cluster.create_database(TEMPLATE, tablespace=tablespace)
    try:
        yield cluster.url(name)
    finally:
        with contextlib.suppress(OSError):
            disk.free()
        cluster.drop_database(name)
        cluster.execute(f"DROP TABLESPACE {tablespace}")
