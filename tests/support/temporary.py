"""Where tests keep what they throw away: in memory, where the system has a file system for that.

Engines of tests write much that nobody reads again. On a disk it is the disk that tests wait for:
a database of a test's own is copied in 20 ms in memory, and in up to 1.4 s on a disk that is busy.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

IN_MEMORY = Path("/dev/shm")
ENOUGH = 6 << 30
"""Bytes that must be free; a run of all tests takes less than a third of it."""


def keep_temporary_files_in_memory() -> Path | None:
    """For this process and those that it starts, unless `TMPDIR` says where they belong.

    Returns the folder, which is of this run alone: pytest closes what it finds of its own to other
    users, and so would close the way to the engines of a run beside it.
    """
    if "TMPDIR" in os.environ or not os.access(IN_MEMORY, os.W_OK | os.X_OK):
        return None
    if shutil.disk_usage(IN_MEMORY).free < ENOUGH:
        return None
    folder = Path(tempfile.mkdtemp(prefix="stoa-tests-", dir=IN_MEMORY))
    folder.chmod(0o711)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    return folder


def open_the_way_to(folder: Path) -> None:
    """Let other users pass to `folder` through temporary ones, which are one's own alone.

    Root's engines run as somebody else, and would keep their data outside otherwise.
    """
    temporary = Path(tempfile.gettempdir())
    for each in (folder, *folder.parents):
        if each != temporary and temporary not in each.parents:
            return
        if each.exists() and each.stat().st_uid == os.getuid():
            each.chmod(each.stat().st_mode | 0o011)
