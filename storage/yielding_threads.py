"""Threads for long computations, which give way to all others of the process.

A hash of a password takes a quarter of a second of a core. At the same priority the kernel lets it
finish its slice while somebody's answer is ready to be sent; at a lower one it goes on where nobody
else needs the core.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

import trio

NICER: Final = 5
"""Than the process: a third of the share of a thread that competes all the time. It must end in
time on a machine that is busy with something else, too."""

Result = TypeVar("Result")


class YieldingThreads:
    """At most `most` threads, kept for the next computation. Linux alone has priorities of
    threads; elsewhere these have the same as the others."""

    def __init__(self, most: int, name: str) -> None:
        self._executor = ThreadPoolExecutor(most, name, initializer=_give_way)

    async def run(self, work: Callable[[], Result]) -> Result:
        """`work()` in one of the threads; who is cancelled meanwhile waits for its end, too."""
        await trio.lowlevel.checkpoint_if_cancelled()
        task, token = trio.lowlevel.current_task(), trio.lowlevel.current_trio_token()

        def ended(_: Future[Result]) -> None:
            with contextlib.suppress(trio.RunFinishedError):
                token.run_sync_soon(trio.lowlevel.reschedule, task)

        future = self._executor.submit(work)
        future.add_done_callback(ended)
        await trio.lowlevel.wait_task_rescheduled(_stay)
        return future.result()


def _stay(_: Any) -> trio.lowlevel.Abort:
    return trio.lowlevel.Abort.FAILED


def _give_way() -> None:
    """Called in each thread as it begins."""
    if sys.platform == "linux":
        nice = os.getpriority(os.PRIO_PROCESS, 0) + NICER
        with contextlib.suppress(OSError):  # a sandbox may forbid it; it is done all the same
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
