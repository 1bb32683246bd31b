"""What a node costs that nobody uses, and how long an event waits for its subscriber.

Nothing polls: whoever writes wakes whoever waits. The node's own CPU time is taken while nothing
happens; then a row is committed to the outbox now and then, and the way from that commit to the
subscriber, here a GraphQL-free one of this process, is timed on the same machine.
"""

from __future__ import annotations

import time

import trio

from bench.process import cpu_seconds
from bench.rig import Rig

SETTLE_SECONDS = 10.0
IDLE_SECONDS = 30.0
EVENTS = 200
PAUSE_SECONDS = 0.113
"""Between two events, no divisor of a pause between two looks."""
MAX_IDLE_MS = 2.0
MAX_P50_MS = 20.0


async def idle_milliseconds(rig: Rig) -> float:
    """CPU per second of the server, all its threads, without its engines."""
    await trio.sleep(SETTLE_SECONDS)
    before, started = cpu_seconds(rig.pid), time.perf_counter()
    await trio.sleep(IDLE_SECONDS)
    spent = cpu_seconds(rig.pid) - before
    return spent / (time.perf_counter() - started) * 1e3
