"""Says at a steady rhythm that this node is alive, so that an outage can be credited exactly."""

from __future__ import annotations

import structlog
import trio

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
    """Beat until cancelled, whatever fails. It is logged once until a beat succeeds again."""
    failing = False
    task_status.started()
    while True:
        try:
            await heartbeats.beat(node, clock.now())
            failing = False
        except Exception as error:
            # Of any kind: a node that does not beat would have its next start credit an outage.
            if not failing:
                log.warning("heartbeat fails", error=repr(error), code=getattr(error, "code", None))
            failing = True
        await trio.sleep(BEAT_SECONDS)
