"""Two real processes work off one queue, and one is killed in the middle of a job."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import trio

from storage.jobs import PostgresJobs
from storage.postgres import Database
from tests.support.job_process import ERRAND, RUNS, Errand

ROOT = Path(__file__).parents[2]
JOBS = 60
PATIENCE_SECONDS = 60.0


@contextmanager
def worker(url: str, node: str) -> Iterator[subprocess.Popen[str]]:
    """A ready process."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.job_process", url, node],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert said(process) == "ready"
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str]) -> str:
    """Its next line."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


async def until_done(jobs: PostgresJobs) -> None:
    with trio.fail_after(PATIENCE_SECONDS):
        while ERRAND.name in str(await jobs.counts()):  # noqa: ASYNC110 - in other processes
            await trio.sleep(0.05)


async def runs(database: Database) -> list[Any]:
    return await database.run(lambda c: c.fetch("select * from runs order by began"))


async def test_nothing_is_lost_and_nothing_runs_twice_at_once(
    database: Database, database_url: str
) -> None:
    await database.run(lambda c: c.execute(RUNS))
    jobs = PostgresJobs(database)

    async def enqueue(*names: str) -> None:
        now = time.time_ns() // 1_000_000
        new = [ERRAND.job(Errand(name=name), due_at=now) for name in names]
        await jobs.enqueue(*new, now=now)

    with worker(database_url, "one") as one:
        await enqueue("hang")
        assert await trio.to_thread.run_sync(said, one) == "hanging"
        with worker(database_url, "two"):
            await enqueue(*map(str, range(JOBS)))
            one.kill()
            killed_at = await database.run(lambda c: c.fetchval("select clock_timestamp()"))
            await until_done(jobs)
    found = await runs(database)
    ended = sorted(run["name"] for run in found if run["ended"] is not None)
    assert ended == sorted(["hang", *map(str, range(JOBS))])
    first, second = [run for run in found if run["name"] == "hang"]
    assert (first["node"], first["ended"], second["node"]) == ("one", None, "two")
    assert second["began"] > killed_at
    by_name: dict[str, list[Any]] = {}
    for run in found:
        by_name.setdefault(run["name"], []).append(run)
    for again in (each for each in by_name.values() if len(each) > 1):
        # Only what the killed process had is begun again, after it was gone, with a new token.
        *former, last = again
        assert {run["node"] for run in former} == {"one"}
        assert all(run["token"] < last["token"] for run in former)
        assert last["began"] > killed_at


async def test_a_process_that_stood_still_past_its_lease_changes_nothing_and_works_on(
    database: Database, database_url: str
) -> None:
    await database.run(lambda c: c.execute(RUNS))
    jobs = PostgresJobs(database)

    async def enqueue(*names: str) -> None:
        now = time.time_ns() // 1_000_000
        new = [ERRAND.job(Errand(name=name), due_at=now) for name in names]
        await jobs.enqueue(*new, now=now)

    with worker(database_url, "one") as one:
        await enqueue("hang")
        assert await trio.to_thread.run_sync(said, one) == "hanging"
        with worker(database_url, "two"):
            await enqueue(*map(str, range(JOBS)))
            one.send_signal(signal.SIGSTOP)
            await until_done(jobs)
        one.send_signal(signal.SIGCONT)
        await enqueue("after")
        await until_done(jobs)
    found = await runs(database)
    assert {run["name"] for run in found if run["ended"]} == {"hang", "after", *names_of(JOBS)}
    hung, taken = [run for run in found if run["name"] == "hang"]
    assert (hung["node"], hung["ended"], taken["node"]) == ("one", None, "two")
    assert [run["node"] for run in found if run["name"] == "after"] == ["one"]


def names_of(count: int) -> set[str]:
    return set(map(str, range(count)))
