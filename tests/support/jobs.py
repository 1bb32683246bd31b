"""A worker of durable jobs over a queue in memory, with a clock that tests set."""

from __future__ import annotations

from protocol.envelope import Message
from protocol.jobs import JobKind, Jobs
from protocol.ports import Clock
from protocol.wakes import CANCELLATIONS, JOBS
from storage.memory import MemoryJobs, MemoryStore
from storage.memory.jobs import enqueue_nowait
from storage.memory.store import JobRow
from supervisors.jobs import Handlers, JobWorker
from supervisors.wakeups import Wakeups


def make_worker(
    jobs: Jobs, clock: Clock, handlers: Handlers, wakeups: Wakeups, node: str = "one"
) -> JobWorker:
    """As the tree of a node makes it."""
    return JobWorker(
        jobs,
        clock,
        handlers,
        node=node,
        waiter=wakeups.waiter(JOBS),
        cancellations=wakeups.waiter(CANCELLATIONS),
    )


class JobRig:
    """A store, its queue and one worker, whose commits wake it."""

    def __init__(self, clock: Clock, handlers: Handlers) -> None:
        self.clock = clock
        self.store = MemoryStore()
        self.jobs = MemoryJobs(self.store)
        self.wakeups = Wakeups()
        self.store.woken = self.wakeups.deliver
        self.worker = make_worker(self.jobs, clock, handlers, self.wakeups)

    def enqueue(
        self,
        kind: JobKind,
        payload: Message,
        *,
        delay_ms: int = 0,
        unique_key: str | None = None,
        user_id: str | None = None,
    ) -> int | None:
        """As a committed transaction would."""
        now = self.clock.now()
        job = kind.job(payload, due_at=now + delay_ms, unique_key=unique_key, user_id=user_id)
        [key] = enqueue_nowait(self.store, job, now=now)
        return key

    def rows(self, kind: JobKind) -> list[JobRow]:
        """Those of a kind that are not done."""
        return [row for row in self.store.jobs.values() if row.kind == kind.name]

    def count(self, outcome: str, kind: JobKind) -> float:
        """How many came to that end."""
        kinds = self.worker.statistics()[outcome]
        assert isinstance(kinds, dict)
        return kinds.get(kind.name, 0)
