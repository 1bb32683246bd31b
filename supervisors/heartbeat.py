"""Regular heartbeats of this node, so that an outage can be credited exactly.

While no actor is in memory there is nobody to credit, so beats are rarer. An actor that is
activated then is credited from its own newest event on, whatever the last beat was.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
import trio

from protocol.ports import Clock, Heartbeats

BEAT_SECONDS = 0.25
"""The error of a credited outage: a game loses or gains at most this time."""
IDLE_TICKS = 20
"""Multiples of `BEAT_SECONDS` between two beats of a node without actors."""

log = structlog.get_logger()


async def run_heartbeat(
    heartbeats: Heartbeats,
    clock: Clock,
    node: str,
    *,
    is_idle: Callable[[], bool] = lambda: False,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Beat until cancelled, whatever fails.

    A failure is logged once until a beat succeeds again.
    """
    failing = False
    missed = IDLE_TICKS
    task_status.started()
    while True:
        missed += 1
        if missed > IDLE_TICKS or not is_idle():
            missed = 0
            try:
                await heartbeats.beat(node, clock.now())
                failing = False
            except Exception as error:
                # Any error: if the node stops beating, an outage would be credited.
                if not failing:
                    log.warning(
                        "heartbeat.failed", error=repr(error), code=getattr(error, "code", None)
                    )
                failing = True
        await trio.sleep(BEAT_SECONDS)
