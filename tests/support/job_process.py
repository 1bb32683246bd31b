"""A node's job worker in a process of its own: `python -m tests.support.job_process <url> <node>`.

It notes the beginning and end of every job in the table `runs`. A job named `hang` never ends on
the node `one`, which then says so on standard output.
"""

from __future__ import annotations

import sys
from typing import Any

import trio

from protocol.envelope import Message
from protocol.jobs import JobKind
from protocol.wakes import CANCELLATIONS, JOBS
from storage.asyncio_thread import open_asyncio_thread
from storage.jobs import PostgresJobs
from storage.postgres import Database
from storage.signals import PostgresSignals
from supervisors.clock import TrioClock
from supervisors.jobs import JobWorker
from supervisors.running_job import RunningJob
from supervisors.wakeups import Wakeups


class Errand(Message, frozen=True, kw_only=True, tag="test.errand"):
    """The payload of a job."""

    name: str


ERRAND = JobKind(payload=Errand, lease_ms=2_000, concurrency=3)
RUNS = """
create table runs (
    name text, node text, token bigint, began timestamptz default clock_timestamp(),
    ended timestamptz
)
"""
BEGIN = "insert into runs (name, node, token) values ($1, $2, $3)"
END = "update runs set ended = clock_timestamp() where name = $1 and token = $2"


async def main(url: str, node: str) -> None:
    """Work until killed."""
    async with open_asyncio_thread() as thread, trio.open_nursery() as nursery:
        database = await Database.open(thread, url, max_size=4)

        async def run(job: RunningJob) -> None:
            name, token = job.payload.name, job.claim.token

            async def note(statement: str, *values: Any) -> None:
                await database.run(lambda c: c.execute(statement, *values))

            await note(BEGIN, name, node, token)
            if name == "hang" and node == "one":
                print("hanging", flush=True)
                await trio.sleep_forever()
            await note(END, name, token)

        wakeups = Wakeups()
        signals = PostgresSignals(
            thread, url, deliver=wakeups.deliver, deliver_all=wakeups.deliver_all
        )
        database.woken = signals.committed
        nursery.start_soon(signals.run)
        worker = JobWorker(
            PostgresJobs(database),
            TrioClock(),
            {ERRAND: run},
            node=node,
            waiter=wakeups.waiter(JOBS),
            cancellations=wakeups.waiter(CANCELLATIONS),
        )
        nursery.start_soon(worker.run)
        print("ready", flush=True)


if __name__ == "__main__":
    trio.run(main, sys.argv[1], sys.argv[2])
