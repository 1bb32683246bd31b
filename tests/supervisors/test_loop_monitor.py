"""A turn that takes long is seen, and forgotten after a while."""

from __future__ import annotations

import time

import trio

from supervisors.loop_monitor import WINDOW_SECONDS, LoopMonitor


async def test_a_turn_that_holds_the_loop_is_seen() -> None:
    monitor = LoopMonitor()
    async with trio.open_nursery() as nursery:
        await nursery.start(monitor.run)
        await trio.sleep(0.06)
        time.sleep(0.3)  # noqa: ASYNC251 - this is what is to be seen
        await trio.sleep(0.06)
        nursery.cancel_scope.cancel()
    seen = monitor.statistics()
    assert seen["stall_seconds"] > 0.2
    assert seen["stalls"] >= 1
    assert seen["stalled_seconds"] >= seen["stall_seconds"]


def test_a_stall_is_shown_for_half_a_minute_and_then_forgotten() -> None:
    monitor = LoopMonitor()
    monitor.ended(held=0.2, now=100.0)
    monitor.ended(held=0.0, now=100.0 + WINDOW_SECONDS)
    assert monitor.statistics()["stall_seconds"] == 0.2
    monitor.ended(held=0.0, now=100.0 + 2 * WINDOW_SECONDS)
    assert monitor.statistics() == {
        "stall_seconds": 0.0,
        "stalls": 1,
        "stalled_seconds": 0.2,
    }
    monitor.ended(held=0.2, now=1_000.0)
    monitor.ended(held=0.0, now=1_000.0 + 2 * WINDOW_SECONDS)
    assert monitor.statistics()["stall_seconds"] == 0.0
