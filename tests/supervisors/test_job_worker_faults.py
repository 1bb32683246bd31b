"""The worker of durable jobs, and handlers and operators that do what nobody should."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
import trio
from trio.testing import MockClock

from protocol.envelope import Message
from protocol.jobs import JobKind, JobState
from supervisors.clock import TrioClock
from supervisors.jobs import NET_SECONDS
from supervisors.running_job import RunningJob
from tests.support.jobs import JobRig

START = 1_700_000_000_000


class Work(Message, frozen=True, kw_only=True, tag="test.work"):
    """The payload of a job."""

    name: str = ""


class Tick(Message, frozen=True, kw_only=True, tag="test.tick"):
    """The payload of a job that repeats."""


WORK = JobKind(payload=Work, attempts=2, pauses_ms=(1_000,), timeout_seconds=30, lease_ms=60_000)
SECRET = JobKind(payload=Work, attempts=1, forget=True)
TICK = JobKind(payload=Tick, attempts=1, every_ms=100_000)

Handler = Callable[[RunningJob], Awaitable[None]]


async def cleans_up_badly(_job: RunningJob) -> None:
    """Has tasks of its own, one of which fails when all are cancelled."""

    async def careless() -> None:
        try:
            await trio.sleep_forever()
        finally:
            raise ValueError("while cleaning up")

    async with trio.open_nursery() as nursery:
        nursery.start_soon(careless)
        nursery.start_soon(trio.sleep_forever)


async def fails_twice(_job: RunningJob) -> None:
    raise ExceptionGroup("both", [ValueError("one"), ExceptionGroup("in", [KeyError("two")])])


async def running(rig: JobRig, seconds: float) -> None:
    """Have the worker work for so long."""
    with structlog.testing.capture_logs(), trio.move_on_after(seconds):
        await rig.worker.run()


async def test_tasks_that_fail_when_an_attempt_times_out_are_its_failure(
    autojump_clock: MockClock,
) -> None:
    rig = JobRig(TrioClock(START), {WORK: cleans_up_badly})
    rig.enqueue(WORK, Work())
    await running(rig, 100)
    [row] = rig.rows(WORK)
    assert row.state is JobState.DEAD
    assert "while cleaning up" in (row.last_error or "")


async def test_tasks_that_fail_when_a_job_is_lost_harm_nobody(autojump_clock: MockClock) -> None:
    rig = JobRig(TrioClock(START), {WORK: cleans_up_badly})
    rig.enqueue(WORK, Work())

    async def steal() -> None:
        await trio.sleep(1)
        rig.rows(WORK)[0].token += 1

    async with trio.open_nursery() as nursery:
        nursery.start_soon(steal)
        await running(rig, 25)
    assert rig.count("lost", WORK) == 1


async def test_tasks_that_fail_when_a_node_stops_do_not_keep_the_job(
    autojump_clock: MockClock,
) -> None:
    rig = JobRig(TrioClock(START), {WORK: cleans_up_badly})
    rig.enqueue(WORK, Work())
    await running(rig, 1)
    [row] = rig.rows(WORK)
    assert (row.state, row.attempts) == (JobState.WAITING, 0)


async def test_a_group_of_errors_is_a_failure_like_another(autojump_clock: MockClock) -> None:
    rig = JobRig(TrioClock(START), {WORK: fails_twice})
    rig.enqueue(WORK, Work())
    await running(rig, 10)
    assert rig.rows(WORK)[0].state is JobState.DEAD


async def test_what_is_done_when_a_node_stops_is_not_done_again(autojump_clock: MockClock) -> None:
    done: list[str] = []

    async def handler(job: RunningJob) -> None:
        done.append(job.payload.name)
        rig.store.available = False

    rig = JobRig(TrioClock(START), {WORK: handler})
    rig.enqueue(WORK, Work(name="sent"))

    async def come_back() -> None:
        await trio.sleep(0.999)
        rig.store.available = True

    async with trio.open_nursery() as nursery:
        nursery.start_soon(come_back)
        await running(rig, 1)
    assert (done, rig.rows(WORK)) == (["sent"], [])


async def test_a_repeating_job_that_was_cancelled_while_it_waited_comes_back(
    autojump_clock: MockClock,
) -> None:
    ticks: list[float] = []

    async def handler(_job: RunningJob) -> None:
        ticks.append(trio.current_time())

    rig = JobRig(TrioClock(START), {TICK: handler})

    async def cancel() -> None:
        await trio.sleep(10)
        [row] = rig.rows(TICK)
        assert await rig.jobs.cancel(row.id)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(cancel)
        await running(rig, 150 + 2 * NET_SECONDS)
    assert len(ticks) >= 2


async def test_errors_of_jobs_with_secrets_are_kept_without_what_they_say(
    autojump_clock: MockClock,
) -> None:
    async def handler(job: RunningJob) -> None:
        raise RuntimeError(f"cannot send to {job.payload.name}")

    rig = JobRig(TrioClock(START), {SECRET: handler})
    rig.enqueue(SECRET, Work(name="ann@school.example"))
    with structlog.testing.capture_logs() as logs, trio.move_on_after(1):
        await rig.worker.run()
    [row] = rig.rows(SECRET)
    assert (row.payload, row.last_error) == (None, "RuntimeError")
    assert "ann@" not in str([{**each, "exc_info": None} for each in logs])
