"""What a process costs: CPU seconds (user and system, all threads) and resident memory."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

SCHEDULED = 2
"""The kind of clock: CPUCLOCK_SCHED of the kernel, for a whole process."""


def cpu_seconds(pid: int) -> float:
    """CPU time so far, in seconds, of all threads, also of those that have ended.

    By the clock of the process (clock_getcpuclockid(3)), in nanoseconds: `/proc/<pid>/stat` counts
    in ticks of 10 ms, too coarse for microseconds per operation. Raises `OSError` for no process.
    """
    return time.clock_gettime(~pid << 3 | SCHEDULED)


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
