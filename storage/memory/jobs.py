"""The queue of durable jobs in memory."""

from __future__ import annotations

from collections.abc import Sequence

from protocol.jobs import (
    COUNTED,
    MAX_BATCH,
    MAX_ERROR,
    MAX_NOTE,
    Claim,
    Held,
    JobState,
    JobView,
    NewJob,
    Wanted,
)
from protocol.wakes import CANCELLATIONS, JOBS
from storage.jsonb import without_nul
from storage.memory.store import JobRow, MemoryStore, visit


class MemoryJobs:
    """`protocol.jobs.Jobs`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def enqueue(self, *jobs: NewJob, now: int) -> Sequence[int | None]:
        await visit(self._store)
        return enqueue_nowait(self._store, *jobs, now=now)

    async def claim(self, wanted: Sequence[Wanted], *, worker: str, now: int) -> Sequence[Claim]:
        await visit(self._store)
        taken: list[JobRow] = []
        for each in wanted:
            due = [row for row in self._living(each.kind) if row.ready_at <= now]
            due.sort(key=lambda row: (-row.priority, row.ready_at, row.id))
            for row in due[: each.limit]:
                row.token += 1
                row.attempts += 1
                row.worker, row.ready_at = worker, now + each.lease_ms
                taken.append(row)
        taken.sort(key=lambda row: (-row.priority, row.due_at, row.id))
        return [
            Claim(
                id=row.id,
                token=row.token,
                kind=row.kind,
                payload=row.payload or b"null",
                attempt=row.attempts,
                due_at=row.due_at,
                user_id=row.user_id,
                cancelled=row.cancelled,
            )
            for row in taken
        ]

    async def renew(self, held: Sequence[Held], *, now: int) -> dict[int, bool]:
        await visit(self._store)
        found = {}
        for each in held:
            row = self._held(each.claim, now)
            if row is not None:
                row.ready_at = now + each.lease_ms
                row.progress = row.progress if each.progress is None else each.progress
                row.note = each.note[:MAX_NOTE].replace("\0", "") or row.note
                found[row.id] = row.cancelled
        return found

    async def complete(self, claim: Claim, *, now: int, again_at: int | None = None) -> bool:
        await visit(self._store)
        row = self._held(claim, now)
        if row is None:
            return False
        del self._store.jobs[row.id]
        if again_at is not None:
            self._store.jobs[row.id] = JobRow(
                id=row.id,
                token=row.token,
                kind=row.kind,
                payload=row.payload,
                priority=row.priority,
                unique_key=row.unique_key,
                user_id=row.user_id,
                created_at=row.created_at,
                due_at=again_at,
                ready_at=again_at,
            )
            self._store.wake(JOBS, again_at)
        return True

    async def retry_later(self, claim: Claim, error: str, *, now: int, due_at: int) -> bool:
        await visit(self._store)
        row = self._held(claim, now)
        if row is None:
            return False
        row.worker, row.ready_at, row.last_error = None, due_at, _short(error)
        self._store.wake(JOBS, due_at)
        return True

    async def bury(
        self, claim: Claim, error: str, *, now: int, forget: bool, again_at: int | None = None
    ) -> bool:
        await visit(self._store)
        row = self._held(claim, now)
        if row is None:
            return False
        again = again_at is not None and NewJob(
            kind=row.kind,
            payload=claim.payload,
            due_at=again_at,
            priority=row.priority,
            unique_key=row.unique_key,
            user_id=row.user_id,
        )
        row.worker, row.failed_at, row.last_error = None, now, _short(error)
        row.payload = None if forget else row.payload
        if again:
            enqueue_nowait(self._store, again, now=now)
        return True

    async def release(self, claim: Claim, *, now: int) -> bool:
        await visit(self._store)
        row = self._held(claim, now)
        if row is None:
            return False
        row.worker, row.ready_at = None, now
        row.attempts -= 1
        self._store.wake(JOBS, now)
        return True

    async def cancel(self, job_id: int) -> bool:
        await visit(self._store)
        row = self._store.jobs.get(job_id)
        if row is None:
            return False
        if row.worker is None:
            del self._store.jobs[job_id]
        else:
            row.cancelled = True
            self._store.wake(CANCELLATIONS)
        return True

    async def retry(self, job_id: int, *, now: int) -> bool:
        await visit(self._store)
        row = self._store.jobs.get(job_id)
        if row is None or row.failed_at is None or row.payload is None:
            return False
        if _taken(self._store, row.kind, row.unique_key):
            return False
        row.failed_at, row.attempts, row.progress, row.note = None, 0, 0, ""
        row.due_at = row.ready_at = now
        row.cancelled = False
        self._store.wake(JOBS, now)
        return True

    async def next_due(self, kinds: Sequence[str]) -> int | None:
        await visit(self._store)
        return min((row.ready_at for kind in kinds for row in self._living(kind)), default=None)

    async def shown(
        self, *, state: JobState | None, kind: str | None, limit: int
    ) -> Sequence[JobView]:
        await visit(self._store)
        rows = [
            row
            for row in self._store.jobs.values()
            if state in (None, row.state) and kind in (None, row.kind)
        ]
        rows.sort(key=lambda row: -row.id)
        return [_view(row) for row in rows[:limit]]

    async def counts(self) -> dict[str, dict[str, int]]:
        await visit(self._store)
        found: dict[str, dict[str, int]] = {state.value: {} for state in JobState}
        for row in list(self._store.jobs.values())[:COUNTED]:
            kinds = found[row.state.value]
            kinds[row.kind] = kinds.get(row.kind, 0) + 1
        return found

    async def discard_dead(self, *, before: int, limit: int) -> int:
        await visit(self._store)
        old = [r for r in self._store.jobs.values() if r.failed_at is not None]
        old = sorted(
            (r for r in old if (r.failed_at or 0) < before), key=lambda r: r.failed_at or 0
        )
        for row in old[:limit]:
            del self._store.jobs[row.id]
        return len(old[:limit])

    def _living(self, kind: str) -> list[JobRow]:
        rows = self._store.jobs.values()
        return [row for row in rows if row.kind == kind and row.failed_at is None]

    def _held(self, claim: Claim, now: int) -> JobRow | None:
        row = self._store.jobs.get(claim.id)
        if row is None or row.worker is None or row.failed_at is not None:
            return None
        return row if row.token == claim.token and row.ready_at > now else None


def enqueue_nowait(store: MemoryStore, *jobs: NewJob, now: int) -> list[int | None]:
    """The twin of `storage.jobs.enqueue`, for use inside an atomic step."""
    if len(jobs) > MAX_BATCH:
        raise ValueError(f"{len(jobs)} jobs at once are too many")
    ids: list[int | None] = []
    for job in jobs:
        if _taken(store, job.kind, job.unique_key):
            ids.append(None)
            continue
        number = next(store.job_ids)
        ids.append(number)
        store.jobs[number] = JobRow(
            id=number,
            kind=job.kind,
            payload=without_nul(job.payload).encode(),
            priority=job.priority,
            unique_key=job.unique_key,
            user_id=job.user_id,
            created_at=now,
            due_at=job.due_at,
            ready_at=job.due_at,
        )
        store.wake(JOBS, job.due_at)
    return ids


def _taken(store: MemoryStore, kind: str, key: str | None) -> bool:
    return key is not None and any(
        row.kind == kind and row.unique_key == key and row.failed_at is None
        for row in store.jobs.values()
    )


def _view(row: JobRow) -> JobView:
    return JobView(
        id=row.id,
        kind=row.kind,
        state=row.state,
        attempts=row.attempts,
        priority=row.priority,
        created_at=row.created_at,
        due_at=row.due_at,
        progress=row.progress,
        note=row.note,
        worker=row.worker,
        last_error=row.last_error,
        failed_at=row.failed_at,
        cancelled=row.cancelled,
        retryable=row.payload is not None,
    )


def _short(error: str) -> str:
    return error[:MAX_ERROR].replace("\0", "")
