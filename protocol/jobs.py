"""Durable jobs: work that must be done after a transaction, at least once, by some node.

A kind of job is data, declared beside its payload in the domain. A job is enqueued in the
transaction that causes it (`storage.jobs.enqueue`) and run by the worker of a node
(`supervisors.jobs`). A claim is good for its lease and carries a fencing token: only the latest
claimer may renew, complete or fail the job, and only before the lease runs out.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from protocol.envelope import Message, tag_of

MAX_PAYLOAD_BYTES = 64 * 1024
MAX_BATCH = 1_000
"""Maximum number of jobs in one call."""
MAX_KEY = 200
MAX_ERROR = 500
MAX_NOTE = 200


class JobKind(msgspec.Struct, frozen=True, kw_only=True):
    """What all jobs with one payload class have in common. The tag of the class names the kind.

    At most `attempts` begin, then the job is dead; `pauses_ms` lie between them, and the last pause
    repeats. An attempt is cancelled after `timeout_seconds` and when its lease is lost; the lease
    is renewed while it runs. At most `concurrency` run on a node. Higher `priority` goes first.
    `every_ms` repeats it at fixed intervals from the first due time; missed times are not made up
    for. `forget` empties the payload of a dead job, which then cannot be retried.
    """

    payload: type[Message]
    attempts: int = 5
    pauses_ms: tuple[int, ...] = (10_000, 60_000, 10 * 60_000, 3_600_000)
    timeout_seconds: float = 60.0
    lease_ms: int = 2 * 60_000
    priority: int = 0
    concurrency: int = 4
    every_ms: int | None = None
    forget: bool = False

    @property
    def name(self) -> str:
        """The name under which jobs are stored and counted."""
        return str(self.payload.__struct_config__.tag)

    def pause_ms(self, attempts: int) -> int:
        """How long to wait after that many failed attempts."""
        return self.pauses_ms[min(attempts, len(self.pauses_ms)) - 1]

    def next_due(self, due_at: int, now: int) -> int | None:
        """The next time a repeating job is due that is still to come, counted from `due_at`."""
        if self.every_ms is None:
            return None
        return due_at + (max(0, now - due_at) // self.every_ms + 1) * self.every_ms

    def job(
        self,
        payload: Message,
        *,
        due_at: int,
        unique_key: str | None = None,
        user_id: str | None = None,
        priority: int | None = None,
    ) -> NewJob:
        """Make a job of this kind. Raises `ValueError` past a bound.

        While a job with the same `unique_key` waits or runs, another is not enqueued. `user_id`
        names the person whose data is in the payload: the job goes with the account.
        """
        if not isinstance(payload, self.payload):
            raise ValueError(f"{tag_of(payload)} is no payload of {self.name}")
        if unique_key is not None and len(unique_key) > MAX_KEY:
            raise ValueError(f"{self.name}: the unique key is too long")
        encoded = msgspec.json.encode(payload)
        if len(encoded) > MAX_PAYLOAD_BYTES:
            raise ValueError(f"{self.name}: the payload is too large")
        return NewJob(
            kind=self.name,
            payload=encoded,
            due_at=due_at,
            priority=self.priority if priority is None else priority,
            unique_key=unique_key,
            user_id=user_id,
        )


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job to be enqueued; made by `JobKind.job`. `payload` is JSON."""

    kind: str
    payload: bytes
    due_at: int
    priority: int
    unique_key: str | None
    user_id: str | None


class Wanted(msgspec.Struct, frozen=True):
    """How many jobs of a kind a worker has room for."""

    kind: str
    limit: int
    lease_ms: int


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A job in the hands of one worker. `token` rises with every claim of a job.

    `attempt` counts from 1. `cancelled`: it was cancelled during an earlier claim.
    """

    id: int
    token: int
    kind: str
    payload: bytes
    attempt: int
    due_at: int
    user_id: str | None = None
    cancelled: bool = False


class Held(msgspec.Struct, frozen=True):
    """A claim to be renewed, with its progress: percent, and a note for operators."""

    claim: Claim
    lease_ms: int
    progress: int | None = None
    note: str = ""


class JobState(StrEnum):
    """The state of a job. A completed job is deleted."""

    WAITING = "waiting"
    RUNNING = "running"
    DEAD = "dead"


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """A job as operators see it, without its payload. Times in milliseconds.

    `attempts` counts those that have begun. `retryable`: its payload is still there.
    """

    id: int
    kind: str
    state: JobState
    attempts: int
    priority: int
    created_at: int
    due_at: int
    progress: int
    note: str
    worker: str | None
    last_error: str | None
    failed_at: int | None
    cancelled: bool
    retryable: bool


class Jobs(Protocol):
    """The queue. Safe with any number of workers on any number of nodes."""

    async def enqueue(self, *jobs: NewJob, now: int) -> Sequence[int | None]:
        """Enqueue in a separate transaction.

        Returns ids in order, None where `unique_key` is taken.
        """
        ...

    async def claim(self, wanted: Sequence[Wanted], *, worker: str, now: int) -> Sequence[Claim]:
        """Claim due jobs for this worker alone until their leases run out.

        Of each kind the highest priority comes first, then the longest overdue. Jobs whose lease
        has run out are due again. `attempt` rises with every claim.
        """
        ...

    async def renew(self, held: Sequence[Held], *, now: int) -> dict[int, bool]:
        """Renew the leases and store the progress.

        Returns, by id, for each job that is still held whether it has been cancelled; a missing one
        was lost.
        """
        ...

    async def complete(self, claim: Claim, *, now: int, again_at: int | None = None) -> bool:
        """Delete a completed job, or schedule it again if it repeats.

        False, without effect, for a claim that was lost.
        """
        ...

    async def retry_later(self, claim: Claim, error: str, *, now: int, due_at: int) -> bool:
        """Record a failed attempt. False, without effect, for a claim that was lost."""
        ...

    async def bury(
        self, claim: Claim, error: str, *, now: int, forget: bool, again_at: int | None = None
    ) -> bool:
        """Mark a job dead. With `again_at` the next of a repeating kind is enqueued.

        False, without effect, for a claim that was lost.
        """
        ...

    async def release(self, claim: Claim, *, now: int) -> bool:
        """Give back an unfinished job when the node stops; the attempt does not count."""
        ...

    async def cancel(self, job_id: int) -> bool:
        """Remove a waiting or dead job, or have a running one stopped.

        False if there is no such job.
        """
        ...

    async def retry(self, job_id: int, *, now: int) -> bool:
        """Restart a dead job with all its attempts.

        False if there is none, its payload is gone, or its unique key is taken by now.
        """
        ...

    async def next_due(self, kinds: Sequence[str]) -> int | None:
        """When the next job of these kinds may be claimed; None if none is waiting."""
        ...

    async def shown(
        self, *, state: JobState | None, kind: str | None, limit: int
    ) -> Sequence[JobView]:
        """Jobs for operators, newest first."""
        ...

    async def counts(self) -> dict[str, dict[str, int]]:
        """The number of jobs by state and kind, counting at most `COUNTED`."""
        ...

    async def discard_dead(self, *, before: int, limit: int) -> int:
        """Delete jobs that died before that time, oldest first; returns how many."""
        ...


COUNTED = 10_000
"""Counting stops at this number of jobs."""


class JobFailed(Exception):
    """Raised by a job's handler for an expected failure. The message is the reason."""


class JobGivenUp(JobFailed):
    """Raised by a job's handler when another attempt would not help."""


class DiscardDeadJobs(Message, frozen=True, kw_only=True, tag="jobs.discard_dead"):
    """Job payload: delete jobs that died long ago."""


KEEP_DEAD_MS = 30 * 24 * 3_600_000
DISCARD_DEAD = JobKind(payload=DiscardDeadJobs, every_ms=6 * 3_600_000, concurrency=1)
