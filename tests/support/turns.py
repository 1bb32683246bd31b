"""The longest turn that a test's tasks take on the event loop, in seconds of its thread's CPU.

Wall time would count whatever else runs on the machine; CPU time is the same there.
"""

from __future__ import annotations

import time

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
