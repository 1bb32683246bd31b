"""What every worker does that takes work from a queue in the database, batch by batch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
import trio

from protocol.errors import StoaError
from protocol.ports import Clock
from protocol.wakes import Waiter

NET_SECONDS = 20.0
"""Looked for without being woken: what a lost wake costs at most."""
FAULT_SECONDS = 2.0
PACE_SECONDS = 0.02
"""Between the beginnings of two looks: under load many rows are taken at once, not one by one."""

log = structlog.get_logger()


async def work_when_woken(
    step: Callable[[], Awaitable[int]],
    next_due: Callable[[], Awaitable[int | None]],
    *,
    waiter: Waiter,
    clock: Clock,
    trouble: str,
    task_status: trio.TaskStatus[None],
) -> None:
    """Call `step` until cancelled: again as soon as its pace allows while it finds something.

    Else wait for a wake, for `next_due`, or for the net. Where the storage does not answer, log
    `trouble` and pause.
    """
    task_status.started()
    next_at = 0.0
    while True:
        await trio.sleep(max(0.0, next_at - trio.current_time()))
        next_at = trio.current_time() + PACE_SECONDS
        try:
            if await step():
                continue
            due_at = await next_due()
        except StoaError as error:
            log.warning(trouble, error=error.message, code=error.code)
            await trio.sleep(FAULT_SECONDS)
            continue
        await waiter.wait(now=clock.now(), due_at=due_at, net_seconds=NET_SECONDS)
