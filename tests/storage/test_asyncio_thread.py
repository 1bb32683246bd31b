"""The asyncio thread: results, errors, cancellation and batching across the two threads."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import weakref

import pytest
import trio
from structlog.testing import capture_logs
from trio.testing import wait_all_tasks_blocked

from protocol.errors import NotFoundError, Overloaded, StorageUnavailable
from storage import asyncio_thread as asyncio_thread_module
from storage.asyncio_thread import AsyncioThread, open_asyncio_thread


async def _double(number: int) -> int:
    await asyncio.sleep(0)
    return number * 2


async def test_a_unit_runs_in_the_other_thread_and_its_result_comes_back(
    asyncio_thread: AsyncioThread,
) -> None:
    async def where() -> str:
        return threading.current_thread().name

    assert await asyncio_thread.run(_double, 21) == 42
    assert await asyncio_thread.run(where) == "asyncio_thread"


async def test_an_error_of_the_unit_surfaces(asyncio_thread: AsyncioThread) -> None:
    async def fail() -> None:
        raise NotFoundError("course", "1")

    with pytest.raises(NotFoundError):
        await asyncio_thread.run(fail)


async def test_a_trio_cancellation_cancels_the_asyncio_task_and_waits_for_its_end(
    asyncio_thread: AsyncioThread,
) -> None:
    steps: list[str] = []
    started = threading.Event()

    async def endless() -> None:
        try:
            started.set()
            await asyncio.get_running_loop().create_future()
        finally:
            await asyncio.sleep(0)
            steps.append("cleaned up")

    with trio.CancelScope() as scope:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(asyncio_thread.run, endless)
            await trio.to_thread.run_sync(started.wait)
            scope.cancel()
    assert scope.cancelled_caught
    assert steps == ["cleaned up"]


async def test_a_cancelled_caller_hands_nothing_over(asyncio_thread: AsyncioThread) -> None:
    calls: list[int] = []

    async def note() -> None:
        calls.append(1)

    with trio.CancelScope() as scope:
        scope.cancel()
        await asyncio_thread.run(note)
    await asyncio_thread.run(_double, 1)
    assert scope.cancelled_caught
    assert calls == []


async def test_a_unit_that_finishes_despite_its_cancellation_gives_its_result(
    asyncio_thread: AsyncioThread,
) -> None:
    started = threading.Event()

    async def stubborn() -> str:
        started.set()
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            return "committed"
        raise AssertionError

    results: list[str] = []

    async def caller() -> None:
        results.append(await asyncio_thread.run(stubborn))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(caller)
        await trio.to_thread.run_sync(started.wait)
        nursery.cancel_scope.cancel()
    assert results == ["committed"]


async def test_a_cancellation_that_a_library_loses_is_repeated(
    asyncio_thread: AsyncioThread,
) -> None:
    started = threading.Event()

    async def forgetful() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            started.set()
            await asyncio.get_running_loop().create_future()
        await asyncio.get_running_loop().create_future()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(asyncio_thread.run, forgetful)
        await trio.to_thread.run_sync(started.wait)
        nursery.cancel_scope.cancel()
    assert nursery.cancel_scope.cancelled_caught


async def test_submitted_units_report_results_and_errors_in_the_trio_thread(
    asyncio_thread: AsyncioThread,
) -> None:
    arrived: list[tuple[object, int]] = []
    complete = trio.Event()

    async def fail() -> None:
        raise KeyError("x")

    def done(result: object) -> None:
        arrived.append((result, threading.get_ident()))
        if len(arrived) == 2:
            complete.set()

    asyncio_thread.submit(_double, 4, done=done)
    asyncio_thread.submit(fail, done=done)
    await complete.wait()
    values = [value for value, _ in arrived]
    assert 8 in values
    assert any(isinstance(value, KeyError) for value in values)
    assert {thread for _, thread in arrived} == {threading.get_ident()}


async def test_handoffs_are_batched_both_ways(asyncio_thread: AsyncioThread) -> None:
    before = asyncio_thread.statistics()
    total = 500
    arrived = 0
    complete = trio.Event()

    def done(_result: object) -> None:
        nonlocal arrived
        arrived += 1
        if arrived == total:
            complete.set()

    gate = threading.Event()

    async def block() -> None:
        gate.wait()

    asyncio_thread.submit(block)
    for number in range(total):
        asyncio_thread.submit(_double, number, done=done)
    gate.set()
    await complete.wait()
    after = asyncio_thread.statistics()
    assert after["handoffs_in"] - before["handoffs_in"] <= 3
    assert after["handoffs_out"] - before["handoffs_out"] < total / 2
    assert after["unfinished"] == 0


async def test_a_callback_that_raises_does_not_stop_the_others(
    asyncio_thread: AsyncioThread,
) -> None:
    complete = trio.Event()

    def broken(_result: object) -> None:
        raise RuntimeError("broken")

    with capture_logs() as lines:
        asyncio_thread.submit(_double, 1, done=broken)
        asyncio_thread.submit(_double, 1, done=lambda _: complete.set())
        await complete.wait()
    assert [line["event"] for line in lines] == ["storage.callback_failed"]


async def test_a_failure_that_nobody_waits_for_is_logged(
    asyncio_thread: AsyncioThread,
) -> None:
    async def fail() -> None:
        raise KeyError("x")

    with capture_logs() as lines:
        asyncio_thread.submit(fail)
        await asyncio_thread.run(_double, 1)
        await wait_all_tasks_blocked()
    assert [line["event"] for line in lines] == ["storage.unit_failed"]


class Asker:
    """Hears of a unit that it could cancel: each knows the other while the unit runs."""

    def __init__(self, asyncio_thread: AsyncioThread) -> None:
        self.ended = trio.Event()
        self.cancel = asyncio_thread.submit(_double, 1, done=self.done)

    def done(self, _result: object) -> None:
        self.ended.set()


async def test_who_could_cancel_a_unit_is_freed_with_it_and_not_by_the_collector(
    asyncio_thread: AsyncioThread,
) -> None:
    gc.disable()
    try:
        asker = Asker(asyncio_thread)
        ended, known = asker.ended, weakref.ref(asker)
        del asker
        await ended.wait()
        assert known() is None
    finally:
        gc.enable()


async def test_past_the_bound_units_are_refused(
    asyncio_thread: AsyncioThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asyncio_thread_module, "MAX_UNITS", 2)
    gate = threading.Event()

    async def block() -> None:
        gate.wait()

    asyncio_thread.submit(block)
    asyncio_thread.submit(block)
    try:
        with pytest.raises(Overloaded):
            asyncio_thread.submit(block)
        with pytest.raises(Overloaded):
            await asyncio_thread.run(block)
    finally:
        gate.set()


async def test_closing_answers_everybody_and_refuses_newcomers() -> None:
    outcomes: list[object] = []
    started = threading.Event()

    async def endless() -> None:
        started.set()
        await asyncio.get_running_loop().create_future()

    async def caller(asyncio_thread: AsyncioThread) -> None:
        try:
            await asyncio_thread.run(endless)
        except StorageUnavailable as error:
            outcomes.append(error)

    async with trio.open_nursery() as nursery, open_asyncio_thread() as asyncio_thread:
        nursery.start_soon(caller, asyncio_thread)
        asyncio_thread.submit(endless, done=outcomes.append)
        await trio.to_thread.run_sync(started.wait)
        await wait_all_tasks_blocked()
    assert len(outcomes) == 2
    assert all(isinstance(outcome, StorageUnavailable) for outcome in outcomes)
    with pytest.raises(StorageUnavailable):
        await asyncio_thread.run(_double, 1)


async def test_a_loop_that_does_not_end_does_not_hold_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asyncio_thread_module, "END_SECONDS", 0.2)
    free = threading.Event()

    async def block() -> None:
        asyncio.get_running_loop().call_soon(free.wait)

    with capture_logs() as logs:
        async with open_asyncio_thread() as asyncio_thread:
            asyncio_thread.submit(block)
    assert [line["event"] for line in logs] == ["storage.loop_stuck"]
    free.set()
    await trio.to_thread.run_sync(asyncio_thread._thread.join)
