"""The annex: results, errors, cancellation and batching across the two threads."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from protocol.errors import NotFoundError, Overloaded, StorageUnavailable
from storage import annex as annex_module
from storage.annex import Annex, open_annex


async def _double(number: int) -> int:
    await asyncio.sleep(0)
    return number * 2


async def test_a_unit_runs_in_the_other_thread_and_its_result_comes_back(annex: Annex) -> None:
    async def where() -> str:
        return threading.current_thread().name

    assert await annex.run(_double, 21) == 42
    assert await annex.run(where) == "annex"


async def test_an_error_of_the_unit_surfaces(annex: Annex) -> None:
    async def fail() -> None:
        raise NotFoundError("course", "1")

    with pytest.raises(NotFoundError):
        await annex.run(fail)


async def test_a_trio_cancellation_cancels_the_asyncio_task_and_waits_for_its_end(
    annex: Annex,
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
            nursery.start_soon(annex.run, endless)
            await trio.to_thread.run_sync(started.wait)
            scope.cancel()
    assert scope.cancelled_caught
    assert steps == ["cleaned up"]


async def test_a_cancelled_caller_hands_nothing_over(annex: Annex) -> None:
    calls: list[int] = []

    async def note() -> None:
        calls.append(1)

    with trio.CancelScope() as scope:
        scope.cancel()
        await annex.run(note)
    await annex.run(_double, 1)
    assert scope.cancelled_caught
    assert calls == []


async def test_a_unit_that_finishes_despite_its_cancellation_gives_its_result(
    annex: Annex,
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
        results.append(await annex.run(stubborn))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(caller)
        await trio.to_thread.run_sync(started.wait)
        nursery.cancel_scope.cancel()
    assert results == ["committed"]


async def test_a_cancellation_that_a_library_loses_is_repeated(annex: Annex) -> None:
    started = threading.Event()

    async def forgetful() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            started.set()
            await asyncio.get_running_loop().create_future()
        await asyncio.get_running_loop().create_future()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(annex.run, forgetful)
        await trio.to_thread.run_sync(started.wait)
        nursery.cancel_scope.cancel()
    assert nursery.cancel_scope.cancelled_caught


async def test_submitted_units_report_results_and_errors_in_the_trio_thread(annex: Annex) -> None:
    arrived: list[tuple[object, int]] = []
    complete = trio.Event()

    async def fail() -> None:
        raise KeyError("x")

    def done(result: object) -> None:
        arrived.append((result, threading.get_ident()))
        if len(arrived) == 2:
            complete.set()

    annex.submit(_double, 4, done=done)
    annex.submit(fail, done=done)
    await complete.wait()
    values = [value for value, _ in arrived]
    assert 8 in values
    assert any(isinstance(value, KeyError) for value in values)
    assert {thread for _, thread in arrived} == {threading.get_ident()}


async def test_crossings_are_batched_both_ways(annex: Annex) -> None:
    before = annex.statistics()
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

    annex.submit(block)
    for number in range(total):
        annex.submit(_double, number, done=done)
    gate.set()
    await complete.wait()
    after = annex.statistics()
    assert after["crossings_in"] - before["crossings_in"] <= 3
    assert after["crossings_out"] - before["crossings_out"] < total / 2
    assert after["unfinished"] == 0


async def test_a_callback_that_raises_does_not_stop_the_others(
    annex: Annex, caplog: pytest.LogCaptureFixture
) -> None:
    complete = trio.Event()

    def broken(_result: object) -> None:
        raise RuntimeError("broken")

    annex.submit(_double, 1, done=broken)
    annex.submit(_double, 1, done=lambda _: complete.set())
    await complete.wait()
    assert "storage callback raised" in caplog.text


async def test_a_failure_that_nobody_waits_for_is_logged(
    annex: Annex, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise KeyError("x")

    annex.submit(fail)
    await annex.run(_double, 1)
    await wait_all_tasks_blocked()
    assert "nobody waits for" in caplog.text


async def test_past_the_bound_units_are_refused(
    annex: Annex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annex_module, "MAX_UNITS", 2)
    gate = threading.Event()

    async def block() -> None:
        gate.wait()

    annex.submit(block)
    annex.submit(block)
    try:
        with pytest.raises(Overloaded):
            annex.submit(block)
        with pytest.raises(Overloaded):
            await annex.run(block)
    finally:
        gate.set()


async def test_closing_answers_everybody_and_refuses_newcomers() -> None:
    outcomes: list[object] = []
    started = threading.Event()

    async def endless() -> None:
        started.set()
        await asyncio.get_running_loop().create_future()

    async def caller(annex: Annex) -> None:
        try:
            await annex.run(endless)
        except StorageUnavailable as error:
            outcomes.append(error)

    async with trio.open_nursery() as nursery, open_annex() as annex:
        nursery.start_soon(caller, annex)
        annex.submit(endless, done=outcomes.append)
        await trio.to_thread.run_sync(started.wait)
        await wait_all_tasks_blocked()
    assert len(outcomes) == 2
    assert all(isinstance(outcome, StorageUnavailable) for outcome in outcomes)
    with pytest.raises(StorageUnavailable):
        await annex.run(_double, 1)
