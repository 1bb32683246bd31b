"""The worker that runs durable jobs (`protocol.jobs`, `storage.jobs`) on this node.

It claims as many of each kind as it has room for and runs each in a separate task
(`supervisors.running_job`). Between claims it waits for a wake, for the next due time, or for the
net.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import structlog
import trio

from protocol.errors import StoaError
from protocol.jobs import DISCARD_DEAD, KEEP_DEAD_MS, JobKind, Jobs, Wanted
from protocol.ports import Clock
from protocol.wakes import Waiter
from supervisors.running_job import FAULT_SECONDS, RunningJob

NET_SECONDS = 20.0
"""The longest delay of a job through a lost wake."""
PACE_SECONDS = 0.02
"""Between the beginnings of two looks of which the first found nothing: wakes come in swarms."""
CANCELLATION_NET_SECONDS = 3_600.0
"""A cancellation is also seen when the lease is renewed."""
DISCARD_BATCH = 1_000
OUTCOMES = ("completed", "failed", "died", "cancelled", "lost")

log = structlog.get_logger()
Handler = Callable[[RunningJob], Awaitable[None]]
Handlers = Mapping[JobKind, Handler]


class JobWorker:
    """Runs one node's jobs; there may be any number of nodes."""

    def __init__(
        self,
        jobs: Jobs,
        clock: Clock,
        handlers: Handlers,
        *,
        node: str,
        waiter: Waiter,
        cancellations: Waiter,
    ) -> None:
        self._jobs = jobs
        self._clock = clock
        self._handlers = {
            kind.name: (kind, handler)
            for kind, handler in {DISCARD_DEAD: self._discard, **handlers}.items()
        }
        self._node = node
        self._waiter = waiter
        self._cancellations = cancellations
        self._running: dict[int, RunningJob] = {}
        # From 0, not from the first: an alert does not see the rise of what was not there before.
        self._outcomes: dict[str, dict[str, float]] = {
            outcome: dict.fromkeys(self._handlers, 0) for outcome in OUTCOMES
        }
        self._seconds: dict[str, float] = {}
        self._removed: dict[str, float] = {}
        self._stored: dict[str, dict[str, int]] = {}
        self._counted_at = float("-inf")

    def statistics(self) -> dict[str, float | dict[str, float]]:
        """Numbers for the metrics, by kind.

        Waiting and dead jobs are counted once per net interval.
        """
        running: dict[str, float] = {}
        for job in self._running.values():
            running[job.kind.name] = running.get(job.kind.name, 0) + 1
        return {
            **{name: dict(kinds) for name, kinds in self._outcomes.items()},
            "seconds": dict(self._seconds),
            "removed": dict(self._removed),
            "running": running,
            "waiting": dict(self._stored.get("waiting", {})),
            "dead": dict(self._stored.get("dead", {})),
        }

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Claim and run jobs until cancelled."""
        task_status.started()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._watch_cancellations)
            while True:
                try:
                    await self._begin_repeating(self._clock.now())
                    while True:
                        next_at = trio.current_time() + PACE_SECONDS
                        found = await self._claim(nursery)
                        await self._wait()
                        if not found:
                            await trio.sleep_until(next_at)
                except StoaError as error:
                    log.warning("jobs.unavailable", error=error.message, code=error.code)
                    await trio.sleep(FAULT_SECONDS)

    async def work_once(self) -> int:
        """Run all due jobs to their end. Returns how many there were."""
        async with trio.open_nursery() as nursery:
            return await self._claim(nursery)

    async def _begin_repeating(self, now: int, *, missed: bool = False) -> None:
        """Enqueue the one job of each repeating kind, unless another node already has.

        `missed`: one that somebody cancelled before its time begins with the next.
        """
        jobs = [
            kind.job(kind.payload(), due_at=now + missed * kind.every_ms, unique_key="repeating")
            for kind, _ in self._handlers.values()
            if kind.every_ms is not None
        ]
        await self._jobs.enqueue(*jobs, now=now)

    async def _claim(self, nursery: trio.Nursery) -> int:
        wanted = self._wanted()
        if not wanted:
            return 0
        claimed_at = trio.current_time()
        claims = await self._jobs.claim(wanted, worker=self._node, now=self._clock.now())
        for claim in claims:
            kind, handler = self._handlers[claim.kind]
            job = RunningJob(self._jobs, self._clock, kind, claim, claimed_at=claimed_at)
            self._running[claim.id] = job
            nursery.start_soon(self._run, job, handler)
        return len(claims)

    def _wanted(self) -> list[Wanted]:
        room = {name: kind.concurrency for name, (kind, _) in self._handlers.items()}
        for job in self._running.values():
            room[job.kind.name] -= 1
        kinds = ((self._handlers[name][0], limit) for name, limit in room.items() if limit > 0)
        return [Wanted(kind.name, limit, kind.lease_ms) for kind, limit in kinds]

    async def _run(self, job: RunningJob, handler: Handler) -> None:
        began_at, name = trio.current_time(), job.kind.name

        def count(outcome: str) -> None:
            self._outcomes[outcome][name] += 1

        try:
            await job.run(handler, count)
        finally:
            self._seconds[name] = self._seconds.get(name, 0) + trio.current_time() - began_at
            if job.removed:
                self._removed[name] = self._removed.get(name, 0) + job.removed
            full = all(wanted.kind != name for wanted in self._wanted())
            del self._running[job.claim.id]
            if full:
                self._waiter.wake()

    async def _wait(self) -> None:
        if trio.current_time() >= self._counted_at + NET_SECONDS:
            self._stored = await self._jobs.counts()
            await self._begin_repeating(self._clock.now(), missed=True)
            self._counted_at = trio.current_time()
        due_at = None
        if room := [wanted.kind for wanted in self._wanted()]:
            due_at = await self._jobs.next_due(room)
        await self._waiter.wait(now=self._clock.now(), due_at=due_at, net_seconds=NET_SECONDS)

    async def _watch_cancellations(self) -> None:
        while True:
            await self._cancellations.wait(
                now=self._clock.now(), due_at=None, net_seconds=CANCELLATION_NET_SECONDS
            )
            for job in list(self._running.values()):
                try:
                    await job.renew()
                except StoaError as error:
                    log.warning("job.not_renewed", id=job.claim.id, code=error.code)

    async def _discard(self, job: RunningJob) -> None:
        """The queue's own repeating job."""
        before, found = self._clock.now() - KEEP_DEAD_MS, DISCARD_BATCH
        while found == DISCARD_BATCH:
            found = await self._jobs.discard_dead(before=before, limit=DISCARD_BATCH)
            job.removed += found
