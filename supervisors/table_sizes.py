"""Measures the tables now and then, for the metrics."""

from __future__ import annotations

import structlog
import trio

from protocol.errors import StoaError
from storage.table_sizes import TableSizes

PERIOD_SECONDS = 300.0

log = structlog.get_logger(__name__)


async def run_table_sizes(
    sizes: TableSizes, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
) -> None:
    """Measure until cancelled. If storage does not answer, the former sizes stay."""
    task_status.started()
    while True:
        try:
            await sizes.measure()
        except StoaError as error:
            log.debug("table_sizes.not_measured", error=error.message, code=error.code)
        await trio.sleep(PERIOD_SECONDS)
