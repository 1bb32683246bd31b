"""The server, or PostgreSQL, is stopped with SIGSTOP in the middle of a question and goes on.

Twenty real clients answer meanwhile. What they are given back is read from the journal: at least
the time in which the processes were certainly stopped, and nothing that the node did not note as a
stall. A busy machine stalls the node, too, which is given back likewise.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import msgspec
import pytest

from storage.embedded.postgres import EmbeddedPostgres
from supervisors.simulation.game import Game, Plan
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

PLAYERS = 20
QUESTION_SECONDS = 8
ROUNDING_MS = 2
"""The beginning and the length of a stall are whole milliseconds."""
TOLD_MS = 250
"""What holds the loop for less is no stall, so an answer may wait so long for its commit."""

pytestmark = pytest.mark.heavy


def postgres_pids(server: StoaServer) -> list[int]:
    """The postmaster and everything below it."""
    postmaster = server.engine_pid("postgres")
    below = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [postmaster, *map(int, below)]


def server_pids(server: StoaServer) -> list[int]:
    return [server.pid]


class Stop(NamedTuple):
    """When all processes were certainly stopped, in milliseconds since the epoch."""

    since: float
    until: float


async def stop_for(pids: list[int], seconds: float) -> Stop:
    """Stop and continue."""
    stop_now(pids)
    since = time.time() * 1000
    await asyncio.sleep(seconds)
    until = time.time() * 1000
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    return Stop(since, until)


def stop_now(pids: list[int]) -> None:
    """Stop, and wait until no thread runs any more."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + 10
    while not all(is_stopped(pid) for pid in pids):
        assert time.monotonic() < deadline, "they do not stop"
        os.sched_yield()


def is_stopped(pid: int) -> bool:
    """Whether every thread is."""
    states = [
        stat.read_text().rpartition(")")[2].split()[0]
        for stat in Path(f"/proc/{pid}/task").glob("*/stat")
    ]
    return set(states) == {"T"}


def noted_ms(server: StoaServer, log_from: int) -> list[int]:
    """The stalls in the log from there on."""
    lines = server.log.read_bytes()[log_from:].splitlines()
    events = [json.loads(line) for line in lines if line.startswith(b"{")]
    return [round(e["seconds"] * 1000) for e in events if e["event"] == "node.stalled"]


async def events_of(server: StoaServer, live_quiz_id: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(EmbeddedPostgres(server.data_dir).url)
    try:
        rows = await connection.fetch(
            "select event from journal where kind = 'live_quiz' and key = $1 order by version",
            live_quiz_id,
        )
    finally:
        await connection.close()
    return [msgspec.json.decode(row["event"]) for row in rows]


async def play(
    server: StoaServer, pids: Callable[[StoaServer], list[int]], after: float, seconds: float
) -> tuple[Game, Stop, list[dict[str, Any]]]:
    """One question, in which these processes are stopped; also when, and what was recorded."""
    plan = Plan(
        url=server.url,
        email=EDUCATOR,
        password=PASSWORD,
        players=PLAYERS,
        questions=1,
        think=QUESTION_SECONDS - 1.5,
        question_seconds=QUESTION_SECONDS,
    )
    game = Game(plan)

    async def stop() -> Stop:
        await game.host.wait_phase("open")
        await asyncio.sleep(after)
        return await stop_for(pids(server), seconds)

    async with asyncio.TaskGroup() as group:
        stopped = group.create_task(stop())
        group.create_task(game.play())
    return game, stopped.result(), await events_of(server, game.host.live_quiz_id)


@pytest.mark.parametrize(
    ("pids", "after", "seconds"), [(server_pids, 2.0, 3.0), (postgres_pids, 0.6, 9.0)]
)
def test_a_stopped_process_is_credited_like_a_crash_and_no_answer_is_refused(
    server: StoaServer, pids: Callable[[StoaServer], list[int]], after: float, seconds: float
) -> None:
    log_from = server.log.stat().st_size
    game, stop, events = asyncio.run(play(server, pids, after, seconds))
    credited = [e["outage_ms"] for e in events if e["type"] == "assessments.outage_credited"]
    noted = noted_ms(server, log_from)
    answers = [e for e in events if e["type"] == "assessments.answer_submitted"]
    began = stop.since
    if pids is postgres_pids:  # nobody misses it before the first who wants something of it
        began = min(e["received_at"] for e in answers if e["received_at"] >= stop.since)
        began += TOLD_MS
    print(credited, noted, stop, began)
    assert stop.until - began - ROUNDING_MS <= sum(credited) <= sum(noted)
    assert game.tally.lost == []
    assert not game.tally.refused.get("QUESTION_CLOSED")
    assert len(answers) == len(game.tally.acknowledged) == PLAYERS
