"""Deletion of the sessions of clients that have been away for too long to be recovered."""

from __future__ import annotations

import structlog
import trio

from protocol.errors import StoaError
from protocol.recovery import SocketSessions

PERIOD_SECONDS = 60.0

log = structlog.get_logger()


async def run_sweeper(
    sessions: SocketSessions, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
) -> None:
    """Sweep until cancelled. If storage does not answer, the next round tries again."""
    task_status.started()
    while True:
        await trio.sleep(PERIOD_SECONDS)
        try:
            await sessions.sweep()
        except StoaError as error:
            log.warning("sessions.not_swept", error=error.message, code=error.code)
