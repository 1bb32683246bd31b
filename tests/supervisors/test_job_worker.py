"""The worker of durable jobs, on a virtual clock over a queue in memory."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import structlog
import trio
from trio.testing import MockClock

from protocol.envelope import Message
from protocol.errors import StorageUnavailable
from protocol.jobs import DISCARD_DEAD, KEEP_DEAD_MS, JobGivenUp, JobKind, JobState
from storage.memory import MemoryJobs
from supervisors.clock import TrioClock
from supervisors.jobs import NET_SECONDS, PACE_SECONDS, Handlers
from supervisors.running_job import FAULT_SECONDS, LEASE_USED, RunningJob
from supervisors.wakeups import Wakeups
from tests.support.jobs import JobRig, make_worker

START = 1_700_000_000_000


class Work(Message, frozen=True, kw_only=True, tag="test.work"):
    """The payload of a job."""

    name: str = ""


class Tick(Message, frozen=True, kw_only=True, tag="test.tick"):
    """The payload of a job that repeats."""


WORK = JobKind(
    payload=Work,
    attempts=3,
    pauses_ms=(1_000, 5_000),
    timeout_seconds=1_000.0,
    lease_ms=60_000,
    concurrency=2,
)
TICK = JobKind(payload=Tick, attempts=1, every_ms=10_000)


class Handler:
    """Remembers what it ran and when; runs as long as each job is told to."""

    def __init__(self) -> None:
        self.began: list[tuple[str, float]] = []
        self.ended: list[str] = []
        self.seconds = 0.0
        self.error: Exception | None = None
        self.most = 0
        self.at_once = 0

    async def __call__(self, job: RunningJob) -> None:
        name = getattr(job.payload, "name", "tick")
        self.began.append((name, round(trio.current_time(), 3)))
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await trio.sleep(self.seconds)
        finally:
            self.at_once -= 1
        if self.error is not None:
            raise self.error
        self.ended.append(name)


@asynccontextmanager
async def working(handlers: Handlers) -> AsyncIterator[JobRig]:
    """A rig whose worker runs, without its warnings."""
    rig = JobRig(TrioClock(START), handlers)
    with structlog.testing.capture_logs():
        async with trio.open_nursery() as nursery:
            await nursery.start(rig.worker.run)
            await trio.sleep(2 * PACE_SECONDS)
            yield rig
            nursery.cancel_scope.cancel()


async def test_a_job_runs_as_soon_as_it_is_committed(autojump_clock: MockClock) -> None:
    handler = Handler()
    async with working({WORK: handler}) as rig:
        await trio.sleep(3)
        at = trio.current_time()
        rig.enqueue(WORK, Work(name="a"))
        await trio.sleep(0.001)
        assert handler.ended == ["a"]
        assert handler.began[0][1] < at + 0.01
        assert rig.rows(WORK) == []


async def test_a_delayed_job_runs_when_it_is_due(autojump_clock: MockClock) -> None:
    handler = Handler()
    async with working({WORK: handler}) as rig:
        rig.enqueue(WORK, Work(name="later"), delay_ms=7_000)
        await trio.sleep(6.9)
        assert handler.began == []
        await trio.sleep(0.2)
        assert handler.ended == ["later"]


async def test_a_lost_wake_only_delays(autojump_clock: MockClock) -> None:
    handler = Handler()
    async with working({WORK: handler}) as rig:
        rig.store.woken = None
        rig.enqueue(WORK, Work(name="a"))
        await trio.sleep(NET_SECONDS / 2)
        assert handler.began == []
        await trio.sleep(NET_SECONDS / 2 + 1)
        assert handler.ended == ["a"]


async def test_no_more_run_at_once_than_the_kind_allows(autojump_clock: MockClock) -> None:
    handler = Handler()
    handler.seconds = 10
    async with working({WORK: handler}) as rig:
        for number in range(5):
            rig.enqueue(WORK, Work(name=str(number)))
        await trio.sleep(1)
        assert rig.worker.statistics()["running"] == {"test.work": 2}
        await trio.sleep(30)
        assert sorted(handler.ended) == ["0", "1", "2", "3", "4"]
        assert handler.most == 2


async def test_a_failed_job_is_tried_again_and_then_dead(autojump_clock: MockClock) -> None:
    handler = Handler()
    handler.error = ZeroDivisionError("by zero")
    async with working({WORK: handler}) as rig:
        rig.enqueue(WORK, Work(name="a"))
        await trio.sleep(20)
        times = [at for _, at in handler.began]
        assert [round(b - a) for a, b in itertools.pairwise(times)] == [1, 5]
        [row] = rig.rows(WORK)
        assert (row.state, row.last_error, row.attempts) == (JobState.DEAD, "by zero", 3)
        assert (rig.count("failed", WORK), rig.count("died", WORK)) == (2, 1)
        handler.error = None
        assert await rig.jobs.retry(row.id, now=rig.clock.now())
        await trio.sleep(0.1)
        assert handler.ended == ["a"]


async def test_what_is_given_up_is_dead_at_once(autojump_clock: MockClock) -> None:
    handler = Handler()
    handler.error = JobGivenUp("never")
    async with working({WORK: handler}) as rig:
        rig.enqueue(WORK, Work())
        await trio.sleep(10)
        assert len(handler.began) == 1
        assert rig.rows(WORK)[0].last_error == "never"


async def test_a_payload_that_cannot_be_read_is_a_failure(autojump_clock: MockClock) -> None:
    handler = Handler()
    async with working({WORK: handler}) as rig:
        rig.enqueue(WORK, Work())
        rig.rows(WORK)[0].payload = b'{"type": "something.else"}'
        await trio.sleep(20)
        assert handler.began == []
        assert rig.rows(WORK)[0].state is JobState.DEAD


async def test_an_attempt_that_takes_too_long_is_ended(autojump_clock: MockClock) -> None:
    handler = Handler()
    handler.seconds = 5_000
    async with working({WORK: handler}) as rig:
        rig.enqueue(WORK, Work())
        await trio.sleep(1_000.5)
        [row] = rig.rows(WORK)
        assert (row.state, row.last_error) == (JobState.WAITING, "not done within 1000 s")
        assert handler.at_once == 0


async def test_the_lease_of_a_long_job_is_renewed(autojump_clock: MockClock) -> None:
    handler = Handler()
    handler.seconds = 300
    async with working({WORK: handler}) as rig:
        other = make_worker(rig.jobs, rig.clock, {WORK: handler}, Wakeups(), node="two")
        rig.enqueue(WORK, Work(name="long"))
        for _ in range(29):
            await trio.sleep(10)
            assert await other.work_once() == 0
        await trio.sleep(20)
        assert handler.ended == ["long"]
        assert len(handler.began) == 1


async def test_without_storage_a_job_ends_before_another_may_have_it(
    autojump_clock: MockClock,
) -> None:
    handler = Handler()
    handler.seconds = 300
    async with working({WORK: handler}) as rig:
        rig.enqueue(WORK, Work())
        await trio.sleep(1)
        rig.store.available = False
        await trio.sleep(60 * LEASE_USED - 2)
        assert handler.at_once == 1
        await trio.sleep(2)
        assert handler.at_once == 0
        assert rig.rows(WORK)[0].ready_at > rig.clock.now()
        assert rig.count("lost", WORK) == 1
        rig.store.available = True
        handler.seconds = 0
        await trio.sleep(30)
        assert len(handler.ended) == 1


async def test_what_was_done_is_written_down_when_storage_is_back(
    autojump_clock: MockClock,
) -> None:
    handler = Handler()
    handler.seconds = 5
    async with working({WORK: handler}) as rig:
        rig.enqueue(WORK, Work(name="a"))
        await trio.sleep(1)
        rig.store.available = False
        await trio.sleep(20)
        assert (handler.ended, len(rig.rows(WORK))) == (["a"], 1)
        rig.store.available = True
        await trio.sleep(FAULT_SECONDS + 0.1)
        assert rig.rows(WORK) == []
        assert len(handler.began) == 1


async def test_a_job_that_another_has_now_is_let_go(autojump_clock: MockClock) -> None:
    handler = Handler()
    handler.seconds = 300
    async with working({WORK: handler}) as rig:
        rig.enqueue(WORK, Work())
        await trio.sleep(1)
        rig.rows(WORK)[0].token += 1
        await trio.sleep(30)
        assert handler.at_once == 0
        assert rig.count("lost", WORK) == 1


async def test_progress_is_seen_and_renews_the_lease(autojump_clock: MockClock) -> None:
    async def handler(job: RunningJob) -> None:
        assert job.user_id == "u"
        await trio.sleep(5)
        await job.report(50, "half")
        await trio.sleep(5)

    async with working({WORK: handler}) as rig:
        rig.enqueue(WORK, Work(), user_id="u")
        await trio.sleep(6)
        [view] = await rig.jobs.shown(state=JobState.RUNNING, kind=None, limit=9)
        assert (view.progress, view.note) == (50, "half")
        assert rig.rows(WORK)[0].ready_at == rig.clock.now() - 1_000 + WORK.lease_ms


async def test_cancelling_stops_what_runs_at_once(autojump_clock: MockClock) -> None:
    handler = Handler()
    handler.seconds = 300
    async with working({WORK: handler}) as rig:
        key = rig.enqueue(WORK, Work())
        assert key is not None
        await trio.sleep(1)
        assert await rig.jobs.cancel(key)
        await trio.sleep(0.1)
        assert (handler.at_once, rig.rows(WORK)) == (0, [])
        assert rig.count("cancelled", WORK) == 1


async def test_a_cancelled_job_of_a_worker_that_died_is_not_begun_again(
    autojump_clock: MockClock,
) -> None:
    handler = Handler()
    rig = JobRig(TrioClock(START), {WORK: handler})
    key = rig.enqueue(WORK, Work())
    assert key is not None
    [row] = rig.rows(WORK)
    row.worker, row.ready_at, row.token, row.attempts = "dead", START, 1, 1
    assert await rig.jobs.cancel(key)
    assert await rig.worker.work_once() == 1
    assert (handler.began, rig.rows(WORK)) == ([], [])


async def test_a_job_that_kills_its_workers_does_not_go_on_for_ever(
    autojump_clock: MockClock,
) -> None:
    handler = Handler()
    rig = JobRig(TrioClock(START), {WORK: handler})
    rig.enqueue(WORK, Work())
    [row] = rig.rows(WORK)
    row.attempts = WORK.attempts
    assert await rig.worker.work_once() == 1
    assert (handler.began, row.state) == ([], JobState.DEAD)
    assert row.last_error is not None
    assert "worker died" in row.last_error


async def test_a_node_that_stops_gives_its_jobs_back(autojump_clock: MockClock) -> None:
    handler = Handler()
    handler.seconds = 300
    async with working({WORK: handler}) as rig:
        rig.enqueue(WORK, Work())
        await trio.sleep(1)
    [row] = rig.rows(WORK)
    assert (row.state, row.attempts, row.ready_at <= rig.clock.now()) == (
        JobState.WAITING,
        0,
        True,
    )


async def test_a_stop_without_storage_leaves_the_lease_to_run_out(
    autojump_clock: MockClock,
) -> None:
    handler = Handler()
    handler.seconds = 300
    async with working({WORK: handler}) as rig:
        rig.enqueue(WORK, Work())
        await trio.sleep(1)
        rig.store.available = False
    assert rig.rows(WORK)[0].state is JobState.RUNNING


@pytest.mark.parametrize("fails", [False, True])
async def test_a_repeating_job_keeps_its_rhythm(autojump_clock: MockClock, fails: bool) -> None:
    handler = Handler()
    handler.error = ZeroDivisionError() if fails else None
    async with working({TICK: handler}) as rig:
        await trio.sleep(35)
        assert [round(at) for _, at in handler.began] == [0, 10, 20, 30]
        living = [row for row in rig.rows(TICK) if row.failed_at is None]
        assert len(living) == 1
        assert len(rig.rows(TICK)) == (5 if fails else 1)


async def test_a_repeating_job_is_one_however_many_nodes_there_are(
    autojump_clock: MockClock,
) -> None:
    handler = Handler()
    async with working({TICK: handler}) as rig, trio.open_nursery() as nursery:
        other = make_worker(rig.jobs, rig.clock, {TICK: handler}, Wakeups(), node="two")
        await nursery.start(other.run)
        await trio.sleep(35)
        assert [round(at) for _, at in handler.began] == [0, 10, 20, 30]
        nursery.cancel_scope.cancel()


async def test_long_dead_jobs_are_forgotten(autojump_clock: MockClock) -> None:
    handler = Handler()
    handler.error = JobGivenUp("never")
    async with working({WORK: handler}) as rig:
        rig.enqueue(WORK, Work())
        await trio.sleep(1)
        [row] = rig.rows(WORK)
        row.failed_at = START - KEEP_DEAD_MS
        assert DISCARD_DEAD.every_ms is not None
        await trio.sleep(DISCARD_DEAD.every_ms / 1_000)
        assert rig.rows(WORK) == []


async def test_it_goes_on_when_storage_was_away(autojump_clock: MockClock) -> None:
    handler = Handler()
    rig = JobRig(TrioClock(START), {WORK: handler})
    rig.enqueue(WORK, Work(name="a"))
    rig.store.available = False
    with structlog.testing.capture_logs() as logs:
        async with trio.open_nursery() as nursery:
            await nursery.start(rig.worker.run)
            await trio.sleep(3 * FAULT_SECONDS)
            rig.store.available = True
            await trio.sleep(FAULT_SECONDS + 0.1)
            nursery.cancel_scope.cancel()
    assert handler.ended == ["a"]
    assert logs[0]["event"] == "jobs.unavailable"


async def test_what_waits_and_what_is_dead_is_counted(autojump_clock: MockClock) -> None:
    handler = Handler()
    async with working({WORK: handler}) as rig:
        rig.enqueue(WORK, Work(), delay_ms=3_600_000)
        await trio.sleep(NET_SECONDS + 1)
        numbers = rig.worker.statistics()
        assert numbers["waiting"] == {"test.work": 1, "jobs.discard_dead": 1}
        assert numbers["dead"] == {}


class Faulty(MemoryJobs):
    """Fails the renewals of a job."""

    async def renew(self, *_: object, **__: object) -> dict[int, bool]:
        raise StorageUnavailable


async def test_a_cancellation_that_cannot_be_seen_is_seen_later(autojump_clock: MockClock) -> None:
    handler = Handler()
    handler.seconds = 30
    rig = JobRig(TrioClock(START), {})
    jobs = Faulty(rig.store)
    worker = make_worker(jobs, rig.clock, {WORK: handler}, rig.wakeups)
    with structlog.testing.capture_logs():
        async with trio.open_nursery() as nursery:
            await nursery.start(worker.run)
            key = rig.enqueue(WORK, Work(name="a"))
            assert key is not None
            await trio.sleep(1)
            await jobs.cancel(key)
            await trio.sleep(40)
            nursery.cancel_scope.cancel()
    assert handler.ended == ["a"]
