"""A line a minute for what clients do too often for lines of its own: how many of each event."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog
import trio

from supervisors.log_sampling import PASSES

PERIOD_SECONDS = 60.0

log = structlog.get_logger()

Counts = Mapping[str, int]


async def run_handled(
    handled: Callable[[], tuple[Counts, Counts]],
    *,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Write a line for each minute in which there was anything, until cancelled.

    `handled` gives totals since the start: events by name, and those refused by code.
    """
    task_status.started()
    before: tuple[Counts, Counts] = ({}, {})
    try:
        while True:
            await trio.sleep(PERIOD_SECONDS)
            before = _say(before, handled())
    finally:
        _say(before, handled())


def _say(before: tuple[Counts, Counts], now: tuple[Counts, Counts]) -> tuple[Counts, Counts]:
    events, refused = (_more(old, new) for old, new in zip(before, now, strict=True))
    if events:
        log.info("realtime.handled", events=events, refused=refused, **PASSES)
    return now


def _more(old: Counts, new: Counts) -> dict[str, int]:
    return {name: n - old.get(name, 0) for name, n in sorted(new.items()) if n > old.get(name, 0)}
