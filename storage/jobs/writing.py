"""Putting jobs into the queue, in the transaction of what they follow from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from protocol.jobs import MAX_BATCH, NewJob
from protocol.wakes import JOBS
from storage.jsonb import without_nul
from storage.wakes import wake_on_commit

# A row that another transaction has just inserted is waited for; then it is found and left.
INSERT = """
insert into jobs (kind, payload, priority, unique_key, user_id, created_at, due_at, ready_at)
values ($1, $2::jsonb, $3, $4, $5::text::uuid, $6, $7, $7)
on conflict (kind, unique_key) where unique_key is not null and failed_at is null do nothing
returning id
"""
INSERT_MANY = """
insert into jobs (kind, payload, priority, unique_key, user_id, created_at, due_at, ready_at)
select j.kind, j.payload::jsonb, j.priority, j.unique_key, j.user_id::uuid, $1, j.due_at, j.due_at
from unnest($2::text[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::bigint[])
    with ordinality as j (kind, payload, priority, unique_key, user_id, due_at, place)
order by j.place
returning id
"""


async def enqueue(connection: Any, *jobs: NewJob, now: int) -> Sequence[int | None]:
    """In the caller's transaction: with what they follow from, or not at all.

    The ids in order, None where the `unique_key` is taken. Raises `ValueError` past `MAX_BATCH`.
    """
    if len(jobs) > MAX_BATCH:
        raise ValueError(f"{len(jobs)} jobs at once are too many")
    if not jobs:
        return []
    if len(jobs) > 1 and all(job.unique_key is None for job in jobs):
        ids: Sequence[int | None] = await _insert_many(connection, jobs, now)
    else:
        ids = await _insert_unique(connection, jobs, now)
    written = [job.due_at for job, key in zip(jobs, ids, strict=True) if key is not None]
    if written:
        wake_on_commit(connection, JOBS, min(written))
    return ids


async def _insert_unique(connection: Any, jobs: Sequence[NewJob], now: int) -> Sequence[int | None]:
    """In one order for everybody, so that two that enqueue the same cannot lock each other out."""
    order = sorted(range(len(jobs)), key=lambda n: (jobs[n].kind, jobs[n].unique_key or ""))
    ids = {n: await _insert(connection, jobs[n], now) for n in order}
    return [ids[n] for n in range(len(jobs))]


async def _insert(connection: Any, job: NewJob, now: int) -> int | None:
    key: int | None = await connection.fetchval(
        INSERT,
        job.kind,
        without_nul(job.payload),
        job.priority,
        job.unique_key,
        job.user_id,
        now,
        job.due_at,
    )
    return key


async def _insert_many(connection: Any, jobs: Sequence[NewJob], now: int) -> list[int | None]:
    rows = await connection.fetch(
        INSERT_MANY,
        now,
        [job.kind for job in jobs],
        [without_nul(job.payload) for job in jobs],
        [job.priority for job in jobs],
        [job.unique_key for job in jobs],
        [job.user_id for job in jobs],
        [job.due_at for job in jobs],
    )
    return [row["id"] for row in rows]
