"""Operators and workers that reach for the same job at the same moment."""

from __future__ import annotations

import threading
from typing import Any

import trio

from protocol.envelope import Message
from protocol.jobs import JobKind, Wanted
from storage.jobs import PostgresJobs
from storage.jobs import statements as sql
from storage.postgres import Database

NOW = 1_700_000_000_000


class Work(Message, frozen=True, kw_only=True, tag="test.work"):
    """The payload of a job."""


WORK = JobKind(payload=Work)
WAITED_FOR = "select count(*) from pg_locks where not granted"


async def test_a_job_that_begins_or_ends_at_that_moment_is_cancelled_all_the_same(
    database: Database,
) -> None:
    jobs = PostgresJobs(database)
    for begins in (False, True):
        [key] = await jobs.enqueue(WORK.job(Work(), due_at=NOW), now=NOW)
        assert key is not None
        if not begins:
            [claim] = await jobs.claim([Wanted(WORK.name, 1, 1_000)], worker="w", now=NOW)
            change: str = sql.RETRY_LATER
            values: tuple[Any, ...] = (key, claim.token, NOW, NOW + 1, "busy")
        else:
            change, values = sql.CLAIM, ([WORK.name], [1], [1_000], NOW, "w")

        changed = threading.Event()

        async def unit(
            connection: Any,
            change: str = change,
            values: Any = values,
            changed: threading.Event = changed,
        ) -> None:
            await connection.execute(change, *values)
            changed.set()
            for _ in range(500):
                if await connection.fetchval(WAITED_FOR):
                    return
                await connection.execute("select pg_sleep(0.01)")

        results: list[bool] = []

        async def cancel(
            key: int = key, results: list[bool] = results, changed: threading.Event = changed
        ) -> None:
            await trio.to_thread.run_sync(changed.wait, 10)
            results.append(await jobs.cancel(key))

        async with trio.open_nursery() as nursery:
            nursery.start_soon(database.run, unit)
            nursery.start_soon(cancel)
        assert results == [True]
        views = await jobs.shown(state=None, kind=None, limit=9)
        assert [view.cancelled for view in views] == ([True] if begins else [])
