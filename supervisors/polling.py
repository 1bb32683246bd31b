"""What every worker does that takes work from a queue in the database, batch by batch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
import trio

from protocol.errors import StoaError

log = structlog.get_logger()


async def poll(
    step: Callable[[], Awaitable[int]],
    *,
    idle_seconds: float,
    fault_seconds: float,
    trouble: str,
    task_status: trio.TaskStatus[None],
) -> None:
    """Call `step` until cancelled: again at once while it finds something, else after a pause.

    Where the storage does not answer, say `trouble` and wait longer.
    """
    task_status.started()
    while True:
        try:
            found = await step()
        except StoaError as error:
            log.warning(trouble, error=error.message, code=error.code)
            await trio.sleep(fault_seconds)
            continue
        if not found:
            await trio.sleep(idle_seconds)
