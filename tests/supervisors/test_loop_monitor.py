"""A turn that takes long is seen, and forgotten after a while."""

from __future__ import annotations

import time

import trio

from supervisors.clock import LoopClock, TrioClock
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


async def _overslept() -> None:
    """The loop's own steps, as after a wait of 100 ms that took 30 seconds more."""
    clock, monitor, told = TrioClock(), LoopMonitor(), list[tuple[str, float]]()
    monitor.on_overslept = clock.leap
    monitor.on_stall = lambda cause, seconds: told.append((cause, seconds))
    loop_clock = trio.lowlevel.current_clock()
    assert isinstance(loop_clock, LoopClock)
    moves: list[int] = []
    clock.on_move = lambda: moves.append(clock.now())
    monitor._began = time.perf_counter()
    before, now = trio.current_time(), clock.now()
    monitor.before_io_wait(0.1)
    loop_clock.stood_still(-30.1)
    monitor._waiting_since -= 30.1
    monitor.after_io_wait(0.1)
    [(cause, seconds)] = told
    assert cause == "stopped"
    assert 30.1 <= seconds < 31
    assert 0 <= trio.current_time() - before - 0.1 < 1
    assert 30_100 <= clock.now() - now < 31_000
    assert moves
    assert clock.trio_time(clock.now() + 5_000) - trio.current_time() < 5.1


def test_timeouts_stand_still_while_the_process_is_stopped_and_the_servers_clock_does_not() -> None:
    trio.run(_overslept, clock=LoopClock())
