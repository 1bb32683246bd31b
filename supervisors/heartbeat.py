"""Says at a steady rhythm that this node is alive, so that an outage can be credited exactly."""

from __future__ import annotations

import structlog
import trio

from protocol.errors import StoaError
from protocol.ports import Clock, Heartbeats

BEAT_SECONDS = 0.25
"""The error of a credited outage: a game loses or gains at most this."""

log = structlog.get_logger()


async def run_heartbeat(
    heartbeats: Heartbeats,
    clock: Clock,
    node: str,
    *,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Beat until cancelled. A failing beat is logged once until one succeeds again."""
    failing = False
    task_status.started()
    while True:
        try:
            await heartbeats.beat(node, clock.now())
            failing = False
        except StoaError as error:
            if not failing:
                log.warning("heartbeat fails", error=error.message, code=error.code)
            failing = True
        await trio.sleep(BEAT_SECONDS)
