"""Threads for long computations: what they return, and that they give way."""

from __future__ import annotations

import os
import sys
import threading

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from storage.yielding_threads import NICER, YieldingThreads


async def test_what_the_computation_returns_and_raises_comes_back() -> None:
    threads = YieldingThreads(1, "test")
    assert await threads.run(lambda: 6 * 7) == 42
    with pytest.raises(ZeroDivisionError):
        await threads.run(lambda: 1 // 0)


async def test_the_loop_goes_on_and_only_so_many_compute_at_once() -> None:
    threads, gate, names = YieldingThreads(2, "test"), threading.Event(), list[str]()

    def compute() -> None:
        names.append(threading.current_thread().name)
        gate.wait()

    async with trio.open_nursery() as nursery:
        for _ in range(5):
            nursery.start_soon(threads.run, compute)
        await wait_all_tasks_blocked(0.01)
        assert len(names) <= 2
        gate.set()
    assert len(names) == 5
    assert set(names) <= {"test_0", "test_1"}


async def test_who_is_cancelled_waits_for_what_has_begun() -> None:
    threads, gate, ended = YieldingThreads(1, "test"), threading.Event(), list[bool]()

    def compute() -> None:
        gate.wait()
        ended.append(True)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(threads.run, compute)
        await wait_all_tasks_blocked()
        nursery.cancel_scope.cancel()
        gate.set()
    assert ended == [True]


async def test_what_nobody_waits_for_is_not_begun() -> None:
    begun = list[bool]()
    with trio.CancelScope() as scope:
        scope.cancel()
        await YieldingThreads(1, "test").run(lambda: begun.append(True))
    assert scope.cancelled_caught
    assert begun == []


@pytest.mark.skipif(sys.platform != "linux", reason="priorities of threads exist on Linux alone")
async def test_they_give_way_to_the_other_threads_of_the_process() -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    inside = await YieldingThreads(1, "test").run(
        lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    )
    assert inside == min(own + NICER, 19)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own
