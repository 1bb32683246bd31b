"""The loop of every worker that takes batches of work from a queue in the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
import trio

from protocol.errors import StoaError
from protocol.ports import Clock
from protocol.wakes import Waiter

NET_SECONDS = 20.0
"""Interval of looks without a wake: the most that a lost wake can cost."""
FAULT_SECONDS = 2.0
PACE_SECONDS = 0.02
"""Least time between two looks: under load many rows are taken at once, not one by one."""

log = structlog.get_logger()


async def work_when_woken(
    step: Callable[[], Awaitable[int]],
    next_due: Callable[[], Awaitable[int | None]],
    *,
    waiter: Waiter,
    clock: Clock,
    trouble: str,
    noted: Callable[[str | None], None] = lambda _: None,
    task_status: trio.TaskStatus[None],
) -> None:
    """Call `step` until cancelled: again as soon as its pace allows while it finds something.

    Otherwise wait for a wake, for `next_due`, or for the net. If storage does not answer, log the
    event `trouble` and pause. `noted` is told after each look why it failed, or None.
    """
    task_status.started()
    next_at = 0.0
    while True:
        await trio.sleep(max(0.0, next_at - trio.current_time()))
        next_at = trio.current_time() + PACE_SECONDS
        try:
            if await step():
                noted(None)
                continue
            due_at = await next_due()
        except StoaError as error:
            noted(error.message)
            log.warning(trouble, error=error.message, code=error.code)
            await trio.sleep(FAULT_SECONDS)
            continue
        noted(None)
        await waiter.wait(now=clock.now(), due_at=due_at, net_seconds=NET_SECONDS)
