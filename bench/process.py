"""What a process costs: CPU seconds (user and system, all threads) and resident memory."""

from __future__ import annotations

import contextlib
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """CPU time so far, in seconds, with the kernel's nanosecond accounting.

    `/proc/<pid>/stat` counts in ticks of 10 ms, too coarse for microseconds per operation.
    """
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue  # the thread ended between listing and reading
    return total / 1e9


def resident_bytes(pid: int) -> int:
    """Private and shared resident memory, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(pid)


def parent_of(pid: int) -> int:
    """The process id of its parent."""
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


class Children:
    """A process and its children, as PostgreSQL's postmaster with its backends."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def cpu_seconds(self) -> float:
        """CPU time so far of those that live. Children that end in between are lost."""
        children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()
        total = cpu_seconds(self._pid)
        for child in map(int, children):
            with contextlib.suppress(OSError):  # it ended between listing and reading
                total += cpu_seconds(child)
        return total
