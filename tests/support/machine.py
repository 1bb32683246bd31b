"""A machine whose clocks a test sets, and what a process on it knows of time."""

from __future__ import annotations

import trio

from protocol.ports import Beat
from supervisors.clock import TrioClock
from supervisors.stalls import Stalls
from supervisors.wall_time import WallTime

WALL = 1_700_000_000_000
UP = 50_000_000


class Machine:
    """Its clocks; the time of its processes is that of Trio's clock."""

    def __init__(self) -> None:
        self.boot_id = "first"
        self._wall, self._up, self._slept = WALL, UP, 0

    def set_wall(self, ms: int) -> None:
        self._wall += ms

    def sleep(self, ms: int) -> None:
        """Suspended: the processes' time stands still."""
        self._wall += ms
        self._slept += ms

    def start_again(self) -> None:
        self.boot_id += "'"
        self._up, self._slept = -self._now(), 0

    def _now(self) -> int:
        return round(trio.current_time() * 1000)

    def wall_ms(self) -> int:
        return self._wall + self._now()

    def running_ms(self) -> int:
        return self._up + self._now()

    def boot_ms(self) -> int:
        return self.running_ms() + self._slept


class Process:
    """What a node has of this."""

    def __init__(self, machine: Machine, last: Beat | None) -> None:
        self.clock = TrioClock(machine.wall_ms())
        self.stalls = Stalls(self.clock)
        self.wall_time = WallTime(self.clock, self.stalls, machine)
        self.wall_time.resume(last)
