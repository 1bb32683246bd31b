"""A server is killed with SIGKILL in the middle of a game, several times over.

Fifty real Socket.IO clients play against a real server process on real PostgreSQL. The game is
compared with the same game played without interruption.
"""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import pytest

from supervisors.simulation.game import Game, Plan
from supervisors.simulation.tally import Tally
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

PLAYERS = 50
QUESTIONS = 4
KILLS = 4
HEARTBEAT_SECONDS = 0.25

pytestmark = pytest.mark.heavy


def plan(server: StoaServer, *, think: float) -> Plan:
    return Plan(
        url=server.url,
        email=EDUCATOR,
        password=PASSWORD,
        players=PLAYERS,
        questions=QUESTIONS,
        think=think,
        seed=7,
        speed_weighted=False,
    )


def board(game: Game) -> dict[str, tuple[int, int]]:
    """Nickname to score and rank, as the server's final results have it."""
    return {row["nickname"]: (row["score"], row["rank"]) for row in game.results}


def open_question(game: Game) -> tuple[int, float] | None:
    """Index and closing time, in seconds since the epoch, of the question that is open."""
    question = game.host.view.get("question")
    if game.host.view["phase"] != "open" or not question:
        return None
    return question["index"], question["closesAt"] / 1000


def check_time_left(
    before: tuple[int, float] | None, after: tuple[int, float] | None, killed: float, ready: float
) -> None:
    """The outage was given back: as much time is left as there was when the server died.

    The clock may have been credited until the first client was back, a little after the start.
    """
    if before is None or after is None or before[0] != after[0]:
        return  # everybody had answered, so the game has gone on
    given_back = after[1] - before[1]
    assert given_back >= ready - killed - HEARTBEAT_SECONDS - 1.0
    assert given_back <= time.time() - killed + HEARTBEAT_SECONDS + 0.1


async def play_with_kills(server: StoaServer, game: Game, rng: random.Random) -> Tally:
    """Play, and kill the server at random moments while questions are open."""
    kills = 0

    async def killer() -> None:
        nonlocal kills
        while kills < KILLS:
            await game.host.wait_phase("open")
            await asyncio.sleep(rng.uniform(0.05, 1.0))
            before = open_question(game)
            killed = time.time()
            await asyncio.to_thread(server.crash)
            ready = time.time()
            kills += 1
            assert not server.said("node_lock.waiting")
            await game.host.wait_reattached()
            check_time_left(before, open_question(game), killed, ready)

    async with asyncio.TaskGroup() as group:
        killing = group.create_task(killer())
        tally = await game.play()
        killing.cancel()
    assert kills >= 2, "the game was over before the server had been killed often enough"
    return tally


def test_a_killed_server_loses_no_answer_and_the_board_is_that_of_an_uninterrupted_game(
    tmp_path: Path,
) -> None:
    server = StoaServer(tmp_path / "data")
    server.start("--demo")
    try:
        calm = Game(plan(server, think=0.2))
        asyncio.run(calm.play())
        shaken = Game(plan(server, think=1.5))
        seed = random.randrange(2**32)
        print(f"kills at the moments of seed {seed}")
        tally = asyncio.run(play_with_kills(server, shaken, random.Random(seed)))
    finally:
        server.kill()
    assert tally.lost == []
    assert tally.joins == PLAYERS
    assert tally.reconnects >= PLAYERS
    # A server may die between a commit and its acknowledgement, and the game has gone on when the
    # player is back.
    assert len(tally.acknowledged) <= tally.in_results == PLAYERS * QUESTIONS
    assert board(shaken) == board(calm)
    assert all(player.final == shaken.players[0].final for player in shaken.players)
