"""The server's clock beside the system's: over restarts, suspensions and steps of the wall clock.

The wall clock may be set by anybody at any time; how long the machine has been up cannot be. So a
start goes on from the last heartbeat by that, unless the machine was started again meanwhile, and a
step of the wall clock moves nothing. The server's clock comes back to wall time gradually, and only
while nothing lives by it. It never goes back: whatever was stored is in its past.
"""

from __future__ import annotations

import contextlib
import subprocess
import time
from pathlib import Path
from typing import Protocol

import structlog

from protocol.ports import Beat
from supervisors.clock import RATE, TrioClock, wall_ms
from supervisors.stalls import Stalls

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
BOOT_SESSION = ("/usr/sbin/sysctl", "-n", "kern.bootsessionuuid")
"""The same on macOS."""
SYSCTL_SECONDS = 5
SUSPENDED_MS = 250
"""A shorter suspension is left for later, when it has grown."""
STEP_MS = 500
"""A difference between two looks that is told as a step of the wall clock."""
APART_MS = 100
"""A difference from wall time at which the clock is steered."""
TOGETHER_MS = 20
STEERING = 0.1
"""The clock runs by this part faster or slower: an hour is made good in ten."""

log = structlog.get_logger()


class SystemTime(Protocol):
    """The machine's clocks, in milliseconds. `boot_id` is "" where it is not known."""

    @property
    def boot_id(self) -> str: ...

    def wall_ms(self) -> int:
        """Since the Unix epoch, as it is set."""
        ...

    def boot_ms(self) -> int:
        """Since the machine was started, suspensions included."""
        ...

    def running_ms(self) -> int:
        """The same without suspensions, as Trio's clock."""
        ...


class UnixTime:
    """`SystemTime`. Where neither Linux's nor macOS' clocks are, suspensions are not seen.

    Linux's CLOCK_MONOTONIC stands still while the machine is suspended, that of macOS does not.
    """

    def __init__(self) -> None:
        self._running = getattr(time, "CLOCK_UPTIME_RAW", time.CLOCK_MONOTONIC)
        self._clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
        self.boot_id = _boot_id() if self._clock != self._running else ""

    def wall_ms(self) -> int:
        return wall_ms()

    def boot_ms(self) -> int:
        return time.clock_gettime_ns(self._clock) // 1_000_000

    def running_ms(self) -> int:
        return time.clock_gettime_ns(self._running) // 1_000_000


def _boot_id() -> str:
    """What names the time since the machine was started; "" where nothing does."""
    with contextlib.suppress(OSError):
        return BOOT_ID.read_text().strip()
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        told = subprocess.run(  # noqa: S603 - no input of anybody
            BOOT_SESSION, capture_output=True, text=True, check=True, timeout=SYSCTL_SECONDS
        )
        return told.stdout.strip()
    return ""


class WallTime:
    """Sets `clock` at the start of a process, and keeps it afterwards. Stalls go to `stalls`."""

    def __init__(self, clock: TrioClock, stalls: Stalls, system: SystemTime | None = None) -> None:
        self._clock = clock
        self._stalls = stalls
        self._system = UnixTime() if system is None else system
        self._resumed = False
        self._suspended = self._suspended_ms()
        self._ahead = 0
        self._steering = False

    def resume(self, last: Beat | None) -> None:
        """Go on from the last heartbeat before this process. Only the first call does anything."""
        if self._resumed:
            return
        self._resumed = True
        if last is not None:
            self._clock.start_at(self._after(last))
        self._ahead = ahead = self._system.wall_ms() - self._clock.now()
        if abs(ahead) >= STEP_MS:
            log.warning("clock.differs", wall_ahead_seconds=ahead / 1000)

    def _after(self, last: Beat) -> int:
        """The time now, of which a beat said what it was then."""
        passed = self._system.boot_ms() - last.boot_ms
        if last.boot_id and last.boot_id == self._system.boot_id and passed >= 0:
            return last.at + passed
        return max(last.at, self._system.wall_ms())

    def beat(self) -> Beat:
        """What a heartbeat says now."""
        system = self._system
        return Beat(at=self._clock.now(), boot_id=system.boot_id, boot_ms=system.boot_ms())

    def look(self, *, needed: bool) -> bool:
        """Take in what has happened to the clocks. `needed`: something lives by the server's.

        Returns whether it must be called again soon.
        """
        self._look_for_suspension()
        ahead = self._system.wall_ms() - self._clock.now()
        if abs(ahead - self._ahead) >= STEP_MS:
            stepped = (ahead - self._ahead) / 1000
            log.warning("clock.stepped", seconds=stepped, wall_ahead_seconds=ahead / 1000)
        self._ahead = ahead
        self._steer(ahead, needed=needed)
        return self._steering

    def _look_for_suspension(self) -> None:
        suspended = self._suspended_ms()
        slept = suspended - self._suspended
        if slept >= SUSPENDED_MS:
            self._suspended = suspended
            since = self._clock.now()
            self._clock.set_forward(since + slept)
            self._stalls.note("suspended", since, since + slept)

    def _suspended_ms(self) -> int:
        return self._system.boot_ms() - self._system.running_ms()

    def _steer(self, ahead: int, *, needed: bool) -> None:
        steers = not needed and abs(ahead) > (TOGETHER_MS if self._steering else APART_MS)
        rate = RATE * (1 + (STEERING if ahead > 0 else -STEERING)) if steers else RATE
        self._steering = steers
        self._clock.steer(rate)

    def statistics(self) -> dict[str, float]:
        """Numbers for the metrics."""
        return {"wall_ahead_seconds": self._ahead / 1000}
