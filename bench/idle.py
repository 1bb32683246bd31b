"""What a node costs that nobody uses, and how long an event waits for its subscriber.

Nothing polls: whoever writes wakes whoever waits. The CPU time of a whole `stoa serve` is taken
while nothing happens. Then events are committed to an outbox now and then, by the process of their
subscriber and by what is to the database another one; the time from the commit's return to the
subscriber's call is measured. The pauses between events are no divisor of those between looks.
"""

from __future__ import annotations

import contextlib
import math
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import trio

from bench.process import cpu_seconds
from bench.report import Measure, progress, publish
from bench.rig import Rig, open_rig
from protocol.envelope import Address
from protocol.lifecycle import Done
from protocol.ports import OutboxEntry, OutboxEvent
from protocol.wakes import OUTBOX, Wakes
from storage.asyncio_thread import open_asyncio_thread
from storage.embedded.postgres import embedded_postgres
from storage.journal.outbox import PostgresOutbox, write_outbox
from storage.migrate import migrate
from storage.postgres import Database
from storage.signals import PostgresSignals
from supervisors.clock import TrioClock
from supervisors.relay import OutboxRelay
from supervisors.wakeups import Wakeups

SETTLE_SECONDS = 10.0
IDLE_SECONDS = 30.0
EVENTS = 150
PAUSE_SECONDS = 0.0713
MAX_IDLE_MS = 2.0
MAX_P50_MS = 20.0


async def idle_milliseconds(rig: Rig) -> float:
    """CPU per second of the server, all its threads, without its engines."""
    progress("a node that nobody uses")
    await trio.sleep(SETTLE_SECONDS)
    before, started = cpu_seconds(rig.pid), time.perf_counter()
    await trio.sleep(IDLE_SECONDS)
    spent = cpu_seconds(rig.pid) - before
    return spent / (time.perf_counter() - started) * 1e3


async def latencies(write: Database, heard: trio.MemoryReceiveChannel[float]) -> list[float]:
    """Milliseconds from a commit to the subscriber, sorted."""
    event = OutboxEvent(Address("bench", "1"), Done())

    async def unit(connection: Any) -> None:
        await write_outbox(connection, [(event, 0)])

    found = []
    for _ in range(EVENTS):
        await trio.sleep(PAUSE_SECONDS)
        await write.run(unit)
        committed = time.perf_counter()
        found.append((await heard.receive() - committed) * 1e3)
    return sorted(found)


async def measure_latency() -> tuple[list[float], list[float]]:
    """Written by the subscriber's own process, and by another."""
    progress("events, and their way to a subscriber")
    async with (
        _database_url() as url,
        open_asyncio_thread() as here,
        open_asyncio_thread() as there,
        trio.open_nursery() as nursery,
    ):
        database, other = await Database.open(here, url), await Database.open(there, url)
        await migrate(database)
        wakeups = Wakeups()
        send, heard = trio.open_memory_channel[float](math.inf)

        async def subscriber(_entry: OutboxEntry) -> None:
            send.send_nowait(time.perf_counter())

        outbox, waiter = PostgresOutbox(database), wakeups.waiter(OUTBOX)
        nursery.start_soon(OutboxRelay(outbox, TrioClock(), [subscriber], waiter).run)
        for pool, deliver in ((database, wakeups.deliver), (other, _ignore)):
            signals = PostgresSignals(
                pool.asyncio_thread, url, deliver=deliver, deliver_all=wakeups.deliver_all
            )
            pool.woken = signals.committed
            nursery.start_soon(signals.run)
        found = await latencies(database, heard), await latencies(other, heard)
        nursery.cancel_scope.cancel()
    return found


def _ignore(_wakes: Wakes) -> None:
    """The other process has no waiter."""


@contextlib.asynccontextmanager
async def _database_url() -> AsyncIterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="stoa-bench-"))
    folder.chmod(0o755)  # noqa: ASYNC240 - an engine that runs as another user must reach it
    try:
        async with embedded_postgres(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def run() -> None:
    """Both, one after the other."""
    async with open_rig(1) as rig:
        idle = await idle_milliseconds(rig)
    own, others = await measure_latency()
    publish(
        "idle",
        [
            Measure.at_most("CPU of an idle node a second", idle, "ms", MAX_IDLE_MS),
            Measure.at_most("event to its subscriber, p50", own[EVENTS // 2], "ms", MAX_P50_MS),
            Measure.at_most("event to its subscriber, p99", own[EVENTS * 99 // 100], "ms", None),
            Measure.at_most("from another process, p50", others[EVENTS // 2], "ms", MAX_P50_MS),
            Measure.at_most("from another process, p99", others[EVENTS * 99 // 100], "ms", None),
        ],
        events=EVENTS,
        idle_seconds=IDLE_SECONDS,
    )


if __name__ == "__main__":
    trio.run(run)
