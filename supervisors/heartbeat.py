"""Regular heartbeats of this node, so that an outage can be credited exactly.

While no actor is in memory there is nobody to credit, so beats are rarer. An actor that is
activated then is credited from its own newest event on, whatever the last beat was.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable

import structlog
import trio

from protocol.errors import StorageUnavailable
from protocol.ports import Beat, Heartbeats
from supervisors.stalls import Stalls

TICK_SECONDS = 0.125
"""A node with actors sleeps at most so long, so a process that was stopped sees it in that time."""
BEAT_SECONDS = 0.25
"""The error of a credited outage: a game loses or gains at most this time."""
IDLE_TICKS = 20
"""Multiples of `BEAT_SECONDS` between two beats of a node without actors."""

log = structlog.get_logger()


async def run_heartbeat(
    heartbeats: Heartbeats,
    node: str,
    made: Callable[[], Beat],
    *,
    stalls: Stalls,
    is_idle: Callable[[], bool] = lambda: False,
    until_busy: Callable[[], Awaitable[None]] = trio.sleep_forever,
    look: Callable[[], bool] = lambda: False,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Beat until cancelled, whatever fails. `stalls` sees whether storage answers.

    `made` makes a beat; `look`, for the clocks, is called at every tick, must not raise, and says
    whether to call it again soon. An idle node ticks when it beats, and when `until_busy` returns.
    A failure is logged once until a beat succeeds again.
    """
    failing = False
    began = -math.inf
    task_status.started()
    while True:
        restless = look()
        idle = is_idle()
        due = began + BEAT_SECONDS * (IDLE_TICKS + 1 if idle else 1)
        if trio.current_time() >= due:
            began = trio.current_time()
            error = await _beat(heartbeats, node, made(), stalls)
            if error is not None and not failing:
                code = getattr(error, "code", None)
                log.warning("heartbeat.failed", error=repr(error), code=code)
            failing = error is not None
        if idle and not restless:
            with trio.move_on_after(BEAT_SECONDS * (IDLE_TICKS + 1)):
                await until_busy()
        else:
            await trio.sleep(BEAT_SECONDS if idle else TICK_SECONDS)


async def _beat(heartbeats: Heartbeats, node: str, beat: Beat, stalls: Stalls) -> Exception | None:
    """Beat once; what it failed with. If a node stopped beating, an outage would be credited."""
    failure: Exception | None = StorageUnavailable()
    stalls.storage_asked()
    try:
        await heartbeats.beat(node, beat)
        failure = None
    except Exception as error:
        failure = error
    finally:
        stalls.storage_answered(failure)
    return failure
