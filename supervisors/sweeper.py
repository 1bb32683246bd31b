"""Deletion of what is kept for a time alone: sessions of clients that left, keys of commands."""

from __future__ import annotations

from typing import Protocol

import structlog
import trio

from protocol.errors import StoaError

PERIOD_SECONDS = 60.0

log = structlog.get_logger()


class Swept(Protocol):
    """Something that grows old."""

    async def sweep(self) -> int:
        """Delete what is too old. How much there was."""
        ...


async def run_sweeper(
    *swept: Swept, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
) -> None:
    """Sweep until cancelled. If storage does not answer, the next round tries again."""
    task_status.started()
    while True:
        await trio.sleep(PERIOD_SECONDS)
        for each in swept:
            try:
                await each.sweep()
            except StoaError as error:
                what = type(each).__name__
                log.warning("sweeper.not_swept", what=what, error=error.message, code=error.code)
