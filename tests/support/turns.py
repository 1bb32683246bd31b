"""Turns of the event loop: the longest that a test's tasks take, and what happens in each.

The longest is in seconds of its thread's CPU.

Wall time would count whatever else runs on the machine; CPU time is the same there.
"""

from __future__ import annotations

import gc
import time
from statistics import median

import trio


class LongestTurn(trio.abc.Instrument):
    """To be added with `trio.lowlevel.add_instrument`. Turns of the task `but` do not count."""

    def __init__(self, but: trio.lowlevel.Task) -> None:
        self._but = but
        self.seconds = 0.0
        self.task = ""
        self._began = 0.0

    def before_task_step(self, task: trio.lowlevel.Task) -> None:
        self._began = time.thread_time()

    def after_task_step(self, task: trio.lowlevel.Task) -> None:
        took = time.thread_time() - self._began
        if took > self.seconds and task is not self._but:
            self.seconds, self.task = took, task.name


class Turns(trio.abc.Instrument):
    """Counts what happens in each turn of the loop, between two waits for input."""

    def __init__(self) -> None:
        self.counted: list[int] = []
        self._now = 0

    def count(self) -> None:
        self._now += 1

    def before_io_wait(self, timeout: float) -> None:
        if self._now:
            self.counted.append(self._now)
        self._now = 0


MOST_SECONDS = 0.08
"""What takes longest takes a quarter of it. On a machine of the usual pace."""
PACE_SECONDS = 0.0012
"""What `_work` takes on such a machine."""


def _work() -> float:
    """Seconds of CPU that some work takes here and now."""
    began = time.thread_time()
    sum(n * n for n in range(20_000))
    return time.thread_time() - began


def slowness() -> float:
    """How many times as long as usual this machine takes at the moment; 1 at the least.

    Processors that are shared slow down by half and more, from one second to the next.
    """
    return max(1.0, median(_work() for _ in range(9)) / PACE_SECONDS)


class Watch:
    """The longest turn of all tasks but this one. Garbage is collected afterwards."""

    def __init__(self) -> None:
        self.turns = LongestTurn(but=trio.lowlevel.current_task())

    async def __aenter__(self) -> Watch:
        gc.disable()
        trio.lowlevel.add_instrument(self.turns)
        return self

    async def __aexit__(self, *_: object) -> None:
        trio.lowlevel.remove_instrument(self.turns)
        gc.enable()

    def too_long(self, what: str) -> list[str]:
        """A line about it if it took too long."""
        if self.turns.seconds <= MOST_SECONDS or self.turns.seconds <= MOST_SECONDS * slowness():
            return []
        return [f"{what}: {self.turns.seconds * 1000:.0f} ms in {self.turns.task}"]
