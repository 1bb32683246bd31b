"""The server, or PostgreSQL, is stopped with SIGSTOP in the middle of a question and goes on.

Twenty real clients answer meanwhile. What they are given back is read from the journal and
compared with how long the processes were really stopped.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from storage.embedded.postgres import EmbeddedPostgres
from supervisors.simulation.game import Game, Plan
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

PLAYERS = 20
QUESTION_SECONDS = 8
ERROR_MS = 250

pytestmark = pytest.mark.heavy


def postgres_pids(server: StoaServer) -> list[int]:
    """The postmaster and everything below it."""
    postmaster = server.engine_pid("postgres")
    below = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [postmaster, *map(int, below)]


def server_pids(server: StoaServer) -> list[int]:
    return [server.pid]


async def stop_for(pids: list[int], seconds: float) -> tuple[float, float]:
    """Stop and continue; when both happened, in milliseconds since the epoch."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    stopped = time.time() * 1000
    await asyncio.sleep(seconds)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    return stopped, time.time() * 1000


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
) -> tuple[Game, float, list[dict[str, Any]]]:
    """One question, in which these processes are stopped; also how long, and what was recorded."""
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

    async def stop() -> float:
        await game.host.wait_phase("open")
        await asyncio.sleep(after)
        stopped, went_on = await stop_for(pids(server), seconds)
        return went_on - stopped

    async with asyncio.TaskGroup() as group:
        stall = group.create_task(stop())
        group.create_task(game.play())
    return game, stall.result(), await events_of(server, game.host.live_quiz_id)


@pytest.mark.parametrize(
    ("pids", "after", "seconds"), [(server_pids, 2.0, 3.0), (postgres_pids, 0.6, 9.0)]
)
def test_a_stopped_process_is_credited_like_a_crash_and_no_answer_is_refused(
    server: StoaServer, pids: Callable[[StoaServer], list[int]], after: float, seconds: float
) -> None:
    game, stalled_ms, events = asyncio.run(play(server, pids, after, seconds))
    credited = [e["outage_ms"] for e in events if e["type"] == "assessments.outage_credited"]
    print(credited, stalled_ms)
    assert abs(sum(credited) - stalled_ms) <= ERROR_MS
    assert game.tally.lost == []
    assert not game.tally.refused.get("QUESTION_CLOSED")
    answers = [e for e in events if e["type"] == "assessments.answer_submitted"]
    assert len(answers) == len(game.tally.acknowledged) == PLAYERS
    assert server.said("node.stalled")
